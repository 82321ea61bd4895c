//! The `meta` of a login redirect: where a login began, signed, so that the team domain can believe it.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64URL_NOPAD;
use portcullis_model::{Audience, Kid, Now};
use serde::Serialize;

use crate::control::Control;
use crate::issue::IssueError;

/// How long a `meta` is good for. (Cloudflare: five minutes, as observed.)
pub const META_LIFETIME: Duration = Duration::from_mins(5);

/// Where a login began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginMeta {
    /// The application's `aud` tag.
    pub audience: Audience,
    /// The host that was asked for, without port.
    pub hostname: String,
    /// Path and query that were asked for.
    pub redirect_url: String,
    /// When.
    pub now: Now,
}

/// Signs metas with a signing key, kept parsed.
pub(crate) struct MetaKey {
    kid: Kid,
    pair: RsaKeyPair,
}

#[derive(Serialize)]
struct Header {
    alg: &'static str,
    kid: String,
    typ: &'static str,
}

/// The subset of Cloudflare's claims that has a meaning here.
///
/// `type` is what keeps a meta from being taken for an application token, which needs `app`.
#[derive(Serialize)]
struct Claims<'a> {
    #[serde(rename = "type")]
    token_type: &'static str,
    aud: String,
    hostname: &'a str,
    redirect_url: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    auth_status: &'static str,
    service_token_status: bool,
    is_warp: bool,
    is_gateway: bool,
}

impl MetaKey {
    /// The key in PKCS#8.
    pub(crate) fn from_pkcs8(kid: Kid, der: &[u8]) -> Option<Self> {
        Some(Self { kid, pair: RsaKeyPair::from_pkcs8(der).ok()? })
    }

    fn sign(&self, claims: &Claims<'_>) -> Option<String> {
        let header = Header { alg: "RS256", kid: self.kid.to_string(), typ: "JWT" };
        let mut token = BASE64URL_NOPAD.encode(&serde_json::to_vec(&header).ok()?);
        token.push('.');
        BASE64URL_NOPAD.encode_append(&serde_json::to_vec(claims).ok()?, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // PKCS #1 v1.5 is deterministic; the generator is an argument of the interface only.
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature).ok()?;
        token.push('.');
        BASE64URL_NOPAD.encode_append(&signature, &mut token);
        Some(token)
    }
}

impl std::fmt::Debug for MetaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetaKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Control {
    /// Signs where a login began, as a JWT (RFC 7519) that lives for [`META_LIFETIME`].
    ///
    /// It admits nobody: nothing is judged here.
    pub async fn sign_meta(&self, meta: LoginMeta) -> Result<String, IssueError> {
        let state = self.state();
        let key = state.current_key().ok_or(IssueError::NoKey)?.clone();
        let issuer: Arc<str> = state.view.issuer().into();
        let signed = self.sign(move || {
            let now = meta.now.wall;
            let claims = Claims {
                token_type: "meta",
                aud: meta.audience.to_string(),
                hostname: &meta.hostname,
                redirect_url: &meta.redirect_url,
                iss: &issuer,
                iat: now.unix(),
                nbf: now.unix(),
                exp: now.plus(META_LIFETIME).unix(),
                auth_status: "NONE",
                service_token_status: false,
                is_warp: false,
                is_gateway: false,
            };
            key.meta.sign(&claims).ok_or(IssueError::Sign(portcullis_token::IssueError::Sign))
        });
        signed.await
    }
}
