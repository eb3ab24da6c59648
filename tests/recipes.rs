//! Ways of pruning from end to end: what each promises of its networks, held against plain loops.

mod common;

use common::runs::{finished, valid};
use proptest::prelude::*;
use prunelab::experiment::{Config, Criterion, Event, Run, ValidConfig};
use prunelab::nn::{Activation, Evaluation, Mask, Mlp, Rows, Score, State, Task, Trainer, Workspace, forward};
use prunelab::prune::criteria::{self, spearman};
use prunelab::prune::curve::Points;
use prunelab::prune::{Amount, CubicSchedule, Rounding, Size, compact, l1_unstructured, ln_structured};
use prunelab::random::Generator;
use serde_json::{Value, json};

/// A small experiment with such a way of pruning.
fn small(prune: Value) -> Value {
    json!({
        "data": {"kind": "moons", "n_samples": 240, "noise": 0.2},
        "split": {"validation_size": 0.25},
        "model": {"hidden": [12, 7]},
        "train": {"epochs": 6, "batch_size": 32},
        "prune": prune,
    })
}

/// The state after so many epochs of the config's own training, from `state` on.
fn trained(run: &Run, config: &ValidConfig, mut state: State, epochs: usize) -> State {
    let train = &config.config().train;
    let rows = run.dataset().select(run.rows()[0]);
    let mut trainer = Trainer::new(config.task(), train.optimizer.clone(), train.batch_size);
    while state.epoch < epochs {
        let mask = state.mask.clone();
        trainer.advance(&mut state, &rows);
        assert_held(&state.mlp, &mask);
    }
    state
}

fn assert_held(mlp: &Mlp, mask: &Mask) {
    assert!(mlp.weights().zip(mask.kept()).all(|(w, &kept)| kept || w == 0.0));
    assert!(mlp.biases().zip(mask.kept_biases()).all(|(b, &kept)| kept || b == 0.0));
}

fn score(mlp: &Mlp, task: Task, rows: &Rows) -> Score {
    let (mut evaluation, mut workspace) = (Evaluation::default(), Workspace::default());
    loop {
        if let Some(score) = evaluation.advance(mlp, task, rows, &mut workspace) {
            return score;
        }
    }
}

fn global_magnitude(mlp: &Mlp, mask: &mut Mask, amount: Amount) {
    let weights: Vec<f32> = mlp.weights().collect();
    l1_unstructured(&weights, mask.kept_mut(), amount).unwrap();
}

#[test]
fn a_rewound_network_has_the_weights_it_had_then_and_is_trained_as_it_was() {
    for early in [0, 2] {
        let config = small(json!({"schedule": {"kind": "iterative", "fraction": 0.3, "rounds": 3, "rewind": early}}));
        let (run, report) = finished(&config);
        let config = valid(&config);
        let saved = trained(&run, &config, State::initial(&config), early);
        let mut state = trained(&run, &config, saved.clone(), 6);
        assert_eq!(state.mlp, run.state().mlp);
        for round in 0..3 {
            global_magnitude(&state.mlp, &mut state.mask, Amount::Fraction(0.3));
            state = State { mask: state.mask, ..saved.clone() };
            state.mask.hold(&mut state.mlp);
            for (now, then) in state.mlp.weights().zip(saved.mlp.weights()) {
                assert!(now == then || now == 0.0);
            }
            state = trained(&run, &config, state, 6);
            assert_eq!(run.network(round), Some((state.mlp.clone(), state.mask.clone())), "round {round}");
            let level = &report.levels[round];
            assert_eq!((level.epochs, level.control), (6, None));
            let density = (0..=round).fold(1.0, |density, _| density * 0.7);
            assert!((level.amount - (1.0 - density)).abs() < 1e-12);
            assert!((level.sparsity - level.amount).abs() <= 2.0 / 115.0, "{} for {}", level.sparsity, level.amount);
        }
    }
}

