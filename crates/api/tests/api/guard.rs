//! Walks the route table with every kind of wrong and too little permission.

use std::collections::BTreeSet;

use portcullis_api::routes::{Endpoint, table};
use portcullis_model::{Permission, PermissionGroup};
use serde_json::{Value, json};

use crate::support::{Call, NOBODY, NOWHERE, OWNER_EMAIL, Server};

/// Endpoints that any valid credential may call. This list only shrinks.
const NEED_NO_PERMISSION: [&str; 1] = ["VerifyApiToken"];

/// What the walk needs to know: the server, and a zone for the paths of zones.
struct Walk {
    server: Server,
    zone: String,
}

impl Walk {
    async fn start() -> Self {
        let server = Server::start().await;
        let zone = server.zone("example.com").await;
        Self { server, zone }
    }

    /// The endpoint with every id filled in.
    fn call(&self, endpoint: &Endpoint, account: &str, zone: &str) -> Call {
        let path = endpoint.path.replace("{account_id}", account).replace("{zone_id}", zone);
        let path = path.replace("{app_id}", NOBODY).replace("{service_token_id}", NOBODY);
        let path = path.replace("{token_id}", NOWHERE);
        let call = self.server.anonymous(endpoint.verb.method().as_str(), &path);
        match endpoint.operation {
            // The account stands in the body.
            "CreateZone" => call.json(&json!({"name": "no name", "account": {"id": account}})),
            _ => call,
        }
    }

    /// Sends each endpoint, as `dress` dresses it, and compares with `expected`.
    async fn check(&self, dress: impl Fn(Call) -> Call, expected: impl Fn(&Endpoint) -> (u16, Option<i64>)) {
        for endpoint in endpoints() {
            let call = self.call(&endpoint, &self.server.account, &self.zone);
            let reply = dress(call).send().await;
            let found = (reply.status.as_u16(), reply.code());
            assert_eq!(
                found,
                expected(&endpoint),
                "{} {}: {}",
                endpoint.operation,
                endpoint.path,
                reply.text
            );
        }
    }
}

/// The table, with what would destroy the rest of the walk at its end.
fn endpoints() -> Vec<Endpoint> {
    let mut table = table();
    table.sort_by_key(|endpoint| endpoint.operation == "DeleteZone");
    table
}

/// What comes once the caller is permitted: these requests name things that are not there, or have no body.
fn permitted(endpoint: &Endpoint) -> (u16, Option<i64>) {
    match endpoint.operation {
        "CreateApp" | "UpdateApp" | "CreateServiceToken" | "CreateApiToken" | "CreateZone" => {
            (400, Some(12130))
        }
        "GetApp" | "DeleteApp" | "RevokeAppTokens" => (404, Some(11021)),
        "GetServiceToken" | "DeleteServiceToken" | "DeleteApiToken" => (404, Some(12135)),
        _ => (200, None),
    }
}

fn is_exempt(endpoint: &Endpoint) -> bool {
    NEED_NO_PERMISSION.contains(&endpoint.operation)
}

/// A policy that allows these groups on everything of their scope.
fn everywhere(user: &str, wanted: impl Fn(Permission) -> bool) -> Value {
    let policy = |scope: &str, resource: String| {
        let groups =
            PermissionGroup::ALL.iter().filter(|it| it.scope.as_str() == scope && wanted(it.permission));
        let groups: Vec<_> = groups.map(|group| json!({"id": group.id})).collect();
        json!({"effect": "allow", "resources": {resource: "*"}, "permission_groups": groups})
    };
    json!([
        policy("com.cloudflare.api.account", "com.cloudflare.api.account.*".into()),
        policy("com.cloudflare.api.account.zone", "com.cloudflare.api.account.zone.*".into()),
        policy("com.cloudflare.api.user", format!("com.cloudflare.api.user.{user}")),
    ])
}

fn is_read(permission: Permission) -> bool {
    permission.name().ends_with("Read")
}

#[test]
fn the_exemptions_are_those_of_the_table() {
    let open: BTreeSet<_> =
        table().into_iter().filter(|it| it.accepted.is_empty()).map(|it| it.operation).collect();
    assert_eq!(open, BTreeSet::from(NEED_NO_PERMISSION));
}

#[test]
fn the_table_has_each_endpoint_once() {
    let rows: BTreeSet<_> = table().into_iter().map(|it| (it.path, it.verb)).collect();
    assert_eq!(rows.len(), table().len());
    assert_eq!(rows.len(), 10 + 2 * 11);
}

#[tokio::test]
async fn without_credentials_nothing_is_answered() {
    Walk::start().await.check(|call| call, |_| (400, Some(9106))).await;
}

#[tokio::test]
async fn with_a_malformed_token_nothing_is_answered() {
    Walk::start().await.check(|call| call.token("short"), |_| (400, Some(6003))).await;
}

#[tokio::test]
async fn with_an_unknown_token_nothing_is_answered() {
    let unknown = format!("cfut_{}", "a".repeat(48));
    let expected = |endpoint: &Endpoint| match endpoint.operation {
        "VerifyApiToken" => (401, Some(1000)),
        _ => (403, Some(9109)),
    };
    Walk::start().await.check(|call| call.token(&unknown), expected).await;
}

