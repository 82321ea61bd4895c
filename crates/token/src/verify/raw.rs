//! A token of which nothing is known yet.

use std::fmt;

use memchr::memchr;

use super::VerifyError;
use crate::TOKEN_BYTES_MAX;

/// Bytes that have the outline of a token: three non-empty parts, and not too long.
///
/// # Security
///
/// Nothing in it is verified, and it is a credential: `Debug` does not print it.
#[derive(Clone, Copy)]
pub struct RawAppToken<'a> {
    bytes: &'a [u8],
    pub(super) signed: &'a [u8],
    pub(super) header: &'a [u8],
    pub(super) payload: &'a [u8],
    pub(super) signature: &'a [u8],
}

impl<'a> RawAppToken<'a> {
    /// Finds the three parts. What is in them is left to [`verify`](super::verify).
    ///
    /// # Errors
    ///
    /// - [`VerifyError::TooLong`]: longer than [`TOKEN_BYTES_MAX`].
    /// - [`VerifyError::Parts`]: fewer or more than three parts, or an empty one.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, VerifyError> {
        if bytes.len() > TOKEN_BYTES_MAX {
            return Err(VerifyError::TooLong);
        }
        Self::split(bytes).ok_or(VerifyError::Parts)
    }

    fn split(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = split_at_dot(bytes)?;
        let (payload, signature) = split_at_dot(rest)?;
        if header.is_empty() || payload.is_empty() || signature.is_empty() {
            return None;
        }
        if memchr(b'.', signature).is_some() {
            return None;
        }
        let signed = bytes.get(..header.len() + 1 + payload.len())?;
        Some(Self { bytes, signed, header, payload, signature })
    }

    /// The token as it was presented: the key under which its verification may be remembered.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl fmt::Debug for RawAppToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawAppToken({} bytes)", self.bytes.len())
    }
}

fn split_at_dot(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, from_dot) = bytes.split_at_checked(memchr(b'.', bytes)?)?;
    let (_dot, after) = from_dot.split_first()?;
    Some((before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_parts_are_found() {
        let raw = RawAppToken::parse(b"aa.b.ccc").unwrap();
        assert_eq!(raw.as_bytes(), b"aa.b.ccc");
        assert_eq!(
            (raw.header, raw.payload, raw.signature, raw.signed),
            (&b"aa"[..], &b"b"[..], &b"ccc"[..], &b"aa.b"[..])
        );
    }

    #[test]
    fn any_other_number_of_parts_and_empty_parts_are_refused() {
        for text in ["", ".", "..", "a", "a.b", "a.b.", "a..c", ".b.c", "a.b.c.", "a.b.c.d", ".a.b.c"] {
            assert_eq!(RawAppToken::parse(text.as_bytes()).unwrap_err(), VerifyError::Parts, "{text:?}");
        }
    }

    #[test]
    fn eight_kibibytes_are_looked_at_and_one_byte_more_is_not() {
        let mut token = b"a.b.".to_vec();
        token.resize(TOKEN_BYTES_MAX, b'c');
        assert!(RawAppToken::parse(&token).is_ok());
        token.push(b'c');
        assert_eq!(RawAppToken::parse(&token).unwrap_err(), VerifyError::TooLong);
    }

    #[test]
    fn i8_a_raw_token_cannot_be_printed() {
        assert_eq!(format!("{:?}", RawAppToken::parse(b"aa.b.ccc").unwrap()), "RawAppToken(8 bytes)");
    }
}
