//! What a request asks for, whichever way it came.

use std::net::IpAddr;

use http::uri::PathAndQuery;
use http::{HeaderMap, Method};
use portcullis_gate::{AccessRequest, Target};

use crate::enforcer::Scheme;

/// The address of the client, as an extension of requests that other crates serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

/// Where a request wants to go and who sent it, normalised once (I10).
#[derive(Debug)]
pub(crate) struct Inbound {
    pub(crate) target: Target,
    pub(crate) path_and_query: PathAndQuery,
    pub(crate) scheme: Scheme,
    pub(crate) client_ip: IpAddr,
}

impl Inbound {
    pub(crate) fn access_request<'a>(
        &'a self,
        method: &'a Method,
        headers: &'a HeaderMap,
    ) -> AccessRequest<'a> {
        AccessRequest { target: &self.target, method, headers, client_ip: self.client_ip }
    }
}