#[test]
fn recovery_goes_on_with_the_optimiser_and_holds_the_mask() {
    let prune = json!({"recovery": 4, "levels": {"from": 0.3, "to": 0.9, "count": 3}});
    let (run, report) = finished(&small(prune.clone()));
    let config = valid(&small(prune));
    for (i, level) in report.levels.iter().enumerate() {
        let mut state = run.state().clone();
        global_magnitude(&state.mlp, &mut state.mask, Amount::Fraction(level.amount));
        state.mask.hold(&mut state.mlp);
        let state = trained(&run, &config, state, 10);
        assert_eq!(run.network(i), Some((state.mlp, state.mask)));
        assert_eq!(level.epochs, 10);
        // The control is the unpruned network, trained on.
        let control = trained(&run, &config, run.state().clone(), 10);
        let [_, validation, test] = run.rows().map(|rows| Rows::all(&run.dataset().select(rows)));
        let scores = level.control.unwrap();
        assert_eq!(scores.test_correct, score(&control.mlp, config.task(), &test).correct);
        assert_eq!(scores.validation_correct, Some(score(&control.mlp, config.task(), &validation).correct));
        assert_eq!(scores.validation_gap, Some(scores.validation_accuracy.unwrap() - scores.test_accuracy));
    }
}

#[test]
fn rounds_without_rewinding_go_on_from_one_another() {
    let config =
        small(json!({"schedule": {"kind": "iterative", "fraction": 0.4, "rounds": 3, "rewind": null}, "recovery": 2}));
    let (run, report) = finished(&config);
    let config = valid(&config);
    let mut state = run.state().clone();
    let mut control = run.state().clone();
    for (round, level) in report.levels.iter().enumerate() {
        global_magnitude(&state.mlp, &mut state.mask, Amount::Fraction(0.4));
        state.mask.hold(&mut state.mlp);
        state = trained(&run, &config, state, 6 + 2 * (round + 1));
        assert_eq!(run.network(round), Some((state.mlp.clone(), state.mask.clone())));
        control = trained(&run, &config, control, state.epoch);
        let test = Rows::all(&run.dataset().select(run.rows()[2]));
        assert_eq!(level.control.unwrap().test_correct, score(&control.mlp, config.task(), &test).correct);
    }
}

#[test]
fn gradual_pruning_follows_the_cubic_epoch_by_epoch() {
    let config = small(
        json!({"schedule": {"kind": "gradual", "from": 1, "to": 5}, "levels": {"from": 0.5, "to": 0.8, "count": 2}}),
    );
    let (run, report) = finished(&config);
    let config = valid(&config);
    for (i, level) in report.levels.iter().enumerate() {
        let schedule = CubicSchedule { initial: 0.0, target: level.amount, t0: 1.0, n: 4.0, dt: 1.0 };
        let mut state = State::initial(&config);
        for epoch in 1..=6 {
            state = trained(&run, &config, state, epoch);
            let whole = Rounding::HalfEven.count(schedule.sparsity(epoch as f64), 115);
            let more = whole - state.mask.n_pruned();
            global_magnitude(&state.mlp, &mut state.mask, Amount::Count(more));
            state.mask.hold(&mut state.mlp);
        }
        assert_eq!(run.network(i), Some((state.mlp, state.mask)));
        assert_eq!((level.epochs, level.control), (6, None));
    }
}

#[test]
fn snip_prunes_the_untrained_network_and_trains_what_is_left() {
    let prune = json!({
        "criterion": "taylor", "schedule": {"kind": "initialisation"}, "levels": {"from": 0.2, "to": 0.9, "count": 3},
    });
    let (run, report) = finished(&small(prune.clone()));
    let config = valid(&small(prune));
    let rows = Rows::all(&run.dataset().select(run.rows()[0]));
    for (i, level) in report.levels.iter().enumerate() {
        let mut state = State::initial(&config);
        let data = criteria::Calibration { mlp: &state.mlp, task: config.task(), rows: &rows };
        let scores = criteria::taylor(&data);
        l1_unstructured(&scores, state.mask.kept_mut(), Amount::Fraction(level.amount)).unwrap();
        state.mask.hold(&mut state.mlp);
        let state = trained(&run, &config, state, 6);
        assert_eq!(run.network(i), Some((state.mlp, state.mask)));
    }
}

