//! Keys, sealed.

use portcullis_model::{Kid, PublicKey, Timestamp};
use serde::{Deserialize, Serialize};

use super::Wire;
use super::text;

/// A signing key whose private half only the key-encryption key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SealedSigningKey {
    pub(crate) public: PublicKey,
    pub(crate) certificate_pem: String,
    /// The private key in PKCS#8, sealed for its place.
    pub(crate) sealed: Vec<u8>,
    pub(crate) created_at: Timestamp,
}

/// The key for digests of secrets, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SealedDigestKey(pub(crate) Vec<u8>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SigningKeyWire {
    #[serde(with = "text::hex")]
    modulus: Vec<u8>,
    #[serde(with = "text::hex")]
    exponent: Vec<u8>,
    certificate_pem: String,
    #[serde(with = "text::hex")]
    sealed: Vec<u8>,
    #[serde(with = "text::unix")]
    created_at: Timestamp,
}

impl Wire for SigningKeyWire {
    type Id = Kid;
    type Value = SealedSigningKey;

    fn from_value(value: &SealedSigningKey) -> Self {
        Self {
            modulus: value.public.modulus.clone(),
            exponent: value.public.exponent.clone(),
            certificate_pem: value.certificate_pem.clone(),
            sealed: value.sealed.clone(),
            created_at: value.created_at,
        }
    }

    fn into_value(self, kid: Kid) -> SealedSigningKey {
        let Self { modulus, exponent, certificate_pem, sealed, created_at } = self;
        SealedSigningKey { public: PublicKey { kid, modulus, exponent }, certificate_pem, sealed, created_at }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DigestKeyWire {
    #[serde(with = "text::hex")]
    sealed: Vec<u8>,
}

impl Wire for DigestKeyWire {
    type Id = ();
    type Value = SealedDigestKey;

    fn from_value(value: &SealedDigestKey) -> Self {
        Self { sealed: value.0.clone() }
    }

    fn into_value(self, (): ()) -> SealedDigestKey {
        SealedDigestKey(self.sealed)
    }
}