#[tokio::test]
async fn with_a_deleted_token_nothing_is_answered() {
    let walk = Walk::start().await;
    let server = &walk.server;
    let body = json!({"name": "t", "policies": everywhere(&server.user, |_| true)});
    let created = server.call("POST", "/user/tokens").json(&body).ok(200).await;
    let value = created.result()["value"].as_str().unwrap().to_owned();
    server.call("DELETE", &format!("/user/tokens/{}", created.id())).ok(200).await;
    let expected = |endpoint: &Endpoint| match endpoint.operation {
        "VerifyApiToken" => (401, Some(1000)),
        _ => (403, Some(9109)),
    };
    walk.check(|call| call.token(&value), expected).await;
}

#[tokio::test]
async fn a_global_key_may_do_everything_but_be_verified() {
    let walk = Walk::start().await;
    let expected = |endpoint: &Endpoint| match endpoint.operation {
        "VerifyApiToken" => (401, Some(1000)),
        _ => permitted(endpoint),
    };
    walk.check(|call| call.key(OWNER_EMAIL, &walk.server.key), expected).await;
}

#[tokio::test]
async fn a_token_with_every_permission_may_do_everything() {
    let walk = Walk::start().await;
    walk.check(|call| call.token(&walk.server.token), permitted).await;
}

#[tokio::test]
async fn a_read_only_token_reads_and_nothing_else() {
    let walk = Walk::start().await;
    let token = walk.server.api_token(everywhere(&walk.server.user, is_read)).await;
    let expected = |endpoint: &Endpoint| {
        let reads = is_exempt(endpoint) || endpoint.accepted.iter().copied().any(is_read);
        if reads { permitted(endpoint) } else { (403, Some(10000)) }
    };
    walk.check(|call| call.token(&token), expected).await;
}

#[tokio::test]
async fn each_permission_alone_gives_what_the_table_says_and_no_more() {
    for group in PermissionGroup::ALL {
        let walk = Walk::start().await;
        let user = &walk.server.user;
        let resource = match group.scope.as_str() {
            "com.cloudflare.api.user" => format!("com.cloudflare.api.user.{user}"),
            scope => format!("{scope}.*"),
        };
        let policy = json!([{"effect": "allow", "resources": {resource: "*"}, "permission_groups": [{"id": group.id}]}]);
        let token = walk.server.api_token(policy).await;
        let expected = |endpoint: &Endpoint| {
            let suffices = endpoint.accepted.contains(&group.permission) && counts(group, endpoint);
            if is_exempt(endpoint) || suffices { permitted(endpoint) } else { (403, Some(10000)) }
        };
        walk.check(|call| call.token(&token), expected).await;
    }
}

/// Whether a group of this scope counts where the endpoint acts: a permission that exists for zones must be
/// held on the zone, any other on its account.
fn counts(group: &PermissionGroup, endpoint: &Endpoint) -> bool {
    let in_zones = |it: &&PermissionGroup| {
        it.permission == group.permission && it.scope.as_str() == "com.cloudflare.api.account.zone"
    };
    let for_zones = PermissionGroup::ALL.iter().any(|it| in_zones(&it));
    let on_zone = endpoint.path.starts_with("/zones");
    let zone_group = group.scope.as_str() == "com.cloudflare.api.account.zone";
    if on_zone { zone_group || !for_zones } else { !zone_group }
}

#[tokio::test]
async fn a_token_of_another_zone_is_a_strangers() {
    let walk = Walk::start().await;
    let other = walk.server.zone("example.org").await;
    let groups =
        PermissionGroup::ALL.iter().filter(|it| it.scope.as_str() == "com.cloudflare.api.account.zone");
    let groups: Vec<_> = groups.map(|group| json!({"id": group.id})).collect();
    let resource = format!("com.cloudflare.api.account.zone.{other}");
    let token = walk
        .server
        .api_token(json!([{"effect": "allow", "resources": {resource: "*"}, "permission_groups": groups}]))
        .await;
    let expected = |endpoint: &Endpoint| match endpoint.operation {
        // Its own zone is listed, and no other.
        "ListZones" | "VerifyApiToken" => (200, None),
        _ => (403, Some(10000)),
    };
    walk.check(|call| call.token(&token), expected).await;
}

#[tokio::test]
async fn an_account_or_zone_that_does_not_exist_looks_like_anothers() {
    let walk = Walk::start().await;
    for endpoint in endpoints() {
        let names_a_place = endpoint.path.contains("account_id") || endpoint.path.contains("zone_id");
        if names_a_place || endpoint.operation == "CreateZone" {
            let call = walk.call(&endpoint, NOWHERE, NOWHERE).token(&walk.server.token);
            let reply = call.fails(403, 10000).await;
            assert_eq!(reply.message(), "Authentication error", "{}", endpoint.path);
        }
    }
}

#[tokio::test]
async fn ids_that_cannot_be_ones_are_routes_that_do_not_exist() {
    let walk = Walk::start().await;
    for endpoint in endpoints() {
        if endpoint.path.contains("account_id") || endpoint.path.contains("zone_id") {
            for id in ["x", "023E105F4ECEF8AD9CA31A8372D0C353", "023e105f4ecef8ad9ca31a8372d0c35%00"] {
                walk.call(&endpoint, id, id).fails(404, 7003).await;
            }
        }
    }
}
