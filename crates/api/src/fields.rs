//! Which fields a body may have: a table for each kind of body, and the check against it.

use std::fmt;

use portcullis_api_types::{Extra, Field};
use serde::Serialize;
use serde_json::Value;

use crate::errors::ApiError;
use crate::json::escape;

/// What becomes of a field that is sent. A field without a class is unknown, and refused by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// It decides something, and is acted upon.
    ActedUpon,
    /// It only shows something: it is kept, and given back as it was sent.
    Kept,
    /// It is the server's own. Clients write back what they read, so it is taken and ignored.
    ServerOwned,
    /// Acting as if it were not there would change who gets in or how; only its default is taken.
    OnlyDefault(Neutral),
}

/// The value of a field that changes nothing. `null` never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Neutral {
    /// Nothing but `null`.
    Null,
    /// `false`
    False,
    /// `true`
    True,
    /// `[]`
    EmptyList,
    /// This text.
    Text(&'static str),
}

impl Neutral {
    fn is(self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) | (Self::False, Value::Bool(false)) | (Self::True, Value::Bool(true)) => true,
            (Self::EmptyList, Value::Array(items)) => items.is_empty(),
            (Self::Text(text), Value::String(value)) => value == text,
            _ => false,
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::False => "false".to_owned(),
            Self::True => "true".to_owned(),
            Self::EmptyList => "[]".to_owned(),
            Self::Text(text) => format!("{text:?}"),
        }
    }
}

/// The fields of one kind of body.
pub(crate) type Fields = [(&'static str, Class)];

/// Checks every field that was sent against the table; `place` is the JSON pointer of the object.
pub(crate) fn check(body: &impl Serialize, fields: &Fields, place: &str) -> Result<(), ApiError> {
    let sent = serde_json::to_value(body).map_err(ApiError::internal)?;
    let Value::Object(sent) = sent else { return Ok(()) };
    for (name, value) in &sent {
        check_field(name, value, fields).map_err(|detail| invalid(detail, place, name))?;
    }
    Ok(())
}

fn check_field(name: &str, value: &Value, fields: &Fields) -> Result<(), String> {
    match fields.iter().find(|(known, _)| *known == name) {
        None => Err(format!("unknown field `{name}`")),
        Some((_, Class::OnlyDefault(neutral))) if !neutral.is(value) => {
            Err(format!("{name} is not offered: leave it out, or send its default, {}", neutral.describe()))
        }
        Some(_) => Ok(()),
    }
}

/// Refuses every field of an object that knows all of its own by name.
pub(crate) fn refuse_unknown(extra: &Extra, place: &str) -> Result<(), ApiError> {
    extra
        .keys()
        .next()
        .map_or(Ok(()), |name| Err(invalid(format_args!("unknown field `{name}`"), place, name)))
}

/// The value of a field that must be there; `place` is the JSON pointer of the object that it belongs to.
pub(crate) fn required<T>(field: Field<T>, name: &str, place: &str) -> Result<T, ApiError> {
    field.into_value().ok_or_else(|| invalid(format_args!("{name} is required"), place, name))
}

/// A fault in a field of the object at `place`.
pub(crate) fn invalid(detail: impl fmt::Display, place: &str, name: &str) -> ApiError {
    ApiError::invalid_request(detail).at(format!("{place}/{}", escape(name)))
}
