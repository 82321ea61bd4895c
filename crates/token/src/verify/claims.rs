//! The claims, as they are read: see [`claims`](crate::claims).

use std::fmt;
use std::str::FromStr;

use portcullis_model::{Audience, PolicyId, Revision, SessionNonce, Timestamp};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::VerifyError;
use crate::claims::{Subject, TOKEN_TYPE};
use crate::json::{Members, ObjectError, Text, read_object};

/// The claims of a payload; which of them are there is not judged yet.
///
/// A claim of another name is passed over: a later version may add some, and gates are older than control nodes
/// while both are upgraded.
#[derive(Default)]
pub(super) struct Claims<'a> {
    token_type: Option<&'a str>,
    aud: Option<Audiences<'a>>,
    exp: Option<i64>,
    iat: Option<i64>,
    nbf: Option<i64>,
    iss: Option<&'a str>,
    sub: Option<&'a str>,
    common_name: Option<&'a str>,
    email: Option<Text<'a>>,
    identity_nonce: Option<&'a str>,
    country: Option<Text<'a>>,
    rev: Option<u64>,
    pol: Option<&'a str>,
}

impl<'a> Members<'a> for Claims<'a> {
    fn member<A: MapAccess<'a>>(&mut self, name: &'a str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "type" => self.token_type = Some(map.next_value()?),
            "aud" => self.aud = Some(map.next_value()?),
            "exp" => self.exp = Some(map.next_value()?),
            "iat" => self.iat = Some(map.next_value()?),
            "nbf" => self.nbf = Some(map.next_value()?),
            "iss" => self.iss = Some(map.next_value()?),
            "sub" => self.sub = Some(map.next_value()?),
            "common_name" => self.common_name = Some(map.next_value()?),
            "email" => self.email = Some(map.next_value()?),
            "identity_nonce" => self.identity_nonce = Some(map.next_value()?),
            "country" => self.country = Some(map.next_value()?),
            "rev" => self.rev = Some(map.next_value()?),
            "pol" => self.pol = Some(map.next_value()?),
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'a> Claims<'a> {
    pub(super) fn parse(payload: &'a [u8]) -> Result<Self, VerifyError> {
        let mut claims = Self::default();
        match read_object(payload, &mut claims) {
            Ok(()) => Ok(claims),
            Err(ObjectError::Malformed) => Err(VerifyError::MalformedClaims),
            Err(ObjectError::Duplicate) => Err(VerifyError::DuplicateClaim),
        }
    }

    /// Refuses what is not an application token of `issuer` that is valid already.
    pub(super) fn valid_for(&self, issuer: &str, now: Timestamp) -> Result<(), VerifyError> {
        if present(self.token_type, "type")? != TOKEN_TYPE {
            return Err(VerifyError::TokenType);
        }
        if present(self.iss, "iss")? != issuer {
            return Err(VerifyError::Issuer);
        }
        if Timestamp::from_unix(present(self.nbf, "nbf")?) > now {
            return Err(VerifyError::NotYetValid);
        }
        Ok(())
    }

    pub(super) fn audience(&self) -> Result<Audience, VerifyError> {
        match present(self.aud.as_ref(), "aud")? {
            Audiences::One(text) => parsed(text, "aud"),
            Audiences::NoneOrSeveral => Err(VerifyError::Audience),
        }
    }

    pub(super) fn subject(&self) -> Result<Subject, VerifyError> {
        let sub = present(self.sub, "sub")?;
        let Some(client) = self.common_name else { return self.person(sub) };
        if self.email.is_some() || self.identity_nonce.is_some() || self.country.is_some() {
            return Err(VerifyError::AmbiguousSubject);
        }
        if !sub.is_empty() {
            return Err(VerifyError::InvalidClaim("sub"));
        }
        Ok(Subject::ServiceToken(parsed(client, "common_name")?))
    }

    fn person(&self, sub: &str) -> Result<Subject, VerifyError> {
        let Text(email) = present(self.email.as_ref(), "email")?;
        let nonce: SessionNonce = parsed(present(self.identity_nonce, "identity_nonce")?, "identity_nonce")?;
        if email.is_empty() {
            return Err(VerifyError::InvalidClaim("email"));
        }
        Ok(Subject::Person { user: parsed(sub, "sub")?, email: email.as_ref().into(), nonce })
    }

    pub(super) fn issued_at(&self) -> Result<Timestamp, VerifyError> {
        present(self.iat, "iat").map(Timestamp::from_unix)
    }

    pub(super) fn expires_at(&self) -> Result<Timestamp, VerifyError> {
        present(self.exp, "exp").map(Timestamp::from_unix)
    }

    pub(super) fn revision(&self) -> Result<Revision, VerifyError> {
        present(self.rev, "rev").map(Revision::new)
    }

    pub(super) fn policy(&self) -> Result<PolicyId, VerifyError> {
        parsed(present(self.pol, "pol")?, "pol")
    }
}

fn present<T>(claim: Option<T>, name: &'static str) -> Result<T, VerifyError> {
    claim.ok_or(VerifyError::MissingClaim(name))
}

fn parsed<T: FromStr>(text: &str, name: &'static str) -> Result<T, VerifyError> {
    text.parse().map_err(|_| VerifyError::InvalidClaim(name))
}

/// The claim `aud`: a list, in which a token of ours has one element.
enum Audiences<'a> {
    One(&'a str),
    NoneOrSeveral,
}

impl<'de: 'a, 'a> serde::Deserialize<'de> for Audiences<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_seq(AudiencesVisitor)
    }
}

struct AudiencesVisitor;

impl<'de> Visitor<'de> for AudiencesVisitor {
    type Value = Audiences<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of audience tags")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Audiences<'de>, A::Error> {
        let Some(first) = list.next_element()? else { return Ok(Audiences::NoneOrSeveral) };
        let mut audiences = Audiences::One(first);
        while list.next_element::<&str>()?.is_some() {
            audiences = Audiences::NoneOrSeveral;
        }
        Ok(audiences)
    }
}
