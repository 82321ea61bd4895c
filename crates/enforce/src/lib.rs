//! The enforcement points: everything between a TCP connection and the gate's decision.
//!
//! | module | what it does |
//! |---|---|
//! | [`proxy`] | the reverse proxy: judges, forwards, and cuts what is revoked |
//! | [`forward_auth`] | the decision alone, for proxies that ask |
//! | `admission` | check, log a service in, check again: shared by both |
//! | `line` | one TCP connection whose bytes a revocation stops |
//! | `render` | verdicts become HTTP answers |
//! | `app_host` | what the gate itself serves on applications' hosts |
//! | [`ports`] | what this crate asks of others: signing, and the team domain |

mod admission;
mod app_host;
mod body;
mod enforcer;
pub mod forward_auth;
mod inbound;
mod line;
pub mod ports;
pub mod proxy;
mod render;
mod trusted;

pub use enforcer::{EnforceOptions, Enforcer, PublicAddress, Scheme};
pub use forward_auth::{DecisionLimits, serve_decisions};
pub use inbound::ClientIp;
pub use ports::{BoxError, IssueError, Issuer, LoginMeta, Service, ServiceBody};
pub use proxy::{Limits, Origin, OriginError, Origins, ProxyOptions, ProxyState, serve_proxy};
pub use trusted::TrustedProxies;
