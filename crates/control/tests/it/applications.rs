use portcullis_control::WaitFor;
use portcullis_control::applications::{
    ApplicationError, ApplicationFilter, InlinePolicy, InvalidApplication, NewApplication, NewPolicy,
    PolicyFault,
};
use portcullis_control::authorize::{GetApp, ListApps};
use portcullis_control::bootstrap::Bootstrapped;
use portcullis_model::{AppId, Decision, OwnerId, PolicyId, Selector, ServiceTokenId};

use crate::node::{Node, app, id_of, inline, policy};

async fn refusal(node: &Node, made: &Bootstrapped, new: NewApplication) -> ApplicationError {
    let grant = node.grant(made, OwnerId::Account(made.account.id));
    node.control.create_application(grant, new).await.unwrap_err()
}

fn everyone() -> NewPolicy {
    inline(Decision::Allow, Selector::Everyone)
}

#[tokio::test]
async fn an_application_is_read_as_it_was_created() {
    let (node, made) = Node::new().await;
    let created = node.create_app(&made, app("wiki.example.com", vec![everyone()])).await;
    let grant = node.grant::<GetApp>(&made, OwnerId::Account(made.account.id));
    assert_eq!(node.control.get_application(&grant, id_of(&created)).unwrap(), created);
    assert_eq!(node.apps(&made), std::slice::from_ref(&created));
    assert_eq!(created.policies[0].precedence, 1);
    let unknown = node.control.get_application(&grant, AppId::from_random([9; 16]));
    assert!(matches!(unknown, Err(ApplicationError::NoSuchApplication)));
}

#[tokio::test]
async fn i7_an_application_is_found_only_under_its_owner() {
    let (node, made) = Node::new().await;
    let zone =
        node.control.create_zone(node.grant(&made, made.account.id), "example.com").await.unwrap().value;
    let created = node.create_app(&made, app("wiki.example.com", vec![])).await;
    let in_zone = node.grant::<GetApp>(&made, OwnerId::Zone(zone.id));
    assert!(node.control.get_application(&in_zone, id_of(&created)).is_err());
    assert!(
        node.control
            .list_applications(&node.grant(&made, OwnerId::Zone(zone.id)), &ApplicationFilter::default())
            .is_empty()
    );
}

#[tokio::test]
async fn an_update_replaces_everything_but_what_the_server_owns() {
    let (node, made) = Node::new().await;
    let before = node.create_app(&made, app("wiki.example.com", vec![everyone(), everyone()])).await;
    node.clock.advance(60);
    let owner = OwnerId::Account(made.account.id);
    let kept = &before.policies[1].policy;
    let changed = InlinePolicy { id: Some(kept.id), ..policy(Decision::Deny, Selector::Everyone) };
    let policies = vec![
        NewPolicy::Inline(Box::new(InlinePolicy { precedence: Some(7), ..changed })),
        NewPolicy::Inline(Box::new(InlinePolicy {
            precedence: Some(3),
            ..policy(Decision::Allow, Selector::Email("a@example.com".into()))
        })),
    ];
    let new = NewApplication { name: "Docs".into(), ..app("docs.example.com", policies) };
    let updated = node
        .control
        .update_application(node.grant(&made, owner), id_of(&before), new, WaitFor::Everyone)
        .await;
    let after = updated.unwrap().value;
    assert_eq!(after.application.key, before.application.key);
    assert_eq!(after.application.audience, before.application.audience);
    assert_eq!(after.application.created_at, before.application.created_at);
    assert_eq!(after.application.updated_at.unix(), before.application.updated_at.unix() + 60);
    assert_eq!(after.policies.iter().map(|it| it.precedence).collect::<Vec<_>>(), [3, 7]);
    assert_eq!(after.policies[1].policy.id, kept.id);
    assert_eq!(after.policies[1].policy.created_at, kept.created_at);
    assert_eq!(node.apps(&made), [after]);
    // The policy that was left out is no policy any more, and the old place is free.
    let dropped = NewPolicy::Existing { id: before.policies[0].policy.id, precedence: None };
    let new = app("docs.example.com", vec![dropped]);
    let refused = node
        .control
        .update_application(node.grant(&made, owner), id_of(&before), new, WaitFor::Everyone)
        .await;
    assert!(matches!(refused, Err(ApplicationError::Invalid(InvalidApplication::UnknownPolicy(_)))));
    node.create_app(&made, app("wiki.example.com", vec![])).await;
}

