use portcullis_control::api_tokens::{NewApiPolicy, NewApiToken};
use portcullis_control::authorize::{
    CreateServiceToken, CreateZone, DeleteApp, GetAccount, GetApp, ListAccounts, ListApps, ListServiceTokens,
    ListZones, RevokeAppTokens, UpdateApp, VerifyApiToken,
};
use portcullis_control::bootstrap::Bootstrapped;
use portcullis_control::{Everywhere, Forbidden, Myself, Operation, RawCredentials};
use portcullis_model::{
    AccountId, Effect, OwnerId, Permission, PermissionGroup, PermissionScope, Resource, ZoneId,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::node::{HOME, Node};

pub(crate) fn allow(permission: Permission, scope: PermissionScope, resource: Resource) -> NewApiPolicy {
    let groups = PermissionGroup::ALL.iter();
    let groups = groups.filter(|group| group.permission == permission && group.scope == scope).collect();
    NewApiPolicy { effect: Effect::Allow, groups, resources: vec![resource] }
}

pub(crate) async fn token_with(
    node: &Node,
    made: &Bootstrapped,
    policies: Vec<NewApiPolicy>,
) -> SecretString {
    let new = NewApiToken { name: "t".into(), policies, ..NewApiToken::default() };
    node.control.create_api_token(node.grant(made, Myself), new).await.unwrap().value.value
}

fn may<A: Operation>(node: &Node, token: &SecretString, scope: A::Scope) -> bool {
    node.control.authorize::<A>(node.caller(token), scope).is_ok()
}

#[tokio::test]
async fn revoking_needs_revoke_or_write_and_reading_any_of_the_three() {
    let (node, made) = Node::new().await;
    let owner = OwnerId::Account(made.account.id);
    let rows = [
        (Permission::AppsRead, [false, true, true, false, false]),
        (Permission::AppsRevoke, [true, true, true, false, false]),
        (Permission::AppsWrite, [true, true, true, true, true]),
        (Permission::ServiceTokensWrite, [false; 5]),
    ];
    for (permission, expected) in rows {
        let policy = allow(permission, PermissionScope::Account, Resource::Account(made.account.id));
        let token = token_with(&node, &made, vec![policy]).await;
        let found = [
            may::<RevokeAppTokens>(&node, &token, owner),
            may::<ListApps>(&node, &token, owner),
            may::<GetApp>(&node, &token, owner),
            may::<UpdateApp>(&node, &token, owner),
            may::<DeleteApp>(&node, &token, owner),
        ];
        assert_eq!(found, expected, "{permission}");
    }
}

#[tokio::test]
async fn i7_a_foreign_account_an_unknown_one_and_a_missing_permission_are_one_answer() {
    let (node, made) = Node::new().await;
    let read = allow(Permission::AppsRead, PermissionScope::Account, Resource::EveryAccount);
    let token = token_with(&node, &made, vec![read]).await;
    let unknown = AccountId::from_bytes([9; 16]);
    for owner in [
        OwnerId::Account(made.account.id),
        OwnerId::Account(unknown),
        OwnerId::Zone(ZoneId::from_bytes([9; 16])),
    ] {
        let refused = node.control.authorize::<RevokeAppTokens>(node.caller(&token), owner);
        assert_eq!(refused.unwrap_err(), Forbidden, "{owner}");
    }
    let everything = node.control.authorize::<GetAccount>(node.caller(&made.api_token), unknown);
    assert_eq!(everything.unwrap_err(), Forbidden);
}

#[tokio::test]
async fn lists_of_everything_are_refused_to_who_could_never_see_anything() {
    let (node, made) = Node::new().await;
    let account = Resource::Account(made.account.id);
    let token =
        token_with(&node, &made, vec![allow(Permission::AppsRead, PermissionScope::Account, account)]).await;
    assert!(!may::<ListAccounts>(&node, &token, Everywhere));
    assert!(!may::<ListZones>(&node, &token, Everywhere));
    let settings = allow(Permission::AccountSettingsRead, PermissionScope::Account, account);
    let token = token_with(&node, &made, vec![settings]).await;
    assert!(may::<ListAccounts>(&node, &token, Everywhere));
    assert!(may::<VerifyApiToken>(&node, &token, Myself));
}

#[tokio::test]
async fn a_zone_is_created_by_who_may_write_every_zone_of_the_account() {
    let (node, made) = Node::new().await;
    let account = made.account.id;
    let write = |resource| vec![allow(Permission::ZoneWrite, PermissionScope::Zone, resource)];
    let everywhere = token_with(&node, &made, write(Resource::EveryZone)).await;
    let in_account = token_with(&node, &made, write(Resource::ZonesOf(account))).await;
    assert!(may::<CreateZone>(&node, &everywhere, account));
    assert!(may::<CreateZone>(&node, &in_account, account));
    let zone = node.control.create_zone(node.grant(&made, account), "example.com").await.unwrap().value;
    let in_zone = token_with(&node, &made, write(Resource::Zone(zone.id))).await;
    assert!(!may::<CreateZone>(&node, &in_zone, account));
}

#[tokio::test]
async fn service_tokens_of_a_zone_are_ruled_by_the_permission_on_its_account() {
    let (node, made) = Node::new().await;
    let zone =
        node.control.create_zone(node.grant(&made, made.account.id), "example.com").await.unwrap().value;
    let account = Resource::Account(made.account.id);
    let read = token_with(
        &node,
        &made,
        vec![allow(Permission::ServiceTokensRead, PermissionScope::Account, account)],
    );
    let read = read.await;
    assert!(may::<ListServiceTokens>(&node, &read, OwnerId::Zone(zone.id)));
    assert!(!may::<CreateServiceToken>(&node, &read, OwnerId::Zone(zone.id)));
    let apps =
        token_with(&node, &made, vec![allow(Permission::AppsWrite, PermissionScope::Account, account)]).await;
    assert!(
        !may::<ListApps>(&node, &apps, OwnerId::Zone(zone.id)),
        "an account group gives nothing on a zone"
    );
}

#[tokio::test]
async fn the_global_key_is_everything_on_the_users_accounts() {
    let (node, made) = Node::new().await;
    let caller = node.control.authenticate(RawCredentials {
        authorization: None,
        auth_email: Some("owner@example.com"),
        auth_key: Some(made.global_api_key.expose_secret()),
        client_ip: HOME,
        request_id: "",
    });
    let caller = caller.unwrap();
    assert!(node.control.authorize::<DeleteApp>(caller.clone(), OwnerId::Account(made.account.id)).is_ok());
    assert!(node.control.authorize::<CreateZone>(caller.clone(), made.account.id).is_ok());
    let verify = node.control.authorize::<VerifyApiToken>(caller, Myself).unwrap();
    assert!(node.control.verify_api_token(&verify).is_none(), "it is no API token");
}
