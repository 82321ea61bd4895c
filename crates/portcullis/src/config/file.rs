//! Settings as they stand in the configuration file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::resolve::ConfigError;

/// The keys of the file. Every one of them may be left out; any other is refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileConfig {
    pub(super) data_dir: Option<PathBuf>,
    pub(super) api_listen: Option<SocketAddr>,
    pub(super) gate_listen: Option<SocketAddr>,
    pub(super) auth_listen: Option<SocketAddr>,
    pub(super) team_domain: Option<String>,
    pub(super) public: Option<String>,
    pub(super) account_name: Option<String>,
    pub(super) owner_email: Option<String>,
    pub(super) trusted_proxies: Option<Vec<String>>,
    pub(super) lease_max: Option<String>,
    pub(super) token_memory_mib: Option<u64>,
    pub(super) shutdown_timeout: Option<String>,
    pub(super) allow_plain_http: Option<bool>,
    pub(super) log: Option<String>,
    pub(super) log_format: Option<String>,
    #[serde(default)]
    pub(super) ingress: Vec<FileIngress>,
}

/// One `[[ingress]]`, in the shape that users of Cloudflare Tunnel know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileIngress {
    pub(super) hostname: Spanned<String>,
    pub(super) service: Spanned<String>,
}

/// The file with its text, so that an error can name the line.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    path: PathBuf,
    text: String,
    pub(super) config: FileConfig,
}

impl ConfigFile {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Unreadable { path: path.into(), source: error })?;
        Self::parse(path, text)
    }

    pub(super) fn parse(path: &Path, text: String) -> Result<Self, ConfigError> {
        let config = toml::from_str(&text).map_err(|error| ConfigError::InFile {
            path: path.into(),
            line: error.span().map_or(1, |span| line_of(&text, span.start)),
            problem: error.message().into(),
        })?;
        Ok(Self { path: path.into(), text, config })
    }

    /// An error at a value of the file.
    pub(super) fn error_at<T>(&self, value: &Spanned<T>, problem: String) -> ConfigError {
        ConfigError::InFile {
            path: self.path.clone(),
            line: line_of(&self.text, value.span().start),
            problem,
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1)
}
