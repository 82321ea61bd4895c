//! `PUT /{accounts|zones}/{id}/access/apps/{app_id}`

use serde_json::json;

use crate::support::{Gate, NOBODY, Server, app, policy};

#[tokio::test]
async fn an_update_replaces_all_but_what_the_server_owns() {
    let server = Server::start().await;
    let mut body = app("Wiki", "wiki.example.com");
    body["logo_url"] = json!("https://example.com/logo.png");
    body["policies"] = json!([policy("machines", None)]);
    let created = server.post("/access/apps").json(&body).ok(201).await.result();
    let path = format!("/access/apps/{}", created["id"].as_str().unwrap());
    let updated = server.put(&path).json(&app("Docs", "docs.example.com")).ok(200).await;
    assert!(updated.header("portcullis-revision").is_some());
    assert_eq!(updated.header("portcullis-gates"), Some("0/0"));
    let result = updated.result();
    for owned in ["id", "uid", "aud", "created_at"] {
        assert_eq!(result[owned], created[owned], "{owned}");
    }
    assert_eq!(result["name"], "Docs");
    assert_eq!(result["policies"], json!([]));
    assert!(result.get("logo_url").is_none());
    assert_eq!(server.get(&path).ok(200).await.result(), result);
}

#[tokio::test(start_paused = true)]
async fn an_update_says_when_it_is_obeyed() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    let _gate = Gate::stalled(server.control.hub());
    let update = server.put(&format!("/access/apps/{wiki}")).header("prefer", "respond-async");
    let reply = update.json(&app("Wiki", "wiki.example.com")).ok(200).await;
    assert_eq!(reply.header("portcullis-gates"), Some("0/1"));
    assert_eq!(reply.header("portcullis-enforced-within"), Some("4"));
    assert_eq!(reply.header("preference-applied"), Some("respond-async"));
}

#[tokio::test]
async fn the_order_is_permission_id_body_existence() {
    let server = Server::start().await;
    server.put("/access/apps/wiki").body("{").fails(400, 12045).await;
    server.put(&format!("/access/apps/{NOBODY}")).body("{").fails(400, 12130).await;
    server.put(&format!("/access/apps/{NOBODY}")).json(&app("A", "a.example.com")).fails(404, 11021).await;
}

#[tokio::test]
async fn another_applications_place_is_a_conflict() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    server.post("/access/apps").json(&app("Docs", "docs.example.com")).ok(201).await;
    server
        .put(&format!("/access/apps/{wiki}"))
        .json(&app("Wiki", "docs.example.com"))
        .fails(409, 11010)
        .await;
}
