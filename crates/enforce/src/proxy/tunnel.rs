//! Connections that changed to another protocol: bytes both ways until both ends have closed.

use futures_util::future::try_join;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio_util::sync::CancellationToken;

use crate::line::{ClientHold, OriginHold};
use crate::ports::BoxError;

/// Carries bytes between the two connections, which stay on the books until this ends.
pub(super) async fn run(
    client: OnUpgrade,
    origin: OnUpgrade,
    (client_hold, origin_hold): (ClientHold, OriginHold),
    stop: CancellationToken,
) {
    let ended = tokio::select! {
        ended = carry(client, origin) => ended,
        () = stop.cancelled() => Ok(()),
    };
    match ended {
        Ok(()) => origin_hold.close(),
        Err(error) => {
            tracing::debug!(error = &*error as &dyn std::error::Error, "an upgraded connection broke off");
            drop(origin_hold);
        }
    }
    client_hold.release();
}

async fn carry(client: OnUpgrade, origin: OnUpgrade) -> Result<(), BoxError> {
    let (client, origin) = try_join(client, origin).await?;
    copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(origin)).await?;
    Ok(())
}
