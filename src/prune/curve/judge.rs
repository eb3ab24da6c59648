//! How many of some rows are right, exactly, by logits that are not exact.
//!
//! The logits that follow the network step by step differ from those of a dense pass by rounding. A row whose answer
//! that could change is in doubt, and is asked densely.
//!
//! How far the two can be apart: let S be what the network makes of |x| with |w|, |b| and no activations, and u = 2⁻²⁴.
//! ReLU and tanh take 0 to 0 and never move two numbers further apart, so a term that enters a layer with error ε leaves
//! the network with at most its share of S as a factor, and a sum of n terms in any order errs by at most (n + 1)·u times
//! the sum of their magnitudes. To first order a dense pass therefore errs by at most u·S·Σ (inputs + 2 + 4) over the
//! layers, 4 for the rounding of tanh. The followed state errs by as much when it is computed anew, but for the logits,
//! which are compensated sums. Since each weight leaves only once, the changes of one neuron add up to S at most twice
//! over, which compensated sums keep to 12·u·S a layer, and the first layer's plain ones to (inputs + 2)·u·S.

use std::ops::Range;

use super::plan::Plan;
use super::state::State;
use crate::kernels::{BLOCK, GROUP, Lanes, Native, STREAM, STRIDE, binary_cross_entropy, sigmoid, softplus};
use crate::nn::{Mlp, Score, Task, Workspace, forward};

/// The sigmoid's own rounding around ½, and what falls below the smallest normal number.
const ROOM: f64 = 1.0 / (1 << 20) as f64;
/// Unit roundoff.
const U: f64 = 1.0 / (1 << 24) as f64;
/// Where class 1 is almost certain and wrong, 1 - p has few bits left, and the loss goes up in steps of about 2⁻²³·eᶻ.
/// Steps are taken as they are from this share of the mean loss on,
const STEP: f64 = 1e-7;
/// and from this one on a row is in doubt if its two logits could stand on either side of one.
const VISIBLE: f64 = 2e-6;
/// Rows that are asked at a time.
const ASKED: usize = 64;

/// The rows' labels and bounds, and what it takes to ask some of them densely.
pub(super) struct Judge {
    task: Task,
    labels: Vec<usize>,
    /// Of the part that the loss is the mean of.
    all_rows: usize,
    /// Two classes: 1 for class 1, -1 for class 0; more: the class. 0 where there is no row.
    sides: Vec<f32>,
    /// How near to a tie a row is in doubt; infinite where there is no row.
    bands: Vec<f32>,
    pub workspace: Workspace,
    doubtful: Vec<usize>,
}

impl Judge {
    /// The judge of rows with these labels, which lie in streams of `stream` rows.
    pub fn new(mlp: &Mlp, task: Task, labels: &[usize], all_rows: usize, stream: usize) -> Self {
        let mut workspace = Workspace::default();
        workspace.packed.pack(mlp);
        let side = |&label: &usize| match task {
            Task::Binary => 2.0 * label as f32 - 1.0,
            Task::Multiclass { .. } => label as f32,
        };
        let mut sides: Vec<f32> = labels.iter().map(side).collect();
        sides.resize(stream, 0.0);
        let bands = vec![f32::INFINITY; stream];
        Judge { task, labels: labels.to_vec(), all_rows, sides, bands, workspace, doubtful: Vec::new() }
    }

    /// Bounds what rounding can do from now on, the state being computed anew.
    pub fn bound(&mut self, mlp: &Mlp, state: &State) {
        let (weights, bias) = reach(mlp);
        let factor = rounding(mlp) * if self.task == Task::Binary { 1.0 } else { 2.0 };
        let mut reached = vec![bias; self.labels.len()];
        for (weight, x) in weights.iter().zip(state.x().chunks_exact(state.rows())) {
            reached.iter_mut().zip(x).for_each(|(sum, x)| *sum += weight * f64::from(x.abs()));
        }
        self.bands.iter_mut().zip(reached).for_each(|(band, s)| *band = (factor * s + ROOM) as f32);
    }

    /// How all rows do; the loss only `with_loss`. Also the rows that were asked densely.
    pub fn score(&mut self, plan: &Plan, state: &State, with_loss: bool) -> (Score, usize) {
        let (right, wrong) = self.certain(state.logits());
        let mut score = Score { rows: self.labels.len(), correct: right, loss_sum: 0.0 };
        self.doubtful.clear();
        if right + wrong < score.rows {
            self.find_doubtful(state.logits());
        }
        if with_loss {
            score.loss_sum = self.loss_sum(state.logits());
        }
        if !self.doubtful.is_empty() {
            for at in (0..self.doubtful.len()).step_by(ASKED) {
                let (dense, followed) = self.ask(plan, state, at..self.doubtful.len().min(at + ASKED));
                score.correct += dense.correct;
                if with_loss {
                    score.loss_sum += dense.loss_sum - followed.loss_sum;
                }
            }
        }
        (score, self.doubtful.len())
    }

