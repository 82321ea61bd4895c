//! What an application must be: pure functions on what is asked for.

use std::collections::HashSet;

use portcullis_model::{CorsHeaders, Decision, PolicyId, Selector, ServiceTokenId, Zone};

use super::new::{InlinePolicy, NewApplication, NewPolicy};

/// Longest name of an application or policy, in characters.
pub const NAME_CHARS_MAX: usize = 255;
/// How many hosts and paths an application can cover.
pub const DOMAINS_MAX: usize = 50;
/// How many policies an application can have: all of them are written in one transaction with it, old and new.
pub const POLICIES_MAX: usize = 40;
/// How many rules a policy can have, in all three lists together.
pub const RULES_MAX: usize = 500;
/// Longest text that is shown, linked to or compared, in bytes.
pub const TEXT_BYTES_MAX: usize = 2048;
/// How many headers, methods or origins a CORS answer can name.
const CORS_NAMES_MAX: usize = 100;

/// Why an application cannot be. `Display` is what the client reads after `access.api.error.invalid_request: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidApplication {
    /// Without a name.
    #[error("name must not be empty")]
    NameEmpty,
    /// With too long a name.
    #[error("name must be a maximum of {NAME_CHARS_MAX} characters in length")]
    NameTooLong,
    /// Nothing to protect.
    #[error("domain is required")]
    NoDomain,
    /// Too many places.
    #[error("an application can have a maximum of {DOMAINS_MAX} domains")]
    TooManyDomains,
    /// One place twice.
    #[error("domains must be unique")]
    DomainTwice,
    /// A zone's application elsewhere.
    #[error("domain does not belong to zone")]
    OutsideZone,
    /// Too many policies.
    #[error("an application can have a maximum of {POLICIES_MAX} policies")]
    TooManyPolicies,
    /// Two policies in one place.
    #[error("policy precedences must be unique")]
    PrecedencesNotUnique,
    /// The application, or its account, has no such policy.
    #[error("policy {0} does not exist")]
    UnknownPolicy(PolicyId),
    /// A policy twice.
    #[error("policy {0} is attached twice")]
    PolicyTwice(PolicyId),
    /// A policy that cannot be.
    #[error("policy `{name}`: {fault}")]
    Policy {
        /// Its name.
        name: String,
        /// Why not.
        fault: PolicyFault,
    },
    /// Two answers to one preflight.
    #[error("cors_headers and options_preflight_bypass are mutually exclusive")]
    CorsAndPreflightBypass,
    /// No browser remembers an answer for so long.
    #[error("cors_headers.max_age must be from -1 to 86400")]
    CorsMaxAge,
    /// Too many names in a CORS answer.
    #[error("cors_headers can name a maximum of {CORS_NAMES_MAX} headers, methods or origins")]
    TooManyCorsNames,
    /// No header has this name.
    #[error("read_service_tokens_from_header is not a header name")]
    HeaderName,
    /// Too long a text.
    #[error("{0} must be a maximum of {TEXT_BYTES_MAX} bytes in length")]
    TooLong(&'static str),
}

/// Why a policy cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Without a name, or with too long a one.
    #[error("name must have 1 to {NAME_CHARS_MAX} characters")]
    Name,
    /// Nobody could ever match.
    #[error("include must not be empty")]
    EmptyInclude,
    /// Too many rules.
    #[error("a policy can have a maximum of {RULES_MAX} rules")]
    TooManyRules,
    /// Too long an address or domain.
    #[error("{0} must be a maximum of {TEXT_BYTES_MAX} bytes in length")]
    TooLong(&'static str),
    /// The condition cannot be answered where this decision is made.
    #[error("{selector} cannot be used in a policy with decision {decision}")]
    Selector {
        /// The wire name of the condition.
        selector: &'static str,
        /// The wire name of the decision.
        decision: &'static str,
    },
    /// The account has no such service token.
    #[error("service token {0} does not exist")]
    UnknownServiceToken(ServiceTokenId),
}

impl NewApplication {
    /// Refuses what can be seen to be wrong without looking at other applications and policies.
    ///
    /// `zone` is the zone that is to own it, if one is, and `has_service_token` says what its account has.
    pub(super) fn validate(
        &self,
        zone: Option<&Zone>,
        has_service_token: impl Fn(ServiceTokenId) -> bool,
    ) -> Result<(), InvalidApplication> {
        self.validate_name()?;
        self.validate_domains(zone)?;
        self.validate_texts()?;
        self.validate_cors()?;
        if self.service_token_header.as_deref().is_some_and(|name| !is_header_name(name)) {
            return Err(InvalidApplication::HeaderName);
        }
        if self.policies.len() > POLICIES_MAX {
            return Err(InvalidApplication::TooManyPolicies);
        }
        for policy in &self.policies {
            if let NewPolicy::Inline(policy) = policy {
                let fault = |fault| InvalidApplication::Policy { name: policy.name.clone(), fault };
                policy.validate(&has_service_token).map_err(fault)?;
            }
        }
        Ok(())
    }