#[test]
fn neurons_go_by_the_norm_of_their_weights_and_the_network_gets_smaller() {
    let (run, report) = finished(&small(
        json!({"granularity": "neuron", "scope": "layer", "levels": {"from": 0.25, "to": 0.75, "count": 3}}),
    ));
    let unpruned = &run.state().mlp;
    for (i, level) in report.levels.iter().enumerate() {
        let (mlp, _) = run.network(i).unwrap();
        let mut widths = Vec::new();
        for (own, layer) in mlp.layers[..2].iter().zip(&unpruned.layers) {
            let shape = (layer.outputs(), layer.inputs());
            // As if nothing below had been pruned.
            let mut kept = vec![true; layer.weight.len()];
            ln_structured(layer.weights(), &mut kept, shape, Amount::Fraction(level.amount), 2.0, 0).unwrap();
            let stays: Vec<bool> = kept.chunks(shape.1).map(|row| row[0]).collect();
            let found: Vec<bool> = own.weight.rows().into_iter().map(|row| row.iter().any(|&w| w != 0.0)).collect();
            assert_eq!(found, stays);
            assert!(own.bias.iter().zip(&stays).all(|(&b, &stays)| stays == (b != 0.0)));
            widths.push(stays.iter().filter(|&&stays| stays).count());
        }
        let compacted = compact(&mlp);
        assert_eq!(
            compacted.layers.iter().map(|layer| layer.outputs()).collect::<Vec<_>>(),
            [&widths[..], &[1]].concat()
        );
        let params = (2 + 1) * widths[0] + (widths[0] + 1) * widths[1] + widths[1] + 1;
        assert_eq!(level.compaction.params, [135, params]);
        assert_eq!(level.nonzero_params, params);
    }
}

#[test]
fn two_of_four_neighbours_stay_by_the_definition() {
    for (granularity, n, m) in [("2:4", 2, 4), ("4:8", 4, 8)] {
        let (run, report) = finished(&small(json!({"granularity": granularity})));
        let (mlp, _) = run.network(0).unwrap();
        assert_eq!(report.levels.len(), 1);
        let mut pruned = 0;
        for (layer, before) in mlp.layers.iter().zip(&run.state().mlp.layers) {
            for (row, before) in layer.weights().chunks(layer.inputs()).zip(before.weights().chunks(layer.inputs())) {
                for (group, before) in row.chunks(m).zip(before.chunks(m)) {
                    let kept: Vec<f32> = group.iter().copied().filter(|&w| w != 0.0).map(f32::abs).collect();
                    assert_eq!(kept.len(), n.min(group.len()));
                    let smallest = kept.iter().copied().fold(f32::INFINITY, f32::min);
                    assert!(before.iter().zip(group).all(|(b, &w)| w != 0.0 || b.abs() <= smallest));
                    pruned += group.len() - kept.len();
                }
            }
        }
        assert_eq!(report.levels[0].amount, pruned as f64 / 115.0);
    }
}

#[test]
fn protected_layers_keep_all_and_biases_may_go() {
    let (run, report) = finished(&small(json!({"protect": [1], "levels": {"from": 0.9, "to": 0.9, "count": 1}})));
    let (mlp, _) = run.network(0).unwrap();
    assert_eq!(mlp.layers[1], run.state().mlp.layers[1]);
    assert_eq!(report.levels[0].layer_densities[1], 1.0);
    let left = mlp.layers[0].weight.iter().chain(&mlp.layers[2].weight).filter(|&&w| w != 0.0).count();
    assert_eq!(left, 31 - 28, "28 of 24 + 7 go");

    let levels = json!({"from": 0.5, "to": 1.0, "count": 2});
    let (run, report) = finished(&small(json!({"biases": true, "recovery": 2, "levels": levels})));
    let (mlp, mask) = run.network(0).unwrap();
    assert_held(&mlp, &mask);
    assert_eq!(report.levels[0].nonzero_params, 135 - 68, "a half of 135, rounded to even, goes");
    assert_eq!((report.levels[1].nonzero_params, report.levels[1].compression_ratio), (0, None));
}

#[test]
fn a_collapsed_network_is_said_to_be_one() {
    let (run, report) = finished(&json!({"prune": {"levels": {"from": 0.93, "to": 0.93, "count": 1}}}));
    let (mlp, _) = run.network(0).unwrap();
    assert!(mlp.layers[1].weight.iter().all(|&w| w == 0.0));
    let level = &report.levels[0];
    assert_eq!(
        level.collapse.as_deref(),
        Some("at amount 0.93 layer 2 has no weight left: the output no longer depends on the input")
    );
    assert_eq!(level.layer_densities[1], 0.0);
    let (_, whole) = finished(&small(json!({"levels": {"from": 0.0, "to": 0.1, "count": 2}})));
    assert!(whole.levels.iter().all(|level| level.collapse.is_none()));
}

