//! The decision alone, for proxies that ask.

use crate::setting::*;
use crate::wire::{Head, Wire};

fn question(way: &str, uri: &str, lines: &[&str]) -> String {
    let host = if uri.starts_with("/machine") { "machine.example.com" } else { "wiki.example.com" };
    let forwarded = format!(
        "x-forwarded-method: GET\r\nx-forwarded-proto: https\r\nx-forwarded-host: {host}\r\n\
         x-forwarded-uri: {uri}\r\nx-forwarded-for: 192.0.2.7\r\n"
    );
    let lines: String = lines.iter().flat_map(|line| [line, "\r\n"]).collect();
    format!("GET {way} HTTP/1.1\r\nhost: gate\r\n{forwarded}{lines}\r\n")
}

async fn ask(site: &Site, text: &str) -> (Head, String) {
    let mut proxy = Wire::connect(site.decisions).await;
    proxy.send(text).await;
    let head = proxy.head().await;
    let body = proxy.body(&head).await;
    assert_eq!(head.get("cache-control"), Some("no-store"), "{head:?}");
    (head, body)
}

#[tokio::test]
async fn what_is_admitted_is_200_and_says_who_it_is() {
    let site = Site::standard().await;
    let token = Token::person("ann@example.com").issue();
    for way in ["/forward-auth", "/auth-request"] {
        let (head, body) = ask(&site, &with_token(&question(way, "/a?b", &[]), &token)).await;
        assert_eq!((head.status(), body.as_str()), (200, ""));
        assert_eq!(head.get("cf-access-jwt-assertion"), Some(token.as_str()));
        assert_eq!(head.get("cf-access-authenticated-user-email"), Some("ann@example.com"));
        assert_eq!(head.get("set-cookie"), None);
    }
}

#[tokio::test]
async fn a_service_gets_its_cookie() {
    let site = Site::standard().await;
    let lines =
        ["cf-access-client-id: 01010101010101010101010101010101.access", "cf-access-client-secret: secret 1"];
    for way in ["/forward-auth", "/auth-request"] {
        let (head, _) = ask(&site, &question(way, "/machine", &lines)).await;
        // The token that is issued is for the wiki.
        assert_eq!(head.status(), if way == "/forward-auth" { 503 } else { 403 });
        let (head, _) = ask(&site, &question(way, "/", &lines)).await;
        assert_eq!(head.status(), 200);
        assert!(head.get("set-cookie").unwrap().starts_with("CF_Authorization="));
        assert_eq!(head.get("cf-access-authenticated-user-email"), None);
    }
}

#[tokio::test]
async fn forward_auth_gives_the_refusal_of_the_reverse_proxy() {
    let site = Site::standard().await;
    let (head, _) = ask(&site, &question("/forward-auth", "/a?b", &[])).await;
    assert_eq!(head.status(), 302);
    assert!(head.get("location").unwrap().ends_with("&redirect_url=%2Fa%3Fb"));
    assert!(head.get("set-cookie").unwrap().starts_with("CF_AppSession="));
    let (head, _) = ask(&site, &question("/forward-auth", "/", &["x-requested-with: XMLHttpRequest"])).await;
    assert_eq!(head.status(), 401);
    assert_eq!(ask(&site, &question("/forward-auth", "/machine", &[])).await.0.status(), 403);
}

#[tokio::test]
async fn auth_request_gives_only_what_nginx_understands() {
    let site = Site::standard().await;
    let (head, body) = ask(&site, &question("/auth-request", "/a?b", &[])).await;
    assert_eq!((head.status(), body.as_str(), head.get("location")), (401, "", None));
    assert!(head.get("portcullis-location").unwrap().ends_with("&redirect_url=%2Fa%3Fb"));
    assert_eq!(ask(&site, &question("/auth-request", "/machine", &[])).await.0.status(), 403);
    assert_eq!(ask(&site, &question("/auth-request", "/%00", &[])).await.0.status(), 403);
    site.setting.clock.advance(std::time::Duration::from_secs(10));
    let (head, _) = ask(&site, &question("/auth-request", "/", &[])).await;
    assert_eq!((head.status(), head.get("portcullis-reason")), (403, Some("no_lease")));
}

#[tokio::test]
async fn a_revoked_token_is_refused_with_the_next_question() {
    let site = Site::standard().await;
    let asked = with_token(&question("/forward-auth", "/", &[]), &Token::default().issue());
    let mut proxy = Wire::connect(site.decisions).await;
    proxy.send(&asked).await;
    assert_eq!(proxy.head().await.status(), 200);
    site.setting.revoke(1);
    proxy.send(&asked).await;
    let head = proxy.head().await;
    assert_eq!((head.status(), head.get("portcullis-reason")), (302, Some("revoked")));
}

#[tokio::test]
async fn a_question_without_exactly_one_of_each_forwarded_header_is_403() {
    let site = Site::standard().await;
    let good = with_token(&question("/forward-auth", "/", &[]), &Token::default().issue());
    assert_eq!(ask(&site, &good).await.0.status(), 200);
    for name in ["method", "proto", "host", "uri", "for"] {
        let line = good.lines().find(|line| line.starts_with(&format!("x-forwarded-{name}:"))).unwrap();
        let line = format!("{line}\r\n");
        for replaced in [String::new(), line.repeat(2), format!("x-forwarded-{name}: a b\r\n")] {
            let (head, _) = ask(&site, &good.replace(&line, &replaced)).await;
            assert_eq!(head.status(), 403, "{replaced}");
        }
    }
}

#[tokio::test]
async fn a_preflight_that_the_gate_would_answer_itself_is_not_let_through() {
    let mut wiki = app(1, "wiki.example.com", vec![everyone()]);
    wiki.application.cors = Some(portcullis_model::CorsHeaders::default());
    let site = Site::new(Plan { apps: vec![wiki], ..Plan::default() }).await;
    let lines = ["origin: https://a.example", "access-control-request-method: PUT"];
    for way in ["/forward-auth", "/auth-request"] {
        let text = question(way, "/", &lines).replace("method: GET", "method: OPTIONS");
        assert_eq!(ask(&site, &text).await.0.status(), 403);
    }
}

#[tokio::test]
async fn there_is_nothing_else() {
    let site = Site::standard().await;
    assert_eq!(ask(&site, &question("/", "/", &[])).await.0.status(), 404);
}

#[tokio::test]
async fn questions_may_be_pipelined() {
    let site = Site::standard().await;
    let asked = with_token(&question("/forward-auth", "/", &[]), &Token::default().issue());
    let mut proxy = Wire::connect(site.decisions).await;
    proxy.send(asked.repeat(50)).await;
    for _ in 0..50 {
        assert_eq!(proxy.head().await.status(), 200);
    }
}
