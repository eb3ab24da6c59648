//! How much of a neural network can be cut away, and what does it cost?

pub mod error;

pub use error::{Error, Result};