    /// The rows that are right and those that are wrong beyond doubt.
    fn certain(&self, logits: &[f32]) -> (usize, usize) {
        let (zero, one) = (Native::splat(0.0), Native::splat(1.0));
        // Counts that do not wait for one another.
        let (mut right, mut wrong) = ([zero; STREAM / 4], [zero; STREAM / 4]);
        for (at, bands) in self.bands.chunks_exact(STREAM).enumerate() {
            let margins = self.margins(logits, at);
            for (q, band) in bands.as_chunks::<4>().0.iter().enumerate() {
                let band = Native::load(band);
                right[q] = right[q].add(Native::select_less(band, margins[q], one, zero));
                wrong[q] = wrong[q].add(Native::select_less(band, zero.sub(margins[q]), one, zero));
            }
        }
        let sum = |counts: [Native; STREAM / 4]| {
            let mut lanes = [0.0; 4];
            counts.into_iter().fold(zero, Native::add).store(&mut lanes);
            lanes.iter().sum::<f32>() as usize
        };
        (sum(right), sum(wrong))
    }

    /// By how much the right answer leads, for the rows of the stream's pass `at`.
    #[inline(always)]
    fn margins(&self, logits: &[f32], at: usize) -> [Native; STREAM / 4] {
        let rows = at * STREAM..(at + 1) * STREAM;
        let sides = self.sides[rows.clone()].as_chunks::<4>().0;
        match self.task {
            Task::Binary => {
                let z = logits[rows].as_chunks::<4>().0;
                std::array::from_fn(|q| Native::load(&z[q]).mul(Native::load(&sides[q])))
            }
            Task::Multiclass { .. } => std::array::from_fn(|q| self.lead(logits, at * STREAM / 4 + q)),
        }
    }

    /// By how much the logit of the right class leads the best of the others, for four rows.
    fn lead(&self, logits: &[f32], quad: usize) -> Native {
        let side = Native::load(&self.sides.as_chunks::<4>().0[quad]);
        let lowest = Native::splat(f32::NEG_INFINITY);
        let (mut own, mut best) = (lowest, lowest);
        for (class, z) in logits.chunks_exact(self.sides.len()).enumerate() {
            let z = Native::load(&z.as_chunks::<4>().0[quad]);
            let distance = side.sub(Native::splat(class as f32));
            let (square, half) = (distance.mul(distance), Native::splat(0.5));
            own = Native::select_less(square, half, z, own);
            let other = Native::select_less(square, half, lowest, z);
            best = Native::select_less(best, other, other, best);
        }
        own.sub(best)
    }

    fn find_doubtful(&mut self, logits: &[f32]) {
        for at in 0..self.sides.len() / STREAM {
            let mut margins = [0.0; STREAM];
            let places = margins.as_chunks_mut::<4>().0.iter_mut();
            places.zip(self.margins(logits, at)).for_each(|(place, margin)| margin.store(place));
            for (row, margin) in (at * STREAM..self.labels.len()).zip(margins) {
                let certain = margin.abs() > self.bands[row];
                // NaN is in doubt.
                if !certain {
                    self.doubtful.push(row);
                }
            }
        }
    }

    /// How some doubtful rows do by a dense pass, and by the logits at hand.
    fn ask(&mut self, plan: &Plan, state: &State, doubtful: Range<usize>) -> (Score, Score) {
        let rows = &self.doubtful[doubtful];
        let labels: Vec<usize> = rows.iter().map(|&row| self.labels[row]).collect();
        let x = gathered(state.x(), state.rows(), rows.iter().copied());
        let dense = self.task.evaluate(forward(&plan.mlp, &x, rows.len(), &mut self.workspace), &labels);
        (dense, self.task.evaluate(&mut gathered(state.logits(), state.rows(), rows.iter().copied()), &labels))
    }

