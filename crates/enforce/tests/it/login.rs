//! Services that log in with their credentials, and the pages of other crates.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http_body_util::BodyExt as _;
use portcullis_enforce::{ClientIp, PublicAddress, Scheme, Service};
use portcullis_model::SameSite;

use crate::setting::*;
use crate::wire::Head;

const CREDENTIALS: [&str; 2] =
    ["cf-access-client-id: 01010101010101010101010101010101.access", "cf-access-client-secret: secret 1"];

/// The head at the origin and that at the client, for one request of service 1.
async fn log_in(site: &Site, lines: &[&str]) -> (Head, Head) {
    let mut client = site.client().await;
    let lines = [&CREDENTIALS[..], lines].concat();
    client.send(get("/eng/x", &lines)).await;
    let mut origin = site.at_origin().await;
    let at_origin = origin.head().await;
    origin.send("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    (at_origin, client.head().await)
}

#[tokio::test]
async fn valid_credentials_get_a_token_issued_once_and_a_cookie_each_time() {
    let site = Site::standard().await;
    let (at_origin, at_client) = log_in(&site, &[]).await;
    let token = at_origin.get("cf-access-jwt-assertion").unwrap();
    let expected = format!(
        "CF_Authorization={token}; Path=/; Expires=Tue, 14 Nov 2023 23:13:20 GMT; HttpOnly; Secure; SameSite=None"
    );
    assert_eq!(at_client.get("set-cookie"), Some(expected.as_str()));
    let dead = "cookie: CF_Authorization=garbage; theme=dark";
    let (at_origin, at_client) = log_in(&site, &[dead]).await;
    assert_eq!(at_client.get("set-cookie"), Some(expected.as_str()));
    assert_eq!(
        at_origin.get("cookie").unwrap(),
        format!("theme=dark; CF_Authorization={}", &expected[17..].split(';').next().unwrap())
    );
    assert_eq!(site.issuer.issued.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_live_token_beside_the_credentials_is_not_replaced() {
    let site = Site::standard().await;
    let cookie = format!("cookie: CF_Authorization={}", Token::default().issue());
    let (_, at_client) = log_in(&site, &[&cookie]).await;
    assert_eq!(at_client.get("set-cookie"), None);
    assert_eq!(site.issuer.issued.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn credentials_survive_a_revocation_and_get_a_new_token() {
    let site = Site::standard().await;
    let (first, _) = log_in(&site, &[]).await;
    site.setting.revoke(1);
    let (second, _) = log_in(&site, &[]).await;
    assert_ne!(first.get("cf-access-jwt-assertion"), second.get("cf-access-jwt-assertion"));
    assert_eq!(site.issuer.issued.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_cookie_is_as_the_application_and_the_scheme_say() {
    let mut wiki = app(1, "wiki.example.com/eng", vec![any_service(), everyone()]);
    wiki.application.path_cookie = true;
    wiki.application.http_only_cookie = false;
    let attributes = |head: &Head| head.get("set-cookie").unwrap().split_once("; ").unwrap().1.to_owned();
    for (scheme, same_site, expected) in [
        (Scheme::Https, Some(SameSite::Strict), "; Secure; SameSite=Strict"),
        (Scheme::Https, Some(SameSite::Lax), "; Secure; SameSite=Lax"),
        (Scheme::Http, None, "; SameSite=Lax"),
        (Scheme::Http, Some(SameSite::Strict), "; SameSite=Strict"),
    ] {
        wiki.application.same_site_cookie = same_site;
        let public = PublicAddress { scheme, port: None };
        let site = Site::new(Plan { apps: vec![wiki.clone()], public, ..Plan::default() }).await;
        let (_, at_client) = log_in(&site, &[]).await;
        let expected = format!("Path=/eng; Expires=Tue, 14 Nov 2023 23:13:20 GMT{expected}");
        assert_eq!(attributes(&at_client), expected);
    }
}

#[tokio::test]
async fn the_team_domain_and_the_login_paths_are_served_elsewhere() {
    let service = |name: &'static str| -> Service {
        Arc::new(move |request| {
            let ip = request.extensions().get::<ClientIp>().unwrap().0;
            let text = format!("{name} {} {ip}", request.uri().path());
            Box::pin(async move {
                let body = http_body_util::Full::new(text.into()).map_err(|never| match never {});
                http::Response::new(body.boxed_unsync())
            })
        })
    };
    let plan =
        Plan { team_domain: Some(service("team")), login_paths: Some(service("login")), ..Plan::default() };
    let site = Site::new(plan).await;
    let ask = async |host: &str, path: &str| site.ask(&request("GET", host, path, &[])).await.1;
    assert_eq!(
        ask("TEAM.localhost:8443", "/cdn-cgi/access/certs").await,
        "team /cdn-cgi/access/certs 127.0.0.1"
    );
    assert_eq!(
        ask("wiki.example.com", "/cdn-cgi/access/logout").await,
        "login /cdn-cgi/access/logout 127.0.0.1"
    );
}
