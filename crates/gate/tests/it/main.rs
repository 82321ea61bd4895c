//! The gate from outside: views made of changes, requests made of headers, verdicts in words.

mod access;
mod barrier;
mod revocation;
mod setting;
