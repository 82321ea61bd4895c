//! The gate: a view, a lease, what it remembers, and the requests that are open.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use portcullis_model::{Clock, Commit, Moment, Revision, Snapshot};
use portcullis_token::SecretHasher;
use quick_cache::sync::{Cache, DefaultLifecycle, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, UnitWeighter};

use crate::decide::{AccessRequest, decide};
use crate::lease::Lease;
use crate::memory::{RememberedToken, TokenMemory};
use crate::open::{Cut, OpenGuard, OpenRequests};
use crate::verdict::{Challenge, LoginSlot, Pass, Reason, Refusal, ServiceLogin, Verdict};
use crate::view::{Gap, GateView, OlderSnapshot};

/// How many tokens of service logins are kept.
const LOGINS: usize = 100_000;

/// Told of the revision of each token when its signature is verified for the first time.
pub type FirstSight = Box<dyn Fn(Revision) + Send + Sync>;

/// What makes decisions faster, and nothing else.
pub(crate) struct Remembered {
    pub(crate) tokens: TokenMemory,
    pub(crate) logins: Logins,
    first_sight: FirstSight,
}

impl Remembered {
    pub(crate) fn first_sight(&self, token: &Arc<RememberedToken>) {
        (self.first_sight)(token.token().revision());
        self.tokens.remember(token.clone());
    }
}

/// The tokens that services were given, one for each application and service token.
pub(crate) struct Logins(Cache<LoginSlot, Arc<str>>);

impl Logins {
    pub(crate) fn find(&self, slot: LoginSlot) -> Option<Arc<str>> {
        self.0.get(&slot)
    }
}

/// One decision point.
pub struct Gate {
    view: ArcSwap<GateView>,
    lease: Lease,
    remembered: Remembered,
    open: Arc<OpenRequests>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("revision", &self.revision())
            .field("open", &self.open.len())
            .finish_non_exhaustive()
    }
}

/// How a gate is set up.
pub struct GateOptions {
    /// Compares the secrets of service tokens.
    pub hasher: Arc<SecretHasher>,
    /// The bound of the token memory in bytes.
    pub token_memory: u64,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Told of each token's revision at first sight; it must not block.
    pub first_sight: FirstSight,
}

impl GateOptions {
    /// Room for about 100 000 tokens of a kilobyte.
    pub const DEFAULT_TOKEN_MEMORY: u64 = 128 << 20;

    /// A gate with the default memory.
    pub fn new(hasher: Arc<SecretHasher>, clock: Arc<dyn Clock>) -> Self {
        Self { hasher, token_memory: Self::DEFAULT_TOKEN_MEMORY, clock, first_sight: Box::new(|_| ()) }
    }
}

/// An admitted request: it is on the books until this is dropped.
#[derive(Debug)]
#[must_use = "dropping it takes the request off the books"]
pub struct Admission {
    /// The permit.
    pub pass: Pass,
    guard: OpenGuard,
}

impl Admission {
    /// The permit, and what keeps the request on the books: hold it until the last byte.
    pub fn into_parts(self) -> (Pass, OpenGuard) {
        (self.pass, self.guard)
    }
}

impl Gate {
    /// A gate that refuses everything until it has a view and a lease.
    pub fn new(options: GateOptions) -> Self {
        Self {
            view: ArcSwap::from_pointee(GateView::empty(options.hasher)),
            lease: Lease::default(),
            remembered: Remembered {
                tokens: TokenMemory::new(options.token_memory),
                logins: Logins(Cache::new(LOGINS)),
                first_sight: options.first_sight,
            },
            open: Arc::default(),
            clock: options.clock,
        }
    }

    /// Decides about a request: reads the view and the time once, and asks the pure decision.
    pub fn check(&self, request: &AccessRequest<'_>) -> Verdict {
        let view = self.view.load();
        decide(&view, &self.lease, &self.remembered, request, self.clock.now())
    }

