//! Criteria against formulas in NumPy and SciPy (`criteria.json`, which `criteria.py` computes), finite differences and
//! brute force.

use ndarray::{Array2, ArrayView1};
use proptest::prelude::*;
use prunelab::data::{Dataset, Target};
use prunelab::nn::{Activation, Evaluation, Mask, Mlp, Optimizer, Rows, Sgd, State, Task, Trainer, Workspace};
use prunelab::prune::criteria::{
    Calibration, Movement, Oracle, compensate, fisher, magnitude, oracle_correlations, random, spearman, surgeon,
    taylor, wanda,
};
use prunelab::random::{Generator, ShuffledEpochs};
use serde_json::Value;

/// A network, and data to judge it by.
struct Subject {
    mlp: Mlp,
    task: Task,
    dataset: Dataset,
    rows: Rows,
}

impl Subject {
    fn new(mlp: Mlp, x: Vec<f32>, labels: Vec<usize>) -> Self {
        let outputs = mlp.layers.last().unwrap().outputs();
        let n_classes = outputs.max(2);
        let features = Array2::from_shape_vec((labels.len(), mlp.layers[0].inputs()), x).unwrap();
        let dataset = Dataset { features, target: Target::Class { labels, n_classes } };
        Subject { rows: Rows::all(&dataset), mlp, task: Task::classification(n_classes), dataset }
    }

    /// An untrained network and random rows, each feature up to `size`.
    fn random(sizes: &[usize], activation: Activation, rows: usize, size: f64, seed: i64) -> Self {
        let mut generator = Generator::new(seed);
        let mut mlp = Mlp::init(sizes, activation, &mut generator);
        // As large as trained weights are.
        mlp.params_mut().for_each(|tensor| tensor.iter_mut().for_each(|p| *p *= 2.0));
        let mut x = vec![0.0; rows * sizes[0]];
        generator.uniform(&mut x, -size, size);
        let n_classes = sizes.last().unwrap().max(&2);
        let labels = (0..rows).map(|_| generator.random() as usize % n_classes).collect();
        Subject::new(mlp, x, labels)
    }

    fn calibration(&self) -> Calibration<'_> {
        Calibration { mlp: &self.mlp, task: self.task, rows: &self.rows }
    }

    fn params(&self) -> Vec<f64> {
        self.mlp.params().flatten().map(|&p| f64::from(p)).collect()
    }

    /// Where each weight stands among the parameters.
    fn places(&self) -> Vec<usize> {
        let mut start = 0;
        let mut places = Vec::new();
        for layer in &self.mlp.layers {
            places.extend(start..start + layer.weight.len());
            start += layer.weight.len() + layer.bias.len();
        }
        places
    }

    /// The loss of each row by its definition, in double precision.
    fn losses(&self, params: &[f64]) -> Vec<f64> {
        let labels = self.dataset.labels().iter();
        self.dataset.features.rows().into_iter().zip(labels).map(|(x, &y)| self.loss(params, x, y)).collect()
    }

    fn loss(&self, params: &[f64], x: ArrayView1<f32>, label: usize) -> f64 {
        let logits = self.values(params, x).pop().unwrap();
        let logits = if logits.len() == 1 { vec![0.0, logits[0]] } else { logits };
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        libm::log(logits.iter().map(|z| libm::exp(z - most)).sum()) + most - logits[label]
    }

    /// What goes into each layer, and the logits.
    fn values(&self, mut params: &[f64], x: ArrayView1<f32>) -> Vec<Vec<f64>> {
        let mut values = vec![x.iter().map(|&v| f64::from(v)).collect::<Vec<f64>>()];
        for layer in &self.mlp.layers {
            let (outputs, inputs) = layer.weight.dim();
            let (weight, rest) = params.split_at(outputs * inputs);
            let (bias, rest) = rest.split_at(outputs);
            params = rest;
            let below = values.last().unwrap();
            let z =
                weight.chunks(inputs).zip(bias).map(|(w, b)| b + w.iter().zip(below).map(|(w, x)| w * x).sum::<f64>());
            let activation = |z: f64| match layer.activation {
                None => z,
                Some(Activation::Relu) => z.max(0.0),
                Some(Activation::Tanh) => libm::tanh(z),
            };
            values.push(z.map(activation).collect());
        }
        values
    }

    /// For each weight, the mean change of the rows' losses without it, and the mean size of these changes.
    fn brute_force(&self) -> Vec<(f64, f64)> {
        let params = self.params();
        let before = self.losses(&params);
        let without = |at: usize| {
            let mut params = params.clone();
            params[at] = 0.0;
            let changes = self.losses(&params).into_iter().zip(&before).map(|(after, before)| after - before);
            let (sum, size) = changes.fold((0.0, 0.0), |(sum, size), change| (sum + change, size + change.abs()));
            (sum / before.len() as f64, size / before.len() as f64)
        };
        self.places().into_iter().map(without).collect()
    }
}

