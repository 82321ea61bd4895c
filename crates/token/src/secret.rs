//! Random secrets in the formats of Cloudflare, and what is kept of them (I8).

mod generate;
mod hasher;

pub use generate::{api_token, global_api_key, service_token_secret};
pub use hasher::{HashKey, HashKeyError, SecretHasher};
