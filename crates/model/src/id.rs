//! Identifiers: a type for each meaning, each parsed once at the edge.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;

/// Text that is not an identifier of the kind that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
pub struct IdError {
    expected: &'static str,
}

/// Ids that Cloudflare writes as 32 lower-case hexadecimal digits.
macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// The id with these bytes; random ones make a new id.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                const ERROR: IdError = IdError { expected: $expected };
                let mut bytes = [0; $bytes];
                if text.len() != $bytes * 2 {
                    return Err(ERROR);
                }
                // Upper case would give one thing two names.
                HEXLOWER.decode_mut(text.as_bytes(), &mut bytes).map_err(|_| ERROR)?;
                Ok(Self(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

/// Ids that Cloudflare writes as a UUID (RFC 9562, version 4).
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// A new id from sixteen random bytes; six of their bits become the UUID's version and variant.
            pub const fn from_random(mut bytes: [u8; 16]) -> Self {
                bytes[6] = (bytes[6] & 0x0f) | 0x40;
                bytes[8] = (bytes[8] & 0x3f) | 0x80;
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_uuid(text).map(Self).ok_or(IdError { expected: $expected })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let mut groups = text.split('-');
    let mut hex = String::with_capacity(32);
    for length in [8, 4, 4, 4, 12] {
        let group = groups.next().filter(|group| group.len() == length)?;
        hex.push_str(group);
    }
    if groups.next().is_some() {
        return None;
    }
    let mut bytes = [0; 16];
    HEXLOWER.decode_mut(hex.as_bytes(), &mut bytes).ok()?;
    Some(bytes)
}

fn write_uuid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

hex_id!(
    /// An account: who owns applications, service tokens and zones.
    AccountId, 16, "an account id of 32 lower-case hexadecimal digits"
);
hex_id!(
    /// A zone: a domain within an account, which can own applications too.
    ZoneId, 16, "a zone id of 32 lower-case hexadecimal digits"
);
hex_id!(
    /// The id of an API token; not its secret.
    ApiTokenId, 16, "an API token id of 32 lower-case hexadecimal digits"
);
hex_id!(
    /// A person who calls the API (a Cloudflare "user tag"), or who logs in to applications.
    UserId, 16, "a user id of 32 lower-case hexadecimal digits"
);
hex_id!(
    /// One history of the store; a restored or migrated store starts another.
    Incarnation, 16, "an incarnation of 32 lower-case hexadecimal digits"
);
hex_id!(
    /// An application's `aud` tag. It never changes while the application exists.
    Audience, 32, "an audience tag of 64 lower-case hexadecimal digits"
);
hex_id!(
    /// The id of a signing key, as in a token's header.
    Kid, 32, "a key id of 64 lower-case hexadecimal digits"
);
uuid_id!(
    /// An application, within its owner: see [`AppKey`].
    AppId, "an application id in the form of a UUID"
);
uuid_id!(
    /// A policy.
    PolicyId, "a policy id in the form of a UUID"
);
uuid_id!(
    /// The id of a service token; not its client id.
    ServiceTokenId, "a service token id in the form of a UUID"
);

/// Who owns an application: an account, or a zone within one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnerId {
    /// `/accounts/{account_id}/…`
    Account(AccountId),
    /// `/zones/{zone_id}/…`
    Zone(ZoneId),
}

impl fmt::Display for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "accounts/{id}"),
            Self::Zone(id) => write!(f, "zones/{id}"),
        }
    }
}

/// An application together with its owner: the only key by which it can be looked up (I7).
///
/// There is no lookup by bare [`AppId`], so one tenant cannot name another tenant's application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppKey {
    /// The account or zone under which it was created.
    pub owner: OwnerId,
    /// The application.
    pub app: AppId,
}

impl fmt::Display for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.app)
    }
}

/// A service token's public half, `<32 hex>.access`: the `common_name` of what is issued to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId([u8; 16]);

impl ClientId {
    const SUFFIX: &'static str = ".access";

    /// The client id with these bytes; random ones make a new one.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl FromStr for ClientId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        const ERROR: IdError = IdError { expected: "a client id of the form `<32 hex>.access`" };
        let hex = text.strip_suffix(Self::SUFFIX).filter(|hex| hex.len() == 32).ok_or(ERROR)?;
        let mut bytes = [0; 16];
        HEXLOWER.decode_mut(hex.as_bytes(), &mut bytes).map_err(|_| ERROR)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", HEXLOWER.encode(&self.0), Self::SUFFIX)
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientId({self})")
    }
}

/// The 16-character key of a login: the claim `identity_nonce`, and the session's name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionNonce([u8; 16]);

impl SessionNonce {
    /// The nonce as text.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters and digits pass the constructor.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for SessionNonce {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        const ERROR: IdError = IdError { expected: "a session nonce of 16 letters and digits" };
        let bytes: [u8; 16] = text.as_bytes().try_into().map_err(|_| ERROR)?;
        if bytes.iter().all(u8::is_ascii_alphanumeric) { Ok(Self(bytes)) } else { Err(ERROR) }
    }
}

impl fmt::Display for SessionNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_was_read() {
        let text = "023e105f4ecef8ad9ca31a8372d0c353";
        assert_eq!(text.parse::<AccountId>().unwrap().to_string(), text);
        let text = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415";
        assert_eq!(text.parse::<AppId>().unwrap().to_string(), text);
        let text = "88bf3b6d86161464f6509f7219099e57.access";
        assert_eq!(text.parse::<ClientId>().unwrap().to_string(), text);
    }

    #[test]
    fn upper_case_and_wrong_lengths_are_no_ids() {
        for text in ["", "023E105F4ECEF8AD9CA31A8372D0C353", "023e105f4ecef8ad9ca31a8372d0c35", "é"] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
        for text in [
            "",
            "f174e90afafe4643bbbc4a0ed4fc8415",
            "F174E90A-fafe-4643-bbbc-4a0ed4fc8415",
            "f174e90a-fafe-4643-bbbc-4a0ed4fc8415-",
            "f174e90-afafe-4643-bbbc-4a0ed4fc8415",
        ] {
            assert!(text.parse::<AppId>().is_err(), "{text}");
        }
    }

    #[test]
    fn random_bytes_become_a_version_4_uuid() {
        assert_eq!(AppId::from_random([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
