//! What the first start makes, shown once.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use portcullis_control::Control;
use portcullis_control::bootstrap::{BootstrapRequest, Bootstrapped};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use crate::config::Config;

use super::data_dir::write_durably;

/// Why the first start failed. The next one begins anew.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BootstrapError {
    /// The account or its owner.
    #[error("the first account cannot be created")]
    Create(#[source] portcullis_control::bootstrap::BootstrapError),
    /// The file.
    #[error("bootstrap_file: cannot write `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

/// Where the listeners are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) api: SocketAddr,
    pub(super) gate: SocketAddr,
    pub(super) auth: SocketAddr,
}

/// The bootstrap file. Its names are those that scripts read; they do not change.
#[derive(Serialize)]
struct BootstrapFile<'a> {
    account_id: String,
    user_email: &'a str,
    api_key: &'a str,
    api_token: &'a str,
    team_domain: &'a str,
    team_url: String,
    api_url: String,
    gate_url: String,
    auth_url: String,
}

/// Creates the account, its organization, its owner and their credentials, unless they exist.
pub(super) async fn bootstrap(
    control: &Control,
    config: &Config,
    addresses: Addresses,
) -> Result<(), BootstrapError> {
    let request = BootstrapRequest {
        account_name: config.account_name.clone(),
        organization_name: config.account_name.clone(),
        team_domain: config.team_domain.clone(),
        owner_email: config.owner_email.clone(),
    };
    let Some(made) = control.bootstrap(request).await.map_err(BootstrapError::Create)? else {
        return Ok(());
    };
    let file = contents(&made, config, addresses);
    // On a terminal in any case; where nobody watches, standard output may be a log, and is only the last resort.
    if std::io::stdout().is_terminal() || config.bootstrap_file.is_none() {
        show(&file);
    }
    config.bootstrap_file.as_ref().map_or(Ok(()), |path| write(path, &file))
}

fn contents<'a>(made: &'a Bootstrapped, config: &'a Config, addresses: Addresses) -> BootstrapFile<'a> {
    let public = config.public_at(addresses.gate.port());
    let scheme = if public.https { "https" } else { "http" };
    let port = public.port.map(|port| format!(":{port}")).unwrap_or_default();
    BootstrapFile {
        account_id: made.account.id.to_string(),
        user_email: &made.owner.email,
        api_key: made.global_api_key.expose_secret(),
        api_token: made.api_token.expose_secret(),
        team_domain: &config.team_domain,
        team_url: format!("{scheme}://{}{port}", config.team_domain),
        api_url: format!("http://{}/client/v4", addresses.api),
        gate_url: format!("http://{}", addresses.gate),
        auth_url: format!("http://{}", addresses.auth),
    }
}

fn write(path: &Path, file: &BootstrapFile<'_>) -> Result<(), BootstrapError> {
    let text = serde_json::to_vec_pretty(file).map_err(std::io::Error::from);
    text.and_then(|text| write_durably(path, &text))
        .map_err(|source| BootstrapError::File { path: path.into(), source })
}

#[expect(clippy::print_stdout, reason = "shown once, to whoever starts the server, and never logged")]
fn show(file: &BootstrapFile<'_>) {
    println!(
        "This is the first start. These credentials are shown once; whoever has them can do everything here.

  account id            {}
  owner                 {}
  API token             {}
  global API key        {}

  control API           {}
  gate                  {}
  decisions             {}
  team domain           {}
",
        file.account_id,
        file.user_email,
        file.api_token,
        file.api_key,
        file.api_url,
        file.gate_url,
        file.auth_url,
        file.team_url
    );
}
