//! Every row of the enforcement table.

use std::sync::atomic::Ordering;

use portcullis_model::{CorsHeaders, Decision};

use crate::setting::*;

const CREDENTIALS: [&str; 2] =
    ["cf-access-client-id: 01010101010101010101010101010101.access", "cf-access-client-secret: secret 1"];

fn machine(lines: &[&str]) -> String {
    request("GET", "machine.example.com", "/page?q=1", lines)
}

#[tokio::test]
async fn without_a_token_a_person_is_sent_to_the_login_page() {
    let site = Site::standard().await;
    for lines in [
        &[][..],
        &["accept: application/json", "sec-fetch-mode: cors"],
        &["connection: upgrade", "upgrade: websocket"],
        &["authorization: Bearer abc"],
        &["cookie: CF_Authorization=garbage"],
        &[CREDENTIALS[0], "cf-access-client-secret: wrong"],
    ] {
        let (head, body) = site.ask(&get("/a%2Fb?q=1&r=2", lines)).await;
        assert_eq!(head.status(), 302, "{lines:?}");
        let location = format!(
            "https://team.localhost:8443/cdn-cgi/access/login/wiki.example.com?kid={}\
             &meta=meta.wiki.example.com&redirect_url=%2Fa%252Fb%3Fq%3D1%26r%3D2",
            audience(1)
        );
        assert_eq!(head.get("location"), Some(location.as_str()));
        let cookie = head.get("set-cookie").unwrap();
        assert!(cookie.starts_with("CF_AppSession="), "{cookie}");
        assert!(cookie.ends_with("; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=None"), "{cookie}");
        assert_eq!(
            head.get("www-authenticate").unwrap(),
            "Cloudflare-Access resource_metadata=\"https://wiki.example.com:8443/.well-known/\
             cloudflare-access-protected-resource/a%2Fb\""
        );
        assert_eq!(head.get("cache-control"), Some("no-store"));
        assert_eq!(head.get("cf-ray").unwrap().len(), 16);
        assert!(!body.contains("a%2Fb"), "{body}");
    }
    // The same place is signed once.
    assert_eq!(site.issuer.signed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_script_is_told_401_instead() {
    let site = Site::standard().await;
    let (head, body) = site.ask(&get("/", &["x-requested-with: XMLHttpRequest"])).await;
    assert_eq!(head.status(), 401);
    assert!(body.contains("<title>401 Unauthorized</title>"), "{body}");
    assert!(head.get("www-authenticate").unwrap().starts_with("Cloudflare-Access resource_metadata="));
    assert_eq!(head.get("access-control-allow-headers"), Some("x-requested-with"));
    assert_eq!(head.get("access-control-allow-credentials"), Some("true"));
    let (head, _) = site.ask(&machine(&["x-requested-with: XMLHttpRequest"])).await;
    assert_eq!(head.status(), 403);
}

#[tokio::test]
async fn where_only_machines_get_in_there_is_no_login() {
    let site = Site::standard().await;
    let token = Token::default();
    let own = format!("cookie: CF_Authorization={}", Token { audience: audience(2), ..token }.issue());
    for lines in [
        &[][..],
        &["connection: upgrade", "upgrade: websocket"],
        &[CREDENTIALS[0], "cf-access-client-secret: wrong"],
        // Replay of the token without the credentials.
        &[own.as_str()],
    ] {
        let (head, body) = site.ask(&machine(lines)).await;
        assert_eq!(head.status(), 403, "{lines:?}");
        assert_eq!(head.get("cf-access-aud"), Some(audience(2).to_string().as_str()));
        assert_eq!(head.get("cf-access-domain"), Some("machine.example.com"));
        assert!(body.contains("<title>403 Forbidden</title>") && body.contains(head.get("cf-ray").unwrap()));
    }
    let (head, body) = site.ask(&machine(&["accept: text/html, application/json;q=0.5"])).await;
    let json: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((head.status(), &json["status_code"]), (403, &403.into()));
    assert_eq!(json["aud"], audience(2).to_string());
    assert_eq!(json["ray_id"], head.get("cf-ray").unwrap());
}

#[tokio::test]
async fn service_auth_may_be_refused_with_401() {
    let mut machines = app(1, "machine.example.com", vec![any_service()]);
    machines.application.service_auth_401_redirect = true;
    let site = Site::new(Plan { apps: vec![machines], ..Plan::default() }).await;
    assert_eq!(site.ask(&machine(&[])).await.0.status(), 401);
}

#[tokio::test]
async fn i2_an_unknown_host_is_forbidden() {
    let site = Site::standard().await;
    for path in ["/", "/cdn-cgi/access/get-identity"] {
        let (head, _) = site.ask(&request("GET", "other.example.com", path, &[])).await;
        assert_eq!(head.status(), 403, "{path}");
        assert_eq!(head.get("cf-access-aud"), None);
    }
}

#[tokio::test]
async fn the_holder_of_a_genuine_token_is_told_why_it_is_refused() {
    let site = Site::standard().await;
    let expired = Token::default().lifetime(-1).issue();
    let good = Token::default().issue();
    let (head, _) = site.ask(&with_token(&get("/", &[]), &expired)).await;
    assert_eq!((head.status(), head.get("portcullis-reason")), (302, Some("expired")));
    site.setting.revoke(1);
    let (head, _) = site.ask(&with_token(&get("/", &[]), &good)).await;
    assert_eq!((head.status(), head.get("portcullis-reason")), (302, Some("revoked")));
    let (head, _) = site.ask(&get("/", &["cookie: CF_Authorization=garbage"])).await;
    assert_eq!(head.get("portcullis-reason"), None);
    site.setting.clock.advance(std::time::Duration::from_mins(1));
    let (head, _) = site.ask(&with_token(&get("/", &[]), &good)).await;
    assert_eq!((head.status(), head.get("portcullis-reason")), (503, Some("no_lease")));
    assert_eq!(head.get("retry-after"), Some("1"));
}

#[tokio::test]
async fn a_path_that_can_be_read_in_two_ways_is_refused() {
    let apps = vec![
        app(
            1,
            "wiki.example.com",
            vec![policy(Decision::Bypass, vec![portcullis_model::Selector::Everyone])],
        ),
        app(2, "wiki.example.com/admin", vec![everyone()]),
    ];
    let site = Site::new(Plan { apps, ..Plan::default() }).await;
    let (head, _) = site.ask(&get("/x/..%2fadmin", &[])).await;
    assert_eq!((head.status(), head.get("connection")), (400, Some("close")));
}

#[tokio::test]
async fn preflights_are_answered_as_the_application_says() {
    let mut wiki = app(1, "wiki.example.com", vec![everyone()]);
    let preflight = |origin: &str| {
        request("OPTIONS", "wiki.example.com", "/", &[origin, "access-control-request-method: PUT"])
    };
    let site = Site::new(Plan { apps: vec![wiki.clone()], ..Plan::default() }).await;
    assert_eq!(site.ask(&preflight("origin: https://a.example")).await.0.status(), 403);

    wiki.application.cors = Some(CorsHeaders {
        allow_credentials: true,
        allowed_methods: vec!["GET".into(), "PUT".into()],
        allowed_origins: vec!["https://a.example".into()],
        max_age: Some(60),
        ..CorsHeaders::default()
    });
    let site = Site::new(Plan { apps: vec![wiki], ..Plan::default() }).await;
    let (head, _) = site.ask(&preflight("origin: https://a.example")).await;
    assert_eq!(head.status(), 200);
    assert_eq!(head.get("access-control-allow-origin"), Some("https://a.example"));
    assert_eq!(head.get("access-control-allow-methods"), Some("GET, PUT"));
    assert_eq!(head.get("access-control-allow-credentials"), Some("true"));
    assert_eq!(head.get("access-control-max-age"), Some("60"));
    let (head, _) = site.ask(&preflight("origin: https://b.example")).await;
    assert_eq!((head.status(), head.get("access-control-allow-origin")), (200, None));
}

#[tokio::test]
async fn if_nothing_can_be_signed_the_answer_is_503() {
    let site = Site::standard().await;
    site.issuer.works.store(false, Ordering::SeqCst);
    for text in [get("/", &[]), machine(&CREDENTIALS)] {
        let (head, _) = site.ask(&text).await;
        assert_eq!((head.status(), head.get("retry-after")), (503, Some("1")), "{text}");
    }
}

#[tokio::test]
async fn the_gates_own_paths_never_reach_the_origin() {
    let site = Site::standard().await;
    let bare = |path| get(path, &[]);
    let mine = |path| with_token(&get(path, &[]), &Token::default().issue());
    assert_eq!(site.ask(&mine("/cdn-cgi/access/anything")).await.0.status(), 404);
    assert_eq!(site.ask(&mine("/cdn-cgi/access/authorized")).await.0.status(), 404);

    let (head, body) = site.ask(&bare("/cdn-cgi/access/get-identity")).await;
    assert_eq!((head.status(), body.as_str()), (400, r#"{"err":"no app token set"}"#));
    let (head, body) = site.ask(&mine("/cdn-cgi/access/get-identity")).await;
    let identity: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((head.status(), &identity["common_name"]), (200, &client_id(1).to_string().into()));
    let person = with_token(&bare("/cdn-cgi/access/get-identity"), &Token::person("ann@example.com").issue());
    let identity: serde_json::Value = serde_json::from_str(&site.ask(&person).await.1).unwrap();
    assert_eq!(identity["email"], "ann@example.com");

    let (head, body) = site.ask(&bare("/.well-known/cloudflare-access-protected-resource/a")).await;
    let resource: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((head.status(), &resource["protected"]), (200, &true.into()));
    assert_eq!(resource["resource"], "https://wiki.example.com:8443");
    assert_eq!(resource["authorization_servers"][0], "https://team.localhost:8443");
    let (head, _) = site
        .ask(&request("GET", "other.example.com", "/.well-known/cloudflare-access-protected-resource", &[]))
        .await;
    assert_eq!(head.status(), 403);
}
