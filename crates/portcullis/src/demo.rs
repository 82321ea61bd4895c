//! `portcullis demo`: the main job on real input, through public interfaces only.
//!
//! It starts an origin and a server process, creates an application, policies and service tokens with the
//! Rust client, lets clients log in through the gate and use what they got, revokes, and counts, at the
//! origin, what still gets through.

mod origin;
mod report;
mod sabotage;
mod server;
mod steps;
mod visitor;

pub(crate) use steps::run;

use clap::Args;

/// The flags of `portcullis demo`.
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArgs {
    /// How many clients log in
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u32).range(10..=2000))]
    pub(crate) clients: u32,

    /// Leave the server running at the end, and print addresses and curl lines to try
    #[arg(long)]
    pub(crate) keep: bool,

    /// Call an API that answers and does nothing: the demo must then fail
    #[arg(long, hide = true)]
    pub(crate) sabotage: bool,
}

/// Why the demo could not be carried through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// The temporary folder.
    #[error("the demo's folder cannot be written")]
    Folder(#[source] std::io::Error),
    /// A listener.
    #[error("the demo's origin cannot listen on loopback")]
    Listen(#[source] std::io::Error),
    /// The server process.
    #[error("the server process cannot be run")]
    Process(#[source] std::io::Error),
    /// What the server wrote first.
    #[error("{0}")]
    Bootstrap(String),
    /// The server is up and not ready.
    #[error("`{0}` did not answer 200 in time")]
    NotReady(String),
    /// The API.
    #[error("the API refused a call")]
    Api(#[source] portcullis_client::Error),
    /// The API answered without something that it owes.
    #[error("the API's answer has no {0}")]
    Incomplete(&'static str),
    /// The gate.
    #[error("the gate cannot be reached")]
    Gate(#[source] std::io::Error),
    /// An exchange with the gate.
    #[error("an exchange with the gate failed")]
    Http(#[source] hyper::Error),
    /// A request that cannot be built.
    #[error("a request could not be built")]
    Request(#[source] http::Error),
    /// A WebSocket.
    #[error("a WebSocket could not be opened")]
    Socket(#[source] Box<tokio_tungstenite::tungstenite::Error>),
    /// A token that is no header value.
    #[error("a token is not a header value")]
    Header(#[source] http::header::InvalidHeaderValue),
    /// Valid credentials that were refused.
    #[error("valid credentials were answered with {0}")]
    NotAdmitted(http::StatusCode),
    /// A task that panicked.
    #[error("a client failed")]
    Client(#[source] tokio::task::JoinError),
}

impl DemoError {
    fn socket(error: tokio_tungstenite::tungstenite::Error) -> Self {
        Self::Socket(Box::new(error))
    }

    fn header(error: http::header::InvalidHeaderValue) -> Self {
        Self::Header(error)
    }
}
