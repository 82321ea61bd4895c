//! What becomes of each field of an application.

use serde_json::{Value, json};

use crate::support::{Server, app};

/// Fields that would change who gets in or how: each with its default, and with something else.
fn only_default() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("allowed_idps", json!([]), json!(["f174e90a-fafe-4643-bbbc-4a0ed4fc8415"])),
        ("auto_redirect_to_identity", json!(false), json!(true)),
        ("enable_binding_cookie", json!(false), json!(true)),
        ("allow_authenticate_via_warp", json!(false), json!(true)),
        ("allow_iframe", json!(false), json!(true)),
        ("use_clientless_isolation_app_launcher_url", json!(false), json!(true)),
        ("eager_redirect_cookie_setting", json!(true), json!(false)),
        ("custom_pages", json!([]), json!(["x"])),
        ("tags", json!([]), json!(["x"])),
        ("mfa_config", json!(null), json!({"required": true})),
        ("scim_config", json!(null), json!({"enabled": true})),
        ("oauth_configuration", json!(null), json!({"enabled": true})),
        ("saas_app", json!(null), json!({})),
        ("domain_type", json!("public"), json!("private")),
    ]
}

#[tokio::test]
async fn what_is_not_offered_is_taken_at_its_default_only() {
    let server = Server::start().await;
    for (index, (name, default, other)) in only_default().into_iter().enumerate() {
        let mut body = app("App", &format!("{index}.example.com"));
        body[name] = other;
        let reply = server.post("/access/apps").json(&body).fails(400, 12130).await;
        assert_eq!(reply.pointer(), format!("/{name}"));
        assert!(reply.message().contains(&format!("{name} is not offered")), "{}", reply.message());
        body[name] = Value::Null;
        let id = server.post("/access/apps").json(&body).ok(201).await.id();
        body[name] = default;
        server.put(&format!("/access/apps/{id}")).json(&body).ok(200).await;
    }
}

#[tokio::test]
async fn an_unknown_field_is_refused_by_name() {
    let server = Server::start().await;
    let mut body = app("App", "a.example.com");
    body["sesion_duration"] = json!("1h");
    let reply = server.post("/access/apps").json(&body).fails(400, 12130).await;
    assert_eq!(reply.message(), "access.api.error.invalid_request: unknown field `sesion_duration`");
    assert_eq!(reply.pointer(), "/sesion_duration");
}

#[tokio::test]
async fn what_was_read_can_be_written_back() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    let read = server.get(&format!("/access/apps/{wiki}")).ok(200).await.result();
    let written = server.put(&format!("/access/apps/{wiki}")).json(&read).ok(200).await.result();
    assert_eq!(written, read);
}
