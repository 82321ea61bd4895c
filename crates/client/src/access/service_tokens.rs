//! The credentials of machines.

mod create;
mod delete;
mod get;

use portcullis_api_types::{ServiceToken, ServiceTokenParams};

use crate::{Client, List, Request};

pub use create::CreateServiceToken;
pub use delete::DeleteServiceToken;
pub use get::GetServiceToken;

/// The credentials of machines. Every call needs an account or a zone.
#[derive(Clone, Copy, Debug)]
pub struct ServiceTokens<'a> {
    client: &'a Client,
}

impl<'a> ServiceTokens<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Lists the service tokens.
    pub fn list(self) -> Request<List<ServiceToken>> {
        Request::new(self.client, List::new())
    }

    /// Creates a service token. Only this answer has its secret.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// # let account = "023e105f4ecef8ad9ca31a8372d0c353";
    /// use portcullis_client::types::{Secret, ServiceTokenParams};
    ///
    /// let tokens = client.zero_trust().access().service_tokens();
    /// let token = tokens.create(ServiceTokenParams::new("ci")).account_id(account).await?;
    /// let secret = token.client_secret.as_ref().map(Secret::expose_secret);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(self, params: ServiceTokenParams) -> Request<CreateServiceToken> {
        Request::new(self.client, CreateServiceToken::new(params))
    }

    /// Reads a service token, without its secret.
    pub fn get(self, service_token_id: impl Into<String>) -> Request<GetServiceToken> {
        Request::new(self.client, GetServiceToken::new(service_token_id.into()))
    }

    /// Deletes a service token.
    pub fn delete(self, service_token_id: impl Into<String>) -> Request<DeleteServiceToken> {
        Request::new(self.client, DeleteServiceToken::new(service_token_id.into()))
    }
}
