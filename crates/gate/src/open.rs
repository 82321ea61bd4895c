//! The requests that were admitted and are still open.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use std::collections::HashMap;

use parking_lot::Mutex;
use portcullis_model::AppKey;
use slab::Slab;

use crate::verdict::Standing;
use crate::view::GateView;

/// Ends one open request at once.
///
/// # Security
///
/// When `cut` returns, no further byte of the request or of its answer may pass in either direction:
/// the gate confirms a revocation as soon as every cut that it covers has returned (I13).
pub trait Cut: Send + Sync + fmt::Debug {
    /// Ends it: no flush, no graceful close. Called at most once for each admission.
    fn cut(&self);
}

const SHARDS: usize = 16;

#[derive(Debug)]
struct Open {
    standing: Standing,
    cut: Arc<dyn Cut>,
}

#[derive(Debug, Default)]
struct Shard {
    apps: HashMap<AppKey, Slab<Open>>,
}

/// Every admitted request that is still open, by application.
#[derive(Debug)]
pub(crate) struct OpenRequests {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    count: AtomicUsize,
}

impl Default for OpenRequests {
    fn default() -> Self {
        Self { shards: Default::default(), hasher: RandomState::new(), count: AtomicUsize::new(0) }
    }
}

/// Which open requests a change may have ended.
pub(crate) enum Affected {
    Application(AppKey),
    All,
}

impl OpenRequests {
    /// Puts a request on the books; dropping the guard takes it off.
    pub(crate) fn register(self: &Arc<Self>, standing: Standing, cut: Arc<dyn Cut>) -> OpenGuard {
        let app = standing.app;
        let index = self
            .shard(app)
            .map_or(0, |shard| shard.lock().apps.entry(app).or_default().insert(Open { standing, cut }));
        self.count.fetch_add(1, Ordering::Relaxed);
        OpenGuard { requests: self.clone(), app, index }
    }

    /// Cuts every request among `affected` that `view` does not admit any more, and returns how many.
    pub(crate) fn cut_refused(&self, affected: &Affected, view: &GateView) -> usize {
        match affected {
            Affected::Application(app) => self.shard(*app).map_or(0, |shard| {
                let shard = shard.lock();
                shard.apps.get(app).map_or(0, |open| cut_refused_in(open, view))
            }),
            Affected::All => self
                .shards
                .iter()
                .map(|shard| {
                    let shard = shard.lock();
                    shard.apps.values().map(|open| cut_refused_in(open, view)).sum::<usize>()
                })
                .sum(),
        }
    }

    /// How many are open.
    pub(crate) fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn shard(&self, app: AppKey) -> Option<&Mutex<Shard>> {
        let hash = usize::try_from(self.hasher.hash_one(app) % SHARDS as u64).unwrap_or(0);
        self.shards.get(hash)
    }
}

fn cut_refused_in(open: &Slab<Open>, view: &GateView) -> usize {
    let refused = open.iter().filter(|(_, open)| view.still_admits(&open.standing).is_err());
    refused.map(|(_, open)| open.cut.cut()).count()
}

/// Keeps one request on the books.
#[derive(Debug)]
pub struct OpenGuard {
    requests: Arc<OpenRequests>,
    app: AppKey,
    index: usize,
}

impl Drop for OpenGuard {
    fn drop(&mut self) {
        let Some(shard) = self.requests.shard(self.app) else { return };
        let mut shard = shard.lock();
        if let Some(open) = shard.apps.get_mut(&self.app) {
            open.try_remove(self.index);
            if open.is_empty() {
                shard.apps.remove(&self.app);
            }
        }
        self.requests.count.fetch_sub(1, Ordering::Relaxed);
    }
}
