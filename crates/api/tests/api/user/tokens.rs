//! `/user/tokens`

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{NOWHERE, OWNER_EMAIL, Server, group};

const ACCOUNT: &str = "com.cloudflare.api.account";
const ZONE: &str = "com.cloudflare.api.account.zone";

fn allow(resources: &Value, groups: &Value) -> Value {
    json!({"name": "ci", "policies": [{"effect": "allow", "resources": resources, "permission_groups": groups}]})
}

#[tokio::test]
async fn a_token_that_works_is_verified_with_cloudflares_words() {
    let server = Server::start().await;
    server.call("GET", "/user/tokens/verify").send().await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8

        {
          "errors": [],
          "messages": [
            {
              "code": 10000,
              "message": "This API Token is valid and active",
              "type": null
            }
          ],
          "result": {
            "id": "<id of 32>",
            "status": "active"
          },
          "success": true
        }
    "#]]);
}

#[tokio::test]
async fn a_token_that_does_not_work_is_invalid() {
    let server = Server::start().await;
    let verify = || server.anonymous("GET", "/user/tokens/verify");
    verify().token(&"a".repeat(40)).send().await.check(&expect![[r#"
        401 Unauthorized
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 1000,
              "message": "Invalid API Token"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    verify().key(OWNER_EMAIL, &server.key).fails(401, 1000).await;
    verify().fails(400, 9106).await;
    verify().header("authorization", "Bearer short").fails(400, 6003).await;
}

#[tokio::test]
async fn the_value_of_a_token_is_shown_once() {
    let server = Server::start().await;
    let groups = json!([group("Access: Apps and Policies Revoke", ACCOUNT)]);
    let resource = format!("{ACCOUNT}.{}", server.account);
    let mut body = allow(&json!({resource: "*"}), &groups);
    body["condition"] = json!({"request.ip": {"in": ["192.0.2.0/24"]}});
    body["expires_on"] = json!("2026-01-01T00:00:00Z");
    let created = server.call("POST", "/user/tokens").json(&body).ok(200).await;
    let result = created.result();
    assert_eq!(result["policies"][0]["resources"], body["policies"][0]["resources"]);
    assert_eq!(result["policies"][0]["permission_groups"][0]["id"], groups[0]["id"]);
    assert_eq!(result["condition"], body["condition"]);
    assert_eq!(result["expires_on"], body["expires_on"]);
    assert_eq!(result["status"], "active");
    let value = result["value"].as_str().unwrap();
    let verified = server.anonymous("GET", "/user/tokens/verify").token(value).ok(200).await;
    assert_eq!(verified.id(), created.id());
    assert_eq!(verified.result()["expires_on"], body["expires_on"]);
}

#[tokio::test]
async fn every_form_of_resource_is_read_and_given_back() {
    let server = Server::start().await;
    let zone = server.zone("example.com").await;
    let (account, user) = (&server.account, &server.user);
    for (name, value, scope, permission) in [
        (format!("{ACCOUNT}.*"), json!("*"), ACCOUNT, "Access: Apps and Policies Read"),
        (format!("{ACCOUNT}.{account}"), json!("*"), ACCOUNT, "Access: Apps and Policies Read"),
        (format!("{ZONE}.*"), json!("*"), ZONE, "Access: Apps and Policies Read"),
        (format!("{ZONE}.{zone}"), json!("*"), ZONE, "Access: Apps and Policies Read"),
        (
            format!("{ACCOUNT}.{account}"),
            json!({format!("{ZONE}.*"): "*"}),
            ZONE,
            "Access: Apps and Policies Read",
        ),
        (format!("com.cloudflare.api.user.{user}"), json!("*"), "com.cloudflare.api.user", "API Tokens Read"),
    ] {
        let resources = json!({name: value});
        let body = allow(&resources, &json!([group(permission, scope)]));
        let created = server.call("POST", "/user/tokens").json(&body).ok(200).await;
        assert_eq!(created.result()["policies"][0]["resources"], resources);
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name() {
    let server = Server::start().await;
    let groups = json!([group("Access: Apps and Policies Read", ACCOUNT)]);
    let resources = json!({format!("{ACCOUNT}.*"): "*"});
    let with = |name: &str, value: Value| {
        let mut body = allow(&resources, &groups);
        body[name] = value;
        body
    };
    for (body, pointer) in [
        (allow(&resources, &json!([{"id": NOWHERE}])), "/policies/0/permission_groups/0/id"),
        (
            allow(&resources, &json!([{"name": "Access: Apps and Policies Read"}])),
            "/policies/0/permission_groups/0/id",
        ),
        (allow(&json!({"com.cloudflare.edge.r2.bucket.x": "*"}), &groups), "/policies/0/resources"),
        (allow(&json!({format!("{ACCOUNT}.*"): "read"}), &groups), "/policies/0/resources"),
        (allow(&json!({format!("{ACCOUNT}.x"): "*"}), &groups), "/policies/0/resources"),
        (
            allow(&json!({format!("{ACCOUNT}.*"): {format!("{ZONE}.*"): "*"}}), &groups),
            "/policies/0/resources",
        ),
        (with("name", json!(null)), "/name"),
        (with("condition", json!({"request.ip": {"in": ["here"]}})), "/condition/request.ip/in"),
        (with("condition", json!({"request_ip": {}})), "/condition/request_ip"),
        (with("expires_on", json!("tomorrow")), "/expires_on"),
        (with("status", json!("disabled")), "/status"),
        (with("color", json!("red")), "/color"),
    ] {
        let reply = server.call("POST", "/user/tokens").json(&body).fails(400, 12130).await;
        assert_eq!(reply.pointer(), pointer, "{body}: {}", reply.text);
    }
}

#[tokio::test]
async fn a_token_cannot_make_a_stronger_one() {
    let server = Server::start().await;
    let user = format!("com.cloudflare.api.user.{}", server.user);
    let groups = [group("API Tokens Write", "com.cloudflare.api.user")];
    let policies = json!([{"effect": "allow", "resources": {user: "*"}, "permission_groups": groups}]);
    let maker = server.api_token(policies).await;
    let body = allow(
        &json!({format!("{ACCOUNT}.*"): "*"}),
        &json!([group("Access: Apps and Policies Revoke", ACCOUNT)]),
    );
    server.call("POST", "/user/tokens").token(&maker).json(&body).fails(403, 9109).await;
}

#[tokio::test]
async fn a_deleted_token_is_gone() {
    let server = Server::start().await;
    let body = allow(
        &json!({format!("{ACCOUNT}.*"): "*"}),
        &json!([group("Access: Apps and Policies Read", ACCOUNT)]),
    );
    let created = server.call("POST", "/user/tokens").json(&body).ok(200).await;
    let path = format!("/user/tokens/{}", created.id());
    let deleted = server.call("DELETE", &path).ok(200).await;
    assert_eq!(deleted.result(), json!({"id": created.id()}));
    let value = created.result()["value"].as_str().unwrap().to_owned();
    server.anonymous("GET", "/user/tokens/verify").token(&value).fails(401, 1000).await;
    server.call("DELETE", &path).fails(404, 12135).await;
    server.call("DELETE", "/user/tokens/x").fails(404, 12135).await;
}

#[tokio::test]
async fn one_permission_has_a_group_in_each_scope() {
    let server = Server::start().await;
    let name = "Access:%20Apps%20and%20Policies%20Revoke";
    let find = |query: &str| server.call("GET", &format!("/user/tokens/permission_groups?{query}")).ok(200);
    find(&format!("name={name}")).await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8

        {
          "errors": [],
          "messages": [],
          "result": [
            {
              "id": "<id of 32>",
              "name": "Access: Apps and Policies Revoke",
              "scopes": [
                "com.cloudflare.api.account"
              ]
            },
            {
              "id": "<id of 32>",
              "name": "Access: Apps and Policies Revoke",
              "scopes": [
                "com.cloudflare.api.account.zone"
              ]
            }
          ],
          "success": true
        }
    "#]]);
    let in_zones = find(&format!("name={name}&scope={ZONE}")).await.result();
    assert_eq!(in_zones[0]["id"], "6db4e222e21248ac96a3f4c2a81e3b41");
    assert_eq!(find("name=Nothing").await.result(), json!([]));
}
