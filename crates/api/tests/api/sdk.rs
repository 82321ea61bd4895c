//! What the official SDKs send, header by header (measured on the wire), is taken.

use serde_json::json;

use crate::support::{Call, Server};

const GO: &[(&str, &str)] = &[
    ("user-agent", "Cloudflare/Go 6.6.0"),
    ("content-length", "0"),
    ("accept", "application/json"),
    ("x-stainless-lang", "go"),
    ("x-stainless-retry-count", "0"),
    ("accept-encoding", "gzip"),
];

const PYTHON: &[(&str, &str)] = &[
    ("content-length", "0"),
    ("accept-encoding", "gzip, deflate"),
    ("connection", "keep-alive"),
    ("accept", "application/json"),
    ("content-type", "application/json"),
    ("user-agent", "Cloudflare/Python 5.9.0"),
    ("x-stainless-lang", "python"),
    ("x-stainless-async", "false"),
    ("x-stainless-read-timeout", "60"),
    ("api-version", "2026-11-22"),
];

const TYPESCRIPT: &[(&str, &str)] = &[
    ("accept", "application/json"),
    ("user-agent", "Cloudflare/JS 7.3.0"),
    ("api-version", "2026-11-22"),
    ("accept-language", "*"),
    ("sec-fetch-mode", "cors"),
    ("content-length", "0"),
];

fn with(call: Call, headers: &[(&str, &str)]) -> Call {
    headers.iter().fold(call, |call, (name, value)| call.header(name, value))
}

#[tokio::test]
async fn revoke_tokens_as_each_sdk_sends_it() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    for headers in [GO, PYTHON, TYPESCRIPT] {
        with(server.post(&format!("/access/apps/{wiki}/revoke_tokens")), headers).ok(200).await;
        with(server.post(&format!("/access/apps/{wiki}/revoke-tokens")), headers).ok(200).await;
        with(server.post(&format!("/access/apps/{wiki}/revoke_tokens?q=1")), headers).ok(200).await;
    }
}

#[tokio::test]
async fn a_body_that_nobody_asked_for_is_not_looked_at() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    let revoke = || server.post(&format!("/access/apps/{wiki}/revoke_tokens"));
    revoke().json(&json!({})).ok(200).await;
    revoke().json(&json!({"devices": true})).ok(200).await;
    revoke().body("not json").ok(200).await;
    revoke().header("content-type", "multipart/form-data").body("--x").ok(200).await;
    server.delete(&format!("/access/apps/{wiki}")).header("content-type", "application/json").ok(202).await;
}

#[tokio::test]
async fn lists_end_for_clients_that_stop_at_an_empty_page() {
    let server = Server::start().await;
    server.wiki().await;
    let first = server.get("/access/apps").ok(200).await;
    assert_eq!(first.result().as_array().unwrap().len(), 1);
    let second = server.get("/access/apps?page=2").ok(200).await;
    assert_eq!(second.result(), json!([]));
    assert_eq!(second.json()["result_info"]["page"], 2);
    server.get("/access/apps?page=0&per_page=0").ok(200).await;
}