fn numbers(json: &Value) -> Vec<f64> {
    json.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn singles(json: &Value) -> Vec<f32> {
    numbers(json).into_iter().map(|v| v as f32).collect()
}

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("criteria.json")).unwrap()
}

/// The network of a case with the parameters in `field`, and its rows.
fn subject(case: &Value, field: &str) -> Subject {
    let indices = |json: &Value| numbers(json).into_iter().map(|v| v as usize).collect::<Vec<_>>();
    let activation = if case["activation"] == "relu" { Activation::Relu } else { Activation::Tanh };
    let mlp = Mlp::of(&indices(&case["widths"]), activation, &singles(&case[field]));
    Subject::new(mlp, singles(&case["x"]), indices(&case["y"]))
}

/// All criteria of a case by name, movement recorded while the network is trained again.
fn all_scores(case: &Value) -> Vec<(&'static str, Vec<f32>)> {
    let subject = subject(case, "trained");
    let data = subject.calibration();
    vec![
        ("magnitude", magnitude(data.mlp)),
        ("taylor", taylor(&data)),
        ("snip", taylor(&self::subject(case, "initial").calibration())),
        ("fisher", fisher(&data)),
        ("surgeon", surgeon(&data)),
        ("wanda", wanda(&data)),
        ("movement", movement(case)),
        ("oracle", Oracle::scores(&data)),
    ]
}

fn movement(case: &Value) -> Vec<f32> {
    let subject = subject(case, "initial");
    let count = |field: &str| case[field].as_u64().unwrap() as usize;
    let optimizer = Optimizer::Sgd(Sgd { lr: case["lr"].as_f64().unwrap(), ..Sgd::default() });
    let mut trainer = Trainer::new(subject.task, optimizer, None);
    let mut state = State::new(subject.mlp.clone(), ShuffledEpochs::new(subject.rows.len(), 0));
    let mut movement = None;
    for step in 0..count("steps") {
        if step == count("steps") - count("recorded") {
            movement = Some(Movement::new(&state.mlp));
        }
        while trainer.advance(&mut state, &subject.dataset).is_none() {}
        if let Some(movement) = &mut movement {
            movement.record(&state.mlp, trainer.gradient());
        }
    }
    let trained = numbers(&case["trained"]);
    let apart = state.mlp.params().flatten().zip(trained).map(|(&got, want)| (f64::from(got) - want).abs());
    assert!(apart.fold(0.0, f64::max) < 1e-5, "the same training");
    movement.unwrap().scores(&state.mlp)
}

