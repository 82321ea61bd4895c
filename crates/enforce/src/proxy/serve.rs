//! Connections of clients.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::ProxyState;
use super::forward::{Client, forward};
use super::request::{self, BadRequest};
use crate::admission::{self, Outcome};
use crate::app_host::{self, Owner};
use crate::body::Body;
use crate::inbound::{ClientIp, Inbound};
use crate::line::{GuardedIo, Line};
use crate::ports::Service;
use crate::render::{Asked, Page, RefusedRequest, preflight, refuse};

/// Serves clients of `listener` until `shutdown`, then lets requests under way end within
/// [`Limits::drain`](super::Limits::drain) and aborts the rest.
///
/// To be called once for each state.
pub async fn serve_proxy(listener: TcpListener, state: Arc<ProxyState>, shutdown: CancellationToken) {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(state.limits.connections));
    let mut sweep = tokio::time::interval(state.limits.origin_idle);
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            (Ok(place), accepted) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let client = (stream, peer, place);
                    connections.spawn(serve_connection(state.clone(), client, shutdown.clone()));
                }
                Err(error) => crate::forward_auth::accept_failed(&error).await,
            },
            Some(_) = connections.join_next() => {}
            _ = sweep.tick() => state.origins.load().sweep(&state.limits),
            () = shutdown.cancelled() => break,
        }
    }
    drop(listener);
    let drained = async {
        while connections.join_next().await.is_some() {}
        state.tasks.close();
        state.origins.store(Arc::default());
        state.tasks.wait().await;
    };
    if tokio::time::timeout(state.limits.drain, drained).await.is_err() {
        tracing::warn!("requests were still under way at the end of the shutdown's time, and are cut off");
    }
    state.stop.cancel();
    connections.shutdown().await;
    state.tasks.close();
    state.tasks.wait().await;
}

async fn serve_connection(
    state: Arc<ProxyState>,
    (stream, peer, place): (TcpStream, SocketAddr, OwnedSemaphorePermit),
    shutdown: CancellationToken,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a client was gone before it was served");
        return;
    }
    let limits = state.limits;
    let line = Line::new(stream, state.enforcer.gate.clone());
    let io = TokioIo::new(GuardedIo::new(line.clone(), limits.write_stall));
    let client = Arc::new(Client { line, peer: peer.ip().to_canonical(), _place: place });
    let service = service_fn(move |request| {
        let (state, client) = (state.clone(), client.clone());
        async move { Ok::<_, Infallible>(handle(&state, &client, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.request_head)
        .max_buf_size(limits.head_bytes())
        .max_headers(limits.headers)
        .serve_connection(io, service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, error = &error as &dyn std::error::Error, "a client's connection ended");
    }
}

async fn handle(state: &Arc<ProxyState>, client: &Arc<Client>, request: Request<Incoming>) -> Response<Body> {
    let inbound = match request::read(&request, client.peer, &state.enforcer.options) {
        Ok(inbound) => inbound,
        Err(error) => return bad_request(state, client, &request, error),
    };
    if inbound.target.host() == state.enforcer.options.team_domain
        && let Some(service) = &state.team_domain
    {
        return serve_elsewhere(service, &inbound, request).await;
    }
    match (Owner::of(inbound.target.path()), &state.login_paths) {
        (Owner::Application, _) => judge(state, client, inbound, request).await,
        (Owner::Login, Some(service)) => serve_elsewhere(service, &inbound, request).await,
        (owner, _) => app_host::serve(&state.enforcer, owner, &inbound, &request).await,
    }
}

async fn judge(
    state: &Arc<ProxyState>,
    client: &Arc<Client>,
    inbound: Inbound,
    request: Request<Incoming>,
) -> Response<Body> {
    let outcome = {
        let access = inbound.access_request(request.method(), request.headers());
        admission::admit(&state.enforcer, &access).await
    };
    match outcome {
        Outcome::Pass(pass) => forward(state, client, &inbound, request, pass).await,
        Outcome::Preflight(app) => {
            let cors = app.settings().cors.as_ref();
            preflight(cors.unwrap_or(&portcullis_model::CorsHeaders::default()), request.headers())
        }
        Outcome::Refuse(refusal) => {
            let asked = Asked { inbound: &inbound, headers: request.headers() };
            refuse(&state.enforcer, &asked, &refusal).await
        }
    }
}

async fn serve_elsewhere(
    service: &Service,
    inbound: &Inbound,
    mut request: Request<Incoming>,
) -> Response<Body> {
    request.extensions_mut().insert(ClientIp(inbound.client_ip));
    service(request).await.map(Body::Service)
}

fn bad_request(
    state: &ProxyState,
    client: &Client,
    request: &Request<Incoming>,
    error: BadRequest,
) -> Response<Body> {
    let ray = state.enforcer.rays.next();
    let host = request.headers().get(http::header::HOST).map_or(&b""[..], |host| host.as_bytes());
    let refused = RefusedRequest {
        host: &String::from_utf8_lossy(host),
        path: request.uri().path(),
        client_ip: client.peer,
    };
    refused.log_as("bad_request", &error.to_string(), None, ray);
    let message = "This request cannot be judged.";
    let mut response = Page { status: StatusCode::BAD_REQUEST, message, host: None, ray }.render();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
