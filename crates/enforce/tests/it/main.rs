//! The enforcement points from outside: real sockets, a real gate, a clock that stands still.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails says so by panicking"
)]

mod cut;
mod decisions;
mod forwarding;
mod framing;
mod log;
mod login;
mod setting;
mod stripping;
mod table;
mod upgrades;
mod wire;