#[test]
fn scores_are_those_of_the_formulas() {
    for (i, case) in cases().iter().enumerate() {
        for (name, scores) in all_scores(case) {
            if name == "magnitude" {
                continue;
            }
            let want = numbers(&case["scores"][name]);
            assert_eq!(scores.len(), want.len(), "case {i}, {name}");
            let largest = want.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
            // The sums of movement are those of another training, equal but for rounding.
            let room = if name == "movement" { 1e-5 } else { 2e-6 };
            for (at, (&got, want)) in scores.iter().zip(want).enumerate() {
                assert!((f64::from(got) - want).abs() <= room * largest, "case {i}, {name} {at}: {got} for {want}");
            }
        }
    }
}

#[test]
fn correlations_with_the_oracle_are_those_of_scipy() {
    for (i, case) in cases().iter().enumerate() {
        // Of the same scores: a rank must not depend on their last bits.
        let exact = singles(&case["scores"]["oracle"]);
        for (name, scores) in all_scores(case) {
            let scores = if name == "magnitude" { scores } else { singles(&case["scores"][name]) };
            for (kind, got) in ["spearman", "absolute"].into_iter().zip(oracle_correlations(&scores, &exact)) {
                let (got, want) = (got.unwrap(), case[kind][name].as_f64().unwrap());
                assert!((got - want).abs() < 1e-12, "case {i}, {kind} of {name}: {got} for {want}");
            }
        }
    }
}

#[test]
fn the_compensated_network_is_that_of_one_removal_after_the_other() {
    for (i, case) in cases().iter().enumerate() {
        let subject = subject(case, "trained");
        let mut mask = Mask::full(&subject.mlp);
        let kept = case["kept"].as_array().unwrap().iter().map(|kept| kept.as_bool().unwrap());
        mask.kept_mut().iter_mut().zip(kept).for_each(|(own, kept)| *own = kept);
        let mlp = compensate(&subject.calibration(), &mask);
        let want = numbers(&case["compensated"]);
        let largest = want.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
        for (at, (&got, want)) in mlp.params().flatten().zip(want).enumerate() {
            // The smaller the damping, the more the system enlarges the rounding of its entries: up to 10⁴ times.
            let apart = (f64::from(got) - want).abs();
            assert!(apart <= 3e-5 * largest, "case {i}, parameter {at}: {got} for {want}");
        }
        assert!(mlp.weights().zip(mask.kept()).all(|(w, &kept)| kept || w == 0.0), "what is pruned is zero");
    }
}

#[test]
fn equal_scores_share_their_ranks() {
    // scipy.stats.spearmanr([1, 2, 2, 2, -3, 0], [5, 5, 1, 7, 7, -0.0])
    let got = spearman(&[1.0, 2.0, 2.0, 2.0, -3.0, 0.0], &[5.0, 5.0, 1.0, 7.0, 7.0, -0.0]).unwrap();
    assert!((got - TIED).abs() < 1e-12, "{got}");
    assert_eq!(spearman(&[0.0, -0.0, 0.0], &[1.0, 2.0, 3.0]), None);
    assert_eq!(spearman(&[], &[]), None);
    assert_eq!(spearman(&[3.0, 1.0, 2.0], &[1.0, 3.0, 2.0]), Some(-1.0));
}

const TIED: f64 = -0.031_265_269_974_036_12;

/// The derivative of each row's loss by each weight, as a central difference.
fn differences(subject: &Subject) -> Vec<Vec<f64>> {
    let params = subject.params();
    let of = |at: usize| {
        let moved = |by: f64| {
            let mut params = params.clone();
            params[at] += by;
            subject.losses(&params)
        };
        let step = 1e-5;
        moved(step).iter().zip(moved(-step)).map(|(up, down)| (up - down) / (2.0 * step)).collect()
    };
    subject.places().into_iter().map(of).collect()
}

