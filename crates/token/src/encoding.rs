//! Base64url as in a JWS: without padding, and with one spelling for each value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `bytes` as base64url.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends `bytes` to `text` as base64url.
pub(crate) fn encode_onto(text: &mut String, bytes: &[u8]) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// The bytes that `text` stands for, in the front of `buffer`; `None` if `text` is not the one base64url
/// spelling of anything, or if it does not fit.
///
/// # Security
///
/// Padding and non-zero trailing bits are refused: with two spellings of one token, what is looked up by its
/// bytes would have two names.
pub(crate) fn decode<'b>(text: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, buffer).ok()?;
    buffer.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_read() {
        let mut buffer = [0; 8];
        assert_eq!(decode(b"_-8", &mut buffer), Some(&[0xff, 0xef][..]));
        for text in ["_-9", "_-8=", "/+8", "_-8 ", "_", "_-8\n", "é"] {
            assert_eq!(decode(text.as_bytes(), &mut buffer), None, "{text:?}");
        }
    }

    #[test]
    fn a_value_that_fills_the_buffer_fits_and_a_longer_one_does_not() {
        assert_eq!(decode(b"AAAA", &mut [9; 3]), Some(&[0; 3][..]));
        assert_eq!(decode(b"AAAAAA", &mut [9; 3]), None);
    }
}
