//! A gate with one account, and the words to ask it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use http::{HeaderMap, HeaderName, Method};
use portcullis_gate::{AccessRequest, Gate, GateOptions, Reason, Refusal, Target, Verdict};
use portcullis_model::{
    AccountId, AppId, AppKey, Application, Audience, Change, ClientId, Clock, Commit, Decision,
    GateApplication, Incarnation, Moment, Now, OwnerId, Policy, PolicyId, Presentation, Revision, Selector,
    ServiceToken, ServiceTokenDuration, ServiceTokenId, SessionDuration, Snapshot, Timestamp, UserId,
};
use portcullis_token::{AppClaims, HashKey, SecretHasher, SigningKey, Subject, issue};

pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);
pub(crate) const CREATED: Revision = Revision::new(10);
pub(crate) const HEAD: Revision = Revision::new(20);
pub(crate) const ISSUER: &str = "https://team.localhost";
pub(crate) const NOON: i64 = 1_700_000_000;

/// Key generation is slow; every test shares these.
static KEYS: LazyLock<[SigningKey; 2]> =
    LazyLock::new(|| [0, 1].map(|_| SigningKey::generate(Timestamp::from_unix(NOON)).unwrap()));

pub(crate) fn key() -> &'static SigningKey {
    &KEYS[0]
}

pub(crate) fn foreign_key() -> &'static SigningKey {
    &KEYS[1]
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
        let gate = Gate::new(GateOptions::new(hasher(), clock.clone()));
        let mut changes: Vec<Change> = apps.into_iter().map(change).collect();
        changes.extend([1, 2].map(|number| Change::ServiceToken(Arc::new(service_token(number)), CREATED)));
        changes.push(Change::Key(Arc::new(key().public().clone())));
        changes.push(Change::TeamDomain("team.localhost".into()));
        let incarnation = Incarnation::from_bytes([1; 16]);
        gate.install(&Snapshot { incarnation, revision: HEAD, changes }).unwrap();
        gate.lease().extend(Moment::ZERO.plus(Duration::from_secs(10)));
        Self { gate: Arc::new(gate), clock }
    }

    /// One application, `wiki.example.com`, with these policies.
    pub(crate) fn wiki(policies: Vec<Policy>) -> Self {
        Self::new(vec![app(1, "wiki.example.com", policies)])
    }

    /// Commits `changes` as the next revision, and returns how many open requests were cut.
    pub(crate) fn commit(&self, changes: Vec<Change>) -> usize {
        let previous = self.gate.revision();
        self.gate.apply(&Commit { previous, revision: previous.next(), changes }).unwrap()
    }

    pub(crate) fn verdict(&self, url: &str, headers: &[(&str, &str)]) -> Verdict {
        self.verdict_of(&Method::GET, url, headers)
    }

    pub(crate) fn verdict_of(&self, method: &Method, url: &str, headers: &[(&str, &str)]) -> Verdict {
        let (host, path) = url.find('/').map_or((url, "/"), |at| url.split_at(at));
        let target = match Target::parse(host, path) {
            Ok(target) => target,
            Err(error) => return Verdict::Refuse(Refusal::bad_target(error)),
        };
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), value.parse().unwrap()))
            .collect();
        let client_ip: IpAddr = "192.0.2.7".parse().unwrap();
        self.gate.check(&AccessRequest { target: &target, method, headers: &headers, client_ip })
    }

    /// The verdict in a word: `pass`, `login`, `preflight`, or the reason.
    pub(crate) fn asks(&self, url: &str, headers: &[(&str, &str)]) -> String {
        word(&self.verdict(url, headers))
    }

    /// What becomes of `token` in a cookie at the wiki.
    pub(crate) fn wiki_with(&self, token: &str) -> String {
        self.asks("wiki.example.com/page", &[("cookie", &format!("CF_Authorization={token}"))])
    }
}

pub(crate) fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass(_) => "pass".into(),
        Verdict::Login(_) => "login".into(),
        Verdict::Preflight(_) => "preflight".into(),
        Verdict::Refuse(refusal) => match refusal.reason {
            Reason::Invalid(error) => format!("invalid: {error}"),
            reason => reason.as_str().into(),
        },
    }
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
    pub(crate) fn service(number: u8) -> Self {
        Self { subject: Subject::ServiceToken(client_id(number)), ..Self::default() }
    }

    pub(crate) fn person(email: &str) -> Self {
        let (user, nonce) = (UserId::from_bytes([9; 16]), "X1aXj1lFVcqqyoXF".parse().unwrap());
        let subject = Subject::Person { user, email: email.into(), nonce };
        Self { subject, policy: policy_id(Decision::Allow), ..Self::default() }
    }

    pub(crate) fn at(self, revision: u64) -> Self {
        Self { revision: Revision::new(revision), ..self }
    }

    pub(crate) fn audience(self, number: u8) -> Self {
        Self { audience: audience(number), ..self }
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
