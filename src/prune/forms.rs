//! The forms in which a pruned network can be kept, at work on the same rows.

use super::compact;
use crate::kernels::{BLOCK, Block};
use crate::nn::{Mlp, SparseMlp, Workspace, forward};

/// A pruned network dense, as compressed sparse rows, and compacted, each ready to take the same rows.
pub struct Forms {
    dense: Dense,
    sparse: SparseMlp,
    compacted: Dense,
    rows: Block,
    n_rows: usize,
    workspace: Workspace,
}

/// A network that multiplies its zeros too.
struct Dense {
    mlp: Mlp,
    workspace: Workspace,
}

impl Forms {
    /// # Shapes
    /// `features`: (rows, in), row-major.
    pub fn new(mlp: &Mlp, features: &[f32]) -> Self {
        let inputs = mlp.layers[0].inputs();
        let mut rows = Block::default();
        rows.take(inputs, features.chunks_exact(inputs));
        Forms {
            dense: Dense::new(mlp.clone()),
            sparse: SparseMlp::new(mlp),
            compacted: Dense::new(compact(mlp)),
            rows,
            n_rows: features.len() / inputs,
            workspace: Workspace::default(),
        }
    }

    /// The first logit of the last row, after the dense network took all rows.
    pub fn dense(&mut self) -> f32 {
        let Forms { dense, rows, n_rows, .. } = self;
        each_block(rows, *n_rows, |x, rows| forward(&dense.mlp, x, rows, &mut dense.workspace)[rows - 1])
    }

    /// The same of the sparse one.
    pub fn sparse(&mut self) -> f32 {
        let Forms { sparse, rows, n_rows, workspace, .. } = self;
        each_block(rows, *n_rows, |x, rows| sparse.forward(x, rows, workspace)[rows - 1])
    }

    /// The same of the compacted one.
    pub fn compacted(&mut self) -> f32 {
        let Forms { compacted, rows, n_rows, .. } = self;
        each_block(rows, *n_rows, |x, rows| forward(&compacted.mlp, x, rows, &mut compacted.workspace)[rows - 1])
    }
}

impl Dense {
    fn new(mlp: Mlp) -> Self {
        let mut workspace = Workspace::default();
        workspace.packed.pack(&mlp);
        Dense { mlp, workspace }
    }
}

/// What `take` makes of the last block.
fn each_block(rows: &Block, n_rows: usize, mut take: impl FnMut(&[f32], usize) -> f32) -> f32 {
    let blocks = (0..n_rows).step_by(BLOCK);
    blocks.fold(f32::NAN, |_, start| take(rows.from(start), BLOCK.min(n_rows - start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Task};
    use crate::prune::Pruned;
    use crate::random::Generator;

    #[test]
    fn every_form_gives_the_same_last_answer() {
        let mut generator = Generator::new(7);
        let mlp = Mlp::init(&[3, 20, 9, 1], Activation::Relu, &mut generator);
        let order = super::super::by_magnitude(&mlp);
        let mut pruned = Pruned::new(mlp, Task::Binary, &order);
        let features = generator.rand(3 * 200);
        for k in [0, 60, 150, 230, order.len()] {
            pruned.cut(k);
            let mut forms = Forms::new(pruned.mlp(), &features);
            let (_, last) = features.split_at(3 * 199);
            let p = pruned.predict(last).0[0];
            for logit in [forms.dense(), forms.sparse(), forms.compacted()] {
                assert!((1.0 / (1.0 + libm::expf(-logit)) - p).abs() < 1e-6, "{k} weights gone: {logit} for {p}");
            }
        }
    }
}
