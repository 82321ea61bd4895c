//! `POST /{accounts|zones}/{id}/access/apps`

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Reply, Server, app, policy};

async fn refused(server: &Server, change: &Value) -> Reply {
    let mut body = app("Wiki", "wiki.example.com");
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    server.post("/access/apps").json(&body).fails(400, 12130).await
}

#[tokio::test]
async fn the_least_is_a_name_and_a_domain() {
    let server = Server::start().await;
    let body = json!({"name": "Wiki", "domain": "wiki.example.com"});
    server.post("/access/apps").json(&body).send().await.check(&expect![[r#"
        201 Created
        content-type: application/json; charset=UTF-8
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {
            "allowed_idps": [],
            "app_launcher_visible": true,
            "aud": "<aud of 64>",
            "auto_redirect_to_identity": false,
            "created_at": "2025-03-19T20:20:42Z",
            "destinations": [
              {
                "type": "public",
                "uri": "wiki.example.com"
              }
            ],
            "domain": "wiki.example.com",
            "enable_binding_cookie": false,
            "http_only_cookie_attribute": true,
            "id": "<id of 36>",
            "name": "Wiki",
            "options_preflight_bypass": false,
            "policies": [],
            "self_hosted_domains": [
              "wiki.example.com"
            ],
            "session_duration": "24h",
            "tags": [],
            "type": "self_hosted",
            "uid": "<uid of 36>",
            "updated_at": "2025-03-19T20:20:42Z"
          },
          "success": true
        }
    "#]]);
}

#[tokio::test]
async fn what_was_sent_comes_back_as_it_was_sent() {
    let server = Server::start().await;
    let ci = server.post("/access/service_tokens").json(&json!({"name": "ci"})).ok(201).await.id();
    let sent = json!({
        "type": "self_hosted",
        "name": "Wiki é",
        "domain": "Wiki.Example.com/Docs/",
        "destinations": [
            {"type": "public", "uri": "Wiki.Example.com/Docs/"},
            {"type": "public", "uri": "*.wiki.example.com"},
        ],
        "session_duration": "1h30m",
        "http_only_cookie_attribute": false,
        "same_site_cookie_attribute": "strict",
        "path_cookie_attribute": true,
        "service_auth_401_redirect": true,
        "cors_headers": {"allowed_origins": ["https://b.example.com", "https://a.example.com"], "allow_credentials": true, "max_age": -1},
        "read_service_tokens_from_header": "X-Service",
        "app_launcher_visible": false,
        "logo_url": "https://example.com/logo.png",
        "skip_interstitial": false,
        "custom_deny_message": "No.",
        "custom_deny_url": "https://example.com/no",
        "custom_non_identity_deny_url": "https://example.com/never",
        "policies": [
            {
                "name": "second", "decision": "non_identity", "precedence": 20, "session_duration": "45m",
                "include": [{"service_token": {"token_id": ci}}, {"any_valid_service_token": {}}],
                "require": [{"ip": {"ip": "192.0.2.1"}}, {"ip": {"ip": "192.0.2.0/24"}}],
                "exclude": [{"ip": {"ip": "2001:db8::/32"}}],
            },
            {
                "name": "first", "decision": "allow", "precedence": 10,
                "include": [{"email": {"email": "Bob@Example.com"}}, {"email_domain": {"domain": "example.org"}}, {"everyone": {}}],
                "require": [], "exclude": [],
            },
        ],
    });
    let result = server.post("/access/apps").json(&sent).ok(201).await.result();
    for (name, value) in sent.as_object().unwrap() {
        if name != "policies" {
            assert_eq!(&result[name], value, "{name}");
        }
    }
    // In order of precedence, which is the order in which they are asked.
    for (place, wanted) in [(0, 1), (1, 0)] {
        for (name, value) in sent["policies"][wanted].as_object().unwrap() {
            assert_eq!(&result["policies"][place][name], value, "{name}");
        }
    }
}

#[tokio::test]
async fn self_hosted_domains_are_destinations_too() {
    let server = Server::start().await;
    let body = json!({"name": "Wiki", "self_hosted_domains": ["a.example.com", "b.example.com/x"], "domain": "a.example.com"});
    let result = server.post("/access/apps").json(&body).ok(201).await.result();
    assert_eq!(result["self_hosted_domains"], body["self_hosted_domains"]);
    assert_eq!(result["destinations"][1], json!({"type": "public", "uri": "b.example.com/x"}));
}

#[tokio::test]
async fn the_same_place_twice_is_a_conflict_whoever_owns_it() {
    let server = Server::start().await;
    let zone = server.zone("example.com").await;
    server.wiki().await;
    server.post("/access/apps").json(&app("Other", "WIKI.example.com/")).send().await.check(&expect![[r#"
        409 Conflict
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 11010,
              "message": "access.api.error.application_already_exists"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    let in_zone = server.call("POST", &format!("/zones/{zone}/access/apps"));
    in_zone.json(&app("Other", "wiki.example.com")).fails(409, 11010).await;
    server.post("/access/apps").json(&app("Below", "wiki.example.com/admin")).ok(201).await;
}

#[tokio::test]
async fn an_application_of_a_zone_lies_within_it() {
    let server = Server::start().await;
    let zone = server.zone("example.com").await;
    let create =
        |domain: &str| server.call("POST", &format!("/zones/{zone}/access/apps")).json(&app("App", domain));
    create("wiki.example.com").ok(201).await;
    let reply = create("wiki.example.org").fails(400, 12130).await;
    assert_eq!(reply.message(), "access.api.error.invalid_request: domain does not belong to zone");
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name() {
    let server = Server::start().await;
    for (change, message, pointer) in [
        (json!({"type": "saas"}), "applications of type `saas` are not offered, only `self_hosted`", "/type"),
        (json!({"name": null}), "name is required", "/name"),
        (json!({"name": ""}), "name must not be empty", ""),
        (json!({"domain": null}), "domain is required", ""),
        (
            json!({"session_duration": "1 day"}),
            "session_duration is not a duration such as `24h`, `2h45m` or `300ms`",
            "/session_duration",
        ),
        (
            json!({"same_site_cookie_attribute": "no"}),
            "same_site_cookie_attribute must be `none`, `lax` or `strict`, not `no`",
            "/same_site_cookie_attribute",
        ),
        (
            json!({"cors_headers": {"max_age": 86401}}),
            "max_age must be a number of seconds from -1 to 86400",
            "/cors_headers/max_age",
        ),
        (json!({"cors_headers": {"allow": true}}), "unknown field `allow`", "/cors_headers/allow"),
        (
            json!({"destinations": [{"type": "private", "cidr": "10.0.0.0/8"}]}),
            "destinations of type `private` are not offered, only `public`",
            "/destinations/0/type",
        ),
        (
            json!({"destinations": [{"uri": "a.example.com", "vnet_id": "x"}]}),
            "vnet_id is for private destinations",
            "/destinations/0/vnet_id",
        ),
        (json!({"destinations": [{"type": "public"}]}), "uri is required", "/destinations/0/uri"),
        (
            json!({"destinations": [{"uri": "other.example.com"}]}),
            "domain not included in destinations",
            "/domain",
        ),
        (
            json!({"options_preflight_bypass": true, "cors_headers": {"allow_all_origins": true}}),
            "cors_headers and options_preflight_bypass are mutually exclusive",
            "",
        ),
    ] {
        let reply = refused(&server, &change).await;
        assert_eq!(reply.message(), format!("access.api.error.invalid_request: {message}"), "{change}");
        assert_eq!(reply.pointer(), pointer, "{change}");
    }
    let reply = refused(&server, &json!({"domain": "https://wiki.example.com"})).await;
    assert!(reply.message().contains("`https://wiki.example.com` cannot be used"), "{}", reply.message());
}

#[tokio::test]
async fn policies_can_come_with_an_application() {
    let server = Server::start().await;
    let mut body = app("Wiki", "wiki.example.com");
    body["policies"] = json!([policy("machines", None)]);
    server.post("/access/apps").json(&body).send().await.check(&expect![[r#"
        201 Created
        content-type: application/json; charset=UTF-8
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {
            "allowed_idps": [],
            "app_launcher_visible": true,
            "aud": "<aud of 64>",
            "auto_redirect_to_identity": false,
            "created_at": "2025-03-19T20:20:42Z",
            "destinations": [
              {
                "type": "public",
                "uri": "wiki.example.com"
              }
            ],
            "domain": "wiki.example.com",
            "enable_binding_cookie": false,
            "http_only_cookie_attribute": true,
            "id": "<id of 36>",
            "name": "Wiki",
            "options_preflight_bypass": false,
            "policies": [
              {
                "app_count": 1,
                "created_at": "2025-03-19T20:20:42Z",
                "decision": "non_identity",
                "exclude": [],
                "id": "<id of 36>",
                "include": [
                  {
                    "any_valid_service_token": {}
                  }
                ],
                "name": "machines",
                "precedence": 1,
                "require": [],
                "reusable": false,
                "uid": "<uid of 36>",
                "updated_at": "2025-03-19T20:20:42Z"
              }
            ],
            "self_hosted_domains": [
              "wiki.example.com"
            ],
            "session_duration": "24h",
            "tags": [],
            "type": "self_hosted",
            "uid": "<uid of 36>",
            "updated_at": "2025-03-19T20:20:42Z"
          },
          "success": true
        }
    "#]]);
}
