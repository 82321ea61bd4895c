//! `revoke_tokens`: the bytes that are sent, and what the answer means.

use std::time::Duration;

use crate::support::{ACCOUNT, APP, SUCCESS, Script, answer, answer_with, revoke};
use expect_test::expect;
use portcullis_client::{Error, Scope};

#[tokio::test]
async fn the_request_of_an_api_token_is_exactly_this() {
    let script = Script::new([answer(200, SUCCESS)]);
    script.revoke().send().await.unwrap();
    expect![[r"
        POST /client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/access/apps/f174e90a-fafe-4643-bbbc-4a0ed4fc8415/revoke_tokens HTTP/1.1
        accept: application/json
        user-agent: portcullis-client/0.1.0
        authorization: Bearer tok_AAAA
        content-length: 0
        host: HOST

    "]]
    .assert_eq(&script.requests().concat().replace('\r', ""));
}

#[tokio::test]
async fn the_request_of_a_key_with_email_is_exactly_this() {
    let script = Script::new([answer(200, SUCCESS)]);
    let client = script.builder().api_key("key_BBBB").api_email("user@example.com").build().unwrap();
    let applications = client.zero_trust().access().applications();
    applications.revoke_tokens(APP).zone_id("9a7806061c88ada191ed06f989cc3dac").await.unwrap();
    expect![[r"
        POST /client/v4/zones/9a7806061c88ada191ed06f989cc3dac/access/apps/f174e90a-fafe-4643-bbbc-4a0ed4fc8415/revoke_tokens HTTP/1.1
        accept: application/json
        user-agent: portcullis-client/0.1.0
        x-auth-email: user@example.com
        x-auth-key: key_BBBB
        content-length: 0
        host: HOST

    "]]
    .assert_eq(&script.requests().concat().replace('\r', ""));
}

#[tokio::test]
async fn what_one_call_does_differently_is_sent() {
    let script = Script::new([answer(200, SUCCESS)]);
    let client = script
        .builder()
        .user_service_key("svc_CCCC")
        .default_header("x-team", "blue")
        .api_version("2025-01-01")
        .user_agent_suffix("acme/2")
        .build()
        .unwrap();
    revoke(&client)
        .prefer_async()
        .prefer_wait(Duration::from_millis(1500))
        .header("X-Team", "red")
        .query("q", "1 & 2")
        .json_set("devices.all", true)
        .send()
        .await
        .unwrap();
    expect![[r#"
        POST /client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/access/apps/f174e90a-fafe-4643-bbbc-4a0ed4fc8415/revoke_tokens?q=1+%26+2 HTTP/1.1
        x-team: red
        accept: application/json
        user-agent: portcullis-client/0.1.0 acme/2
        api-version: 2025-01-01
        x-auth-user-service-key: svc_CCCC
        content-type: application/json
        prefer: respond-async, wait=2
        host: HOST
        content-length: 24

        {"devices":{"all":true}}"#]]
    .assert_eq(&script.requests().concat().replace('\r', ""));
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_the_texts_of_cloudflare_go() {
    const BOTH: &str = "account ID and zone ID are mutually exclusive";
    const NEITHER: &str = "either account ID or zone ID must be provided";
    let script = Script::new([]);
    let client = script.client();
    let revoke = |app: &str| client.zero_trust().access().applications().revoke_tokens(app);
    let table = [
        (revoke(APP).account_id("a").zone_id("z"), BOTH),
        (revoke("").account_id("a").zone_id("z"), BOTH),
        (revoke(APP), NEITHER),
        (revoke(""), NEITHER),
        (revoke(APP).account_id(""), NEITHER),
        (revoke(APP).account_id("").zone_id(""), NEITHER),
        (revoke(APP).account_id("a").scope(Scope::zone("")), NEITHER),
        (revoke("").account_id("a"), "missing required app_id parameter"),
        (revoke("..").account_id("a"), "app_id must not be \"..\""),
        (revoke(APP).account_id(".."), "account_id must not be \"..\""),
        (revoke(APP).zone_id("."), "zone_id must not be \".\""),
        (revoke(APP).account_id("a").header("b a d", "x"), "`b a d` is not the name of a header"),
        (
            revoke(APP).account_id("a").header("x-y", "a\r\nb"),
            "the value of `x-y` has a character that no header can carry",
        ),
    ];
    for (request, text) in table {
        let error = request.send().await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error:?}");
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(script.requests(), [""; 0], "nothing was sent");
}

#[tokio::test]
async fn a_scope_replaces_what_was_said_and_an_empty_id_says_nothing() {
    let script = Script::new([answer(200, SUCCESS), answer(200, SUCCESS)]);
    script.revoke().scope(Scope::zone("z")).await.unwrap();
    script.revoke().zone_id("").await.unwrap();
    let [zone, account] = <[String; 2]>::try_from(script.lines()).unwrap();
    assert!(zone.starts_with("POST /client/v4/zones/z/access/"), "{zone}");
    assert!(account.starts_with(&format!("POST /client/v4/accounts/{ACCOUNT}/access/")), "{account}");
}

#[tokio::test]
async fn an_id_cannot_leave_its_segment() {
    let script = Script::new([answer(200, SUCCESS)]);
    let applications = script.client();
    let applications = applications.zero_trust().access().applications();
    applications.revoke_tokens("a/b?c#d %2e..é").account_id("../zones/x").await.unwrap();
    assert_eq!(
        script.lines(),
        [
            "POST /client/v4/accounts/..%2Fzones%2Fx/access/apps/a%2Fb%3Fc%23d%20%252e..%C3%A9/revoke_tokens HTTP/1.1"
        ]
    );
}

#[tokio::test]
async fn every_odd_success_is_a_success() {
    let table = [
        (200, SUCCESS, Some("{}")),
        (202, r#"{"result":{},"success":true}"#, Some("{}")),
        (200, r#"{"result":null,"success":true}"#, None),
        (200, r#"{"success":true,"errors":[],"messages":[]}"#, None),
        (200, "{}", None),
        (200, "", None),
        (204, "", None),
    ];
    for (status, body, result) in table {
        let script = Script::new([answer(status, body)]);
        let revoked = script.revoke().await.unwrap();
        let answered = revoked.result().map(ToString::to_string);
        assert_eq!(answered.as_deref(), result, "{status} {body}");
        assert_eq!(revoked.status().as_u16(), status);
    }
}

#[tokio::test]
async fn a_success_that_is_no_answer_of_the_api_is_not_believed() {
    for body in ["<html>Log in to the hotel network</html>", "[]", "[null,true]", "{", "\"ok\""] {
        let script = Script::new([answer(200, body)]);
        let error = script.revoke().await.unwrap_err();
        let Error::Decode { status, body: kept, .. } = &error else { panic!("{error:?}") };
        assert_eq!((status.as_u16(), &kept[..]), (200, body.as_bytes()));
        assert!(!format!("{error:?}").contains("hotel"), "bodies are not printed by Debug");
    }
}

#[tokio::test]
async fn success_false_is_an_error_whatever_the_status() {
    let body = r#"{"success":false,"errors":[{"code":12130,"message":"no"}],"messages":[],"result":null}"#;
    let script = Script::new([answer(200, body)]);
    let error = script.revoke().await.unwrap_err();
    assert!(error.has_code(12130) && error.status().unwrap().is_success(), "{error:?}");
}

#[tokio::test]
async fn portcullis_says_how_far_it_is() {
    let enforced = "Portcullis-Revision: 1700000000000042\r\nPortcullis-Gates: 12/12\r\n";
    let durable =
        "Portcullis-Revision: 7\r\nPortcullis-Gates: 11/12\r\nPortcullis-Enforced-Within: 3.75s\r\n";
    let script = Script::new([answer_with(200, enforced, SUCCESS), answer_with(202, durable, SUCCESS)]);
    let said = async || {
        let revoked = script.revoke().await.unwrap();
        let gates = revoked.gates().map(|gates| (gates.confirmed, gates.connected));
        (revoked.is_enforced(), revoked.revision(), gates, revoked.enforced_within())
    };
    let within = Some(Duration::from_millis(3750));
    assert_eq!(said().await, (Some(true), Some(1_700_000_000_000_042), Some((12, 12)), None));
    assert_eq!(said().await, (Some(false), Some(7), Some((11, 12)), within));
}

#[tokio::test]
async fn cloudflare_says_nothing_of_the_kind() {
    let script = Script::new([answer(202, SUCCESS)]);
    let revoked = script.revoke().await.unwrap();
    assert_eq!((revoked.is_enforced(), revoked.revision()), (None, None));
    assert_eq!((revoked.gates(), revoked.enforced_within()), (None, None));
}

#[tokio::test]
async fn the_raw_response_is_answered_whatever_its_status() {
    let script = Script::new([answer_with(404, "cf-ray: 8f00-LIS\r\n", "nothing here")]);
    let raw = script.revoke().send_raw().await.unwrap();
    assert_eq!((raw.status().as_u16(), raw.cf_ray(), raw.retries()), (404, Some("8f00-LIS"), 0));
    assert_eq!(&raw.bytes()[..], b"nothing here");
    assert!(raw.parse::<serde_json::Value>().unwrap_err().is_not_found());
}

#[tokio::test]
async fn the_response_comes_with_the_answer_on_request() {
    let script = Script::new([answer_with(200, "x-note: hi\r\n", SUCCESS)]);
    let both = script.revoke().with_response().await.unwrap();
    assert_eq!(both.response.headers()["x-note"], "hi");
    assert!(both.answer.result().is_some());
}
