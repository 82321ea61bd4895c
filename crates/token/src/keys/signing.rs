//! The private half.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use portcullis_model::{Kid, PublicKey, Timestamp};
use zeroize::Zeroizing;

use super::{KeyError, certificate};
use crate::issue::IssueError;

/// An RSA-2048 key that signs tokens, kept parsed, with the certificate by which it is published.
pub struct SigningKey {
    pair: RsaKeyPair,
    public: PublicKey,
    certificate: Box<str>,
}

impl SigningKey {
    /// A new key, with a certificate valid from `created_at`.
    ///
    /// This takes a good part of a second of one core.
    pub fn generate(created_at: Timestamp) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let public = public_half(&pair);
        let certificate = certificate::self_signed(&pair, public.kid, created_at)?;
        Ok(Self { pair, public, certificate: certificate.into() })
    }

    /// The key that [`to_pkcs8`](Self::to_pkcs8) wrote, with the certificate that was made with it.
    ///
    /// # Errors
    ///
    /// - [`KeyError::NotAPrivateKey`]: damaged, or a key of another kind.
    /// - [`KeyError::Size`]: an RSA key that verifiers refuse.
    pub fn from_pkcs8(der: &[u8], certificate_pem: &str) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::NotAPrivateKey)?;
        let public = public_half(&pair);
        super::verifying::bits_in_range(&public)?;
        Ok(Self { pair, public, certificate: certificate_pem.into() })
    }

    /// The private key, to be sealed: see [`seal`](crate::seal).
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyError::NotAPrivateKey)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Its id: the SHA-256 of the public key in DER (PKCS#1), so that no two keys share one.
    pub const fn kid(&self) -> Kid {
        self.public.kid
    }

    /// The public half, for gates and for the certs document.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The self-signed X.509 certificate in PEM, for the certs document.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    /// The RS256 signature (RFC 7518, section 3.3) of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, IssueError> {
        sign(&self.pair, message).ok_or(IssueError::Sign)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid()).finish_non_exhaustive()
    }
}

pub(super) fn sign(pair: &RsaKeyPair, message: &[u8]) -> Option<Vec<u8>> {
    let mut signature = vec![0; pair.public_modulus_len()];
    // PKCS #1 v1.5 is deterministic; the generator is an argument of the interface only.
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
    Some(signature)
}

fn public_half(pair: &RsaKeyPair) -> PublicKey {
    let key = pair.public_key();
    let mut kid = [0; 32];
    kid.iter_mut().zip(digest(&SHA256, key.as_ref()).as_ref()).for_each(|(to, from)| *to = *from);
    PublicKey {
        kid: Kid::from_bytes(kid),
        modulus: key.modulus().big_endian_without_leading_zero().to_vec(),
        exponent: key.exponent().big_endian_without_leading_zero().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_itself_after_being_written_and_read() {
        let key = SigningKey::generate(Timestamp::from_unix(0)).unwrap();
        let read = SigningKey::from_pkcs8(&key.to_pkcs8().unwrap(), key.certificate_pem()).unwrap();
        assert_eq!(read.public(), key.public());
        assert_eq!(read.certificate_pem(), key.certificate_pem());
        assert_eq!(read.sign(b"message").unwrap(), key.sign(b"message").unwrap());
    }

    #[test]
    fn two_keys_have_two_ids() {
        let now = Timestamp::from_unix(0);
        assert_ne!(SigningKey::generate(now).unwrap().kid(), SigningKey::generate(now).unwrap().kid());
    }

    #[test]
    fn a_damaged_key_is_refused() {
        let key = SigningKey::generate(Timestamp::from_unix(0)).unwrap();
        let der = key.to_pkcs8().unwrap();
        assert!(matches!(SigningKey::from_pkcs8(&der[..der.len() - 1], ""), Err(KeyError::NotAPrivateKey)));
        assert!(matches!(SigningKey::from_pkcs8(b"", ""), Err(KeyError::NotAPrivateKey)));
    }

    #[test]
    fn i8_a_key_prints_nothing_but_its_id() {
        let key = SigningKey::generate(Timestamp::from_unix(0)).unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey {{ kid: Kid({}), .. }}", key.kid()));
    }
}
