//! The reverse proxy: HTTP/1.1 in and out.
//!
//! A request is read, judged, put on the gate's books together with the two connections that it uses
//! (`line`), and only then forwarded. Nothing is buffered beyond what the sockets take.

mod bodies;
mod forward;
mod headers;
mod limits;
mod origins;
mod pool;
mod request;
mod serve;
mod tunnel;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::enforcer::Enforcer;
use crate::ports::Service;

pub(crate) use bodies::ResponseBody;
pub use limits::Limits;
pub use origins::{Origin, OriginError, Origins};
pub use serve::serve_proxy;

/// What a proxy is made of, besides the gate.
pub struct ProxyOptions {
    /// Which host is served by which origin.
    pub origins: Origins,
    /// Serves requests whose host is the team domain; without it they are refused like any unknown host.
    pub team_domain: Option<Service>,
    /// Serves `/cdn-cgi/access/authorized` and `/cdn-cgi/access/logout` on applications' hosts; without
    /// it they are 404.
    pub login_paths: Option<Service>,
    /// Bounds of time and space.
    pub limits: Limits,
}

/// A reverse proxy, shared by its connections.
pub struct ProxyState {
    enforcer: Arc<Enforcer>,
    origins: ArcSwap<Origins>,
    team_domain: Option<Service>,
    login_paths: Option<Service>,
    limits: Limits,
    /// Connections to origins, and tunnels.
    tasks: TaskTracker,
    /// Ends them.
    stop: CancellationToken,
}

impl ProxyState {
    /// A proxy that enforces what `enforcer` decides.
    pub fn new(enforcer: Arc<Enforcer>, options: ProxyOptions) -> Self {
        Self {
            enforcer,
            origins: ArcSwap::from_pointee(options.origins),
            team_domain: options.team_domain,
            login_paths: options.login_paths,
            limits: options.limits,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    /// Replaces the table of origins. Requests that are under way end where they began.
    pub fn replace_origins(&self, origins: Origins) {
        self.origins.store(Arc::new(origins));
    }
}

impl fmt::Debug for ProxyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyState")
            .field("enforcer", &self.enforcer)
            .field("origins", &self.origins)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
