//! Bytes become a [`VerifiedAppToken`], or a reason why not.
//!
//! This is the whole of what cryptography and claims can say. Whether the token is *live* is the gate's question
//! (I3), and so is expiry: what is verified once is remembered across requests, so
//! [`VerifiedAppToken::unexpired_at`] is asked on each.

mod claims;
mod header;
mod raw;
mod verified;

use portcullis_model::{Kid, Timestamp};

use crate::encoding;
use crate::keys::VerifyingKey;
use claims::Claims;

pub use raw::RawAppToken;
pub use verified::{Expired, VerifiedAppToken};

/// Why a token is not one of ours, in the order in which it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Longer than any token that was ever issued. Nothing of it was read.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts with a dot between each.
    #[error("not a token of three parts")]
    Parts,
    /// A part is not canonical base64url without padding, or longer than it can be.
    #[error("a part is not base64url")]
    Encoding,
    /// The header is not an object of strings.
    #[error("the header is malformed")]
    MalformedHeader,
    /// A header parameter occurs twice.
    #[error("a header parameter occurs twice")]
    DuplicateHeader,
    /// The header has a parameter other than `alg`, `kid` and `typ`: `crit`, a key of its own, or the like.
    #[error("the header has a parameter that is never issued")]
    UnexpectedHeader,
    /// `alg` is not `RS256`.
    #[error("the algorithm is not RS256")]
    Algorithm,
    /// `typ` is there and is not `JWT`.
    #[error("the header's type is not JWT")]
    HeaderType,
    /// `kid` is missing, or no key has it.
    #[error("no known key has this key id")]
    UnknownKey,
    /// The key did not sign this.
    #[error("the signature is wrong")]
    Signature,
    /// The claims are not an object, or one of them has the wrong type.
    #[error("the claims are malformed")]
    MalformedClaims,
    /// A claim occurs twice.
    #[error("a claim occurs twice")]
    DuplicateClaim,
    /// This claim is missing.
    #[error("the claim `{0}` is missing")]
    MissingClaim(&'static str),
    /// This claim has the right type and a value that no token of ours has.
    #[error("the claim `{0}` is invalid")]
    InvalidClaim(&'static str),
    /// `type` is not `app`: the token is a session, which opens no application.
    #[error("not an application token")]
    TokenType,
    /// `iss` is not this team domain.
    #[error("issued by somebody else")]
    Issuer,
    /// `aud` does not name exactly one application.
    #[error("not for exactly one application")]
    Audience,
    /// The claims are those of a person and of a service token at once.
    #[error("for a person and a service token at once")]
    AmbiguousSubject,
    /// `nbf` is after the present second.
    #[error("not valid yet")]
    NotYetValid,
}

/// Verifies everything about `raw` that does not change as time passes.
///
/// `issuer` is `https://<team domain>`, and `key` finds the key with an id among those in force.
///
/// # Errors
///
/// What [`VerifyError`] says; the first reason that is found.
///
/// # Security
///
/// An expired token passes: ask [`VerifiedAppToken::unexpired_at`]. So does one that was revoked.
pub fn verify<'k>(
    raw: RawAppToken<'_>,
    issuer: &str,
    now: Timestamp,
    key: impl FnOnce(Kid) -> Option<&'k VerifyingKey>,
) -> Result<VerifiedAppToken, VerifyError> {
    let kid = header::kid_of(raw.header)?;
    // A lookup that returned some other key must not decide which key signed.
    let key = key(kid).filter(|key| key.kid() == kid).ok_or(VerifyError::UnknownKey)?;
    verify_signature(raw, key)?;
    let mut buffer = [0; crate::TOKEN_BYTES_MAX / 4 * 3];
    let payload = encoding::decode(raw.payload, &mut buffer).ok_or(VerifyError::Encoding)?;
    let claims = Claims::parse(payload)?;
    claims.valid_for(issuer, now)?;
    VerifiedAppToken::assertion(kid, &claims)
}

fn verify_signature(raw: RawAppToken<'_>, key: &VerifyingKey) -> Result<(), VerifyError> {
    // The longest key has 4096 bits.
    let mut buffer = [0; 512];
    let signature = encoding::decode(raw.signature, &mut buffer).ok_or(VerifyError::Encoding)?;
    key.verify(raw.signed, signature).ok_or(VerifyError::Signature)
}
