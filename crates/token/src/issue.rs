//! Claims and a key become a token.

use portcullis_model::{Audience, Kid, PolicyId, SessionNonce, UserId};
use serde::{Serialize, Serializer};

use crate::claims::{AppClaims, Subject, TOKEN_TYPE};
use crate::keys::SigningKey;
use crate::{TOKEN_BYTES_MAX, encoding};

/// Why no token was issued. Nothing happened; a repeat is safe.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The claims could not be written as JSON.
    #[error("the claims could not be written")]
    Encode(#[source] serde_json::Error),
    /// The token would be longer than what is looked at: the address is absurdly long.
    #[error("a token of {bytes} bytes, which no gate would read")]
    TooLong {
        /// How long it would be.
        bytes: usize,
    },
    /// The key did not sign.
    #[error("the key did not sign")]
    Sign,
}

/// A token that says `claims`, signed with `key`, in the compact form of a JWS (RFC 7515).
///
/// `issuer` is `https://<team domain>`.
pub fn issue(key: &SigningKey, issuer: &str, claims: &AppClaims) -> Result<String, IssueError> {
    let claims = serde_json::to_vec(&WireClaims::new(issuer, claims)).map_err(IssueError::Encode)?;
    let mut token = String::with_capacity(1024);
    encoding::encode_onto(&mut token, header(key.kid()).as_bytes());
    token.push('.');
    encoding::encode_onto(&mut token, &claims);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    encoding::encode_onto(&mut token, &signature);
    if token.len() > TOKEN_BYTES_MAX {
        return Err(IssueError::TooLong { bytes: token.len() });
    }
    Ok(token)
}

/// The header of every token, before and after its key id.
pub(crate) const HEADER_AROUND_KID: (&str, &str) = (r#"{"alg":"RS256","kid":""#, r#"","typ":"JWT"}"#);

fn header(kid: Kid) -> String {
    let (before, after) = HEADER_AROUND_KID;
    format!("{before}{kid}{after}")
}

/// The claims as they are written: see [`claims`](crate::claims).
#[derive(Serialize)]
struct WireClaims<'a> {
    #[serde(rename = "type")]
    token_type: &'static str,
    #[serde(serialize_with = "one_audience")]
    aud: Audience,
    exp: i64,
    iat: i64,
    nbf: i64,
    iss: &'a str,
    #[serde(flatten)]
    subject: WireSubject<'a>,
    rev: u64,
    #[serde(serialize_with = "as_text")]
    pol: PolicyId,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WireSubject<'a> {
    ServiceToken {
        common_name: String,
        sub: &'static str,
    },
    Person {
        email: &'a str,
        #[serde(serialize_with = "as_text")]
        identity_nonce: SessionNonce,
        #[serde(serialize_with = "as_text")]
        sub: UserId,
        #[serde(skip_serializing_if = "Option::is_none")]
        country: Option<&'a str>,
    },
}

impl<'a> WireClaims<'a> {
    fn new(issuer: &'a str, claims: &'a AppClaims) -> Self {
        Self {
            token_type: TOKEN_TYPE,
            aud: claims.audience,
            exp: claims.expires_at.unix(),
            iat: claims.issued_at.unix(),
            nbf: claims.issued_at.unix(),
            iss: issuer,
            subject: WireSubject::new(claims),
            rev: claims.revision.get(),
            pol: claims.policy,
        }
    }
}

impl<'a> WireSubject<'a> {
    fn new(claims: &'a AppClaims) -> Self {
        match &claims.subject {
            Subject::ServiceToken(client) => Self::ServiceToken { common_name: client.to_string(), sub: "" },
            Subject::Person { user, email, nonce } => {
                Self::Person { email, identity_nonce: *nonce, sub: *user, country: claims.country.as_deref() }
            }
        }
    }
}

fn as_text<T: ToString, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

fn one_audience<S: Serializer>(audience: &Audience, serializer: S) -> Result<S::Ok, S::Error> {
    [audience.to_string()].serialize(serializer)
}
