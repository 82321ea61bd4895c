//! The demo, step by step.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use portcullis_client::Client;
use portcullis_client::types::{ApplicationParams, Decision, Field, InlinePolicy, Rule, ServiceTokenParams};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::origin::{self, Ledger};
use super::report::Report;
use super::sabotage;
use super::server::{Bootstrap, Server};
use super::visitor::{Credentials, Kind, Visitor, Watch};
use super::{DemoArgs, DemoError};

const WIKI: &str = "wiki.localhost";
const NOTES: &str = "notes.localhost";
/// Clients of the application that is not revoked.
const NEIGHBOURS: usize = 10;
/// How long clients use their tokens before the revocation.
const BUSY: Duration = Duration::from_secs(2);
/// After this long, a client that is still admitted will always be.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the demo. The answer is whether everything was as promised.
pub(crate) async fn run(args: DemoArgs) -> Result<bool, DemoError> {
    let folder = tempfile::Builder::new().prefix("portcullis-demo-").tempdir().map_err(DemoError::Folder)?;
    let ledger = Ledger::new();
    let mut background = JoinSet::new();
    let listener = loopback().await?;
    let origin_address = listener.local_addr().map_err(DemoError::Listen)?;
    background.spawn(origin::serve(listener, ledger.clone()));

    let progress = Progress::new();
    progress.step("starting a server and an origin");
    let mut server = Server::start(folder.path(), &[WIKI, NOTES], origin_address).await?;
    let demo = Demo { args: &args, gate: server.bootstrap.gate()?, ledger, progress: &progress };
    let report = demo.play(&mut server).await?;
    progress.finish();
    conclude(&report);
    if args.keep {
        keep(&server.bootstrap).await;
    }
    server.stop().await;
    Ok(report.broken_promises().is_empty())
}

async fn loopback() -> Result<TcpListener, DemoError> {
    TcpListener::bind(("127.0.0.1", 0)).await.map_err(DemoError::Listen)
}

struct Demo<'a> {
    args: &'a DemoArgs,
    gate: SocketAddr,
    ledger: Arc<Ledger>,
    progress: &'a Progress,
}

