//! Either end of a connection, to the byte.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

/// A start line and header lines.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) start: String,
    pub(crate) lines: Vec<(String, String)>,
}

impl Head {
    pub(crate) fn status(&self) -> u16 {
        self.start.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.lines.iter().filter(|(it, _)| it == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert!(values.next().is_none(), "more than one `{name}` in {self:?}");
        value
    }
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::new() }
    }

    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) async fn send(&mut self, text: impl AsRef<[u8]>) {
        self.stream.write_all(text.as_ref()).await.unwrap();
    }

    /// Reads the next head; `None` if the connection ended before it.
    pub(crate) async fn try_head(&mut self) -> Option<Head> {
        loop {
            if let Some(end) = self.buffer.windows(4).position(|it| it == b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
                let text = String::from_utf8(head).unwrap();
                let mut lines = text.trim_end().split("\r\n");
                let start = lines.next().unwrap().to_owned();
                let pair = |line: &str| line.split_once(": ").map(|(a, b)| (a.to_lowercase(), b.to_owned()));
                let lines =
                    lines.filter_map(|line| pair(line).or_else(|| pair(&format!("{line} ")))).collect();
                return Some(Head { start, lines });
            }
            if !self.fill().await {
                return None;
            }
        }
    }

    pub(crate) async fn head(&mut self) -> Head {
        self.try_head().await.expect("the connection ended before a head")
    }

    async fn fill(&mut self) -> bool {
        matches!(self.stream.read_buf(&mut self.buffer).await, Ok(1..))
    }

    pub(crate) async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.buffer.len() < length {
            assert!(self.fill().await, "ended after {:?}", String::from_utf8_lossy(&self.buffer));
        }
        self.buffer.drain(..length).collect()
    }

    pub(crate) async fn expect(&mut self, text: &str) {
        let found = self.exactly(text.len()).await;
        assert_eq!(String::from_utf8_lossy(&found), text);
    }

    /// The body that `head` announces with its length.
    pub(crate) async fn body(&mut self, head: &Head) -> String {
        let length = head.get("content-length").map_or(0, |it| it.parse().unwrap());
        String::from_utf8(self.exactly(length).await).unwrap()
    }

    /// Everything until the connection ends, and whether it was reset rather than closed.
    pub(crate) async fn rest(&mut self) -> (Vec<u8>, bool) {
        loop {
            match self.stream.read_buf(&mut self.buffer).await {
                Ok(0) => return (std::mem::take(&mut self.buffer), false),
                Ok(_) => {}
                Err(_) => return (std::mem::take(&mut self.buffer), true),
            }
        }
    }

    /// What has arrived and was not read.
    pub(crate) fn arrived(&self) -> usize {
        let waiting = usize::try_from(rustix::io::ioctl_fionread(&self.stream).unwrap()).unwrap();
        self.buffer.len() + waiting
    }
}
