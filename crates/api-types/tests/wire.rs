//! The exact bytes that are written, and everything that must be readable.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use expect_test::{Expect, expect};
use portcullis_api_types::{
    ApiToken, Application, ApplicationParams, ApplicationType, Decision, DeletedId, Destination, Envelope,
    Field, InlinePolicy, Policy, PolicyParams, Resource, ResponseInfo, ResultInfo, Rule, Secret,
    ServiceToken, ServiceTokenParams, VerifiedApiToken, Zone, ZoneParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn writes(value: &impl Serialize, expected: &Expect) {
    expected.assert_eq(&serde_json::to_string(value).unwrap());
}

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

/// What is read and written again has lost nothing.
fn survives<T: DeserializeOwned + Serialize>(value: &Value) {
    let text = value.to_string();
    assert_eq!(serde_json::to_value(read::<T>(&text)).unwrap(), *value);
}

#[test]
fn an_empty_success_is_the_superset_that_every_client_accepts() {
    let envelope = Envelope::success(json!({}));
    writes(&envelope, &expect![[r#"{"result":{},"success":true,"errors":[],"messages":[]}"#]]);
}

#[test]
fn a_failure_has_all_four_keys() {
    let envelope = Envelope::<Value>::failure(vec![ResponseInfo::new(7003, "No route for the URI")]);
    writes(
        &envelope,
        &expect![[
            r#"{"result":null,"success":false,"errors":[{"code":7003,"message":"No route for the URI"}],"messages":[]}"#
        ]],
    );
}

#[test]
fn a_list_says_where_it_is() {
    let info = ResultInfo {
        count: Some(1),
        page: Some(1),
        per_page: Some(1000),
        total_count: Some(1),
        total_pages: Some(1),
        ..ResultInfo::default()
    };
    let envelope = Envelope { result_info: Some(info), ..Envelope::success(vec![1]) };
    writes(
        &envelope,
        &expect![[
            r#"{"result":[1],"success":true,"errors":[],"messages":[],"result_info":{"count":1,"page":1,"per_page":1000,"total_count":1,"total_pages":1}}"#
        ]],
    );
}

#[test]
fn envelopes_are_read_whatever_is_missing() {
    for text in ["{}", r#"{"result":null}"#, r#"{"success":true,"errors":null,"messages":null}"#] {
        let envelope: Envelope<DeletedId> = read(text);
        assert_eq!((envelope.result, envelope.success, envelope.errors), (None, true, vec![]), "{text}");
    }
}

#[test]
fn errors_are_read_whatever_they_look_like() {
    let envelope: Envelope<Value> = read(
        r#"{"success":false,"result":null,"messages":[{"code":10000,"message":"valid","type":null}],
            "errors":[{"code":6003,"message":"Invalid request headers","error_chain":
                [{"code":6103,"message":"Invalid format for X-Auth-Key header"}]},
              {"code":70000000001,"message":null,"source":{"pointer":"/name"},"documentation_url":"https://d"},
              "plain", 7]}"#,
    );
    let [chained, wide, plain, odd] = <[ResponseInfo; 4]>::try_from(envelope.errors).unwrap();
    assert_eq!(chained.error_chain[0].code, 6103);
    assert_eq!((wide.code, wide.message.as_str()), (70_000_000_001, ""));
    assert_eq!(wide.source.unwrap().pointer.unwrap(), "/name");
    assert_eq!(wide.documentation_url.unwrap(), "https://d");
    assert_eq!((plain.message.as_str(), odd.message.as_str()), ("plain", "7"));
    assert_eq!(envelope.messages[0].extra["type"], Value::Null);
}

#[test]
fn an_application_is_written_in_the_order_of_recorded_answers() {
    let application = Application {
        allowed_idps: Some(vec![]),
        aud: Some("0a".into()),
        created_at: Some("2025-03-19T20:20:42Z".into()),
        destinations: Some(vec![Destination::public("wiki.example.com")]),
        domain: Some("wiki.example.com".into()),
        http_only_cookie_attribute: Some(true),
        id: "f174e90a-fafe-4643-bbbc-4a0ed4fc8415".into(),
        name: Some("Wiki".into()),
        policies: Some(vec![Policy {
            decision: Some(Decision::Allow),
            include: vec![Rule::Everyone],
            precedence: Some(1),
            reusable: Some(false),
            name: Some("all".into()),
            id: "p".into(),
            ..Policy::default()
        }]),
        session_duration: Some("24h".into()),
        tags: Some(vec![]),
        kind: Some(ApplicationType::SelfHosted),
        uid: Some("f174e90a-fafe-4643-bbbc-4a0ed4fc8415".into()),
        ..Application::default()
    };
    writes(
        &application,
        &expect![[
            r#"{"allowed_idps":[],"aud":"0a","created_at":"2025-03-19T20:20:42Z","destinations":[{"type":"public","uri":"wiki.example.com"}],"domain":"wiki.example.com","http_only_cookie_attribute":true,"id":"f174e90a-fafe-4643-bbbc-4a0ed4fc8415","name":"Wiki","policies":[{"decision":"allow","exclude":[],"include":[{"everyone":{}}],"require":[],"precedence":1,"reusable":false,"name":"all","id":"p"}],"session_duration":"24h","tags":[],"type":"self_hosted","uid":"f174e90a-fafe-4643-bbbc-4a0ed4fc8415"}"#
        ]],
    );
}

#[test]
fn an_application_of_tomorrow_is_read_and_written_back_whole() {
    survives::<Application>(&json!({
        "id": "x", "type": "hologram", "same_site_cookie_attribute": "sideways", "brand_new": {"a": [1]},
        "destinations": [{"type": "all_workers", "worker": "w"}],
        "cors_headers": {"max_age": -1, "allow_all_origins": true, "new": 1},
        "policies": [{"id": "p", "decision": "ponder", "include": [{"geo": {"country_code": "PT"}}],
            "exclude": [], "require": [], "approval_required": true}],
    }));
}

#[test]
fn an_application_full_of_nulls_is_read() {
    let application: Application =
        read(r#"{"id":null,"name":null,"policies":[{"include":null}],"tags":null}"#);
    assert_eq!(application.policies.unwrap()[0].include, []);
}

#[test]
fn rules_are_read_as_what_they_say_and_written_back() {
    let table = [
        (json!({"email": {"email": "a@example.com"}}), Rule::Email("a@example.com".into())),
        (json!({"email_domain": {"domain": "example.com"}}), Rule::EmailDomain("example.com".into())),
        (json!({"everyone": {}}), Rule::Everyone),
        (json!({"ip": {"ip": "192.0.2.0/24"}}), Rule::Ip("192.0.2.0/24".into())),
        (json!({"service_token": {"token_id": "t"}}), Rule::ServiceToken("t".into())),
        (json!({"any_valid_service_token": {}}), Rule::AnyValidServiceToken),
    ];
    for (value, rule) in table {
        assert_eq!(Rule::from(value.clone()), rule);
        survives::<Rule>(&value);
    }
}

#[test]
fn a_rule_that_says_more_than_its_variant_can_hold_is_kept_whole() {
    for value in [
        json!({"email": {"email": "a@example.com", "unless": "friday"}}),
        json!({"email": {"email": 7}}),
        json!({"everyone": {}, "email": {"email": "a@example.com"}}),
        json!({"everyone": {"but": 1}}),
        json!({"everyone": null}),
        json!({"github-organization": {"name": "o", "identity_provider_id": "i"}}),
        json!({}),
        json!("everyone"),
    ] {
        assert_eq!(Rule::from(value.clone()), Rule::Other(value.clone()));
        survives::<Rule>(&value);
    }
}

#[test]
fn the_three_ways_to_write_a_policy_are_told_apart() {
    let policies: Vec<PolicyParams> = read(
        r#"["u", {"id":"a"}, {"id":"b","precedence":2}, {"id":"c","name":"n","decision":"deny","include":[]},
            {"id":"d","typo":1}]"#,
    );
    let kinds = policies.iter().map(|policy| match policy {
        PolicyParams::Id(id) => format!("id {id}"),
        PolicyParams::Link(link) => format!("link {} {:?}", link.id, link.precedence),
        PolicyParams::Inline(inline) => format!("inline {:?} {:?}", inline.id, inline.extra),
    });
    expect![[r#"
        id u
        link a Absent
        link b Value(2)
        inline Value("c") {}
        inline Value("d") {"typo": Number(1)}"#]]
    .assert_eq(&kinds.collect::<Vec<_>>().join("\n"));
    assert!(serde_json::from_str::<PolicyParams>("7").is_err());
}

#[test]
fn a_request_keeps_absent_null_and_value_apart_and_loses_nothing() {
    let text = r#"{"domain":"d","logo_url":null,"policies":["p"],"colour":"red"}"#;
    let params: ApplicationParams = read(text);
    assert_eq!((params.name.clone(), params.logo_url.clone()), (Field::Absent, Field::Null));
    assert_eq!(params.extra.keys().collect::<Vec<_>>(), ["colour"]);
    survives::<ApplicationParams>(&read(text));
}

#[test]
fn what_the_server_owns_is_an_unknown_field_of_a_request() {
    let params: ApplicationParams = read(r#"{"aud":"x","id":"y","uid":"z"}"#);
    assert_eq!(params.extra.keys().collect::<Vec<_>>(), ["aud", "id", "uid"]);
}

#[test]
fn requests_are_written_without_what_was_not_said() {
    let policy = InlinePolicy::new("all", Decision::NonIdentity, [Rule::AnyValidServiceToken]);
    let params = ApplicationParams {
        policies: vec![policy.into()].into(),
        ..ApplicationParams::self_hosted("Wiki", "wiki.example.com")
    };
    writes(
        &params,
        &expect![[
            r#"{"domain":"wiki.example.com","name":"Wiki","policies":[{"name":"all","decision":"non_identity","include":[{"any_valid_service_token":{}}]}],"type":"self_hosted"}"#
        ]],
    );
    writes(&ServiceTokenParams::new("ci"), &expect![[r#"{"name":"ci"}"#]]);
    writes(
        &ZoneParams::new("example.com", "023e"),
        &expect![[r#"{"name":"example.com","account":{"id":"023e"}}"#]],
    );
}

#[test]
fn a_service_token_is_written_in_the_order_of_recorded_answers() {
    let token = ServiceToken {
        client_id: Some("88bf.access".into()),
        client_secret: Some("s3cret".into()),
        duration: Some("8760h".into()),
        expires_at: Some("2026-03-19T20:20:42Z".into()),
        created_at: Some("2025-03-19T20:20:42Z".into()),
        updated_at: Some("2025-03-19T20:20:42Z".into()),
        id: "i".into(),
        name: Some("ci".into()),
        ..ServiceToken::default()
    };
    writes(
        &token,
        &expect![[
            r#"{"client_id":"88bf.access","client_secret":"s3cret","duration":"8760h","expires_at":"2026-03-19T20:20:42Z","created_at":"2025-03-19T20:20:42Z","updated_at":"2025-03-19T20:20:42Z","id":"i","name":"ci"}"#
        ]],
    );
}

#[test]
fn secrets_are_not_printed() {
    let token: ServiceToken = read(r#"{"id":"i","client_secret":"s3cret"}"#);
    let api_token: ApiToken = read(r#"{"id":"i","value":"s3cret"}"#);
    let printed = format!("{token:?} {api_token:#?} {:?}", Secret::from("s3cret"));
    assert!(!printed.contains("s3cret"), "{printed}");
    assert_eq!(token.client_secret.unwrap().expose_secret(), "s3cret");
}

#[test]
fn an_api_token_with_every_kind_of_resource_survives() {
    let value = json!({
        "id": "i", "name": "n", "status": "napping",
        "condition": {"request.ip": {"in": ["192.0.2.0/24"], "not_in": []}},
        "policies": [{
            "id": "p", "effect": "allow",
            "resources": {
                "com.cloudflare.api.account.*": "*",
                "com.cloudflare.api.account.023e": {"com.cloudflare.api.account.zone.*": "*"},
                "strange": [1],
            },
            "permission_groups": [{"id": "g", "name": "n", "meta": {"key": "k"}}],
        }],
    });
    survives::<ApiToken>(&value);
    let token: ApiToken = read(&value.to_string());
    let resources = &token.policies.unwrap()[0].resources;
    assert_eq!(resources["com.cloudflare.api.account.*"], Resource::all());
    assert!(matches!(resources["com.cloudflare.api.account.023e"], Resource::Nested(_)));
    assert!(matches!(resources["strange"], Resource::Other(_)));
}

#[test]
fn zones_and_verified_tokens_survive() {
    survives::<Zone>(&json!({
        "id": "z", "name": "example.com", "status": "active", "paused": false, "type": "full",
        "account": {"id": "023e", "name": "Example"}, "created_on": "t", "modified_on": "t",
        "activated_on": "t", "name_servers": [], "plan": {"id": "free"},
    }));
    survives::<VerifiedApiToken>(&json!({"id": "i", "status": "active", "expires_on": "t"}));
}
