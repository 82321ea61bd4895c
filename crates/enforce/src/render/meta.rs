//! The signed `meta` of login redirects, kept for a while.

use bytes::Bytes;
use portcullis_model::Moment;
use quick_cache::sync::Cache;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

use crate::ports::{IssueError, Issuer, LoginMeta};

/// A signature is good for five minutes; the login page must still have most of that.
const KEPT_FOR: Duration = Duration::from_mins(1);
const KEPT_MAX: usize = 4096;
/// Longer places are signed each time rather than kept.
const KEPT_BYTES_MAX: usize = 1024;
const SIGN_TIMEOUT: Duration = Duration::from_secs(5);

/// Why there is no signed `meta`. Repeating is safe.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MetaError {
    #[error("too many logins begin at once")]
    Busy,
    #[error("control did not sign in time")]
    TimedOut,
    #[error("control did not sign")]
    NotSigned(#[source] IssueError),
}

/// Gets metas signed.
///
/// # Security
///
/// Anybody can ask for a redirect, and each costs an RSA signature: the number that is made at once is
/// bounded, those that wait for it are bounded, and the same place is signed once a minute.
pub(crate) struct LoginMetas {
    kept: Cache<LoginMeta, Kept>,
    signing: Semaphore,
    waiting: Semaphore,
}

#[derive(Clone)]
struct Kept {
    jwt: Bytes,
    until: Moment,
}

impl LoginMetas {
    pub(crate) fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            kept: Cache::new(KEPT_MAX),
            signing: Semaphore::new(at_once),
            waiting: Semaphore::new(at_once.saturating_add(waiting)),
        }
    }

    pub(crate) async fn signed(
        &self,
        issuer: &Arc<dyn Issuer>,
        meta: LoginMeta,
        now: Moment,
    ) -> Result<Bytes, MetaError> {
        if let Some(jwt) = self.find(&meta, now) {
            return Ok(jwt);
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| MetaError::Busy)?;
        let _signing = self.signing.acquire().await.map_err(|_| MetaError::Busy)?;
        // Somebody may have had it signed while this waited.
        if let Some(jwt) = self.find(&meta, now) {
            return Ok(jwt);
        }
        let signed = tokio::time::timeout(SIGN_TIMEOUT, issuer.sign_meta(meta.clone()));
        let jwt = signed.await.map_err(|_| MetaError::TimedOut)?.map_err(MetaError::NotSigned)?;
        let jwt = Bytes::from(jwt);
        if meta.hostname.len() + meta.redirect_url.len() <= KEPT_BYTES_MAX {
            self.kept.insert(meta, Kept { jwt: jwt.clone(), until: now.plus(KEPT_FOR) });
        }
        Ok(jwt)
    }

    fn find(&self, meta: &LoginMeta, now: Moment) -> Option<Bytes> {
        self.kept.get(meta).filter(|kept| now < kept.until).map(|kept| kept.jwt)
    }
}

impl fmt::Debug for LoginMetas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginMetas").field("kept", &self.kept.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{BoxFuture, join_all};
    use portcullis_gate::ServiceLogin;
    use portcullis_model::Audience;

    use super::*;

    /// Signs when it is let, and counts how many ask at once.
    #[derive(Default)]
    struct Slow {
        asking: AtomicUsize,
        most: AtomicUsize,
        signed: AtomicUsize,
    }

    impl Issuer for Slow {
        fn issue(&self, _: ServiceLogin) -> BoxFuture<'_, Result<String, IssueError>> {
            Box::pin(async { Err(IssueError::Refused { reason: "no".into() }) })
        }

        fn sign_meta(&self, meta: LoginMeta) -> BoxFuture<'_, Result<String, IssueError>> {
            Box::pin(async move {
                let asking = self.asking.fetch_add(1, Ordering::SeqCst) + 1;
                self.most.fetch_max(asking, Ordering::SeqCst);
                tokio::task::yield_now().await;
                self.asking.fetch_sub(1, Ordering::SeqCst);
                self.signed.fetch_add(1, Ordering::SeqCst);
                Ok(meta.redirect_url.into())
            })
        }
    }

    fn meta(path: impl Into<Box<str>>) -> LoginMeta {
        LoginMeta { audience: Audience::from_bytes([1; 32]), hostname: "a".into(), redirect_url: path.into() }
    }

    #[tokio::test]
    async fn a_flood_of_logins_is_bounded_and_the_rest_is_turned_away() {
        let slow = Arc::new(Slow::default());
        let issuer: Arc<dyn Issuer> = slow.clone();
        let metas = LoginMetas::new(2, 3);
        let ask = |number: i32| metas.signed(&issuer, meta(format!("/{number}")), Moment::ZERO);
        let answers = join_all((0..20).map(ask)).await;
        assert_eq!(slow.most.load(Ordering::SeqCst), 2);
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
        assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(MetaError::Busy))));
    }

    #[tokio::test]
    async fn the_same_place_is_signed_once_a_minute_and_a_long_one_each_time() {
        let slow = Arc::new(Slow::default());
        let issuer: Arc<dyn Issuer> = slow.clone();
        let metas = LoginMetas::new(2, 3);
        let seconds = |seconds| Moment::ZERO.plus(Duration::from_secs(seconds));
        for (path, now, signed) in [
            ("/", 0, 1),
            ("/", 59, 1),
            ("/", 60, 2),
            ("/other", 60, 3),
            (&*"/".repeat(2000), 60, 4),
            (&"/".repeat(2000), 60, 5),
        ] {
            metas.signed(&issuer, meta(path), seconds(now)).await.unwrap();
            assert_eq!(slow.signed.load(Ordering::SeqCst), signed);
        }
    }
}
