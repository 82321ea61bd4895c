//! JSON, read strictly: no key twice, and a fault is told with its place.

use std::collections::HashSet;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde_path_to_error::{Path, Segment};

/// Why some bytes are not the JSON that was wanted.
#[derive(Debug)]
pub(crate) enum Fault {
    /// They are not JSON, or a key stands twice in an object.
    Malformed(String),
    /// They are JSON of another shape.
    Mistyped {
        /// Where: a JSON pointer (RFC 6901).
        pointer: String,
        /// What, for people, with line and column.
        detail: String,
    },
}

/// Reads a `T` from JSON text.
///
/// # Security
///
/// Which of two equal keys counts is a matter of taste among parsers, so that a request could mean one
/// thing to whoever checked it on the way and another here. It is refused.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice::<UniqueKeys>(bytes).map_err(|error| Fault::Malformed(error.to_string()))?;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let (place, path) = (pointer(error.path()), error.path().to_string());
        let detail = error.into_inner().to_string();
        let detail = if place.is_empty() { detail } else { format!("{path}: {detail}") };
        Fault::Mistyped { pointer: place, detail }
    })
}

/// A path as a JSON pointer (RFC 6901): `policies[0].name` is `/policies/0/name`.
fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", escape(key)),
        // The path ends where serde read a value before it knew its type.
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

/// A key as a segment of a JSON pointer (RFC 6901, section 3).
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Any JSON value in which no object has a key twice.
struct UniqueKeys;

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> DeserializeSeed<'de> for UniqueKeys {
    type Value = Self;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueKeys {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` stands twice in one object")));
            }
            seen.insert(key);
            map.next_value_seed(Self)?;
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "so that `expect!` can stand in the call")]
    fn check(text: &str, expected: Expect) {
        let parsed = parse::<BTreeMap<String, Vec<u32>>>(text.as_bytes());
        expected.assert_eq(&match parsed {
            Ok(value) => format!("{value:?}"),
            Err(Fault::Malformed(detail)) => format!("malformed: {detail}"),
            Err(Fault::Mistyped { pointer, detail }) => format!("mistyped at `{pointer}`: {detail}"),
        });
    }

    #[test]
    fn a_fault_has_a_place() {
        check(r#"{"a": [1]}"#, expect![[r#"{"a": [1]}"#]]);
        check("", expect!["malformed: EOF while parsing a value at line 1 column 0"]);
        check(r#"{"a": [1}"#, expect!["malformed: expected `,` or `]` at line 1 column 9"]);
        check("{\"a\": [1]}\n{}", expect!["malformed: trailing characters at line 2 column 1"]);
        check(
            "{\"a\":\n [1, \"x\"]}",
            expect![[
                r#"mistyped at `/a/1`: a[1]: invalid type: string "x", expected u32 at line 2 column 8"#
            ]],
        );
        check("[]", expect!["mistyped at ``: invalid type: sequence, expected a map at line 1 column 0"]);
    }

    #[test]
    fn a_key_twice_is_refused_at_any_depth() {
        check(
            r#"{"a": [1], "a": [2]}"#,
            expect!["malformed: the key `a` stands twice in one object at line 1 column 14"],
        );
        check(
            r#"{"a": [{"b": {"c": 1, "\u0063": 2}}]}"#,
            expect!["malformed: the key `c` stands twice in one object at line 1 column 30"],
        );
        check(r#"{"a": [1], "b": [1]}"#, expect![[r#"{"a": [1], "b": [1]}"#]]);
    }

    #[test]
    fn depth_is_limited() {
        check(&"[".repeat(100_000), expect!["malformed: recursion limit exceeded at line 1 column 128"]);
    }
}
