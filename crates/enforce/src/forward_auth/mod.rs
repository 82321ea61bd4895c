//! The decision listener: `/forward-auth` and `/auth-request`.
//!
//! | path | for | answers |
//! |---|---|---|
//! | `/forward-auth` | Traefik ForwardAuth, Caddy `forward_auth`, Envoy HTTP ext_authz | 200, or the refusal as the reverse proxy gives it |
//! | `/auth-request` | nginx `auth_request` | 200; 401 with the login address in `Portcullis-Location`; 403 |
//!
//! A 200 carries `Cf-Access-Jwt-Assertion`, `Cf-Access-Authenticated-User-Email` and any `Set-Cookie`.
//! What the asking proxy holds open afterwards it must end itself; every request is judged.

mod answers;
mod forwarded;
mod serve;

pub(crate) use serve::accept_failed;
pub use serve::{DecisionLimits, serve_decisions};
