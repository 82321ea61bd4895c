use portcullis_control::{Control, OpenError, RecordError, StateError, WaitFor};
use portcullis_model::{Clock as _, Decision, OwnerId, Selector};
use portcullis_store::{Key, MemoryDisk, Store, Transaction};
use portcullis_token::KeyEncryptionKey;

use crate::node::{Node, app, credentials, id_of, inline, memory, options};

#[tokio::test]
async fn a_restart_gives_the_same_state() {
    let disk = MemoryDisk::new();
    let (node, made) = Node::set_up(memory(&disk, 1)).await;
    let owner = OwnerId::Account(made.account.id);
    let service = node.create_service_token(&made).await;
    let policies = vec![inline(Decision::NonIdentity, Selector::ServiceToken(service.service_token.id))];
    let created = node.create_app(&made, app("wiki.example.com", policies)).await;
    let gone = node.create_app(&made, app("gone.example.com", vec![])).await;
    node.control.delete_application(node.grant(&made, owner), id_of(&gone), WaitFor::Everyone).await.unwrap();
    node.control
        .revoke_app_tokens(node.grant(&made, owner), id_of(&created), WaitFor::Everyone)
        .await
        .unwrap();
    let before = format!("{:?}", node.snapshot());
    let certs = serde_json::to_string(&node.control.certs().unwrap()).unwrap();
    drop(node);

    let node = Node::open(memory(&disk, 1)).await;
    assert_eq!(format!("{:?}", node.snapshot()), before);
    assert_eq!(serde_json::to_string(&node.control.certs().unwrap()).unwrap(), certs);
    assert_eq!(node.apps(&made), std::slice::from_ref(&created));
    let request = portcullis_control::ServiceIssueRequest {
        audience: created.application.audience,
        credentials: credentials(&service),
        client_ip: crate::node::HOME,
        now: node.clock.now(),
    };
    assert!(node.control.issue_for_service(request).await.is_ok());
}

async fn put(store: &dyn Store, key: &str, value: &str) {
    store.commit(Transaction::new().put(Key::new(key), value)).await.unwrap();
}

async fn why_not(key: &str, value: &str) -> RecordError {
    let store = memory(&MemoryDisk::new(), 1);
    let (node, _) = Node::set_up(store.clone()).await;
    drop(node);
    put(&*store, key, value).await;
    match Node::try_open(store).await.map(drop) {
        Err(OpenError::State(StateError::Record(error))) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_read_stops_the_start() {
    let zone = "zone/023e105f4ecef8ad9ca31a8372d0c353";
    assert!(matches!(
        why_not(zone, r#"{"v":2,"live":{}}"#).await,
        RecordError::UnknownVersion { version: 2, .. }
    ));
    for damaged in
        ["", "{}", r#"{"v":1}"#, r#"{"v":1,"live":{}}"#, r#"{"v":1,"live":{"name":"x","extra":1}}"#]
    {
        assert!(matches!(why_not(zone, damaged).await, RecordError::Damaged { .. }), "{damaged}");
    }
    assert!(matches!(why_not("zone/x", "{}").await, RecordError::UnknownKey(_)));
    let watermark =
        "watermark/app/accounts/023e105f4ecef8ad9ca31a8372d0c353/f174e90a-fafe-4643-bbbc-4a0ed4fc8415";
    let deleted = r#"{"v":1,"deleted":{"at":0}}"#;
    assert!(matches!(why_not(watermark, deleted).await, RecordError::Inconsistent { .. }));
}

#[tokio::test]
async fn what_cannot_be_read_stops_a_running_node() {
    let (mut node, _) = Node::new().await;
    put(&*node.store, "zone/023e105f4ecef8ad9ca31a8372d0c353", "{}").await;
    assert!(matches!(node.applier.join_next().await, Some(Ok(portcullis_control::Stopped::State(_)))));
}

#[tokio::test]
async fn a_record_that_vanishes_stops_a_running_node() {
    let (mut node, made) = Node::new().await;
    let zone =
        node.control.create_zone(node.grant(&made, made.account.id), "example.com").await.unwrap().value;
    let delete = Transaction::new().delete(Key::new(format!("zone/{}", zone.id)));
    node.store.commit(delete).await.unwrap();
    assert!(matches!(node.applier.join_next().await, Some(Ok(portcullis_control::Stopped::State(_)))));
}

#[tokio::test]
async fn i8_another_key_encryption_key_opens_nothing() {
    let store = memory(&MemoryDisk::new(), 1);
    let (node, _) = Node::set_up(store.clone()).await;
    let mut options = options(store, node.clock.clone());
    options.key_encryption_key = KeyEncryptionKey::generate().unwrap();
    let refused = Control::open(options).await.map(drop);
    assert!(matches!(refused, Err(OpenError::State(StateError::Record(RecordError::Sealed { .. })))));
}

#[tokio::test]
async fn i8_no_secret_is_in_the_store() {
    use secrecy::ExposeSecret as _;
    let (node, made) = Node::new().await;
    let service = node.create_service_token(&made).await;
    let scan = node.store.scan(&[portcullis_store::KeyRange::prefix("")]).await.unwrap();
    for secret in [&made.api_token, &made.global_api_key, &service.client_secret] {
        let secret = secret.expose_secret().as_bytes();
        let holds = |value: &[u8]| value.windows(secret.len()).any(|window| window == secret);
        assert!(!scan.records.iter().any(|(_, stored)| holds(&stored.value)));
    }
}
