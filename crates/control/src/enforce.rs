//! When a change holds everywhere.

use std::time::Duration;

use portcullis_model::Revision;

use crate::commit::Committed;
use crate::control::Control;
use crate::history::HistoryLost;

/// How long the caller of something that kills tokens wants to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitFor {
    /// Until no gate can admit without it.
    #[default]
    Everyone,
    /// Until then, or for this long (`Prefer: wait=N`).
    AtMost(Duration),
    /// Not beyond the commit (`Prefer: respond-async`).
    DontWait,
}

/// A revocation that is durable, and how far it is known to be obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Its commit.
    pub revision: Revision,
    /// Gates that confirmed it.
    pub gates_confirmed: usize,
    /// Gates on the books.
    pub gates_total: usize,
    /// Whether no gate can admit without it any more: the difference between 200 and 202.
    pub enforced: bool,
    /// If not, after how long none can.
    pub within: Duration,
}

/// What a change that kills tokens made, and how far it is obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enforced<T> {
    /// What was made.
    pub value: T,
    /// How far it is obeyed.
    pub revocation: Revocation,
}

impl Control {
    /// Waits until no gate can admit without `committed`, or as long as the caller wants to (I11).
    pub(crate) async fn enforce<T>(
        &self,
        committed: Committed<T>,
        wait: WaitFor,
    ) -> Result<Enforced<T>, HistoryLost> {
        let at_most = match wait {
            WaitFor::Everyone => None,
            WaitFor::AtMost(duration) => Some(duration),
            WaitFor::DontWait => Some(Duration::ZERO),
        };
        let Committed { value, revision, at } = committed;
        let confirmation = self.inner.hub.barrier(revision, at).wait(at_most).await;
        // Last: what was proved during the wait counts too.
        self.inner.history.ensure()?;
        let revocation = Revocation {
            revision,
            gates_confirmed: confirmation.confirmed,
            gates_total: confirmation.total,
            enforced: confirmation.enforced,
            within: confirmation.within,
        };
        Ok(Enforced { value, revocation })
    }
}
