//! A client for the Access API, of Cloudflare and of Portcullis alike.
//!
//! ```no_run
//! use portcullis_client::{Client, Error};
//!
//! # async fn example() -> Result<(), Error> {
//! let client = Client::builder().api_token("Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY").build()?;
//! let response = client
//!     .zero_trust()
//!     .access()
//!     .applications()
//!     .revoke_tokens("f174e90a-fafe-4643-bbbc-4a0ed4fc8415")
//!     .account_id("023e105f4ecef8ad9ca31a8372d0c353")
//!     .send()
//!     .await;
//! match response {
//!     Ok(revoked) => println!("revoked: {:?}", revoked.result()),
//!     Err(error) if error.is_not_found() => eprintln!("no such application: {error}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - **One credential.** One that is given in code suppresses every one of the environment; two that are
//!   given in code are a mistake that [`ClientBuilder::build`] reports. See [`ClientBuilder`].
//! - **A failure is an error.** `success: false` in a 200 is one, too. See [`Error`].
//! - **Ids cannot retarget a call.** Each is percent-encoded as one segment of the path; an empty one, `.`
//!   and `..` are refused before anything is sent.
//! - **Retries** are on for what can safely be repeated. See [`RetryPolicy`].
//! - **Lists end.** See [`Page`].
//! - **Nothing secret is printed** by any `Debug` here.
//!
//! Architecture invariant: of Portcullis' crates this depends on the wire types alone. It knows nothing
//! that a client of Cloudflare would not know, apart from the headers of [`RevokedTokens`].

mod access;
mod accounts;
mod builder;
mod client;
mod credential;
mod custom;
mod environment;
mod error;
mod json_set;
mod list;
mod operation;
mod options;
mod page;
mod path;
mod raw_response;
mod request;
mod retry;
mod scope;
mod send;
mod server_delay;
mod user;
mod zones;

pub use access::applications::{
    Applications, CreateApplication, DeleteApplication, Gates, GetApplication, RevokeTokens, RevokedTokens,
    UpdateApplication,
};
pub use access::service_tokens::{CreateServiceToken, DeleteServiceToken, GetServiceToken, ServiceTokens};
pub use access::{Access, ZeroTrust};
pub use accounts::{Accounts, GetAccount};
pub use builder::ClientBuilder;
pub use client::Client;
pub use custom::Custom;
pub use error::{ApiError, Body, Error, RequestLine};
pub use list::{List, Listed};
pub use operation::{Operation, Scoped};
pub use page::Page;
pub use raw_response::{RawResponse, WithResponse};
pub use request::Request;
pub use retry::{Retry, RetryPolicy};
pub use scope::Scope;
pub use user::{CreateUserToken, DeleteUserToken, User, UserTokens, VerifyUserToken};
pub use zones::{CreateZone, DeleteZone, GetZone, Zones};

/// The models: what requests and answers are made of.
pub use portcullis_api_types as types;
