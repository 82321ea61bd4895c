//! The barrier with children that follow, stall, and go away, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use portcullis_feed::{
    Confirmation, Hub, HubOptions, Link, Replica, SnapshotSource, ToChild, ToParent, follow,
};
use portcullis_model::{Clock, Commit, Incarnation, Moment, Now, Revision, Snapshot, Timestamp};
use tokio::time::Instant;

const LEASE: Duration = Duration::from_secs(3);
const COUNTED: Duration = Duration::from_millis(3750);

/// Tokio's clock, which the tests pause.
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> Now {
        Now { wall: Timestamp::default(), boot: Moment::ZERO.plus(self.0.elapsed()) }
    }
}

/// The history of these tests: every revision up to the last.
#[derive(Default)]
struct History(Mutex<Revision>);

impl SnapshotSource for History {
    fn snapshot(&self) -> Snapshot {
        Snapshot { incarnation: Incarnation::from_bytes([1; 16]), revision: *self.0.lock(), changes: vec![] }
    }
}

struct Gate {
    applied: Mutex<Revision>,
    admits_until: Mutex<Moment>,
}

impl Replica for Gate {
    fn position(&self) -> (Incarnation, Revision) {
        (Incarnation::from_bytes([1; 16]), *self.applied.lock())
    }

    fn install(&self, snapshot: &Snapshot) {
        *self.applied.lock() = snapshot.revision;
    }

    fn apply(&self, commit: &Commit) {
        *self.applied.lock() = commit.revision;
    }

    fn extend_lease(&self, until: Moment) {
        *self.admits_until.lock() = until;
    }
}

struct Setting {
    clock: Arc<PausedClock>,
    history: Arc<History>,
    hub: Arc<Hub>,
    gate: Arc<Gate>,
    _following: tokio::task::JoinSet<()>,
}

impl Setting {
    /// A hub with one gate that follows and holds a lease.
    async fn new(earlier_leases: Option<Duration>) -> Self {
        let clock = Arc::new(PausedClock(Instant::now()));
        let history = Arc::new(History::default());
        let options =
            HubOptions { clock: clock.clone(), lease_max: LEASE, earlier_leases, source: history.clone() };
        let hub = Hub::new(options);
        let gate = Arc::new(Gate { applied: Mutex::default(), admits_until: Mutex::default() });
        let mut following = tokio::task::JoinSet::new();
        let (child_hub, child_gate, child_clock) = (hub.clone(), gate.clone(), clock.clone());
        following.spawn(async move { follow(child_hub, "gate", &*child_gate, &*child_clock).await });
        while *gate.admits_until.lock() == Moment::ZERO {
            tokio::task::yield_now().await;
        }
        Self { clock, history, hub, gate, _following: following }
    }

    fn commit(&self) -> Revision {
        let mut head = self.history.0.lock();
        let commit = Arc::new(Commit { previous: *head, revision: head.next(), changes: vec![] });
        *head = commit.revision;
        drop(head);
        self.hub.publish(&commit);
        commit.revision
    }

    async fn revoke(&self, at_most: Option<Duration>) -> (Confirmation, Duration) {
        let committed_at = self.clock.boot();
        let revision = self.commit();
        let confirmation = self.hub.barrier(revision, committed_at).wait(at_most).await;
        (confirmation, self.clock.boot().since(committed_at))
    }

    /// A child that took a lease and then says nothing more.
    async fn stalled(&self) -> Link {
        let mut link = self.hub.attach("stalled");
        link.send(&ToParent::Hello {
            incarnation: Incarnation::from_bytes([1; 16]),
            revision: Revision::ZERO,
        });
        link.send(&ToParent::Lease { sequence: 0 });
        while !matches!(link.receive().await, Some(ToChild::Grant(_))) {}
        link
    }
}

#[tokio::test(start_paused = true)]
async fn i11_a_gate_that_follows_confirms_without_any_time_passing() {
    let setting = Setting::new(None).await;
    let (confirmation, took) = setting.revoke(None).await;
    assert_eq!(confirmation, Confirmation { confirmed: 1, total: 1, enforced: true, within: Duration::ZERO });
    assert_eq!(took, Duration::ZERO);
    assert_eq!(*setting.gate.applied.lock(), Revision::new(1));
}