#[test]
fn gradients_are_the_central_differences() {
    for (sizes, activation) in [
        (&[3, 6, 1][..], Activation::Tanh),
        (&[4, 7, 1], Activation::Relu),
        (&[3, 5, 4, 3], Activation::Tanh),
        (&[2, 4], Activation::Relu),
    ] {
        let subject = Subject::random(sizes, activation, 140, 2.0, 5);
        let data = subject.calibration();
        let (first, second) = (taylor(&data), fisher(&data));
        for (i, (w, rows)) in subject.mlp.weights().zip(differences(&subject)).enumerate() {
            let (w, n) = (f64::from(w), rows.len() as f64);
            let slope = rows.iter().sum::<f64>() / n * w;
            let curvature = rows.iter().map(|g| g * g).sum::<f64>() / n * w * w / 2.0;
            assert!((f64::from(first[i]) - slope.abs()).abs() < 1e-6, "{sizes:?} {i}: {} for {slope}", first[i]);
            let apart = (f64::from(second[i]) - curvature).abs();
            assert!(apart < 1e-6 * curvature + 1e-8, "{sizes:?} {i}: {} for {curvature}", second[i]);
        }
    }
}

/// Half the mean squared change of a layer's pre-activations when its parameters change by `change`, row by row of the
/// layer the weights and then the bias; and half the damping times their squares.
fn damage(subject: &Subject, layer: usize, change: &[f64]) -> f64 {
    let (params, inputs) = (subject.params(), subject.mlp.layers[layer].inputs());
    let rows = subject.dataset.features.rows().into_iter();
    let mut x: Vec<Vec<f64>> = rows.map(|x| subject.values(&params, x).swap_remove(layer)).collect();
    x.iter_mut().for_each(|x| x.push(1.0));
    let n = x.len() as f64;
    let squares: f64 = x.iter().flatten().map(|x| x * x).sum();
    let damping = 1e-4 * squares / n / (inputs + 1) as f64;
    let reconstruction = |change: &[f64]| {
        let squares = x.iter().map(|x| x.iter().zip(change).map(|(x, d)| x * d).sum::<f64>());
        squares.map(|z| z * z).sum::<f64>() / (2.0 * n)
    };
    let sizes = change.iter().map(|d| d * d).sum::<f64>();
    change.chunks(inputs + 1).map(reconstruction).sum::<f64>() + damping / 2.0 * sizes
}

/// The weights and the bias of each row of a layer.
fn rows_of(mlp: &Mlp, layer: usize) -> Vec<f64> {
    let layer = &mlp.layers[layer];
    let rows = layer.weight.rows().into_iter().zip(&layer.bias);
    rows.flat_map(|(row, &bias)| row.iter().copied().chain([bias]).map(f64::from).collect::<Vec<_>>()).collect()
}

#[test]
fn a_surgeons_score_is_what_the_best_update_costs() {
    let mut subject = Subject::random(&[4, 5, 3], Activation::Relu, 200, 2.0, 3);
    // Weights that went before: some rows lost none, some one, some two.
    let mut removed = Mask::full(&subject.mlp);
    [0, 9, 10, 22, 23].into_iter().for_each(|at| removed.kept_mut()[at] = false);
    removed.hold(&mut subject.mlp);
    let data = subject.calibration();
    let scores = surgeon(&data);
    for row in [0..4, 4..8, 8..12, 12..16, 16..20, 20..25, 25..30, 30..35] {
        let layer = usize::from(row.start >= 20);
        let before = rows_of(&subject.mlp, layer);
        let cost = |mask: &Mask| {
            let after = rows_of(&compensate(&data, mask), layer);
            let change: Vec<f64> = after.iter().zip(&before).map(|(after, before)| after - before).collect();
            damage(&subject, layer, &change)
        };
        let (mut gone, mut spent, mut largest) = (removed.clone(), 0.0, 0.0_f64);
        let zeros = row.clone().filter(|&at| !removed.kept()[at]);
        assert!(zeros.into_iter().all(|at| scores[at] == 0.0), "what went before costs nothing");
        while let Some((after, at)) = row
            .clone()
            .filter(|&at| gone.kept()[at])
            .map(|at| {
                let mut mask = gone.clone();
                mask.kept_mut()[at] = false;
                (cost(&mask), at)
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))
        {
            largest = largest.max(after - spent);
            let score = f64::from(scores[at]);
            assert!((score - largest).abs() <= 1e-5 * after + 1e-9, "weight {at}: {score} for {largest}");
            gone.kept_mut()[at] = false;
            spent = after;
        }
    }
}

