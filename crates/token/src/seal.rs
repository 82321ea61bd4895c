//! Private keys at rest: AES-256-GCM under a key that is not in the store (I8).
//!
//! A sealed value is `version (1 byte, 1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. The context, such as
//! `signing-key:<kid>`, and the version are authenticated: a value that somebody moved to another place in the
//! store does not open there. Nonces are random, which is sound for 2³² values under one key; a store holds a
//! few dozen.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

const VERSION: u8 = 1;

/// The key under which everything secret in the store is encrypted.
///
/// Its file holds 64 hexadecimal digits and a line break, which `openssl rand -hex 32` writes as well.
pub struct KeyEncryptionKey {
    key: RandomizedNonceKey,
    bytes: Zeroizing<[u8; 32]>,
}

/// A file that does not hold a key-encryption key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// The file holds something else.
    #[error("a key-encryption key is 64 hexadecimal digits")]
    Format,
    /// The cipher did not take the key.
    #[error("the cipher did not take the key")]
    Cipher,
    /// No key could be made. A repeat is safe.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The value was not sealed. A repeat is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value could not be encrypted")]
pub struct SealError;

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Too short to be a sealed value.
    #[error("not a sealed value")]
    NotSealed,
    /// Sealed by a version that this one does not know.
    #[error("sealed in the unknown format {0}")]
    UnknownVersion(u8),
    /// Sealed under another key, for another context, or changed since. Which, cannot be known.
    #[error("sealed under another key or for another place, or damaged")]
    Refused,
}

impl KeyEncryptionKey {
    /// A new key.
    pub fn generate() -> Result<Self, KeyFileError> {
        Self::from_bytes(Zeroizing::new(random::bytes()?))
    }

    /// The key in a file with this content.
    pub fn parse(content: &[u8]) -> Result<Self, KeyFileError> {
        let digits = content.trim_ascii();
        let mut bytes = Zeroizing::new([0; 32]);
        if digits.len() != 64 {
            return Err(KeyFileError::Format);
        }
        HEXLOWER_PERMISSIVE.decode_mut(digits, bytes.as_mut_slice()).map_err(|_| KeyFileError::Format)?;
        Self::from_bytes(bytes)
    }

    /// What [`parse`](Self::parse) reads.
    pub fn to_file_content(&self) -> Zeroizing<String> {
        let mut content = Zeroizing::new(String::with_capacity(65));
        HEXLOWER.encode_append(self.bytes.as_slice(), &mut content);
        content.push('\n');
        content
    }

    fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Result<Self, KeyFileError> {
        let key =
            RandomizedNonceKey::new(&AES_256_GCM, bytes.as_slice()).map_err(|_| KeyFileError::Cipher)?;
        Ok(Self { key, bytes })
    }

    /// Encrypts `plaintext` for the place that `context` names.
    pub fn seal(&self, plaintext: &[u8], context: &str) -> Result<Vec<u8>, SealError> {
        let mut body = Vec::with_capacity(plaintext.len() + AES_256_GCM.tag_len());
        body.extend_from_slice(plaintext);
        let nonce =
            self.key.seal_in_place_append_tag(associated(context), &mut body).map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// What was sealed for `context`.
    pub fn open(&self, sealed: &[u8], context: &str) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (version, rest) = sealed.split_first().ok_or(OpenError::NotSealed)?;
        if *version != VERSION {
            return Err(OpenError::UnknownVersion(*version));
        }
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(OpenError::NotSealed)?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = self
            .key
            .open_in_place(Nonce::from(nonce), associated(context), body.as_mut_slice())
            .map_err(|_| OpenError::Refused)?
            .len();
        body.truncate(length);
        Ok(body)
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey(…)")
    }
}

fn associated(context: &str) -> Aad<Vec<u8>> {
    let mut data = Vec::with_capacity(1 + context.len());
    data.push(VERSION);
    data.extend_from_slice(context.as_bytes());
    Aad::from(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: &str = "signing-key:1";

    fn key() -> KeyEncryptionKey {
        KeyEncryptionKey::generate().unwrap()
    }

    #[test]
    fn what_was_sealed_opens() {
        let key = key();
        for plaintext in [&b""[..], b"x", &[7; 5000]] {
            let sealed = key.seal(plaintext, CONTEXT).unwrap();
            assert_eq!(key.open(&sealed, CONTEXT).unwrap().as_slice(), plaintext);
        }
    }

    #[test]
    fn it_opens_with_the_key_from_the_file() {
        let key = key();
        let sealed = key.seal(b"secret", CONTEXT).unwrap();
        let read = KeyEncryptionKey::parse(key.to_file_content().as_bytes()).unwrap();
        assert_eq!(read.open(&sealed, CONTEXT).unwrap().as_slice(), b"secret");
    }

    #[test]
    fn sealing_twice_gives_two_values() {
        let key = key();
        assert_ne!(key.seal(b"secret", CONTEXT).unwrap(), key.seal(b"secret", CONTEXT).unwrap());
    }

    #[test]
    fn another_key_or_context_does_not_open_it() {
        let right = key();
        let sealed = right.seal(b"secret", CONTEXT).unwrap();
        assert_eq!(key().open(&sealed, CONTEXT).unwrap_err(), OpenError::Refused);
        assert_eq!(right.open(&sealed, "signing-key:2").unwrap_err(), OpenError::Refused);
    }

    #[test]
    fn a_change_of_any_byte_or_length_does_not_open() {
        let key = key();
        let sealed = key.seal(b"secret", CONTEXT).unwrap();
        for index in 1..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(key.open(&changed, CONTEXT).unwrap_err(), OpenError::Refused, "byte {index}");
        }
        for length in 0..sealed.len() {
            assert!(key.open(&sealed[..length], CONTEXT).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn an_unknown_version_is_told_apart() {
        let key = key();
        let mut sealed = key.seal(b"secret", CONTEXT).unwrap();
        sealed[0] = 2;
        assert_eq!(key.open(&sealed, CONTEXT).unwrap_err(), OpenError::UnknownVersion(2));
        assert_eq!(key.open(b"", CONTEXT).unwrap_err(), OpenError::NotSealed);
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_key_file() {
        let digits = "0123456789abcdefABCDEF0123456789".repeat(2);
        assert!(KeyEncryptionKey::parse(format!("{digits}\r\n").as_bytes()).is_ok());
        for content in ["", &digits[1..], &format!("{digits}0"), &digits.replace('9', "g")] {
            assert_eq!(KeyEncryptionKey::parse(content.as_bytes()).unwrap_err(), KeyFileError::Format);
        }
    }

    #[test]
    fn i8_a_key_cannot_be_printed() {
        assert_eq!(format!("{:?}", key()), "KeyEncryptionKey(…)");
    }
}
