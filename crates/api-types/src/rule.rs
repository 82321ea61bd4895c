//! One rule of a policy.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

/// One rule of a policy: an object with a single key, which names the selector.
///
/// A selector is read as its variant only if it has exactly the form that the variant writes.
/// Everything else, including a known selector with a field too many, is [`Rule::Other`]: nothing is
/// lost on the way through, and a server that does not understand a rule can refuse it whole.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// A person with this address.
    Email(String),
    /// Everybody whose address is in this domain.
    EmailDomain(String),
    /// Everybody who can log in.
    Everyone,
    /// Requests from this address or range.
    Ip(String),
    /// A machine with this service token, by its id (not its client id).
    ServiceToken(String),
    /// A machine with any service token of the account.
    AnyValidServiceToken,
    /// A selector that this version does not know, as it was sent.
    Other(Value),
}

impl Rule {
    fn to_value(&self) -> Value {
        match self {
            Self::Email(email) => json!({"email": {"email": email}}),
            Self::EmailDomain(domain) => json!({"email_domain": {"domain": domain}}),
            Self::Everyone => json!({"everyone": {}}),
            Self::Ip(ip) => json!({"ip": {"ip": ip}}),
            Self::ServiceToken(id) => json!({"service_token": {"token_id": id}}),
            Self::AnyValidServiceToken => json!({"any_valid_service_token": {}}),
            Self::Other(value) => value.clone(),
        }
    }

    fn known(value: &Value) -> Option<Self> {
        let (selector, body) = only_entry(value.as_object()?)?;
        let body = body.as_object()?;
        match selector {
            "email" => only_text(body, "email").map(Self::Email),
            "email_domain" => only_text(body, "domain").map(Self::EmailDomain),
            "everyone" => body.is_empty().then_some(Self::Everyone),
            "ip" => only_text(body, "ip").map(Self::Ip),
            "service_token" => only_text(body, "token_id").map(Self::ServiceToken),
            "any_valid_service_token" => body.is_empty().then_some(Self::AnyValidServiceToken),
            _ => None,
        }
    }
}

fn only_entry(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (key, value) = object.iter().next()?;
    (object.len() == 1).then_some((key.as_str(), value))
}

fn only_text(body: &Map<String, Value>, wanted: &str) -> Option<String> {
    let (key, value) = only_entry(body)?;
    (key == wanted).then(|| value.as_str().map(str::to_owned)).flatten()
}

impl From<Value> for Rule {
    fn from(value: Value) -> Self {
        Self::known(&value).unwrap_or(Self::Other(value))
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}
