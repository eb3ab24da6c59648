//! The evaluation of one network.

use super::parts::Parts;
use super::report::Scores;
use super::sweep::Cut;
use crate::nn::{Evaluation, Mlp, Score, Task, Workspace};
use crate::prune::Difference;

/// A network under evaluation on the rows that it did not learn from. That of a level is held against what is left of it
/// at the same time, and on the training rows too.
pub(super) struct Trial {
    /// The level that it is of; `None` for the unpruned network.
    pub cut: Option<Cut>,
    task: Task,
    evaluation: Evaluation,
    difference: Difference,
    /// Of the parts that are done: how the network did, and the largest output and difference.
    found: Vec<(Score, [f64; 2])>,
}

/// How a network did.
pub(super) struct Verdict {
    pub scores: Scores,
    /// The largest |output|, and how far that of the compacted network is from it at most; nothing of the unpruned network.
    pub difference: [f64; 2],
}

impl Trial {
    pub fn unpruned(task: Task) -> Self {
        Trial {
            cut: None,
            task,
            evaluation: Evaluation::default(),
            difference: Difference::default(),
            found: Vec::new(),
        }
    }

    pub fn of(cut: Cut, task: Task) -> Self {
        Trial { cut: Some(cut), ..Trial::unpruned(task) }
    }

    /// Evaluates the next rows, those of the unpruned `mlp` where there is no cut. `Some` when all parts are done.
    pub fn advance(&mut self, unpruned: &Mlp, parts: &Parts, workspace: &mut Workspace) -> Option<Verdict> {
        let mut all = parts.held_out();
        let rows = all.get(self.found.len()).copied().unwrap_or(&parts.calibration);
        let found = match &self.cut {
            None => self.evaluation.advance(unpruned, self.task, rows, workspace).map(|score| (score, [0.0; 2])),
            Some(cut) => {
                all.push(&parts.calibration);
                self.difference.advance([&cut.mlp, &cut.compacted], self.task, rows)
            }
        };
        self.found.push(found?);
        self.evaluation = Evaluation::default();
        if self.found.len() < all.len() {
            return None;
        }
        let validation = parts.validation.as_ref().map(|_| self.found[1].0);
        let largest = |i: usize| self.found.iter().map(|(_, largest)| largest[i]).fold(0.0, f64::max);
        Some(Verdict { scores: Scores::new(self.found[0].0, validation), difference: [0, 1].map(largest) })
    }
}

impl Scores {
    /// Those of the test part and, if there is one, of the validation part.
    pub(super) fn new(test: Score, validation: Option<Score>) -> Self {
        Scores {
            test_accuracy: test.accuracy(),
            test_correct: test.correct,
            test_loss: test.loss(),
            validation_accuracy: validation.map(|score| score.accuracy()),
            validation_correct: validation.map(|score| score.correct),
            validation_loss: validation.map(|score| score.loss()),
            validation_gap: validation.map(|score| score.accuracy() - test.accuracy()),
        }
    }
}
