//! Gates that are attached to the feed.

use portcullis_feed::{Hub, Link, ToChild, ToParent};
use portcullis_model::{Incarnation, Revision};
use std::sync::Arc;
use tokio::task::JoinSet;

/// A gate with a lease, as the parent's books have it.
pub(crate) enum Gate {
    /// It says nothing more: its lease has to run out.
    Stalled { _link: Link },
    /// It confirms what it is asked to.
    Alive { _task: JoinSet<()> },
}

impl Gate {
    pub(crate) fn stalled(hub: &Arc<Hub>) -> Self {
        Self::Stalled { _link: attach(hub) }
    }

    pub(crate) fn alive(hub: &Arc<Hub>) -> Self {
        let mut link = attach(hub);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Some(message) = link.receive().await {
                if let ToChild::Confirm { revision } = message {
                    link.send(&ToParent::Applied { revision });
                }
            }
        });
        Self::Alive { _task: task }
    }
}

fn attach(hub: &Arc<Hub>) -> Link {
    let link = hub.attach("gate");
    link.send(&ToParent::Hello { incarnation: Incarnation::from_bytes([7; 16]), revision: Revision::ZERO });
    link.send(&ToParent::Lease { sequence: 1 });
    link
}
