//! The policies of an application.

use serde_json::{Value, json};

use crate::support::{NOBODY, Reply, Server, app, policy};

fn with(policies: &Value) -> Value {
    let mut body = app("Wiki", "wiki.example.com");
    body["policies"] = policies.clone();
    body
}

async fn refused(server: &Server, policies: Value) -> Reply {
    server.post("/access/apps").json(&with(&policies)).fails(400, 12130).await
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name() {
    let server = Server::start().await;
    let with_rule = |rule: Value| json!([{"name": "p", "decision": "allow", "include": [rule]}]);
    let with_field = |name: &str, value: Value| {
        let mut policy = policy("p", None);
        policy[name] = value;
        json!([policy])
    };
    for (policies, message, pointer) in [
        (
            with_rule(json!({"group": {"id": "x"}})),
            "the selector `group` is not offered",
            "/policies/0/include/0",
        ),
        (
            with_rule(json!({"geo": {"country_code": "CH"}})),
            "the selector `geo` is not offered",
            "/policies/0/include/0",
        ),
        (
            with_rule(json!({"email": {"email": "a@b.c", "x": 1}})),
            "the value of the selector `email` is malformed",
            "/policies/0/include/0",
        ),
        (
            with_rule(json!({"email": {"email": "bob"}})),
            "`bob` is not an email address",
            "/policies/0/include/0",
        ),
        (
            with_rule(json!({"ip": {"ip": "192.0.2"}})),
            "`192.0.2` is neither an IP address nor a CIDR range such as `192.0.2.0/24`",
            "/policies/0/include/0",
        ),
        (
            with_rule(json!({"everyone": {}, "ip": {"ip": "::1"}})),
            "a rule must be an object with one key, the name of its selector",
            "/policies/0/include/0",
        ),
        (
            with_field("decision", json!("perhaps")),
            "the decision `perhaps` is not offered",
            "/policies/0/decision",
        ),
        (with_field("decision", json!(null)), "decision is required", "/policies/0/decision"),
        (
            with_field("reusable", json!(true)),
            "reusable is not offered: leave it out, or send its default, false",
            "/policies/0/reusable",
        ),
        (
            with_field("approval_required", json!(true)),
            "approval_required is not offered: leave it out, or send its default, false",
            "/policies/0/approval_required",
        ),
        (with_field("color", json!("red")), "unknown field `color`", "/policies/0/color"),
        (
            with_field("precedence", json!(-1)),
            "precedence must be a number from 0 to 4294967295",
            "/policies/0/precedence",
        ),
        (
            with_field("session_duration", json!("long")),
            "session_duration is not a duration such as `24h`, `2h45m` or `300ms`",
            "/policies/0/session_duration",
        ),
        (json!(["wiki"]), "`wiki` is not a policy id in the form of a UUID", "/policies/0/id"),
    ] {
        let reply = refused(&server, policies.clone()).await;
        assert_eq!(reply.message(), format!("access.api.error.invalid_request: {message}"), "{policies}");
        assert_eq!(reply.pointer(), pointer, "{policies}");
    }
}

#[tokio::test]
async fn precedences_are_unique() {
    let server = Server::start().await;
    let mut policies = json!([policy("a", None), policy("b", None)]);
    policies[0]["precedence"] = json!(1);
    policies[1]["precedence"] = json!(1);
    let reply = refused(&server, policies).await;
    assert_eq!(reply.message(), "access.api.error.invalid_request: policy precedences must be unique");
}

#[tokio::test]
async fn a_link_to_a_policy_that_is_not_the_applications_own_is_refused() {
    let server = Server::start().await;
    for link in [json!(NOBODY), json!({"id": NOBODY, "precedence": 1})] {
        let reply = refused(&server, json!([link])).await;
        assert!(reply.message().contains(&format!("policy {NOBODY} does not exist")), "{}", reply.message());
    }
}

#[tokio::test]
async fn an_update_names_the_policies_that_it_keeps() {
    let server = Server::start().await;
    let created =
        server.post("/access/apps").json(&with(&json!([policy("a", None), policy("b", None)]))).ok(201).await;
    let path = format!("/access/apps/{}", created.id());
    let policies = created.result()["policies"].clone();
    let (a, b) = (policies[0]["id"].clone(), policies[1]["id"].clone());
    let put = |policies: Value| server.put(&path).json(&with(&policies)).ok(200);
    let ids = |reply: &Reply| -> Vec<Value> {
        reply.result()["policies"].as_array().unwrap().iter().map(|policy| policy["id"].clone()).collect()
    };
    // As bare ids, as links, in another order, and in part.
    assert_eq!(ids(&put(json!([a, b])).await), [a.clone(), b.clone()]);
    assert_eq!(
        ids(&put(json!([{"id": a, "precedence": 2}, {"id": b, "precedence": 1}])).await),
        [b.clone(), a.clone()]
    );
    let mut changed = policy("renamed", None);
    changed["id"] = a.clone();
    let reply = put(json!([changed])).await;
    assert_eq!(ids(&reply), [a]);
    assert_eq!(reply.result()["policies"][0]["name"], "renamed");
    // `b` is gone.
    server.put(&path).json(&with(&json!([b]))).fails(400, 12130).await;
}

#[tokio::test]
async fn a_service_token_that_is_not_there_is_refused() {
    let server = Server::start().await;
    let reply = refused(&server, json!([policy("p", Some(NOBODY))])).await;
    assert!(
        reply.message().contains(&format!("service token {NOBODY} does not exist")),
        "{}",
        reply.message()
    );
}