impl Demo<'_> {
    async fn play(&self, server: &mut Server) -> Result<Report, DemoError> {
        let client = api(&server.bootstrap, &server.bootstrap.api_url)?;
        let wiki = self.create(&client, &server.bootstrap).await?;

        self.progress.step("logging clients in through the gate");
        let credentials = self.service_tokens(&client, &server.bootstrap).await?;
        let visitors = self.log_in(WIKI, credentials.iter().cloned()).await?;
        let neighbours = self.log_in(NOTES, credentials.iter().take(NEIGHBOURS).cloned()).await?;
        self.ledger.expect_revoked(visitors.iter().map(|visitor| visitor.token.clone()).collect());

        self.progress.step("using the tokens, on many connections at once");
        let watch = Watch::new(self.ledger.clone());
        let mut staying = JoinSet::new();
        let mut report =
            Report { clients: visitors.len(), neighbours: neighbours.len(), ..Report::default() };
        for (number, visitor) in visitors.iter().enumerate() {
            let kind = match number % 10 {
                0 | 1 => Kind::WebSocket,
                2 => Kind::Stream,
                _ => Kind::Pages,
            };
            report.websockets += usize::from(kind == Kind::WebSocket);
            report.streams += usize::from(kind == Kind::Stream);
            staying.spawn(visitor.clone().stay(kind, watch.clone()));
        }
        let neighbourhood = Neighbourhood::open(&neighbours, &self.ledger);
        tokio::time::sleep(BUSY).await;

        self.progress.step("revoking every token of the wiki");
        self.revoke(server, &wiki, &watch, &mut report).await?;

        self.progress.step("waiting until every client has been refused");
        let everyone = async {
            while let Some(stayed) = staying.join_next().await {
                stayed.map_err(DemoError::Client)??;
            }
            Ok::<_, DemoError>(())
        };
        let in_time = tokio::time::timeout(PATIENCE, everyone).await;
        self.count(&watch, &mut report);
        match in_time {
            Ok(refused) => refused?,
            // What is wrong stands in the report.
            Err(_) => return Ok(report),
        }
        report.neighbours_untouched = neighbourhood.untouched().await;

        self.progress.step("logging in again with the same credentials");
        let again = self.log_in(WIKI, credentials.into_iter()).await?;
        report.logged_in_again = again.len();

        self.progress.step("killing the server with SIGKILL and starting it again");
        server.kill_and_restart().await?;
        report.dead_after_restart =
            count(&visitors, |status, reason| status != 200 && reason == "revoked").await?;
        report.alive_after_restart = count(&again, |status, _| status == 200).await?
            + count(&neighbours, |status, _| status == 200).await?;
        self.count(&watch, &mut report);
        Ok(report)
    }

    /// Creates the two applications, and returns the id of the one that will be revoked.
    async fn create(&self, client: &Client, bootstrap: &Bootstrap) -> Result<String, DemoError> {
        self.progress.step("creating applications, policies and service tokens");
        let mut ids = Vec::new();
        for (name, host) in [("Wiki", WIKI), ("Notes", NOTES)] {
            let machines = InlinePolicy::new("machines", Decision::NonIdentity, [Rule::AnyValidServiceToken]);
            let people =
                InlinePolicy::new("people", Decision::Allow, [Rule::EmailDomain("example.com".into())]);
            let application = ApplicationParams {
                policies: Field::Value(vec![
                    InlinePolicy { precedence: Field::Value(1), ..machines }.into(),
                    InlinePolicy { precedence: Field::Value(2), ..people }.into(),
                ]),
                ..ApplicationParams::self_hosted(name, host)
            };
            let applications = client.zero_trust().access().applications();
            let created = applications
                .create(application)
                .account_id(&bootstrap.account_id)
                .await
                .map_err(DemoError::Api)?;
            ids.push(created.id);
        }
        ids.into_iter().next().ok_or(DemoError::Incomplete("application id"))
    }

    async fn service_tokens(
        &self,
        client: &Client,
        bootstrap: &Bootstrap,
    ) -> Result<Vec<Credentials>, DemoError> {
        let mut creating = JoinSet::new();
        for number in 0..self.args.clients {
            let (client, account) = (client.clone(), bootstrap.account_id.clone());
            creating.spawn(async move {
                let tokens = client.zero_trust().access().service_tokens();
                let params = ServiceTokenParams::new(format!("demo client {number}"));
                tokens.create(params).account_id(account).await
            });
        }
        let mut credentials = Vec::new();
        while let Some(created) = creating.join_next().await {
            let created = created.map_err(DemoError::Client)?.map_err(DemoError::Api)?;
            credentials.push(Credentials {
                client_id: created.client_id.ok_or(DemoError::Incomplete("client_id"))?,
                client_secret: created
                    .client_secret
                    .map(|secret| secret.expose_secret().to_owned())
                    .ok_or(DemoError::Incomplete("client_secret"))?,
            });
        }
        Ok(credentials)
    }

    async fn log_in(
        &self,
        host: &'static str,
        credentials: impl Iterator<Item = Credentials>,
    ) -> Result<Vec<Visitor>, DemoError> {
        let mut entering = JoinSet::new();
        for credentials in credentials {
            let gate = self.gate;
            entering.spawn(async move { Visitor::log_in(gate, host, &credentials).await });
        }
        let mut visitors = Vec::new();
        while let Some(visitor) = entering.join_next().await {
            visitors.push(visitor.map_err(DemoError::Client)??);
        }
        Ok(visitors)
    }

    async fn revoke(
        &self,
        server: &Server,
        application: &str,
        watch: &Watch,
        report: &mut Report,
    ) -> Result<(), DemoError> {
        let bootstrap = &server.bootstrap;
        let mut sabotaged = JoinSet::new();
        let mut url = bootstrap.api_url.clone();
        if self.args.sabotage {
            let listener = loopback().await?;
            url = format!("http://{}", listener.local_addr().map_err(DemoError::Listen)?);
            sabotaged.spawn(sabotage::serve(listener));
        }
        let client = api(bootstrap, &url)?;
        report.requests_before = self.ledger.requests();
        report.messages_before = self.ledger.messages();
        let called_at = self.ledger.elapsed();
        let answer = client
            .zero_trust()
            .access()
            .applications()
            .revoke_tokens(application)
            .account_id(&bootstrap.account_id)
            .await
            .map_err(DemoError::Api)?;
        watch.answer_came();
        report.until_answer = self.ledger.elapsed().saturating_sub(called_at);
        report.until_last_refusal = called_at;
        report.answer = answer.status().to_string();
        report.gates = answer.gates().map(|gates| (gates.confirmed, gates.connected));
        Ok(())
    }

    fn count(&self, watch: &Watch, report: &mut Report) {
        if report.refused == 0 {
            report.until_last_refusal = watch.last_refusal().saturating_sub(report.until_last_refusal);
        }
        report.refused = watch.refused();
        report.closed = watch.closed();
        report.too_late = self.ledger.too_late();
        report.received_too_late = watch.received_too_late();
        report.oddities = watch.oddities();
        report.oddities.truncate(5);
    }
}

