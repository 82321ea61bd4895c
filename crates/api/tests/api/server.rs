//! Connections: real ones, on loopback.

use std::time::Duration;

use axum::Router;
use portcullis_api::{ServerLimits, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::support::Server;

/// A running server, and the way to stop it.
struct Running {
    address: std::net::SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinSet<()>,
}

impl Running {
    async fn start(router: Router, limits: ServerLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(serve(listener, router, limits, async move { drop(stopped.await) }));
        Self { address, stop: Some(stop), task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn ended(&mut self) {
        self.task.join_next().await.unwrap().unwrap();
    }
}

/// Everything until the connection ends.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A handler that says when it was reached and answers when it is told to.
fn slow() -> (Router, mpsc::Receiver<oneshot::Sender<()>>) {
    let (reached, requests) = mpsc::channel(1);
    let router = Router::new().fallback(move || async move {
        let (answer, told) = oneshot::channel();
        reached.send(answer).await.unwrap();
        told.await.unwrap();
        "done"
    });
    (router, requests)
}

#[tokio::test]
async fn a_request_over_tcp_is_answered_with_its_clients_address_known() {
    let server = Server::start().await;
    let running = Running::start(server.router.clone(), ServerLimits::default()).await;
    let mut stream = running.connect().await;
    let head = format!(
        "GET /client/v4/user/tokens/verify HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
        server.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("This API Token is valid and active"), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let limits = ServerLimits { head_bytes: 8192, ..ServerLimits::default() };
    let running = Running::start(Router::new(), limits).await;
    let mut stream = running.connect().await;
    let head = format!("GET / HTTP/1.1\r\nHost: api\r\nX: {}", "x".repeat(16 * 1024));
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    let limits = ServerLimits { head_timeout: Duration::from_millis(20), ..ServerLimits::default() };
    let running = Running::start(Router::new(), limits).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    rest(&mut stream).await;
}

#[tokio::test]
async fn a_connection_too_many_waits_for_another_to_end() {
    let (router, mut requests) = slow();
    let running = Running::start(router, ServerLimits { connections: 1, ..ServerLimits::default() }).await;
    let (mut first, mut second) = (running.connect().await, running.connect().await);
    let head = b"GET / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n";
    first.write_all(head).await.unwrap();
    second.write_all(head).await.unwrap();
    let answer = requests.recv().await.unwrap();
    assert!(requests.try_recv().is_err());
    answer.send(()).unwrap();
    assert!(rest(&mut first).await.ends_with("done"));
    requests.recv().await.unwrap().send(()).unwrap();
    assert!(rest(&mut second).await.ends_with("done"));
}

#[tokio::test]
async fn what_is_being_answered_when_the_server_stops_is_answered() {
    let (router, mut requests) = slow();
    let mut running = Running::start(router, ServerLimits::default()).await;
    let mut stream = running.connect().await;
    let mut idle = running.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: api\r\n\r\n").await.unwrap();
    let answer = requests.recv().await.unwrap();
    running.stop();
    // The listener closes and idle connections end, but this one does not.
    rest(&mut idle).await;
    answer.send(()).unwrap();
    assert!(rest(&mut stream).await.ends_with("done"));
    running.ended().await;
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn what_does_not_end_in_time_is_closed() {
    let (router, mut requests) = slow();
    let limits = ServerLimits { drain: Duration::from_millis(20), ..ServerLimits::default() };
    let mut running = Running::start(router, limits).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: api\r\n\r\n").await.unwrap();
    let _answer = requests.recv().await.unwrap();
    running.stop();
    running.ended().await;
    rest(&mut stream).await;
}
