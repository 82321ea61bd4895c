//! Reading a JSON object in place, once per member, with no member twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

/// What takes the members of an object, one at a time, in their order.
pub(crate) trait Members<'a> {
    /// Takes the value of the member `name` from `map`; it must take exactly one.
    fn member<A: MapAccess<'a>>(&mut self, name: &'a str, map: &mut A) -> Result<(), A::Error>;
}

/// Why bytes are not an object whose members were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectError {
    /// No object, a value of the wrong type, or more members than any token has.
    Malformed,
    /// A member occurs twice.
    Duplicate,
}

/// Gives each member of the object in `bytes` to `members`.
///
/// # Security
///
/// Readers differ in which of two equal members they believe, so an object with two is refused whole, those
/// that nobody here reads included. A name written with escapes is refused too: no name that we write needs one.
pub(crate) fn read_object<'a, M: Members<'a>>(bytes: &'a [u8], members: &mut M) -> Result<(), ObjectError> {
    // serde_json does not look into strings that nobody reads.
    let text = std::str::from_utf8(bytes).map_err(|_| ObjectError::Malformed)?;
    let mut duplicate = false;
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = ObjectSeed { members, duplicate: &mut duplicate };
    let read = seed.deserialize(&mut reader).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok(()),
        Err(_) if duplicate => Err(ObjectError::Duplicate),
        Err(_) => Err(ObjectError::Malformed),
    }
}

struct ObjectSeed<'m, M> {
    members: &'m mut M,
    duplicate: &'m mut bool,
}

impl<'a, M: Members<'a>> DeserializeSeed<'a> for ObjectSeed<'_, M> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'a, M: Members<'a>> Visitor<'a> for ObjectSeed<'_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = Names::default();
        while let Some(name) = map.next_key::<&'a str>()? {
            match seen.insert(name) {
                Inserted::New => self.members.member(name, &mut map)?,
                Inserted::Again => {
                    *self.duplicate = true;
                    return Err(A::Error::custom("a member occurs twice"));
                }
                Inserted::Full => return Err(A::Error::custom("too many members")),
            }
        }
        Ok(())
    }
}

/// The names seen so far: few enough that comparing with each is quicker than hashing.
#[derive(Default)]
struct Names<'a> {
    names: [&'a str; Names::MAX],
    count: usize,
}

enum Inserted {
    New,
    Again,
    Full,
}

impl<'a> Names<'a> {
    /// A token of ours has twelve; the rest is room for those of a later version.
    const MAX: usize = 24;

    fn insert(&mut self, name: &'a str) -> Inserted {
        if self.names.iter().take(self.count).any(|seen| *seen == name) {
            return Inserted::Again;
        }
        let Some(free) = self.names.get_mut(self.count) else { return Inserted::Full };
        *free = name;
        self.count += 1;
        Inserted::New
    }
}

/// A string, borrowed from the object unless it is written with escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    #[derive(Default)]
    struct Collected(Vec<String>);

    impl<'a> Members<'a> for Collected {
        fn member<A: MapAccess<'a>>(&mut self, name: &'a str, map: &mut A) -> Result<(), A::Error> {
            self.0.push(name.to_owned());
            map.next_value::<IgnoredAny>().map(|_| ())
        }
    }

    fn names_of(json: &str) -> Result<Vec<String>, ObjectError> {
        let mut collected = Collected::default();
        read_object(json.as_bytes(), &mut collected).map(|()| collected.0)
    }

    #[test]
    fn members_are_given_once_each_in_order() {
        assert_eq!(names_of(r#"{"b":1,"a":{"b":[]}}"#).unwrap(), ["b", "a"]);
        assert_eq!(names_of("{}").unwrap(), [""; 0]);
    }

    #[test]
    fn a_member_that_occurs_twice_is_refused_whatever_it_says() {
        assert_eq!(names_of(r#"{"a":1,"b":2,"a":1}"#), Err(ObjectError::Duplicate));
    }

    #[test]
    fn a_name_cannot_hide_behind_an_escape() {
        assert_eq!(names_of(r#"{"a":1,"\u0061":1}"#), Err(ObjectError::Malformed));
    }

    #[test]
    fn what_is_not_exactly_one_object_is_refused() {
        for json in ["", "[]", "null", "{", "{}{}", "{} x", r#"{"a":1,}"#, "{\"a\":\"\u{1}\"}"] {
            assert_eq!(names_of(json), Err(ObjectError::Malformed), "{json}");
        }
        for bytes in [&b"{\"a\xff\":1}"[..], b"{\"a\":\"\xff\"}"] {
            assert_eq!(read_object(bytes, &mut Collected::default()), Err(ObjectError::Malformed));
        }
    }

    #[test]
    fn twenty_four_members_are_read_and_twenty_five_are_not() {
        let object = |count: usize| {
            let members: Vec<_> = (0..count).map(|number| format!("\"{number}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert_eq!(names_of(&object(24)).unwrap().len(), 24);
        assert_eq!(names_of(&object(25)), Err(ObjectError::Malformed));
    }
}
