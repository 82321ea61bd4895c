//! An admitted request goes to its origin, and the answer comes back (I2).

use std::net::IpAddr;
use std::sync::Arc;

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use portcullis_gate::{Challenge, Pass, Reason, Refusal};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::ProxyState;
use super::bodies::{RequestBody, ResponseBody};
use super::headers;
use super::origins::Origin;
use super::pool::{ConnectError, OriginConnection};
use super::tunnel;
use crate::body::Body;
use crate::inbound::Inbound;
use crate::line::{ClientHold, Exchange, Line, OriginHold};
use crate::render::{Asked, Page, authorization_cookie, refuse};

/// The connection on which a request came.
pub(super) struct Client {
    pub(super) line: Arc<Line>,
    pub(super) peer: IpAddr,
    /// Its place among the connections that may be open at once.
    pub(super) _place: OwnedSemaphorePermit,
}

/// Why there is no answer of the origin's.
#[derive(Debug, thiserror::Error)]
enum ForwardError {
    #[error("no origin serves this host")]
    NoOrigin,
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the origin broke off before its answer")]
    BrokenOff(#[source] hyper::Error),
    #[error("the origin did not answer in time")]
    TimedOut,
    #[error("the origin changed protocols unasked")]
    UnaskedUpgrade,
}

/// What became of a request: refused after all, or without an answer.
enum Failure {
    Refused(Refusal),
    Failed(ForwardError),
}

impl<E: Into<ForwardError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// An exchange that is on the books.
struct Admitted {
    pass: Pass,
    connection: OriginConnection,
    holds: (ClientHold, OriginHold),
}

/// A request that is ready for the wire.
struct Outgoing {
    request: Request<RequestBody>,
    /// Ready when the body has ended.
    sent: Option<oneshot::Receiver<()>>,
}

/// Forwards what `pass` permits.
pub(super) async fn forward(
    state: &Arc<ProxyState>,
    client: &Arc<Client>,
    inbound: &Inbound,
    request: Request<Incoming>,
    pass: Pass,
) -> Response<Body> {
    let cookie = pass
        .cookie_to_set()
        .and_then(|token| authorization_cookie(pass.application(), &inbound.target, inbound.scheme, token));
    match exchange(state, client, inbound, request, pass).await {
        Ok(mut response) => {
            if let Some(cookie) = cookie {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Err(Failure::Refused(refusal)) => {
            refuse(&state.enforcer, &Asked { inbound, headers: &HeaderMap::new() }, &refusal).await
        }
        Err(Failure::Failed(error)) => explain(state, inbound, &error),
    }
}

async fn exchange(
    state: &Arc<ProxyState>,
    client: &Arc<Client>,
    inbound: &Inbound,
    mut request: Request<Incoming>,
    pass: Pass,
) -> Result<Response<Body>, Failure> {
    let origin = state.origins.load().find(inbound.target.host()).cloned().ok_or(ForwardError::NoOrigin)?;
    let (connection, is_reused) = match OriginConnection::reused(state, &origin).await {
        Some(connection) => (connection, true),
        None => (OriginConnection::fresh(state, &origin).await?, false),
    };
    let mut admitted = admit(state, client, &origin, connection, pass)?;
    let upgrade = headers::wanted_upgrade(request.headers())
        .filter(|_| request.version() == Version::HTTP_11)
        .map(|_| hyper::upgrade::on(&mut request));
    let outgoing = prepare(state, client, inbound, request, &admitted);
    let response = match send(state, &mut admitted.connection, outgoing).await {
        Ok(response) => response,
        // INVARIANT(no replay): hyper hands a request back only if not a byte of it was written.
        Err(NoAnswer::NotSent(request)) if is_reused => {
            let Admitted { pass, holds: (client_hold, origin_hold), .. } = admitted;
            client_hold.release();
            drop(origin_hold);
            let connection = OriginConnection::fresh(state, &origin).await?;
            admitted = admit(state, client, &origin, connection, pass)?;
            let outgoing = move_to(*request, &admitted);
            send(state, &mut admitted.connection, outgoing).await.map_err(ForwardError::from)?
        }
        Err(error) => return Err(ForwardError::from(error).into()),
    };
    let upgrade = upgrade.map(|upgrade| (upgrade, client.clone()));
    answer(state, &origin, response, admitted, upgrade)
}

/// Puts the exchange on the books and takes both connections for it, before its first byte is sent.
fn admit(
    state: &ProxyState,
    client: &Client,
    origin: &Arc<Origin>,
    connection: OriginConnection,
    pass: Pass,
) -> Result<Admitted, Failure> {
    let exchange = Exchange::new(client.line.clone(), connection.line.clone());
    // INVARIANT(I13): on the books first; whatever is revoked from here on cuts both connections.
    let admission = match state.enforcer.gate.admit(pass, exchange.clone()) {
        Ok(admission) => admission,
        Err(refusal) => {
            origin.keep(connection, &state.limits);
            return Err(Failure::Refused(refusal));
        }
    };
    let (pass, guard) = admission.into_parts();
    if let Ok(holds) = exchange.start(guard) {
        return Ok(Admitted { pass, connection, holds });
    }
    let audience = pass.application().settings().audience;
    let app = state.enforcer.gate.view().application_by_audience(audience).cloned();
    let (reason, challenge) = (Reason::Revoked, Challenge::Forbidden);
    Err(Failure::Refused(Refusal { reason, challenge, app }))
}

fn prepare(
    state: &ProxyState,
    client: &Client,
    inbound: &Inbound,
    request: Request<Incoming>,
    admitted: &Admitted,
) -> Outgoing {
    let (mut parts, incoming) = request.into_parts();
    let trusted = state.enforcer.options.trusted_proxies.contains(client.peer);
    headers::prepare_request(&mut parts.headers, inbound, &admitted.pass, client.peer, trusted);
    // INVARIANT(I10): path and query as they were received, which is what was judged.
    parts.uri = Uri::from(inbound.path_and_query.clone());
    parts.version = Version::HTTP_11;
    parts.extensions.clear();
    let (body, sent) = RequestBody::new(incoming, admitted.connection.line.clone(), &state.limits);
    Outgoing { request: Request::from_parts(parts, body), sent }
}

fn move_to(request: Request<RequestBody>, admitted: &Admitted) -> Outgoing {
    let (parts, body) = request.into_parts();
    let (body, sent) = body.moved_to(admitted.connection.line.clone());
    Outgoing { request: Request::from_parts(parts, body), sent }
}

/// Why an origin gave no answer.
enum NoAnswer {
    /// The connection had been closed; nothing was written.
    NotSent(Box<Request<RequestBody>>),
    /// Something may have been written.
    Failed(ForwardError),
}

impl From<NoAnswer> for ForwardError {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::NotSent(_) => {
                let kind = std::io::ErrorKind::ConnectionReset;
                ConnectError::Refused(kind.into()).into()
            }
            NoAnswer::Failed(error) => error,
        }
    }
}

async fn send(
    state: &ProxyState,
    connection: &mut OriginConnection,
    outgoing: Outgoing,
) -> Result<Response<Incoming>, NoAnswer> {
    let Outgoing { request, sent } = outgoing;
    let overdue = async {
        if let Some(sent) = sent {
            // Dropped is what it does when the body has ended.
            let _ = sent.await;
        }
        tokio::time::sleep(state.limits.response_head).await;
    };
    tokio::select! {
        biased;
        answer = connection.sender.try_send_request(request) => answer.map_err(|mut error| {
            match error.take_message() {
                Some(request) => NoAnswer::NotSent(Box::new(request)),
                None => NoAnswer::Failed(ForwardError::BrokenOff(error.into_error())),
            }
        }),
        () = overdue => Err(NoAnswer::Failed(ForwardError::TimedOut)),
    }
}

fn answer(
    state: &Arc<ProxyState>,
    origin: &Arc<Origin>,
    mut response: Response<Incoming>,
    admitted: Admitted,
    upgrade: Option<(OnUpgrade, Arc<Client>)>,
) -> Result<Response<Body>, Failure> {
    let Admitted { connection, holds: (client_hold, origin_hold), .. } = admitted;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let Some((client_upgrade, client)) = upgrade else { return Err(ForwardError::UnaskedUpgrade.into()) };
        let origin_upgrade = hyper::upgrade::on(&mut response);
        let holds = (client_hold, origin_hold);
        let tunnel = tunnel::run(client_upgrade, origin_upgrade, holds, state.stop.clone());
        state.tasks.spawn(async move {
            tunnel.await;
            drop(client);
        });
        return Ok(switching(response));
    }
    let (mut parts, incoming) = response.into_parts();
    headers::prepare_response(&mut parts.headers);
    parts.version = Version::HTTP_11;
    let exchange = (client_hold, origin_hold, connection);
    let body = ResponseBody::new(incoming, exchange, origin.clone(), state.limits);
    Ok(Response::from_parts(parts, Body::Origin(Box::new(body))))
}

