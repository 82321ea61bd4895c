//! What a revocation costs, from the use case to its answer: one durable commit, the feed, and a gate that confirms.
//!
//! `PORTCULLIS_BENCH_RECORDS` sets how many records the large store holds (one million unless set). The folders are made
//! below `TMPDIR`; point it at the disk in question.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    dead_code,
    missing_docs,
    reason = "a benchmark that fails says so by panicking, reads its size from the environment, and shares the tests' setting"
)]

#[path = "../tests/it/node.rs"]
mod node;

use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::future::join_all;
use node::{Node, app, id_of, inline};
use portcullis_control::authorize::RevokeAppTokens;
use portcullis_control::bootstrap::Bootstrapped;
use portcullis_control::{Revocation, WaitFor};
use portcullis_feed::{Replica, follow};
use portcullis_gate::{Gate, GateOptions};
use portcullis_model::{
    AppId, Clock as _, Commit, Decision, Incarnation, Moment, OwnerId, Revision, Selector, Snapshot,
};
use portcullis_store::{Key, Opening, SqliteStore, Store, Transaction};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

struct Follower(Arc<Gate>);

impl Replica for Follower {
    fn position(&self) -> (Incarnation, Revision) {
        let view = self.0.view();
        (view.incarnation(), view.revision())
    }

    fn install(&self, snapshot: &Snapshot) {
        self.0.install(snapshot).unwrap();
    }

    fn apply(&self, commit: &Commit) {
        self.0.apply(commit).unwrap();
    }

    fn extend_lease(&self, until: Moment) {
        self.0.lease().extend(until);
    }
}

/// A server without its sockets: a node on the embedded store, and a gate that follows it.
struct Server {
    node: Node,
    made: Bootstrapped,
    app: AppId,
    _following: JoinSet<()>,
}

impl Server {
    async fn open(folder: &Path, records: usize) -> Self {
        let opening = Opening::new(Incarnation::from_bytes([7; 16]), 1);
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder, opening).unwrap());
        fill(&*store, records).await;
        let (node, made) = Node::set_up(store).await;
        let policies = vec![inline(Decision::NonIdentity, Selector::AnyValidServiceToken)];
        let app = id_of(&node.create_app(&made, app("wiki.example.com", policies)).await);
        let gate = Arc::new(Gate::new(GateOptions::new(node.control.hasher().clone(), node.clock.clone())));
        let mut following = JoinSet::new();
        let (hub, clock, follower) = (node.control.hub().clone(), node.clock.clone(), Follower(gate.clone()));
        following.spawn(async move { follow(hub, "gate", &follower, &*clock).await });
        while !gate.lease().runs_at(node.clock.boot()) {
            tokio::task::yield_now().await;
        }
        Self { node, made, app, _following: following }
    }

    async fn revoke(&self) -> Revocation {
        let grant = self.node.grant::<RevokeAppTokens>(&self.made, OwnerId::Account(self.made.account.id));
        self.node.control.revoke_app_tokens(grant, self.app, WaitFor::Everyone).await.unwrap()
    }
}

/// Records of the size of a session, spread as random ids are.
async fn fill(store: &dyn Store, records: usize) {
    for first in (0..records).step_by(10_000) {
        let numbers = first..records.min(first + 10_000);
        let sessions = numbers.fold(Transaction::new(), |all, number| {
            let id = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            all.put(Key::new(format!("session/{id:016x}")), vec![3; 100])
        });
        store.commit(sessions).await.unwrap();
    }
}

fn raw_append(criterion: &mut Criterion) {
    let folder = TempDir::new().unwrap();
    let mut file = File::create(folder.path().join("raw")).unwrap();
    criterion.bench_function("append and fdatasync, 512 bytes", |bencher| {
        bencher.iter(|| {
            file.write_all(black_box(&[0; 512])).unwrap();
            file.sync_data().unwrap();
        });
    });
}

fn revocations(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let records =
        std::env::var("PORTCULLIS_BENCH_RECORDS").map_or(1_000_000, |records| records.parse().unwrap());
    for records in [0, records] {
        let folder = TempDir::new().unwrap();
        let server = runtime.block_on(Server::open(folder.path(), records));
        criterion.bench_function(&format!("revoke, confirmed, {records} session records"), |bencher| {
            bencher.iter(|| assert!(runtime.block_on(server.revoke()).enforced));
        });
        if records == 0 {
            criterion.bench_function("64 revocations at a time, confirmed", |bencher| {
                bencher.iter(|| {
                    let all = runtime.block_on(join_all((0..64).map(|_| server.revoke())));
                    assert!(all.iter().all(|revocation| revocation.enforced));
                });
            });
        }
    }
}

criterion_group!(benches, raw_append, revocations);
criterion_main!(benches);
