//! How every gate learns of every commit, and how a revocation knows that it did.
//!
//! - [`Books`] and [`Child`] are the protocol: messages and time in, messages and effects out. They
//!   read no clock and hold no socket.
//! - [`Hub`] runs the parent's side, [`follow`] the child's, over a [`Link`] within one process.
//!
//! A child admits only under a *lease*, which it counts from the moment it asked for it and its parent
//! from the moment it answered, with a margin on top: the child's always ends first. A revocation is
//! answered once every session on the books has confirmed it, or has no lease left that could lack it.

mod books;
mod child;
mod follow;
mod hub;
mod message;

pub use books::{Books, SessionId, Standing};
pub use child::{Child, Effect};
pub use follow::{Replica, follow};
pub use hub::{Barrier, Confirmation, Hub, HubOptions, Link, SnapshotSource};
pub use message::{Grant, ToChild, ToParent};

/// The default of how long a child may admit on one grant.
pub const DEFAULT_LEASE_MAX: std::time::Duration = std::time::Duration::from_secs(3);

/// How long the parent counts a lease that the child counts as `lease`: 25 % more, so that clocks may
/// drift apart by that much and the child's still ends first.
pub fn with_margin(lease: std::time::Duration) -> std::time::Duration {
    lease.saturating_add(lease / 4)
}
