//! The public half.

use std::fmt;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use portcullis_model::{Kid, PublicKey};

use super::KeyError;

/// A key that verifies RS256 signatures and nothing else, kept parsed.
///
/// # Security
///
/// The algorithm belongs to the key. What a token's header names is compared with it, never obeyed.
pub struct VerifyingKey {
    kid: Kid,
    key: ParsedPublicKey,
}

impl VerifyingKey {
    /// Parses `public`.
    ///
    /// # Errors
    ///
    /// - [`KeyError::Size`]: fewer than 2048 or more than 4096 bits.
    /// - [`KeyError::NotAPublicKey`]: no RSA key has this modulus and exponent.
    pub fn new(public: &PublicKey) -> Result<Self, KeyError> {
        bits_in_range(public)?;
        exponent_in_range(public)?;
        let components = RsaPublicKeyComponents { n: &public.modulus, e: &public.exponent };
        let key = components
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .map_err(|_| KeyError::NotAPublicKey)?;
        Ok(Self { kid: public.kid, key })
    }

    /// Its id.
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    /// Whether `signature` is the RS256 signature of `message`; `None` if it is not.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        self.key.verify_sig(message, signature).ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

pub(super) fn bits_in_range(public: &PublicKey) -> Result<(), KeyError> {
    let leading = public.modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = public.modulus.len() * 8 - leading;
    if (2048..=4096).contains(&bits) { Ok(()) } else { Err(KeyError::Size { bits }) }
}

/// An odd number from 3 to the 32 bits that every library reads.
///
/// # Security
///
/// With the exponent 1 everybody can sign, and the parser takes it.
fn exponent_in_range(public: &PublicKey) -> Result<(), KeyError> {
    let in_range = match public.exponent.as_slice() {
        [low] => *low >= 3 && low % 2 == 1,
        [high, .., low] => *high != 0 && low % 2 == 1 && public.exponent.len() <= 4,
        [] => false,
    };
    if in_range { Ok(()) } else { Err(KeyError::NotAPublicKey) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(modulus: Vec<u8>, exponent: &[u8]) -> Result<VerifyingKey, KeyError> {
        let kid = Kid::from_bytes([0; 32]);
        VerifyingKey::new(&PublicKey { kid, modulus, exponent: exponent.to_vec() })
    }

    #[test]
    fn keys_of_2048_to_4096_bits_are_taken_and_their_neighbours_are_not() {
        for (length, fits) in [(0, false), (128, false), (255, false), (256, true), (512, true), (513, false)]
        {
            let key = key_of(vec![0xff; length], &[1, 0, 1]);
            assert_eq!(key.is_ok(), fits, "{length} bytes");
        }
    }

    #[test]
    fn leading_zeros_do_not_make_a_key_longer() {
        let mut modulus = vec![0xff; 256];
        modulus[0] = 0x7f;
        assert!(matches!(key_of(modulus, &[1, 0, 1]), Err(KeyError::Size { bits: 2047 })));
    }

    #[test]
    fn the_exponents_in_use_are_taken() {
        for exponent in [&[3][..], &[17], &[1, 0, 1], &[0xff, 0xff, 0xff, 0xff]] {
            assert!(key_of(vec![0xff; 256], exponent).is_ok(), "{exponent:?}");
        }
    }

    #[test]
    fn an_exponent_that_no_rsa_key_has_is_refused() {
        for exponent in [&[][..], &[0], &[1], &[2], &[4], &[0, 3], &[1, 0], &[1, 0, 0, 0, 1]] {
            assert!(
                matches!(key_of(vec![0xff; 256], exponent), Err(KeyError::NotAPublicKey)),
                "{exponent:?}"
            );
        }
    }
}
