use portcullis_model::{AccountId, AppDomain, Presentation, SessionDuration, Timestamp, ZoneId};

use super::*;

fn application() -> NewApplication {
    NewApplication {
        name: "Wiki".into(),
        domains: vec!["wiki.example.com".parse().unwrap()],
        session_duration: SessionDuration::default(),
        policies: vec![],
        http_only_cookie: true,
        same_site_cookie: None,
        path_cookie: false,
        service_auth_401_redirect: false,
        options_preflight_bypass: false,
        cors: None,
        service_token_header: None,
        presentation: Presentation::default(),
    }
}

fn policy(decision: Decision, include: Vec<Selector>) -> InlinePolicy {
    InlinePolicy {
        id: None,
        name: "P".into(),
        decision,
        include,
        exclude: vec![],
        require: vec![],
        session_duration: None,
        precedence: None,
    }
}

#[track_caller]
fn refused(change: impl FnOnce(&mut NewApplication), text: &str) {
    let mut new = application();
    assert_eq!(new.validate(None, |_| true), Ok(()));
    change(&mut new);
    assert_eq!(new.validate(None, |_| true).unwrap_err().to_string(), text);
}

#[test]
fn names_and_texts_have_limits() {
    refused(|new| new.name.clear(), "name must not be empty");
    refused(|new| new.name = "é".repeat(256), "name must be a maximum of 255 characters in length");
    let long = Some("x".repeat(TEXT_BYTES_MAX + 1));
    refused(|new| new.presentation.logo_url = long, "logo_url must be a maximum of 2048 bytes in length");
}

#[test]
fn domains_are_there_and_differ() {
    refused(|new| new.domains.clear(), "domain is required");
    let twice = ["a.example.com/x", "A.example.com/x/"].map(|text| text.parse::<AppDomain>().unwrap());
    refused(|new| new.domains = twice.into(), "domains must be unique");
    let many = (0..=DOMAINS_MAX).map(|number| format!("a{number}.example.com").parse().unwrap());
    refused(|new| new.domains = many.collect(), "an application can have a maximum of 50 domains");
}

#[test]
fn an_application_of_a_zone_lies_within_it() {
    let zone = Zone {
        id: ZoneId::from_bytes([0; 16]),
        account: AccountId::from_bytes([0; 16]),
        name: "example.com".into(),
        created_on: Timestamp::default(),
        modified_on: Timestamp::default(),
    };
    let mut new = application();
    assert_eq!(new.validate(Some(&zone), |_| true), Ok(()));
    new.domains.push("*example.com".parse().unwrap());
    let error = new.validate(Some(&zone), |_| true).unwrap_err();
    assert_eq!(error.to_string(), "domain does not belong to zone");
}

#[test]
fn a_preflight_has_one_answer() {
    let both = |new: &mut NewApplication| {
        new.options_preflight_bypass = true;
        new.cors = Some(CorsHeaders::default());
    };
    refused(both, "cors_headers and options_preflight_bypass are mutually exclusive");
    let forever = CorsHeaders { max_age: Some(86401), ..CorsHeaders::default() };
    refused(|new| new.cors = Some(forever), "cors_headers.max_age must be from -1 to 86400");
}

#[test]
fn a_header_has_the_name_of_one() {
    for name in ["", "a b", "a:b", "é"] {
        refused(
            |new| new.service_token_header = Some(name.into()),
            "read_service_tokens_from_header is not a header name",
        );
    }
    let new = NewApplication { service_token_header: Some("Authorization".into()), ..application() };
    assert_eq!(new.validate(None, |_| true), Ok(()));
}

#[test]
fn conditions_are_used_only_where_they_can_be_answered() {
    use Decision::{Allow, Bypass, Deny, NonIdentity};
    let token = Selector::ServiceToken(ServiceTokenId::from_random([1; 16]));
    let rows = [
        (Selector::Everyone, vec![Allow, Deny, NonIdentity, Bypass]),
        (Selector::Ip("192.0.2.0/24".parse().unwrap()), vec![Allow, Deny, NonIdentity, Bypass]),
        (Selector::Email("a@example.com".into()), vec![Allow, Deny]),
        (Selector::EmailDomain("example.com".into()), vec![Allow, Deny]),
        (token, vec![NonIdentity]),
        (Selector::AnyValidServiceToken, vec![NonIdentity]),
    ];
    for (selector, fits) in rows {
        for decision in [Allow, Deny, NonIdentity, Bypass] {
            let mut excluding = policy(decision, vec![Selector::Everyone]);
            excluding.exclude.push(selector.clone());
            for policy in [policy(decision, vec![selector.clone()]), excluding] {
                let accepted = policy.validate(|_| true).is_ok();
                assert_eq!(accepted, fits.contains(&decision), "{} in {decision:?}", selector.name());
            }
        }
    }
}

#[test]
fn a_policy_is_named_and_admits_somebody() {
    let unnamed = InlinePolicy { name: String::new(), ..policy(Decision::Allow, vec![Selector::Everyone]) };
    assert_eq!(unnamed.validate(|_| true), Err(PolicyFault::Name));
    assert_eq!(policy(Decision::Allow, vec![]).validate(|_| true), Err(PolicyFault::EmptyInclude));
    let many = policy(Decision::Allow, vec![Selector::Everyone; RULES_MAX + 1]);
    assert_eq!(many.validate(|_| true), Err(PolicyFault::TooManyRules));
    let id = ServiceTokenId::from_random([1; 16]);
    let foreign = policy(Decision::NonIdentity, vec![Selector::ServiceToken(id)]);
    assert_eq!(foreign.validate(|_| false), Err(PolicyFault::UnknownServiceToken(id)));
}
