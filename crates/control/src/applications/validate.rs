//! What an application must be.

use portcullis_model::PolicyId;

/// Why an application cannot be. `Display` is what the client reads after `access.api.error.invalid_request: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidApplication {
    /// Without a name.
    #[error("name must not be empty")]
    NameEmpty,
    /// With too long a name.
    #[error("name must be a maximum of {0} characters in length")]
    NameTooLong(usize),
    /// Nothing to protect.
    #[error("domain is required")]
    NoDomain,
    /// Too many places.
    #[error("an application can have a maximum of {0} domains")]
    TooManyDomains(usize),
    /// One place twice.
    #[error("domains must be unique")]
    DomainTwice,
    /// A zone's application elsewhere.
    #[error("domain does not belong to zone")]
    OutsideZone,
    /// Too many policies.
    #[error("an application can have a maximum of {0} policies")]
    TooManyPolicies(usize),
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
    /// No header has this name.
    #[error("read_service_tokens_from_header is not a header name")]
    HeaderName,
    /// Too long a text.
    #[error("{field} must be a maximum of {max} bytes in length")]
    TooLong {
        /// Where.
        field: &'static str,
        /// The limit.
        max: usize,
    },
}

/// Why a policy cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Without a name, or with too long a one.
    #[error("name must have 1 to {0} characters")]
    Name(usize),
    /// Nobody could ever match.
    #[error("include must not be empty")]
    EmptyInclude,
    /// Too many rules.
    #[error("a policy can have a maximum of {0} rules")]
    TooManyRules(usize),
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
    UnknownServiceToken(portcullis_model::ServiceTokenId),
}
