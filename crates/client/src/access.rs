//! Access.

pub(crate) mod applications;
pub(crate) mod service_tokens;

use crate::{Applications, Client, ServiceTokens};

/// Zero Trust.
#[derive(Clone, Copy, Debug)]
pub struct ZeroTrust<'a> {
    client: &'a Client,
}

impl<'a> ZeroTrust<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Access.
    pub const fn access(self) -> Access<'a> {
        Access::new(self.client)
    }
}

/// Access: applications, and who gets to them.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    client: &'a Client,
}

impl<'a> Access<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// The applications.
    pub const fn applications(self) -> Applications<'a> {
        Applications::new(self.client)
    }

    /// The credentials of machines.
    pub const fn service_tokens(self) -> ServiceTokens<'a> {
        ServiceTokens::new(self.client)
    }
}
