//! Lists, page by page.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http::Method;
use portcullis_api_types::{Account, Application, ServiceToken, Zone};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::page::{Page, is_last};
use crate::path::Path;
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// A list of `T`, page by page.
pub struct List<T> {
    scope: ScopeChoice,
    page: Option<u64>,
    per_page: Option<u64>,
    /// Fingerprints of the pages that this list has answered so far.
    seen: Vec<u64>,
    item: PhantomData<fn() -> T>,
}

/// What can be listed, and where.
pub trait Listed: DeserializeOwned + Send + Sealed + 'static {
    #[doc(hidden)]
    fn path(scope: &ScopeChoice) -> Result<Path, Invalid>;
}

impl Sealed for Application {}
impl Sealed for ServiceToken {}
impl Sealed for Account {}
impl Sealed for Zone {}

impl Listed for Application {
    fn path(scope: &ScopeChoice) -> Result<Path, Invalid> {
        Ok(scope.path()?.words("access/apps"))
    }
}

impl Listed for ServiceToken {
    fn path(scope: &ScopeChoice) -> Result<Path, Invalid> {
        Ok(scope.path()?.words("access/service_tokens"))
    }
}

impl Listed for Account {
    fn path(_: &ScopeChoice) -> Result<Path, Invalid> {
        Ok(Path::new("accounts"))
    }
}

impl Listed for Zone {
    fn path(_: &ScopeChoice) -> Result<Path, Invalid> {
        Ok(Path::new("zones"))
    }
}

impl Scoped for List<Application> {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Scoped for List<ServiceToken> {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl<T> List<T> {
    pub(crate) fn new() -> Self {
        Self {
            scope: ScopeChoice::default(),
            page: None,
            per_page: None,
            seen: Vec::new(),
            item: PhantomData,
        }
    }
}

impl<T: Listed> Request<List<T>> {
    /// Begins with this page, counted from 1.
    pub fn page(mut self, page: u64) -> Self {
        self.operation.page = Some(page);
        self
    }

    /// How many items a page has. Cloudflare's Access lists know 1, 5, 10, 20, 25, 50, 100 and 1000.
    pub fn per_page(mut self, per_page: u64) -> Self {
        self.operation.per_page = Some(per_page);
        self
    }

    /// Every item from here on, fetched page by page as it is asked for.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// use std::pin::pin;
    ///
    /// use futures_util::TryStreamExt;
    ///
    /// let applications = client.zero_trust().access().applications();
    /// let mut stream = pin!(applications.list().account_id("023e105f4ecef8ad9ca31a8372d0c353").stream());
    /// while let Some(application) = stream.try_next().await? {
    ///     println!("{} {:?}", application.id, application.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> impl Stream<Item = Result<T, Error>> + Send {
        stream::try_unfold(Some(self), |request| async move {
            let Some(request) = request else { return Ok::<_, Error>(None) };
            let mut page = request.send().await?;
            let items = std::mem::take(&mut page.result);
            Ok(Some((stream::iter(items).map(Ok), page.next_page())))
        })
        .try_flatten()
    }

    /// Every item from here on.
    ///
    /// # Errors
    ///
    /// As [`Request::send`]; what was fetched before is dropped.
    pub async fn all(self) -> Result<Vec<T>, Error> {
        self.stream().try_collect().await
    }

    fn after(&self, number: u64, fingerprint: u64) -> Self {
        let mut next = self.clone();
        next.operation.page = Some(number.saturating_add(1));
        next.operation.seen.push(fingerprint);
        next
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        let Self { scope, page, per_page, seen, item } = self;
        Self { scope: scope.clone(), page: *page, per_page: *per_page, seen: seen.clone(), item: *item }
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("scope", &self.scope)
            .field("page", &self.page)
            .field("per_page", &self.per_page)
            .finish_non_exhaustive()
    }
}

impl<T> Sealed for List<T> {}

impl<T: Listed> Operation for List<T> {
    type Answer = Page<T>;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let number = |name, number: Option<u64>| number.map(|number| (name, number.to_string()));
        let query = [number("page", self.page), number("per_page", self.per_page)];
        Ok(Endpoint {
            query: query.into_iter().flatten().collect(),
            ..Endpoint::new(Method::GET, T::path(&self.scope)?)
        })
    }

    fn answer(request: &Request<Self>, raw: &RawResponse) -> Result<Page<T>, Error> {
        let envelope = raw.envelope()?;
        let items = envelope.result.unwrap_or_default();
        let fingerprint = fingerprint(&items);
        let result_info = envelope.result_info;
        if request.operation.seen.contains(&fingerprint) {
            return Ok(Page { result: Vec::new(), result_info, next: None });
        }
        let items =
            serde_json::from_value::<Option<Vec<T>>>(items).map_err(|source| raw.undecodable(source))?;
        let result = items.unwrap_or_default();
        let number = request.operation.page.unwrap_or(1).max(1);
        let last = is_last(number, result.len(), result_info.as_ref());
        Ok(Page { result, result_info, next: (!last).then(|| request.after(number, fingerprint)) })
    }
}

fn fingerprint(items: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    items.to_string().hash(&mut hasher);
    hasher.finish()
}
