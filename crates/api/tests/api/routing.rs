//! Paths and methods, before anything is asked about the caller.

use crate::support::{Call, NOBODY, Server};

#[tokio::test]
async fn an_unknown_route_says_which() {
    let server = Server::start().await;
    for path in
        ["/client/v4/nothing", "/client/v4", "/", "/client/v4/accounts/", "//client/v4/accounts", "/accounts"]
    {
        let reply = Call::new(server.router.clone(), "GET", path).fails(404, 7003).await;
        let expected = format!("Could not route to {path}, perhaps your object identifier is invalid?");
        assert_eq!(reply.message(), expected);
    }
}

#[tokio::test]
async fn empty_segments_are_not_merged() {
    let server = Server::start().await;
    for path in ["/access/apps//revoke_tokens", "//access/apps", "/access//apps", "/access/apps/"] {
        server.post(path).fails(404, 7003).await;
    }
    server.call("GET", "/accounts//access/apps").fails(404, 7003).await;
}

#[tokio::test]
async fn an_encoded_slash_or_dot_segment_does_not_lead_elsewhere() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    for id in ["%2e%2e", "..", "a%2Fb", &format!("{wiki}%2F"), &format!("..%2F{wiki}")] {
        server.post(&format!("/access/apps/{id}/revoke_tokens")).fails(400, 12045).await;
    }
    server.post("/access/apps/%ff/revoke_tokens").fails(404, 7003).await;
}

#[tokio::test]
async fn a_wrong_method_is_said_before_anything_is_asked() {
    let server = Server::start().await;
    for (method, path) in [
        ("PUT", format!("/access/apps/{NOBODY}/revoke_tokens")),
        ("GET", format!("/access/apps/{NOBODY}/revoke-tokens")),
        ("PATCH", format!("/access/apps/{NOBODY}")),
        ("OPTIONS", "/access/apps".to_owned()),
        ("TRACE", "/access/apps".to_owned()),
        ("BREW", "/access/apps".to_owned()),
    ] {
        let reply = server.anonymous(method, &server.path(&path)).fails(405, 7001).await;
        assert_eq!(reply.message(), format!("Method {method} not available for that URI."));
        assert!(reply.header("allow").is_some(), "{method} {path}");
    }
    server.anonymous("DELETE", "/user/tokens/verify").fails(405, 7001).await;
}

#[tokio::test]
async fn an_impossible_id_comes_before_a_wrong_method() {
    let server = Server::start().await;
    server.anonymous("PATCH", "/accounts/x/access/apps").fails(404, 7003).await;
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = Server::start().await;
    let reply = server.call("HEAD", &server.path("/access/apps")).send().await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, ""));
    assert!(reply.header("cf-ray").is_some());
    let reply = server.anonymous("HEAD", &server.path("/access/apps")).send().await;
    assert_eq!(reply.status.as_u16(), 400);
    let reply =
        server.call("HEAD", &server.path(&format!("/access/apps/{NOBODY}/revoke_tokens"))).send().await;
    assert_eq!(reply.status.as_u16(), 405);
}
