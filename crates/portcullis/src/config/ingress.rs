//! Where requests go once they are admitted.

use std::fmt;

/// A host, or a pattern `*.example.com`, and the origin that serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IngressRule {
    /// Lower case, without port.
    pub(crate) hostname: String,
    /// The origin's address and port.
    pub(crate) origin: String,
}

/// Why an ingress rule is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IngressProblem(pub(super) String);

impl fmt::Display for IngressProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn parse_hostname(text: &str) -> Result<String, IngressProblem> {
    let name = text.to_ascii_lowercase();
    let rest = name.strip_prefix("*.").unwrap_or(&name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if rest.split('.').all(is_label) {
        return Ok(name);
    }
    Err(IngressProblem(format!(
        "`{text}` is not a hostname: write a name such as `wiki.example.com`, or `*.example.com`"
    )))
}

pub(super) fn parse_service(text: &str) -> Result<String, IngressProblem> {
    let Some(authority) = text.strip_prefix("http://") else {
        return Err(IngressProblem(format!(
            "`{text}` is not a service that can be reached: write `http://HOST:PORT`"
        )));
    };
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let parsed: Option<http::uri::Authority> = authority.parse().ok();
    match parsed {
        Some(parsed) if !parsed.host().is_empty() && !authority.contains(['@', '/']) => {
            Ok(format!("{}:{}", parsed.host(), parsed.port_u16().unwrap_or(80)))
        }
        _ => Err(IngressProblem(format!(
            "`{text}` is not an address: write `http://HOST:PORT`, without a path"
        ))),
    }
}
