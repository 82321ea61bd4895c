//! New secrets.
//!
//! A prefix, 40 letters and digits (238 bits), and the CRC-32 (that of zlib) of both as 8 lower-case hexadecimal
//! digits. The prefix and the checksum let a scanner tell a leaked secret from noise; they protect nothing.

use data_encoding::HEXLOWER;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BODY_CHARS: usize = 40;
const GLOBAL_KEY_CHARS: usize = 37;

/// The value of a new API token: `cfut_` + 40 letters and digits + 8 hexadecimal digits.
pub fn api_token() -> Result<SecretString, RandomError> {
    with_checksum("cfut_")
}

/// The client secret of a new service token: `cfast_` + 40 letters and digits + 8 hexadecimal digits.
pub fn service_token_secret() -> Result<SecretString, RandomError> {
    with_checksum("cfast_")
}

/// A new global API key: 37 lower-case hexadecimal digits, the format that every client accepts.
pub fn global_api_key() -> Result<SecretString, RandomError> {
    let bytes = Zeroizing::new(random::bytes::<{ GLOBAL_KEY_CHARS.div_ceil(2) }>()?);
    let mut key = HEXLOWER.encode(bytes.as_slice());
    key.truncate(GLOBAL_KEY_CHARS);
    Ok(SecretString::from(key))
}

fn with_checksum(prefix: &str) -> Result<SecretString, RandomError> {
    let mut text = Zeroizing::new(String::with_capacity(prefix.len() + BODY_CHARS + 8));
    text.push_str(prefix);
    for _ in 0..BODY_CHARS {
        text.push(letter_or_digit()?);
    }
    let checksum = crc32(text.as_bytes());
    HEXLOWER.encode_append(&checksum.to_be_bytes(), &mut text);
    Ok(SecretString::from(text.as_str()))
}

/// Draws until a byte falls into the alphabet, so that every character is equally likely.
fn letter_or_digit() -> Result<char, RandomError> {
    loop {
        let [byte] = random::bytes()?;
        if let Some(letter) = ALPHABET.get(usize::from(byte >> 2)) {
            return Ok(char::from(*letter));
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn the_checksum_is_that_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn secrets_have_the_format_of_their_kind() {
        for (secret, prefix) in [(api_token(), "cfut_"), (service_token_secret(), "cfast_")] {
            let secret = secret.unwrap();
            let rest = secret.expose_secret().strip_prefix(prefix).unwrap();
            let (body, checksum) = rest.split_at(40);
            assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{body}");
            assert_eq!(checksum, format!("{:08x}", crc32(format!("{prefix}{body}").as_bytes())));
            assert!((40..=80).contains(&secret.expose_secret().len()));
        }
    }

    #[test]
    fn a_global_key_is_37_lower_case_hexadecimal_digits() {
        let key = global_api_key().unwrap();
        assert_eq!(key.expose_secret().len(), 37);
        assert!(key.expose_secret().bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
    }

    #[test]
    fn every_character_of_the_alphabet_is_drawn() {
        let drawn: HashSet<_> = (0..5000).map(|_| letter_or_digit().unwrap()).collect();
        assert_eq!(drawn.len(), 62);
    }

    #[test]
    fn no_two_secrets_are_alike() {
        let secrets: HashSet<_> = (0..100).map(|_| api_token().unwrap().expose_secret().to_owned()).collect();
        assert_eq!(secrets.len(), 100);
    }
}