#[tokio::test]
async fn a_policy_can_be_kept_by_its_id_alone() {
    let (node, made) = Node::new().await;
    let before = node.create_app(&made, app("wiki.example.com", vec![everyone()])).await;
    let kept = NewPolicy::Existing { id: before.policies[0].policy.id, precedence: Some(4) };
    let grant = node.grant(&made, OwnerId::Account(made.account.id));
    let new = app("wiki.example.com", vec![kept.clone()]);
    let after =
        node.control.update_application(grant, id_of(&before), new, WaitFor::Everyone).await.unwrap().value;
    assert_eq!(after.policies[0].policy, before.policies[0].policy);
    assert_eq!(after.policies[0].precedence, 4);
    let stolen = refusal(&node, &made, app("other.example.com", vec![kept])).await;
    assert!(matches!(stolen, ApplicationError::Invalid(InvalidApplication::UnknownPolicy(_))));
}

#[tokio::test]
async fn the_same_host_and_path_belong_to_one_application() {
    let (node, made) = Node::new().await;
    let first = node.create_app(&made, app("wiki.example.com/a", vec![])).await;
    for taken in ["wiki.example.com/a", "WIKI.example.com/a/"] {
        let refused = refusal(&node, &made, app(taken, vec![])).await;
        assert!(matches!(refused, ApplicationError::AlreadyExists(_)), "{taken}");
    }
    node.create_app(&made, app("wiki.example.com", vec![])).await;
    let grant = node.grant(&made, OwnerId::Account(made.account.id));
    node.control.delete_application(grant, id_of(&first), WaitFor::Everyone).await.unwrap();
    node.create_app(&made, app("wiki.example.com/a", vec![])).await;
}

#[tokio::test]
async fn what_stands_against_other_records_is_refused() {
    let (node, made) = Node::new().await;
    let invalid = |error| match error {
        ApplicationError::Invalid(invalid) => invalid,
        other => panic!("{other}"),
    };
    let ghost = ServiceTokenId::from_random([9; 16]);
    let unknown = inline(Decision::NonIdentity, Selector::ServiceToken(ghost));
    assert_eq!(
        invalid(refusal(&node, &made, app("a.example.com", vec![unknown])).await),
        InvalidApplication::Policy {
            name: "non_identity".into(),
            fault: PolicyFault::UnknownServiceToken(ghost)
        }
    );
    let id = PolicyId::from_random([9; 16]);
    let claimed = NewPolicy::Inline(Box::new(InlinePolicy {
        id: Some(id),
        ..policy(Decision::Allow, Selector::Everyone)
    }));
    assert_eq!(
        invalid(refusal(&node, &made, app("a.example.com", vec![claimed])).await),
        InvalidApplication::UnknownPolicy(id)
    );
    let at = |precedence| {
        NewPolicy::Inline(Box::new(InlinePolicy {
            precedence,
            ..policy(Decision::Allow, Selector::Everyone)
        }))
    };
    for clash in [vec![at(Some(5)), at(Some(5))], vec![at(Some(2)), at(None)]] {
        let error = invalid(refusal(&node, &made, app("a.example.com", clash)).await);
        assert_eq!(error.to_string(), "policy precedences must be unique");
    }
    assert!(node.apps(&made).is_empty());
}

#[tokio::test]
async fn lists_are_filtered_exactly_unless_told_otherwise() {
    let (node, made) = Node::new().await;
    let wiki = node.create_app(&made, app("wiki.example.com", vec![])).await;
    let docs = node
        .create_app(&made, NewApplication { name: "Docs".into(), ..app("docs.example.com", vec![]) })
        .await;
    let list = |filter: ApplicationFilter| {
        let grant = node.grant::<ListApps>(&made, OwnerId::Account(made.account.id));
        let found = node.control.list_applications(&grant, &filter);
        found.iter().map(|app| app.application.name.clone()).collect::<Vec<_>>()
    };
    let any = ApplicationFilter::default;
    assert_eq!(list(any()), ["Wiki", "Docs"]);
    assert_eq!(list(ApplicationFilter { audience: Some(docs.application.audience), ..any() }), ["Docs"]);
    assert_eq!(list(ApplicationFilter { name: Some("Wiki".into()), ..any() }), ["Wiki"]);
    assert_eq!(list(ApplicationFilter { name: Some("Wik".into()), ..any() }), [""; 0]);
    assert_eq!(list(ApplicationFilter { name: Some("wik".into()), exact: Some(false), ..any() }), ["Wiki"]);
    assert_eq!(list(ApplicationFilter { domain: Some("docs.example.com".into()), ..any() }), ["Docs"]);
    assert_eq!(list(ApplicationFilter { search: Some("EXAMPLE".into()), ..any() }), ["Wiki", "Docs"]);
    let tag = wiki.application.audience.to_string();
    assert_eq!(list(ApplicationFilter { search: Some(tag), ..any() }), ["Wiki"]);
}
