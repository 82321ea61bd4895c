//! Who gets in, and why not.

use http::Method;
use portcullis_gate::{Challenge, Verdict};
use portcullis_model::{CorsHeaders, Decision, Selector};

use crate::setting::*;

const ID_1: &str = "01010101010101010101010101010101.access";
const CREDENTIALS: [(&str, &str); 2] =
    [("cf-access-client-id", ID_1), ("cf-access-client-secret", "secret 1")];

fn challenge(verdict: &Verdict) -> Option<Challenge> {
    match verdict {
        Verdict::Refuse(refusal) => Some(refusal.challenge),
        _ => None,
    }
}

#[test]
fn i2_a_host_without_an_application_is_never_forwarded() {
    let setting = Setting::wiki(vec![everyone()]);
    assert_eq!(setting.asks("other.example.com/", &[]), "no_application");
    assert_eq!(challenge(&setting.verdict("other.example.com/", &[])), Some(Challenge::Forbidden));
}

#[test]
fn an_application_without_policies_lets_nobody_in() {
    let setting = Setting::wiki(vec![]);
    assert_eq!(setting.asks("wiki.example.com/", &[]), "no_token");
    assert_eq!(setting.asks("wiki.example.com/", &CREDENTIALS), "no_policy_admits");
    assert_eq!(setting.wiki_with(&Token::default().issue()), "policy_no_longer_holds");
}

#[test]
fn a_bypass_policy_lets_its_addresses_in_unchecked() {
    let near = Selector::Ip("192.0.2.0/24".parse().unwrap());
    let far = Selector::Ip("198.51.100.0/24".parse().unwrap());
    assert_eq!(
        Setting::wiki(vec![policy(Decision::Bypass, vec![near])]).asks("wiki.example.com/", &[]),
        "pass"
    );
    assert_eq!(
        Setting::wiki(vec![policy(Decision::Bypass, vec![far])]).asks("wiki.example.com/", &[]),
        "no_token"
    );
}

#[test]
fn valid_service_credentials_are_exchanged_for_a_token() {
    let setting = Setting::wiki(vec![any_service()]);
    assert_eq!(setting.asks("wiki.example.com/", &CREDENTIALS), "login");
    let token = Token::default().issue();
    let cookie = format!("CF_Authorization={token}");
    let both = [CREDENTIALS[0], CREDENTIALS[1], ("cookie", cookie.as_str())];
    assert_eq!(setting.asks("wiki.example.com/", &both), "pass");
}

#[test]
fn service_credentials_that_are_wrong_in_any_way_are_refused() {
    let setting = Setting::wiki(vec![any_service()]);
    let with = |id, secret| {
        setting.asks("wiki.example.com/", &[("cf-access-client-id", id), ("cf-access-client-secret", secret)])
    };
    assert_eq!(with(ID_1, "secret 2"), "wrong_service_credentials");
    assert_eq!(with("99010101010101010101010101010101.access", "secret 1"), "wrong_service_credentials");
    assert_eq!(with("nonsense", "secret 1"), "malformed_service_credentials");
    assert_eq!(setting.asks("wiki.example.com/", &CREDENTIALS[..1]), "malformed_service_credentials");
}

#[test]
fn a_service_token_that_the_policy_does_not_name_is_refused() {
    let only_two = policy(Decision::NonIdentity, vec![Selector::ServiceToken(service_id(2))]);
    let setting = Setting::wiki(vec![only_two]);
    assert_eq!(setting.asks("wiki.example.com/", &CREDENTIALS), "no_policy_admits");
    assert_eq!(setting.wiki_with(&Token::service(1).issue()), "policy_no_longer_holds");
}

#[test]
fn service_auth_needs_a_service_whatever_else_its_rules_say() {
    let setting = Setting::wiki(vec![policy(Decision::NonIdentity, vec![Selector::Everyone])]);
    assert_eq!(setting.asks("wiki.example.com/", &[]), "no_token");
    assert_eq!(setting.asks("wiki.example.com/", &CREDENTIALS), "login");
}

#[test]
fn a_token_alone_opens_only_applications_that_people_can_enter() {
    let token = Token::default().issue();
    assert_eq!(Setting::wiki(vec![any_service()]).wiki_with(&token), "service_credentials_required");
    assert_eq!(Setting::wiki(vec![any_service(), everyone()]).wiki_with(&token), "pass");
}

#[test]
fn every_carrier_but_authorization_opens() {
    let setting = Setting::wiki(vec![any_service(), everyone()]);
    let token = Token::default().issue();
    for name in ["cf-access-token", "cf-access-jwt-assertion"] {
        assert_eq!(setting.asks("wiki.example.com/", &[(name, &token)]), "pass", "{name}");
    }
    let bearer = format!("Bearer {token}");
    assert_eq!(setting.asks("wiki.example.com/", &[("authorization", &bearer)]), "no_token");
}

