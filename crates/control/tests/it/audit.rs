use portcullis_control::WaitFor;
use portcullis_model::{Decision, OwnerId, Revision, Selector};
use portcullis_store::{Commit, MemoryDisk, Watch};

use crate::node::{Node, app, id_of, inline, memory};

/// The audit records of one commit, as they are stored.
fn audits(commit: &Commit) -> Vec<serde_json::Value> {
    let records = commit.changes.iter().filter(|change| change.key.as_bytes().starts_with(b"audit/"));
    records.map(|change| serde_json::from_slice(&change.record.as_ref().unwrap().value).unwrap()).collect()
}

async fn until(watch: &mut Watch, revision: Revision) -> Vec<serde_json::Value> {
    let mut actions = Vec::new();
    loop {
        let commit = watch.next().await.unwrap();
        let [record] = audits(&commit).try_into().expect("each commit has exactly one audit record");
        actions.push(record["live"].clone());
        if commit.revision == revision {
            return actions;
        }
    }
}

#[tokio::test]
async fn i6_every_commit_says_who_did_what() {
    let store = memory(&MemoryDisk::new(), 1);
    let mut watch = store.watch(Revision::ZERO).await.unwrap();
    let (node, made) = Node::set_up(store).await;
    let owner = OwnerId::Account(made.account.id);
    let created =
        node.create_app(&made, app("a.example.com", vec![inline(Decision::Allow, Selector::Everyone)])).await;
    let id = id_of(&created);
    let again = app("b.example.com", vec![]);
    node.control.update_application(node.grant(&made, owner), id, again, WaitFor::Everyone).await.unwrap();
    node.control.revoke_app_tokens(node.grant(&made, owner), id, WaitFor::Everyone).await.unwrap();
    node.control.delete_application(node.grant(&made, owner), id, WaitFor::Everyone).await.unwrap();
    let service = node.create_service_token(&made).await.service_token.id;
    node.control.delete_service_token(node.grant(&made, owner), service, WaitFor::Everyone).await.unwrap();
    let zone =
        node.control.create_zone(node.grant(&made, made.account.id), "example.com").await.unwrap().value.id;
    node.control.delete_zone(node.grant(&made, zone), WaitFor::Everyone).await.unwrap();

    let records = until(&mut watch, node.control.revision()).await;
    let name = |record: &serde_json::Value| match &record["action"] {
        serde_json::Value::Object(action) => action.keys().next().unwrap().clone(),
        action => action.as_str().unwrap().to_owned(),
    };
    let expected = [
        "create_key",
        "bootstrap",
        "bootstrap",
        "create_application",
        "update_application",
        "revoke_application_tokens",
        "delete_application",
        "create_service_token",
        "delete_service_token",
        "create_zone",
        "delete_zone",
    ];
    assert_eq!(records.iter().map(name).collect::<Vec<_>>(), expected);
    let revoke = &records[5];
    assert_eq!(revoke["actor"]["api_token"]["token"], made.api_token_id.to_string());
    assert_eq!(revoke["from"], "192.0.2.1");
    assert_eq!(revoke["request_id"], "8f1c2d3e4f5a6b7c");
    assert_eq!(revoke["action"]["revoke_application_tokens"]["id"], id.to_string());
    assert_eq!(records[2]["actor"], "server");
}