#[test]
fn compaction_changes_no_output_by_more_than_rounding() {
    for prune in [
        json!({"levels": {"from": 0.0, "to": 1.0, "count": 9}}),
        json!({"scope": "layer", "recovery": 2, "levels": {"from": 0.3, "to": 0.97, "count": 4}}),
        json!({"criterion": "random", "scope": "row"}),
        json!({"granularity": "neuron", "levels": {"from": 0.2, "to": 0.8, "count": 4}}),
    ] {
        for activation in ["relu", "tanh"] {
            let mut config = small(prune.clone());
            config["model"]["activation"] = json!(activation);
            let (run, report) = finished(&config);
            for (i, level) in report.levels.iter().enumerate() {
                let (mlp, _) = run.network(i).unwrap();
                let compaction = &level.compaction;
                assert!(compaction.largest_output > 0.0);
                assert!(compaction.largest_difference <= 1e-6 * compaction.largest_output, "{compaction:?}");
                let (before, after) = (Size::of(&mlp), Size::of(&compact(&mlp)));
                assert_eq!(compaction.multiply_adds, [before.multiply_adds, after.multiply_adds]);
                assert_eq!(compaction.bytes, [4 * 135, 4 * compaction.params[1]]);
                assert_eq!(level.theoretical_speedup, before.theoretical_speedup());
            }
        }
    }
}

#[test]
fn operating_points_are_the_least_pruning_that_reaches_them() {
    let (run, report) = finished(&json!({}));
    let curve = run.curve().unwrap();
    let points = &report.operating_points;
    assert_eq!(points.iter().map(|point| point.target).collect::<Vec<_>>(), [2.0, 4.0, 8.0, 16.0, 32.0]);
    for point in &points[..3] {
        // Every weight of the seed network is something, so the non-zero parameters are 3073 - k.
        let k = (0..=2816).find(|k| 3073.0 / (3073 - k) as f64 >= point.target).unwrap();
        assert_eq!(point.amount, Some(k as f64 / 2816.0));
        assert_eq!(point.compression_ratio, Some(3073.0 / (3073 - k) as f64));
        assert_eq!(point.scores.unwrap().test_correct, curve.test.correct[k] as usize);
    }
    for point in &points[3..] {
        let why = point.missing.as_deref().unwrap();
        assert_eq!(why, "the 257 parameters that cannot be pruned leave at most 11.96×");
        assert_eq!(point.scores, None);
    }
}

#[test]
fn an_operating_point_missed_by_one_parameter_is_not_said_to_be_reached() {
    // 401 parameters, of which 201 are left: in two digits that would be 2.00×.
    let with = |prune: Value| {
        let mut config = small(prune);
        config["model"]["hidden"] = json!([100]);
        finished(&config).1.operating_points
    };
    let levels = json!({"from": 0.5, "to": 2.0 / 3.0, "count": 2});
    for (prune, why) in [
        (json!({"recovery": 1, "levels": levels}), "the smallest level keeps 201 of 401 parameters, 1.995×"),
        (json!({"protect": [1]}), "the 201 parameters that cannot be pruned leave at most 1.995×"),
    ] {
        for point in with(prune) {
            assert_eq!(point.missing.as_deref(), Some(why), "{}×", point.target);
        }
    }
    // One weight more, and it is reached.
    let levels = json!({"from": 201.0 / 300.0, "to": 201.0 / 300.0, "count": 1});
    let points = with(json!({"recovery": 1, "levels": levels}));
    assert_eq!((points[0].missing.as_ref(), points[0].compression_ratio), (None, Some(401.0 / 200.0)));
    // Where nothing is left, none is missed.
    let everything = json!({"biases": true, "levels": {"from": 0.5, "to": 1.0, "count": 2}});
    assert!(with(everything).iter().all(|point| point.missing.is_none() && point.scores.is_some()));
}

