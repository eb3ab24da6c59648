//! Reading JSON values as types and writing them, field by field. Floor 0.
//!
//! Invariant: a refusal names the field, its value and what is allowed; what is written reads back the same. serde's
//! derived `Deserialize` knows neither field nor value, and both of its sides are larger in the WebAssembly; a `Serialize`
//! comes with [`Write`].

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// A type that can be read from JSON.
pub(crate) trait Read: Sized {
    /// The value that `json` holds.
    ///
    /// # Errors
    /// The field below `json` that is of the wrong type, with its value and what is allowed.
    fn read(json: &Value) -> Result<Self>;
}

/// A type that can be written as JSON.
pub(crate) trait Write {
    /// The value that reads back as this.
    fn written(&self) -> Value;
}

/// Reads a struct from an object that has all of its fields; the one behind `..` stands for fields of the same object.
/// With `over its defaults` it is deserialised too, from an object of some of its fields.
macro_rules! read_fields {
    ($type:ident { $($field:ident),+ $(, ..$flat:ident $(, $after:ident)*)? }) => {
        impl crate::read::Read for $type {
            fn read(json: &serde_json::Value) -> crate::error::Result<Self> {
                Ok($type {
                    $($field: crate::read::field(json, stringify!($field))?,)+
                    $(
                        $flat: crate::read::Read::read(json)?,
                        $($after: crate::read::field(json, stringify!($after))?,)*
                    )?
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

/// Writes a struct as an object of its fields; the one behind `..` as its own fields.
macro_rules! write_fields {
    ($type:ident { $($field:ident),+ $(, ..$flat:ident $(, $after:ident)*)? }) => {
        impl crate::read::Write for $type {
            fn written(&self) -> serde_json::Value {
                let mut object = serde_json::Map::new();
                $(crate::read::put(&mut object, stringify!($field), self.$field.written());)+
                $(
                    crate::read::absorb(&mut object, self.$flat.written());
                    $(crate::read::put(&mut object, stringify!($after), self.$after.written());)*
                )?
                object.into()
            }
        }
        crate::read::serialize_as_written!($type);
    };
}

/// Reads and writes a struct, as [`read_fields`] and [`write_fields`] do.
macro_rules! json_fields {
    ($type:ident { $($fields:tt)+ } $($over:tt)*) => {
        crate::read::read_fields!($type { $($fields)+ } $($over)*);
        crate::read::write_fields!($type { $($fields)+ });
    };
}

/// Reads and writes variants without fields by their names.
macro_rules! json_names {
    ($type:ident { $($variant:ident: $name:literal),+ }) => {
        impl crate::read::Read for $type {
            fn read(json: &serde_json::Value) -> crate::error::Result<Self> {
                crate::read::position(&[$($name),+], json).map(|index| [$($type::$variant),+][index])
            }
        }

        impl crate::read::Write for $type {
            fn written(&self) -> serde_json::Value {
                match self { $($type::$variant => $name,)+ }.into()
            }
        }
        crate::read::serialize_as_written!($type);
    };
}

macro_rules! serialize_as_written {
    ($type:ident) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                crate::read::Write::written(self).serialize(serializer)
            }
        }
    };
}

pub(crate) use {json_fields, json_names, read_fields, serialize_as_written, write_fields};

/// The field `name` of an object. Not inlined, because there are many.
#[inline(never)]
pub(crate) fn field<T: Read>(object: &Value, name: &str) -> Result<T> {
    T::read(&object[name]).map_err(|e| e.within(name))
}

/// What `given` says, and `defaults` where it says nothing.
pub(crate) fn over<T: Read + Write>(defaults: &T, given: Value) -> Result<T> {
    let mut whole = defaults.written();
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

/// Adds a field. Not inlined, because there are many.
#[inline(never)]
pub(crate) fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    object.insert(name.to_string(), value);
}

/// Adds the fields of another object.
pub(crate) fn absorb(object: &mut Map<String, Value>, other: Value) {
    if let Value::Object(other) = other {
        object.extend(other);
    }
}

/// An object that says in its first field, `tag`, which of several it is.
pub(crate) fn tagged(tag: &str, name: &str, fields: Value) -> Value {
    let mut object = Map::new();
    put(&mut object, tag, name.into());
    absorb(&mut object, fields);
    object.into()
}

/// The refusal of `json`.
pub(crate) fn refused<T>(allowed: &str, json: &Value) -> Result<T> {
    Err(Error::invalid("", format!("must be {allowed}, got {json}")))
}

/// Which of `names` is `json`.
pub(crate) fn position(names: &[&str], json: &Value) -> Result<usize> {
    if let Some(index) = names.iter().position(|name| json == name) {
        return Ok(index);
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
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

/// What serde_json makes a value of as it is.
macro_rules! write_plain {
    ($($type:ty),+) => {
        $(impl Write for $type {
            fn written(&self) -> Value {
                self.clone().into()
            }
        })+
    };
}

write_plain!(bool, f64, i64, usize, u64, u32, String, Value);

impl<T: Write> Write for Option<T> {
    fn written(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::written)
    }
}

impl<T: Write> Write for Vec<T> {
    fn written(&self) -> Value {
        self.iter().map(T::written).collect()
    }
}

impl<T: Write> Write for [T; 2] {
    fn written(&self) -> Value {
        self.iter().map(T::written).collect()
    }
}

impl Write for (f64, f64) {
    fn written(&self) -> Value {
        <[f64; 2]>::from(*self).written()
    }
}
