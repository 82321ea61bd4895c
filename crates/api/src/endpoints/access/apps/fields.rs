//! What becomes of each field of an application and of its policies: the table that the manual prints.

use crate::fields::{Class, Fields, Neutral};

use Class::{ActedUpon, Kept, OnlyDefault, ServerOwned};
use Neutral::{EmptyList, False, Null, Text, True};

/// The fields of an application.
pub(super) const APPLICATION: &Fields = &[
    ("type", ActedUpon),
    ("name", ActedUpon),
    ("domain", ActedUpon),
    ("destinations", ActedUpon),
    ("self_hosted_domains", ActedUpon),
    ("session_duration", ActedUpon),
    ("policies", ActedUpon),
    ("http_only_cookie_attribute", ActedUpon),
    ("same_site_cookie_attribute", ActedUpon),
    ("path_cookie_attribute", ActedUpon),
    ("service_auth_401_redirect", ActedUpon),
    ("options_preflight_bypass", ActedUpon),
    ("cors_headers", ActedUpon),
    ("read_service_tokens_from_header", ActedUpon),
    ("app_launcher_visible", Kept),
    ("logo_url", Kept),
    ("skip_interstitial", Kept),
    ("custom_deny_message", Kept),
    ("custom_deny_url", Kept),
    ("custom_non_identity_deny_url", Kept),
    ("id", ServerOwned),
    ("uid", ServerOwned),
    ("aud", ServerOwned),
    ("created_at", ServerOwned),
    ("updated_at", ServerOwned),
    // A browser would be trusted that should not be.
    ("enable_binding_cookie", OnlyDefault(False)),
    ("mfa_config", OnlyDefault(Null)),
    // People would get in through a provider that was excluded, or not be sent to the one.
    ("allowed_idps", OnlyDefault(EmptyList)),
    ("auto_redirect_to_identity", OnlyDefault(False)),
    ("allow_authenticate_via_warp", OnlyDefault(False)),
    // Others would be provisioned, get tokens, or be let frame it, than was asked for.
    ("scim_config", OnlyDefault(Null)),
    ("oauth_configuration", OnlyDefault(Null)),
    ("allow_iframe", OnlyDefault(False)),
    ("use_clientless_isolation_app_launcher_url", OnlyDefault(False)),
    ("eager_redirect_cookie_setting", OnlyDefault(True)),
    ("custom_pages", OnlyDefault(EmptyList)),
    ("tags", OnlyDefault(EmptyList)),
    ("domain_type", OnlyDefault(Text("public"))),
    ("saas_app", OnlyDefault(Null)),
    ("target_criteria", OnlyDefault(Null)),
];

/// The fields of a policy that stands in its application.
pub(super) const POLICY: &Fields = &[
    ("id", ActedUpon),
    ("name", ActedUpon),
    ("decision", ActedUpon),
    ("include", ActedUpon),
    ("exclude", ActedUpon),
    ("require", ActedUpon),
    ("precedence", ActedUpon),
    ("session_duration", ActedUpon),
    ("uid", ServerOwned),
    ("app_count", ServerOwned),
    ("created_at", ServerOwned),
    ("updated_at", ServerOwned),
    ("reusable", OnlyDefault(False)),
    // People would get in without the approval, the reason, the isolation or the factor that was asked for.
    ("approval_required", OnlyDefault(False)),
    ("approval_groups", OnlyDefault(EmptyList)),
    ("purpose_justification_required", OnlyDefault(False)),
    ("purpose_justification_prompt", OnlyDefault(Text(""))),
    ("isolation_required", OnlyDefault(False)),
    ("connection_rules", OnlyDefault(Null)),
    ("mfa_config", OnlyDefault(Null)),
];