#[test]
fn of_two_inputs_that_say_the_same_one_is_free_to_a_surgeon() {
    let draws = Generator::new(4).rand(300);
    let x = draws.chunks(2).flat_map(|pair| [pair[0], pair[1], pair[0]]).collect();
    let mlp = Mlp::of(&[3, 1], Activation::Relu, &[1.0, 1.0, 1.25, 0.5]);
    let subject = Subject::new(mlp, x, (0..150).map(|row| row % 2).collect());
    let scores = surgeon(&subject.calibration());
    // The other takes over its weight, 1, whole, so only the damping counts: λ/2·(1² + 1²), and no input is above 1.
    assert!(scores[0] <= 1e-4 && scores[1] > 1e-4 && scores[2] > scores[1], "{scores:?}");
}

#[test]
fn no_kept_weight_could_make_up_for_more() {
    let subject = Subject::random(&[4, 6, 2, 3], Activation::Tanh, 150, 2.0, 8);
    let mut mask = Mask::full(&subject.mlp);
    // Some rows lose all, some most, some one, one nothing.
    let lost = |i: &usize| !i.is_multiple_of(5) && i / 4 != 1 || i / 4 == 2;
    (0..mask.kept().len()).filter(lost).for_each(|i| mask.kept_mut()[i] = false);
    let mlp = compensate(&subject.calibration(), &mask);
    assert_eq!(mlp.layers[0].weight.row(1), subject.mlp.layers[0].weight.row(1), "a row that loses nothing stays");
    for (layer, kept) in mask.layers().into_iter().enumerate() {
        let inputs = mlp.layers[layer].inputs();
        let before = rows_of(&subject.mlp, layer);
        let change: Vec<f64> = rows_of(&mlp, layer).iter().zip(before).map(|(after, before)| after - before).collect();
        for at in 0..change.len() {
            let (row, column) = (at / (inputs + 1), at % (inputs + 1));
            if column < inputs && !mask.kept()[kept.start + row * inputs + column] {
                continue;
            }
            let moved = |by: f64| {
                let mut change = change.clone();
                change[at] += by;
                damage(&subject, layer, &change)
            };
            // A quadratic: the central difference is exact.
            let slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
            assert!(slope.abs() < 2e-6, "layer {layer}, row {row}, column {column}: {slope}");
        }
    }
}

fn activations() -> impl Strategy<Value = Activation> {
    prop::sample::select(vec![Activation::Relu, Activation::Tanh])
}

