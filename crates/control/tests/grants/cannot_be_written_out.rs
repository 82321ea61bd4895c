//! Nor writes the grant out by hand.

use portcullis_control::Caller;
use portcullis_control::authorize::{Authorized, Owner, RevokeAppTokens};

fn forge(caller: Caller, scope: Owner) -> Authorized<RevokeAppTokens> {
    Authorized { caller, scope }
}

fn main() {}
