//! Verdicts become HTTP answers: the rows of Access' enforcement table.
//!
//! What Cloudflare's edge was measured to answer to requests without credentials.

mod cookie;
mod login;
mod meta;
mod page;
mod preflight;
mod ray;
mod refusal;

pub(crate) use cookie::{authorization as authorization_cookie, host_only_names};
pub(crate) use login::team_origin;
pub(crate) use meta::LoginMetas;
pub(crate) use page::{Page, json};
pub(crate) use preflight::preflight;
pub(crate) use ray::Rays;
pub(crate) use refusal::{Asked, RefusedRequest, refuse};
