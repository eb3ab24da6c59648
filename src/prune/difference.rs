//! How far the outputs of two networks lie apart.

use crate::kernels::STRIDE;
use crate::nn::{Mlp, Rows, Workspace, chunk_rows, forward};

/// The largest difference between the outputs of a network and of its twin, found some rows at a time.
#[derive(Default)]
pub struct Difference {
    /// The first row that is still to come.
    next: usize,
    /// The largest |output| of the network, and the largest |difference|.
    largest: [f64; 2],
    workspaces: [Workspace; 2],
}

impl Difference {
    /// Takes the next rows, at most 128. `Some` when all are through: the largest |output| of the first network and how far
    /// the second's is from it at most. Outputs are logits. The next call begins anew.
    pub fn advance(&mut self, networks: [&Mlp; 2], rows: &Rows) -> Option<[f64; 2]> {
        if self.next == 0 {
            networks.iter().zip(&mut self.workspaces).for_each(|(mlp, workspace)| workspace.packed.pack(mlp));
        }
        let end = rows.len().min(self.next + chunk_rows(networks[0]));
        let (x, labels) = rows.chunk(self.next..end);
        self.next = end;
        let [one, other] = &mut self.workspaces;
        let (one, other) = (forward(networks[0], x, labels.len(), one), forward(networks[1], x, labels.len(), other));
        for (one, other) in one.chunks(STRIDE).zip(other.chunks(STRIDE)) {
            for (&one, &other) in one[..labels.len()].iter().zip(other) {
                let now = [f64::from(one).abs(), (f64::from(one) - f64::from(other)).abs()];
                self.largest = [0, 1].map(|i| self.largest[i].max(now[i]));
            }
        }
        (end == rows.len()).then(|| {
            self.next = 0;
            std::mem::take(&mut self.largest)
        })
    }

    /// Multiply-adds of one [`Difference::advance`], at most.
    pub fn step_cost(mlp: &Mlp) -> usize {
        2 * chunk_rows(mlp) * mlp.n_weights()
    }
}
