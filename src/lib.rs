//! How much of a neural network can be cut away, and what does it cost?
//!
//! Prune Lab draws data as scikit-learn does, trains a multilayer perceptron as PyTorch does, prunes it as
//! `torch.nn.utils.prune` does, and reports test accuracy and parameters at every level of pruning: the same numbers as
//! the references, and the same bits natively and in every browser.
//!
//! ```
//! use prunelab::experiment::{Config, Event, Run, Source};
//!
//! let config = Config::from_json(r#"{"data": {"n_samples": 200}, "model": {"hidden": [16]}}"#)?;
//! for event in Run::from_config(config.check(&Source::Generator)?)? {
//!     if let Event::Level { level, .. } = event? {
//!         println!("{:.2} pruned: {:.2} % right", level.amount, 100.0 * level.scores.test_accuracy);
//!     }
//! }
//! # Ok::<(), prunelab::Error>(())
//! ```
//!
//! Modules stand on floors and use only those below their own: [`random`], [`kernels`] and [`error`] (0), [`data`] (1),
//! [`nn`] (2), [`prune`] (3), [`experiment`] (4), [`figure`] (5), and on WebAssembly `web` (6).

pub mod data;
pub mod error;
pub mod experiment;
pub mod figure;
pub mod kernels;
pub mod nn;
pub mod prune;
pub mod random;
mod read;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::{Error, Result};
