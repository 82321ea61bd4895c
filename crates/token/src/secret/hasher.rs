//! Keyed digests.

use std::fmt;

use aws_lc_rs::hmac;
use portcullis_model::SecretDigest;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

/// The 32-byte key of the digests, as it is sealed in the store.
pub struct HashKey(Zeroizing<[u8; 32]>);

/// Bytes that are not a key for digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key for digests has 32 bytes")]
pub struct HashKeyError;

impl HashKey {
    /// A new key.
    pub fn generate() -> Result<Self, RandomError> {
        Ok(Self(Zeroizing::new(random::bytes()?)))
    }

    /// The key with these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HashKeyError> {
        Ok(Self(Zeroizing::new(bytes.try_into().map_err(|_| HashKeyError)?)))
    }

    /// Its bytes, to be sealed: see [`seal`](crate::seal).
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey(…)")
    }
}

/// HMAC-SHA-256 of secrets.
///
/// A slow hash would add nothing: the secrets are random, with more than 140 bits. The key makes a stolen store
/// useless for recognizing a secret that was found elsewhere.
pub struct SecretHasher(hmac::Key);

impl SecretHasher {
    /// The hasher with this key.
    pub fn new(key: &HashKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.0.as_slice()))
    }

    /// What is kept of `secret`, and what a presented secret is compared by.
    pub fn digest(&self, secret: &str) -> SecretDigest {
        let tag = hmac::sign(&self.0, secret.as_bytes());
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        SecretDigest::from_bytes(bytes)
    }
}

impl fmt::Debug for SecretHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHasher(…)")
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn it_is_hmac_sha_256() {
        // The message of RFC 4231, test case 1, under a key as long as ours; computed with
        // `openssl dgst -sha256 -mac HMAC -macopt hexkey:0b…0b`.
        let hasher = SecretHasher::new(&HashKey::from_bytes(&[0x0b; 32]).unwrap());
        assert_eq!(
            HEXLOWER.encode(hasher.digest("Hi There").as_bytes()),
            "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"
        );
    }

    #[test]
    fn the_digest_depends_on_the_key_and_on_the_secret() {
        let one = SecretHasher::new(&HashKey::generate().unwrap());
        let other = SecretHasher::new(&HashKey::generate().unwrap());
        assert_eq!(one.digest("a"), one.digest("a"));
        assert_ne!(one.digest("a"), one.digest("b"));
        assert_ne!(one.digest("a"), other.digest("a"));
    }

    #[test]
    fn a_key_is_itself_after_being_written_and_read_and_cannot_be_printed() {
        let key = HashKey::generate().unwrap();
        assert_eq!(HashKey::from_bytes(key.as_bytes()).unwrap().as_bytes(), key.as_bytes());
        assert_eq!(HashKey::from_bytes(&[0; 31]).unwrap_err(), HashKeyError);
        assert_eq!(format!("{key:?} {:?}", SecretHasher::new(&key)), "HashKey(…) SecretHasher(…)");
    }
}
