//! The exact curve against dense passes of the masked network.

use ndarray::Array2;
use proptest::prelude::*;
use prunelab::data::{Dataset, Target};
use prunelab::experiment::{Config, Run, Source};
use prunelab::nn::{Activation, Evaluation, Mask, Mlp, Rows, Score, Task, Workspace};
use prunelab::prune::by_magnitude;
use prunelab::prune::curve::{Planning, Points, Removals, Sweep, multiply_adds};
use prunelab::random::Generator;
use serde_json::{Value, json};

/// A finished run, and its test and validation parts as the network sees them.
fn finished(config: &Value) -> (Run, [Rows; 2]) {
    let config = Config::from_json(&config.to_string()).and_then(|config| config.check(&Source::Generator)).unwrap();
    let mut run = Run::from_config(config).unwrap();
    assert!(run.by_ref().all(|event| event.is_ok()));
    let [_, validation, test] = run.rows();
    let part = |rows: &[usize]| (!rows.is_empty()).then(|| Rows::all(&run.dataset().select(rows)));
    let parts = [part(test).unwrap(), part(validation).unwrap_or_default()];
    (run, parts)
}

fn dense(mlp: &Mlp, task: Task, rows: &Rows) -> Score {
    let (mut evaluation, mut workspace) = (Evaluation::default(), Workspace::default());
    loop {
        if let Some(score) = evaluation.advance(mlp, task, rows, &mut workspace) {
            return score;
        }
    }
}

/// Holds points against a dense pass at every stop.
fn hold(mlp: &Mlp, task: Task, removals: &Removals, points: &Points, rows: &Rows) {
    assert_eq!((points.correct.len(), points.loss.len()), (removals.stops.len(), removals.stops.len()));
    let mut mask = Mask::full(mlp);
    let mut removed = 0;
    for (i, &k) in removals.stops.iter().enumerate() {
        removals.order[removed..k].iter().for_each(|&index| mask.kept_mut()[index] = false);
        removed = k;
        let want = dense(&mask.applied(mlp), task, rows);
        assert_eq!(points.correct[i] as usize, want.correct, "after {k}");
        assert!((points.loss[i] - want.loss()).abs() <= 1e-5, "after {k}: {} for {}", points.loss[i], want.loss());
    }
}

#[test]
fn every_point_of_the_seed_experiment_is_that_of_a_dense_pass() {
    let (run, [test, _]) = finished(&json!({}));
    let curve = run.curve().unwrap();
    assert_eq!(curve.removals.stops, (0..=2816).collect::<Vec<_>>());
    hold(&run.state().mlp, Task::Binary, &curve.removals, &curve.test, &test);

    let mut sweep = Sweep::new(Task::Binary, true);
    while sweep.advance(&run.state().mlp, &curve.removals, &test).is_none() {}
    assert_eq!(sweep.spent(), curve.summary().multiply_adds);
    assert!(sweep.asked() < 2 * sweep.spent(), "{} for rows in doubt", sweep.asked());
    let dense = 2817 * 2816 * 750;
    assert!(100 * (sweep.spent() + sweep.asked()) < dense, "{} instead of {dense}", sweep.spent());
}

#[test]
fn every_point_of_other_networks_is_that_of_a_dense_pass() {
    let blobs = json!({"kind": "blobs", "n_samples": 200, "n_features": 3, "centers": 5, "cluster_std": 2.0});
    let moons = json!({"kind": "moons", "n_samples": 300, "noise": 0.3});
    let train = json!({"epochs": 8});
    for config in [
        json!({"data": blobs, "model": {"hidden": [24]}, "train": train}),
        json!({"data": blobs, "model": {"hidden": []}, "train": train}),
        json!({"data": moons, "model": {"hidden": []}, "train": train}),
        json!({"data": moons, "model": {"hidden": [40], "activation": "tanh"}, "train": train}),
        json!({"data": moons, "model": {"hidden": [12, 10]}, "train": train, "split": {"validation_size": 0.3}}),
        json!({"data": blobs, "model": {"hidden": [9, 8, 7], "activation": "tanh"}, "train": train}),
        json!({"data": blobs, "model": {"hidden": [16, 5, 11]}, "train": train, "split": {"validation_size": 0.2}}),
        json!({"data": moons, "model": {"hidden": [12]}, "train": {"epochs": 0}, "prune": {"criterion": "random"}}),
        json!({"data": moons, "model": {"hidden": [8, 6]}, "train": train, "prune": {"scope": "layer"}}),
    ] {
        let n_classes = if config["data"]["kind"] == "blobs" { 5 } else { 2 };
        let (task, (run, [test, validation])) = (Task::classification(n_classes), finished(&config));
        let (mlp, curve) = (&run.state().mlp, run.curve().unwrap());
        assert_eq!(curve.removals.stops, (0..=mlp.n_weights()).collect::<Vec<_>>(), "{config}");
        hold(mlp, task, &curve.removals, &curve.test, &test);
        assert_eq!(curve.validation.is_some(), !validation.is_empty(), "{config}");
        if let Some(points) = &curve.validation {
            hold(mlp, task, &curve.removals, points, &validation);
        }
        assert_eq!(run.retrace(true).unwrap().test, curve.test, "{config}");
        assert_eq!(run.retrace(false).unwrap().test, Points { loss: Vec::new(), ..curve.test.clone() }, "{config}");
    }
}

