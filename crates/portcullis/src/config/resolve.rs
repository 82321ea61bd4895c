//! From what was typed to what is meant.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use portcullis_model::{IpRange, SessionDuration};

use super::args::ServeArgs;
use super::file::ConfigFile;
use super::ingress::{self, IngressRule};

/// How people reach the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    /// Whether they use TLS, which something in front of the gate ends.
    pub(crate) https: bool,
    /// The port that is written in redirects; `None` for the usual one.
    pub(crate) port: Option<u16>,
}

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// Text.
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything that `serve` needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The folder of the store and the keys.
    pub(crate) data_dir: PathBuf,
    /// The listener of the control API.
    pub(crate) api_listen: SocketAddr,
    /// The listener of the gate.
    pub(crate) gate_listen: SocketAddr,
    /// The decision listener.
    pub(crate) auth_listen: SocketAddr,
    /// The team domain, lower case.
    pub(crate) team_domain: String,
    /// How people reach the gate; `None` is in plain HTTP, at the port where it listens.
    pub(crate) public: Option<PublicUrl>,
    /// The account that the first start creates.
    pub(crate) account_name: String,
    /// The owner that the first start creates.
    pub(crate) owner_email: String,
    /// Whose forwarded headers are believed.
    pub(crate) trusted_proxies: Vec<IpRange>,
    /// How long a gate may admit on one grant.
    pub(crate) lease_max: Duration,
    /// The bound of the token memory, in bytes.
    pub(crate) token_memory: u64,
    /// How long a drain may take.
    pub(crate) shutdown_timeout: Duration,
    /// What is logged.
    pub(crate) log: String,
    /// How.
    pub(crate) log_format: LogFormat,
    /// Where the first start writes what it created.
    pub(crate) bootstrap_file: Option<PathBuf>,
    /// The origins, in the order of the file.
    pub(crate) ingress: Vec<IngressRule>,
}

