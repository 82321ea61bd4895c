//! What tests start from.

use serde_json::{Value, json};

use super::Server;

/// An application's body.
pub(crate) fn app(name: &str, domain: &str) -> Value {
    json!({"name": name, "domain": domain, "type": "self_hosted"})
}

/// The body of a policy that lets one service token, or everybody with any, in.
pub(crate) fn policy(name: &str, service_token: Option<&str>) -> Value {
    let rule = match service_token {
        Some(id) => json!({"service_token": {"token_id": id}}),
        None => json!({"any_valid_service_token": {}}),
    };
    json!({"name": name, "decision": "non_identity", "include": [rule]})
}

/// The id of a permission group, by name and scope.
pub(crate) fn group(name: &str, scope: &str) -> Value {
    let groups = portcullis_model::PermissionGroup::ALL;
    let found = groups.iter().find(|it| it.permission.name() == name && it.scope.as_str() == scope);
    json!({"id": found.unwrap().id})
}

impl Server {
    /// Creates an application under `owner`, such as `/accounts/…`; the answer is its id.
    pub(crate) async fn create_app(&self, owner: &str, body: &Value) -> String {
        self.call("POST", &format!("{owner}/access/apps")).json(body).ok(201).await.id()
    }

    /// Creates an application of the account.
    pub(crate) async fn wiki(&self) -> String {
        self.create_app(&self.path(""), &app("Wiki", "wiki.example.com")).await
    }

    /// Creates a zone; the answer is its id.
    pub(crate) async fn zone(&self, name: &str) -> String {
        let body = json!({"name": name, "account": {"id": self.account}});
        self.call("POST", "/zones").json(&body).ok(200).await.id()
    }

    /// Creates an API token; the answer is its value.
    pub(crate) async fn api_token(&self, policies: Value) -> String {
        let body = json!({"name": "test", "policies": policies});
        let created = self.call("POST", "/user/tokens").json(&body).ok(200).await;
        created.result()["value"].as_str().unwrap().to_owned()
    }

    /// Creates an API token with one permission on the account.
    pub(crate) async fn account_token(&self, permission: &str) -> String {
        let resource = format!("com.cloudflare.api.account.{}", self.account);
        let groups = [group(permission, "com.cloudflare.api.account")];
        self.api_token(
            json!([{"effect": "allow", "resources": {resource: "*"}, "permission_groups": groups}]),
        )
        .await
    }
}