#[test]
fn levels_of_any_criterion_lie_on_its_exact_curve() {
    let levels = json!({"from": 0.0, "to": 1.0, "count": 8});
    for prune in [
        json!({"criterion": "taylor", "levels": levels}),
        json!({"criterion": "obd", "scope": "layer", "rounding": "floor", "levels": levels}),
        json!({"criterion": "wanda", "scope": "row", "levels": levels}),
        json!({"criterion": "movement", "protect": [0], "levels": levels}),
        json!({"criterion": "oracle", "rounding": "ceil", "scope": "row", "levels": levels}),
        json!({"criterion": "absolute_oracle", "levels": levels}),
        json!({"criterion": "random", "scope": "row", "rounding": "half_up", "levels": levels}),
        json!({"protect": [2], "levels": {"by": "threshold", "from": 0.0, "to": 0.6, "count": 8}}),
    ] {
        let (run, report) = finished(&small(prune.clone()));
        let curve = run.curve().unwrap();
        let mut before = Mask::full(&run.state().mlp);
        for (i, level) in report.levels.iter().enumerate() {
            let (_, mask) = run.network(i).unwrap();
            let k = mask.n_pruned();
            assert!(curve.removals.order[..k].iter().all(|&index| !mask.kept()[index]), "{prune} {}", level.amount);
            assert_eq!(level.scores.test_correct, curve.test.correct[k] as usize, "{prune} {}", level.amount);
            // What has left stays away.
            assert!(before.kept().iter().zip(mask.kept()).all(|(&before, &now)| before || !now));
            assert_eq!(level.nonzero_params, 135 - k);
            before = mask;
        }
        assert_eq!(
            run.sweep().unwrap(),
            report.levels.iter().map(|level| level.scores.test_correct as u32).collect::<Vec<_>>()
        );
    }
}

#[test]
fn other_criteria_are_compared_on_the_same_network() {
    let (mut run, _) = finished(&small(json!({"recovery": 1})));
    let rows = Rows::all(&run.dataset().select(run.rows()[0]));
    let mlp = run.state().mlp.clone();
    let data = criteria::Calibration { mlp: &mlp, task: Task::Binary, rows: &rows };
    let truth = criteria::Oracle::scores(&data);
    for (name, criterion) in [
        ("magnitude", Criterion::Magnitude),
        ("taylor", Criterion::Taylor),
        ("movement", Criterion::Movement),
        ("random", Criterion::Random),
        ("oracle", Criterion::Oracle),
        ("absolute_oracle", Criterion::AbsoluteOracle),
    ] {
        run.compare(criterion);
        let compared = (0..10_000).find_map(|_| run.comparison()).unwrap();
        assert_eq!(run.comparison(), None);
        let (own, report) = finished(&small(json!({"criterion": name, "oracle": true})));
        assert_eq!(Some(compared.effective_params), own.effective_params(), "{name}");
        let (curve, whole) = (compared.curve, own.curve().unwrap());
        assert_eq!(curve.removals, whole.removals, "{name}");
        let without_loss = |points: &Points| Points { loss: Vec::new(), ..points.clone() };
        assert_eq!(curve.test, without_loss(&whole.test), "{name}");
        assert_eq!(curve.validation, whole.validation.as_ref().map(without_loss), "{name}");
        assert_eq!(compared.oracle_correlation, report.oracle_correlation, "{name}");
        assert_eq!(compared.absolute_oracle_correlation, report.absolute_oracle_correlation, "{name}");
        if criterion == Criterion::Magnitude {
            let [signed, absolute] = [truth.clone(), truth.iter().map(|change| change.abs()).collect()]
                .map(|truth| spearman(&criteria::magnitude(&mlp), &truth));
            assert_ne!(signed, absolute, "otherwise this would show nothing");
            assert_eq!((compared.oracle_correlation, compared.absolute_oracle_correlation), (signed, absolute));
        }
    }
}