fn switching(response: Response<Incoming>) -> Response<Body> {
    let (mut parts, _) = response.into_parts();
    let protocol = parts.headers.get(http::header::UPGRADE).cloned();
    headers::prepare_response(&mut parts.headers);
    parts.extensions.clear();
    if let Some(protocol) = protocol {
        headers::put_upgrade(&mut parts.headers, protocol);
    }
    Response::from_parts(parts, Body::Empty)
}

fn explain(state: &ProxyState, inbound: &Inbound, error: &ForwardError) -> Response<Body> {
    let ray = state.enforcer.rays.next();
    let host = inbound.target.host();
    tracing::warn!(host, %ray, error = error as &dyn std::error::Error, "no answer of an origin");
    let (status, message) = match error {
        ForwardError::NoOrigin => (StatusCode::BAD_GATEWAY, "No origin is configured for this host."),
        ForwardError::TimedOut | ForwardError::Connect(ConnectError::TimedOut) => {
            (StatusCode::GATEWAY_TIMEOUT, "The application did not answer in time.")
        }
        ForwardError::Connect(_) | ForwardError::BrokenOff(_) | ForwardError::UnaskedUpgrade => {
            (StatusCode::BAD_GATEWAY, "The application cannot be reached.")
        }
    };
    let mut response = Page { status, message, host: Some(host), ray }.render();
    // Part of a request may be unread.
    response.headers_mut().insert(http::header::CONNECTION, HeaderValue::from_static("close"));
    response
}
