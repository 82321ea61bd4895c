//! Setting one place of a JSON body.

use serde_json::{Map, Value};

use crate::error::Invalid;

/// Sets `path`, such as `a.b.0`, in `body`; objects on the way are made, and an array grows by one at most.
pub(crate) fn json_set(body: &mut Option<Value>, path: &str, value: Value) -> Result<(), Invalid> {
    let mut place = body.get_or_insert_with(empty_object);
    for key in path.split('.') {
        if place.is_null() {
            *place = empty_object();
        }
        place = child(place, key).ok_or_else(|| {
            Invalid::new("json_set", format!("`{path}` cannot be set in the body: there is no `{key}`"))
        })?;
    }
    *place = value;
    Ok(())
}

fn empty_object() -> Value {
    Value::Object(Map::new())
}

fn child<'a>(parent: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    match parent {
        Value::Object(object) => Some(object.entry(key).or_insert(Value::Null)),
        Value::Array(array) => {
            let index: usize = key.parse().ok()?;
            if index == array.len() {
                array.push(Value::Null);
            }
            array.get_mut(index)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_are_set_and_made() {
        let table = [
            (None, "a.b", json!({"a": {"b": 7}})),
            (Some(json!({"a": {"c": 1}})), "a.b", json!({"a": {"b": 7, "c": 1}})),
            (Some(json!({"a": [1, 2]})), "a.1", json!({"a": [1, 7]})),
            (Some(json!({"a": [1]})), "a.1", json!({"a": [1, 7]})),
            (Some(json!({"a": [{}]})), "a.0.b", json!({"a": [{"b": 7}]})),
            (Some(json!({"a": null})), "a.b", json!({"a": {"b": 7}})),
        ];
        for (mut body, path, expected) in table {
            json_set(&mut body, path, json!(7)).unwrap();
            assert_eq!(body, Some(expected), "{path}");
        }
    }

    #[test]
    fn places_that_cannot_be_are_refused() {
        for (body, path) in [(json!({"a": 1}), "a.b"), (json!([1]), "2"), (json!([1]), "x")] {
            assert!(json_set(&mut Some(body), path, json!(7)).is_err(), "{path}");
        }
    }
}
