//! Applications.

use portcullis_model::application::{CorsHeaders, PolicyLink, Presentation, SameSite};
use portcullis_model::{
    AccountId, AppDomain, AppKey, Application, Audience, PolicyId, SessionDuration, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::Wire;
use super::text::{self, Text};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationWire {
    #[serde(with = "text::display")]
    account: AccountId,
    #[serde(with = "text::display")]
    audience: Audience,
    name: String,
    domains: Vec<Text<AppDomain>>,
    #[serde(with = "text::display")]
    session_duration: SessionDuration,
    policies: Vec<LinkWire>,
    http_only_cookie: bool,
    same_site_cookie: Option<SameSiteWire>,
    path_cookie: bool,
    service_auth_401_redirect: bool,
    options_preflight_bypass: bool,
    cors: Option<CorsWire>,
    service_token_header: Option<String>,
    presentation: PresentationWire,
    #[serde(with = "text::unix")]
    created_at: Timestamp,
    #[serde(with = "text::unix")]
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkWire {
    #[serde(with = "text::display")]
    id: PolicyId,
    precedence: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SameSiteWire {
    None,
    Lax,
    Strict,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorsWire {
    allow_all_headers: bool,
    allow_all_methods: bool,
    allow_all_origins: bool,
    allow_credentials: bool,
    allowed_headers: Vec<String>,
    allowed_methods: Vec<String>,
    allowed_origins: Vec<String>,
    max_age: Option<i32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PresentationWire {
    app_launcher_visible: Option<bool>,
    logo_url: Option<String>,
    skip_interstitial: Option<bool>,
    custom_deny_message: Option<String>,
    custom_deny_url: Option<String>,
    custom_non_identity_deny_url: Option<String>,
}

impl Wire for ApplicationWire {
    type Id = AppKey;
    type Value = Application;

    fn from_value(value: &Application) -> Self {
        let link = |link: &PolicyLink| LinkWire { id: link.id, precedence: link.precedence };
        Self {
            account: value.account,
            audience: value.audience,
            name: value.name.clone(),
            domains: text::texts(&value.domains),
            session_duration: value.session_duration.clone(),
            policies: value.policies.iter().map(link).collect(),
            http_only_cookie: value.http_only_cookie,
            same_site_cookie: value.same_site_cookie.map(SameSiteWire::from),
            path_cookie: value.path_cookie,
            service_auth_401_redirect: value.service_auth_401_redirect,
            options_preflight_bypass: value.options_preflight_bypass,
            cors: value.cors.clone().map(CorsWire::from),
            service_token_header: value.service_token_header.clone(),
            presentation: value.presentation.clone().into(),
            created_at: value.created_at,
            updated_at: value.updated_at,
        }
    }

    fn into_value(self, key: AppKey) -> Application {
        let link = |link: LinkWire| PolicyLink { id: link.id, precedence: link.precedence };
        Application {
            key,
            account: self.account,
            audience: self.audience,
            name: self.name,
            domains: text::values(self.domains),
            session_duration: self.session_duration,
            policies: self.policies.into_iter().map(link).collect(),
            http_only_cookie: self.http_only_cookie,
            same_site_cookie: self.same_site_cookie.map(SameSite::from),
            path_cookie: self.path_cookie,
            service_auth_401_redirect: self.service_auth_401_redirect,
            options_preflight_bypass: self.options_preflight_bypass,
            cors: self.cors.map(CorsHeaders::from),
            service_token_header: self.service_token_header,
            presentation: self.presentation.into(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl From<SameSite> for SameSiteWire {
    fn from(value: SameSite) -> Self {
        match value {
            SameSite::None => Self::None,
            SameSite::Lax => Self::Lax,
            SameSite::Strict => Self::Strict,
        }
    }
}

impl From<SameSiteWire> for SameSite {
    fn from(wire: SameSiteWire) -> Self {
        match wire {
            SameSiteWire::None => Self::None,
            SameSiteWire::Lax => Self::Lax,
            SameSiteWire::Strict => Self::Strict,
        }
    }
}

/// Two structs with the same fields, converted both ways; a field that one lacks does not compile.
macro_rules! same_fields {
    ($model:ident, $wire:ident { $($field:ident),+ $(,)? }) => {
        impl From<$model> for $wire {
            fn from($model { $($field),+ }: $model) -> Self {
                Self { $($field),+ }
            }
        }

        impl From<$wire> for $model {
            fn from($wire { $($field),+ }: $wire) -> Self {
                Self { $($field),+ }
            }
        }
    };
}

same_fields!(
    CorsHeaders,
    CorsWire {
        allow_all_headers,
        allow_all_methods,
        allow_all_origins,
        allow_credentials,
        allowed_headers,
        allowed_methods,
        allowed_origins,
        max_age,
    }
);
same_fields!(
    Presentation,
    PresentationWire {
        app_launcher_visible,
        logo_url,
        skip_interstitial,
        custom_deny_message,
        custom_deny_url,
        custom_non_identity_deny_url,
    }
);
