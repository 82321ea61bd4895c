//! Nobody outside the crate adds a place at which everything is permitted.

use portcullis_control::authorize::Scope;

#[derive(Clone, Copy)]
struct Wonderland;

impl Scope for Wonderland {
    type Resolved = ();
}

fn main() {}