#[test]
fn different_tokens_for_one_application_are_refused_and_one_for_another_is_not_in_the_way() {
    let setting = Setting::wiki(vec![any_service(), everyone()]);
    let (one, two) = (Token::service(1).issue(), Token::service(2).issue());
    let other_app = Token::default().audience(2).issue();
    let ask = |cookie: &str, header: &str| {
        let cookie = format!("CF_Authorization={cookie}");
        setting.asks("wiki.example.com/", &[("cookie", &cookie), ("cf-access-token", header)])
    };
    assert_eq!(ask(&one, &two), "conflicting_tokens");
    assert_eq!(ask(&one, &one), "pass");
    assert_eq!(ask(&other_app, &one), "pass");
    assert_eq!(ask("garbage", &one), "pass");
    assert_eq!(ask(&other_app, &other_app), "other_application");
}

#[test]
fn a_token_is_good_until_its_expiry() {
    let setting = Setting::wiki(vec![any_service(), everyone()]);
    let token = Token::default().lifetime(2).issue();
    assert_eq!(setting.wiki_with(&token), "pass");
    setting.clock.advance(std::time::Duration::from_secs(2));
    assert_eq!(setting.wiki_with(&token), "expired");
}

#[test]
fn what_another_key_signed_is_refused() {
    let setting = Setting::wiki(vec![any_service(), everyone()]);
    let refused = setting.wiki_with(&Token::default().signed_by(foreign_key()));
    assert!(refused.starts_with("invalid: "), "{refused}");
}

#[test]
fn people_are_judged_by_their_policy_on_every_request() {
    let only_ours = policy(Decision::Allow, vec![Selector::EmailDomain("example.com".into())]);
    let setting = Setting::wiki(vec![only_ours]);
    assert_eq!(setting.wiki_with(&Token::person("ann@EXAMPLE.com").issue()), "pass");
    assert_eq!(setting.wiki_with(&Token::person("eve@example.org").issue()), "policy_no_longer_holds");
    assert_eq!(setting.wiki_with(&Token::person("eve@notexample.com").issue()), "policy_no_longer_holds");
}

#[test]
fn i10_a_path_that_can_be_read_as_another_applications_is_refused() {
    let open = policy(Decision::Bypass, vec![Selector::Everyone]);
    let setting = Setting::new(vec![
        app(1, "example.com/public", vec![open]),
        app(2, "example.com/admin", vec![everyone()]),
        app(3, "single.example.com", vec![policy(Decision::Bypass, vec![Selector::Everyone])]),
    ]);
    assert_eq!(setting.asks("example.com/public/a%20b", &[]), "pass");
    for path in
        ["/public/..%2fadmin", "/public/%2e%2e/admin", "/public/..;/admin", "/public/../admin", "//admin"]
    {
        let url = format!("example.com{path}");
        assert_eq!(setting.asks(&url, &[]), "ambiguous_path", "{path}");
        assert_eq!(challenge(&setting.verdict(&url, &[])), Some(Challenge::BadRequest));
    }
    // One application owns every path here, however it is read.
    assert_eq!(setting.asks("single.example.com/group%2Fname/../x", &[]), "pass");
}

#[test]
fn refusals_are_said_as_the_enforcement_table_has_it() {
    let services_only = Setting::wiki(vec![any_service()]);
    let with_people = Setting::wiki(vec![any_service(), everyone()]);
    let mut answers_401 = app(1, "wiki.example.com", vec![any_service()]);
    answers_401.application.service_auth_401_redirect = true;
    let answers_401 = Setting::new(vec![answers_401]);
    for (setting, expected) in [
        (&services_only, Challenge::Forbidden),
        (&with_people, Challenge::Login),
        (&answers_401, Challenge::Unauthorized),
    ] {
        assert_eq!(challenge(&setting.verdict("wiki.example.com/", &[])), Some(expected));
        let wrong = [CREDENTIALS[0], ("cf-access-client-secret", "wrong")];
        assert_eq!(challenge(&setting.verdict("wiki.example.com/", &wrong)), Some(expected));
    }
}

#[test]
fn a_preflight_is_refused_bypassed_or_answered() {
    let preflight = [("origin", "https://a.example"), ("access-control-request-method", "PUT")];
    let ask = |setting: &Setting| setting.verdict_of(&Method::OPTIONS, "wiki.example.com/", &preflight);
    let refused = ask(&Setting::wiki(vec![everyone()]));
    assert_eq!(word(&refused), "no_token");
    assert_eq!(challenge(&refused), Some(Challenge::Forbidden));
    let mut bypassed = app(1, "wiki.example.com", vec![everyone()]);
    bypassed.application.options_preflight_bypass = true;
    assert_eq!(word(&ask(&Setting::new(vec![bypassed]))), "pass");
    let mut answered = app(1, "wiki.example.com", vec![everyone()]);
    answered.application.cors = Some(CorsHeaders::default());
    assert_eq!(word(&ask(&Setting::new(vec![answered]))), "preflight");
}

#[test]
fn a_header_named_by_the_application_carries_both_halves() {
    let mut wiki = app(1, "wiki.example.com", vec![any_service()]);
    wiki.application.service_token_header = Some("Authorization".into());
    let json = format!(r#"{{"cf-access-client-id":"{ID_1}","cf-access-client-secret":"secret 1"}}"#);
    assert_eq!(Setting::new(vec![wiki]).asks("wiki.example.com/", &[("authorization", &json)]), "login");
}
