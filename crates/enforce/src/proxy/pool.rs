//! Connections to origins.

use std::sync::Arc;

use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::ProxyState;
use super::bodies::RequestBody;
use super::origins::Origin;
use crate::line::{GuardedIo, Line};

/// One connection to an origin, with no exchange under way when it is handed out.
pub(crate) struct OriginConnection {
    pub(super) sender: SendRequest<RequestBody>,
    pub(super) line: Arc<Line>,
}

/// Why an origin cannot be reached. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error("the origin did not accept a connection")]
    Refused(#[source] std::io::Error),
    #[error("the origin's connection could not be set up")]
    Handshake(#[source] hyper::Error),
    #[error("the origin did not accept a connection in time")]
    TimedOut,
}

impl OriginConnection {
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// A connection that was used before and is ready again.
    pub(super) async fn reused(state: &ProxyState, origin: &Origin) -> Option<Self> {
        while let Some(mut connection) = origin.take_idle(&state.limits) {
            if let Ok(Ok(())) = timeout(state.limits.connect, connection.sender.ready()).await {
                return Some(connection);
            }
        }
        None
    }

    /// A new connection.
    pub(super) async fn fresh(state: &ProxyState, origin: &Origin) -> Result<Self, ConnectError> {
        let connecting = timeout(state.limits.connect, TcpStream::connect(origin.address()));
        let stream = connecting.await.map_err(|_| ConnectError::TimedOut)?.map_err(ConnectError::Refused)?;
        stream.set_nodelay(true).map_err(ConnectError::Refused)?;
        let line = Line::new(stream, state.enforcer.gate.clone());
        let io = TokioIo::new(GuardedIo::new(line.clone(), state.limits.write_stall));
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(state.limits.head_bytes())
            .max_headers(state.limits.headers)
            .handshake(io)
            .await
            .map_err(ConnectError::Handshake)?;
        let stop = state.stop.clone();
        state.tasks.spawn(async move {
            tokio::select! {
                ended = connection.with_upgrades() => if let Err(error) = ended {
                    tracing::debug!(error = &error as &dyn std::error::Error, "a connection to an origin ended");
                },
                () = stop.cancelled_owned() => {}
            }
        });
        Ok(Self { sender, line })
    }
}
