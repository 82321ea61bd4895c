//! Nobody outside the crate vouches for a caller.

use portcullis_control::Caller;
use portcullis_control::authorize::{Authorized, Owner, RevokeAppTokens};

fn forge(caller: Caller, scope: Owner) -> Authorized<RevokeAppTokens> {
    Authorized::<RevokeAppTokens>::assertion(caller, scope)
}

fn main() {}
