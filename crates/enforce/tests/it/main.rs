//! The enforcement points from outside: real sockets, a real gate, a clock that stands still.

mod cut;
mod decisions;
mod forwarding;
mod framing;
mod login;
mod setting;
mod stripping;
mod table;
mod upgrades;
mod wire;
