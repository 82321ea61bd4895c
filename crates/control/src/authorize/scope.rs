//! Where an operation happens.

use portcullis_model::{AccountId, OwnerId, Permission, ResourceScope, UserId, ZoneId};

use super::permits::{permits, permits_anywhere};
use crate::authenticate::Caller;
use crate::state::State;

/// A place as a request names it.
pub trait Scope: sealed::Resolve<<Self as Scope>::Resolved> + Copy + Send + Sync + 'static {
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

/// The zone that stands for one which does not exist yet: only what covers every zone of an account covers it.
const A_NEW_ZONE: ZoneId = ZoneId::from_bytes([0; 16]);

mod sealed {
    use super::{Caller, Permission, State};

    /// May `caller` do something for which any of `accepted` is enough?
    #[derive(Clone, Copy)]
    pub struct Question<'a> {
        pub(super) state: &'a State,
        pub(super) caller: &'a Caller,
        pub(super) accepted: &'a [Permission],
    }

    /// Answers the question for a place; it cannot be named outside this crate, so nobody can add places.
    pub trait Resolve<R> {
        /// `None` if the place does not exist, or the caller holds none of the permissions there.
        fn resolve(self, question: Question<'_>) -> Option<R>;
    }
}

impl sealed::Question<'_> {
    fn permits(&self, place: ResourceScope) -> bool {
        permits(self.caller, self.accepted, place)
    }
}

/// `scope` as `caller` may act there; `None` if there is no such place, or they hold none of `accepted` on it.
pub(super) fn resolve<S: Scope>(
    scope: S,
    state: &State,
    caller: &Caller,
    accepted: &[Permission],
) -> Option<S::Resolved> {
    sealed::Resolve::resolve(scope, sealed::Question { state, caller, accepted })
}

impl Scope for OwnerId {
    type Resolved = Owner;
}

impl sealed::Resolve<Owner> for OwnerId {
    fn resolve(self, question: sealed::Question<'_>) -> Option<Owner> {
        let account = question.state.account_of(self)?;
        let place = match self {
            Self::Account(id) => ResourceScope::Account(id),
            Self::Zone(id) => ResourceScope::Zone(id, account),
        };
        question.permits(place).then_some(Owner { id: self, account })
    }
}

impl Scope for AccountId {
    type Resolved = AccountId;
}

/// Operations on an account itself, and on zones that are yet to be: whichever kind of group the permission has.
impl sealed::Resolve<Self> for AccountId {
    fn resolve(self, question: sealed::Question<'_>) -> Option<Self> {
        let places = [ResourceScope::Account(self), ResourceScope::Zone(A_NEW_ZONE, self)];
        let permitted = places.into_iter().any(|place| question.permits(place));
        (question.state.accounts.contains_key(&self) && permitted).then_some(self)
    }
}

impl Scope for ZoneId {
    type Resolved = ZoneId;
}

impl sealed::Resolve<Self> for ZoneId {
    fn resolve(self, question: sealed::Question<'_>) -> Option<Self> {
        let account = question.state.account_of(OwnerId::Zone(self))?;
        question.permits(ResourceScope::Zone(self, account)).then_some(self)
    }
}

impl Scope for Myself {
    type Resolved = UserId;
}

impl sealed::Resolve<UserId> for Myself {
    fn resolve(self, question: sealed::Question<'_>) -> Option<UserId> {
        question.permits(ResourceScope::User(question.caller.user.id)).then_some(question.caller.user.id)
    }
}

impl Scope for Everywhere {
    type Resolved = ();
}

impl sealed::Resolve<()> for Everywhere {
    fn resolve(self, question: sealed::Question<'_>) -> Option<()> {
        permits_anywhere(question.caller, question.accepted).then_some(())
    }
}
