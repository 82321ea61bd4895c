//! The header: which key, and nothing else that a stranger may choose.

use portcullis_model::Kid;
use serde::de::{IgnoredAny, MapAccess};

use super::VerifyError;
use crate::encoding;
use crate::json::{Members, ObjectError, read_object};

/// Ours has 101 bytes.
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
    let mut header = Header::default();
    read_object(json, &mut header).map_err(|error| match error {
        ObjectError::Malformed => VerifyError::MalformedHeader,
        ObjectError::Duplicate => VerifyError::DuplicateHeader,
    })?;
    header.kid()
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
