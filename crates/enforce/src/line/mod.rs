//! One TCP connection whose bytes a revocation stops (I13).
//!
//! Between the client and an origin there are two connections, each with a [`Line`]. Every write to the
//! kernel happens under the line's lock. While an admitted request is open, both its lines *hold* its
//! [`Exchange`]; cutting the exchange takes each lock in turn, forbids writes for good, and makes the
//! kernel abort the connection, queued bytes included. So when the cut has returned, no write is under
//! way, none will come, and what was queued is gone; and none of this waits for the task that owns the
//! connection to be polled.
//!
//! While a line holds an exchange, each write first asks the lease; without one the bytes wait.
//!
//! Lock order: the gate's books, then a line. A guard is therefore never dropped under a line's lock.

mod exchange;
mod guarded;
mod state;

pub(crate) use exchange::{ClientHold, Exchange, OriginHold};
pub(crate) use guarded::GuardedIo;
pub(crate) use state::Line;