/// `mlp` with its hidden neurons in another order: neuron n of layer l is what was neuron `orders[l][n]`.
fn permuted(mlp: &Mlp, orders: &[Vec<usize>]) -> Mlp {
    let mut other = mlp.clone();
    let same = |n: usize| (0..n).collect::<Vec<_>>();
    for (l, (own, layer)) in other.layers.iter_mut().zip(&mlp.layers).enumerate() {
        let rows = orders.get(l).cloned().unwrap_or_else(|| same(layer.outputs()));
        let columns = l.checked_sub(1).map_or(same(layer.inputs()), |below| orders[below].clone());
        for (n, &from) in rows.iter().enumerate() {
            own.bias[n] = layer.bias[from];
            columns.iter().enumerate().for_each(|(k, &source)| own.weight[[n, k]] = layer.weight[[from, source]]);
        }
    }
    other
}

proptest! {
    #[test]
    fn permuting_hidden_neurons_permutes_the_masks_and_changes_no_accuracy(
        seed in 0i64..1000, scope in prop::sample::select(vec!["global", "layer", "row"]),
        granularity in prop::sample::select(vec!["weight", "neuron"]), amount in 0.0f64..1.0,
    ) {
        let scope = if granularity == "neuron" && scope == "row" { "layer" } else { scope };
        let prune = json!({"prune": {"scope": scope, "granularity": granularity}});
        let prune = Config::from_json(&prune.to_string()).unwrap().prune;
        let mut generator = Generator::new(seed);
        let mlp = Mlp::init(&[3, 9, 6, 1], Activation::Relu, &mut generator);
        let orders = [9usize, 6].map(|n| {
            let mut order: Vec<usize> = (0..n).collect();
            let draws = generator.rand(n);
            order.sort_by(|&a, &b| draws[a].total_cmp(&draws[b]));
            order
        });
        let other = permuted(&mlp, &orders);
        let pruned = |mlp: &Mlp| {
            prunelab::experiment::level_mask(&prune, mlp, &criteria::magnitude(mlp), amount).applied(mlp)
        };
        // Norms of neurons are summed in the order of their weights.
        if granularity == "weight" {
            prop_assert_eq!(permuted(&pruned(&mlp), &orders), pruned(&other));
        }
        let features = ndarray::Array2::from_shape_vec((60, 3), generator.rand(180)).unwrap();
        let labels = (0..60).map(|row| row % 2).collect();
        let target = prunelab::data::Target::Class { labels, n_classes: 2 };
        let rows = Rows::all(&prunelab::data::Dataset { features, target });
        let logits = |mlp: &Mlp| {
            let mut workspace = Workspace::default();
            workspace.packed.pack(mlp);
            forward(mlp, rows.chunk(0..60).0, 60, &mut workspace)[..60].to_vec()
        };
        // Sums in another order round otherwise, which only a row on the boundary may notice.
        for (one, two) in logits(&pruned(&mlp)).into_iter().zip(logits(&pruned(&other))) {
            prop_assert!((one > 0.0) == (two > 0.0) || one.abs().max(two.abs()) < 1e-6, "{} and {}", one, two);
        }
    }
}

#[test]
fn progress_never_falls_on_any_way_and_ends_at_one() {
    let levels = json!({"from": 0.3, "to": 0.9, "count": 3});
    for prune in [
        json!({"recovery": 3, "levels": levels}),
        json!({"criterion": "obd", "schedule": {"kind": "gradual", "to": 4}, "recovery": 2, "levels": levels}),
        json!({"criterion": "oracle", "schedule": {"kind": "iterative", "rounds": 3}, "oracle": true}),
        json!({"criterion": "obs", "schedule": {"kind": "iterative", "rounds": 3, "rewind": null}, "recovery": 2}),
        json!({"criterion": "random", "granularity": "2:4", "schedule": {"kind": "initialisation"}}),
    ] {
        let mut run = Run::from_config(valid(&small(prune.clone()))).unwrap();
        let (mut fractions, mut levels) = (vec![run.progress()], 0);
        while let Some(event) = run.next() {
            if let Event::Level { index, .. } = event.unwrap() {
                assert_eq!(index, levels);
                levels += 1;
            }
            fractions.push(run.progress());
        }
        assert!(fractions.is_sorted(), "{prune}: {fractions:?}");
        assert_eq!((fractions[0], fractions.last()), (0.0, Some(&1.0)));
        let before = fractions[fractions.len() - 2];
        assert!(before > 0.8, "{prune}: {before} before the last step");
        assert_eq!(levels, run.network(levels).map_or(levels, |_| 0), "{prune}: as many networks as levels");
    }
}
