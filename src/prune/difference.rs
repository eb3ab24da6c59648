//! How far the outputs of two networks lie apart.

use crate::kernels::STRIDE;
use crate::nn::{Mlp, Rows, Score, Task, Workspace, chunk_rows, forward};

/// How a network does, and the largest difference between its outputs and those of its twin, some rows at a time.
#[derive(Default)]
pub struct Difference {
    /// Of the rows that are done.
    score: Score,
    /// The largest |output| of the network, and the largest |difference|.
    largest: [f64; 2],
    workspaces: [Workspace; 2],
}

impl Difference {
    /// Takes the next rows, at most 128. `Some` when all are through: how the first network does, its largest |output|, and
    /// how far the second's is from it at most. Outputs are logits. The next call begins anew.
    pub fn advance(&mut self, networks: [&Mlp; 2], task: Task, rows: &Rows) -> Option<(Score, [f64; 2])> {
        let start = self.score.rows;
        if start == 0 {
            networks.iter().zip(&mut self.workspaces).for_each(|(mlp, workspace)| workspace.packed.pack(mlp));
        }
        let end = rows.len().min(start + chunk_rows(networks[0]));
        let (x, labels) = rows.chunk(start..end);
        let [one, other] = &mut self.workspaces;
        let (one, other) = (forward(networks[0], x, labels.len(), one), forward(networks[1], x, labels.len(), other));
        for (one, other) in one.chunks(STRIDE).zip(other.chunks(STRIDE)) {
            for (&one, &other) in one[..labels.len()].iter().zip(other) {
                let now = [f64::from(one).abs(), (f64::from(one) - f64::from(other)).abs()];
                self.largest = [0, 1].map(|i| self.largest[i].max(now[i]));
            }
        }
        self.score.add(task.evaluate(one, labels));
        (end == rows.len()).then(|| (std::mem::take(&mut self.score), std::mem::take(&mut self.largest)))
    }
}