    /// The rows' losses, added up lane by lane and then over the lanes.
    fn loss_sum(&mut self, logits: &[f32]) -> f64 {
        let mut sums = [0.0; GROUP];
        let rows = self.labels.len();
        let add = |sums: &mut [f64], losses: &[f32]| {
            sums.iter_mut().zip(losses).for_each(|(sum, &loss)| *sum += f64::from(loss));
        };
        match self.task {
            Task::Binary => {
                let mut furthest = [Native::splat(0.0); 2];
                let mut groups = logits.as_chunks::<GROUP>().0.iter().zip(self.sides.as_chunks::<GROUP>().0);
                for (z, sides) in groups.by_ref().take(rows / GROUP) {
                    let losses = near_losses(z, sides, &mut furthest);
                    sums = std::array::from_fn(|lane| sums[lane] + f64::from(losses[lane]));
                }
                if let Some((z, sides)) = groups.next() {
                    add(&mut sums[..rows % GROUP], &near_losses(z, sides, &mut furthest));
                }
                let mut lanes = [[0.0; 4]; 2];
                furthest.iter().zip(&mut lanes).for_each(|(most, lanes)| most.store(lanes));
                let far = libm::log(STEP * self.all_rows as f64 / (2.0 * U)) as f32;
                if lanes.as_flattened().iter().any(|&most| most >= far) {
                    sums[0] += self.far_losses(logits, far);
                }
            }
            Task::Multiclass { .. } => {
                for start in (0..rows).step_by(BLOCK) {
                    let end = rows.min(start + BLOCK);
                    let mut block = gathered(logits, self.sides.len(), start..end);
                    sums[0] += self.task.evaluate(&mut block, &self.labels[start..end]).loss_sum;
                }
            }
        }
        sums.iter().sum()
    }

    /// What the losses of rows that are wrong by `far` or more lack. Those that rounding could move by a step join the
    /// rows in doubt.
    fn far_losses(&mut self, logits: &[f32], far: f32) -> f64 {
        let mut lacking = 0.0;
        let visible = libm::log(VISIBLE * self.all_rows as f64 / (2.0 * U)) as f32;
        for at in 0..self.sides.len() / STREAM {
            let margins = self.margins(logits, at);
            let mut most = [0.0; 4];
            let nearest = |most: Native, margin: Native| most.or_at_least(Native::splat(0.0).sub(margin));
            margins.into_iter().fold(Native::splat(0.0), nearest).store(&mut most);
            if most.iter().all(|&most| most < far) {
                continue;
            }
            let rows = at * STREAM..self.labels.len().min((at + 1) * STREAM);
            let lanes = logits[rows.clone()].iter().zip(&self.sides[rows.clone()]).zip(&self.bands[rows.clone()]);
            for (row, ((&z, &side), &band)) in rows.zip(lanes) {
                if -z * side < far {
                    continue;
                }
                let of = |f: &dyn Fn(Native) -> Native, z: f32| {
                    let mut lanes = [0.0; 4];
                    f(Native::splat(z)).store(&mut lanes);
                    lanes[0]
                };
                let exact = of(&|z| binary_cross_entropy(sigmoid(z), Native::splat(side)), z);
                lacking += f64::from(exact) - f64::from(of(&softplus, -z * side));
                // Within its band it is in doubt already.
                let steep = side < 0.0 && z >= visible && z > band;
                if steep && of(&sigmoid, z - band) != of(&sigmoid, z + band) {
                    self.doubtful.push(row);
                }
            }
        }
        lacking
    }
}

/// The losses of eight rows but for the steps of single precision where they are far wrong, class 1 where a side is above
/// 0; and how far wrong the furthest is.
///
/// -ln p = ln(1 + e⁻ᶻ), and -ln(1 - p) = ln(1 + eᶻ).
#[inline(always)]
fn near_losses(z: &[f32; GROUP], sides: &[f32; GROUP], furthest: &mut [Native; 2]) -> [f32; GROUP] {
    let mut losses = [0.0; GROUP];
    let rows = z.as_chunks::<4>().0.iter().zip(sides.as_chunks::<4>().0).zip(furthest);
    for (((z, side), furthest), loss) in rows.zip(losses.as_chunks_mut::<4>().0) {
        let wrong = Native::splat(0.0).sub(Native::load(z).mul(Native::load(side)));
        *furthest = furthest.or_at_least(wrong);
        softplus(wrong).store(loss);
    }
    losses
}

/// Some rows of streams, at most 128, as a block: `[features][STRIDE]`.
fn gathered(streams: &[f32], stream: usize, rows: impl Iterator<Item = usize> + Clone) -> Vec<f32> {
    let mut block = vec![0.0; streams.len() / stream * STRIDE];
    for (lanes, feature) in block.chunks_exact_mut(STRIDE).zip(streams.chunks_exact(stream)) {
        lanes.iter_mut().zip(rows.clone()).for_each(|(lane, row)| *lane = feature[row]);
    }
    block
}

