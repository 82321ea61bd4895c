//! What is answered to whom: access-control errors, word by word.

use std::time::Duration;

use expect_test::expect;
use serde_json::json;

use crate::support::{OWNER_EMAIL, Server, group};

const APPS: &str = "/access/apps";

#[tokio::test]
async fn malformed_credentials_are_told_apart() {
    let server = Server::start().await;
    let call = || server.anonymous("GET", &server.path(APPS));
    let reply = call().header("authorization", "Basic abc").send().await;
    reply.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 6003,
              "error_chain": [
                {
                  "code": 6111,
                  "message": "Invalid format for Authorization header"
                }
              ],
              "message": "Invalid request headers"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    let reply = call().key("nobody", "0123").send().await;
    reply.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 6003,
              "error_chain": [
                {
                  "code": 6102,
                  "message": "Invalid format for X-Auth-Email header"
                },
                {
                  "code": 6103,
                  "message": "Invalid format for X-Auth-Key header"
                }
              ],
              "message": "Invalid request headers"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    let reply = call().key(OWNER_EMAIL, &server.token).send().await;
    reply.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 6003,
              "error_chain": [
                {
                  "code": 6103,
                  "message": "Invalid format for X-Auth-Key header"
                }
              ],
              "message": "Invalid request headers"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    // One half of a pair is none.
    call().header("x-auth-email", OWNER_EMAIL).fails(400, 9106).await;
    call().header("x-auth-user-service-key", "v1.0-abc").fails(400, 9106).await;
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let server = Server::start().await;
    let call = || server.anonymous("GET", &server.path(APPS));
    call().send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 9106,
              "message": "Missing X-Auth-Key, X-Auth-Email or Authorization headers"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    call().token(&"a".repeat(40)).send().await.check(&expect![[r#"
        403 Forbidden
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 9109,
              "message": "Invalid access token"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    call().key(OWNER_EMAIL, &"a".repeat(37)).send().await.check(&expect![[r#"
        403 Forbidden
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 9103,
              "message": "Unknown X-Auth-Key or X-Auth-Email"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    call().key("stranger@example.com", &server.key).fails(403, 9103).await;
    call().key(OWNER_EMAIL, &server.key).ok(200).await;
}

#[tokio::test]
async fn a_header_twice_is_malformed() {
    let server = Server::start().await;
    let bearer = format!("Bearer {}", server.token);
    server.get(APPS).header("authorization", &bearer).fails(400, 6003).await;
    let call = server.anonymous("GET", &server.path(APPS)).key(OWNER_EMAIL, &server.key);
    call.header("x-auth-key", &server.key).fails(400, 6003).await;
}

#[tokio::test]
async fn all_credentials_at_once_must_all_be_right() {
    let server = Server::start().await;
    let both = |key: &str| server.get(APPS).header("x-auth-email", OWNER_EMAIL).header("x-auth-key", key);
    both(&server.key).ok(200).await;
    both(&"a".repeat(37)).fails(403, 9103).await;
}

#[tokio::test]
async fn too_little_permission_is_an_authentication_error() {
    let server = Server::start().await;
    let token = server.account_token("Access: Audit Logs Read").await;
    let call = server.get(APPS).token(&token);
    call.send().await.check(&expect![[r#"
        403 Forbidden
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 10000,
              "message": "Authentication error"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
}

#[tokio::test]
async fn permission_comes_before_existence_and_form() {
    let server = Server::start().await;
    let token = server.account_token("Access: Apps and Policies Read").await;
    for app in ["not-an-id", crate::support::NOBODY] {
        server.post(&format!("/access/apps/{app}/revoke_tokens")).token(&token).fails(403, 10000).await;
    }
    server.post(APPS).token(&token).body("{").fails(403, 10000).await;
}

#[tokio::test]
async fn a_token_is_bound_to_its_addresses_and_its_time() {
    let server = Server::start().await;
    let resource = format!("com.cloudflare.api.account.{}", server.account);
    let groups = [group("Access: Apps and Policies Read", "com.cloudflare.api.account")];
    let body = json!({
        "name": "bound",
        "policies": [{"effect": "allow", "resources": {resource: "*"}, "permission_groups": groups}],
        "condition": {"request.ip": {"in": ["198.51.100.0/24"], "not_in": ["198.51.100.9"]}},
        "not_before": "2025-03-19T21:00:00Z",
        "expires_on": "2025-03-19T22:00:00Z",
    });
    let created = server.call("POST", "/user/tokens").json(&body).ok(200).await;
    let token = created.result()["value"].as_str().unwrap().to_owned();
    let call = |from: &str| server.get(APPS).token(&token).from(from);
    call("198.51.100.1").fails(403, 9109).await;
    server.clock.advance(Duration::from_hours(1));
    call("198.51.100.1").ok(200).await;
    call("::ffff:198.51.100.1").ok(200).await;
    let reply = call("203.0.113.5").fails(403, 9109).await;
    assert_eq!(reply.message(), "Cannot use the access token from location: 203.0.113.5");
    call("198.51.100.9").fails(403, 9109).await;
    server.clock.advance(Duration::from_hours(1));
    let reply = call("198.51.100.1").fails(403, 9109).await;
    assert_eq!(reply.message(), "Invalid access token");
}
