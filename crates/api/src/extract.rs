//! The preconditions of a handler, as its arguments.
//!
//! They are met in the order in which the handler takes them, and the first that is not is the answer:
//! permission first, then the ids below the account or zone, then query and body.

mod authorized;
mod body;
mod path;
mod place;
mod prefer;
mod query;

pub(crate) use authorized::{Refusal, authenticate};
pub(crate) use body::JsonBody;
pub(crate) use path::{ApiTokenPath, AppPath, ServiceTokenPath};
pub(crate) use place::find_place;
pub(crate) use prefer::Prefer;
pub(crate) use query::Query;
