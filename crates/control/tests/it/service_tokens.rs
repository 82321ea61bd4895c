use portcullis_control::WaitFor;
use portcullis_control::authorize::{GetServiceToken, ListServiceTokens};
use portcullis_control::service_tokens::{NewServiceToken, ServiceTokenError, ServiceTokenFilter};
use portcullis_model::{Decision, OwnerId, Selector, ServiceTokenDuration};
use secrecy::ExposeSecret as _;

use crate::node::{Node, app, id_of, inline};

#[tokio::test]
async fn a_service_token_is_created_listed_and_read() {
    let (node, made) = Node::new().await;
    let owner = OwnerId::Account(made.account.id);
    let created = node.create_service_token(&made).await;
    let token = created.service_token;
    assert!(created.client_secret.expose_secret().starts_with("cfast_"));
    assert_eq!(token.expires_at.unwrap().unix() - token.created_at.unix(), 8760 * 3600);
    let list = node.grant::<ListServiceTokens>(&made, owner);
    let named = |name: &str| ServiceTokenFilter { name: Some(name.into()), search: None };
    assert_eq!(node.control.list_service_tokens(&list, &named("deploy")), std::slice::from_ref(&token));
    assert!(node.control.list_service_tokens(&list, &named("dep")).is_empty());
    let search = ServiceTokenFilter { name: None, search: Some("DEP".into()) };
    assert_eq!(node.control.list_service_tokens(&list, &search), std::slice::from_ref(&token));
    let get = node.grant::<GetServiceToken>(&made, owner);
    assert_eq!(node.control.get_service_token(&get, token.id).unwrap(), token);
}

#[tokio::test]
async fn a_name_and_a_duration_are_needed() {
    let (node, made) = Node::new().await;
    let forever = ServiceTokenDuration::Forever;
    let instant = ServiceTokenDuration::Limited("0s".parse().unwrap());
    for (name, duration) in [("", forever.clone()), (&"x".repeat(256), forever), ("x", instant)] {
        let grant = node.grant(&made, OwnerId::Account(made.account.id));
        let refused =
            node.control.create_service_token(grant, NewServiceToken { name: name.into(), duration }).await;
        assert!(matches!(refused, Err(ServiceTokenError::Invalid(_))));
    }
}

#[tokio::test]
async fn a_service_token_that_a_policy_names_stays() {
    let (node, made) = Node::new().await;
    let owner = OwnerId::Account(made.account.id);
    let id = node.create_service_token(&made).await.service_token.id;
    let created = node
        .create_app(
            &made,
            app("a.example.com", vec![inline(Decision::NonIdentity, Selector::ServiceToken(id))]),
        )
        .await;
    let delete = || node.control.delete_service_token(node.grant(&made, owner), id, WaitFor::Everyone);
    assert!(matches!(delete().await, Err(ServiceTokenError::InUse)));
    node.control
        .delete_application(node.grant(&made, owner), id_of(&created), WaitFor::Everyone)
        .await
        .unwrap();
    assert_eq!(delete().await.unwrap().value.id, id);
    assert!(matches!(delete().await, Err(ServiceTokenError::NoSuchServiceToken)));
}
