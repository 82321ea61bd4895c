//! `/zones`

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{NOWHERE, Server, app};

#[tokio::test]
async fn a_zone_is_active_at_once() {
    let server = Server::start().await;
    let body =
        json!({"name": "Example.com", "account": {"id": server.account}, "type": "full", "jump_start": true});
    let created = server.call("POST", "/zones").json(&body).send().await;
    created.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {
            "account": {
              "id": "<id of 32>"
            },
            "activated_on": "2025-03-19T20:20:42Z",
            "created_on": "2025-03-19T20:20:42Z",
            "id": "<id of 32>",
            "modified_on": "2025-03-19T20:20:42Z",
            "name": "example.com",
            "name_servers": [],
            "paused": false,
            "status": "active",
            "type": "full"
          },
          "success": true
        }
    "#]]);
    let read = server.call("GET", &format!("/zones/{}", created.id())).ok(200).await;
    assert_eq!(read.result(), created.result());
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let server = Server::start().await;
    server.zone("example.com").await;
    let create = |body: Value| server.call("POST", "/zones").json(&body);
    let account = json!({"id": server.account});
    create(json!({"name": "example.com", "account": account})).send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 1061,
              "message": "the zone already exists"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    create(json!({"name": "not a domain", "account": account})).fails(400, 12130).await;
    create(json!({"account": account})).fails(400, 12130).await;
    create(json!({"name": "example.org"})).fails(400, 12130).await;
    create(json!({"name": "example.org", "account": account, "type": "partial"})).fails(400, 12130).await;
    create(json!({"name": "example.org", "account": {"id": NOWHERE}})).fails(403, 10000).await;
    create(json!({"name": "example.org", "account": {"id": "x"}})).fails(403, 10000).await;
}

#[tokio::test]
async fn zones_are_listed_by_name_and_account() {
    let server = Server::start().await;
    server.zone("example.org").await;
    server.zone("example.com").await;
    let total = async |query: &str| {
        server.call("GET", &format!("/zones{query}")).ok(200).await.json()["result_info"]["total_count"]
            .clone()
    };
    assert_eq!(total("").await, 2);
    assert_eq!(total("?name=example.com").await, 1);
    assert_eq!(total(&format!("?account.id={}", server.account)).await, 2);
    assert_eq!(total(&format!("?account.id={NOWHERE}")).await, 0);
}

#[tokio::test]
async fn deleting_a_zone_deletes_what_it_owns() {
    let server = Server::start().await;
    let zone = server.zone("example.com").await;
    server.create_app(&format!("/zones/{zone}"), &app("Wiki", "wiki.example.com")).await;
    server.call("DELETE", &format!("/zones/{zone}")).send().await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8
        portcullis-gates: 0/0
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {
            "id": "<id of 32>"
          },
          "success": true
        }
    "#]]);
    server.call("GET", &format!("/zones/{zone}")).fails(403, 10000).await;
    server.call("GET", &format!("/zones/{zone}/access/apps")).fails(403, 10000).await;
    // Its place is free again.
    server.wiki().await;
}
