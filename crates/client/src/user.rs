//! The user whose credential it is.

mod create_token;
mod delete_token;
mod verify_token;

use portcullis_api_types::ApiTokenParams;

use crate::{Client, Request};

pub use create_token::CreateUserToken;
pub use delete_token::DeleteUserToken;
pub use verify_token::VerifyUserToken;

/// The user whose credential it is.
#[derive(Clone, Copy, Debug)]
pub struct User<'a> {
    client: &'a Client,
}

impl<'a> User<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// The user's API tokens.
    pub const fn tokens(self) -> UserTokens<'a> {
        UserTokens::new(self.client)
    }
}

/// The API tokens of a user.
#[derive(Clone, Copy, Debug)]
pub struct UserTokens<'a> {
    client: &'a Client,
}

impl<'a> UserTokens<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates an API token. Only this answer has its value.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// use portcullis_client::types::{ApiTokenParams, ApiTokenPolicyParams};
    ///
    /// let revoke = ApiTokenPolicyParams::allow(
    ///     ["6c9d1cfcfc6840a987d1b5bfb880a841"], // Access: Apps and Policies Revoke
    ///     ["com.cloudflare.api.account.023e105f4ecef8ad9ca31a8372d0c353"],
    /// );
    /// let token = client.user().tokens().create(ApiTokenParams::new("revoker", [revoke])).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(self, params: ApiTokenParams) -> Request<CreateUserToken> {
        Request::new(self.client, CreateUserToken::new(params))
    }

    /// Deletes an API token.
    pub fn delete(self, token_id: impl Into<String>) -> Request<DeleteUserToken> {
        Request::new(self.client, DeleteUserToken::new(token_id.into()))
    }

    /// Asks whether the API token that the client sends is accepted.
    pub fn verify(self) -> Request<VerifyUserToken> {
        Request::new(self.client, VerifyUserToken)
    }
}
