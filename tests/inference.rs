//! What is left of a pruned network does what the pruned network does, with less.

use ndarray::{Array2, array};
use proptest::prelude::*;
use prunelab::data::{Dataset, Target};
use prunelab::experiment::{Config, Run, Source, level_mask};
use prunelab::kernels::{BLOCK, STRIDE};
use prunelab::nn::{Activation, Evaluation, Layer, Mlp, Rows, Score, SparseMlp, Task, Workspace, forward};
use prunelab::prune::criteria::magnitude;
use prunelab::prune::{Amount, Mask, Size, below_threshold, compact, effective_params, random_unstructured};
use prunelab::random::Generator;

/// A network pruned at random, some of whose layers lost all weights.
fn pruned(sizes: &[usize], activation: Activation, amount: f64, dead: u32, seed: i64) -> Mlp {
    let mut generator = Generator::new(seed);
    let mlp = Mlp::init(sizes, activation, &mut generator);
    let mut mask = Mask::full(&mlp);
    random_unstructured(mask.kept_mut(), Amount::Fraction(amount), &mut generator).unwrap();
    let layers = mask.layers();
    layers.into_iter().filter(|_| generator.random() % 8 < dead).for_each(|layer| mask.kept_mut()[layer].fill(false));
    mask.applied(&mlp)
}

prop_compose! {
    fn networks()(
        hidden in prop::collection::vec(1usize..12, 0..4),
        inputs in 1usize..6,
        outputs in 1usize..=4,
        tanh in any::<bool>(),
        amount in 0.0..=1.0,
        dead in 0u32..4,
        seed in 0i64..1000,
    ) -> Mlp {
        let sizes: Vec<usize> = [vec![inputs], hidden, vec![outputs]].concat();
        pruned(&sizes, if tanh { Activation::Tanh } else { Activation::Relu }, amount, dead, seed)
    }
}

/// Whether a walk along weights that are not zero leads from neuron `n` of `level` to an output, or back to an input.
fn leads(mlp: &Mlp, level: usize, n: usize, up: bool) -> bool {
    let weight = |i: usize, n: usize, k: usize| mlp.layers[i].weight[[n, k]] != 0.0;
    match (up, level) {
        (true, level) if level == mlp.layers.len() => true,
        (false, 0) => true,
        (true, level) => (0..mlp.layers[level].outputs()).any(|m| weight(level, m, n) && leads(mlp, level + 1, m, up)),
        (false, level) => {
            (0..mlp.layers[level - 1].inputs()).any(|k| weight(level - 1, n, k) && leads(mlp, level - 1, k, up))
        }
    }
}

/// The logits of all rows, row by row.
fn logits(rows: &Rows, mut forward: impl FnMut(&[f32], usize) -> Vec<f32>) -> Vec<f32> {
    let mut logits = Vec::new();
    for start in (0..rows.len()).step_by(BLOCK) {
        let (x, labels) = rows.chunk(start..rows.len().min(start + BLOCK));
        let block = forward(x, labels.len());
        logits.extend((0..labels.len()).flat_map(|row| block[row..].iter().copied().step_by(STRIDE)));
    }
    logits
}

fn dense_logits(mlp: &Mlp, rows: &Rows) -> Vec<f32> {
    let mut workspace = Workspace::default();
    workspace.packed.pack(mlp);
    logits(rows, |x, n| forward(mlp, x, n, &mut workspace).to_vec())
}

fn sparse_logits(mlp: &Mlp, rows: &Rows) -> Vec<f32> {
    let (sparse, mut workspace) = (SparseMlp::new(mlp), Workspace::default());
    logits(rows, |x, n| sparse.forward(x, n, &mut workspace).to_vec())
}

fn dense_score(mlp: &Mlp, task: Task, rows: &Rows) -> Score {
    let (mut evaluation, mut workspace) = (Evaluation::default(), Workspace::default());
    loop {
        if let Some(score) = evaluation.advance(mlp, task, rows, &mut workspace) {
            return score;
        }
    }
}

fn sparse_score(mlp: &Mlp, task: Task, rows: &Rows) -> Score {
    SparseMlp::new(mlp).evaluate(task, rows, &mut Workspace::default())
}

fn largest(numbers: impl IntoIterator<Item = f32>) -> f32 {
    numbers.into_iter().fold(0.0, |max, z| max.max(z.abs()))
}

fn largest_difference(got: &[f32], want: &[f32]) -> f32 {
    assert_eq!(got.len(), want.len());
    largest(got.iter().zip(want).map(|(a, b)| a - b))
}

