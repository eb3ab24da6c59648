//! JSON as the browser reads it. A reader of our own, which must find the nearest double to any decimal number, would be
//! a fifteenth of what the page loads.

use js_sys::{Array, JSON, Object};
use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::{JsError, Result, thrown};
use crate::error::Error;

/// The deepest nesting: what is read follows it on the stack.
const DEEPEST: usize = 100;

/// The value that `text` holds. A number that JavaScript does not tell from a whole one is one.
///
/// # Errors
/// What is no JSON, or nested too deeply.
pub(super) fn parse(text: &str) -> Result<Value> {
    let refused = |problem: String| thrown(Error::invalid("", format!("cannot be read as JSON: {problem}")));
    let json = JSON::parse(text).map_err(|e| refused(e.unchecked_into::<JsError>().message().into()))?;
    value(&json, 0).ok_or_else(|| refused(format!("it is nested more than {DEEPEST} deep")))
}

fn value(json: &JsValue, depth: usize) -> Option<Value> {
    let inner = |json: JsValue| if depth < DEEPEST { value(&json, depth + 1) } else { None };
    Some(if json.is_null() {
        Value::Null
    } else if let Some(flag) = json.as_bool() {
        flag.into()
    } else if let Some(number) = json.as_f64() {
        let whole = number as i64;
        if (whole as f64).to_bits() == number.to_bits() { whole.into() } else { number.into() }
    } else if let Some(text) = json.as_string() {
        text.into()
    } else if Array::is_array(json) {
        Value::Array(json.unchecked_ref::<Array>().iter().map(inner).collect::<Option<_>>()?)
    } else {
        let fields = Object::entries(json.unchecked_ref());
        let field = |entry: JsValue| {
            let entry = entry.unchecked_into::<Array>();
            Some((entry.get(0).as_string()?, inner(entry.get(1))?))
        };
        Value::Object(fields.iter().map(field).collect::<Option<_>>()?)
    })
}
