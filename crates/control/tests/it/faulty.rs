//! What is answered when the store does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use portcullis_control::applications::ApplicationError;
use portcullis_control::{CommitFailed, RevokeError, WaitFor};
use portcullis_model::{Incarnation, OwnerId, Revision};
use portcullis_store::{
    BoxFuture, Cause, CommitError, Committed, Counters, HistoryGaps, Key, KeyRange, MemoryDisk, Read, Scan,
    Store, StoreError, Transaction, Watch, WatchError,
};

use crate::node::{Node, app, id_of, memory};

const WORKS: u8 = 0;
const REFUSES: u8 = 1;
const COMMITS_SILENTLY: u8 = 2;

/// A store that fails when it is told to.
struct Faulty {
    inner: Arc<dyn Store>,
    mode: AtomicU8,
}

fn cause() -> Cause {
    Arc::new(std::io::Error::other("the disk is on fire"))
}

impl Store for Faulty {
    fn incarnation(&self) -> Incarnation {
        self.inner.incarnation()
    }
    fn get<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Result<Read, StoreError>> {
        self.inner.get(keys)
    }
    fn scan<'a>(&'a self, ranges: &'a [KeyRange]) -> BoxFuture<'a, Result<Scan, StoreError>> {
        self.inner.scan(ranges)
    }
    fn commit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            match self.mode.load(Ordering::SeqCst) {
                REFUSES => Err(CommitError::Unavailable(cause())),
                COMMITS_SILENTLY => {
                    self.inner.commit(transaction).await?;
                    Err(CommitError::Unconfirmed(cause()))
                }
                _ => self.inner.commit(transaction).await,
            }
        })
    }
    fn watch(&self, after: Revision) -> BoxFuture<'_, Result<Watch, WatchError>> {
        self.inner.watch(after)
    }
    fn head(&self) -> BoxFuture<'_, Result<Revision, StoreError>> {
        self.inner.head()
    }
    fn history_gaps(&self) -> BoxFuture<'_, Result<HistoryGaps, StoreError>> {
        self.inner.history_gaps()
    }
    fn counters(&self) -> Counters {
        self.inner.counters()
    }
    fn failed(&self) -> BoxFuture<'static, Cause> {
        self.inner.failed()
    }
}

#[tokio::test]
async fn a_revocation_says_how_far_it_got() {
    let faulty = Arc::new(Faulty { inner: memory(&MemoryDisk::new(), 1), mode: AtomicU8::new(WORKS) });
    let (node, made) = Node::set_up(faulty.clone()).await;
    let owner = OwnerId::Account(made.account.id);
    let id = id_of(&node.create_app(&made, app("wiki.example.com", vec![])).await);
    let revoke = || node.control.revoke_app_tokens(node.grant(&made, owner), id, WaitFor::Everyone);

    faulty.mode.store(REFUSES, Ordering::SeqCst);
    let head = faulty.inner.head().await.unwrap();
    assert!(matches!(revoke().await, Err(RevokeError::Unavailable(_))));
    assert_eq!(faulty.inner.head().await.unwrap(), head, "nothing was written");

    faulty.mode.store(COMMITS_SILENTLY, Ordering::SeqCst);
    assert!(matches!(revoke().await, Err(RevokeError::Unconfirmed(_))));
    assert!(faulty.inner.head().await.unwrap() > head, "it may have been written");

    faulty.mode.store(WORKS, Ordering::SeqCst);
    assert!(revoke().await.is_ok(), "repeating is safe");
}

#[tokio::test]
async fn a_change_says_how_far_it_got() {
    let faulty = Arc::new(Faulty { inner: memory(&MemoryDisk::new(), 1), mode: AtomicU8::new(WORKS) });
    let (node, made) = Node::set_up(faulty.clone()).await;
    let create = || {
        let grant = node.grant(&made, OwnerId::Account(made.account.id));
        node.control.create_application(grant, app("wiki.example.com", vec![]))
    };
    faulty.mode.store(REFUSES, Ordering::SeqCst);
    assert!(matches!(create().await, Err(ApplicationError::Commit(CommitFailed::Unavailable(_)))));
    faulty.mode.store(COMMITS_SILENTLY, Ordering::SeqCst);
    assert!(matches!(create().await, Err(ApplicationError::Commit(CommitFailed::Unconfirmed(_)))));
    faulty.mode.store(WORKS, Ordering::SeqCst);
    // The next change judges on what became of it, without being told.
    assert!(matches!(create().await, Err(ApplicationError::AlreadyExists(_))));
}

#[tokio::test]
async fn a_node_whose_state_has_stopped_confirms_nothing() {
    let (mut node, made) = Node::new().await;
    let id = id_of(&node.create_app(&made, app("wiki.example.com", vec![])).await);
    node.applier.shutdown().await;
    let grant = node.grant(&made, OwnerId::Account(made.account.id));
    let revoked = node.control.revoke_app_tokens(grant, id, WaitFor::Everyone).await;
    assert!(matches!(revoked, Err(RevokeError::Unconfirmed(_))));
}
