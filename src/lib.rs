//! How much of a neural network can be cut away, and what does it cost?

pub mod data;
pub mod error;
pub mod random;

pub use error::{Error, Result};
