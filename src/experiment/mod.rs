//! One experiment from its configuration to its report. Floor 4.
//!
//! `Config` → [`Config::check`] → `ValidConfig` → [`Run`], an iterator of [`Event`]s that ends in a [`Report`].
//! Invariants: below this floor no value needs checking again; the same config gives the same digest on every
//! machine; one step of a run is short enough that whoever drives it can always stop. Absent on purpose: clocks,
//! files, threads.

mod check;
mod config;
mod curve;
mod digest;
mod json;
mod memory;
mod parts;
mod report;
mod run;
mod sweep;
mod trial;
mod work;

pub use check::{MAX_EPOCHS, MAX_HIDDEN_LAYERS, MAX_LEVELS, MAX_PARAMS, Shape, Source, ValidConfig};
pub use config::{By, Config, Criterion, Data, Granularity, Levels, Model, Prune, Scope, Split, Train};
pub use curve::{Curve, CurveSummary};
pub use report::{DataSummary, EpochLoss, Level, Report, Scores, Unpruned};
pub use run::{Event, Run};
pub use sweep::level_mask;
