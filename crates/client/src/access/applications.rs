//! The applications.

mod create;
mod delete;
mod get;
mod revoke_tokens;
mod revoked_tokens;
mod update;

use portcullis_api_types::{Application, ApplicationParams};

use crate::{Client, List, Request};

pub use create::CreateApplication;
pub use delete::DeleteApplication;
pub use get::GetApplication;
pub use revoke_tokens::RevokeTokens;
pub use revoked_tokens::{Gates, RevokedTokens};
pub use update::UpdateApplication;

/// The applications. Every call needs an account or a zone.
#[derive(Clone, Copy, Debug)]
pub struct Applications<'a> {
    client: &'a Client,
}

impl<'a> Applications<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Lists the applications.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// let applications = client.zero_trust().access().applications();
    /// let all = applications.list().account_id("023e105f4ecef8ad9ca31a8372d0c353").all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(self) -> Request<List<Application>> {
        Request::new(self.client, List::new())
    }

    /// Reads an application.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// # let account = "023e105f4ecef8ad9ca31a8372d0c353";
    /// let applications = client.zero_trust().access().applications();
    /// let wiki = applications.get("f174e90a-fafe-4643-bbbc-4a0ed4fc8415").account_id(account).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(self, app_id: impl Into<String>) -> Request<GetApplication> {
        Request::new(self.client, GetApplication::new(app_id.into()))
    }

    /// Creates an application.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// # let account = "023e105f4ecef8ad9ca31a8372d0c353";
    /// use portcullis_client::types::{ApplicationParams, Decision, InlinePolicy, Rule};
    ///
    /// let staff = Rule::EmailDomain("example.com".into());
    /// let params = ApplicationParams {
    ///     session_duration: "12h".into(),
    ///     policies: vec![InlinePolicy::new("staff", Decision::Allow, [staff]).into()].into(),
    ///     ..ApplicationParams::self_hosted("Wiki", "wiki.example.com")
    /// };
    /// let applications = client.zero_trust().access().applications();
    /// let wiki = applications.create(params).account_id(account).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(self, params: ApplicationParams) -> Request<CreateApplication> {
        Request::new(self.client, CreateApplication::new(params))
    }

    /// Replaces an application by what `params` say, except for what the server owns.
    ///
    /// What is left out returns to its default; an application without `policies` admits nobody.
    pub fn update(self, app_id: impl Into<String>, params: ApplicationParams) -> Request<UpdateApplication> {
        Request::new(self.client, UpdateApplication::new(app_id.into(), params))
    }

    /// Deletes an application.
    pub fn delete(self, app_id: impl Into<String>) -> Request<DeleteApplication> {
        Request::new(self.client, DeleteApplication::new(app_id.into()))
    }

    /// Revokes all tokens issued for an application.
    ///
    /// At Portcullis the answer comes when no gate admits any of them: see [`RevokedTokens`], and
    /// [`Request::prefer_async`] for an earlier one. It is safe to repeat.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// # let account = "023e105f4ecef8ad9ca31a8372d0c353";
    /// let applications = client.zero_trust().access().applications();
    /// let revoked =
    ///     applications.revoke_tokens("f174e90a-fafe-4643-bbbc-4a0ed4fc8415").account_id(account).await?;
    /// if revoked.is_enforced() == Some(false) {
    ///     eprintln!("durable; obeyed everywhere within {:?}", revoked.enforced_within());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn revoke_tokens(self, app_id: impl Into<String>) -> Request<RevokeTokens> {
        Request::new(self.client, RevokeTokens::new(app_id.into()))
    }
}
