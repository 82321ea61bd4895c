//! The client against a server that answers from a script.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod credentials;
mod endpoints;
mod errors;
mod lists;
mod retries;
mod revoke_tokens;
mod support;
