//! The id of a request: the `cf-ray` of its answer, of its log line and of its audit record.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The place that Cloudflare appends to the id; clients only ever show it to people.
const LOCATION: &str = "PTC";

/// The id of one request: 16 hexadecimal digits and a place, as in `9a0c41d2e8f53b76-PTC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RequestId(u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{LOCATION}", self.0)
    }
}

/// Gives each request an id that no other request of this process is likely to have.
///
/// Ids are not secrets. A keyed hash of a counter keeps them from telling how busy the server is.
#[derive(Clone, Default)]
pub(crate) struct RequestIds(Arc<Source>);

#[derive(Default)]
struct Source {
    key: RandomState,
    count: AtomicU64,
}

impl RequestIds {
    pub(crate) fn next(&self) -> RequestId {
        let count = self.0.count.fetch_add(1, Ordering::Relaxed);
        RequestId(self.0.key.hash_one(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_looks_like_a_ray() {
        assert_eq!(RequestId(0xabc).to_string(), "0000000000000abc-PTC");
    }

    #[test]
    fn two_requests_have_two_ids() {
        let ids = RequestIds::default();
        assert_ne!(ids.next(), ids.next());
        assert_ne!(ids.clone().next(), ids.next());
    }
}
