//! Settings as they are typed: flags and environment variables.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// The flags of `portcullis serve`. Each has an environment variable and, but for the first and the last,
/// a key of the same name in the configuration file; a flag wins over the variable, which wins over the file.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServeArgs {
    /// A configuration file in TOML
    #[arg(long, value_name = "FILE", env = "PORTCULLIS_CONFIG")]
    pub(crate) config: Option<PathBuf>,

    /// Where the store and the keys are kept [default: ./portcullis-data]
    #[arg(long, value_name = "DIR", env = "PORTCULLIS_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Where the control API listens [default: 127.0.0.1:8400]
    #[arg(long, value_name = "ADDRESS", env = "PORTCULLIS_API_LISTEN")]
    pub(crate) api_listen: Option<SocketAddr>,

    /// Where the gate listens: applications and the team domain [default: 127.0.0.1:8480]
    #[arg(long, value_name = "ADDRESS", env = "PORTCULLIS_GATE_LISTEN")]
    pub(crate) gate_listen: Option<SocketAddr>,

    /// Where forward-auth and auth-request requests are decided [default: 127.0.0.1:8490]
    #[arg(long, value_name = "ADDRESS", env = "PORTCULLIS_AUTH_LISTEN")]
    pub(crate) auth_listen: Option<SocketAddr>,

    /// The host where people log in, and the issuer of every token [default: team.localhost]
    #[arg(long, value_name = "HOST", env = "PORTCULLIS_TEAM_DOMAIN")]
    pub(crate) team_domain: Option<String>,

    /// How people reach the gate, for redirects: `http` or `https`, and a port if it is not the usual one
    /// [default: http and the port of gate-listen]
    #[arg(long, value_name = "SCHEME[:PORT]", env = "PORTCULLIS_PUBLIC")]
    pub(crate) public: Option<String>,

    /// The name of the account that the first start creates [default: Portcullis]
    #[arg(long, value_name = "NAME", env = "PORTCULLIS_ACCOUNT_NAME")]
    pub(crate) account_name: Option<String>,

    /// The address of the owner that the first start creates
    #[arg(help = "The address of the owner that the first start creates [default: owner@localhost]")]
    #[arg(long, value_name = "EMAIL", env = "PORTCULLIS_OWNER_EMAIL")]
    pub(crate) owner_email: Option<String>,

    /// A proxy in front of the listeners whose X-Forwarded-* headers are believed; may be repeated
    /// [default: 127.0.0.0/8 and ::1]
    #[arg(
        long = "trusted-proxy",
        value_name = "CIDR",
        env = "PORTCULLIS_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxies: Option<Vec<String>>,

    /// How long a gate may admit without hearing from the control node [default: 3s]
    #[arg(long, value_name = "DURATION", env = "PORTCULLIS_LEASE_MAX")]
    pub(crate) lease_max: Option<String>,

    /// The memory for verified tokens, in MiB [default: 128]
    #[arg(long, value_name = "MIB", env = "PORTCULLIS_TOKEN_MEMORY_MIB")]
    pub(crate) token_memory_mib: Option<u64>,

    /// How long open requests may go on after SIGTERM [default: 10s]
    #[arg(long, value_name = "DURATION", env = "PORTCULLIS_SHUTDOWN_TIMEOUT")]
    pub(crate) shutdown_timeout: Option<String>,

    /// Listen in plain HTTP on addresses other than loopback, where credentials can be read on the way
    #[arg(long, env = "PORTCULLIS_ALLOW_PLAIN_HTTP", num_args = 0..=1, default_missing_value = "true")]
    pub(crate) allow_plain_http: Option<bool>,

    /// What is logged: a level, or directives such as `info,portcullis::refused=off` [default: info]
    #[arg(long, value_name = "FILTER", env = "PORTCULLIS_LOG")]
    pub(crate) log: Option<String>,

    /// How it is logged: `text`, `json`, or `auto`: text on a terminal, JSON otherwise [default: auto]
    #[arg(long, value_name = "FORMAT", env = "PORTCULLIS_LOG_FORMAT")]
    pub(crate) log_format: Option<String>,

    /// Where the first start writes its ids and credentials as JSON, mode 0600
    #[arg(long, value_name = "FILE", env = "PORTCULLIS_BOOTSTRAP_FILE")]
    pub(crate) bootstrap_file: Option<PathBuf>,
}
