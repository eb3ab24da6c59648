//! A trained network that is pruned as far as one likes, again and again.

use super::compact::{compact_by, heard};
use super::live::Paths;
use crate::kernels::{BLOCK, Block, STRIDE};
use crate::nn::{Mlp, Task, Workspace, forward};

/// A network that the first so many weights of an order have left; how many goes up and down.
pub struct Pruned {
    mlp: Mlp,
    paths: Paths,
    /// What answers for it.
    heard: Mlp,
    task: Task,
    order: Vec<Leaving>,
    removed: usize,
    rows: Block,
    workspace: Workspace,
}

/// A weight that leaves the network, and may come back.
struct Leaving {
    layer: usize,
    /// Among the weights of its layer.
    place: usize,
    value: f32,
}

impl Pruned {
    /// `mlp`, which answers as `task` asks, before the first weight of `order` leaves.
    ///
    /// # Shapes
    /// `order`: weights in the order of [`Mlp::weights`], each at most once.
    pub fn new(mlp: Mlp, task: Task, order: &[usize]) -> Self {
        let mut places = Vec::with_capacity(mlp.n_weights());
        for (layer, own) in mlp.layers.iter().enumerate() {
            places.extend((0..own.weight.len()).map(|place| (layer, place)));
        }
        let leaving = |&index: &usize| {
            let (layer, place) = places[index];
            Leaving { layer, place, value: mlp.layers[layer].weights()[place] }
        };
        let order = order.iter().map(leaving).collect();
        let paths = Paths::of(&mlp);
        let heard = heard(&mlp, &paths);
        let mut workspace = Workspace::default();
        workspace.packed.pack(&heard);
        Pruned { mlp, paths, heard, task, order, removed: 0, rows: Block::default(), workspace }
    }

    /// The network as it is pruned now.
    pub fn mlp(&self) -> &Mlp {
        &self.mlp
    }

    /// It without its dead neurons, as [`compact`](super::compact).
    pub fn compacted(&self) -> Mlp {
        compact_by(&self.mlp, &self.paths)
    }

    /// Takes out the first `k` weights of the order, or all, and brings back the others.
    pub fn cut(&mut self, k: usize) {
        let k = k.min(self.order.len());
        let cut = k > self.removed;
        let changing = self.removed.min(k)..self.removed.max(k);
        if changing.is_empty() {
            return;
        }
        for &Leaving { layer, place, value } in &self.order[changing] {
            let weights = self.mlp.layers[layer].weight.as_slice_mut().expect("row-major parameters");
            weights[place] = if cut { 0.0 } else { value };
        }
        self.removed = k;
        self.paths = Paths::of(&self.mlp);
        self.heard = heard(&self.mlp, &self.paths);
        self.workspace.packed.pack(&self.heard);
    }

    /// The probability of class 1 (two classes) or of each class (more), and the class that each row is taken for.
    ///
    /// # Shapes
    /// `features`: (rows, in), row-major; the probabilities: (rows, n_outputs), row-major.
    pub fn predict(&mut self, features: &[f32]) -> (Vec<f32>, Vec<usize>) {
        let inputs = self.mlp.layers[0].inputs();
        self.rows.take(inputs, features.chunks_exact(inputs));
        let n_rows = features.len() / inputs;
        let mut outputs = Vec::with_capacity(n_rows * self.task.n_outputs());
        let mut classes = Vec::with_capacity(n_rows);
        for start in (0..n_rows).step_by(BLOCK) {
            let rows = BLOCK.min(n_rows - start);
            let block = forward(&self.heard, self.rows.from(start), rows, &mut self.workspace);
            classes.extend(self.task.predict(block, rows));
            outputs.extend((0..rows).flat_map(|row| block[row..].iter().copied().step_by(STRIDE)));
        }
        (outputs, classes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::{Dataset, Target};
    use crate::nn::{Activation, Mask, Rows};
    use crate::random::Generator;

    proptest! {
        #[test]
        fn wherever_it_is_cut_it_answers_as_the_masked_network(
            inputs in 1usize..5, hidden in prop::collection::vec(1usize..9, 0..3),
            outputs in prop::sample::select(vec![1usize, 3, 4]), rows in 0usize..300,
            cuts in prop::collection::vec(0usize..200, 1..5), seed in 0i64..1000,
        ) {
            let sizes = [vec![inputs], hidden, vec![outputs]].concat();
            let mut generator = Generator::new(seed);
            let mlp = Mlp::init(&sizes, Activation::Tanh, &mut generator);
            let task = Task::classification(if outputs == 1 { 2 } else { outputs });
            let draws = generator.rand(mlp.n_weights());
            let mut order: Vec<usize> = (0..mlp.n_weights()).collect();
            order.sort_by(|&a, &b| draws[a].total_cmp(&draws[b]));
            let features = generator.rand(rows * inputs);

            let mut pruned = Pruned::new(mlp.clone(), task, &order);
            for k in cuts {
                pruned.cut(k);
                let mut mask = Mask::full(&mlp);
                order.iter().take(k).for_each(|&index| mask.kept_mut()[index] = false);
                let masked = mask.applied(&mlp);
                prop_assert_eq!(pruned.mlp(), &masked);

                let (probabilities, classes) = pruned.predict(&features);
                prop_assert_eq!(probabilities.len(), rows * outputs);
                let x = ndarray::Array2::from_shape_vec((rows, inputs), features.clone()).unwrap();
                let target = Target::Class { labels: classes.clone(), n_classes: outputs.max(2) };
                let judged = Rows::all(&Dataset { features: x, target });
                let mut workspace = Workspace::default();
                workspace.packed.pack(&masked);
                for start in (0..rows).step_by(BLOCK) {
                    let (x, labels) = judged.chunk(start..rows.min(start + BLOCK));
                    let logits = forward(&masked, x, labels.len(), &mut workspace);
                    // Its answers are right where they are taken for the labels.
                    prop_assert_eq!(task.evaluate(logits, labels).correct, labels.len());
                    for row in 0..labels.len() {
                        for output in 0..outputs {
                            let p = logits[output * STRIDE + row];
                            let got = probabilities[(start + row) * outputs + output];
                            if task == Task::Binary {
                                prop_assert_eq!(got, p);
                            } else {
                                prop_assert!((got - libm::expf(p)).abs() <= 1e-6, "{} for ln {}", got, p);
                            }
                        }
                    }
                }
            }
        }
    }
}
