//! What a gate is told: the part of the history that it needs to decide.

use std::sync::Arc;
use std::time::Duration;

use crate::application::Application;
use crate::id::{AppKey, Incarnation, Kid, ServiceTokenId};
use crate::policy::Policy;
use crate::revision::{Revision, Watermark};
use crate::service_token::ServiceToken;

/// An application with its policies resolved, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateApplication {
    /// The application.
    pub application: Application,
    /// Its policies, the first to be asked first.
    pub policies: Vec<Policy>,
    /// The revision of its creation: no token of it is older.
    pub created: Revision,
}

/// The public half of a signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its id in token headers.
    pub kid: Kid,
    /// The RSA modulus, big-endian, without leading zeros.
    pub modulus: Vec<u8>,
    /// The RSA public exponent, big-endian, without leading zeros.
    pub exponent: Vec<u8>,
}

/// One thing that became true.
#[derive(Clone, Debug)]
pub enum Change {
    /// An application was created or replaced.
    Application(Arc<GateApplication>),
    /// An application was deleted.
    ApplicationDeleted(AppKey),
    /// A service token was created or replaced; `Revision` is that of its creation.
    ServiceToken(Arc<ServiceToken>, Revision),
    /// A service token was deleted.
    ServiceTokenDeleted(ServiceTokenId),
    /// A key signs, or has signed, tokens that are still valid.
    Key(Arc<PublicKey>),
    /// Nothing that this key signed is valid.
    KeyRemoved(Kid),
    /// What it covers was revoked at this revision.
    Watermark(Watermark, Revision),
    /// The host of `iss` in every token.
    TeamDomain(Arc<str>),
    /// How long a gate may admit on one grant.
    LeaseMax(Duration),
}

/// The changes of one commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The commit before it. A child whose view is elsewhere has missed something.
    pub previous: Revision,
    /// Its own revision.
    pub revision: Revision,
    /// What it changed, as far as a gate cares; often nothing.
    pub changes: Vec<Change>,
}

/// Everything that a gate needs, at one revision.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The history that it belongs to.
    pub incarnation: Incarnation,
    /// Its revision.
    pub revision: Revision,
    /// What is true at that revision.
    pub changes: Vec<Change>,
}