#[tokio::test(start_paused = true)]
async fn i11_a_stalled_child_is_waited_for_until_its_lease_has_run_out() {
    let setting = Setting::new(None).await;
    let _stalled = setting.stalled().await;
    let (confirmation, took) = setting.revoke(None).await;
    assert!(confirmation.enforced);
    assert_eq!((confirmation.confirmed, confirmation.total), (1, 2));
    assert!(took >= COUNTED, "answered after {took:?}");
    assert!(took <= COUNTED + Duration::from_millis(2), "answered after {took:?}");
}

#[tokio::test(start_paused = true)]
async fn i11_a_stalled_child_that_confirms_ends_the_wait() {
    let setting = Setting::new(None).await;
    let mut stalled = setting.stalled().await;
    let (answer, ()) = tokio::join!(setting.revoke(None), async {
        let asked = loop {
            if let Some(ToChild::Confirm { revision }) = stalled.receive().await {
                break revision;
            }
        };
        tokio::time::sleep(Duration::from_millis(700)).await;
        stalled.send(&ToParent::Applied { revision: asked });
    });
    let (confirmation, took) = answer;
    assert_eq!((confirmation.confirmed, confirmation.total, confirmation.enforced), (2, 2, true));
    assert!((Duration::from_millis(700)..COUNTED).contains(&took), "answered after {took:?}");
}

#[tokio::test(start_paused = true)]
async fn i11_a_child_that_disconnects_is_waited_for_all_the_same() {
    let setting = Setting::new(None).await;
    drop(setting.stalled().await);
    let (confirmation, took) = setting.revoke(None).await;
    assert!(confirmation.enforced);
    assert!(took >= COUNTED, "answered after {took:?}");
}

#[tokio::test(start_paused = true)]
async fn i11_a_child_that_renews_but_never_confirms_cannot_hold_the_answer_longer() {
    let setting = Setting::new(None).await;
    let mut stubborn = setting.stalled().await;
    let renewing = async {
        let mut sequence = 1;
        loop {
            tokio::select! {
                message = stubborn.receive() => assert!(message.is_some()),
                () = tokio::time::sleep(Duration::from_millis(500)) => {
                    stubborn.send(&ToParent::Lease { sequence });
                    sequence += 1;
                }
            }
        }
    };
    tokio::select! {
        (confirmation, took) = setting.revoke(None) => {
            assert!(confirmation.enforced);
            assert!(took <= COUNTED + Duration::from_millis(2), "answered after {took:?}");
        }
        () = renewing => {}
    }
}

#[tokio::test(start_paused = true)]
async fn i11_a_wait_that_ends_early_says_how_long_it_can_still_take() {
    let setting = Setting::new(None).await;
    let _stalled = setting.stalled().await;
    let (confirmation, took) = setting.revoke(Some(Duration::from_secs(1))).await;
    assert!(!confirmation.enforced);
    assert_eq!(took, Duration::from_secs(1));
    assert!((Duration::from_secs(2)..=COUNTED).contains(&confirmation.within), "{:?}", confirmation.within);
}

#[tokio::test(start_paused = true)]
async fn i11_after_a_restart_the_leases_of_the_earlier_run_are_waited_out() {
    let setting = Setting::new(Some(LEASE)).await;
    let (confirmation, took) = setting.revoke(None).await;
    assert!(confirmation.enforced);
    assert!(took >= COUNTED, "answered after {took:?}");
}

#[tokio::test(start_paused = true)]
async fn i11_the_barrier_waits_for_this_nodes_own_view_too() {
    let setting = Setting::new(None).await;
    let committed_at = setting.clock.boot();
    let wait = setting.hub.barrier(Revision::new(1), committed_at);
    let early = wait.wait(Some(Duration::from_secs(10))).await;
    assert!(!early.enforced, "nothing has been published");
    setting.commit();
    assert!(wait.wait(None).await.enforced);
}

#[tokio::test(start_paused = true)]
async fn a_gate_keeps_its_lease_by_renewing_it() {
    let setting = Setting::new(None).await;
    for _ in 0..20 {
        tokio::time::sleep(LEASE / 2).await;
        assert!(*setting.gate.admits_until.lock() > setting.clock.boot());
    }
}

#[tokio::test(start_paused = true)]
async fn i5_a_hub_that_stops_granting_leaves_its_gates_without_a_lease() {
    let setting = Setting::new(None).await;
    setting.hub.stop_granting();
    tokio::time::sleep(LEASE).await;
    assert!(*setting.gate.admits_until.lock() <= setting.clock.boot());
}
