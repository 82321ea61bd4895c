//! How a change is made: one commit, with its audit record, seen by this node before it is answered.

use std::net::IpAddr;
use std::sync::Arc;

use portcullis_model::{Action, Actor, AuditRecord, Clock, Moment, Revision, Timestamp};
use portcullis_store::{Cause, CommitError, Condition, Transaction};

use crate::authorize::{Authorized, Operation};
use crate::control::Control;
use crate::fresh;
use crate::history::HistoryLost;
use crate::records::{AuditId, Key, Record};
use crate::state::State;

/// How often a change is judged anew because another node changed the configuration meanwhile.
const ATTEMPTS: usize = 16;

/// What a commit made, and which commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed<T = ()> {
    /// What was made.
    pub value: T,
    /// The commit. This node's own state has it.
    pub revision: Revision,
    /// When the store acknowledged it.
    pub at: Moment,
}

/// Why a change is not reported as made, ordered by how far it got.
#[derive(Debug, thiserror::Error)]
pub enum CommitFailed {
    /// Others kept changing the configuration. Nothing was written; a repeat is safe.
    #[error("the configuration kept changing")]
    Busy,
    /// No randomness, or a secret that could not be sealed. Nothing was written; a repeat is safe.
    #[error("the change could not be prepared")]
    Preparation(#[source] Cause),
    /// Nothing was written. A repeat is safe.
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
    /// It may have been written.
    #[error("the store did not confirm the change")]
    Unconfirmed(#[source] Cause),
    /// It was written, and nothing that this node says about it can be relied on.
    #[error(transparent)]
    HistoryLost(#[from] HistoryLost),
}

impl CommitFailed {
    pub(crate) fn preparation(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Preparation(Arc::new(error))
    }
}

impl From<CommitError> for CommitFailed {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Unavailable(cause) => Self::Unavailable(cause),
            CommitError::Unconfirmed(cause) => Self::Unconfirmed(cause),
        }
    }
}

/// Who makes a change, and when: what its audit record says besides the action.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) at: Timestamp,
    actor: Actor,
    from: Option<IpAddr>,
    request_id: Option<String>,
}

impl Origin {
    pub(crate) fn server(clock: &dyn Clock) -> Self {
        Self { at: clock.now().wall, actor: Actor::Server, from: None, request_id: None }
    }

    /// Adds the audit record of `action` to `transaction` (I6).
    pub(crate) fn audit(
        &self,
        transaction: Transaction,
        action: Action,
    ) -> Result<Transaction, CommitFailed> {
        let key = Key::Audit(AuditId { at: self.at, random: fresh::bytes()? });
        let Self { at, actor, from, request_id } = self.clone();
        let record = Record::Audit(Box::new(AuditRecord { at, actor, from, request_id, action }));
        let encoded = record.encode().map_err(CommitFailed::preparation)?;
        Ok(transaction.put(key.encode(), encoded))
    }
}

/// A change that was judged on one state, and is right if the configuration is still what it was there.
pub(crate) struct Planned<T> {
    action: Action,
    writes: Vec<(Key, Record)>,
    value: T,
}

impl<T> Planned<T> {
    pub(crate) fn new(action: Action, value: T) -> Self {
        Self { action, writes: Vec::new(), value }
    }

    pub(crate) fn put(mut self, key: Key, record: Record) -> Self {
        self.writes.push((key, record));
        self
    }

    pub(crate) fn put_all(mut self, writes: impl IntoIterator<Item = (Key, Record)>) -> Self {
        self.writes.extend(writes);
        self
    }

    fn transaction(&self, judged_on: &State, origin: &Origin) -> Result<Transaction, CommitFailed> {
        let generation = Key::Generation.encode();
        // Nothing that was judged has changed by the time of the commit.
        let unchanged = match judged_on.generation {
            Some(revision) => Condition::ModifiedAt(generation.clone(), revision),
            None => Condition::Absent(generation.clone()),
        };
        let mark = Record::Mark.encode().map_err(CommitFailed::preparation)?;
        let mut transaction = Transaction::new().require(unchanged).put(generation, mark);
        for (key, record) in &self.writes {
            transaction = transaction.put(key.encode(), record.encode().map_err(CommitFailed::preparation)?);
        }
        origin.audit(transaction, self.action.clone())
    }
}

impl Control {
    /// Who makes the change that `grant` permits.
    pub(crate) fn origin<A: Operation>(&self, grant: &Authorized<A>) -> Origin {
        let caller = grant.caller();
        Origin {
            at: self.inner.clock.now().wall,
            actor: caller.actor(),
            from: Some(caller.client_ip),
            request_id: Some(caller.request_id.clone()),
        }
    }

    /// Changes the configuration: `plan` judges the change on a state, and is asked again on a newer one if
    /// somebody else changed the configuration before the commit.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open whether the change is made.
    pub(crate) async fn change<T, E: From<CommitFailed>>(
        &self,
        origin: Origin,
        plan: impl Fn(&State) -> Result<Planned<T>, E>,
    ) -> Result<Committed<T>, E> {
        let _turn = self.inner.configuration.lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state();
            let planned = plan(&state)?;
            let transaction = planned.transaction(&state, &origin)?;
            match self.commit(transaction).await {
                Ok(Committed { value: (), revision, at }) => {
                    return Ok(Committed { value: planned.value, revision, at });
                }
                Err(CommitFailed::Busy) => self.catch_up().await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(CommitFailed::Busy.into())
    }

    /// Commits, and waits until this node's own state has it, so that whoever is answered reads what they wrote.
    pub(crate) async fn commit(&self, transaction: Transaction) -> Result<Committed, CommitFailed> {
        let committed = self.inner.store.commit(transaction).await?;
        let at = self.inner.clock.boot();
        self.applied(committed.revision).await.map_err(CommitFailed::Unconfirmed)?;
        Ok(Committed { value: (), revision: committed.revision, at })
    }

    async fn catch_up(&self) -> Result<(), CommitFailed> {
        let unavailable = |portcullis_store::StoreError::Unavailable(cause)| CommitFailed::Unavailable(cause);
        let head = self.inner.store.head().await.map_err(unavailable)?;
        self.applied(head).await.map_err(CommitFailed::Unavailable)
    }
}
