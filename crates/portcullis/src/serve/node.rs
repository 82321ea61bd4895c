//! The parts of a server, put together, and how they start and stop.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full};
use portcullis_api::{Health, Readiness, ServerLimits};
use portcullis_control::{Applier, Control, ControlOptions};
use portcullis_enforce::{
    DecisionLimits, EnforceOptions, Enforcer, Limits, Origins, ProxyOptions, ProxyState, PublicAddress,
    Scheme, Service, TrustedProxies, serve_decisions, serve_proxy,
};
use portcullis_gate::{Gate, GateOptions};
use portcullis_model::{Clock, Incarnation, Revision};
use portcullis_store::{Opening, SqliteStore, Store};
use portcullis_token::random;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::bootstrap::{Addresses, bootstrap};
use super::issuer::LocalIssuer;
use super::replica::GateReplica;
use super::{ServeError, data_dir};
use crate::clock::{SystemClock, unix_micros};
use crate::config::{Config, PublicUrl};

/// Revisions of tokens that wait to be compared with the history. More are dropped: tokens are many, and one is
/// enough to prove that history was lost.
const FIRST_SIGHTS: usize = 1024;

/// A server that is ready to run.
pub(super) struct Node {
    config: Config,
    clock: Arc<dyn Clock>,
    store: Arc<dyn Store>,
    control: Control,
    applier: Applier,
    listeners: Listeners,
}

struct Listeners {
    api: TcpListener,
    gate: TcpListener,
    auth: TcpListener,
    addresses: Addresses,
}

impl Node {
    /// Takes the folder and the ports, and reads the state.
    pub(super) async fn open(config: Config) -> Result<Self, ServeError> {
        let listeners = Listeners::bind(&config).await?;
        let key_encryption_key = data_dir::open(&config.data_dir)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let incarnation = Incarnation::from_bytes(random::bytes().map_err(ServeError::Random)?);
        let opening = Opening::new(incarnation, unix_micros());
        let store = SqliteStore::open(&config.data_dir, opening).map_err(ServeError::Store)?;
        let store: Arc<dyn Store> = Arc::new(store);
        let options = ControlOptions {
            store: store.clone(),
            clock: clock.clone(),
            key_encryption_key,
            lease_max: config.lease_max,
            has_remote_gates: false,
        };
        let (control, applier) = Control::open(options).await.map_err(ServeError::Control)?;
        Ok(Self { config, clock, store, control, applier, listeners })
    }

    /// Serves until a signal, and stops in time. An error is a part that failed.
    pub(super) async fn run(self) -> Result<(), ServeError> {
        let mut signals = Signals::new()?;
        let Self { config, clock, store, control, applier, listeners } = self;
        let mut essential = JoinSet::new();
        essential.spawn(async move { ServeError::Stopped(applier.run().await) });
        let failed = store.failed();
        essential.spawn(async move { ServeError::StoreFailed(failed.await) });
        let gate = start_gate(&control, &clock, &config, &mut essential);
        first_start(&control, &config, listeners.addresses).await?;

        let shutdown = CancellationToken::new();
        let mut serving = serve(&control, &gate, &clock, &config, listeners, &shutdown)?;
        let outcome = tokio::select! {
            () = signals.stop() => Ok(()),
            Some(ended) = essential.join_next() => Err(ended.unwrap_or(ServeError::Ended("a task"))),
            Some(_) = serving.join_next() => Err(ServeError::Ended("a listener")),
        };
        if outcome.is_ok() {
            tracing::info!("stopping: open requests may end");
            shutdown.cancel();
            // The feed goes on meanwhile: what is revoked during the drain is cut.
            while serving.join_next().await.is_some() {}
            tracing::info!("stopped");
        }
        outcome
    }
}

impl Listeners {
    async fn bind(config: &Config) -> Result<Self, ServeError> {
        let (api, api_address) = bind("api_listen", config.api_listen).await?;
        let (gate, gate_address) = bind("gate_listen", config.gate_listen).await?;
        let (auth, auth_address) = bind("auth_listen", config.auth_listen).await?;
        let addresses = Addresses { api: api_address, gate: gate_address, auth: auth_address };
        Ok(Self { api, gate, auth, addresses })
    }
}

