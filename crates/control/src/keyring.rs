//! What only the key-encryption key opens.

use std::fmt::Display;
use std::sync::Arc;

use portcullis_model::{Kid, Timestamp};
use portcullis_store::Cause;
use portcullis_token::{HashKey, KeyEncryptionKey, SigningKey};

use crate::commit::CommitFailed;
use crate::meta::MetaKey;
use crate::records::{Key, RecordError, SealedDigestKey, SealedSigningKey};

/// A signing key in use, in the two forms in which it signs.
#[derive(Debug)]
pub(crate) struct Signer {
    pub(crate) tokens: SigningKey,
    pub(crate) meta: MetaKey,
}

/// Seals and opens the secrets in the store, each for its place (I8).
#[derive(Debug)]
pub(crate) struct Keyring(KeyEncryptionKey);

const DIGEST_KEY_CONTEXT: &str = "digest-key";

impl Keyring {
    pub(crate) fn new(key: KeyEncryptionKey) -> Self {
        Self(key)
    }

    pub(crate) fn seal_signing_key(
        &self,
        key: &SigningKey,
        created_at: Timestamp,
    ) -> Result<SealedSigningKey, CommitFailed> {
        let private = key.to_pkcs8().map_err(CommitFailed::preparation)?;
        let sealed =
            self.0.seal(&private, &signing_key_context(key.kid())).map_err(CommitFailed::preparation)?;
        let certificate_pem = key.certificate_pem().to_owned();
        Ok(SealedSigningKey { public: key.public().clone(), certificate_pem, sealed, created_at })
    }

    pub(crate) fn open_signing_key(&self, record: &SealedSigningKey) -> Result<Signer, RecordError> {
        let kid = record.public.kid;
        let place = || Key::SigningKey(kid);
        let inconsistent = |reason| RecordError::Inconsistent { key: place().to_string(), reason };
        let private =
            self.0.open(&record.sealed, &signing_key_context(kid)).map_err(|e| sealed(place(), e))?;
        let tokens =
            SigningKey::from_pkcs8(&private, &record.certificate_pem).map_err(|e| sealed(place(), e))?;
        if *tokens.public() != record.public {
            return Err(inconsistent("the private key is not that of the public key"));
        }
        let meta =
            MetaKey::from_pkcs8(kid, &private).ok_or_else(|| inconsistent("the private key is damaged"))?;
        Ok(Signer { tokens, meta })
    }

    pub(crate) fn seal_digest_key(&self, key: &HashKey) -> Result<SealedDigestKey, CommitFailed> {
        let sealed = self.0.seal(key.as_bytes(), DIGEST_KEY_CONTEXT).map_err(CommitFailed::preparation)?;
        Ok(SealedDigestKey(sealed))
    }

    pub(crate) fn open_digest_key(&self, record: &SealedDigestKey) -> Result<HashKey, RecordError> {
        let bytes = self.0.open(&record.0, DIGEST_KEY_CONTEXT).map_err(|e| sealed(Key::DigestKey, e))?;
        HashKey::from_bytes(&bytes).map_err(|e| sealed(Key::DigestKey, e))
    }
}

fn signing_key_context(kid: Kid) -> String {
    format!("signing-key:{kid}")
}

fn sealed(key: impl Display, error: impl std::error::Error + Send + Sync + 'static) -> RecordError {
    let cause: Cause = Arc::new(error);
    RecordError::Sealed { key: key.to_string(), cause }
}
