//! Reading a configuration: what is given replaces the defaults, object by object, and what is unknown is refused.

use serde_json::{Map, Value};

use super::config::{Config, Data, EarlyStopping, Gradual, Iterative, Schedule};
use crate::data::{Blobs, Circles, Classification, Moons, Spirals};
use crate::error::{Error, Result};
use crate::nn::{Adam, Optimizer, Sgd};
use crate::read::{Read, Write, merge, serialize_as_written, tagged};

/// The fields that say which other fields there are.
const KINDS: [&[&str]; 4] =
    [&["data", "kind"], &["train", "optimizer", "kind"], &["train", "early_stopping"], &["prune", "schedule", "kind"]];

impl Config {
    /// The configuration that `json` describes, as [`Config::from_value`] reads it.
    ///
    /// # Errors
    /// Those of [`Config::from_value`], and no JSON.
    pub fn from_json(json: &str) -> Result<Self> {
        let given = serde_json::from_str(json)
            .map_err(|e| Error::invalid("", format!("the config cannot be read as JSON: {e}")))?;
        Config::from_value(given)
    }

    /// The configuration that `given` describes: an object of the fields that differ from the defaults. Without a
    /// `kind` those are the seed experiment's, with another kind scikit-learn's and PyTorch's.
    ///
    /// # Errors
    /// An unknown field, a value of the wrong type; with the field's full path.
    pub fn from_value(given: Value) -> Result<Self> {
        let mut merged = Config::default_with_kinds(&given)?.to_json();
        merge(&mut merged, given, "")?;
        Config::read(&merged)
    }

    /// All fields, defaults included.
    pub fn to_json(&self) -> Value {
        self.written()
    }

    /// The fields that differ from the defaults: what a link carries, and what [`Config::from_json`] reads back to
    /// the same config.
    pub fn difference(&self) -> Value {
        let own = self.to_json();
        let mut base = Config::default_with_kinds(&own).map_or(Value::Null, |defaults| defaults.to_json());
        let seed = Config::default().to_json();
        for path in KINDS {
            let own = path.iter().try_fold(&mut base, |value, name| value.get_mut(name));
            let first = path.iter().try_fold(&seed, |value, name| value.get(name));
            if let (Some(own), Some(first)) = (own, first) {
                own.clone_from(first);
            }
        }
        subtract(own, &base).unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// The defaults of the kinds that `given` names, and of early stopping if it has any.
    fn default_with_kinds(given: &Value) -> Result<Self> {
        let mut config = Config::default();
        match given["data"].get("kind").map(Value::as_str) {
            None | Some(Some("classification")) => {}
            Some(Some("moons")) => config.data = Data::Moons(Moons::default()),
            Some(Some("circles")) => config.data = Data::Circles(Circles::default()),
            Some(Some("blobs")) => config.data = Data::Blobs(Blobs::default()),
            Some(Some("spirals")) => config.data = Data::Spirals(Spirals::default()),
            _ => {
                let kinds = "classification, moons, circles, blobs or spirals";
                return Err(unknown_kind("data.kind", kinds, &given["data"]["kind"]));
            }
        }
        match given["train"]["optimizer"].get("kind").map(Value::as_str) {
            None | Some(Some("adam")) => {}
            Some(Some("adamw")) => config.train.optimizer = Optimizer::AdamW(Adam::decoupled()),
            Some(Some("sgd")) => config.train.optimizer = Optimizer::Sgd(Sgd::default()),
            _ => {
                let kind = &given["train"]["optimizer"]["kind"];
                return Err(unknown_kind("train.optimizer.kind", "adam, adamw or sgd", kind));
            }
        }
        if !given["train"]["early_stopping"].is_null() {
            config.train.early_stopping = Some(EarlyStopping::default());
        }
        match given["prune"]["schedule"].get("kind").map(Value::as_str) {
            None | Some(Some("one_shot")) => {}
            Some(Some("iterative")) => config.prune.schedule = Schedule::Iterative(Iterative::default()),
            Some(Some("gradual")) => config.prune.schedule = Schedule::Gradual(Gradual::default()),
            Some(Some("initialisation")) => config.prune.schedule = Schedule::Initialisation,
            _ => {
                let kinds = "one_shot, iterative, gradual or initialisation";
                return Err(unknown_kind("prune.schedule.kind", kinds, &given["prune"]["schedule"]["kind"]));
            }
        }
        Ok(config)
    }
}

fn unknown_kind(field: &str, kinds: &str, kind: &Value) -> Error {
    Error::invalid(field, format!("must be {kinds}, got {kind}"))
}

impl Read for Data {
    fn read(json: &Value) -> Result<Self> {
        Ok(match json["kind"].as_str() {
            Some("moons") => Data::Moons(Moons::read(json)?),
            Some("circles") => Data::Circles(Circles::read(json)?),
            Some("blobs") => Data::Blobs(Blobs::read(json)?),
            Some("spirals") => Data::Spirals(Spirals::read(json)?),
            _ => Data::Classification(Classification::read(json)?),
        })
    }
}

impl Read for Optimizer {
    fn read(json: &Value) -> Result<Self> {
        Ok(match json["kind"].as_str() {
            Some("adamw") => Optimizer::AdamW(Adam::read(json)?),
            Some("sgd") => Optimizer::Sgd(Sgd::read(json)?),
            _ => Optimizer::Adam(Adam::read(json)?),
        })
    }
}

impl Read for Schedule {
    fn read(json: &Value) -> Result<Self> {
        Ok(match json["kind"].as_str() {
            Some("iterative") => Schedule::Iterative(Iterative::read(json)?),
            Some("gradual") => Schedule::Gradual(Gradual::read(json)?),
            Some("initialisation") => Schedule::Initialisation,
            _ => Schedule::OneShot,
        })
    }
}

impl Write for Data {
    fn written(&self) -> Value {
        let (kind, fields) = match self {
            Data::Classification(generator) => ("classification", generator.written()),
            Data::Moons(generator) => ("moons", generator.written()),
            Data::Circles(generator) => ("circles", generator.written()),
            Data::Blobs(generator) => ("blobs", generator.written()),
            Data::Spirals(generator) => ("spirals", generator.written()),
        };
        tagged("kind", kind, fields)
    }
}

impl Write for Optimizer {
    fn written(&self) -> Value {
        let (kind, fields) = match self {
            Optimizer::Adam(adam) => ("adam", adam.written()),
            Optimizer::AdamW(adam) => ("adamw", adam.written()),
            Optimizer::Sgd(sgd) => ("sgd", sgd.written()),
        };
        tagged("kind", kind, fields)
    }
}

impl Write for Schedule {
    fn written(&self) -> Value {
        let (kind, fields) = match self {
            Schedule::OneShot => ("one_shot", Value::Null),
            Schedule::Iterative(iterative) => ("iterative", iterative.written()),
            Schedule::Gradual(gradual) => ("gradual", gradual.written()),
            Schedule::Initialisation => ("initialisation", Value::Null),
        };
        tagged("kind", kind, fields)
    }
}

serialize_as_written!(Data);
serialize_as_written!(Optimizer);
serialize_as_written!(Schedule);

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
