//! Whole runs.

use prunelab::experiment::{Config, Event, Report, Run, Source, ValidConfig};
use serde_json::Value;

pub fn valid(config: &Value) -> ValidConfig {
    Config::from_json(&config.to_string()).and_then(|config| config.check(&Source::Generator)).unwrap()
}

/// The run of `config` after its last event, and the report that this brought.
pub fn finished(config: &Value) -> (Run, Report) {
    let mut run = Run::from_config(valid(config)).unwrap();
    match run.by_ref().map(Result::unwrap).last() {
        Some(Event::Done { report }) => (run, *report),
        other => panic!("the run ended with {other:?}"),
    }
}
