//! The evaluation of one network on the rows that it did not learn from.

use super::parts::Parts;
use super::report::Scores;
use super::sweep::Cut;
use crate::nn::{Evaluation, Mlp, Score, Task, Workspace};

/// A network under evaluation: first on the validation part, if there is one, then on the test part.
pub(super) struct Trial {
    /// The level that it is of; `None` for the unpruned network.
    pub cut: Option<Cut>,
    evaluation: Evaluation,
    task: Task,
    validation: Option<Score>,
}

impl Trial {
    pub fn unpruned(task: Task) -> Self {
        Trial { cut: None, evaluation: Evaluation::default(), task, validation: None }
    }

    pub fn of(cut: Cut, task: Task) -> Self {
        Trial { cut: Some(cut), ..Trial::unpruned(task) }
    }

    /// Evaluates the next rows, those of the unpruned `mlp` where there is no cut. `Some` when all parts are done.
    pub fn advance(&mut self, unpruned: &Mlp, parts: &Parts, workspace: &mut Workspace) -> Option<Scores> {
        let mlp = self.cut.as_ref().map_or(unpruned, |cut| &cut.mlp);
        let validation = parts.validation.as_ref().filter(|_| self.validation.is_none());
        let part = validation.unwrap_or(&parts.test);
        let score = self.evaluation.advance(mlp, self.task, part, workspace)?;
        self.evaluation = Evaluation::default();
        if validation.is_some() {
            self.validation = Some(score);
            return None;
        }
        Some(Scores {
            test_accuracy: score.accuracy(),
            test_correct: score.correct,
            test_loss: score.loss(),
            validation_accuracy: self.validation.map(|score| score.accuracy()),
            validation_correct: self.validation.map(|score| score.correct),
            validation_loss: self.validation.map(|score| score.loss()),
        })
    }
}
