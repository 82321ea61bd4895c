//! What a failure says.

use std::time::Duration;

use crate::support::{ACCOUNT, APP, Answer, Script, answer, answer_with};
use portcullis_client::Error;

fn failure(code: i64, message: &str) -> String {
    format!(
        r#"{{"success":false,"errors":[{{"code":{code},"message":"{message}"}}],"messages":[],"result":null}}"#
    )
}

async fn error(answer: Answer) -> Error {
    let script = Script::new([answer]);
    script.revoke().max_retries(0).send().await.unwrap_err()
}

#[tokio::test]
async fn an_error_says_everything_that_the_server_said() {
    let body = r#"{"success":false,"result":null,"messages":[{"code":1,"message":"note"}],"errors":[
        {"code":6003,"message":"Invalid request headers","error_chain":
            [{"code":6103,"message":"Invalid format for X-Auth-Key header"}]},
        {"code":70000000001,"message":"wide","source":{"pointer":"/name"},"documentation_url":"https://d"}]}"#;
    let error = error(answer_with(400, "cf-ray: 8f00-LIS\r\n", body)).await;
    assert_eq!((error.code(), error.cf_ray()), (Some(6003), Some("8f00-LIS")));
    assert!(error.has_code(70_000_000_001) && !error.has_code(1));
    let api = error.api().unwrap();
    assert_eq!(api.errors[0].error_chain[0].code, 6103);
    assert_eq!(api.errors[1].source.as_ref().unwrap().pointer.as_deref(), Some("/name"));
    assert_eq!(api.errors[1].documentation_url.as_deref(), Some("https://d"));
    assert_eq!(api.messages[0].message, "note");
    assert_eq!(api.body, body.as_bytes());
}

#[tokio::test]
async fn an_error_reads_as_in_go() {
    let body = failure(11021, "access.api.error.unknown_application");
    let error = error(answer(404, &body)).await;
    let text = error.to_string();
    let (before, after) = text.split_once("/client/v4/").unwrap();
    assert!(before.starts_with("POST \"http://127.0.0.1:"), "{text}");
    assert_eq!(after, format!("accounts/{ACCOUNT}/access/apps/{APP}/revoke_tokens\": 404 Not Found {body}"));
}

#[tokio::test]
async fn an_error_that_is_no_envelope_is_kept() {
    for body in ["<html>502</html>", "", "null", "[1]", r#"{"code":1010,"error":"auth.forbidden"}"#] {
        let error = error(answer(502, body)).await;
        let api = error.api().unwrap();
        assert_eq!((api.status.as_u16(), api.errors.len(), &api.body[..]), (502, 0, body.as_bytes()));
        assert!(error.to_string().ends_with(format!("502 Bad Gateway {body}").trim_end()), "{error}");
    }
}

#[tokio::test]
async fn errors_are_told_apart() {
    let table = [
        (404, 11021, "access.api.error.unknown_application", "not found"),
        (401, 10000, "Authentication error", "auth"),
        (400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers", "auth"),
        (400, 6003, "Invalid request headers", "auth"),
        (403, 9103, "Unknown X-Auth-Key or X-Auth-Email", "auth"),
        (403, 9109, "Invalid access token", "auth"),
        (403, 9109, "Unauthorized to access requested resource", "permission"),
        (403, 10000, "Authentication error", "permission"),
        (429, 971, "Please wait and consider throttling your request speed", "rate limited"),
        (409, 11010, "access.api.error.application_already_exists", "other"),
    ];
    for (status, code, message, expected) in table {
        let error = error(answer(status, &failure(code, message))).await;
        let kinds = [
            (error.is_not_found(), "not found"),
            (error.is_auth(), "auth"),
            (error.is_permission(), "permission"),
            (error.is_rate_limited(), "rate limited"),
        ];
        let kinds: Vec<_> = kinds.into_iter().filter(|(is, _)| *is).map(|(_, kind)| kind).collect();
        let expected: Vec<_> = [expected].into_iter().filter(|kind| *kind != "other").collect();
        assert_eq!(kinds, expected, "{status} {code} {message}");
    }
}

#[tokio::test]
async fn the_wait_that_the_server_asks_for_is_known() {
    let error = error(answer_with(429, "Retry-After: 61\r\n", "{}")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(61)));
}

#[tokio::test]
async fn a_redirect_is_an_error_and_is_not_followed() {
    let error = error(answer_with(302, "Location: /elsewhere\r\n", "")).await;
    assert_eq!(error.status().unwrap().as_u16(), 302);
}

#[tokio::test]
async fn a_lost_connection_is_no_answer() {
    for lost in [Answer::Reset, Answer::HalfBody] {
        let error = error(lost).await;
        assert!(matches!(error, Error::Transport { .. }), "{error:?}");
        assert_eq!((error.status(), error.is_timeout()), (None, false));
        assert!(error.to_string().ends_with("revoke_tokens\" got no answer"), "{error}");
    }
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let script = Script::new([Answer::Silence]);
    let error = script.revoke().max_retries(0).timeout(Duration::from_millis(20)).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}
