//! The configuration: flags, then environment, then file, then defaults; validated once.
//!
//! `docs/configuration.md` lists every setting; a test compares it with what is here.

mod args;
mod file;
mod ingress;
mod resolve;

pub(crate) use args::ServeArgs;
pub(crate) use resolve::{Config, ConfigError, LogFormat};
