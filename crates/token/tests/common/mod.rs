//! Keys, claims, and a forger who holds a key and writes what he likes.

#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis_model::{Audience, ClientId, Kid, PolicyId, Revision, Timestamp, UserId};
use portcullis_token::{
    AppClaims, RawAppToken, SigningKey, Subject, VerifiedAppToken, VerifyError, VerifyingKey, verify,
};

pub(crate) const ISSUER: &str = "https://team.example.com";
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

pub(crate) static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(NOW).unwrap());
pub(crate) static FOREIGN_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(NOW).unwrap());
static VERIFYING_KEY: LazyLock<VerifyingKey> = LazyLock::new(|| VerifyingKey::new(KEY.public()).unwrap());

pub(crate) fn machine() -> AppClaims {
    AppClaims {
        audience: Audience::from_bytes([0xa1; 32]),
        subject: Subject::ServiceToken(ClientId::from_bytes([0xc1; 16])),
        issued_at: NOW,
        expires_at: Timestamp::from_unix(NOW.unix() + 3600),
        revision: Revision::new(1_800_000_000_000_001),
        policy: PolicyId::from_random([7; 16]),
        country: None,
    }
}

pub(crate) fn person() -> AppClaims {
    AppClaims {
        subject: Subject::Person {
            user: UserId::from_bytes([0x51; 16]),
            email: "ada@example.com".into(),
            nonce: "AbCdEf0123456789".parse().unwrap(),
        },
        country: Some("GB".to_owned()),
        ..machine()
    }
}

pub(crate) fn header() -> String {
    format!(r#"{{"alg":"RS256","kid":"{}","typ":"JWT"}}"#, KEY.kid())
}

/// The claims of a service token as JSON text, with `old` replaced by `new`.
pub(crate) fn machine_json(old: &str, new: &str) -> String {
    replaced(
        &format!(
            r#"{{"type":"app","aud":["{}"],"exp":1800003600,"iat":1800000000,"nbf":1800000000,"iss":"{ISSUER}","common_name":"{}.access","sub":"","rev":5,"pol":"{}"}}"#,
            "a1".repeat(32),
            "c1".repeat(16),
            PolicyId::from_random([7; 16]),
        ),
        old,
        new,
    )
}

/// The claims of a person as JSON text, with `old` replaced by `new`.
pub(crate) fn person_json(old: &str, new: &str) -> String {
    replaced(
        &machine_json("", "").replace(
            &format!(r#""common_name":"{}.access","sub":"""#, "c1".repeat(16)),
            &format!(
                r#""email":"ada@example.com","identity_nonce":"AbCdEf0123456789","sub":"{}","country":"GB""#,
                "51".repeat(16)
            ),
        ),
        old,
        new,
    )
}

pub(crate) fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "`{old}` is not in {text}");
    text.replacen(old, new, 1)
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with this header and payload, properly signed with `key`.
pub(crate) fn forge_with(key: &SigningKey, header: &str, payload: impl AsRef<[u8]>) -> String {
    let pair = RsaKeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    let signed = format!("{}.{}", base64url(header), base64url(payload));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", base64url(signature))
}

/// A token with this header and payload, properly signed with the known key.
pub(crate) fn forge(header: &str, payload: impl AsRef<[u8]>) -> String {
    forge_with(&KEY, header, payload)
}

/// Verifies against the one known key.
pub(crate) fn verified(token: impl AsRef<[u8]>) -> Result<VerifiedAppToken, VerifyError> {
    verified_at(token, NOW)
}

pub(crate) fn verified_at(token: impl AsRef<[u8]>, now: Timestamp) -> Result<VerifiedAppToken, VerifyError> {
    verify(RawAppToken::parse(token.as_ref())?, ISSUER, now, known_key)
}

fn known_key(kid: Kid) -> Option<&'static VerifyingKey> {
    (kid == VERIFYING_KEY.kid()).then_some(&*VERIFYING_KEY)
}

#[track_caller]
pub(crate) fn refused(token: impl AsRef<[u8]>, reason: VerifyError) {
    assert_eq!(verified(token), Err(reason));
}
