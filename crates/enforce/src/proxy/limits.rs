//! Bounds of time and space.

use std::time::Duration;

/// How long and how much the proxy lets a peer have.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Client connections at once; more wait in the kernel's queue. Default 10 000.
    pub connections: usize,
    /// From the end of one request (or the connection) to the end of the next one's head: also how long
    /// a client may keep an idle connection. Default 60 s.
    pub request_head: Duration,
    /// Between two chunks of a request's body. Default 60 s.
    pub request_body_idle: Duration,
    /// Between two chunks of an answer's body. Event streams are silent for long. Default 1 h.
    pub response_body_idle: Duration,
    /// How long a peer may take nothing of what is written to it, upgraded connections included.
    /// Default 60 s.
    pub write_stall: Duration,
    /// To connect to an origin. Default 5 s.
    pub connect: Duration,
    /// From the end of the request to the head of the answer. Default 60 s.
    pub response_head: Duration,
    /// Bytes of a request's or answer's head. At least 8 KiB. Default 64 KiB.
    pub head_bytes: usize,
    /// Lines of a request's or answer's head. Default 100.
    pub headers: usize,
    /// Idle connections that are kept for each origin. Default 64.
    pub idle_origin_connections: usize,
    /// For how long. Below what origins usually allow, so that the origin is seldom the first to close.
    /// Default 4 s.
    pub origin_idle: Duration,
    /// For how long requests under way may go on after the shutdown. Default 30 s.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            request_head: Duration::from_mins(1),
            request_body_idle: Duration::from_mins(1),
            response_body_idle: Duration::from_hours(1),
            write_stall: Duration::from_mins(1),
            connect: Duration::from_secs(5),
            response_head: Duration::from_mins(1),
            head_bytes: 64 << 10,
            headers: 100,
            idle_origin_connections: 64,
            origin_idle: Duration::from_secs(4),
            drain: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// hyper panics below this.
    pub(super) fn head_bytes(&self) -> usize {
        self.head_bytes.max(8192)
    }
}
