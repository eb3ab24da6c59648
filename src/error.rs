//! What can go wrong, said so that a person can mend it. Floor 0.

use std::fmt::{Debug, Display};

/// A refusal or a failure. `Display` is one sentence in lower case with the value and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A value that is not allowed. `field` is its full path (`split.test_size`), empty for the whole document.
    #[error("{field}{}{problem}", if field.is_empty() { "" } else { " " })]
    Invalid { field: String, problem: String },
    /// Training whose loss or weights stopped being finite numbers.
    #[error("training diverged: {what} was not finite in epoch {epoch}; try a smaller train.optimizer.lr")]
    Diverged { what: &'static str, epoch: usize },
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The refusal of `field`; `problem` continues the sentence: "must be in (0, 1), got 1.2".
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Error::Invalid { field: shortened(field.into()), problem: shortened(problem.into()) }
    }

    /// The same refusal seen from one level further out: `test_size` within `split` is `split.test_size`.
    pub fn within(self, section: &str) -> Self {
        match self {
            Error::Invalid { field, problem } if field.is_empty() => Error::invalid(section, problem),
            Error::Invalid { field, problem } => Error::invalid(format!("{section}.{field}"), problem),
            other => other,
        }
    }
}

/// A sentence, not a document: what was given may be of any length.
fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(200) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// `Ok` when `holds`, else the refusal of `field` with its value and what is allowed.
pub fn require(holds: bool, field: &str, allowed: impl Display, value: impl Debug) -> Result<()> {
    if holds { Ok(()) } else { Err(refusal(field, &allowed, &value)) }
}

/// One for all types: the page is smaller.
fn refusal(field: &str, allowed: &dyn Display, value: &dyn Debug) -> Error {
    // `Debug` writes 1e300 as such, and 3 as 3.0.
    let value = format!("{value:?}");
    Error::invalid(field, format!("must be {allowed}, got {}", value.strip_suffix(".0").unwrap_or(&value)))
}
