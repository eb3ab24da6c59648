//! One experiment from its configuration to its report. Floor 4.
//!
//! `Config` → [`Config::check`] → `ValidConfig` → [`Run`], an iterator of [`Event`]s that ends in a [`Report`].
//! Invariants: below this floor no value needs checking again; the same config gives the same digest on every
//! machine; one step of a run is short enough that whoever drives it can always stop. Absent on purpose: clocks,
//! files, threads.

mod check;
mod check_prune;
mod compare;
mod config;
mod curve;
mod digest;
mod json;
mod memory;
mod operating;
mod parts;
mod report;
mod run;
mod scoring;
mod selection;
mod sweep;
mod training;
mod trial;
mod way;
mod work;

pub use check::{MAX_EPOCHS, MAX_HIDDEN_LAYERS, MAX_LEVELS, MAX_PARAMS, Shape, Source, ValidConfig};
pub use compare::Comparison;
pub use config::{
    By, Config, Criterion, Data, EarlyStopping, Gradual, Granularity, Iterative, Levels, Model, Prune, Schedule, Scope,
    Split, Train,
};
pub use curve::{Curve, CurveSummary};
pub use report::{Compaction, DataSummary, Epoch, Level, OperatingPoint, Report, Scores, Unpruned};
pub use run::{Event, Run};
pub use sweep::level_mask;
