use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method};
use portcullis_control::authorize::RevokeAppTokens;
use portcullis_control::bootstrap::Bootstrapped;
use portcullis_control::service_tokens::CreatedServiceToken;
use portcullis_control::{Revocation, RevokeError, ServiceIssueRequest, WaitFor};
use portcullis_feed::{Replica, ToParent, follow};
use portcullis_gate::{AccessRequest, Gate, GateOptions, Target, Verdict};
use portcullis_model::{
    AppId, Audience, Clock as _, Commit, Decision, Incarnation, Moment, OwnerId, Revision, Selector, Snapshot,
};
use tokio::task::JoinSet;

use crate::node::{HOME, LEASE, Node, app, credentials, id_of, inline};

async fn revoke(
    node: &Node,
    made: &Bootstrapped,
    app: AppId,
    wait: WaitFor,
) -> Result<Revocation, RevokeError> {
    let grant = node.grant::<RevokeAppTokens>(made, OwnerId::Account(made.account.id));
    node.control.revoke_app_tokens(grant, app, wait).await
}

struct Follower(Arc<Gate>);

impl Replica for Follower {
    fn position(&self) -> (Incarnation, Revision) {
        let view = self.0.view();
        (view.incarnation(), view.revision())
    }

    fn install(&self, snapshot: &Snapshot) {
        self.0.install(snapshot).unwrap();
    }

    fn apply(&self, commit: &Commit) {
        self.0.apply(commit).unwrap();
    }

    fn extend_lease(&self, until: Moment) {
        self.0.lease().extend(until);
    }
}

/// A gate that follows the node.
pub(crate) async fn gate(node: &Node) -> (Arc<Gate>, JoinSet<()>) {
    let gate = Arc::new(Gate::new(GateOptions::new(node.control.hasher().clone(), node.clock.clone())));
    let mut following = JoinSet::new();
    let (hub, clock, follower) = (node.control.hub().clone(), node.clock.clone(), Follower(gate.clone()));
    following.spawn(async move { follow(hub, "gate", &follower, &*clock).await });
    while !gate.lease().runs_at(node.clock.boot()) {
        tokio::task::yield_now().await;
    }
    (gate, following)
}

fn admits(gate: &Gate, token: &str) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert("cf-access-token", HeaderValue::from_str(token).unwrap());
    let target = Target::parse("wiki.example.com", "/").unwrap();
    let request = AccessRequest { target: &target, method: &Method::GET, headers: &headers, client_ip: HOME };
    matches!(gate.check(&request), Verdict::Pass(_))
}

async fn issue(node: &Node, audience: Audience, service: &CreatedServiceToken) -> String {
    let client_ip: IpAddr = HOME;
    let now = node.clock.now();
    let request = ServiceIssueRequest { audience, credentials: credentials(service), client_ip, now };
    node.control.issue_for_service(request).await.unwrap()
}

/// An application that a service can open, and that tokens alone open too.
async fn wiki(node: &Node, made: &Bootstrapped) -> (AppId, Audience, CreatedServiceToken) {
    let service = node.create_service_token(made).await;
    let policies = vec![
        inline(Decision::NonIdentity, Selector::ServiceToken(service.service_token.id)),
        inline(Decision::Allow, Selector::Email("a@example.com".into())),
    ];
    let created = node.create_app(made, app("wiki.example.com", policies)).await;
    (id_of(&created), created.application.audience, service)
}

#[tokio::test(start_paused = true)]
async fn i3_a_token_from_before_the_revocation_is_dead_and_one_from_after_it_lives() {
    let (node, made) = Node::new().await;
    let (gate, _following) = gate(&node).await;
    let (app, audience, service) = wiki(&node, &made).await;
    let before = issue(&node, audience, &service).await;
    assert!(admits(&gate, &before));
    let revocation = revoke(&node, &made, app, WaitFor::Everyone).await.unwrap();
    assert!(!admits(&gate, &before));
    let expected = Revocation {
        revision: node.control.revision(),
        gates_confirmed: 1,
        gates_total: 1,
        enforced: true,
        within: Duration::ZERO,
    };
    assert_eq!(revocation, expected);
    let after = issue(&node, audience, &service).await;
    assert!(admits(&gate, &after));
}

#[tokio::test(start_paused = true)]
async fn i12_a_token_that_is_issued_while_the_revocation_commits_is_dead_or_saw_it() {
    let (node, made) = Node::new().await;
    let (gate, _following) = gate(&node).await;
    let (app, audience, service) = wiki(&node, &made).await;
    for _ in 0..8 {
        let (token, revocation) =
            tokio::join!(issue(&node, audience, &service), revoke(&node, &made, app, WaitFor::Everyone));
        let revision = revocation.unwrap().revision;
        assert_eq!(admits(&gate, &token), rev_of(&token) >= revision);
    }
}

