//! The evaluation of one network on the rows that it did not learn from.

use super::parts::Parts;
use super::report::Scores;
use super::sweep::Cut;
use crate::nn::{Evaluation, Mlp, Rows, Score, Task, Workspace};
use crate::prune::Difference;

/// A network under evaluation: first on the validation part, if there is one, then on the test part; what is left of a
/// level's network is then held against it on all rows.
pub(super) struct Trial {
    /// The level that it is of; `None` for the unpruned network.
    pub cut: Option<Cut>,
    evaluation: Evaluation,
    task: Task,
    validation: Option<Score>,
    test: Option<Score>,
    difference: Difference,
    /// The largest output and difference on the parts that are done.
    differences: Vec<[f64; 2]>,
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
            evaluation: Evaluation::default(),
            task,
            validation: None,
            test: None,
            difference: Difference::default(),
            differences: Vec::new(),
        }
    }

    pub fn of(cut: Cut, task: Task) -> Self {
        Trial { cut: Some(cut), ..Trial::unpruned(task) }
    }

    /// Evaluates the next rows, those of the unpruned `mlp` where there is no cut. `Some` when all is done.
    pub fn advance(&mut self, unpruned: &Mlp, parts: &Parts, workspace: &mut Workspace) -> Option<Verdict> {
        let Some(test) = self.test else {
            self.evaluate(unpruned, parts, workspace);
            return None;
        };
        if let Some(cut) = &self.cut {
            let all: Vec<&Rows> = std::iter::once(&parts.calibration).chain(parts.held_out()).collect();
            self.differences.extend(self.difference.advance([&cut.mlp, &cut.compacted], all[self.differences.len()]));
            if self.differences.len() < all.len() {
                return None;
            }
        }
        let largest = |i: usize| self.differences.iter().map(|largest| largest[i]).fold(0.0, f64::max);
        Some(Verdict { scores: Scores::new(test, self.validation), difference: [largest(0), largest(1)] })
    }

    fn evaluate(&mut self, unpruned: &Mlp, parts: &Parts, workspace: &mut Workspace) {
        let mlp = self.cut.as_ref().map_or(unpruned, |cut| &cut.mlp);
        let validation = parts.validation.as_ref().filter(|_| self.validation.is_none());
        let score = self.evaluation.advance(mlp, self.task, validation.unwrap_or(&parts.test), workspace);
        if score.is_some() {
            self.evaluation = Evaluation::default();
            *if validation.is_some() { &mut self.validation } else { &mut self.test } = score;
        }
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
