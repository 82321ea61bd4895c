//! The HTTP face of `control`: Cloudflare's paths, envelope and errors at `/client/v4`.
//!
//! | module | what it does |
//! |---|---|
//! | [`routes`] | the one table of endpoints, and the router that is built from it |
//! | `endpoints` | one file per endpoint, in the folders of the URL tree |
//! | `extract` | the preconditions of a handler: permission, ids, body, query, `Prefer` |
//! | `errors` | the only place where an error meets a status |
//! | `answer`, `enforcement`, `pagination` | successes, the headers of what kills tokens, lists |
//! | `fields`, `json` | which fields a body may have, and JSON without a key twice |
//! | `observe`, `request_id` | the headers and the log line of every answer |
//! | [`health`] | `/healthz` and `/readyz` |
//! | [`server`] | connections: limits, time-outs, drain |
//!
//! Architecture invariant: a handler in the table takes a permit as its first argument (I6), because
//! nothing else fits there; and nothing here writes, decides, or names a store.

mod answer;
mod endpoints;
mod enforcement;
mod errors;
mod extract;
mod fields;
pub mod health;
mod json;
mod observe;
mod pagination;
mod request_id;
pub mod routes;
pub mod server;
mod state;

pub use health::{Health, Readiness};
pub use routes::router;
pub use server::{ServerLimits, serve};
