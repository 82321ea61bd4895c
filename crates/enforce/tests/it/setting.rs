//! A gate with one account, the enforcement points around it, and the words to ask them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use portcullis_enforce::{
    DecisionLimits, EnforceOptions, Enforcer, IssueError, Issuer, Limits, LoginMeta, Origins, ProxyOptions,
    ProxyState, PublicAddress, Scheme, TrustedProxies, serve_decisions, serve_proxy,
};
use portcullis_gate::{Gate, GateOptions, ServiceLogin};
use portcullis_model::{
    AccountId, AppId, AppKey, Application, Audience, Change, ClientId, Clock, Commit, Decision,
    GateApplication, Incarnation, Moment, Now, OwnerId, Policy, PolicyId, Presentation, Revision, Selector,
    ServiceToken, ServiceTokenDuration, ServiceTokenId, SessionDuration, Snapshot, Timestamp, UserId,
    Watermark,
};
use portcullis_token::{AppClaims, HashKey, SecretHasher, SigningKey, Subject, issue};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::wire::{Head, Wire};

pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);
pub(crate) const CREATED: Revision = Revision::new(10);
pub(crate) const HEAD: Revision = Revision::new(20);
pub(crate) const ISSUER: &str = "https://team.localhost";
pub(crate) const NOON: i64 = 1_700_000_000;

/// Key generation is slow; every test shares these.
static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate(Timestamp::from_unix(NOON)).unwrap());

pub(crate) fn key() -> &'static SigningKey {
    &KEY
}

pub(crate) fn hasher() -> Arc<SecretHasher> {
    Arc::new(SecretHasher::new(&HashKey::from_bytes(&[7; 32]).unwrap()))
}

/// A clock that stands still until it is moved.
#[derive(Default)]
pub(crate) struct StoppedClock {
    boot: AtomicU64,
}

