//! What is taken out of heads on their way, and what is put in.

use portcullis_enforce::TrustedProxies;
use portcullis_model::{Decision, Selector};

use crate::setting::*;

const FORGED: [&str; 14] = [
    "cf-access-token: x",
    "Cf-Access-Authenticated-User-Email: root@example.com",
    "cf_access_jwt_assertion: forged",
    "Cf_Access_Authenticated_User_Email: root@example.com",
    "x-forwarded-for: 203.0.113.9",
    "x-forwarded-proto: gopher",
    "x-forwarded-host: evil.example",
    "x-forwarded-prefix: /evil",
    "x_forwarded_for: 203.0.113.9",
    "forwarded: for=203.0.113.9",
    "x-real-ip: 203.0.113.9",
    "cf-connecting-ip: 203.0.113.9",
    "proxy-authorization: Basic eDp5",
    "te: gzip, trailers",
];

#[tokio::test]
async fn what_the_gate_says_is_said_by_the_gate_alone() {
    let site = Site::standard().await;
    let token = Token::person("ann@example.com").issue();
    let mut client = site.client().await;
    let kept = ["x-own: 1", "authorization: Bearer own", "connection: keep-alive, x-private", "x-private: 1"];
    let text = get("/a//b%20c?d=%2F&e", &[&FORGED[..], &kept].concat());
    let cookie = format!("cookie: a=1; CF_Authorization={token}; CF_AppSession=s; CF_Binding=b");
    client
        .send(text.replace("host: wiki.example.com", &format!("{cookie}\r\nhost: WIKI.example.com.:8080")))
        .await;
    let mut origin = site.at_origin().await;
    let head = origin.head().await;
    assert_eq!(head.start, "GET /a//b%20c?d=%2F&e HTTP/1.1");
    let mut lines: Vec<_> = head.lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.sort();
    let mut expected = vec![
        "authorization: Bearer own".into(),
        "cf-access-authenticated-user-email: ann@example.com".into(),
        format!("cf-access-jwt-assertion: {token}"),
        "cf-connecting-ip: 127.0.0.1".into(),
        "connection: te".into(),
        format!("cookie: a=1; CF_Authorization={token}"),
        "host: wiki.example.com:8080".into(),
        "te: trailers".into(),
        "x-forwarded-for: 127.0.0.1".into(),
        "x-forwarded-host: wiki.example.com:8080".into(),
        "x-forwarded-proto: https".into(),
        "x-own: 1".into(),
        "x-real-ip: 127.0.0.1".into(),
    ];
    expected.sort();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_service_has_no_email_and_its_secrets_stay_here() {
    let mut wiki = app(1, "wiki.example.com", vec![any_service(), everyone()]);
    wiki.application.service_token_header = Some("authorization".into());
    let site = Site::new(Plan { apps: vec![wiki], ..Plan::default() }).await;
    let json = r#"authorization: {"cf-access-client-id":"01010101010101010101010101010101.access","cf-access-client-secret":"secret 1"}"#;
    let mut client = site.client().await;
    client.send(get("/", &[json])).await;
    let head = site.at_origin().await.head().await;
    assert_eq!(head.get("authorization"), None);
    assert_eq!(head.get("cf-access-authenticated-user-email"), None);
    assert!(head.get("cf-access-jwt-assertion").is_some());
    assert!(!format!("{head:?}").contains("secret"));
    assert!(!format!("{head:?}").contains("cf-access-client"));
}

#[tokio::test]
async fn what_was_not_checked_carries_no_token() {
    let open = policy(Decision::Bypass, vec![Selector::Everyone]);
    let site =
        Site::new(Plan { apps: vec![app(1, "wiki.example.com", vec![open])], ..Plan::default() }).await;
    let mut client = site.client().await;
    client.send(get("/", &["cookie: CF_Authorization=x; a=1", "cf-access-jwt-assertion: x"])).await;
    let head = site.at_origin().await.head().await;
    assert_eq!(head.get("cookie"), Some("a=1"));
    assert_eq!(head.get("cf-access-jwt-assertion"), None);
}

#[tokio::test]
async fn a_trusted_proxy_says_who_the_client_is() {
    let site = Site::new(Plan { trusted: TrustedProxies::loopback(), ..Plan::default() }).await;
    let lines = ["x-forwarded-for: 198.51.100.1, 192.0.2.9", "x-forwarded-proto: http"];
    let (_client, _origin, head) = site.through(&get("/", &lines)).await;
    assert_eq!(head.get("x-forwarded-for"), Some("198.51.100.1, 192.0.2.9, 127.0.0.1"));
    assert_eq!(head.get("x-real-ip"), Some("192.0.2.9"));
    assert_eq!(head.get("x-forwarded-proto"), Some("http"));
    let (head, _) = site.ask(&get("/", &["x-forwarded-for: nonsense"])).await;
    assert_eq!(head.status(), 400);
}

#[tokio::test]
async fn an_origin_can_neither_set_the_gates_cookie_nor_speak_about_its_connection() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin
        .send(
            "HTTP/1.1 200 Fine\r\nset-cookie: CF_Authorization=stolen; Path=/\r\nset-cookie: own=1\r\n\
             keep-alive: timeout=1\r\nconnection: x-private\r\nx-private: 1\r\nx-own: 1\r\ncontent-length: 2\r\n\r\nok",
        )
        .await;
    let head = client.head().await;
    assert_eq!(head.start, "HTTP/1.1 200 Fine");
    assert_eq!(head.get("set-cookie"), Some("own=1"));
    assert_eq!((head.get("keep-alive"), head.get("x-private"), head.get("x-own")), (None, None, Some("1")));
    assert_eq!(client.body(&head).await, "ok");
}
