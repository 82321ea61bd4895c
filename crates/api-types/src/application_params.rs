//! An application as a request writes it.

use serde::{Deserialize, Serialize};

use crate::{ApplicationType, CorsHeaders, Destination, Extra, Field, PolicyParams, SameSite};

/// An application, as a request writes it: everything but what the server owns.
///
/// An update replaces the whole application, so what is left out returns to its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApplicationParams {
    /// The identity providers that people can log in with; empty means all.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub allowed_idps: Field<Vec<String>>,
    /// Whether the launcher shows it.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub app_launcher_visible: Field<bool>,
    /// Whether the login page is skipped; needs exactly one allowed provider.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub auto_redirect_to_identity: Field<bool>,
    /// How preflight requests are answered.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub cors_headers: Field<CorsHeaders>,
    /// What a person who is refused reads.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub custom_deny_message: Field<String>,
    /// Where a person who is refused is sent.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub custom_deny_url: Field<String>,
    /// Where a machine that is refused is sent.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub custom_non_identity_deny_url: Field<String>,
    /// Everything that it protects; outranks `self_hosted_domains`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub destinations: Field<Vec<Destination>>,
    /// The first host and path that it protects. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub domain: Field<String>,
    /// Whether its cookie is bound to a second one.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub enable_binding_cookie: Field<bool>,
    /// Whether scripts are kept from its cookie.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub http_only_cookie_attribute: Field<bool>,
    /// The picture in the launcher.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub logo_url: Field<String>,
    /// The name for people. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub name: Field<String>,
    /// Whether preflight requests pass to the origin unchecked.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub options_preflight_bypass: Field<bool>,
    /// Whether its cookie is limited to its path.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub path_cookie_attribute: Field<bool>,
    /// Who is admitted. Where it is left out of an update, nobody is.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub policies: Field<Vec<PolicyParams>>,
    /// The one header that carries both service credentials as JSON.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub read_service_tokens_from_header: Field<String>,
    /// With which requests from elsewhere its cookie is sent.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub same_site_cookie_attribute: Field<SameSite>,
    /// Everything that it protects; the older form of `destinations`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub self_hosted_domains: Field<Vec<String>>,
    /// Whether a machine without credentials is answered 401 rather than 403.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub service_auth_401_redirect: Field<bool>,
    /// How long its tokens live, such as `24h`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub session_duration: Field<String>,
    /// Whether the page between login and application is skipped.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub skip_interstitial: Field<bool>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub tags: Field<Vec<String>>,
    /// What kind of application it is.
    #[serde(rename = "type", default, skip_serializing_if = "Field::is_absent")]
    pub kind: Field<ApplicationType>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ApplicationParams {
    /// A self-hosted application at `domain`, which is a host with or without a path.
    pub fn self_hosted(name: impl Into<String>, domain: impl Into<String>) -> Self {
        Self {
            name: Field::Value(name.into()),
            domain: Field::Value(domain.into()),
            kind: Field::Value(ApplicationType::SelfHosted),
            ..Self::default()
        }
    }
}