impl StoppedClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.boot.fetch_add(u64::try_from(by.as_nanos()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Now {
        let boot = self.boot.load(Ordering::SeqCst);
        let wall = Timestamp::from_unix(NOON + i64::try_from(boot / 1_000_000_000).unwrap());
        Now { wall, boot: Moment::from_nanos(boot) }
    }
}

pub(crate) fn app_key(number: u8) -> AppKey {
    AppKey { owner: OwnerId::Account(ACCOUNT), app: AppId::from_random([number; 16]) }
}

pub(crate) fn audience(number: u8) -> Audience {
    Audience::from_bytes([number; 32])
}

pub(crate) fn policy_id(decision: Decision) -> PolicyId {
    let number = match decision {
        Decision::Allow => 1,
        Decision::Deny => 2,
        Decision::NonIdentity => 3,
        Decision::Bypass => 4,
    };
    PolicyId::from_random([number; 16])
}

pub(crate) fn policy(decision: Decision, include: Vec<Selector>) -> Policy {
    Policy {
        id: policy_id(decision),
        name: decision.as_str().into(),
        decision,
        include,
        exclude: vec![],
        require: vec![],
        session_duration: None,
        reusable: false,
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    }
}

pub(crate) fn service_id(number: u8) -> ServiceTokenId {
    ServiceTokenId::from_random([number; 16])
}

pub(crate) fn client_id(number: u8) -> ClientId {
    ClientId::from_bytes([number; 16])
}

pub(crate) fn service_token(number: u8) -> ServiceToken {
    ServiceToken {
        id: service_id(number),
        owner: OwnerId::Account(ACCOUNT),
        account: ACCOUNT,
        name: format!("service {number}"),
        client_id: client_id(number),
        secret: hasher().digest(&format!("secret {number}")),
        duration: ServiceTokenDuration::Forever,
        expires_at: None,
        enabled: true,
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    }
}

pub(crate) fn any_service() -> Policy {
    policy(Decision::NonIdentity, vec![Selector::AnyValidServiceToken])
}

pub(crate) fn everyone() -> Policy {
    policy(Decision::Allow, vec![Selector::Everyone])
}

/// An application at `domain`, with number `number`.
pub(crate) fn app(number: u8, domain: &str, policies: Vec<Policy>) -> GateApplication {
    let application = Application {
        key: app_key(number),
        account: ACCOUNT,
        audience: audience(number),
        name: domain.into(),
        domains: vec![domain.parse().unwrap()],
        session_duration: SessionDuration::default(),
        policies: vec![],
        http_only_cookie: true,
        same_site_cookie: None,
        path_cookie: false,
        service_auth_401_redirect: false,
        options_preflight_bypass: false,
        cors: None,
        service_token_header: None,
        presentation: Presentation::default(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    };
    GateApplication { application, policies, created: CREATED }
}

pub(crate) fn change(app: GateApplication) -> Change {
    Change::Application(Arc::new(app))
}

/// A gate under a lease of ten seconds, at revision [`HEAD`], that knows the service tokens 1 and 2.
pub(crate) struct Setting {
    pub(crate) gate: Arc<Gate>,
    pub(crate) clock: Arc<StoppedClock>,
}

impl Setting {
    pub(crate) fn new(apps: Vec<GateApplication>) -> Self {
        let clock = Arc::new(StoppedClock::default());
        let gate = Arc::new(Gate::new(GateOptions::new(hasher(), clock.clone())));
        let mut changes: Vec<Change> = apps.into_iter().map(change).collect();
        changes.extend([1, 2].map(|number| Change::ServiceToken(Arc::new(service_token(number)), CREATED)));
        changes.push(Change::Key(Arc::new(key().public().clone())));
        changes.push(Change::TeamDomain("team.localhost".into()));
        let incarnation = Incarnation::from_bytes([1; 16]);
        gate.install(&Snapshot { incarnation, revision: HEAD, changes }).unwrap();
        gate.lease().extend(Moment::ZERO.plus(Duration::from_secs(10)));
        Self { gate, clock }
    }

    /// Commits `changes` as the next revision, and returns how many open requests were cut.
    pub(crate) fn commit(&self, changes: Vec<Change>) -> usize {
        let previous = self.gate.revision();
        self.gate.apply(&Commit { previous, revision: previous.next(), changes }).unwrap()
    }

    /// Revokes every token of the application with this number.
    pub(crate) fn revoke(&self, number: u8) -> usize {
        let watermark = Watermark::Application(app_key(number));
        self.commit(vec![Change::Watermark(watermark, self.gate.revision().next())])
    }
}

/// Signs whatever it is asked to, as service 1, and counts.
pub(crate) struct TestIssuer {
    pub(crate) gate: Arc<Gate>,
    pub(crate) issued: AtomicUsize,
    pub(crate) signed: AtomicUsize,
    pub(crate) works: AtomicBool,
}

impl Issuer for TestIssuer {
    fn issue(&self, _: ServiceLogin) -> BoxFuture<'_, Result<String, IssueError>> {
        self.issued.fetch_add(1, Ordering::SeqCst);
        let revision = self.gate.revision().get();
        let token = Token::default().at(revision).issue();
        let works = self.works.load(Ordering::SeqCst);
        Box::pin(
            async move { if works { Ok(token) } else { Err(IssueError::Unavailable("no control".into())) } },
        )
    }

    fn sign_meta(&self, meta: LoginMeta) -> BoxFuture<'_, Result<String, IssueError>> {
        self.signed.fetch_add(1, Ordering::SeqCst);
        let works = self.works.load(Ordering::SeqCst);
        Box::pin(async move {
            if works {
                Ok(format!("meta.{}", meta.hostname))
            } else {
                Err(IssueError::Refused { reason: "no".into() })
            }
        })
    }
}

/// How a site is set up.
pub(crate) struct Plan {
    pub(crate) apps: Vec<GateApplication>,
    pub(crate) limits: Limits,
    pub(crate) public: PublicAddress,
    pub(crate) trusted: TrustedProxies,
    pub(crate) team_domain: Option<portcullis_enforce::Service>,
    pub(crate) login_paths: Option<portcullis_enforce::Service>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            apps: vec![
                app(1, "wiki.example.com", vec![any_service(), everyone()]),
                app(2, "machine.example.com", vec![any_service()]),
            ],
            limits: Limits::default(),
            public: PublicAddress { scheme: Scheme::Https, port: Some(8443) },
            trusted: TrustedProxies::none(),
            team_domain: None,
            login_paths: None,
        }
    }
}

/// A reverse proxy and a decision listener around one gate, and one origin for every `*.example.com`.
pub(crate) struct Site {
    pub(crate) setting: Setting,
    pub(crate) issuer: Arc<TestIssuer>,
    pub(crate) proxy: SocketAddr,
    pub(crate) decisions: SocketAddr,
    pub(crate) origin: TcpListener,
    pub(crate) shutdown: CancellationToken,
    pub(crate) tasks: JoinSet<()>,
}

