//! How values that have a text are stored.

/// As their text.
pub(super) mod display {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(in crate::records) fn serialize<T: Display, S: Serializer>(
        value: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(in crate::records) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// A value stored as its text.
#[derive(Clone, Debug)]
pub(super) struct Text<T>(pub(super) T);

impl<T: std::fmt::Display> serde::Serialize for Text<T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        display::serialize(&self.0, to)
    }
}

impl<'de, T: std::str::FromStr<Err: std::fmt::Display>> serde::Deserialize<'de> for Text<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        display::deserialize(from).map(Self)
    }
}

pub(super) fn texts<T: Clone>(values: &[T]) -> Vec<Text<T>> {
    values.iter().cloned().map(Text).collect()
}

pub(super) fn values<T>(texts: Vec<Text<T>>) -> Vec<T> {
    texts.into_iter().map(|text| text.0).collect()
}

/// Points in time as Unix seconds.
pub(super) mod unix {
    use portcullis_model::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives the field by reference")]
    pub(in crate::records) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        time.unix().serialize(to)
    }

    pub(in crate::records) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_unix)
    }
}

/// Bytes as hexadecimal digits.
pub(super) mod hex {
    use data_encoding::HEXLOWER;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(in crate::records) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub(in crate::records) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        HEXLOWER.decode(String::deserialize(from)?.as_bytes()).map_err(D::Error::custom)
    }
}

/// Digests of secrets as hexadecimal digits.
pub(super) mod digest {
    use portcullis_model::SecretDigest;
    use serde::de::Error as _;
    use serde::{Deserializer, Serializer};

    pub(in crate::records) fn serialize<S: Serializer>(
        digest: &SecretDigest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        super::hex::serialize(digest.as_bytes(), to)
    }

    pub(in crate::records) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<SecretDigest, D::Error> {
        let bytes = super::hex::deserialize(from)?;
        let bytes = bytes.try_into().map_err(|_| D::Error::custom("a digest has 32 bytes"))?;
        Ok(SecretDigest::from_bytes(bytes))
    }
}