async fn bind(setting: &'static str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { setting, address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// The gate of this process: an ordinary child of the feed.
fn start_gate(
    control: &Control,
    clock: &Arc<dyn Clock>,
    config: &Config,
    essential: &mut JoinSet<ServeError>,
) -> Arc<Gate> {
    let (seen, sightings) = mpsc::channel::<Revision>(FIRST_SIGHTS);
    let options = GateOptions {
        token_memory: config.token_memory,
        first_sight: Box::new(move |revision| _ = seen.try_send(revision)),
        ..GateOptions::new(control.hasher().clone(), clock.clone())
    };
    let gate = Arc::new(Gate::new(options));
    let (hub, replica, child_clock) = (control.hub().clone(), GateReplica(gate.clone()), clock.clone());
    essential.spawn(async move {
        portcullis_feed::follow(hub, "local", &replica, &*child_clock).await;
        ServeError::Ended("the gate's feed")
    });
    essential.spawn(watch_history(control.clone(), gate.clone(), sightings));
    gate
}

/// Compares the revisions of tokens with the history. Once one does not belong to it, an old file was copied back:
/// nothing is admitted any more.
async fn watch_history(
    control: Control,
    gate: Arc<Gate>,
    mut sightings: mpsc::Receiver<Revision>,
) -> ServeError {
    while let Some(revision) = sightings.recv().await {
        if control.prove_history(revision).await.is_err() && control.is_history_lost() {
            control.hub().stop_granting();
            gate.lease().close();
        }
    }
    ServeError::Ended("the watch over the history")
}

async fn first_start(control: &Control, config: &Config, addresses: Addresses) -> Result<(), ServeError> {
    bootstrap(control, config, addresses).await?;
    match control.team_domain() {
        Some(kept) if kept != config.team_domain => {
            Err(ServeError::TeamDomain { configured: config.team_domain.clone(), kept })
        }
        _ => Ok(()),
    }
}

fn serve(
    control: &Control,
    gate: &Arc<Gate>,
    clock: &Arc<dyn Clock>,
    config: &Config,
    listeners: Listeners,
    shutdown: &CancellationToken,
) -> Result<JoinSet<()>, ServeError> {
    let public = config.public_at(listeners.addresses.gate.port());
    let enforcer = enforcer(control, gate, clock, config, public);
    let proxy = ProxyOptions {
        origins: origins(config)?,
        team_domain: Some(team_domain(control)),
        login_paths: None,
        limits: Limits { drain: config.shutdown_timeout, ..Limits::default() },
    };
    let proxy = Arc::new(ProxyState::new(enforcer.clone(), proxy));
    let health = Arc::new(NodeHealth { gate: gate.clone(), control: control.clone() });
    let router = portcullis_api::router(control.clone(), health, clock.clone());
    let api_limits = ServerLimits { drain: config.shutdown_timeout, ..ServerLimits::default() };
    let decision_limits = DecisionLimits { drain: config.shutdown_timeout, ..DecisionLimits::default() };
    let Addresses { api, gate, auth } = listeners.addresses;
    tracing::info!(%api, %gate, %auth, team_domain = config.team_domain, "listening");

    let mut serving = JoinSet::new();
    let stop = shutdown.clone();
    serving.spawn(async move {
        portcullis_api::serve(listeners.api, router, api_limits, stop.cancelled()).await;
    });
    serving.spawn(serve_proxy(listeners.gate, proxy, shutdown.clone()));
    serving.spawn(serve_decisions(listeners.auth, enforcer, decision_limits, shutdown.clone()));
    Ok(serving)
}

fn enforcer(
    control: &Control,
    gate: &Arc<Gate>,
    clock: &Arc<dyn Clock>,
    config: &Config,
    public: PublicUrl,
) -> Arc<Enforcer> {
    let scheme = if public.https { Scheme::Https } else { Scheme::Http };
    let public = PublicAddress { scheme, port: public.port };
    let options = EnforceOptions {
        trusted_proxies: TrustedProxies::new(config.trusted_proxies.clone()),
        ..EnforceOptions::new(&config.team_domain, public)
    };
    let issuer = LocalIssuer { control: control.clone(), clock: clock.clone() };
    Arc::new(Enforcer::new(gate.clone(), Arc::new(issuer), options))
}

fn origins(config: &Config) -> Result<Origins, ServeError> {
    let mut origins = Origins::default();
    for rule in &config.ingress {
        let origin = format!("http://{}", rule.origin).parse().map_err(ServeError::Ingress)?;
        origins.insert(&rule.hostname, origin).map_err(ServeError::Ingress)?;
    }
    Ok(origins)
}

fn team_domain(control: &Control) -> Service {
    let control = control.clone();
    Arc::new(move |request| {
        let response = portcullis_login::respond(&control, request.method(), request.uri().path());
        let response =
            response.map(|body: Bytes| Full::new(body).map_err(|never| match never {}).boxed_unsync());
        futures_util::future::ready(response).boxed()
    })
}

struct NodeHealth {
    gate: Arc<Gate>,
    control: Control,
}

impl Health for NodeHealth {
    fn readiness(&self) -> Readiness {
        if self.control.is_history_lost() {
            Readiness::NotReady("the store's history was lost")
        } else if self.gate.is_ready() {
            Readiness::Ready
        } else {
            Readiness::NotReady("the gate has no lease")
        }
    }
}

/// SIGTERM and SIGINT.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self, ServeError> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(ServeError::Signals)?,
            interrupt: signal(SignalKind::interrupt()).map_err(ServeError::Signals)?,
        })
    }

    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