    fn validate_name(&self) -> Result<(), InvalidApplication> {
        match self.name.chars().count() {
            0 => Err(InvalidApplication::NameEmpty),
            1..=NAME_CHARS_MAX => Ok(()),
            _ => Err(InvalidApplication::NameTooLong),
        }
    }

    fn validate_domains(&self, zone: Option<&Zone>) -> Result<(), InvalidApplication> {
        if self.domains.is_empty() {
            return Err(InvalidApplication::NoDomain);
        }
        if self.domains.len() > DOMAINS_MAX {
            return Err(InvalidApplication::TooManyDomains);
        }
        let mut places = HashSet::new();
        if !self.domains.iter().all(|domain| places.insert((domain.host(), domain.path()))) {
            return Err(InvalidApplication::DomainTwice);
        }
        let is_outside = |zone: &Zone| self.domains.iter().any(|domain| !zone.contains(domain.host()));
        if zone.is_some_and(is_outside) { Err(InvalidApplication::OutsideZone) } else { Ok(()) }
    }

    fn validate_texts(&self) -> Result<(), InvalidApplication> {
        let shown = &self.presentation;
        let texts = [
            ("logo_url", &shown.logo_url),
            ("custom_deny_message", &shown.custom_deny_message),
            ("custom_deny_url", &shown.custom_deny_url),
            ("custom_non_identity_deny_url", &shown.custom_non_identity_deny_url),
        ];
        let is_long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > TEXT_BYTES_MAX);
        let long = texts.into_iter().find(|(_, text)| is_long(text));
        long.map_or(Ok(()), |(field, _)| Err(InvalidApplication::TooLong(field)))
    }

    fn validate_cors(&self) -> Result<(), InvalidApplication> {
        let Some(cors) = &self.cors else { return Ok(()) };
        if self.options_preflight_bypass {
            return Err(InvalidApplication::CorsAndPreflightBypass);
        }
        if cors.max_age.is_some_and(|age| !(-1..=86400).contains(&age)) {
            return Err(InvalidApplication::CorsMaxAge);
        }
        let CorsHeaders { allowed_headers, allowed_methods, allowed_origins, .. } = cors;
        let lists = [allowed_headers, allowed_methods, allowed_origins];
        if lists.iter().any(|list| list.len() > CORS_NAMES_MAX) {
            return Err(InvalidApplication::TooManyCorsNames);
        }
        let is_long = |text: &String| text.len() > TEXT_BYTES_MAX;
        if lists.into_iter().flatten().any(is_long) {
            return Err(InvalidApplication::TooLong("cors_headers"));
        }
        Ok(())
    }
}

impl InlinePolicy {
    fn rules(&self) -> impl Iterator<Item = &Selector> {
        self.include.iter().chain(&self.exclude).chain(&self.require)
    }

    fn validate(&self, has_service_token: impl Fn(ServiceTokenId) -> bool) -> Result<(), PolicyFault> {
        if !(1..=NAME_CHARS_MAX).contains(&self.name.chars().count()) {
            return Err(PolicyFault::Name);
        }
        if self.include.is_empty() {
            return Err(PolicyFault::EmptyInclude);
        }
        if self.rules().count() > RULES_MAX {
            return Err(PolicyFault::TooManyRules);
        }
        for selector in self.rules() {
            self.validate_selector(selector)?;
            match selector {
                Selector::Email(text) | Selector::EmailDomain(text) if text.len() > TEXT_BYTES_MAX => {
                    return Err(PolicyFault::TooLong(selector.name()));
                }
                Selector::ServiceToken(id) if !has_service_token(*id) => {
                    return Err(PolicyFault::UnknownServiceToken(*id));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A condition that cannot be answered would never hold: an `exclude` of it would exclude nobody.
    fn validate_selector(&self, selector: &Selector) -> Result<(), PolicyFault> {
        let without_person = matches!(self.decision, Decision::Bypass | Decision::NonIdentity);
        let without_service = self.decision != Decision::NonIdentity;
        if (selector.needs_person() && without_person) || (selector.needs_service_token() && without_service)
        {
            return Err(PolicyFault::Selector {
                selector: selector.name(),
                decision: self.decision.as_str(),
            });
        }
        Ok(())
    }
}

/// A `token` of RFC 9110, section 5.6.2.
fn is_header_name(name: &str) -> bool {
    let is_token_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (1..=128).contains(&name.len()) && name.bytes().all(is_token_byte)
}

#[cfg(test)]
mod tests;
