//! A token that is ours.

use portcullis_model::{Audience, Kid, PolicyId, Revision, Timestamp};

use super::VerifyError;
use super::claims::Claims;
use crate::claims::Subject;

/// A token that one of our keys signed, for one application, with claims that are ours.
///
/// Neither expiry nor revocation is judged. It holds what is asked on every request and no copy of the token,
/// since a gate remembers these by the hundred thousand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAppToken {
    subject: Subject,
    audience: Audience,
    kid: Kid,
    policy: PolicyId,
    revision: Revision,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

/// The token's time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token has expired")]
pub struct Expired;

impl VerifiedAppToken {
    /// States that the key `kid` signed `claims`, and that they are of the right type and issuer.
    pub(super) fn assertion(kid: Kid, claims: &Claims<'_>) -> Result<Self, VerifyError> {
        Ok(Self {
            subject: claims.subject()?,
            audience: claims.audience()?,
            kid,
            policy: claims.policy()?,
            revision: claims.revision()?,
            issued_at: claims.issued_at()?,
            expires_at: claims.expires_at()?,
        })
    }

    /// Refuses from the second of `exp` on.
    pub fn unexpired_at(&self, now: Timestamp) -> Result<(), Expired> {
        if now < self.expires_at { Ok(()) } else { Err(Expired) }
    }

    /// The one application that it opens.
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    /// Who it was issued to.
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The revision on which it was judged when it was issued (I12).
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// The policy that admitted.
    pub const fn policy(&self) -> PolicyId {
        self.policy
    }

    /// The key that signed it. A token that is remembered counts only while this key is in force.
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    /// When it was issued.
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// The first second in which it is not valid.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// How much memory it takes, in bytes, for a memory that is bounded in bytes.
    pub fn memory_bytes(&self) -> usize {
        let heap = match &self.subject {
            Subject::ServiceToken(_) => 0,
            Subject::Person { email, .. } => email.len(),
        };
        size_of::<Self>() + heap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_small_enough_to_be_remembered_by_the_hundred_thousand() {
        assert!(size_of::<VerifiedAppToken>() <= 160, "{}", size_of::<VerifiedAppToken>());
    }
}