/// Rows and labels that `mlp` takes, and what it is asked about them.
fn random_rows(n_rows: usize, mlp: &Mlp, seed: i64) -> (Rows, Task) {
    let n_outputs = mlp.layers[mlp.layers.len() - 1].outputs();
    let task = if n_outputs == 1 { Task::Binary } else { Task::Multiclass { n_classes: n_outputs } };
    let n_classes = n_outputs.max(2);
    let mut generator = Generator::new(seed);
    let mut features = vec![0.0; n_rows * mlp.layers[0].inputs()];
    generator.normal(&mut features, 0.0, 2.0);
    let features = Array2::from_shape_vec((n_rows, mlp.layers[0].inputs()), features).unwrap();
    let labels = (0..n_rows).map(|_| generator.random() as usize % n_classes).collect();
    (Rows::all(&Dataset { features, target: Target::Class { labels, n_classes } }), task)
}

/// How many numbers are left when a weight goes that no path of non-zero weights uses, found by walking every path.
fn effective_by_walking(mlp: &Mlp) -> usize {
    /// Marks what the paths from neuron `n` of `level` on use, and returns whether one gets to an output.
    fn walk(mlp: &Mlp, level: usize, n: usize, path: &mut Vec<usize>, used: &mut [Vec<Vec<bool>>]) {
        path.push(n);
        if level == mlp.layers.len() {
            path.windows(2).enumerate().for_each(|(layer, pair)| used[layer][pair[1]][pair[0]] = true);
        } else {
            let weight = &mlp.layers[level].weight;
            (0..weight.nrows())
                .filter(|&next| weight[(next, n)] != 0.0)
                .for_each(|next| walk(mlp, level + 1, next, path, used));
        }
        path.pop();
    }
    let mut used: Vec<_> = mlp.layers.iter().map(|layer| vec![vec![false; layer.inputs()]; layer.outputs()]).collect();
    (0..mlp.layers[0].inputs()).for_each(|input| walk(mlp, 0, input, &mut Vec::new(), &mut used));
    let weights = used.iter().flatten().flatten().filter(|used| **used).count();
    let outputs = used.len() - 1;
    let live = used[..outputs].iter().flatten().filter(|incoming| incoming.contains(&true)).count();
    weights + live + mlp.layers[outputs].outputs()
}

proptest! {
    #[test]
    fn compaction_keeps_the_hidden_neurons_that_a_walk_from_an_input_to_an_output_leads_through(mlp in networks()) {
        let last = mlp.layers.len();
        let walked = |level: usize, n: usize| leads(&mlp, level, n, true) && leads(&mlp, level, n, false);
        let live = |level: usize| (0..mlp.layers[level - 1].outputs()).filter(|&n| walked(level, n)).count();
        let live: Vec<usize> = (1..last).map(live).collect();
        let kept: Vec<usize> = compact(&mlp).layers.iter().map(|layer| layer.outputs()).collect();
        let none = live.contains(&0);
        prop_assert_eq!(&kept[..kept.len() - 1], if none { &[][..] } else { &live });
    }
}

proptest! {
    #[test]
    fn sparse_and_compacted_networks_do_what_the_masked_one_does(
        mlp in networks(), rows in 1usize..300, seed in 0i64..1000,
    ) {
        let (rows, task) = random_rows(rows, &mlp, seed);
        let compacted = compact(&mlp);
        let masked = dense_logits(&mlp, &rows);
        for logits in [sparse_logits(&mlp, &rows), dense_logits(&compacted, &rows), sparse_logits(&compacted, &rows)] {
            // The numbers summed are about 1; where they cancel, so do not their roundings.
            let scale = largest(masked.iter().copied()).max(1.0);
            let difference = largest_difference(&logits, &masked);
            prop_assert!(difference <= 1e-6 * scale, "{difference} of {scale}");
        }
        let want = dense_score(&mlp, task, &rows);
        for score in [sparse_score(&mlp, task, &rows), dense_score(&compacted, task, &rows)] {
            prop_assert_eq!((score.rows, score.correct), (want.rows, want.correct));
            prop_assert!((score.loss() - want.loss()).abs() <= 1e-6 * (1.0 + want.loss()));
        }
    }

    #[test]
    fn effective_params_are_those_on_a_path_walked(mlp in networks()) {
        prop_assert_eq!(effective_params(&mlp), effective_by_walking(&mlp));
        prop_assert!(effective_params(&mlp) <= mlp.nonzero_params());
    }

    #[test]
    fn compacting_keeps_what_is_effective_and_nothing_more_can_go(mlp in networks()) {
        let compacted = compact(&mlp);
        prop_assert_eq!(&compact(&compacted), &compacted);
        prop_assert_eq!(effective_params(&compacted), effective_params(&mlp));
        prop_assert_eq!(effective_params(&compacted), compacted.nonzero_params());
        prop_assert!(compacted.layers.iter().all(|layer| layer.outputs() > 0));
        prop_assert_eq!(compacted.layers[0].inputs(), mlp.layers[0].inputs());
    }
}