/// What of |x|, feature by feature, and of the biases can reach any one output at most.
fn reach(mlp: &Mlp) -> (Vec<f64>, f64) {
    let size = |value: f32| f64::from(value.abs());
    let (output, hidden) = mlp.layers.split_last().expect("at least one layer");
    let largest = |values: &mut dyn Iterator<Item = f32>| values.map(size).fold(0.0, f64::max);
    let mut weights: Vec<f64> = output.weight.columns().into_iter().map(|w| largest(&mut w.iter().copied())).collect();
    let mut bias = largest(&mut output.bias.iter().copied());
    for layer in hidden.iter().rev() {
        let mut below = vec![0.0; layer.inputs()];
        let rows = layer.weights().chunks_exact(layer.inputs());
        for ((&weight, row), &b) in weights.iter().zip(rows).zip(layer.biases()) {
            bias += weight * size(b);
            below.iter_mut().zip(row).for_each(|(sum, &w)| *sum += weight * size(w));
        }
        weights = below;
    }
    (weights, bias)
}

/// How far the followed logits and those of a dense pass can be apart, as a factor of what can reach an output.
fn rounding(mlp: &Mlp) -> f64 {
    let dense: usize = mlp.layers.iter().map(|layer| layer.inputs() + 6).sum();
    let logits = mlp.layers.last().map_or(0, |layer| layer.inputs() + 6);
    let followed = dense - logits + 12 * mlp.layers.len() + mlp.layers[0].inputs() + 2;
    // The hundredth covers the terms of second order.
    1.01 * U * (dense + followed) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Removals;
    use super::super::plan::Cursor;
    use super::*;
    use crate::data::{Dataset, Target};
    use crate::nn::{Activation, Rows};
    use crate::random::Generator;
    use ndarray::Array2;

    proptest! {
        #[test]
        fn followed_logits_are_within_the_bound_of_dense_ones(
            hidden in prop::collection::vec(1usize..40, 0..4),
            inputs in 1usize..20,
            (tanh, outputs) in (any::<bool>(), 1usize..4),
            seed in 0i64..1000,
        ) {
            let task = if outputs == 1 { Task::Binary } else { Task::Multiclass { n_classes: outputs } };
            let activation = if tanh { Activation::Tanh } else { Activation::Relu };
            let mut generator = Generator::new(seed);
            let mlp = Mlp::init(&[&[inputs], hidden.as_slice(), &[outputs]].concat(), activation, &mut generator);
            let mut x = vec![0.0; 16 * inputs];
            generator.uniform(&mut x, -3.0, 3.0);
            let features = Array2::from_shape_vec((16, inputs), x).unwrap();
            let target = Target::Class { labels: vec![0; 16], n_classes: outputs.max(2) };
            let rows = Rows::all(&Dataset { features, target });

            let mut order: Vec<usize> = (0..mlp.n_weights()).collect();
            (1..order.len()).rev().for_each(|i| order.swap(i, generator.random() as usize % (i + 1)));
            let removals = Removals::every(order);
            let mut cursor = Cursor::new(mlp.clone());
            let mut state = State::new(&mlp, &rows, 0..16);
            let mut judge = Judge::new(&mlp, task, &[0; 16], 16, state.rows());
            while cursor.stop < removals.stops.len() {
                let packed = &mut judge.workspace.packed;
                let (step, refreshed) = cursor.next(&removals, |layer, neuron, input| packed.prune(layer, neuron, input));
                let Some(step) = step else { continue };
                state.follow(&cursor.plan, step);
                if refreshed {
                    judge.bound(&cursor.plan.mlp, &state);
                }
                let dense = forward(&cursor.plan.mlp, rows.chunk(0..16).0, 16, &mut judge.workspace).to_vec();
                for (output, row) in (0..outputs).flat_map(|output| (0..16).map(move |row| (output, row))) {
                    let dense = dense[output * STRIDE + row];
                    let apart = (state.logits()[output * state.rows() + row] - dense).abs();
                    // Two logits that tie err against each other.
                    let shares = if outputs == 1 { 1.0 } else { 2.0 };
                    let bound = (judge.bands[row] - ROOM as f32) / shares;
                    prop_assert!(apart <= bound, "{apart} apart, {bound} allowed after {}", cursor.stop - 1);
                }
            }
        }
    }

    #[test]
    fn the_sigmoid_crosses_a_half_within_the_room() {
        for z in [ROOM as f32, 1.5 * ROOM as f32, 1e-3, 1.0] {
            for (z, class) in [(z, 1), (-z, 0)] {
                assert_eq!(Task::Binary.evaluate(&mut [z; STRIDE], &[class]).correct, 1, "{z}");
            }
        }
    }
}
