//! The use cases on the reference store, with a real feed and, where it matters, a real gate.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails says so by panicking"
)]

mod accounts;
mod api_tokens;
mod applications;
mod audit;
mod authenticate;
mod authorize;
mod bootstrap;
mod concurrent;
mod faulty;
mod history;
mod issue;
mod node;
mod restart;
mod revoke;
mod service_tokens;
mod zones;
