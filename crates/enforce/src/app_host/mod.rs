//! What the gate itself serves on the hosts of applications.

mod identity;
mod resource;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use crate::body::Body;
use crate::enforcer::Enforcer;
use crate::inbound::Inbound;
use crate::render::Page;

/// Under this path nothing is ever forwarded.
const RESERVED: &str = "/cdn-cgi/access/";
/// The description of a protected resource, for programs that log in.
pub(crate) const PROTECTED_RESOURCE: &str = "/.well-known/cloudflare-access-protected-resource";

/// Whose path it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner<'a> {
    /// The application's: to be judged and forwarded.
    Application,
    /// `get-identity`.
    Identity,
    /// Where a login comes back to, and logout: pages of the login crate.
    Login,
    /// The description of the resource at this path.
    Resource(&'a str),
    /// Reserved, and nothing is there.
    Nobody,
}

impl<'a> Owner<'a> {
    pub(crate) fn of(path: &'a str) -> Self {
        if let Some(rest) = path.strip_prefix(RESERVED) {
            return match rest {
                "get-identity" => Self::Identity,
                "authorized" | "logout" => Self::Login,
                _ => Self::Nobody,
            };
        }
        match path.strip_prefix(PROTECTED_RESOURCE) {
            Some("") => Self::Resource("/"),
            Some(rest) if rest.starts_with('/') => Self::Resource(rest),
            _ => Self::Application,
        }
    }
}

/// Answers a request whose path is not the application's.
pub(crate) async fn serve(
    enforcer: &Enforcer,
    owner: Owner<'_>,
    inbound: &Inbound,
    request: &Request<Incoming>,
) -> http::Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let ray = enforcer.rays.next();
        let message = "This can only be read.";
        return Page { status: StatusCode::METHOD_NOT_ALLOWED, message, host: None, ray }.render();
    }
    match owner {
        Owner::Identity => identity::serve(enforcer, inbound, request).await,
        Owner::Resource(path) => resource::serve(enforcer, inbound, request, path).await,
        Owner::Application | Owner::Login | Owner::Nobody => {
            let ray = enforcer.rays.next();
            let message = "There is nothing here.";
            Page { status: StatusCode::NOT_FOUND, message, host: None, ray }.render()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_paths_are_not_the_applications() {
        for (path, owner) in [
            ("/", Owner::Application),
            ("/cdn-cgi/other", Owner::Application),
            ("/cdn-cgi/access/get-identity", Owner::Identity),
            ("/cdn-cgi/access/authorized", Owner::Login),
            ("/cdn-cgi/access/anything/else", Owner::Nobody),
            ("/.well-known/cloudflare-access-protected-resource", Owner::Resource("/")),
            ("/.well-known/cloudflare-access-protected-resource/a/b", Owner::Resource("/a/b")),
            ("/.well-known/cloudflare-access-protected-resources", Owner::Application),
        ] {
            assert_eq!(Owner::of(path), owner, "{path}");
        }
    }
}
