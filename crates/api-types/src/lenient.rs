//! Reading what an API should not have sent, but did.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::envelope::ResponseInfo;

/// Reads `null` as the default.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Reads the `errors` or `messages` of an envelope, whatever they look like.
///
/// Some of Cloudflare's older routes send bare strings or `null` here. A list that cannot be
/// understood must not hide the error that it is there to explain.
pub(crate) fn response_infos<'de, D>(deserializer: D) -> Result<Vec<ResponseInfo>, D::Error>
where
    D: Deserializer<'de>,
{
    let items = match Value::deserialize(deserializer)? {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        other => vec![other],
    };
    Ok(items.into_iter().map(response_info).collect())
}

fn response_info(item: Value) -> ResponseInfo {
    let plain = |message: String| ResponseInfo { message, ..ResponseInfo::default() };
    match item {
        Value::String(text) => plain(text),
        other => serde_json::from_value(other.clone()).unwrap_or_else(|_| plain(other.to_string())),
    }
}