impl Site {
    pub(crate) async fn new(plan: Plan) -> Self {
        let setting = Setting::new(plan.apps);
        let issuer = Arc::new(TestIssuer {
            gate: setting.gate.clone(),
            issued: AtomicUsize::new(0),
            signed: AtomicUsize::new(0),
            works: AtomicBool::new(true),
        });
        let [proxy, decisions, origin] = [listen().await, listen().await, listen().await];
        let mut options = EnforceOptions::new("team.localhost", plan.public);
        options.trusted_proxies = plan.trusted;
        let enforcer = Arc::new(Enforcer::new(setting.gate.clone(), issuer.clone(), options.clone()));
        options.trusted_proxies = TrustedProxies::loopback();
        let deciding = Arc::new(Enforcer::new(setting.gate.clone(), issuer.clone(), options));
        let mut origins = Origins::default();
        origins
            .insert("*.example.com", format!("http://{}", origin.local_addr().unwrap()).parse().unwrap())
            .unwrap();
        let state = Arc::new(ProxyState::new(
            enforcer,
            ProxyOptions {
                origins,
                team_domain: plan.team_domain,
                login_paths: plan.login_paths,
                limits: plan.limits,
            },
        ));
        let shutdown = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let addresses = [proxy.local_addr().unwrap(), decisions.local_addr().unwrap()];
        tasks.spawn(serve_proxy(proxy, state, shutdown.clone()));
        tasks.spawn(serve_decisions(decisions, deciding, DecisionLimits::default(), shutdown.clone()));
        Self { setting, issuer, proxy: addresses[0], decisions: addresses[1], origin, shutdown, tasks }
    }

    pub(crate) async fn standard() -> Self {
        Self::new(Plan::default()).await
    }

    pub(crate) async fn client(&self) -> Wire {
        Wire::connect(self.proxy).await
    }

    /// The next connection that the proxy makes to the origin.
    pub(crate) async fn at_origin(&self) -> Wire {
        Wire::new(self.origin.accept().await.unwrap().0)
    }

    /// The answer to one request on a connection of its own, which the origin must not see.
    pub(crate) async fn ask(&self, request: &str) -> (Head, String) {
        let mut client = self.client().await;
        client.send(request).await;
        let head = client.head().await;
        let body = client.body(&head).await;
        (head, body)
    }

    /// A client and the origin, after the head of `request`, made with a good token, has come through.
    pub(crate) async fn through(&self, request: &str) -> (Wire, Wire, Head) {
        let mut client = self.client().await;
        client.send(with_token(request, &Token::default().issue())).await;
        let mut origin = self.at_origin().await;
        let head = origin.head().await;
        (client, origin, head)
    }

    /// Lets every task run until all of them wait.
    pub(crate) async fn settle(&self) {
        for _ in 0..2000 {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until nothing is on the books.
    pub(crate) async fn until_closed(&self) {
        while self.setting.gate.open_requests() > 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// `GET /path` at the wiki, or whatever stands before `\r\n`, with the token in a cookie.
pub(crate) fn with_token(request: &str, token: &str) -> String {
    request.replacen("\r\n", &format!("\r\ncookie: CF_Authorization={token}\r\n"), 1)
}

/// A request for a page of the wiki with these further header lines.
pub(crate) fn get(path: &str, lines: &[&str]) -> String {
    request("GET", "wiki.example.com", path, lines)
}

pub(crate) fn request(method: &str, host: &str, path: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().flat_map(|line| [line, "\r\n"]).collect();
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{lines}\r\n")
}

async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// A token to be issued: of service 1 for the wiki at [`HEAD`], until something is changed.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) audience: Audience,
    pub(crate) subject: Subject,
    pub(crate) revision: Revision,
    pub(crate) policy: PolicyId,
    pub(crate) lifetime: i64,
}

impl Default for Token {
    fn default() -> Self {
        Self {
            audience: audience(1),
            subject: Subject::ServiceToken(client_id(1)),
            revision: HEAD,
            policy: policy_id(Decision::NonIdentity),
            lifetime: 3600,
        }
    }
}

impl Token {
    pub(crate) fn person(email: &str) -> Self {
        let (user, nonce) = (UserId::from_bytes([9; 16]), "X1aXj1lFVcqqyoXF".parse().unwrap());
        let subject = Subject::Person { user, email: email.into(), nonce };
        Self { subject, policy: policy_id(Decision::Allow), ..Self::default() }
    }

    pub(crate) fn at(self, revision: u64) -> Self {
        Self { revision: Revision::new(revision), ..self }
    }

    pub(crate) fn lifetime(self, lifetime: i64) -> Self {
        Self { lifetime, ..self }
    }

    pub(crate) fn issue(&self) -> String {
        self.signed_by(key())
    }

    pub(crate) fn signed_by(&self, key: &SigningKey) -> String {
        let claims = AppClaims {
            audience: self.audience,
            subject: self.subject.clone(),
            issued_at: Timestamp::from_unix(NOON),
            expires_at: Timestamp::from_unix(NOON + self.lifetime),
            revision: self.revision,
            policy: self.policy,
            country: None,
        };
        issue(key, ISSUER, &claims).unwrap()
    }
}
