//! The document of `/cdn-cgi/access/certs`.

use portcullis_token::{CertsDocument, PublishedKey};

use crate::control::Control;
use crate::keyring::Signer;

impl Control {
    /// The keys by which tokens are verified; `None` before there is one.
    pub fn certs(&self) -> Option<CertsDocument> {
        let state = self.state();
        let previous = state.previous_keys();
        let previous: Vec<_> = previous.iter().map(|key| published(key)).collect();
        state.current_key().map(|current| CertsDocument::new(published(current), &previous))
    }
}

fn published(key: &Signer) -> PublishedKey<'_> {
    PublishedKey { key: key.tokens.public(), certificate_pem: key.tokens.certificate_pem() }
}
