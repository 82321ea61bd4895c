//! Whether a caller may.

mod operation;
mod permits;
mod scope;

use crate::authenticate::Caller;
use crate::control::Control;

pub(crate) use permits::permits;

pub use operation::{
    CreateApiToken, CreateApp, CreateServiceToken, CreateZone, DeleteApiToken, DeleteApp, DeleteServiceToken,
    DeleteZone, GetAccount, GetApp, GetServiceToken, GetZone, ListAccounts, ListApps, ListPermissionGroups,
    ListServiceTokens, ListZones, Operation, RevokeAppTokens, UpdateApp, VerifyApiToken,
};
pub use scope::{Everywhere, Myself, Owner, Scope};

/// The permit for one operation at one place, for one caller (I6).
///
/// It is an argument of the use case, so a use case that was not authorized cannot be called.
///
/// # Security
///
/// Its only constructor is private to this crate; whoever makes one vouches that the caller may do this.
#[derive(Clone, Debug)]
pub struct Authorized<A: Operation> {
    caller: Caller,
    scope: <A::Scope as Scope>::Resolved,
}

/// The caller may not, or there is no such account or zone: nobody can tell which. 403 / 10000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not permitted")]
pub struct Forbidden;

impl<A: Operation> Authorized<A> {
    pub(crate) fn assertion(caller: Caller, scope: <A::Scope as Scope>::Resolved) -> Self {
        Self { caller, scope }
    }

    /// Who may.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Where.
    pub fn scope(&self) -> &<A::Scope as Scope>::Resolved {
        &self.scope
    }
}

impl Control {
    /// Finds out whether `caller` may do `A` at `scope`.
    ///
    /// # Errors
    ///
    /// [`Forbidden`], also when the account or zone does not exist: permission comes before existence.
    pub fn authorize<A: Operation>(
        &self,
        caller: Caller,
        scope: A::Scope,
    ) -> Result<Authorized<A>, Forbidden> {
        let resolved = scope::resolve(scope, &self.state(), &caller, A::ACCEPTED).ok_or(Forbidden)?;
        tracing::trace!(operation = A::NAME, user = %caller.user.id, "authorized");
        Ok(Authorized::assertion(caller, resolved))
    }
}
