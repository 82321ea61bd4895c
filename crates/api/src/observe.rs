//! What every request gets, whatever it asks for: an id, the common headers, one line in the log.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};

use crate::request_id::RequestId;
use crate::state::ApiState;

/// Cloudflare's name for the request id; its SDKs show it with errors.
const CF_RAY: HeaderName = HeaderName::from_static("cf-ray");

/// The name of the operation that answered, for the log.
#[derive(Clone, Copy)]
pub(crate) struct OperationName(pub(crate) &'static str);

/// Wraps the whole router, its refusals included.
pub(crate) async fn observe(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let id = state.request_ids.next();
    request.extensions_mut().insert(id);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let started = state.clock.boot();
    let mut response = next.run(request).await;
    add_headers(response.headers_mut(), id);
    let operation = response.extensions().get::<OperationName>().map(|name| name.0);
    // The path without the query, and no header: neither can hold a secret.
    tracing::info!(
        request_id = %id,
        %method,
        path,
        operation,
        status = response.status().as_u16(),
        client = peer.map(tracing::field::display),
        micros = u64::try_from(state.clock.boot().since(started).as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

fn add_headers(headers: &mut HeaderMap, id: RequestId) {
    if let Ok(ray) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(CF_RAY, ray);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}
