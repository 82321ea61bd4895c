//! The RSA keys that sign and verify tokens.

mod certificate;
mod signing;
mod verifying;

pub use signing::SigningKey;
pub use verifying::VerifyingKey;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Bytes that are not a private RSA key in PKCS#8.
    #[error("not an RSA private key in PKCS#8")]
    NotAPrivateKey,
    /// A modulus and exponent that no RSA key has.
    #[error("not an RSA public key")]
    NotAPublicKey,
    /// The key is too weak, or so long that verifying with it would be an attack on this machine.
    #[error("an RSA key of {bits} bits instead of 2048 to 4096")]
    Size {
        /// Its size.
        bits: usize,
    },
    /// No key could be made. A repeat is safe.
    #[error("could not generate an RSA key")]
    Generate,
    /// The key is fine, and was thrown away. A repeat is safe.
    #[error("could not make a certificate for the key")]
    Certificate(#[source] rcgen::Error),
}
