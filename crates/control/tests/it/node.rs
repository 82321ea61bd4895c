//! A control node on a reference store, with a clock that the tests move.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use portcullis_control::applications::{InlinePolicy, NewApplication, NewPolicy, ResolvedApplication};
use portcullis_control::bootstrap::{BootstrapRequest, Bootstrapped};
use portcullis_control::service_tokens::{CreatedServiceToken, NewServiceToken};
use portcullis_control::{
    Authorized, Caller, Control, ControlOptions, OpenError, Operation, RawCredentials, Stopped, authorize,
};
use portcullis_feed::{ToChild, ToParent};
use portcullis_gate::ServiceCredentials;
use portcullis_model::{
    AppId, Clock, Decision, Incarnation, Moment, Now, OwnerId, Presentation, Revision, Selector,
    ServiceTokenDuration, SessionDuration, Snapshot, Timestamp,
};
use portcullis_store::{MemoryDisk, MemoryStore, Opening, Store};
use portcullis_token::KeyEncryptionKey;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::task::JoinSet;

pub(crate) const LEASE: Duration = Duration::from_secs(3);
pub(crate) const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const KEK: &str = "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f";

pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Now {
        let seconds = self.0.load(Ordering::SeqCst);
        let boot = Moment::ZERO.plus(Duration::from_secs(seconds.unsigned_abs()));
        Now { wall: Timestamp::from_unix(1_700_000_000 + seconds), boot }
    }
}

pub(crate) struct Node {
    pub(crate) control: Control,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) applier: JoinSet<Stopped>,
}

pub(crate) fn memory(disk: &MemoryDisk, unix_us: u64) -> Arc<dyn Store> {
    Arc::new(MemoryStore::open(disk, Opening::new(Incarnation::from_bytes([7; 16]), unix_us)))
}

pub(crate) fn options(store: Arc<dyn Store>, clock: Arc<TestClock>) -> ControlOptions {
    ControlOptions {
        store,
        clock,
        key_encryption_key: KeyEncryptionKey::parse(KEK.as_bytes()).unwrap(),
        lease_max: LEASE,
        has_remote_gates: false,
    }
}

impl Node {
    pub(crate) async fn try_open(store: Arc<dyn Store>) -> Result<Self, OpenError> {
        let clock = Arc::new(TestClock(AtomicI64::new(0)));
        let (control, applier) = Control::open(options(store.clone(), clock.clone())).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(applier.run());
        Ok(Self { control, clock, store, applier: tasks })
    }

    pub(crate) async fn open(store: Arc<dyn Store>) -> Self {
        Self::try_open(store).await.unwrap()
    }

    /// A node on an empty store, set up.
    pub(crate) async fn new() -> (Self, Bootstrapped) {
        Self::set_up(memory(&MemoryDisk::new(), 1)).await
    }

    pub(crate) async fn set_up(store: Arc<dyn Store>) -> (Self, Bootstrapped) {
        let node = Self::open(store).await;
        let made = node.control.bootstrap(first()).await.unwrap().unwrap();
        (node, made)
    }

    pub(crate) fn try_caller(
        &self,
        token: &SecretString,
        from: IpAddr,
    ) -> Result<Caller, portcullis_control::AuthenticationError> {
        let header = format!("Bearer {}", token.expose_secret());
        self.control.authenticate(RawCredentials {
            authorization: Some(&header),
            auth_email: None,
            auth_key: None,
            client_ip: from,
            request_id: "8f1c2d3e4f5a6b7c",
        })
    }

    pub(crate) fn caller(&self, token: &SecretString) -> Caller {
        self.try_caller(token, HOME).unwrap()
    }

    /// The permit for `A` at `scope`, for the owner of everything.
    pub(crate) fn grant<A: Operation>(&self, made: &Bootstrapped, scope: A::Scope) -> Authorized<A> {
        self.control.authorize::<A>(self.caller(&made.api_token), scope).unwrap()
    }

    pub(crate) async fn create_app(&self, made: &Bootstrapped, new: NewApplication) -> ResolvedApplication {
        let grant = self.grant(made, OwnerId::Account(made.account.id));
        self.control.create_application(grant, new).await.unwrap().value
    }

    pub(crate) async fn create_service_token(&self, made: &Bootstrapped) -> CreatedServiceToken {
        let grant = self.grant(made, OwnerId::Account(made.account.id));
        let duration = ServiceTokenDuration::Limited("8760h".parse().unwrap());
        let new = NewServiceToken { name: "deploy".into(), duration };
        self.control.create_service_token(grant, new).await.unwrap().value
    }

    /// What a gate that attaches is told.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut link = self.control.hub().attach("observer");
        link.send(&ToParent::Hello {
            incarnation: Incarnation::from_bytes([0; 16]),
            revision: Revision::ZERO,
        });
        match link.receive().now_or_never() {
            Some(Some(ToChild::Snapshot(snapshot))) => Snapshot::clone(&snapshot),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn apps(&self, made: &Bootstrapped) -> Vec<ResolvedApplication> {
        let grant = self.grant::<authorize::ListApps>(made, OwnerId::Account(made.account.id));
        self.control
            .list_applications(&grant, &portcullis_control::applications::ApplicationFilter::default())
    }
}

pub(crate) fn first() -> BootstrapRequest {
    BootstrapRequest {
        account_name: "Example".into(),
        organization_name: "Example".into(),
        team_domain: "team.example.com".into(),
        owner_email: "owner@example.com".into(),
    }
}

pub(crate) fn id_of(app: &ResolvedApplication) -> AppId {
    app.application.key.app
}

pub(crate) fn credentials(token: &CreatedServiceToken) -> ServiceCredentials {
    ServiceCredentials {
        client_id: token.service_token.client_id,
        client_secret: token.client_secret.clone(),
    }
}

/// An application at `domain` with these policies.
pub(crate) fn app(domain: &str, policies: Vec<NewPolicy>) -> NewApplication {
    NewApplication {
        name: "Wiki".into(),
        domains: vec![domain.parse().unwrap()],
        session_duration: SessionDuration::default(),
        policies,
        http_only_cookie: true,
        same_site_cookie: None,
        path_cookie: false,
        service_auth_401_redirect: false,
        options_preflight_bypass: false,
        cors: None,
        service_token_header: None,
        presentation: Presentation::default(),
    }
}

pub(crate) fn policy(decision: Decision, include: Selector) -> InlinePolicy {
    InlinePolicy {
        id: None,
        name: decision.as_str().into(),
        decision,
        include: vec![include],
        exclude: vec![],
        require: vec![],
        session_duration: None,
        precedence: None,
    }
}

pub(crate) fn inline(decision: Decision, include: Selector) -> NewPolicy {
    NewPolicy::Inline(Box::new(policy(decision, include)))
}
