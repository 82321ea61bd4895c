//! The embedded store on a disk that fails at its n-th operation, for every n.
//!
//! This binary starts itself again as a child on a disk that fails (`faulty_disk.c`, which needs a C
//! compiler, `cc`, and Linux). The child commits and says what was acknowledged; the parent opens what it
//! left behind on a good disk and compares.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test"
)]

mod fault {
    pub(crate) mod child;
    pub(crate) mod parent;
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--child") => fault::child::run(arguments[2].as_ref()),
        Some("--list") => println!("faults: test"),
        _ => fault::parent::run(),
    }
}