/// Why there is no valid configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file `{}` cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Something in the file is wrong.
    #[error("{}:{line}: {problem}", .path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A setting has an impossible value, wherever it came from.
    #[error("{setting}: {problem}")]
    Setting {
        /// The setting, as the file spells it.
        setting: &'static str,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

/// The shortest lease that leaves room to renew it, and the longest that an answer may have to wait for.
const LEASE_RANGE: std::ops::RangeInclusive<Duration> = Duration::from_millis(300)..=Duration::from_mins(1);

impl Config {
    /// Reads the file that `args` name, if they name one, and puts everything together.
    pub(crate) fn resolve(args: &ServeArgs) -> Result<Self, ConfigError> {
        let file = match &args.config {
            Some(path) => ConfigFile::read(path)?,
            None => ConfigFile::default(),
        };
        Self::combine(args, &file)
    }

    /// The same with the text of a file.
    #[cfg(test)]
    pub(crate) fn resolve_with(args: &ServeArgs, text: &str) -> Result<Self, ConfigError> {
        Self::combine(args, &ConfigFile::parse(Path::new("portcullis.toml"), text.into())?)
    }

    fn combine(args: &ServeArgs, file: &ConfigFile) -> Result<Self, ConfigError> {
        let from = &file.config;
        let gate_listen = args.gate_listen.or(from.gate_listen).unwrap_or_else(|| loopback(8480));
        let config = Self {
            data_dir: pick(args.data_dir.as_ref(), from.data_dir.as_ref(), Path::new("portcullis-data")),
            api_listen: args.api_listen.or(from.api_listen).unwrap_or_else(|| loopback(8400)),
            gate_listen,
            auth_listen: args.auth_listen.or(from.auth_listen).unwrap_or_else(|| loopback(8490)),
            team_domain: team_domain(&text(
                args.team_domain.as_ref(),
                from.team_domain.as_ref(),
                "team.localhost",
            ))?,
            public: args.public.as_ref().or(from.public.as_ref()).map(|text| public_url(text)).transpose()?,
            account_name: text(args.account_name.as_ref(), from.account_name.as_ref(), "Portcullis"),
            owner_email: email(&text(
                args.owner_email.as_ref(),
                from.owner_email.as_ref(),
                "owner@localhost",
            ))?,
            trusted_proxies: proxies(args.trusted_proxies.as_ref().or(from.trusted_proxies.as_ref()))?,
            lease_max: lease(&text(args.lease_max.as_ref(), from.lease_max.as_ref(), "3s"))?,
            token_memory: args
                .token_memory_mib
                .or(from.token_memory_mib)
                .unwrap_or(128)
                .saturating_mul(1 << 20),
            shutdown_timeout: duration(
                "shutdown_timeout",
                &text(args.shutdown_timeout.as_ref(), from.shutdown_timeout.as_ref(), "10s"),
            )?,
            log: text(args.log.as_ref(), from.log.as_ref(), "info"),
            log_format: text(args.log_format.as_ref(), from.log_format.as_ref(), "auto").parse()?,
            bootstrap_file: args.bootstrap_file.clone(),
            ingress: ingress_rules(file)?,
        };
        let plain = args.allow_plain_http.or(from.allow_plain_http).unwrap_or(false);
        config.check_listeners(plain)?;
        Ok(config)
    }

    /// How people reach a gate that listens at `port`.
    pub(crate) fn public_at(&self, port: u16) -> PublicUrl {
        self.public.unwrap_or(PublicUrl { https: false, port: Some(port).filter(|port| *port != 80) })
    }

    /// Credentials travel on every listener: in plain HTTP only where nobody else can listen.
    fn check_listeners(&self, plain_http_is_allowed: bool) -> Result<(), ConfigError> {
        let listeners = [
            ("api_listen", self.api_listen),
            ("gate_listen", self.gate_listen),
            ("auth_listen", self.auth_listen),
        ];
        for (setting, address) in listeners {
            if !address.ip().is_loopback() && !plain_http_is_allowed {
                let problem = format!(
                    "`{address}` is not a loopback address, and credentials would travel over it unencrypted: put a \
                     proxy that ends TLS in front, or set `allow_plain_http` if the network is trusted"
                );
                return Err(ConfigError::Setting { setting, problem });
            }
        }
        Ok(())
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn pick(argument: Option<&PathBuf>, file: Option<&PathBuf>, default: &Path) -> PathBuf {
    argument.or(file).cloned().unwrap_or_else(|| default.into())
}

fn text(argument: Option<&String>, file: Option<&String>, default: &str) -> String {
    argument.or(file).cloned().unwrap_or_else(|| default.into())
}

fn team_domain(text: &str) -> Result<String, ConfigError> {
    ingress::parse_hostname(text).ok().filter(|name| !name.starts_with('*')).ok_or_else(|| {
        ConfigError::Setting {
            setting: "team_domain",
            problem: format!(
                "`{text}` is not a hostname such as `team.example.com`, without scheme and port"
            ),
        }
    })
}

fn email(text: &str) -> Result<String, ConfigError> {
    let is_address = text.len() <= 254
        && text.bytes().all(|b| b.is_ascii_graphic())
        && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if is_address {
        return Ok(text.into());
    }
    let problem = format!("`{text}` is not an e-mail address");
    Err(ConfigError::Setting { setting: "owner_email", problem })
}

fn public_url(text: &str) -> Result<PublicUrl, ConfigError> {
    let (scheme, port) = text.split_once(':').map_or((text, None), |(scheme, port)| (scheme, Some(port)));
    let port = port.map(u16::from_str).transpose();
    match (scheme, port) {
        ("http", Ok(port)) => Ok(PublicUrl { https: false, port: port.filter(|port| *port != 80) }),
        ("https", Ok(port)) => Ok(PublicUrl { https: true, port: port.filter(|port| *port != 443) }),
        _ => {
            let problem =
                format!("`{text}` is neither `http` nor `https`, with a port if it is not the usual one");
            Err(ConfigError::Setting { setting: "public", problem })
        }
    }
}

fn proxies(list: Option<&Vec<String>>) -> Result<Vec<IpRange>, ConfigError> {
    let default = || vec!["127.0.0.0/8".to_owned(), "::1/128".to_owned()];
    let parse = |text: String| {
        text.parse::<IpRange>().map_err(|error| {
            let problem = format!("`{text}` is {error}");
            ConfigError::Setting { setting: "trusted_proxies", problem }
        })
    };
    list.cloned().unwrap_or_else(default).into_iter().map(parse).collect()
}

fn duration(setting: &'static str, text: &str) -> Result<Duration, ConfigError> {
    let parsed = text.parse::<SessionDuration>();
    parsed.map(|duration| duration.length()).map_err(|error| {
        let problem = format!("`{text}` is {error}");
        ConfigError::Setting { setting, problem }
    })
}

fn lease(text: &str) -> Result<Duration, ConfigError> {
    let lease = duration("lease_max", text)?;
    if LEASE_RANGE.contains(&lease) {
        return Ok(lease);
    }
    let problem = format!("`{text}` is not between 300ms and 60s");
    Err(ConfigError::Setting { setting: "lease_max", problem })
}

fn ingress_rules(file: &ConfigFile) -> Result<Vec<IngressRule>, ConfigError> {
    let mut rules: Vec<IngressRule> = Vec::new();
    for rule in &file.config.ingress {
        let hostname = ingress::parse_hostname(rule.hostname.as_ref())
            .map_err(|problem| file.error_at(&rule.hostname, problem.to_string()))?;
        let origin = ingress::parse_service(rule.service.as_ref())
            .map_err(|problem| file.error_at(&rule.service, problem.to_string()))?;
        if rules.iter().any(|known| known.hostname == hostname) {
            return Err(file.error_at(&rule.hostname, format!("`{hostname}` has a service already")));
        }
        rules.push(IngressRule { hostname, origin });
    }
    Ok(rules)
}

impl FromStr for LogFormat {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => {
                let problem = format!("`{text}` is none of `auto`, `text` and `json`");
                Err(ConfigError::Setting { setting: "log_format", problem })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, String> {
        Config::resolve_with(&ServeArgs::default(), text).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_configured_is_the_documented_defaults() {
        let config = config("").unwrap();
        assert_eq!(config.api_listen, loopback(8400));
        assert_eq!(config.gate_listen, loopback(8480));
        assert_eq!(config.auth_listen, loopback(8490));
        assert_eq!(config.team_domain, "team.localhost");
        assert_eq!(config.public, None);
        assert_eq!(config.public_at(8480), PublicUrl { https: false, port: Some(8480) });
        assert_eq!(config.lease_max, Duration::from_secs(3));
        assert!(config.ingress.is_empty());
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let args = ServeArgs { team_domain: Some("flag.example.com".into()), ..ServeArgs::default() };
        let file = "team_domain = 'file.example.com'\naccount_name = 'From the file'";
        let config = Config::resolve_with(&args, file).unwrap();
        assert_eq!(config.team_domain, "flag.example.com");
        assert_eq!(config.account_name, "From the file");
    }

    #[test]
    fn ingress_rules_are_those_of_cloudflare_tunnel() {
        let text = "[[ingress]]\nhostname = 'Wiki.localhost'\nservice = 'http://127.0.0.1:3000'\n\
                    [[ingress]]\nhostname = '*.apps.localhost'\nservice = 'http://origin'";
        let rule =
            |hostname: &str, origin: &str| IngressRule { hostname: hostname.into(), origin: origin.into() };
        let expected = [rule("wiki.localhost", "127.0.0.1:3000"), rule("*.apps.localhost", "origin:80")];
        assert_eq!(config(text).unwrap().ingress, expected);
    }

    #[test]
    fn an_error_in_the_file_names_file_line_and_remedy() {
        for (text, expected) in [
            ("\nteam_domian = 'x'", "portcullis.toml:2: unknown field `team_domian`"),
            ("api_listen = 'nowhere'", "portcullis.toml:1: invalid socket address syntax"),
            (
                "[[ingress]]\nhostname = 'a'\nservice = 'https://a'",
                "portcullis.toml:3: `https://a` is not a service that can be reached: write `http://HOST:PORT`",
            ),
            (
                "[[ingress]]\nhostname = 'a b'\nservice = 'http://a'",
                "portcullis.toml:2: `a b` is not a hostname",
            ),
            (
                "[[ingress]]\nhostname = 'a'\nservice = 'http://a'\n[[ingress]]\nhostname = 'A'\nservice = 'http://b'",
                "portcullis.toml:5: `a` has a service already",
            ),
            ("lease_max = '5m'", "lease_max: `5m` is not between 300ms and 60s"),
            ("team_domain = 'https://team'", "team_domain: `https://team` is not a hostname"),
            ("log_format = 'xml'", "log_format: `xml` is none of"),
            ("public = 'ftp'", "public: `ftp` is neither"),
            ("trusted_proxies = ['here']", "trusted_proxies: `here` is neither"),
        ] {
            let error = config(text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn plain_http_beyond_loopback_is_refused_unless_it_is_allowed() {
        let error = config("api_listen = '0.0.0.0:8400'").unwrap_err();
        assert!(error.starts_with("api_listen: `0.0.0.0:8400` is not a loopback address"), "{error}");
        assert!(config("api_listen = '0.0.0.0:8400'\nallow_plain_http = true").is_ok());
    }
}
