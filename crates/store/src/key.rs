//! Where records are.

use std::borrow::Borrow;
use std::fmt;

/// The key of one record: bytes, ordered bytewise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// The key with these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for Key {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0.escape_ascii())
    }
}

/// Every key that starts with one prefix.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyRange(Vec<u8>);

impl KeyRange {
    /// The keys that start with `prefix`; the empty prefix means every key.
    pub fn prefix(prefix: impl Into<Vec<u8>>) -> Self {
        Self(prefix.into())
    }

    /// The first key that can lie in the range.
    pub fn start(&self) -> &[u8] {
        &self.0
    }

    /// The first key after the range, or `None` if the range reaches to the end.
    pub fn end(&self) -> Option<Vec<u8>> {
        let last = self.0.iter().rposition(|&byte| byte != u8::MAX)?;
        let (kept, _) = self.0.split_at_checked(last.saturating_add(1))?;
        let mut end = kept.to_vec();
        if let Some(byte) = end.last_mut() {
            *byte = byte.saturating_add(1);
        }
        Some(end)
    }

    /// Whether `key` lies in the range.
    pub fn contains(&self, key: &Key) -> bool {
        key.0.starts_with(&self.0)
    }

    /// The same keys as `ranges`, in order and without overlap, so that a scan meets each key once.
    pub(crate) fn without_overlap(ranges: &[Self]) -> Vec<Self> {
        let mut sorted = ranges.to_vec();
        sorted.sort();
        // Two prefixes either nest or are apart, and an outer one sorts before what it contains.
        sorted.dedup_by(|inner, outer| inner.0.starts_with(&outer.0));
        sorted
    }
}

impl fmt::Debug for KeyRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRange({}*)", self.0.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn end(prefix: &[u8], expected: Option<&[u8]>) {
        assert_eq!(KeyRange::prefix(prefix).end().as_deref(), expected);
    }

    #[test]
    fn the_end_of_a_range_is_the_first_key_that_lacks_the_prefix() {
        end(b"app/", Some(b"app0"));
        end(b"a\xff", Some(b"b"));
        end(b"a\xff\xff", Some(b"b"));
        end(b"\xff", None);
        end(b"", None);
    }

    #[test]
    fn nested_ranges_are_scanned_once() {
        let ranges = [b"b".as_slice(), b"a/x", b"a", b"a/x/y", b"b", b"c"].map(KeyRange::prefix);
        let expected = [b"a".as_slice(), b"b", b"c"].map(KeyRange::prefix);
        assert_eq!(KeyRange::without_overlap(&ranges), expected);
    }
}
