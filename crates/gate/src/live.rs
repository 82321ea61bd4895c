//! When a token is dead.

use std::net::IpAddr;

use portcullis_model::{AccountId, Decision, Revision, Timestamp};
use portcullis_token::{Subject, VerifiedAppToken};

use crate::application::GuardedApp;
use crate::policy::{self, Context, Who};
use crate::verdict::{Basis, Reason, Standing};
use crate::view::{GateView, GuardedServiceToken};

impl GateView {
    /// Admits `token` to `app` if nothing that covers it was revoked since it was issued.
    ///
    /// # Errors
    ///
    /// - [`Reason::KeyRemoved`], [`Reason::OtherApplication`], [`Reason::Expired`]: asked again on every
    ///   request, however often its signature has been right.
    /// - [`Reason::Revoked`]: the floor or a watermark that covers it is above its revision.
    /// - [`Reason::ServiceTokenDead`]: it was issued to a service token that is not alive.
    pub(crate) fn admit<'t>(
        &'t self,
        app: &GuardedApp,
        token: &'t VerifiedAppToken,
        now: Timestamp,
    ) -> Result<LiveAppToken<'t>, Reason> {
        if self.key(token.kid()).is_none() {
            return Err(Reason::KeyRemoved);
        }
        if token.audience() != app.audience() {
            return Err(Reason::OtherApplication);
        }
        let holder = self.holder(token.subject())?;
        // INVARIANT(I3): the highest watermark decides. The lowest, or the first that is found, would not do.
        let highest = self.floor().max(app.watermark()).max(holder.watermark());
        if token.revision() < highest {
            return Err(Reason::Revoked);
        }
        token.unexpired_at(now).map_err(|_| Reason::Expired)?;
        holder.works(app.account(), now)?;
        Ok(LiveAppToken::assertion(token, holder))
    }

    fn holder<'t>(&'t self, subject: &'t Subject) -> Result<Holder<'t>, Reason> {
        match subject {
            // Unknown is dead: a deleted service token leaves no tokens behind.
            Subject::ServiceToken(client_id) => {
                self.service_token(*client_id).map(Holder::Service).ok_or(Reason::ServiceTokenDead)
            }
            Subject::Person { user, email, nonce } => {
                Ok(Holder::Person { email, watermark: self.person_watermark(*user, *nonce) })
            }
        }
    }

    /// Whether what an open request stands on is still there.
    ///
    /// Expiry is left out: a token that runs out ends no connection, as at Cloudflare.
    pub(crate) fn still_admits(&self, standing: &Standing) -> Result<(), Reason> {
        let app = self.application(standing.app).ok_or(Reason::ApplicationDeleted)?;
        match &standing.basis {
            Basis::Bypass(id) => {
                let context = Context { ip: standing.client_ip, who: Who::Nobody };
                let policy = policy::first_without_identity(app, context);
                policy.filter(|policy| policy.id == *id).map(drop).ok_or(Reason::PolicyNoLongerHolds)
            }
            Basis::Options if app.settings().options_preflight_bypass => Ok(()),
            Basis::Options => Err(Reason::PolicyNoLongerHolds),
            Basis::Token(token) => {
                let live = self.admit(app, token.token(), Timestamp::from_unix(i64::MIN))?;
                live.still_holds(app, standing.client_ip)
            }
        }
    }
}

/// Whom a token was issued to, as the view knows them.
enum Holder<'t> {
    Service(&'t GuardedServiceToken),
    Person { email: &'t str, watermark: Revision },
}

impl Holder<'_> {
    fn watermark(&self) -> Revision {
        match self {
            Self::Service(token) => token.watermark,
            Self::Person { watermark, .. } => *watermark,
        }
    }

    fn works(&self, account: AccountId, now: Timestamp) -> Result<(), Reason> {
        let Self::Service(token) = self else { return Ok(()) };
        let record = &token.record;
        let works =
            record.account == account && record.enabled && record.expires_at.is_none_or(|end| now < end);
        if works { Ok(()) } else { Err(Reason::ServiceTokenDead) }
    }
}

/// A token that nothing has revoked, for the application that it was issued for.
pub(crate) struct LiveAppToken<'t> {
    token: &'t VerifiedAppToken,
    holder: Holder<'t>,
}

impl<'t> LiveAppToken<'t> {
    fn assertion(token: &'t VerifiedAppToken, holder: Holder<'t>) -> Self {
        Self { token, holder }
    }

    /// Whether the policy that admitted it still exists in `app`, and still admits its holder from `ip`.
    ///
    /// # Errors
    ///
    /// - [`Reason::PolicyNoLongerHolds`]: it does not.
    pub(crate) fn still_holds(&self, app: &GuardedApp, ip: IpAddr) -> Result<(), Reason> {
        let policy = app.policy(self.token.policy()).ok_or(Reason::PolicyNoLongerHolds)?;
        let (wanted, who) = match &self.holder {
            Holder::Service(token) => (Decision::NonIdentity, Who::Service(token.record.id)),
            Holder::Person { email, .. } => (Decision::Allow, Who::Person { email }),
        };
        let holds = policy.decision == wanted && policy::matches(policy, Context { ip, who });
        if holds { Ok(()) } else { Err(Reason::PolicyNoLongerHolds) }
    }
}
