//! An application as the API answers it.

use serde::{Deserialize, Serialize};

use crate::lenient::null_as_default;
use crate::text_enum::text_enum;
use crate::{CorsHeaders, Destination, Extra, Policy};

text_enum! {
    /// What kind of application it is.
    pub enum ApplicationType {
        /// A web application at hosts and paths.
        SelfHosted = "self_hosted",
    }
}

text_enum! {
    /// With which requests from elsewhere a cookie is sent.
    pub enum SameSite {
        /// With all of them.
        None = "none",
        /// With top-level navigation.
        Lax = "lax",
        /// With none of them.
        Strict = "strict",
    }
}

/// An application, as the API answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// The identity providers that people can log in with; empty means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_idps: Option<Vec<String>>,
    /// Whether the launcher shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_launcher_visible: Option<bool>,
    /// The audience tag of its tokens: 64 hexadecimal digits, never changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Whether the login page is skipped; needs exactly one allowed provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_redirect_to_identity: Option<bool>,
    /// How preflight requests are answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors_headers: Option<CorsHeaders>,
    /// RFC 3339, with second precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// What a person who is refused reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_deny_message: Option<String>,
    /// Where a person who is refused is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_deny_url: Option<String>,
    /// Where a machine that is refused is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_non_identity_deny_url: Option<String>,
    /// Everything that it protects; outranks `self_hosted_domains`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destinations: Option<Vec<Destination>>,
    /// The first host and path that it protects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Whether its cookie is bound to a second one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_binding_cookie: Option<bool>,
    /// Whether scripts are kept from its cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_only_cookie_attribute: Option<bool>,
    /// A UUID.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The picture in the launcher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether preflight requests pass to the origin unchecked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options_preflight_bypass: Option<bool>,
    /// Whether its cookie is limited to its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_cookie_attribute: Option<bool>,
    /// Who is admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<Policy>>,
    /// The one header that carries both service credentials as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_service_tokens_from_header: Option<String>,
    /// With which requests from elsewhere its cookie is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site_cookie_attribute: Option<SameSite>,
    /// Everything that it protects; the older form of `destinations`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_hosted_domains: Option<Vec<String>>,
    /// Whether a machine without credentials is answered 401 rather than 403.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_auth_401_redirect: Option<bool>,
    /// How long its tokens live, such as `24h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_duration: Option<String>,
    /// Whether the page between login and application is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_interstitial: Option<bool>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What kind of application it is.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ApplicationType>,
    /// The same as `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// RFC 3339, with second precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}
