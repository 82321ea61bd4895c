//! The document of `/cdn-cgi/access/certs`.

use portcullis_token::CertsDocument;

use crate::control::Control;

impl Control {
    /// The keys by which tokens are verified; `None` before there is one.
    pub fn certs(&self) -> Option<CertsDocument> {
        todo!()
    }
}
