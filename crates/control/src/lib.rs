//! The use cases of Portcullis: the only writer of its history.
//!
//! A caller is [authenticated](Control::authenticate), then [authorized](Control::authorize) for one
//! [`Operation`]; the [`Authorized`] grant is an argument of the use case, and nobody outside this crate can
//! make one (I6). Each use case has a file of its own and judges everything on one immutable
//! state; each change is one commit, with its audit record in it. What kills tokens answers
//! only after the barrier (I11).
//!
//! | module | what it does |
//! |---|---|
//! | [`control`] | opening, and what every use case stands on |
//! | [`authenticate`], [`authorize`] | who calls, and whether they may |
//! | [`applications`], [`service_tokens`], [`zones`], [`accounts`], [`api_tokens`] | reading and changing |
//! | [`revoke_app_tokens`] | the heart |
//! | [`commit`], [`enforce`] | how a change is made, and when it holds everywhere |
//! | [`issue`], [`meta`], [`certs`] | application tokens, login redirects, and the keys by which they are verified |
//! | [`history`] | the proof that history was lost |
//! | `records`, `state`, `applier` | what is stored, what is made of it, and how that follows the store |

mod applier;
mod fresh;
mod keyring;
mod records;
mod state;

pub mod accounts;
pub mod api_tokens;
pub mod applications;
pub mod authenticate;
pub mod authorize;
pub mod bootstrap;
pub mod certs;
pub mod commit;
pub mod control;
pub mod enforce;
pub mod history;
pub mod issue;
pub mod meta;
pub mod revoke_app_tokens;
pub mod service_tokens;
pub mod zones;

pub use authenticate::{AuthenticationError, Caller, Credential, RawCredentials};
pub use authorize::{Authorized, Everywhere, Forbidden, Myself, Operation, Owner};
pub use commit::{CommitFailed, Committed};
pub use control::{Applier, Control, ControlOptions, OpenError, Stopped};
pub use enforce::{Enforced, Revocation, WaitFor};
pub use history::{HistoryLost, ProveError};
pub use issue::{IssueError, ServiceIssueRequest};
pub use meta::LoginMeta;
pub use records::RecordError;
pub use revoke_app_tokens::RevokeError;
pub use state::StateError;
