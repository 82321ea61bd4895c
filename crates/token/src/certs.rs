//! The document of `/cdn-cgi/access/certs`, from which validators learn the keys.

use portcullis_model::PublicKey;
use serde::Serialize;

use crate::encoding;

/// A key with its certificate, as it is published.
#[derive(Clone, Copy, Debug)]
pub struct PublishedKey<'a> {
    /// The key.
    pub key: &'a PublicKey,
    /// Its certificate in PEM.
    pub certificate_pem: &'a str,
}

/// `{"keys":[…],"public_cert":{…},"public_certs":[…]}`, as at Cloudflare: it serializes to the answer's body.
#[derive(Clone, Debug, Serialize)]
pub struct CertsDocument {
    keys: Vec<Jwk>,
    public_cert: Certificate,
    public_certs: Vec<Certificate>,
}

/// A key in the form of RFC 7517.
#[derive(Clone, Debug, Serialize)]
struct Jwk {
    kid: String,
    kty: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    e: String,
    n: String,
}

#[derive(Clone, Debug, Serialize)]
struct Certificate {
    kid: String,
    cert: String,
}

impl CertsDocument {
    /// The document with the key that signs, and those that signed tokens that are still valid.
    pub fn new(current: PublishedKey<'_>, previous: &[PublishedKey<'_>]) -> Self {
        let all = || std::iter::once(&current).chain(previous);
        Self {
            keys: all().map(|published| Jwk::of(published.key)).collect(),
            public_cert: Certificate::of(&current),
            public_certs: all().map(Certificate::of).collect(),
        }
    }
}

impl Jwk {
    fn of(key: &PublicKey) -> Self {
        Self {
            kid: key.kid.to_string(),
            kty: "RSA",
            alg: "RS256",
            usage: "sig",
            e: encoding::encode(&key.exponent),
            n: encoding::encode(&key.modulus),
        }
    }
}

impl Certificate {
    fn of(published: &PublishedKey<'_>) -> Self {
        Self { kid: published.key.kid.to_string(), cert: published.certificate_pem.to_owned() }
    }
}
