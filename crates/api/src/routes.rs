//! The one table of endpoints, and the router that is built from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, get, on};
use http::Method;
use portcullis_control::authorize::{CreateZone, Operation};
use portcullis_control::{Authorized, Control};
use portcullis_model::{Clock, Permission};

use crate::endpoints::access::{apps, service_tokens};
use crate::endpoints::user::tokens;
use crate::endpoints::{accounts, zones};
use crate::errors::ApiError;
use crate::extract::{Refusal, find_place};
use crate::health::{self, Health};
use crate::observe::{OperationName, observe};
use crate::request_id::RequestIds;
use crate::state::ApiState;

/// Before every path of the table.
pub const PREFIX: &str = "/client/v4";
/// Cloudflare's two kinds of owner: what is below is the same for both, and so are the handlers.
const OWNERS: [&str; 2] = ["/accounts/{account_id}", "/zones/{zone_id}"];

/// The methods that endpoints have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// `GET`, and `HEAD`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl Verb {
    /// The method as HTTP has it.
    pub const fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Delete => Method::DELETE,
        }
    }

    const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// One row of the table.
pub struct Endpoint {
    /// Its method.
    pub verb: Verb,
    /// Its path below [`PREFIX`], with the names of its ids in braces.
    pub path: String,
    /// The operation that its caller must be permitted.
    pub operation: &'static str,
    /// Any of these permissions is enough; none at all: any valid credential is.
    pub accepted: &'static [Permission],
    handler: MethodRouter<ApiState>,
}

/// Every endpoint. Nothing under [`PREFIX`] is answered that does not stand here.
pub fn table() -> Vec<Endpoint> {
    let mut table = vec![
        endpoint(Verb::Get, "/user/tokens/verify", tokens::verify::handler),
        endpoint(Verb::Get, "/user/tokens/permission_groups", tokens::permission_groups::handler),
        endpoint(Verb::Post, "/user/tokens", tokens::create::handler),
        endpoint(Verb::Delete, "/user/tokens/{token_id}", tokens::delete::handler),
        endpoint(Verb::Get, "/accounts", accounts::list::handler),
        endpoint(Verb::Get, "/accounts/{account_id}", accounts::get::handler),
        endpoint(Verb::Get, "/zones", zones::list::handler),
        endpoint(Verb::Post, "/zones", zones::create::handler),
        endpoint(Verb::Get, "/zones/{zone_id}", zones::get::handler),
        endpoint(Verb::Delete, "/zones/{zone_id}", zones::delete::handler),
    ];
    table.extend(OWNERS.into_iter().flat_map(access));
    table
}

/// The Access API of an account or a zone.
fn access(owner: &str) -> Vec<Endpoint> {
    let path = |path: &str| format!("{owner}/access{path}");
    vec![
        endpoint(Verb::Get, path("/apps"), apps::list::handler),
        endpoint(Verb::Post, path("/apps"), apps::create::handler),
        endpoint(Verb::Get, path("/apps/{app_id}"), apps::get::handler),
        endpoint(Verb::Put, path("/apps/{app_id}"), apps::update::handler),
        endpoint(Verb::Delete, path("/apps/{app_id}"), apps::delete::handler),
        endpoint(Verb::Post, path("/apps/{app_id}/revoke_tokens"), apps::revoke_tokens::handler),
        // The spelling of cloudflare-go before version 1.
        endpoint(Verb::Post, path("/apps/{app_id}/revoke-tokens"), apps::revoke_tokens::handler),
        endpoint(Verb::Get, path("/service_tokens"), service_tokens::list::handler),
        endpoint(Verb::Post, path("/service_tokens"), service_tokens::create::handler),
        endpoint(Verb::Get, path("/service_tokens/{service_token_id}"), service_tokens::get::handler),
        endpoint(Verb::Delete, path("/service_tokens/{service_token_id}"), service_tokens::delete::handler),
    ]
}

/// An argument of a handler that only a permitted request can fill.
trait Permit {
    type Operation: Operation;
}

impl<A: Operation> Permit for Authorized<A> {
    type Operation = A;
}

/// The refusal is the handler's to word.
impl<A: Operation> Permit for Result<Authorized<A>, Refusal> {
    type Operation = A;
}

/// The account stands in the body.
impl Permit for zones::create::PermittedZone {
    type Operation = CreateZone;
}

/// The arguments of a handler, the first of which is a [`Permit`].
trait Guarded {
    type Permit: Permit;
}

macro_rules! guarded {
    ($($rest:ident)*) => {
        impl<M, P: Permit, $($rest),*> Guarded for (M, P, $($rest,)*) {
            type Permit = P;
        }
    };
}

guarded!();
guarded!(T2);
guarded!(T2 T3);
guarded!(T2 T3 T4);
guarded!(T2 T3 T4 T5);

/// A row of the table. What its caller needs is read off the handler's own first argument.
fn endpoint<H, T>(verb: Verb, path: impl Into<String>, handler: H) -> Endpoint
where
    H: Handler<T, ApiState>,
    // INVARIANT(I6): a handler that takes no permit first has no place in the table.
    T: Guarded + 'static,
{
    type Needed<T> = <<T as Guarded>::Permit as Permit>::Operation;
    let operation = <Needed<T> as Operation>::NAME;
    let name = OperationName(operation);
    let named = map_response(move |mut response: Response| async move {
        response.extensions_mut().insert(name);
        response
    });
    let handler = on(verb.filter(), handler).route_layer(named);
    let accepted = <Needed<T> as Operation>::ACCEPTED;
    Endpoint { verb, path: path.into(), operation, accepted, handler }
}

/// The control API, and the probes beside it.
///
/// The listener must tell each request its client's address, as [`serve`](crate::serve) does: without the
/// extension `ConnectInfo<SocketAddr>` nobody can be authenticated.
pub fn router(control: Control, health: Arc<dyn Health>, clock: Arc<dyn Clock>) -> Router {
    let state = ApiState { control, health, clock, request_ids: RequestIds::default() };
    let mut paths = BTreeMap::<String, MethodRouter<ApiState>>::new();
    for endpoint in table() {
        let handlers = paths.remove(&endpoint.path).unwrap_or_default().merge(endpoint.handler);
        paths.insert(endpoint.path, handlers);
    }
    let paths = paths.into_iter().map(|(path, handlers)| (format!("{PREFIX}{path}"), handlers));
    let probes = [("/healthz", get(health::healthz)), ("/readyz", get(health::readyz))];
    let paths = paths.chain(probes.map(|(path, handler)| (path.to_owned(), handler)));
    // Around the refusal of other methods too: a path with an impossible id leads nowhere at all.
    let paths = paths.map(|(path, it)| (path, it.fallback(method_not_available).layer(from_fn(find_place))));
    #[expect(clippy::disallowed_methods, reason = "the one place: these are the paths of the table")]
    let router = paths.fold(Router::new(), |router, (path, handlers)| router.route(&path, handlers));
    router.fallback(no_route).layer(from_fn_with_state(state.clone(), observe)).with_state(state)
}

async fn no_route(request: Request) -> ApiError {
    ApiError::no_route(request.uri().path())
}

async fn method_not_available(method: Method) -> ApiError {
    ApiError::method_not_available(&method)
}
