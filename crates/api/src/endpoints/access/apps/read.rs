//! Applications as the API answers them: everything as it was sent.

use portcullis_api_types::{self as wire, Destination, Extra, Rule};
use portcullis_control::applications::{ResolvedApplication, ResolvedPolicy};
use portcullis_model::application::{CorsHeaders, SameSite};
use portcullis_model::{Decision, Selector};

pub(super) fn application(resolved: &ResolvedApplication) -> wire::Application {
    let app = &*resolved.application;
    let domains = || app.domains.iter().map(|domain| domain.as_str().to_owned());
    let shown = &app.presentation;
    wire::Application {
        allowed_idps: Some(Vec::new()),
        app_launcher_visible: Some(shown.app_launcher_visible.unwrap_or(true)),
        aud: Some(app.audience.to_string()),
        auto_redirect_to_identity: Some(false),
        cors_headers: app.cors.as_ref().map(cors),
        created_at: Some(app.created_at.to_string()),
        custom_deny_message: shown.custom_deny_message.clone(),
        custom_deny_url: shown.custom_deny_url.clone(),
        custom_non_identity_deny_url: shown.custom_non_identity_deny_url.clone(),
        destinations: Some(domains().map(Destination::public).collect()),
        domain: domains().next(),
        enable_binding_cookie: Some(false),
        http_only_cookie_attribute: Some(app.http_only_cookie),
        id: app.key.app.to_string(),
        logo_url: shown.logo_url.clone(),
        name: Some(app.name.clone()),
        options_preflight_bypass: Some(app.options_preflight_bypass),
        path_cookie_attribute: app.path_cookie.then_some(true),
        policies: Some(resolved.policies.iter().map(policy).collect()),
        read_service_tokens_from_header: app.service_token_header.clone(),
        same_site_cookie_attribute: app.same_site_cookie.map(same_site),
        self_hosted_domains: Some(domains().collect()),
        service_auth_401_redirect: app.service_auth_401_redirect.then_some(true),
        session_duration: Some(app.session_duration.to_string()),
        skip_interstitial: shown.skip_interstitial,
        tags: Some(Vec::new()),
        kind: Some(wire::ApplicationType::SelfHosted),
        uid: Some(app.key.app.to_string()),
        updated_at: Some(app.updated_at.to_string()),
        extra: Extra::new(),
    }
}

fn policy(resolved: &ResolvedPolicy) -> wire::Policy {
    let policy = &*resolved.policy;
    wire::Policy {
        app_count: (!policy.reusable).then_some(1),
        decision: Some(decision(policy.decision)),
        exclude: rules(&policy.exclude),
        include: rules(&policy.include),
        require: rules(&policy.require),
        precedence: Some(resolved.precedence.into()),
        reusable: Some(policy.reusable),
        session_duration: policy.session_duration.as_ref().map(ToString::to_string),
        uid: Some(policy.id.to_string()),
        name: Some(policy.name.clone()),
        id: policy.id.to_string(),
        created_at: Some(policy.created_at.to_string()),
        updated_at: Some(policy.updated_at.to_string()),
        extra: Extra::new(),
    }
}

const fn decision(decision: Decision) -> wire::Decision {
    match decision {
        Decision::Allow => wire::Decision::Allow,
        Decision::Deny => wire::Decision::Deny,
        Decision::NonIdentity => wire::Decision::NonIdentity,
        Decision::Bypass => wire::Decision::Bypass,
    }
}

const fn same_site(same_site: SameSite) -> wire::SameSite {
    match same_site {
        SameSite::None => wire::SameSite::None,
        SameSite::Lax => wire::SameSite::Lax,
        SameSite::Strict => wire::SameSite::Strict,
    }
}

fn rules(selectors: &[Selector]) -> Vec<Rule> {
    let rule = |selector: &Selector| match selector {
        Selector::Email(address) => Rule::Email(address.clone()),
        Selector::EmailDomain(domain) => Rule::EmailDomain(domain.clone()),
        Selector::Everyone => Rule::Everyone,
        Selector::Ip(range) => Rule::Ip(range.to_string()),
        Selector::ServiceToken(id) => Rule::ServiceToken(id.to_string()),
        Selector::AnyValidServiceToken => Rule::AnyValidServiceToken,
    };
    selectors.iter().map(rule).collect()
}

fn cors(cors: &CorsHeaders) -> wire::CorsHeaders {
    let flag = |set: bool| set.then_some(true);
    let list = |texts: &Vec<String>| (!texts.is_empty()).then(|| texts.clone());
    wire::CorsHeaders {
        allow_all_headers: flag(cors.allow_all_headers),
        allow_all_methods: flag(cors.allow_all_methods),
        allow_all_origins: flag(cors.allow_all_origins),
        allow_credentials: flag(cors.allow_credentials),
        allowed_headers: list(&cors.allowed_headers),
        allowed_methods: list(&cors.allowed_methods),
        allowed_origins: list(&cors.allowed_origins),
        max_age: cors.max_age.map(i64::from),
        extra: Extra::new(),
    }
}