/// The trained network of the seed experiment, its test rows, and the run's way to a mask.
fn seed_experiment() -> (Run, Rows, Task, prunelab::experiment::Prune) {
    let config = Config::from_json("{}").and_then(|config| config.check(&Source::Generator)).unwrap();
    let mut run = Run::from_config(config.clone()).unwrap();
    run.by_ref().for_each(|event| drop(event.unwrap()));
    let rows = Rows::all(&run.dataset().select(run.rows()[2]));
    (run, rows, config.task(), config.config().prune.clone())
}

#[test]
fn at_every_level_of_the_seed_experiment_what_is_left_does_the_same() {
    let (run, rows, task, prune) = seed_experiment();
    let trained = &run.state().mlp;
    for percent in (30..=95).step_by(5) {
        let mlp = level_mask(&prune, trained, &magnitude(trained), f64::from(percent) / 100.0).applied(trained);
        let compacted = compact(&mlp);
        assert!(compacted.total_params() < mlp.total_params(), "{percent} %");
        let masked = dense_logits(&mlp, &rows);
        let want = dense_score(&mlp, task, &rows);
        for (what, logits, score) in [
            ("sparse", sparse_logits(&mlp, &rows), sparse_score(&mlp, task, &rows)),
            ("compacted", dense_logits(&compacted, &rows), dense_score(&compacted, task, &rows)),
        ] {
            let difference = largest_difference(&logits, &masked) / largest(masked.iter().copied());
            assert!(difference <= 1e-6, "{what} at {percent} %: {difference}");
            assert_eq!(score.correct, want.correct, "{what} at {percent} %");
            assert!((score.loss() - want.loss()).abs() <= 1e-6, "{what} at {percent} %");
        }
    }
}

#[test]
fn of_the_seed_experiment_at_threshold_0_13_a_quarter_of_what_is_left_is_live() {
    let (run, ..) = seed_experiment();
    let mlp = below_threshold(&run.state().mlp, 0.13).applied(&run.state().mlp);
    assert_eq!((mlp.total_params(), mlp.nonzero_params(), effective_params(&mlp)), (3073, 1765, 468));
}

/// Two inputs, two hidden neurons with these weights, one output.
fn small(activation: Activation, weight: Array2<f32>) -> Mlp {
    Mlp {
        layers: vec![
            Layer { weight, bias: array![0.5, -0.25], activation: Some(activation) },
            Layer { weight: array![[2.0, 4.0]], bias: array![1.0], activation: None },
        ],
    }
}

#[test]
fn a_neuron_without_inputs_goes_into_the_biases_it_feeds() {
    let relu = compact(&small(Activation::Relu, array![[0.0, 0.0], [3.0, 0.0]]));
    let hidden = Layer { weight: array![[3.0, 0.0]], bias: array![-0.25], activation: Some(Activation::Relu) };
    let output = Layer { weight: array![[4.0]], bias: array![1.0 + 2.0 * 0.5], activation: None };
    assert_eq!(relu, Mlp { layers: vec![hidden, output] });
    let tanh = compact(&small(Activation::Tanh, array![[0.0, 0.0], [3.0, 0.0]]));
    assert!((tanh.layers[1].bias[0] - 1.924_234_3).abs() < 1e-6, "1 + 2·tanh(0.5), got {}", tanh.layers[1].bias[0]);
}

#[test]
fn a_network_without_a_live_path_is_one_layer_of_zeros_and_its_constant() {
    let compacted = compact(&small(Activation::Relu, array![[0.0, 0.0], [0.0, 0.0]]));
    assert_eq!(compacted.layers, [Layer { weight: array![[0.0, 0.0]], bias: array![2.0], activation: None }]);
    assert_eq!(effective_params(&compacted), 1);
}

#[test]
fn sizes_count_what_each_format_stores() {
    let mlp = small(Activation::Relu, array![[0.0, 0.0], [3.0, 0.0]]);
    let size = Size::of(&mlp);
    assert_eq!((size.multiply_adds, size.nonzero_multiply_adds), (6, 3));
    assert_eq!(size.theoretical_speedup(), Some(2.0));
    assert_eq!(size.dense_bytes, 4 * 9);
    // Three weights with a column each, three and two starts of rows, three biases.
    assert_eq!(size.csr_bytes, 3 * 5 + 5 * 4 + 3 * 4);
    assert_eq!(size.bitmap_bytes, (1 + 1) + 3 * 4 + 3 * 4);

    let wide = Mlp::init(&[257, 1], Activation::Relu, &mut Generator::new(1));
    assert_eq!(Size::of(&wide).csr_bytes, 257 * 6 + 2 * 4 + 4);
    assert_eq!(Size::of(&below_threshold(&wide, 9.0).applied(&wide)).theoretical_speedup(), None);
}
