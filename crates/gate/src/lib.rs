//! The gate's decision, without I/O and without a clock.
//!
//! An adapter (reverse proxy, forward-auth) makes an [`AccessRequest`] of what it received and asks
//! [`Gate::check`]. Only a [`Pass`] can be forwarded, and only this crate makes one.

mod application;
pub mod credentials;
mod decide;
mod gate;
mod hosts;
mod lease;
mod live;
mod map;
mod memory;
mod open;
mod policy;
mod service_login;
mod target;
mod verdict;
mod view;

pub use application::GuardedApp;
pub use credentials::ServiceCredentials;
pub use decide::AccessRequest;
pub use gate::{Admission, FirstSight, Gate, GateOptions, LoginPlace};
pub use lease::Lease;
pub use memory::RememberedToken;
pub use open::{Cut, OpenGuard};
pub use policy::first_for_person;
pub use service_login::judge_service_login;
pub use target::{Target, TargetError};
pub use verdict::{Challenge, Pass, Reason, Refusal, ServiceLogin, Verdict};
pub use view::{Gap, GateView, OlderSnapshot};
