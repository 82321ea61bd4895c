//! Every endpoint against a real control node on a store in memory, in the folders of the URL tree.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test fails by panicking, its helpers too; tables and snapshots are long"
)]

mod access;
mod accounts;
mod bodies;
mod credentials;
mod envelope;
mod guard;
mod health;
mod routing;
mod sdk;
mod server;
mod support;
mod unavailable;
mod user;
mod zones;
