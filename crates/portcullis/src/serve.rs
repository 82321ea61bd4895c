//! `portcullis serve`: a control node with a gate inside it, in one process on the embedded store.

mod bootstrap;
mod data_dir;
mod issuer;
mod node;
mod replica;

use std::process::ExitCode;

use crate::config::{ConfigError, ServeArgs};
use crate::logging;

/// Why the server did not start, or did not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The log filter.
    #[error(transparent)]
    Logging(#[from] logging::LoggingError),
    /// The data folder or the key in it.
    #[error(transparent)]
    DataDir(#[from] data_dir::DataDirError),
    /// The store.
    #[error("the store cannot be opened")]
    Store(#[source] portcullis_store::OpenError),
    /// What is in the store.
    #[error("the store cannot be read")]
    Control(#[source] portcullis_control::OpenError),
    /// The first start.
    #[error(transparent)]
    Bootstrap(#[from] bootstrap::BootstrapError),
    /// A listener.
    #[error("{setting}: cannot listen on {address}")]
    Listen {
        /// Which one, as the configuration spells it.
        setting: &'static str,
        /// Where.
        address: std::net::SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// An ingress rule that the proxy cannot take.
    #[error("the ingress rules cannot be used")]
    Ingress(#[source] portcullis_enforce::OriginError),
    /// The operating system's randomness.
    #[error("no randomness")]
    Random(#[source] portcullis_token::random::RandomError),
    /// Tokens that are out name another issuer.
    #[error(
        "team_domain: `{configured}` is configured, and the store was set up for `{kept}`, the issuer of every token: \
         configure that one"
    )]
    TeamDomain {
        /// What is configured.
        configured: String,
        /// What the store has.
        kept: String,
    },
    /// The operating system's signals.
    #[error("signals cannot be received")]
    Signals(#[source] std::io::Error),
    /// The state stopped following the store.
    #[error("the server cannot go on and stops, so that nothing is acknowledged that is not durable")]
    Stopped(#[source] portcullis_control::Stopped),
    /// The store stopped writing.
    #[error(
        "the store has failed, and the server stops, so that nothing is acknowledged that is not durable"
    )]
    StoreFailed(#[source] portcullis_store::Cause),
    /// A part of the server ended that never should.
    #[error("{0} ended unexpectedly")]
    Ended(&'static str),
}

/// Runs until SIGTERM or SIGINT; then lets open requests end, for a set time.
pub(crate) async fn run(args: ServeArgs) -> Result<ExitCode, ServeError> {
    let config = crate::config::Config::resolve(&args)?;
    logging::start(&config.log, config.log_format)?;
    node::Node::open(config).await?.run().await?;
    Ok(ExitCode::SUCCESS)
}
