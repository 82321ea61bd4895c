//! A control node with its API, and a client for it.

mod call;
mod clock;
mod gates;
mod seed;
mod store;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use parking_lot::Mutex;
use portcullis_api::{Health, Readiness};
use portcullis_control::bootstrap::BootstrapRequest;
use portcullis_control::{Control, ControlOptions};
use portcullis_model::Incarnation;
use portcullis_store::{MemoryDisk, MemoryStore, Opening};
use portcullis_token::KeyEncryptionKey;
use secrecy::ExposeSecret as _;
use tokio::task::JoinSet;

pub(crate) use call::{Call, Reply};
pub(crate) use clock::TestClock;
pub(crate) use gates::Gate;
pub(crate) use seed::{app, group, policy};
pub(crate) use store::FailingStore;

pub(crate) const LEASE_MAX: Duration = Duration::from_secs(3);
pub(crate) const OWNER_EMAIL: &str = "owner@example.com";
/// An id of no application, service token or policy.
pub(crate) const NOBODY: &str = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415";
/// An id of no account, zone or API token.
pub(crate) const NOWHERE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// A gate's readiness, as a test sets it.
pub(crate) struct Switch(pub(crate) Mutex<Readiness>);

impl Health for Switch {
    fn readiness(&self) -> Readiness {
        *self.0.lock()
    }
}

/// A server with one account, and the credentials of its owner.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) control: Control,
    pub(crate) store: Arc<FailingStore>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) health: Arc<Switch>,
    /// The account's id.
    pub(crate) account: String,
    /// The owner's user tag.
    pub(crate) user: String,
    /// An API token that may do everything.
    pub(crate) token: String,
    /// The owner's global API key.
    pub(crate) key: String,
    _applier: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let clock = Arc::new(TestClock::new());
        let opening = Opening::new(Incarnation::from_bytes([7; 16]), 1_000);
        let store = Arc::new(FailingStore::new(MemoryStore::open(&MemoryDisk::new(), opening)));
        let (control, applier) = Control::open(ControlOptions {
            store: store.clone(),
            clock: clock.clone(),
            key_encryption_key: KeyEncryptionKey::generate().unwrap(),
            lease_max: LEASE_MAX,
            has_remote_gates: false,
        })
        .await
        .unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { drop(applier.run().await) });
        let first = control.bootstrap(BootstrapRequest {
            account_name: "Example".into(),
            organization_name: "Example".into(),
            team_domain: "team.example.com".into(),
            owner_email: OWNER_EMAIL.into(),
        });
        let first = first.await.unwrap().unwrap();
        let health = Arc::new(Switch(Mutex::new(Readiness::Ready)));
        Self {
            router: portcullis_api::router(control.clone(), health.clone(), clock.clone()),
            control,
            store,
            clock,
            health,
            account: first.account.id.to_string(),
            user: first.owner.id.to_string(),
            token: first.api_token.expose_secret().to_owned(),
            key: first.global_api_key.expose_secret().to_owned(),
            _applier: tasks,
        }
    }

    /// A call below `/client/v4`, with the token that may do everything.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        self.anonymous(method, path).token(&self.token)
    }

    /// A call below `/client/v4`, without credentials.
    pub(crate) fn anonymous(&self, method: &str, path: &str) -> Call {
        Call::new(self.router.clone(), method, &format!("/client/v4{path}"))
    }

    /// A path below the account.
    pub(crate) fn path(&self, path: &str) -> String {
        format!("/accounts/{}{path}", self.account)
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", &self.path(path))
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call("POST", &self.path(path))
    }

    pub(crate) fn put(&self, path: &str) -> Call {
        self.call("PUT", &self.path(path))
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.call("DELETE", &self.path(path))
    }
}
