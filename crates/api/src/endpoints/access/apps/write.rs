//! Applications as requests write them.

mod domains;
mod policy;

use portcullis_api_types::{self as wire, Field};
use portcullis_control::applications::NewApplication;
use portcullis_model::SessionDuration;
use portcullis_model::application::{CorsHeaders, Presentation, SameSite};

use super::fields::APPLICATION;
use crate::errors::ApiError;
use crate::fields::{self, invalid, required};

/// Reads the application that a request wants. What is left out is at its default: an update replaces all.
pub(super) fn new_application(params: wire::ApplicationParams) -> Result<NewApplication, ApiError> {
    fields::check(&params, APPLICATION, "")?;
    check_type(params.kind.value())?;
    let domains = domains::domains(
        params.domain.into_value(),
        params.destinations.into_value().unwrap_or_default(),
        params.self_hosted_domains.value().map(Vec::as_slice).unwrap_or_default(),
    )?;
    Ok(NewApplication {
        name: required(params.name, "name", "")?,
        domains,
        session_duration: duration(params.session_duration, "")?.unwrap_or_default(),
        policies: policy::policies(params.policies.into_value().unwrap_or_default())?,
        http_only_cookie: params.http_only_cookie_attribute.into_value().unwrap_or(true),
        same_site_cookie: params
            .same_site_cookie_attribute
            .into_value()
            .map(|it| same_site(&it))
            .transpose()?,
        path_cookie: is_set(params.path_cookie_attribute),
        service_auth_401_redirect: is_set(params.service_auth_401_redirect),
        options_preflight_bypass: is_set(params.options_preflight_bypass),
        cors: params.cors_headers.into_value().map(cors).transpose()?,
        service_token_header: params.read_service_tokens_from_header.into_value().filter(|it| !it.is_empty()),
        presentation: Presentation {
            app_launcher_visible: params.app_launcher_visible.into_value(),
            logo_url: params.logo_url.into_value(),
            skip_interstitial: params.skip_interstitial.into_value(),
            custom_deny_message: params.custom_deny_message.into_value(),
            custom_deny_url: params.custom_deny_url.into_value(),
            custom_non_identity_deny_url: params.custom_non_identity_deny_url.into_value(),
        },
    })
}

fn check_type(kind: Option<&wire::ApplicationType>) -> Result<(), ApiError> {
    match kind {
        None | Some(wire::ApplicationType::SelfHosted) => Ok(()),
        Some(other) => {
            let detail = format_args!("applications of type `{other}` are not offered, only `self_hosted`");
            Err(invalid(detail, "", "type"))
        }
    }
}

/// A session duration of the object at `place`.
fn duration(field: Field<String>, place: &str) -> Result<Option<SessionDuration>, ApiError> {
    const NAME: &str = "session_duration";
    let read =
        |text: String| text.parse().map_err(|error| invalid(format_args!("{NAME} is {error}"), place, NAME));
    field.into_value().map(read).transpose()
}

fn same_site(wanted: &wire::SameSite) -> Result<SameSite, ApiError> {
    const NAME: &str = "same_site_cookie_attribute";
    let detail = || format!("{NAME} must be `none`, `lax` or `strict`, not `{wanted}`");
    SameSite::find(wanted.as_str()).ok_or_else(|| invalid(detail(), "", NAME))
}

fn cors(wanted: wire::CorsHeaders) -> Result<CorsHeaders, ApiError> {
    const PLACE: &str = "/cors_headers";
    /// A day, and "do not remember at all".
    const AGES: std::ops::RangeInclusive<i64> = -1..=86_400;
    fields::refuse_unknown(&wanted.extra, PLACE)?;
    let wrong = || invalid("max_age must be a number of seconds from -1 to 86400", PLACE, "max_age");
    let in_range = |age: i64| i32::try_from(age).ok().filter(|_| AGES.contains(&age)).ok_or_else(wrong);
    Ok(CorsHeaders {
        allow_all_headers: wanted.allow_all_headers.unwrap_or_default(),
        allow_all_methods: wanted.allow_all_methods.unwrap_or_default(),
        allow_all_origins: wanted.allow_all_origins.unwrap_or_default(),
        allow_credentials: wanted.allow_credentials.unwrap_or_default(),
        allowed_headers: wanted.allowed_headers.unwrap_or_default(),
        allowed_methods: wanted.allowed_methods.unwrap_or_default(),
        allowed_origins: wanted.allowed_origins.unwrap_or_default(),
        max_age: wanted.max_age.map(in_range).transpose()?,
    })
}

fn is_set(field: Field<bool>) -> bool {
    field.into_value().unwrap_or_default()
}
