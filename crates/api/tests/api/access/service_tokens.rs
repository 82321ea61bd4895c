//! `/{accounts|zones}/{id}/access/service_tokens`

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Gate, NOBODY, Server, app, policy};

const TOKENS: &str = "/access/service_tokens";

#[tokio::test]
async fn the_secret_is_shown_once() {
    let server = Server::start().await;
    let created = server.post(TOKENS).json(&json!({"name": "ci"})).send().await;
    created.check(&expect![[r#"
        201 Created
        content-type: application/json; charset=UTF-8
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {
            "client_id": "<client_id of 39>",
            "client_secret": "<client_secret of 54>",
            "created_at": "2025-03-19T20:20:42Z",
            "duration": "8760h",
            "enabled": true,
            "expires_at": "2026-03-19T20:20:42Z",
            "id": "<id of 36>",
            "name": "ci",
            "updated_at": "2025-03-19T20:20:42Z"
          },
          "success": true
        }
    "#]]);
    let read = server.get(&format!("{TOKENS}/{}", created.id())).ok(200).await.result();
    assert!(read.get("client_secret").is_none());
    let mut expected = created.result();
    expected.as_object_mut().unwrap().remove("client_secret");
    assert_eq!(read, expected);
    let listed = server.get(TOKENS).ok(200).await;
    assert_eq!(listed.result(), json!([expected]));
}

#[tokio::test]
async fn durations_are_kept_as_they_were_written() {
    let server = Server::start().await;
    let create = |duration: Value| server.post(TOKENS).json(&json!({"name": "ci", "duration": duration}));
    let limited = create(json!("90m")).ok(201).await.result();
    assert_eq!(limited["duration"], "90m");
    assert_eq!(limited["expires_at"], "2025-03-19T21:50:42Z");
    let forever = create(json!("forever")).ok(201).await.result();
    assert_eq!(forever["duration"], "forever");
    assert!(forever.get("expires_at").is_none());
    create(json!("a year")).fails(400, 12130).await;
    create(json!(5)).fails(400, 12130).await;
}

#[tokio::test]
async fn what_is_not_offered_is_refused_by_name() {
    let server = Server::start().await;
    for (body, pointer) in [
        (json!({}), "/name"),
        (json!({"name": "ci", "enabled": false}), "/enabled"),
        (json!({"name": "ci", "client_secret_version": 2}), "/client_secret_version"),
        (json!({"name": "ci", "secret": "mine"}), "/secret"),
    ] {
        let reply = server.post(TOKENS).json(&body).fails(400, 12130).await;
        assert_eq!(reply.pointer(), pointer, "{body}");
    }
    server.post(TOKENS).json(&json!({"name": "ci", "enabled": true})).ok(201).await;
}

#[tokio::test]
async fn lists_are_filtered_by_name() {
    let server = Server::start().await;
    for name in ["ci", "deploy"] {
        server.post(TOKENS).json(&json!({"name": name})).ok(201).await;
    }
    let count = async |query: &str| {
        server.get(&format!("{TOKENS}{query}")).ok(200).await.json()["result_info"]["total_count"].clone()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("?name=ci").await, 1);
    assert_eq!(count("?search=PLOY").await, 1);
    server.get(&format!("{TOKENS}?per_page=3")).fails(400, 12091).await;
}

#[tokio::test(start_paused = true)]
async fn deleting_answers_what_it_was_and_how_far_it_is_obeyed() {
    let server = Server::start().await;
    let path = format!("{TOKENS}/{}", server.post(TOKENS).json(&json!({"name": "ci"})).ok(201).await.id());
    let _gate = Gate::stalled(server.control.hub());
    server.delete(&path).header("prefer", "respond-async").send().await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8
        portcullis-enforced-within: 4
        portcullis-gates: 0/1
        portcullis-revision: <revision>
        preference-applied: respond-async

        {
          "errors": [],
          "messages": [],
          "result": {
            "client_id": "<client_id of 39>",
            "created_at": "2025-03-19T20:20:42Z",
            "duration": "8760h",
            "enabled": true,
            "expires_at": "2026-03-19T20:20:42Z",
            "id": "<id of 36>",
            "name": "ci",
            "updated_at": "2025-03-19T20:20:42Z"
          },
          "success": true
        }
    "#]]);
    server.delete(&path).fails(404, 12135).await;
}

#[tokio::test]
async fn a_service_token_that_a_policy_names_is_in_use() {
    let server = Server::start().await;
    let ci = server.post(TOKENS).json(&json!({"name": "ci"})).ok(201).await.id();
    let mut body = app("Wiki", "wiki.example.com");
    body["policies"] = json!([policy("ci", Some(&ci))]);
    let wiki = server.create_app(&server.path(""), &body).await;
    server.delete(&format!("{TOKENS}/{ci}")).send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12139,
              "message": "access.api.error.service_token_in_use: cannot delete service token because it is used by a policy, group, or app SCIM configuration."
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    server.delete(&format!("/access/apps/{wiki}")).ok(202).await;
    server.delete(&format!("{TOKENS}/{ci}")).ok(200).await;
}

#[tokio::test]
async fn an_unknown_service_token_is_not_found() {
    let server = Server::start().await;
    server.get(&format!("{TOKENS}/{NOBODY}")).send().await.check(&expect![[r#"
        404 Not Found
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12135,
              "message": "access.api.error.not_found"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    server.get(&format!("{TOKENS}/ci")).fails(404, 12135).await;
    server.delete(&format!("{TOKENS}/{NOBODY}")).fails(404, 12135).await;
}

#[tokio::test]
async fn i7_a_service_token_belongs_to_its_owner() {
    let server = Server::start().await;
    let zone = server.zone("example.com").await;
    let ci = server.post(TOKENS).json(&json!({"name": "ci"})).ok(201).await.id();
    server.call("GET", &format!("/zones/{zone}{TOKENS}/{ci}")).fails(404, 12135).await;
    let path = format!("/zones/{zone}{TOKENS}");
    let zoned = server.call("POST", &path).json(&json!({"name": "zoned"})).ok(201).await.id();
    server.call("GET", &format!("{path}/{zoned}")).ok(200).await;
    server.get(&format!("{TOKENS}/{zoned}")).fails(404, 12135).await;
}
