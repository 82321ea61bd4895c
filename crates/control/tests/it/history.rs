use portcullis_control::issue::IssueError;
use portcullis_control::{ProveError, RevokeError, ServiceIssueRequest, WaitFor};
use portcullis_model::{Clock as _, Decision, OwnerId, Revision, Selector};
use portcullis_store::MemoryDisk;

use crate::node::{HOME, Node, app, credentials, id_of, inline, memory};

#[tokio::test]
async fn every_revision_that_was_is_shown_and_the_next_one_is_not() {
    let disk = MemoryDisk::new();
    let (node, _) = Node::set_up(memory(&disk, 1)).await;
    let before = node.control.revision();
    drop(node);
    let node = Node::open(memory(&disk, before.get() + 1000)).await;
    node.control.prove_history(before).await.unwrap();
    assert!(!node.control.is_history_lost());
    assert!(matches!(node.control.prove_history(before.next()).await, Err(ProveError::Lost(_))));
    assert!(node.control.is_history_lost());
}

#[tokio::test]
async fn a_revision_in_a_gap_proves_the_loss() {
    let disk = MemoryDisk::new();
    let (node, made) = Node::set_up(memory(&disk, 1)).await;
    let before = node.control.revision();
    drop(node);
    let node = Node::open(memory(&disk, before.get() + 1000)).await;
    node.create_app(&made, app("a.example.com", vec![])).await;
    node.control.prove_history(node.control.revision()).await.unwrap();
    node.control.prove_history(before).await.unwrap();
    let lost = Revision::new(before.get() + 500);
    assert!(matches!(node.control.prove_history(lost).await, Err(ProveError::Lost(_))));
}

#[tokio::test]
async fn a_node_that_lost_history_issues_nothing_and_reports_no_revocation_as_done() {
    let (node, made) = Node::new().await;
    let owner = OwnerId::Account(made.account.id);
    let service = node.create_service_token(&made).await;
    let policies = vec![inline(Decision::NonIdentity, Selector::AnyValidServiceToken)];
    let created = node.create_app(&made, app("wiki.example.com", policies)).await;
    let above = Revision::new(node.control.revision().get() + 1);
    assert!(node.control.prove_history(above).await.is_err());
    let request = ServiceIssueRequest {
        audience: created.application.audience,
        credentials: credentials(&service),
        client_ip: HOME,
        now: node.clock.now(),
    };
    assert!(matches!(node.control.issue_for_service(request).await, Err(IssueError::HistoryLost(_))));
    for wait in [WaitFor::Everyone, WaitFor::DontWait] {
        let revoked = node.control.revoke_app_tokens(node.grant(&made, owner), id_of(&created), wait).await;
        assert!(matches!(revoked, Err(RevokeError::HistoryLost(_))));
    }
    let known = node.control.revision();
    assert!(matches!(node.control.prove_history(known).await, Err(ProveError::Lost(_))), "it stays so");
}
