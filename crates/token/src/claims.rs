//! What an application token says.
//!
//! On the wire these are Cloudflare's claims, with `aud` always an array, and two of our own: `rev`, the
//! revision on which everything about the token was judged (I12), and `pol`, the policy that admitted.
//!
//! | | service token | person |
//! |---|---|---|
//! | `aud` | `["<64 hex>"]` | the same |
//! | `exp`, `iat`, `nbf` | Unix seconds, `nbf` = `iat` | the same |
//! | `iss` | `https://<team domain>` | the same |
//! | `type` | `app` | `app` |
//! | `sub` | the empty string | the [`UserId`], 32 lower-case hexadecimal digits |
//! | `common_name` | the client id | – |
//! | `email` | – | the address, as the identity provider verified it |
//! | `identity_nonce` | – | the [`SessionNonce`] |
//! | `country` | – | where they logged in, if known |
//! | `rev`, `pol` | a number, a UUID | the same |
//!
//! Cloudflare writes a person's `sub` as a UUID; ours are written as the API writes user ids everywhere else,
//! so that one person has one name.

use portcullis_model::{Audience, ClientId, PolicyId, Revision, SessionNonce, Timestamp, UserId};

/// The value of `type` in every application token.
pub(crate) const TOKEN_TYPE: &str = "app";

/// Who a token was issued to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A machine, by the public half of its credentials.
    ServiceToken(ClientId),
    /// A person, in one login.
    Person {
        /// The claim `sub`.
        user: UserId,
        /// The claim `email`; not empty.
        email: Box<str>,
        /// The login: the claim `identity_nonce`.
        nonce: SessionNonce,
    },
}

/// Everything that is put into an application token, except who signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppClaims {
    /// The one application that it opens.
    pub audience: Audience,
    /// Who it is issued to.
    pub subject: Subject,
    /// When it is issued; it is not valid before.
    pub issued_at: Timestamp,
    /// When it stops being valid by itself.
    pub expires_at: Timestamp,
    /// The revision of the one view on which everything about it was judged (I12).
    pub revision: Revision,
    /// The policy that admitted.
    pub policy: PolicyId,
    /// Where the person was when they logged in, as two letters of ISO 3166; written for persons only.
    pub country: Option<String>,
}
