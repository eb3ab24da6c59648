//! Reading a configuration: what is given replaces the defaults, object by object, and what is unknown is refused.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::config::{Config, Data, Train};
use crate::data::{Blobs, Circles, Moons, Spirals};
use crate::error::{Error, Result};
use crate::nn::{Adam, Optimizer, Sgd};

/// Where a `kind` decides which other fields there are.
const KINDS: [&str; 2] = ["/data/kind", "/train/optimizer/kind"];

impl Config {
    /// The configuration that `json` describes: an object of the fields that differ from the defaults. Without a
    /// `kind` those are the seed experiment's, with another kind scikit-learn's and PyTorch's.
    ///
    /// # Errors
    /// No JSON, an unknown field, a value of the wrong type; with the field's full path.
    pub fn from_json(json: &str) -> Result<Self> {
        let given = serde_json::from_str(json)
            .map_err(|e| Error::invalid("", format!("the config cannot be read as JSON: {e}")))?;
        let mut merged = Config::default_with_kinds(&given)?.to_json();
        merge(&mut merged, given, "")?;
        let optimizer = read_optimizer(merged["train"]["optimizer"].take())?;
        Ok(Config {
            data: read_data(merged["data"].take())?,
            split: read(merged["split"].take(), "split")?,
            model: read(merged["model"].take(), "model")?,
            train: Train { optimizer, ..read(merged["train"].take(), "train")? },
            prune: read(merged["prune"].take(), "prune")?,
        })
    }

    /// All fields, defaults included.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a config is plain data")
    }

    /// The fields that differ from the defaults: what a link carries, and what [`Config::from_json`] reads back to
    /// the same config.
    pub fn difference(&self) -> Value {
        let own = self.to_json();
        let mut base = Config::default_with_kinds(&own).map_or(Value::Null, |defaults| defaults.to_json());
        let seed = Config::default().to_json();
        for kind in KINDS {
            if let (Some(base), Some(seed)) = (base.pointer_mut(kind), seed.pointer(kind)) {
                *base = seed.clone();
            }
        }
        subtract(own, &base).unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// The defaults of the kinds that `given` names.
    fn default_with_kinds(given: &Value) -> Result<Self> {
        let mut config = Config::default();
        match given.pointer("/data/kind").map(Value::as_str) {
            None | Some(Some("classification")) => {}
            Some(Some("moons")) => config.data = Data::Moons(Moons::default()),
            Some(Some("circles")) => config.data = Data::Circles(Circles::default()),
            Some(Some("blobs")) => config.data = Data::Blobs(Blobs::default()),
            Some(Some("spirals")) => config.data = Data::Spirals(Spirals::default()),
            _ => return Err(unknown_kind(given, KINDS[0], "classification, moons, circles, blobs or spirals")),
        }
        match given.pointer("/train/optimizer/kind").map(Value::as_str) {
            None | Some(Some("adam")) => {}
            Some(Some("adamw")) => config.train.optimizer = Optimizer::AdamW(Adam::decoupled()),
            Some(Some("sgd")) => config.train.optimizer = Optimizer::Sgd(Sgd::default()),
            _ => return Err(unknown_kind(given, KINDS[1], "adam, adamw or sgd")),
        }
        Ok(config)
    }
}

fn unknown_kind(given: &Value, pointer: &str, allowed: &str) -> Error {
    let field = pointer.trim_start_matches('/').replace('/', ".");
    Error::invalid(field, format!("must be {allowed}, got {}", given.pointer(pointer).unwrap_or(&Value::Null)))
}

fn read_data(mut value: Value) -> Result<Data> {
    Ok(match take_kind(&mut value).as_str() {
        "moons" => Data::Moons(read(value, "data")?),
        "circles" => Data::Circles(read(value, "data")?),
        "blobs" => Data::Blobs(read(value, "data")?),
        "spirals" => Data::Spirals(read(value, "data")?),
        _ => Data::Classification(read(value, "data")?),
    })
}

fn read_optimizer(mut value: Value) -> Result<Optimizer> {
    let path = "train.optimizer";
    Ok(match take_kind(&mut value).as_str() {
        "adamw" => Optimizer::AdamW(read(value, path)?),
        "sgd" => Optimizer::Sgd(read(value, path)?),
        _ => Optimizer::Adam(read(value, path)?),
    })
}

/// The `kind` of a section, which is none of its type's own fields.
fn take_kind(section: &mut Value) -> String {
    let kind = section.as_object_mut().and_then(|fields| fields.shift_remove("kind"));
    kind.as_ref().and_then(Value::as_str).unwrap_or_default().to_string()
}

/// The section at `path` as its type; a refusal names the field below it, the value and what is allowed.
fn read<T: DeserializeOwned>(value: Value, path: &str) -> Result<T> {
    serde_path_to_error::deserialize(&value).map_err(|e| {
        // A field is named by its keys; the value shown is the element of a list that is wrong.
        let (mut field, mut bad) = (path.to_string(), &value);
        for segment in e.path() {
            match segment {
                Segment::Map { key } => {
                    field = format!("{field}.{key}");
                    bad = bad.get(key).unwrap_or(bad);
                }
                Segment::Seq { index } => bad = bad.get(index).unwrap_or(bad),
                _ => {}
            }
        }
        Error::invalid(field, format!("must be {}, got {bad}", expectation(&e.inner().to_string())))
    })
}

/// What is allowed, in a person's words, out of serde's message.
fn expectation(message: &str) -> String {
    let expected = message.rsplit_once("expected ").map_or(message, |(_, expected)| expected);
    match expected {
        // No count may be larger than that anyway, and on WebAssembly a `usize` cannot.
        "u32" | "usize" => "a whole number from 0 to 4294967295",
        "i64" => "a whole number",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "an array of length 2" | "a tuple of size 2" | "fewer elements in array" => "a list of two numbers",
        other => other,
    }
    .to_string()
}

/// Puts `given` over `base`. Objects are merged field by field; anything else replaces what was there.
fn merge(base: &mut Value, given: Value, path: &str) -> Result<()> {
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

/// What of `own` differs from `base`, or nothing. Objects keep only the fields that differ.
fn subtract(own: Value, base: &Value) -> Option<Value> {
    match (own, base) {
        (Value::Object(own), Value::Object(base)) => {
            let rest: Map<_, _> = own
                .into_iter()
                .filter_map(|(name, value)| {
                    let rest = match base.get(&name) {
                        Some(base) => subtract(value, base),
                        None => Some(value),
                    };
                    rest.map(|rest| (name, rest))
                })
                .collect();
            (!rest.is_empty()).then_some(Value::Object(rest))
        }
        (own, base) => (own != *base).then_some(own),
    }
}