/// How many of these tokens get this answer.
async fn count(visitors: &[Visitor], expected: impl Fn(u16, &str) -> bool) -> Result<usize, DemoError> {
    let mut matching = 0;
    for visitor in visitors {
        let (status, reason) = visitor.ask().await?;
        matching += usize::from(expected(status, &reason));
    }
    Ok(matching)
}

/// The clients of the other application: each keeps a WebSocket open through all of it.
struct Neighbourhood {
    watch: Arc<Watch>,
    staying: JoinSet<Result<(), DemoError>>,
}

impl Neighbourhood {
    fn open(visitors: &[Visitor], ledger: &Arc<Ledger>) -> Self {
        let watch = Watch::new(ledger.clone());
        let mut staying = JoinSet::new();
        for visitor in visitors {
            staying.spawn(visitor.clone().stay(Kind::WebSocket, watch.clone()));
        }
        Self { watch, staying }
    }

    /// How many of them still have their connection, and were never refused.
    async fn untouched(mut self) -> usize {
        let lost = usize::try_from(self.watch.closed() + self.watch.refused()).unwrap_or(usize::MAX);
        let open = self.staying.len();
        self.staying.shutdown().await;
        open.saturating_sub(lost)
    }
}

fn api(bootstrap: &Bootstrap, url: &str) -> Result<Client, DemoError> {
    Client::builder().no_env().api_token(&bootstrap.api_token).base_url(url).build().map_err(DemoError::Api)
}

#[expect(clippy::print_stdout, reason = "the report is what the demo is for")]
fn conclude(report: &Report) {
    println!("\nEvery token of an application, revoked with one call:\n\n{report}");
    let broken = report.broken_promises();
    if broken.is_empty() {
        println!("Everything was as promised.");
        return;
    }
    println!("NOT as promised:");
    for promise in broken {
        println!("  - {promise}");
    }
}

#[expect(clippy::print_stdout, reason = "addresses and curl lines are what --keep is for")]
async fn keep(bootstrap: &Bootstrap) {
    let Bootstrap { account_id, api_token, api_url, gate_url, auth_url, team_url } = bootstrap;
    println!(
        "\nThe server is still running; Ctrl-C ends it and removes its folder.

  control API      {api_url}
  gate             {gate_url}      (applications: http://{WIKI}, http://{NOTES} at this port)
  decisions        {auth_url}
  team domain      {team_url}

Refused, since nobody logged in:
  curl -i {gate_url}/ -H 'Host: {WIKI}'

A new service token:
  curl -s {api_url}/accounts/{account_id}/access/service_tokens \\
    -H 'Authorization: Bearer {api_token}' -d '{{\"name\":\"mine\"}}'

Log in with its client_id and client_secret, and keep the cookie:
  curl -i {gate_url}/ -H 'Host: {WIKI}' -c jar \\
    -H 'CF-Access-Client-Id: ...' -H 'CF-Access-Client-Secret: ...'

The applications and their ids:
  curl -s {api_url}/accounts/{account_id}/access/apps -H 'Authorization: Bearer {api_token}'

Revoke every token of one:
  curl -i -X POST {api_url}/accounts/{account_id}/access/apps/APP_ID/revoke_tokens \\
    -H 'Authorization: Bearer {api_token}'
"
    );
    _ = tokio::signal::ctrl_c().await;
}

/// A spinner on a terminal, plain lines elsewhere.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    #[expect(clippy::print_stderr, reason = "without a terminal, progress is lines")]
    fn step(&self, what: &'static str) {
        if self.bar.is_hidden() {
            eprintln!("{what} ...");
        } else {
            self.bar.set_message(what);
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
