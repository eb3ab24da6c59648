//! Reading JSON values as types, field by field. Floor 0.
//!
//! Invariant: a refusal names the field, its value and what is allowed. serde's derived `Deserialize` knows neither
//! field nor value, and is larger in the WebAssembly.

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// A type that can be read from JSON.
pub(crate) trait Read: Sized {
    /// The value that `json` holds.
    ///
    /// # Errors
    /// The field below `json` that is of the wrong type, with its value and what is allowed.
    fn read(json: &Value) -> Result<Self>;
}

/// Reads a struct from an object that has all of its fields; the one behind `..` stands for fields of the same object.
/// With `over its defaults` it is deserialised too, from an object of some of its fields.
macro_rules! read_fields {
    ($type:ident { $($field:ident),+ $(, ..$flat:ident)? }) => {
        impl crate::read::Read for $type {
            fn read(json: &serde_json::Value) -> crate::error::Result<Self> {
                Ok($type {
                    $($field: crate::read::field(json, stringify!($field))?,)+
                    $($flat: crate::read::Read::read(json)?,)?
                })
            }
        }
    };
    ($type:ident { $($field:ident),+ } over its defaults) => {
        crate::read::read_fields!($type { $($field),+ });

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let given = serde_json::Value::deserialize(deserializer)?;
                crate::read::over(&Self::default(), given).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Reads a variant without fields by the name that it is written with.
macro_rules! read_name {
    ($type:ident: $($variant:ident),+) => {
        impl crate::read::Read for $type {
            fn read(json: &serde_json::Value) -> crate::error::Result<Self> {
                crate::read::one_of(&[$($type::$variant),+], json)
            }
        }
    };
}

pub(crate) use {read_fields, read_name};

/// The field `name` of an object. Not inlined, because there are many.
#[inline(never)]
pub(crate) fn field<T: Read>(object: &Value, name: &str) -> Result<T> {
    T::read(&object[name]).map_err(|e| e.within(name))
}

/// What `given` says, and `defaults` where it says nothing.
pub(crate) fn over<T: Read + Serialize>(defaults: &T, given: Value) -> Result<T> {
    let mut whole = written(defaults);
    merge(&mut whole, given, "")?;
    T::read(&whole)
}

/// Puts `given` over `base`. Objects are merged field by field; anything else replaces what was there.
///
/// # Errors
/// A field that `base` has not, something else where it has an object; `path` is where it stands.
pub(crate) fn merge(base: &mut Value, given: Value, path: &str) -> Result<()> {
    let Value::Object(fields) = base else {
        *base = given;
        return Ok(());
    };
    let Value::Object(given) = given else {
        let whole = if path.is_empty() { "the config" } else { "" };
        return Err(Error::invalid(path, format!("{whole} must be an object, got {given}").trim_start()));
    };
    for (name, value) in given {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match fields.get_mut(&name) {
            Some(field) => merge(field, value, &path)?,
            None => {
                let known: Vec<&str> = fields.keys().map(String::as_str).collect();
                return Err(Error::invalid(path, format!("is not a known field; known are {}", known.join(", "))));
            }
        }
    }
    Ok(())
}

/// Plain data as JSON.
pub(crate) fn written(data: &impl Serialize) -> Value {
    serde_json::to_value(data).unwrap_or_else(|_| unreachable!("plain data"))
}

/// The refusal of `json`.
pub(crate) fn refused<T>(allowed: &str, json: &Value) -> Result<T> {
    Err(Error::invalid("", format!("must be {allowed}, got {json}")))
}

/// The one of `all` that is written as `json`.
pub(crate) fn one_of<T: Copy + Serialize>(all: &[T], json: &Value) -> Result<T> {
    let names: Vec<Value> = all.iter().map(written).collect();
    position(&names, json).map(|index| all[index])
}

fn position(names: &[Value], json: &Value) -> Result<usize> {
    if let Some(index) = names.iter().position(|name| name == json) {
        return Ok(index);
    }
    let names: Vec<String> = names.iter().filter_map(Value::as_str).map(|name| format!("`{name}`")).collect();
    refused(&names.join(" or "), json)
}

impl Read for bool {
    fn read(json: &Value) -> Result<Self> {
        json.as_bool().map_or_else(|| refused("true or false", json), Ok)
    }
}

impl Read for f64 {
    fn read(json: &Value) -> Result<Self> {
        json.as_f64().map_or_else(|| refused("a number", json), Ok)
    }
}

impl Read for i64 {
    fn read(json: &Value) -> Result<Self> {
        json.as_i64().map_or_else(|| refused("a whole number", json), Ok)
    }
}

impl Read for usize {
    fn read(json: &Value) -> Result<Self> {
        let value = json.as_u64().and_then(|value| value.try_into().ok());
        // No count may be larger than that anyway, and on WebAssembly a `usize` cannot.
        value.map_or_else(|| refused("a whole number from 0 to 4294967295", json), Ok)
    }
}

impl Read for u64 {
    fn read(json: &Value) -> Result<Self> {
        json.as_u64().map_or_else(|| refused("a whole number of at least 0", json), Ok)
    }
}

impl Read for u32 {
    fn read(json: &Value) -> Result<Self> {
        let value = json.as_u64().and_then(|value| value.try_into().ok());
        value.map_or_else(|| refused("a whole number from 0 to 4294967295", json), Ok)
    }
}

impl Read for String {
    fn read(json: &Value) -> Result<Self> {
        json.as_str().map_or_else(|| refused("a text", json), |text| Ok(text.to_string()))
    }
}

impl Read for Value {
    fn read(json: &Value) -> Result<Self> {
        Ok(json.clone())
    }
}

impl<T: Read> Read for Option<T> {
    fn read(json: &Value) -> Result<Self> {
        if json.is_null() { Ok(None) } else { T::read(json).map(Some) }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(json: &Value) -> Result<Self> {
        match json.as_array() {
            Some(items) => items.iter().map(T::read).collect(),
            None => refused("a list", json),
        }
    }
}

impl<T: Read> Read for [T; 2] {
    fn read(json: &Value) -> Result<Self> {
        match json.as_array().map(Vec::as_slice) {
            Some([first, second]) => Ok([T::read(first)?, T::read(second)?]),
            _ => refused("a list of two numbers", json),
        }
    }
}

impl Read for (f64, f64) {
    fn read(json: &Value) -> Result<Self> {
        <[f64; 2]>::read(json).map(Into::into)
    }
}
