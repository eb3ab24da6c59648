//! The sweep of the seed experiment by dense passes: what a level costs that nothing but its accuracy is asked of.

use prunelab::experiment::{Config, Event, Run, Source};
use prunelab::nn::{Evaluation, Mask, Mlp, Rows, Task, Workspace};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub struct Sweep {
    mlp: Mlp,
    /// Of the unpruned network, 0, and of each level.
    thresholds: Vec<f32>,
    rows: Rows,
    workspace: Workspace,
    /// What the report says that all of them get right.
    correct: usize,
}

#[wasm_bindgen]
impl Sweep {
    /// The seed experiment's trained network.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Sweep {
        let config = Config::default().check(&Source::Generator).expect("the seed experiment");
        let mut run = Run::from_config(config).expect("the seed experiment");
        let report = run
            .find_map(|event| match event.expect("the seed experiment") {
                Event::Done { report } => Some(report),
                _ => None,
            })
            .expect("a report");
        let scores = std::iter::once(&report.unpruned.scores).chain(report.levels.iter().map(|level| &level.scores));
        let thresholds = report.levels.iter().map(|level| level.threshold.expect("a cut on |w|") as f32);
        Sweep {
            mlp: run.state().mlp.clone(),
            thresholds: std::iter::once(0.0).chain(thresholds).collect(),
            rows: Rows::all(&run.dataset().select(run.rows()[2])),
            workspace: Workspace::default(),
            correct: scores.map(|scores| scores.test_correct).sum(),
        }
    }

    /// Cuts at each threshold and evaluates the test rows.
    pub fn run(&mut self) {
        let mut correct = 0;
        for &threshold in &self.thresholds {
            let mut mask = Mask::full(&self.mlp);
            mask.kept_mut().iter_mut().zip(self.mlp.weights()).for_each(|(kept, w)| *kept = w.abs() >= threshold);
            let (mlp, mut evaluation) = (mask.applied(&self.mlp), Evaluation::default());
            correct += loop {
                let score = evaluation.advance(&mlp, Task::Binary, &self.rows, &mut self.workspace);
                if let Some(score) = score {
                    break score.correct;
                }
            };
        }
        assert_eq!(correct, self.correct, "right answers of all levels");
    }
}