    /// Puts an admitted request on the books, and makes sure that nothing was revoked meanwhile.
    ///
    /// From here on until the guard is dropped, `cut` is called as soon as what admits the request is
    /// revoked.
    ///
    /// # Errors
    ///
    /// The refusal, if the lease ended or the view that is current once the request is on the books does
    /// not admit it.
    pub fn admit(&self, pass: Pass, cut: Arc<dyn Cut>) -> Result<Admission, Refusal> {
        let guard = self.open.register(pass.standing.clone(), cut);
        // INVARIANT(I13): registered first, then the view is read again. A revocation installs its view
        // first and then looks at the books, so one of the two sees the other.
        let view = self.view.load();
        let refuse = |reason, challenge| Refusal { reason, challenge, app: Some(pass.app.clone()) };
        if view.revision() != pass.revision
            && let Err(reason) = view.still_admits(&pass.standing)
        {
            return Err(refuse(reason, Challenge::Forbidden));
        }
        if !self.lease.runs_at(self.clock.boot()) {
            return Err(refuse(Reason::NoLease, Challenge::Unavailable));
        }
        Ok(Admission { pass, guard })
    }

    /// The place for the token of a service login: whoever gets it first issues the token, and those who
    /// come meanwhile wait for it.
    ///
    /// `None`: there is a token already; ask the gate again.
    pub async fn login(&self, login: &ServiceLogin) -> Option<LoginPlace<'_>> {
        let logins = &self.remembered.logins.0;
        match logins.get_value_or_guard_async(&login.slot).await {
            Err(guard) => Some(LoginPlace { guard }),
            Ok(dead) => {
                // The check found it wanting, or it would not have asked for a login.
                logins
                    .remove_if(&login.slot, |kept| Arc::ptr_eq(kept, &dead) && !self.is_current(kept, login));
                match logins.get_value_or_guard_async(&login.slot).await {
                    Err(guard) => Some(LoginPlace { guard }),
                    Ok(_) => None,
                }
            }
        }
    }

    fn is_current(&self, raw: &str, login: &ServiceLogin) -> bool {
        let view = self.view.load();
        let Some(known) = self.remembered.tokens.find(raw.as_bytes()) else { return false };
        let Some(app) = view.application_by_audience(login.audience) else { return false };
        view.admit(app, known.token(), self.clock.now().wall)
            .and_then(|live| live.still_holds(app, login.client_ip))
            .is_ok()
    }

    /// Applies a commit, then cuts every open request that it ends. When this returns, the gate can
    /// confirm the commit's revision: nothing that it revokes is admitted or moves any more.
    ///
    /// Calls must not overlap: one feed, one caller.
    ///
    /// # Errors
    ///
    /// - [`Gap`]: the commit does not follow the view; ask for a snapshot.
    pub fn apply(&self, commit: &Commit) -> Result<usize, Gap> {
        let (next, affected) = self.view.load().next(commit)?;
        self.view.store(Arc::new(next));
        let view = self.view.load();
        Ok(affected.iter().map(|affected| self.open.cut_refused(affected, &view)).sum())
    }

    /// Installs a snapshot, then cuts every open request that it does not admit.
    ///
    /// # Errors
    ///
    /// - [`OlderSnapshot`]: it would take the view back; the view is kept.
    pub fn install(&self, snapshot: &Snapshot) -> Result<usize, OlderSnapshot> {
        let next = self.view.load().replaced_by(snapshot)?;
        self.view.store(Arc::new(next));
        Ok(self.open.cut_refused(&crate::open::Affected::All, &self.view.load()))
    }

    /// The revision of its view.
    pub fn revision(&self) -> Revision {
        self.view.load().revision()
    }

    /// Its view.
    pub fn view(&self) -> Arc<GateView> {
        self.view.load_full()
    }

    /// Until when it may admit.
    pub fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Whether it could admit a request.
    pub fn is_ready(&self) -> bool {
        self.lease.runs_at(self.clock.boot())
    }

    /// The time, on the clock of leases.
    pub fn boot(&self) -> Moment {
        self.clock.boot()
    }

    /// How many admitted requests are open.
    pub fn open_requests(&self) -> usize {
        self.open.len()
    }
}

/// The right to issue the token of one service login; dropping it lets another try.
pub struct LoginPlace<'a> {
    guard: PlaceholderGuard<
        'a,
        LoginSlot,
        Arc<str>,
        UnitWeighter,
        DefaultHashBuilder,
        DefaultLifecycle<LoginSlot, Arc<str>>,
    >,
}

impl LoginPlace<'_> {
    /// Keeps the token that control issued. It admits nobody by being here: it is judged like any other.
    pub fn keep(self, token: &str) {
        // Whoever waits gets the value even if the entry was removed meanwhile.
        drop(self.guard.insert(token.into()));
    }
}
