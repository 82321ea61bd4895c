//! Every other endpoint: where it goes, what it sends, what it reads.

use crate::support::{Script, answer};
use expect_test::{Expect, expect};
use portcullis_client::types::{
    ApiTokenParams, ApiTokenPolicyParams, ApiTokenStatus, ApplicationParams, Secret, ServiceTokenParams,
    ZoneParams,
};
use portcullis_client::{Client, Operation, Request};
use serde_json::{Value, json};

const ANY: &str = r#"{"result":{"id":"i"},"success":true,"errors":[],"messages":[]}"#;

async fn check<O: Operation>(
    make: impl FnOnce(&Client) -> Request<O>,
    result: &str,
    expected: Expect,
) -> O::Answer {
    let script = Script::new([answer(200, result)]);
    let answered = make(&script.client()).send().await.unwrap();
    let request = script.requests().concat();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let line = head.lines().next().unwrap().replace("/client/v4", "").replace(" HTTP/1.1", "");
    expected.assert_eq(format!("{line} {body}").trim_end());
    answered
}

#[tokio::test]
async fn applications() {
    let params = || ApplicationParams::self_hosted("Wiki", "wiki.example.com");
    let created = check(
        |client| client.zero_trust().access().applications().create(params()).account_id("a"),
        ANY,
        expect![[
            r#"POST /accounts/a/access/apps {"domain":"wiki.example.com","name":"Wiki","type":"self_hosted"}"#
        ]],
    )
    .await;
    assert_eq!(created.id, "i");
    check(
        |client| client.zero_trust().access().applications().update("i", params()).zone_id("z"),
        ANY,
        expect![[
            r#"PUT /zones/z/access/apps/i {"domain":"wiki.example.com","name":"Wiki","type":"self_hosted"}"#
        ]],
    )
    .await;
    check(
        |client| client.zero_trust().access().applications().get("i").account_id("a"),
        ANY,
        expect!["GET /accounts/a/access/apps/i"],
    )
    .await;
    let deleted = check(
        |client| client.zero_trust().access().applications().delete("i").account_id("a"),
        ANY,
        expect!["DELETE /accounts/a/access/apps/i"],
    )
    .await;
    assert_eq!(deleted.id, "i");
}

#[tokio::test]
async fn deleting_may_answer_nothing() {
    for nothing in ["", "{}", r#"{"result":null}"#] {
        let deleted = check(
            |client| client.zero_trust().access().applications().delete("i").account_id("a"),
            nothing,
            expect!["DELETE /accounts/a/access/apps/i"],
        )
        .await;
        assert_eq!(deleted.id, "");
    }
}

#[tokio::test]
async fn reading_must_answer_something() {
    let script = Script::new([answer(200, r#"{"result":null,"success":true}"#)]);
    let client = script.client();
    client.zero_trust().access().applications().get("i").account_id("a").await.unwrap_err();
}

#[tokio::test]
async fn service_tokens() {
    let created = check(
        |client| {
            let params = ServiceTokenParams { duration: "forever".into(), ..ServiceTokenParams::new("ci") };
            client.zero_trust().access().service_tokens().create(params).account_id("a")
        },
        r#"{"result":{"id":"i","client_id":"c.access","client_secret":"s"},"success":true}"#,
        expect![[r#"POST /accounts/a/access/service_tokens {"duration":"forever","name":"ci"}"#]],
    )
    .await;
    assert_eq!(created.client_secret.as_ref().map(Secret::expose_secret), Some("s"));
    check(
        |client| client.zero_trust().access().service_tokens().get("i").account_id("a"),
        ANY,
        expect!["GET /accounts/a/access/service_tokens/i"],
    )
    .await;
    check(
        |client| client.zero_trust().access().service_tokens().delete("i").account_id("a"),
        ANY,
        expect!["DELETE /accounts/a/access/service_tokens/i"],
    )
    .await;
    check(
        |client| client.zero_trust().access().service_tokens().list().zone_id("z"),
        r#"{"result":[]}"#,
        expect!["GET /zones/z/access/service_tokens"],
    )
    .await;
}

#[tokio::test]
async fn accounts_and_zones() {
    check(|client| client.accounts().get("a"), ANY, expect!["GET /accounts/a"]).await;
    check(|client| client.zones().list().per_page(5), r#"{"result":[]}"#, expect!["GET /zones?per_page=5"])
        .await;
    check(|client| client.zones().get("z"), ANY, expect!["GET /zones/z"]).await;
    check(|client| client.zones().delete("z"), ANY, expect!["DELETE /zones/z"]).await;
    check(
        |client| client.zones().create(ZoneParams::new("example.com", "a")),
        ANY,
        expect![[r#"POST /zones {"account":{"id":"a"},"name":"example.com"}"#]],
    )
    .await;
}

#[tokio::test]
async fn user_tokens() {
    let created = check(
        |client| {
            let policy = ApiTokenPolicyParams::allow(["g"], ["com.cloudflare.api.account.a"]);
            client.user().tokens().create(ApiTokenParams::new("revoker", [policy]))
        },
        r#"{"result":{"id":"i","value":"v"},"success":true}"#,
        expect![[
            r#"POST /user/tokens {"name":"revoker","policies":[{"effect":"allow","permission_groups":[{"id":"g"}],"resources":{"com.cloudflare.api.account.a":"*"}}]}"#
        ]],
    )
    .await;
    assert_eq!(created.value.as_ref().map(Secret::expose_secret), Some("v"));
    check(|client| client.user().tokens().delete("i"), ANY, expect!["DELETE /user/tokens/i"]).await;
    let verified = check(
        |client| client.user().tokens().verify(),
        r#"{"result":{"id":"i","status":"active"},"success":true,"errors":[],"messages":[{"code":10000,"message":"This API Token is valid and active","type":null}]}"#,
        expect!["GET /user/tokens/verify"],
    )
    .await;
    assert_eq!(verified.status, Some(ApiTokenStatus::Active));
}

#[tokio::test]
async fn endpoints_without_a_method() {
    let any: Value = check(
        |client| client.post("accounts/a/x", &json!({"b": 1})).query("q", "1"),
        ANY,
        expect![[r#"POST /accounts/a/x?q=1 {"b":1}"#]],
    )
    .await;
    assert_eq!(any, json!({"id": "i"}));
    check(|client| client.get::<Value>("/x?page=2").query("q", "1"), ANY, expect!["GET /x?page=2&q=1"]).await;
    check(|client| client.put::<Value>("x", &json!({})), ANY, expect!["PUT /x {}"]).await;
    check(|client| client.patch::<Value>("x", &[1]), ANY, expect!["PATCH /x [1]"]).await;
    check(|client| client.delete::<Option<Value>>("x"), "", expect!["DELETE /x"]).await;
    check(|client| client.post::<()>("x", &()), "{}", expect!["POST /x"]).await;
}

#[tokio::test]
async fn an_endpoint_without_a_method_is_below_the_base_url() {
    let script = Script::new([]);
    let client = script.client();
    for path in ["../x", "https://evil.example.com/x", "a/%2e%2E/b", "a//b", ""] {
        assert!(client.get::<Value>(path).await.is_err(), "{path}");
    }
    assert_eq!(script.requests(), [""; 0], "nothing was sent");
}
