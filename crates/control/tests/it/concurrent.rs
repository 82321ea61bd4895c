//! Races on one node, and between two nodes on one store.

use std::collections::HashSet;
use std::sync::Arc;

use portcullis_control::WaitFor;
use portcullis_control::applications::{ApplicationError, NewApplication};
use portcullis_control::service_tokens::ServiceTokenError;
use portcullis_model::{Decision, Incarnation, OwnerId, Selector};
use portcullis_store::{MemoryDisk, MemoryStore, Opening, Store};
use tokio::task::JoinSet;

use crate::node::{Node, app, id_of, inline, memory, options};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_place_goes_to_one_of_many() {
    let store = memory(&MemoryDisk::new(), 1);
    let (one, made) = Node::set_up(store.clone()).await;
    let other = Node::open(store).await;
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let node = if number % 2 == 0 { &one } else { &other };
        let grant = node.grant(&made, OwnerId::Account(made.account.id));
        let control = node.control.clone();
        tasks.spawn(async move { control.create_application(grant, app("wiki.example.com", vec![])).await });
    }
    let results = tasks.join_all().await;
    let (made_it, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((made_it.len(), refused.len()), (1, 15));
    assert!(refused.iter().all(|error| matches!(error, Err(ApplicationError::AlreadyExists(_)))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn updates_of_two_nodes_do_not_lose_each_others_policies() {
    let store = memory(&MemoryDisk::new(), 1);
    let (one, made) = Node::set_up(store.clone()).await;
    let other = Node::open(store).await;
    let id = id_of(&one.create_app(&made, app("wiki.example.com", vec![])).await);
    let mut tasks = JoinSet::new();
    for number in 0..12 {
        let node = if number % 2 == 0 { &one } else { &other };
        let grant = node.grant(&made, OwnerId::Account(made.account.id));
        let control = node.control.clone();
        tasks.spawn(async move {
            let policies = vec![inline(Decision::Allow, Selector::Everyone); number % 3];
            let new = NewApplication { name: format!("Wiki {number}"), ..app("wiki.example.com", policies) };
            let updated = control.update_application(grant, id, new, WaitFor::Everyone).await.unwrap();
            (updated.revocation.revision, updated.value)
        });
    }
    let updates = tasks.join_all().await;
    let revisions: HashSet<_> = updates.iter().map(|(revision, _)| *revision).collect();
    assert_eq!(revisions.len(), 12, "each is a commit of its own");
    let (last, expected) = updates.into_iter().max_by_key(|(revision, _)| *revision).unwrap();
    for node in [&one, &other] {
        while node.control.revision() < last {
            tokio::task::yield_now().await;
        }
        assert_eq!(node.apps(&made), std::slice::from_ref(&expected), "whole, as the last one wrote it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_service_token_is_not_deleted_while_a_policy_comes_to_name_it() {
    let store = memory(&MemoryDisk::new(), 1);
    let (one, made) = Node::set_up(store.clone()).await;
    let other = Node::open(store).await;
    let owner = OwnerId::Account(made.account.id);
    for number in 0..20 {
        let id = one.create_service_token(&made).await.service_token.id;
        while other.control.revision() < one.control.revision() {
            tokio::task::yield_now().await;
        }
        let policies = vec![inline(Decision::NonIdentity, Selector::ServiceToken(id))];
        let create = other.control.create_application(
            other.grant(&made, owner),
            app(&format!("app{number}.example.com"), policies),
        );
        let delete = one.control.delete_service_token(one.grant(&made, owner), id, WaitFor::Everyone);
        match tokio::join!(create, delete) {
            (Ok(_), Err(ServiceTokenError::InUse)) | (Err(ApplicationError::Invalid(_)), Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_node_that_missed_commits_starts_over_and_its_gates_follow() {
    let opening = Opening { watch_history_bytes: 1, ..Opening::new(Incarnation::from_bytes([7; 16]), 1) };
    let store: Arc<dyn Store> = Arc::new(MemoryStore::open(&MemoryDisk::new(), opening));
    let (one, made) = Node::set_up(store.clone()).await;
    let gone = one.create_app(&made, app("gone.example.com", vec![])).await;
    let (slow, applier) =
        portcullis_control::Control::open(options(store.clone(), one.clock.clone())).await.unwrap();
    let owner = OwnerId::Account(made.account.id);
    one.control.delete_application(one.grant(&made, owner), id_of(&gone), WaitFor::Everyone).await.unwrap();
    let kept = one.create_app(&made, app("kept.example.com", vec![])).await;

    let mut tasks = JoinSet::new();
    tasks.spawn(applier.run());
    let slow = Node { control: slow, clock: one.clock.clone(), store, applier: tasks };
    while slow.control.revision() < one.control.revision() {
        tokio::task::yield_now().await;
    }
    assert_eq!(slow.apps(&made), [kept]);
    let snapshots = [&one, &slow].map(|node| format!("{:?}", node.snapshot()));
    assert_eq!(snapshots[0], snapshots[1]);
}
