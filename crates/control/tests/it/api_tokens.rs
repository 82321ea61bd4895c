use portcullis_control::api_tokens::{ApiTokenError, NewApiPolicy, NewApiToken};
use portcullis_control::bootstrap::Bootstrapped;
use portcullis_control::{AuthenticationError, Credential, Myself};
use portcullis_model::{
    AccountId, ApiTokenId, Effect, Permission, PermissionScope, Resource, Timestamp, UserId,
};
use secrecy::SecretString;

use crate::authorize::{allow, token_with};
use crate::node::{HOME, Node};

const READ: Permission = Permission::AppsRead;
const WRITE: Permission = Permission::AppsWrite;

/// Enough to create other tokens, and to read applications.
pub(crate) fn policies_of_owner(made: &Bootstrapped) -> Vec<NewApiPolicy> {
    vec![
        allow(Permission::ApiTokensWrite, PermissionScope::User, Resource::User(made.owner.id)),
        allow(READ, PermissionScope::Account, Resource::Account(made.account.id)),
    ]
}

async fn create(node: &Node, with: &SecretString, new: NewApiToken) -> Result<(), ApiTokenError> {
    let grant = node.control.authorize(node.caller(with), Myself).unwrap();
    node.control.create_api_token(grant, new).await.map(drop)
}

fn token(policies: Vec<NewApiPolicy>) -> NewApiToken {
    NewApiToken { name: "t".into(), policies, ..NewApiToken::default() }
}

#[tokio::test]
async fn a_token_creates_its_equals_and_nothing_stronger() {
    let (node, made) = Node::new().await;
    let account = Resource::Account(made.account.id);
    let limited = token_with(&node, &made, policies_of_owner(&made)).await;
    let on = |permission, resource| vec![allow(permission, PermissionScope::Account, resource)];
    assert!(create(&node, &limited, token(policies_of_owner(&made))).await.is_ok());
    assert!(create(&node, &limited, token(on(READ, account))).await.is_ok());
    for stronger in [on(WRITE, account), on(READ, Resource::EveryAccount)] {
        assert!(matches!(create(&node, &limited, token(stronger)).await, Err(ApiTokenError::Stronger)));
    }
    let zones = allow(Permission::ZoneRead, PermissionScope::Zone, Resource::ZonesOf(made.account.id));
    assert!(matches!(create(&node, &limited, token(vec![zones])).await, Err(ApiTokenError::Stronger)));
}

#[tokio::test]
async fn what_a_token_is_denied_it_cannot_give() {
    let (node, made) = Node::new().await;
    let account = Resource::Account(made.account.id);
    let everywhere = allow(READ, PermissionScope::Account, Resource::EveryAccount);
    let denied = NewApiPolicy { effect: Effect::Deny, ..allow(READ, PermissionScope::Account, account) };
    let mut policies = policies_of_owner(&made);
    policies.extend([everywhere.clone(), denied]);
    let limited = token_with(&node, &made, policies).await;
    for given in [everywhere, allow(READ, PermissionScope::Account, account)] {
        assert!(matches!(create(&node, &limited, token(vec![given])).await, Err(ApiTokenError::Stronger)));
    }
}

#[tokio::test]
async fn a_child_is_bound_to_the_addresses_and_the_time_of_its_parent() {
    let (node, made) = Node::new().await;
    let bound = NewApiToken {
        allowed_from: vec!["192.0.2.0/24".parse().unwrap()],
        expires_on: Some(Timestamp::from_unix(1_700_000_100)),
        ..token(policies_of_owner(&made))
    };
    let parent = node.control.create_api_token(node.grant(&made, Myself), bound.clone()).await.unwrap();
    let parent = parent.value.value;
    assert!(create(&node, &parent, bound.clone()).await.is_ok());
    for stronger in [
        NewApiToken { allowed_from: vec![], ..bound.clone() },
        NewApiToken { allowed_from: vec!["0.0.0.0/0".parse().unwrap()], ..bound.clone() },
        NewApiToken { expires_on: None, ..bound.clone() },
        NewApiToken { expires_on: Some(Timestamp::from_unix(1_700_000_101)), ..bound.clone() },
    ] {
        assert!(matches!(create(&node, &parent, stronger).await, Err(ApiTokenError::Stronger)));
    }
}

#[tokio::test]
async fn i7_a_token_names_only_what_is_its_users() {
    let (node, made) = Node::new().await;
    for resource in
        [Resource::Account(AccountId::from_bytes([9; 16])), Resource::User(UserId::from_bytes([9; 16]))]
    {
        let foreign = token(vec![allow(READ, PermissionScope::Account, resource)]);
        assert!(matches!(create(&node, &made.api_token, foreign).await, Err(ApiTokenError::Invalid(_))));
    }
    assert!(matches!(create(&node, &made.api_token, token(vec![])).await, Err(ApiTokenError::Invalid(_))));
}

#[tokio::test]
async fn a_deleted_token_is_nobody_and_leaves_no_children() {
    let (node, made) = Node::new().await;
    let created = node
        .control
        .create_api_token(node.grant(&made, Myself), token(policies_of_owner(&made)))
        .await
        .unwrap()
        .value;
    let grant = node.control.authorize(node.caller(&created.value), Myself).unwrap();
    node.control.delete_api_token(node.grant(&made, Myself), created.api_token.id).await.unwrap();
    assert_eq!(node.try_caller(&created.value, HOME).unwrap_err(), AuthenticationError::InvalidToken);
    let child = node.control.create_api_token(grant, token(policies_of_owner(&made))).await;
    assert!(matches!(child, Err(ApiTokenError::Stronger)));
    for id in [created.api_token.id, ApiTokenId::from_bytes([9; 16])] {
        let again = node.control.delete_api_token(node.grant(&made, Myself), id).await;
        assert!(matches!(again, Err(ApiTokenError::NoSuchApiToken)));
    }
}

#[tokio::test]
async fn a_token_is_told_which_one_it_is() {
    let (node, made) = Node::new().await;
    let grant = node.grant(&made, Myself);
    assert_eq!(node.control.verify_api_token(&grant).unwrap().id, made.api_token_id);
    assert!(matches!(grant.caller().credential(), Credential::ApiToken(_)));
}
