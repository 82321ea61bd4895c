//! A server that answers from a script and keeps the exact bytes that it was sent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use portcullis_client::{Client, ClientBuilder, Request, RetryPolicy, RevokeTokens};

pub(crate) const ACCOUNT: &str = "023e105f4ecef8ad9ca31a8372d0c353";
pub(crate) const APP: &str = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415";
pub(crate) const SUCCESS: &str = r#"{"result":{},"success":true,"errors":[],"messages":[]}"#;

/// What the server does with one connection, which carries one request.
pub(crate) enum Answer {
    /// Answers with these bytes.
    Bytes(String),
    /// Resets the connection before it answers.
    Reset,
    /// Announces more than it sends.
    HalfBody,
    /// Says nothing.
    Silence,
}

/// An answer with headers (each with its line end) and a JSON body.
pub(crate) fn answer_with(status: u16, headers: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Bytes(format!(
        "HTTP/1.1 {status} Reason\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ))
}

pub(crate) fn answer(status: u16, body: &str) -> Answer {
    answer_with(status, "", body)
}

/// The server. It accepts one connection for each answer of its script, and then no more.
pub(crate) struct Script {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    delays: Arc<Mutex<Vec<u128>>>,
    thread: JoinHandle<Vec<TcpStream>>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answers: Vec<_> = answers.into_iter().collect();
        let log = Arc::clone(&seen);
        let thread = std::thread::spawn(move || {
            let mut held = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                log.lock().unwrap().push(read_request(&mut stream));
                held.extend(play(answer, stream));
            }
            held
        });
        Self { address, seen, delays: Arc::default(), thread }
    }

    /// A builder for this server, which does not wait between attempts but writes down how long it would.
    pub(crate) fn builder(&self) -> ClientBuilder {
        let delays = Arc::clone(&self.delays);
        Client::builder()
            .no_env()
            .base_url(format!("http://{}/client/v4", self.address))
            .retry(RetryPolicy::default().jitter(0.0))
            .sleep(move |delay: Duration| {
                delays.lock().unwrap().push(delay.as_millis());
                async {}
            })
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().api_token("tok_AAAA").build().unwrap()
    }

    pub(crate) fn revoke(&self) -> Request<RevokeTokens> {
        revoke(&self.client())
    }

    /// The waits between the attempts so far, in milliseconds.
    pub(crate) fn delays(&self) -> Vec<u128> {
        self.delays.lock().unwrap().clone()
    }

    /// The requests so far, with the server's address replaced by `HOST`.
    pub(crate) fn requests(&self) -> Vec<String> {
        let address = self.address.to_string();
        self.seen.lock().unwrap().iter().map(|request| request.replace(&address, "HOST")).collect()
    }

    /// The first lines of the requests.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.lines().next().unwrap().to_owned()).collect()
    }

    /// The same, when the script was played to its end. Needed only where the client does not wait for it.
    pub(crate) fn finish(self) -> Vec<String> {
        let requests = Arc::clone(&self.seen);
        drop(self.thread.join().unwrap());
        requests.lock().unwrap().clone()
    }
}

/// The call of this crate.
pub(crate) fn revoke(client: &Client) -> Request<RevokeTokens> {
    client.zero_trust().access().applications().revoke_tokens(APP).account_id(ACCOUNT)
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        bytes.extend(byte);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// Answers the connection if it is to stay open.
fn play(answer: Answer, mut stream: TcpStream) -> Option<TcpStream> {
    match answer {
        Answer::Bytes(bytes) => stream.write_all(bytes.as_bytes()).unwrap(),
        Answer::HalfBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"result\":").unwrap();
        }
        Answer::Reset => socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap(),
        Answer::Silence => return Some(stream),
    }
    None
}
