//! The certificate by which a key is published, for validators that read PEM rather than a JWK.

use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use portcullis_model::{Kid, Timestamp};
use rcgen::{CertificateParams, DistinguishedName, DnType, PublicKeyData, SignatureAlgorithm};
use time::OffsetDateTime;

use super::KeyError;

/// A self-signed X.509 certificate in PEM.
///
/// It carries the key and says nothing about trust or time: its end is centuries away, because a key stops
/// being valid when it leaves the certs document.
pub(super) fn self_signed(pair: &RsaKeyPair, kid: Kid, created_at: Timestamp) -> Result<String, KeyError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, kid.to_string());
    if let Ok(created_at) = OffsetDateTime::from_unix_timestamp(created_at.unix()) {
        params.not_before = created_at;
    }
    let certificate = params.self_signed(&Signer(pair)).map_err(KeyError::Certificate)?;
    Ok(certificate.pem())
}

/// Lends our key to rcgen, so that it is parsed once and by one library.
struct Signer<'k>(&'k RsaKeyPair);

impl PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        super::signing::sign(self.0, message).ok_or(rcgen::Error::RemoteKeyError)
    }
}
