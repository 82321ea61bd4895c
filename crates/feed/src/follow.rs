//! The child's side, running: keeps a replica fresh for as long as it is polled.

use std::sync::Arc;

use portcullis_model::{Clock, Commit, Incarnation, Moment, Revision, Snapshot};

use crate::child::{Child, Effect};
use crate::hub::{Hub, Link};

/// What follows a feed: a gate.
pub trait Replica: Send + Sync {
    /// Where its view stands.
    fn position(&self) -> (Incarnation, Revision);

    /// Replaces its view and cuts every open request that the new one does not admit.
    fn install(&self, snapshot: &Snapshot);

    /// Brings its view forward and cuts every open request that it does not admit any more.
    ///
    /// # Security
    ///
    /// When it returns, the revision is confirmed.
    fn apply(&self, commit: &Commit);

    /// Lets it admit until `until`.
    fn extend_lease(&self, until: Moment);
}

/// Follows `hub` for ever: greets it, asks for a lease three times in each lease, and carries out what
/// the protocol says. When the hub cuts it off, it starts over.
///
/// # Cancel safety
///
/// Dropping the future detaches the replica; its lease runs out.
pub async fn follow(hub: Arc<Hub>, name: &str, replica: &dyn Replica, clock: &dyn Clock) {
    let pause = hub.lease_max() / 3;
    loop {
        follow_once(hub.attach(name), pause, replica, clock).await;
        tracing::warn!(gate = name, "cut off by the feed; starting over");
    }
}

async fn follow_once(mut link: Link, pause: std::time::Duration, replica: &dyn Replica, clock: &dyn Clock) {
    let (incarnation, revision) = replica.position();
    let (mut child, hello) = Child::new(incarnation, revision);
    link.send(&hello);
    let mut renewal = tokio::time::interval(pause);
    renewal.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            biased;
            _ = renewal.tick() => {
                let request = child.request_lease(clock.boot());
                link.send(&request);
                continue;
            }
            message = link.receive() => message,
        };
        let Some(message) = message else { return };
        for effect in child.receive(message) {
            match effect {
                Effect::Install(snapshot) => replica.install(&snapshot),
                Effect::Apply(commit) => replica.apply(&commit),
                Effect::ExtendLease(until) => replica.extend_lease(until),
                Effect::Send(message) => link.send(&message),
            }
        }
    }
}
