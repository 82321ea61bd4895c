use portcullis_control::issue::IssueError;
use portcullis_control::{LoginMeta, ServiceIssueRequest};
use portcullis_gate::{Reason, ServiceCredentials};
use portcullis_model::{Audience, Clock as _, Decision, Selector};
use portcullis_token::{RawAppToken, Subject, VerifyError, VerifyingKey, verify};

use crate::node::{HOME, Node, app, credentials, inline, policy};

fn request(node: &Node, audience: Audience, credentials: ServiceCredentials) -> ServiceIssueRequest {
    ServiceIssueRequest { audience, credentials, client_ip: HOME, now: node.clock.now() }
}

/// The key that signs, as a gate learns it.
fn key(node: &Node) -> VerifyingKey {
    let snapshot = node.snapshot();
    let key = snapshot.changes.iter().find_map(|change| match change {
        portcullis_model::Change::Key(key) => Some(key.clone()),
        _ => None,
    });
    VerifyingKey::new(&key.unwrap()).unwrap()
}

#[tokio::test]
async fn i12_a_token_carries_the_revision_on_which_it_was_judged() {
    let (node, made) = Node::new().await;
    let service = node.create_service_token(&made).await;
    let short = portcullis_control::applications::InlinePolicy {
        session_duration: Some("30m".parse().unwrap()),
        ..policy(Decision::NonIdentity, Selector::AnyValidServiceToken)
    };
    let policies = vec![portcullis_control::applications::NewPolicy::Inline(Box::new(short))];
    let created = node.create_app(&made, app("wiki.example.com", policies)).await;
    let request = request(&node, created.application.audience, credentials(&service));
    let token = node.control.issue_for_service(request).await.unwrap();
    let key = key(&node);
    let raw = RawAppToken::parse(token.as_bytes()).unwrap();
    let now = node.clock.now().wall;
    let verified = verify(raw, "https://team.example.com", now, |_| Some(&key)).unwrap();
    assert_eq!(verified.revision(), node.control.revision());
    assert_eq!(verified.audience(), created.application.audience);
    assert_eq!(verified.policy(), created.policies[0].policy.id);
    assert_eq!(*verified.subject(), Subject::ServiceToken(service.service_token.client_id));
    assert_eq!(
        verified.expires_at().unix() - now.unix(),
        1800,
        "the policy's duration, not the application's"
    );
}

#[tokio::test]
async fn a_login_that_the_gate_would_refuse_gets_no_token() {
    let (node, made) = Node::new().await;
    let service = node.create_service_token(&made).await;
    let people = app("people.example.com", vec![inline(Decision::Allow, Selector::Everyone)]);
    let people = node.create_app(&made, people).await.application.audience;
    let machines = inline(Decision::NonIdentity, Selector::AnyValidServiceToken);
    let machines =
        node.create_app(&made, app("machines.example.com", vec![machines])).await.application.audience;
    let right = credentials(&service);
    let wrong = ServiceCredentials { client_secret: "wrong".into(), ..right.clone() };
    for (audience, credentials, expected) in [
        (machines, wrong, Reason::WrongServiceCredentials),
        (people, right.clone(), Reason::NoPolicyAdmits),
        (Audience::from_bytes([9; 32]), right.clone(), Reason::NoApplication),
    ] {
        let refused = node.control.issue_for_service(request(&node, audience, credentials)).await;
        assert!(matches!(refused, Err(IssueError::Refused(reason)) if reason == expected), "{expected}");
    }
    node.clock.advance(8760 * 3600);
    let late = node.control.issue_for_service(request(&node, machines, right)).await;
    assert!(matches!(late, Err(IssueError::Refused(Reason::ServiceTokenExpired))));
}

#[tokio::test]
async fn a_meta_is_signed_and_is_no_application_token() {
    let (node, _) = Node::new().await;
    let meta = LoginMeta {
        audience: Audience::from_bytes([1; 32]),
        hostname: "wiki.example.com".into(),
        redirect_url: "/a?b=c".into(),
        now: node.clock.now(),
    };
    let signed = node.control.sign_meta(meta).await.unwrap();
    let key = key(&node);
    let raw = RawAppToken::parse(signed.as_bytes()).unwrap();
    let refused = verify(raw, "https://team.example.com", node.clock.now().wall, |_| Some(&key));
    // The signature is looked at first, and is right; `aud` is no list, and `type` is not `app`.
    assert_eq!(refused.unwrap_err(), VerifyError::MalformedClaims);
    let payload =
        data_encoding::BASE64URL_NOPAD.decode(signed.split('.').nth(1).unwrap().as_bytes()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(claims["type"], "meta");
    assert_eq!(claims["redirect_url"], "/a?b=c");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
}
