//! The weak version of what this project is about: an API that answers, and does nothing.
//!
//! With the hidden flag `--sabotage`, the demo calls `revoke_tokens` here. If the demo then still ended
//! well, it would prove nothing; a test sees to it that it does not.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Answers every request with success, until it is dropped.
pub(super) async fn serve(listener: TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let service = service_fn(|_| async {
            let mut response =
                Response::new(Full::new(Bytes::from_static(br#"{"result":{},"success":true}"#)));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok::<_, Infallible>(response)
        });
        _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }
}
