//! Sending a call, as often as it takes.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use url::Url;

use crate::client::Inner;
use crate::error::{Invalid, RequestLine};
use crate::json_set::json_set;
use crate::operation::Endpoint;
use crate::options::Options;
use crate::raw_response::RawResponse;
use crate::retry::{Outcome, Retry};
use crate::{Error, Operation, Request};

/// A call as it is sent, ready to be sent again.
struct Prepared {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
    timeout: Duration,
    repeatable: bool,
    max_retries: u32,
}

/// An attempt that got no answer.
struct NoAnswer {
    source: reqwest::Error,
}

impl<O: Operation> Request<O> {
    pub(crate) async fn execute(&self) -> Result<RawResponse, Error> {
        let inner = self.client.inner();
        let prepared = Prepared::new(self.operation.endpoint()?, &self.options, inner)?;
        let mut retries = 0;
        loop {
            let answer = prepared.attempt(&inner.http, retries).await;
            let Some(delay) = prepared.delay(inner, &answer, retries) else {
                return answer.map_err(|failure| prepared.error(failure, retries));
            };
            retries += 1;
            inner.retry.notify(&Retry {
                retries,
                delay,
                status: answer.ok().map(|answer| answer.status()),
                method: &prepared.method,
                url: &prepared.url,
            });
            (inner.sleep)(delay).await;
        }
    }
}

impl Prepared {
    fn new(endpoint: Endpoint, options: &Options, inner: &Inner) -> Result<Self, Error> {
        let mut url = endpoint.path.below(&inner.base)?;
        if let Some(fault) = &options.fault {
            return Err(fault.clone().into());
        }
        add_query(&mut url, &endpoint, options);
        let body = body(endpoint.body, options)?;
        Ok(Self {
            headers: headers(&endpoint.method, endpoint.headers, options, inner, body.is_some()),
            url,
            method: endpoint.method,
            body,
            timeout: options.timeout.unwrap_or(inner.timeout),
            repeatable: endpoint.repeatable,
            max_retries: options.max_retries.unwrap_or_else(|| inner.retry.limit()),
        })
    }

    async fn attempt(&self, http: &reqwest::Client, retries: u32) -> Result<RawResponse, NoAnswer> {
        let answer = self.exchange(http, retries).await;
        // Headers and bodies are never logged: they carry credentials and new secrets.
        let (method, path) = (&self.method, self.url.path());
        match &answer {
            Ok(answer) => tracing::debug!(%method, path, retries, status = %answer.status(), "answered"),
            Err(failure) => tracing::debug!(%method, path, retries, error = %failure.source, "not answered"),
        }
        answer
    }

    async fn exchange(&self, http: &reqwest::Client, retries: u32) -> Result<RawResponse, NoAnswer> {
        let no_answer = |source: reqwest::Error| NoAnswer { source: source.without_url() };
        let mut request = http
            .request(self.method.clone(), self.url.clone())
            .headers(self.headers.clone())
            .timeout(self.timeout);
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let mut response = request.send().await.map_err(no_answer)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = response.bytes().await.map_err(no_answer)?;
        Ok(RawResponse::new(self.line(retries), status, headers, body))
    }

    fn line(&self, retries: u32) -> RequestLine {
        RequestLine { method: self.method.clone(), url: self.url.clone(), retries }
    }

    fn delay(&self, inner: &Inner, answer: &Result<RawResponse, NoAnswer>, retries: u32) -> Option<Duration> {
        let outcome = match answer {
            Ok(answer) if answer.status() < StatusCode::BAD_REQUEST => return None,
            Ok(answer) => Outcome::Answered(answer.status(), answer.headers()),
            Err(failure) if failure.source.is_connect() => Outcome::NeverSent,
            Err(_) => Outcome::Lost,
        };
        (retries < self.max_retries).then(|| inner.retry.delay(&outcome, self.repeatable, retries)).flatten()
    }

    fn error(&self, NoAnswer { source }: NoAnswer, retries: u32) -> Error {
        let request = Box::new(self.line(retries));
        if source.is_timeout() {
            Error::Timeout { request, source }
        } else {
            Error::Transport { request, source }
        }
    }
}

fn add_query(url: &mut Url, endpoint: &Endpoint, options: &Options) {
    if endpoint.query.is_empty() && options.query.is_empty() {
        return;
    }
    url.query_pairs_mut().extend_pairs(&endpoint.query).extend_pairs(&options.query);
}

fn body(body: Option<serde_json::Value>, options: &Options) -> Result<Option<Bytes>, Invalid> {
    let mut body = body;
    for (path, value) in &options.body {
        json_set(&mut body, path, value.clone())?;
    }
    Ok(body.map(|body| Bytes::from(body.to_string())))
}

/// The client's headers, then the operation's, then the caller's; later ones replace earlier ones.
fn headers(
    method: &Method,
    operation: HeaderMap,
    options: &Options,
    inner: &Inner,
    has_body: bool,
) -> HeaderMap {
    let mut headers = inner.headers.clone();
    if has_body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    } else if [Method::POST, Method::PUT, Method::PATCH].contains(method) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    headers.extend(operation);
    headers.extend(options.headers.clone());
    headers
}
