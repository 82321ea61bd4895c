use portcullis_control::RawCredentials;
use portcullis_control::bootstrap::{BootstrapError, BootstrapRequest};
use portcullis_model::{Effect, PermissionGroup};
use portcullis_store::MemoryDisk;
use secrecy::ExposeSecret as _;

use crate::node::{HOME, Node, first, memory};

#[tokio::test]
async fn the_first_start_makes_an_owner_who_may_do_everything() {
    let (node, made) = Node::new().await;
    let caller = node.control.authenticate(RawCredentials {
        authorization: None,
        auth_email: Some("Owner@Example.com"),
        auth_key: Some(made.global_api_key.expose_secret()),
        client_ip: HOME,
        request_id: "",
    });
    assert_eq!(caller.unwrap().user().id, made.owner.id);
    let caller = node.caller(&made.api_token);
    let portcullis_control::Credential::ApiToken(token) = caller.credential() else { panic!("{caller:?}") };
    assert_eq!(token.id, made.api_token_id);
    let groups =
        token.policies.iter().filter(|policy| policy.effect == Effect::Allow).flat_map(|it| &it.groups);
    assert_eq!(groups.count(), PermissionGroup::ALL.len());
    assert_eq!(node.control.team_domain().as_deref(), Some("team.example.com"));
    assert!(node.control.certs().is_some());
}

#[tokio::test]
async fn a_second_start_changes_nothing() {
    let (node, made) = Node::new().await;
    let written = node.store.counters().written;
    assert!(node.control.bootstrap(first()).await.unwrap().is_none());
    assert_eq!(node.store.counters().written, written);
    assert_eq!(node.caller(&made.api_token).user().id, made.owner.id);
}

#[tokio::test]
async fn two_first_starts_at_once_make_one_owner() {
    let node = Node::open(memory(&MemoryDisk::new(), 1)).await;
    let (one, other) = tokio::join!(node.control.bootstrap(first()), node.control.bootstrap(first()));
    assert_eq!(
        [one.unwrap().is_some(), other.unwrap().is_some()].into_iter().filter(|made| *made).count(),
        1
    );
}

#[tokio::test]
async fn what_is_no_domain_or_address_is_refused() {
    let node = Node::open(memory(&MemoryDisk::new(), 1)).await;
    for domain in
        ["", "https://team.example.com", "team.example.com/x", "*.example.com", "team.example.com:1"]
    {
        let request = BootstrapRequest { team_domain: domain.into(), ..first() };
        let refused = node.control.bootstrap(request).await;
        assert!(matches!(refused, Err(BootstrapError::TeamDomain(_))), "{domain}");
    }
    let request = BootstrapRequest { owner_email: "owner".into(), ..first() };
    assert!(matches!(node.control.bootstrap(request).await, Err(BootstrapError::Email(_))));
}
