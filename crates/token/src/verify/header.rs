//! The header: which key, and nothing else that a stranger may choose.

use portcullis_model::Kid;
use serde::de::{IgnoredAny, MapAccess};

use super::VerifyError;
use crate::encoding;
use crate::issue::HEADER_AROUND_KID;
use crate::json::{Members, ObjectError, read_object};

/// Ours has 100 bytes.
const HEADER_BYTES_MAX: usize = 256;

/// The id of the key that is said to have signed.
///
/// # Security
///
/// Nothing is verified when this is read, so the header is taken only in the one form in which it is issued. A
/// header that brings a key (`jwk`, `jku`, `x5c`, `x5u`) or asks for understanding (`crit`) is refused, not
/// passed over.
pub(super) fn kid_of(segment: &[u8]) -> Result<Kid, VerifyError> {
    let mut buffer = [0; HEADER_BYTES_MAX];
    let json = encoding::decode(segment, &mut buffer).ok_or(VerifyError::Encoding)?;
    if let Some(kid) = kid_as_issued(json) {
        return Ok(kid);
    }
    let mut header = Header::default();
    read_object(json, &mut header).map_err(|error| match error {
        ObjectError::Malformed => VerifyError::MalformedHeader,
        ObjectError::Duplicate => VerifyError::DuplicateHeader,
    })?;
    header.kid()
}

/// The key id of a header that is to the byte as [`issue`](crate::issue()) writes it, which needs no reader of
/// JSON; `None` says nothing about any other.
fn kid_as_issued(json: &[u8]) -> Option<Kid> {
    let (before, after) = HEADER_AROUND_KID;
    let kid = json.strip_prefix(before.as_bytes())?.strip_suffix(after.as_bytes())?;
    std::str::from_utf8(kid).ok()?.parse().ok()
}

#[derive(Default)]
struct Header<'a> {
    alg: Option<&'a str>,
    kid: Option<&'a str>,
    typ: Option<&'a str>,
    has_unexpected: bool,
}

impl<'a> Members<'a> for Header<'a> {
    fn member<A: MapAccess<'a>>(&mut self, name: &'a str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "alg" => self.alg = Some(map.next_value()?),
            "kid" => self.kid = Some(map.next_value()?),
            "typ" => self.typ = Some(map.next_value()?),
            _ => {
                self.has_unexpected = true;
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl Header<'_> {
    fn kid(&self) -> Result<Kid, VerifyError> {
        if self.has_unexpected {
            return Err(VerifyError::UnexpectedHeader);
        }
        if self.alg != Some("RS256") {
            return Err(VerifyError::Algorithm);
        }
        if self.typ.is_some_and(|typ| typ != "JWT") {
            return Err(VerifyError::HeaderType);
        }
        let kid = self.kid.ok_or(VerifyError::UnknownKey)?;
        kid.parse().map_err(|_| VerifyError::UnknownKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_as_issued_and_the_same_in_another_order_name_the_same_key() {
        let kid = Kid::from_bytes([0xab; 32]);
        for json in [
            format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"JWT"}}"#),
            format!(r#"{{"typ":"JWT", "kid":"{kid}", "alg":"RS256"}}"#),
        ] {
            assert_eq!(kid_of(encoding::encode(json.as_bytes()).as_bytes()), Ok(kid), "{json}");
        }
    }

    #[test]
    fn a_key_id_that_closes_its_string_is_no_short_cut() {
        let kid = Kid::from_bytes([0xab; 32]);
        let json = format!(r#"{{"alg":"RS256","kid":"{kid}","alg":"none","typ":"JWT"}}"#);
        assert_eq!(kid_of(encoding::encode(json.as_bytes()).as_bytes()), Err(VerifyError::DuplicateHeader));
    }
}
