//! What an answer says about how far a change is obeyed.

use axum::response::{IntoResponse, Response};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use portcullis_control::{Committed, Revocation};
use serde::Serialize;

use crate::answer::Answer;
use crate::extract::Prefer;

/// The revision of the commit.
const REVISION: HeaderName = HeaderName::from_static("portcullis-revision");
/// Gates that confirmed it, of those on the books: `12/12`.
const GATES: HeaderName = HeaderName::from_static("portcullis-gates");
/// Only where it is not yet obeyed everywhere: after how many seconds it is, whatever happens.
const ENFORCED_WITHIN: HeaderName = HeaderName::from_static("portcullis-enforced-within");
/// RFC 7240, section 3.
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The headers of an answer to something that kills tokens.
pub(crate) fn headers(revocation: &Revocation, prefer: Prefer) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(REVISION, HeaderValue::from(revocation.revision.get()));
    insert(&mut headers, GATES, &format!("{}/{}", revocation.gates_confirmed, revocation.gates_total));
    if !revocation.enforced {
        // Rounded up: a caller that waits this long must not be early.
        let millis = u64::try_from(revocation.within.as_millis()).unwrap_or(u64::MAX);
        headers.insert(ENFORCED_WITHIN, HeaderValue::from(millis.div_ceil(1000).max(1)));
    }
    if let Some(applied) = prefer.applied(revocation.enforced) {
        insert(&mut headers, PREFERENCE_APPLIED, &applied);
    }
    headers
}

/// The header of an answer to a change that kills nothing.
pub(crate) fn revision<T>(committed: &Committed<T>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(REVISION, HeaderValue::from(committed.revision.get()));
    headers
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The `{}` that a revocation answers.
#[derive(Serialize)]
struct Nothing {}

/// The answer to a revocation: 200 is done everywhere, 202 is durable and done everywhere in a stated time.
pub(crate) struct RevokeAnswer(Answer<Nothing>);

impl RevokeAnswer {
    pub(crate) fn new(revocation: &Revocation, prefer: Prefer) -> Self {
        // INVARIANT(I11): 200 only for what no gate can admit any more.
        let answer = if revocation.enforced { Answer::ok(Nothing {}) } else { Answer::accepted(Nothing {}) };
        Self(answer.with_headers(headers(revocation, prefer)))
    }
}

impl IntoResponse for RevokeAnswer {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