fn shapes() -> impl Strategy<Value = Vec<usize>> {
    let hidden = prop::collection::vec(1usize..9, 0..4);
    let outputs = prop::sample::select(vec![1usize, 3, 5]);
    (1usize..6, hidden, outputs).prop_map(|(inputs, hidden, outputs)| [vec![inputs], hidden, vec![outputs]].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_oracle_is_brute_force(
        sizes in shapes(), activation in activations(), rows in 1usize..200,
        size in prop::sample::select(vec![0.1, 2.0, 100.0]), zeros in 0usize..3, seed in 0i64..1000,
    ) {
        let mut subject = Subject::random(&sizes, activation, rows, size, seed);
        subject.mlp.weights_mut().step_by(4).take(zeros).for_each(|w| *w = 0.0);
        let scores = Oracle::scores(&subject.calibration());
        for (at, (score, (want, mean))) in scores.into_iter().zip(subject.brute_force()).enumerate() {
            let apart = (f64::from(score) - want).abs();
            // Logits go up to some hundreds where features do, and their rounding with them.
            let (share, least) = if size > 10.0 { (1e-3, 1e-7) } else { (1e-4, 1e-8) };
            let room = share * mean + if activation == Activation::Tanh { 4e-7 } else { least };
            prop_assert!(apart <= room, "{:?} weight {}: {} for {}, changes of {}", sizes, at, score, want, mean);
        }
    }

    #[test]
    fn the_oracle_is_what_a_dense_masked_pass_loses(
        sizes in shapes(), activation in activations(), rows in 1usize..200, seed in 0i64..1000,
    ) {
        let subject = Subject::random(&sizes, activation, rows, 1.0, seed);
        let scores = Oracle::scores(&subject.calibration());
        let loss = |mlp: &Mlp| {
            let (mut evaluation, mut workspace) = (Evaluation::default(), Workspace::default());
            loop {
                if let Some(score) = evaluation.advance(mlp, subject.task, &subject.rows, &mut workspace) {
                    return score.loss();
                }
            }
        };
        // A probability near 1 is a single-precision number: what is left of it, and so a loss, is as coarse as e^loss.
        let coarse = |mlp: &Mlp| {
            let params: Vec<f64> = mlp.params().flatten().map(|&p| f64::from(p)).collect();
            let losses = subject.losses(&params);
            losses.iter().map(|&loss| libm::exp(loss)).sum::<f64>() / losses.len() as f64 * f64::from(f32::EPSILON)
        };
        let (before, room) = (loss(&subject.mlp), coarse(&subject.mlp));
        for (at, score) in scores.into_iter().enumerate() {
            let mut mask = Mask::full(&subject.mlp);
            mask.kept_mut()[at] = false;
            let mlp = mask.applied(&subject.mlp);
            let (want, room) = (loss(&mlp) - before, 1e-6 + room + coarse(&mlp));
            prop_assert!(
                (f64::from(score) - want).abs() <= room,
                "{:?} weight {}: {} for {} within {}", sizes, at, score, want, room,
            );
        }
    }

    #[test]
    fn permuting_hidden_neurons_permutes_the_scores(
        (inputs, width, outputs) in (1usize..6, 2usize..12, prop::sample::select(vec![1usize, 4])),
        activation in activations(), shift in 1usize..12, seed in 0i64..1000,
    ) {
        let subject = Subject::random(&[inputs, width, outputs], activation, 150, 2.0, seed);
        // Neuron n of the other network is this one's neuron (n + shift) mod width.
        let of = |n: usize| (n + shift) % width;
        let mut other = Subject::new(
            subject.mlp.clone(),
            subject.dataset.features.iter().copied().collect(),
            subject.dataset.labels().to_vec(),
        );
        let [below, above] = &subject.mlp.layers[..] else { unreachable!() };
        for n in 0..width {
            other.mlp.layers[0].weight.row_mut(n).assign(&below.weight.row(of(n)));
            other.mlp.layers[0].bias[n] = below.bias[of(n)];
            other.mlp.layers[1].weight.column_mut(n).assign(&above.weight.column(of(n)));
        }
        let place = |at: usize| match at.checked_sub(width * inputs) {
            None => of(at / inputs) * inputs + at % inputs,
            Some(at) => width * inputs + at / width * width + of(at % width),
        };
        let (data, permuted) = (subject.calibration(), other.calibration());
        let criteria: [fn(&Calibration) -> Vec<f32>; 5] = [taylor, fisher, surgeon, wanda, Oracle::scores];
        for (i, criterion) in criteria.into_iter().enumerate() {
            let (scores, permuted) = (criterion(&data), criterion(&permuted));
            let largest = scores.iter().fold(0.0, |largest: f32, v| largest.max(v.abs()));
            for (at, score) in permuted.into_iter().enumerate() {
                let want = scores[place(at)];
                prop_assert!((score - want).abs() <= 1e-5 * largest, "criterion {} at {}: {} for {}", i, at, score, want);
            }
        }
    }

    #[test]
    fn scores_that_are_sizes_are_not_negative(
        sizes in shapes(), activation in activations(), rows in 1usize..40, seed in 0i64..1000,
    ) {
        let subject = Subject::random(&sizes, activation, rows, 2.0, seed);
        let data = subject.calibration();
        for scores in [magnitude(data.mlp), taylor(&data), fisher(&data), surgeon(&data), wanda(&data)] {
            prop_assert_eq!(scores.len(), data.mlp.n_weights());
            prop_assert!(scores.into_iter().all(|score| score >= 0.0 && score.is_finite()));
        }
        let draws = random(data.mlp, &mut Generator::new(seed));
        prop_assert!(draws.into_iter().all(|score| (-1.0..=0.0).contains(&score)));
    }

    /// Fewer rows than inputs, so that a layer's Hessian has no inverse but for its damping.
    #[test]
    fn compensation_is_finite_and_helps_where_inputs_depend_on_one_another(
        sizes in shapes(), rows in 1usize..6, seed in 0i64..1000,
    ) {
        let subject = Subject::random(&sizes, Activation::Relu, rows, 2.0, seed);
        let mut mask = Mask::full(&subject.mlp);
        let draws = Generator::new(seed).rand(mask.kept().len());
        mask.kept_mut().iter_mut().zip(draws).for_each(|(kept, draw)| *kept = draw < 0.5);
        let (masked, best) = (mask.applied(&subject.mlp), compensate(&subject.calibration(), &mask));
        prop_assert!(best.is_finite());
        for layer in 0..sizes.len() - 1 {
            let before = rows_of(&subject.mlp, layer);
            let cost = |mlp: &Mlp| {
                let change: Vec<f64> = rows_of(mlp, layer).iter().zip(&before).map(|(after, before)| after - before).collect();
                damage(&subject, layer, &change)
            };
            prop_assert!(cost(&best) <= cost(&masked) * (1.0 + 1e-6) + 1e-9, "{} > {}", cost(&best), cost(&masked));
        }
    }
}

#[test]
fn no_weight_of_a_dead_neuron_changes_the_loss() {
    for sizes in [&[3, 6, 1][..], &[3, 6, 4], &[3, 6, 5, 2, 1]] {
        let mut subject = Subject::random(sizes, Activation::Relu, 200, 1.0, 9);
        let [below, above, ..] = &mut subject.mlp.layers[..] else { unreachable!() };
        // Neuron 1 leads nowhere; neuron 2 is never above 0.
        above.weight.column_mut(1).fill(0.0);
        below.bias[2] = -100.0;
        let scores = Oracle::scores(&subject.calibration());
        for (input, neuron) in (0..3).flat_map(|input| [(input, 1), (input, 2)]) {
            assert_eq!(scores[neuron * 3 + input], 0.0);
        }
        for neuron in 0..sizes[2] {
            assert_eq!((scores[18 + neuron * 6 + 1], scores[18 + neuron * 6 + 2]), (0.0, 0.0));
        }
        assert!(scores.iter().any(|&score| score != 0.0));
    }
}

#[test]
fn the_oracle_stops_on_its_way_and_goes_on() {
    let subject = Subject::random(&[20, 64, 32, 3], Activation::Relu, 300, 1.0, 4);
    let data = subject.calibration();
    let (mut oracle, mut calls, mut fraction) = (Oracle::default(), 0, 0.0);
    let scores = loop {
        calls += 1;
        if let Some(scores) = oracle.advance(&data) {
            break scores;
        }
        let now = oracle.fraction(&data);
        assert!(fraction <= now && now < 1.0, "{now} after {fraction}");
        fraction = now;
    };
    assert!(calls as u64 > Oracle::multiply_adds(data.mlp, 300) / 40_000_000, "{calls} calls");
    assert_eq!(scores, Oracle::scores(&data));
}