fn rev_of(token: &str) -> Revision {
    let payload = token.split('.').nth(1).unwrap();
    let payload = data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    Revision::new(claims["rev"].as_u64().unwrap())
}

#[tokio::test(start_paused = true)]
async fn everything_that_kills_has_killed_when_it_answers() {
    let (node, made) = Node::new().await;
    let (gate, _following) = gate(&node).await;
    let owner = OwnerId::Account(made.account.id);
    let (id, audience, service) = wiki(&node, &made).await;
    let token = issue(&node, audience, &service).await;
    assert!(admits(&gate, &token));
    let people = app("wiki.example.com", vec![inline(Decision::Allow, Selector::Everyone)]);
    let updated = node.control.update_application(node.grant(&made, owner), id, people, WaitFor::Everyone);
    assert!(updated.await.unwrap().revocation.enforced);
    assert!(!admits(&gate, &token), "the policy that admitted it is gone");

    let again = vec![
        inline(Decision::NonIdentity, Selector::AnyValidServiceToken),
        inline(Decision::Allow, Selector::Email("a@example.com".into())),
    ];
    let again = app("wiki.example.com", again);
    let updated = node.control.update_application(node.grant(&made, owner), id, again, WaitFor::Everyone);
    updated.await.unwrap();
    let token = issue(&node, audience, &service).await;
    assert!(admits(&gate, &token));
    let service_token = service.service_token.id;
    let deleted =
        node.control.delete_service_token(node.grant(&made, owner), service_token, WaitFor::Everyone);
    assert!(deleted.await.unwrap().revocation.enforced);
    assert!(!admits(&gate, &token), "its service token is gone");

    let service = node.create_service_token(&made).await;
    let token = issue(&node, audience, &service).await;
    assert!(admits(&gate, &token));
    node.control.delete_application(node.grant(&made, owner), id, WaitFor::Everyone).await.unwrap();
    assert!(!admits(&gate, &token), "its application is gone");
    assert!(matches!(revoke(&node, &made, id, WaitFor::Everyone).await, Err(RevokeError::NoSuchApplication)));
}

#[tokio::test]
async fn revoking_costs_the_same_whatever_there_is() {
    let (node, made) = Node::new().await;
    let (id, audience, service) = wiki(&node, &made).await;
    let cost = || async {
        let before = node.store.counters();
        revoke(&node, &made, id, WaitFor::Everyone).await.unwrap();
        let after = node.store.counters();
        (after.read - before.read, after.written - before.written)
    };
    let empty = cost().await;
    assert_eq!(empty.1, 2, "the watermark and the audit record");
    for number in 0..50 {
        node.create_app(&made, app(&format!("app{number}.example.com"), vec![])).await;
        issue(&node, audience, &service).await;
    }
    assert_eq!(cost().await, empty);
}

#[tokio::test]
async fn revoking_an_application_without_tokens_or_twice_succeeds() {
    let (node, made) = Node::new().await;
    let created = node.create_app(&made, app("wiki.example.com", vec![])).await;
    let first = revoke(&node, &made, id_of(&created), WaitFor::Everyone).await.unwrap();
    let second = revoke(&node, &made, id_of(&created), WaitFor::Everyone).await.unwrap();
    assert!(second.revision > first.revision);
    assert!(first.enforced && second.enforced);
}

#[tokio::test]
async fn i7_an_application_is_revoked_only_under_its_owner() {
    let (node, made) = Node::new().await;
    let zone =
        node.control.create_zone(node.grant(&made, made.account.id), "example.com").await.unwrap().value;
    let created = node.create_app(&made, app("wiki.example.com", vec![])).await;
    let grant = node.grant::<RevokeAppTokens>(&made, OwnerId::Zone(zone.id));
    let written = node.store.counters().written;
    let refused = node.control.revoke_app_tokens(grant, id_of(&created), WaitFor::Everyone).await;
    assert!(matches!(refused, Err(RevokeError::NoSuchApplication)));
    assert_eq!(node.store.counters().written, written);
}

#[tokio::test(start_paused = true)]
async fn i11_a_gate_that_is_silent_is_waited_for_as_long_as_the_caller_wants() {
    let (node, made) = Node::new().await;
    let created = node.create_app(&made, app("wiki.example.com", vec![])).await;
    let silent = node.control.hub().attach("silent");
    silent.send(&ToParent::Hello { incarnation: Incarnation::from_bytes([7; 16]), revision: Revision::ZERO });
    silent.send(&ToParent::Lease { sequence: 0 });
    let answer = revoke(&node, &made, id_of(&created), WaitFor::DontWait).await.unwrap();
    assert_eq!((answer.enforced, answer.gates_confirmed, answer.gates_total), (false, 0, 1));
    assert!(answer.within > LEASE && answer.within <= LEASE * 5 / 4);
    node.clock.advance(4);
    let answer = revoke(&node, &made, id_of(&created), WaitFor::DontWait).await.unwrap();
    assert!(answer.enforced, "its lease has run out");
}
