//! The gate from outside: views made of changes, requests made of headers, verdicts in words.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails says so by panicking"
)]

mod access;
mod barrier;
mod revocation;
mod setting;