/// FNV-1a over a curve's counts and losses.
fn fingerprint(points: &Points) -> String {
    let losses = points.loss.iter().flat_map(|loss| loss.to_le_bytes());
    let bytes = points.correct.iter().flat_map(|count| count.to_le_bytes()).chain(losses);
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

#[test]
fn curves_are_the_golden_ones() {
    let golden: Vec<Value> = serde_json::from_str(include_str!("curves.json")).unwrap();
    let curves: Vec<String> =
        golden.iter().map(|case| fingerprint(&finished(&case["config"]).0.curve().unwrap().test)).collect();
    let want: Vec<&str> = golden.iter().map(|case| case["curve"].as_str().unwrap()).collect();
    assert_eq!(curves, want);
}

#[test]
fn levels_cut_the_first_weights_of_the_order() {
    for prune in [
        json!({}),
        json!({"levels": {"by": "threshold", "from": 0.0, "to": 0.9, "count": 12}}),
        json!({"scope": "layer", "levels": {"from": 0.0, "to": 1.0, "count": 17}}),
        json!({"scope": "layer", "levels": {"by": "threshold", "to": 0.4}}),
        json!({"criterion": "random", "levels": {"from": 0.0, "to": 1.0, "count": 9}}),
        json!({"criterion": "random", "scope": "layer", "seed": 7, "levels": {"from": 0.1, "to": 1.0, "count": 9}}),
    ] {
        let config = json!({"data": {"n_samples": 150}, "model": {"hidden": [13, 6]}, "prune": prune});
        let (run, _) = finished(&config);
        let config = Config::from_json(&config.to_string()).unwrap();
        let (mlp, curve) = (&run.state().mlp, run.curve().unwrap());
        let mut counts = Vec::new();
        for level in 0..config.prune.levels.count {
            let (_, mask) = run.network(level).unwrap();
            let mut first = curve.removals.order[..mask.n_pruned()].to_vec();
            first.sort_unstable();
            let pruned: Vec<usize> = (0..mlp.n_weights()).filter(|&index| !mask.kept()[index]).collect();
            assert_eq!(first, pruned, "{prune}, level {level}");
            counts.push(curve.test.correct[mask.n_pruned()]);
        }
        assert_eq!(run.sweep().unwrap(), counts, "{prune}");
    }
}

#[test]
fn a_threshold_removes_what_is_below_it() {
    let (run, _) = finished(&json!({"data": {"n_samples": 100}, "model": {"hidden": [6]}}));
    let curve = run.curve().unwrap();
    let magnitudes: Vec<f32> = run.state().mlp.weights().map(f32::abs).collect();
    for &k in &curve.removals.stops {
        let Some(threshold) = curve.threshold(k) else {
            assert!(k == magnitudes.len() || curve.magnitudes[k - 1] == curve.magnitudes[k]);
            continue;
        };
        assert_eq!(magnitudes.iter().filter(|&&magnitude| magnitude < threshold).count(), k);
    }
    let (random, _) =
        finished(&json!({"data": {"n_samples": 100}, "model": {"hidden": [6]}, "prune": {"criterion": "random"}}));
    assert_eq!(random.curve().unwrap().threshold(5), None);
}

fn within(mlp: &Mlp, order: Vec<usize>, rows: usize, budget: u64) -> Removals {
    let mut planning = Planning::new(order);
    (0..100).find_map(|_| planning.advance(mlp, rows, budget)).expect("a hundred bisections settle it")
}

#[test]
fn a_network_too_large_for_every_point_has_evenly_spaced_ones() {
    let mut generator = Generator::new(1);
    let mlp = Mlp::init(&[6, 40, 30, 3], Activation::Relu, &mut generator);
    let n = mlp.n_weights();
    let order = by_magnitude(&mlp);
    let rows = 50;
    let all = Removals::every(order.clone());
    let whole = rows as u64 * multiply_adds(&mlp, &all);
    assert_eq!(within(&mlp, order.clone(), rows, whole), all);
    for budget in [whole - 1, whole / 3, 5 * rows as u64 * n as u64, 3 * rows as u64 * n as u64] {
        let some = within(&mlp, order.clone(), rows, budget);
        let points = some.stops.len();
        assert!(points < all.stops.len());
        assert_eq!((some.stops[0], some.stops[points - 1]), (0, n));
        assert!(some.stops.windows(2).all(|pair| (pair[1] - pair[0]).abs_diff(n / (points - 1)) <= 1));
        assert!(multiply_adds(&mlp, &some) * rows as u64 <= budget, "{points} points within {budget}");
        let more = Removals::spaced(order.clone(), points + 1);
        assert!(multiply_adds(&mlp, &more) * rows as u64 > budget, "more than {points} points within {budget}");
    }
    assert_eq!(within(&mlp, order.clone(), rows, 0).stops, [0, n]);
}

/// Rows, labels and a network of numbers with few digits, so that equal magnitudes, equal logits and zeros abound, or of
/// ordinary ones.
fn made(
    sizes: &[usize],
    n_classes: usize,
    activation: Activation,
    rows: usize,
    coarse: bool,
    seed: u32,
) -> (Mlp, Dataset) {
    let mut generator = Generator::new(i64::from(seed));
    let mut mlp = Mlp::init(sizes, activation, &mut generator);
    let mut x = vec![0.0; rows * sizes[0]];
    generator.uniform(&mut x, -2.0, 2.0);
    if coarse {
        let round = |value: &mut f32| *value = (*value * 2.0).round_ties_even() / 2.0;
        x.iter_mut().for_each(round);
        mlp.params_mut().flatten().for_each(|value| {
            *value *= 3.0;
            round(value);
        });
    }
    let labels = (0..rows).map(|row| (row * 7 + seed as usize) % n_classes).collect();
    let features = Array2::from_shape_vec((rows, sizes[0]), x).unwrap();
    (mlp, Dataset { features, target: Target::Class { labels, n_classes } })
}

proptest! {
    #[test]
    fn any_order_and_any_stops_give_the_dense_counts(
        hidden in prop::collection::vec(1usize..12, 0..4),
        (inputs, n_classes, rows) in (1usize..6, 2usize..5, 1usize..60),
        (tanh, coarse) in (any::<bool>(), any::<bool>()),
        seed in 0u32..10_000,
        share in 0usize..4,
    ) {
        let task = Task::classification(n_classes);
        let sizes = [&[inputs], hidden.as_slice(), &[task.n_outputs()]].concat();
        let activation = if tanh { Activation::Tanh } else { Activation::Relu };
        let (mlp, data) = made(&sizes, n_classes, activation, rows, coarse, seed);
        let rows = Rows::all(&data);
        let n = mlp.n_weights();
        let mut order: Vec<usize> = (0..n).collect();
        let mut generator = Generator::new(i64::from(seed));
        (1..n).rev().for_each(|i| order.swap(i, generator.random() as usize % (i + 1)));
        let stops = (0..=n).filter(|_| share == 0 || (generator.random() as usize).is_multiple_of(share * share)).collect();
        let removals = Removals { order, stops };
        let mut sweep = Sweep::new(task, true);
        let points = loop {
            if let Some(points) = sweep.advance(&mlp, &removals, &rows) {
                break points;
            }
        };
        hold(&mlp, task, &removals, &points, &rows);
        prop_assert_eq!(sweep.spent(), multiply_adds(&mlp, &removals) * rows.len() as u64);
    }
}
