//! What every answer has.

use std::collections::HashSet;

use crate::support::{Call, NOBODY, Server};

#[tokio::test]
async fn every_answer_is_json_in_the_envelope_with_the_same_headers() {
    let server = Server::start().await;
    let calls = [
        server.get("/access/apps"),
        server.get(&format!("/access/apps/{NOBODY}")),
        server.anonymous("GET", "/accounts"),
        server.anonymous("PATCH", "/accounts"),
        server.call("GET", "/nothing"),
        server.post("/access/apps").body("{"),
        Call::new(server.router.clone(), "GET", "/healthz"),
        Call::new(server.router.clone(), "GET", "/nothing"),
    ];
    let mut rays = HashSet::new();
    for call in calls {
        let reply = call.send().await;
        let json = reply.json();
        assert_eq!(json["success"], reply.status.is_success());
        assert!(json["errors"].is_array() && json["messages"].is_array(), "{}", reply.text);
        assert!(json.get("result").is_some(), "{}", reply.text);
        assert_eq!(json["errors"].as_array().unwrap().is_empty(), reply.status.is_success());
        assert_eq!(reply.header("content-type"), Some("application/json; charset=UTF-8"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let ray = reply.header("cf-ray").unwrap().to_owned();
        let (id, place) = ray.split_once('-').unwrap();
        assert!(
            id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && place.len() == 3,
            "{ray}"
        );
        assert!(rays.insert(ray));
    }
}

#[tokio::test]
async fn the_version_of_the_api_does_not_matter() {
    let server = Server::start().await;
    for version in ["2026-11-22", "1999-01-01", "soon"] {
        server.get("/access/apps").header("api-version", version).ok(200).await;
    }
}
