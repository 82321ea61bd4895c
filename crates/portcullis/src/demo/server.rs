//! The server under demonstration: a process of its own, as a user would start it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::{Child, Command};

use super::DemoError;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the first start writes down.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Bootstrap {
    pub(super) account_id: String,
    pub(super) api_token: String,
    pub(super) api_url: String,
    pub(super) gate_url: String,
    pub(super) auth_url: String,
    pub(super) team_url: String,
}

impl Bootstrap {
    /// The address of the gate.
    pub(super) fn gate(&self) -> Result<SocketAddr, DemoError> {
        address_of(&self.gate_url)
    }

    /// The root of the API listener, for its health.
    fn api_root(&self) -> String {
        self.api_url.trim_end_matches('/').trim_end_matches("/client/v4").to_owned()
    }
}

fn address_of(url: &str) -> Result<SocketAddr, DemoError> {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    address.parse().map_err(|_| DemoError::Bootstrap(format!("`{url}` has no address")))
}

/// A running `portcullis serve`.
pub(super) struct Server {
    folder: PathBuf,
    child: Child,
    pub(super) bootstrap: Bootstrap,
}

impl Server {
    /// Starts a new server in `folder`, whose applications are served by `origin`.
    pub(super) async fn start(folder: &Path, hosts: &[&str], origin: SocketAddr) -> Result<Self, DemoError> {
        let rule =
            |host: &&str| format!("[[ingress]]\nhostname = \"{host}\"\nservice = \"http://{origin}\"\n");
        let ingress = hosts.iter().map(rule).collect::<Vec<_>>().join("\n");
        let config = folder.join("portcullis.toml");
        std::fs::write(&config, ingress).map_err(DemoError::Folder)?;
        let any: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 0));
        let child = spawn(folder, [any, any, any])?;
        let bootstrap = first_words(folder).await?;
        let server = Self { folder: folder.into(), child, bootstrap };
        server.ready().await?;
        Ok(server)
    }

    /// Kills it with SIGKILL, in the middle of whatever it does, and starts it again on the same store.
    pub(super) async fn kill_and_restart(&mut self) -> Result<(), DemoError> {
        self.child.kill().await.map_err(DemoError::Process)?;
        let api = address_of(&self.bootstrap.api_root())?;
        let (gate, auth) = (self.bootstrap.gate()?, address_of(&self.bootstrap.auth_url)?);
        self.child = spawn(&self.folder, [api, gate, auth])?;
        self.ready().await
    }

    /// Stops it with SIGTERM, and gives it time to drain.
    pub(super) async fn stop(mut self) {
        let pid =
            self.child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        if tokio::time::timeout(PATIENCE, self.child.wait()).await.is_err() {
            _ = self.child.kill().await;
        }
    }

    async fn ready(&self) -> Result<(), DemoError> {
        let url = format!("{}/readyz", self.bootstrap.api_root());
        let client = portcullis_client::Client::builder()
            .no_env()
            .anonymous()
            .base_url(self.bootstrap.api_root())
            .build()
            .map_err(DemoError::Api)?;
        let ready = async {
            loop {
                let answer = client.get::<serde_json::Value>("readyz").max_retries(0).send_raw().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ready).await.map_err(|_| DemoError::NotReady(url))
    }
}

fn spawn(folder: &Path, [api, gate, auth]: [SocketAddr; 3]) -> Result<Child, DemoError> {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("server.log"));
    let program = std::env::current_exe().map_err(DemoError::Process)?;
    Command::new(program)
        .arg("serve")
        .arg("--config")
        .arg(folder.join("portcullis.toml"))
        .arg("--data-dir")
        .arg(folder.join("data"))
        .arg("--bootstrap-file")
        .arg(folder.join("bootstrap.json"))
        .args(["--api-listen".into(), api.to_string()])
        .args(["--gate-listen".into(), gate.to_string()])
        .args(["--auth-listen".into(), auth.to_string()])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.map_err(DemoError::Folder)?)
        .kill_on_drop(true)
        .spawn()
        .map_err(DemoError::Process)
}

/// Waits for the file that the first start writes.
async fn first_words(folder: &Path) -> Result<Bootstrap, DemoError> {
    let file = folder.join("bootstrap.json");
    let read = async {
        loop {
            let text = std::fs::read_to_string(&file).ok();
            if let Some(bootstrap) = text.and_then(|text| serde_json::from_str(&text).ok()) {
                return bootstrap;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let log = folder.join("server.log");
    tokio::time::timeout(PATIENCE, read).await.map_err(|_| {
        let log = std::fs::read_to_string(log).unwrap_or_default();
        DemoError::Bootstrap(format!("the server did not start:\n{log}"))
    })
}
