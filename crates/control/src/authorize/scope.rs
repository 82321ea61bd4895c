//! Where an operation happens.

use portcullis_model::{AccountId, OwnerId, UserId, ZoneId};

mod sealed {
    pub trait Sealed {}
}

/// A place as a request names it.
pub trait Scope: sealed::Sealed + Copy + Send + Sync + 'static {
    /// The place as the state knows it.
    type Resolved: Clone + std::fmt::Debug + Send + Sync + 'static;
}

/// An account or zone, with the account that it is or lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The account or zone.
    pub id: OwnerId,
    /// The account.
    pub account: AccountId,
}

/// The caller's own user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Myself;

/// Every account and zone that the caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Everywhere;

impl sealed::Sealed for OwnerId {}
impl sealed::Sealed for AccountId {}
impl sealed::Sealed for ZoneId {}
impl sealed::Sealed for Myself {}
impl sealed::Sealed for Everywhere {}

impl Scope for OwnerId {
    type Resolved = Owner;
}
impl Scope for AccountId {
    type Resolved = AccountId;
}
impl Scope for ZoneId {
    type Resolved = ZoneId;
}
impl Scope for Myself {
    type Resolved = UserId;
}
impl Scope for Everywhere {
    type Resolved = ();
}
