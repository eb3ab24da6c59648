//! Early stopping, held against a training that never stops and is judged by plain loops. The twin sees no test row, so
//! that the run, whose bits are the twin's, cannot have been led by one.

mod common;

use common::runs::{finished, valid};
use prunelab::Error;
use prunelab::data::Dataset;
use prunelab::experiment::{Event, Run, ValidConfig};
use prunelab::nn::{Activation, Mlp, State, Trainer};
use prunelab::prune::criteria::{Movement, magnitude};
use prunelab::prune::{Amount, ascending, l1_unstructured};
use serde_json::{Value, json};

/// A small experiment that soon knows its training rows by heart.
fn small(train: Value, prune: Value) -> Value {
    json!({
        "data": {"kind": "moons", "n_samples": 120, "noise": 0.35},
        "split": {"validation_size": 0.3, "test_size": 0.2},
        "model": {"hidden": [24, 10], "activation": "tanh"},
        "train": train,
        "prune": prune,
    })
}

/// The binary cross-entropy of `mlp` on `rows` and how many it is right about, in double precision.
fn scores(mlp: &Mlp, rows: &Dataset) -> (f64, usize) {
    let probability = |row: ndarray::ArrayView1<f32>| {
        let mut values: Vec<f64> = row.iter().map(|&x| f64::from(x)).collect();
        for layer in &mlp.layers {
            let outputs = layer.weight.rows().into_iter().zip(&layer.bias).map(|(weights, &bias)| {
                let sum: f64 = weights.iter().zip(&values).map(|(&w, x)| f64::from(w) * x).sum();
                sum + f64::from(bias)
            });
            let activation = |z: f64| match layer.activation {
                Some(Activation::Relu) => z.max(0.0),
                Some(Activation::Tanh) => libm::tanh(z),
                None => z,
            };
            values = outputs.map(activation).collect();
        }
        1.0 / (1.0 + libm::exp(-values[0]))
    };
    rows.features.rows().into_iter().zip(rows.labels()).fold((0.0, 0), |(loss, correct), (row, &label)| {
        let p = probability(row);
        let row_loss = -libm::log(if label == 1 { p } else { 1.0 - p }).max(-100.0);
        (loss + row_loss, correct + usize::from((p > 0.5) == (label == 1)))
    })
}

/// All that a training without end goes through: its states, validation losses and accuracies after 0, 1, … epochs, the
/// first loss infinite, and by which way the weights moved until then.
struct Twin {
    states: Vec<State>,
    losses: Vec<f64>,
    accuracies: Vec<f64>,
    /// Of the training rows in each epoch, each batch's before its update.
    train_accuracies: Vec<f64>,
    movement: Vec<Vec<f32>>,
}

impl Twin {
    fn of(run: &Run, config: &ValidConfig) -> Self {
        let settings = &config.config().train;
        let [train, validation] = [0, 1].map(|part| run.dataset().select(run.rows()[part]));
        let mut trainer = Trainer::new(config.task(), settings.optimizer.clone(), settings.batch_size);
        let mut state = State::initial(config);
        let mut movement = Movement::new(&state.mlp);
        let mut twin = Twin {
            states: vec![state.clone()],
            losses: vec![f64::INFINITY],
            accuracies: vec![0.0],
            train_accuracies: Vec::new(),
            movement: vec![movement.scores(&state.mlp)],
        };
        let (mut order, mut correct) = ((0..train.n_rows()).collect::<Vec<_>>(), 0);
        while state.epoch < settings.epochs {
            let start = trainer.rows_done() % train.n_rows();
            if settings.batch_size.is_some() && start == 0 {
                state.shuffle.clone().next_epoch(&mut order);
            }
            let before = state.mlp.clone();
            // These batches are small enough for one step.
            let batch = trainer.advance(&mut state, &train).expect("a whole batch");
            correct += scores(&before, &train.select(&order[start..trainer.rows_done()])).1;
            movement.record(&state.mlp, trainer.gradient());
            if batch.last {
                let (loss, right) = scores(&state.mlp, &validation);
                twin.losses.push(loss / validation.n_rows() as f64);
                twin.accuracies.push(right as f64 / validation.n_rows() as f64);
                twin.train_accuracies.push(std::mem::take(&mut correct) as f64 / train.n_rows() as f64);
                twin.movement.push(movement.scores(&state.mlp));
                twin.states.push(state.clone());
            }
        }
        twin
    }

    /// The best of the first `end` epochs.
    fn best(&self, end: usize) -> usize {
        (1..=end).min_by(|&a, &b| self.losses[a].total_cmp(&self.losses[b])).unwrap()
    }

    /// The best epoch, and the last that has to be trained to know it.
    fn chosen(&self, patience: usize) -> (usize, usize) {
        let last = self.states.len() - 1;
        let end = (1..=last).find(|&end| end - self.best(end) >= patience).unwrap_or(last);
        (self.best(end), end)
    }
}

#[test]
fn the_best_epoch_and_its_bits_are_those_of_a_training_that_never_stops() {
    let mut chosen = Vec::new();
    for (epochs, patience, batch_size, optimizer) in [
        (120, 1, json!(null), json!({"lr": 0.05})),
        (120, 4, json!(16), json!({"lr": 0.03})),
        (120, 9, json!(16), json!({"kind": "sgd", "lr": 0.3, "momentum": 0.9})),
        (40, 10_000, json!(10), json!({"kind": "adamw", "lr": 0.05})),
        (4, 2, json!(null), json!({"lr": 0.001})),
    ] {
        let train = json!({"epochs": epochs, "batch_size": batch_size, "optimizer": optimizer});
        let mut config = small(train, json!({"levels": {"count": 2}}));
        config["train"]["early_stopping"] = json!({"patience": patience});
        let (run, report) = finished(&config);
        let twin = Twin::of(&run, &valid(&config));
        let (best, end) = twin.chosen(patience);
        assert_eq!((report.best_epoch, report.epochs.len()), (Some(best), end), "{config}");
        assert_eq!(run.state(), &twin.states[best], "{config}");
        for (i, epoch) in report.epochs.iter().enumerate() {
            let (got, want) = (epoch.validation_loss.unwrap(), twin.losses[i + 1]);
            assert!((got - want).abs() <= 1e-5 * want, "epoch {}: {got} for {want}", epoch.epoch);
            assert_eq!(epoch.validation_accuracy, Some(twin.accuracies[i + 1]), "epoch {}", epoch.epoch);
            assert_eq!(epoch.train_accuracy, twin.train_accuracies[i], "epoch {}", epoch.epoch);
        }
        assert_eq!(report.unpruned.scores.validation_loss, report.epochs[best - 1].validation_loss);
        chosen.push((best, end, epochs));
    }
    let early = chosen.iter().filter(|&&(best, end, epochs)| 1 < best && best < end && end < epochs).count();
    assert!(early >= 2, "some stop early: {chosen:?}");
    assert!(
        chosen.iter().any(|&(best, end, epochs)| best < end && end == epochs),
        "one goes back at the end: {chosen:?}"
    );
    assert!(chosen.iter().any(|&(best, _, epochs)| best == epochs), "one is best at the end: {chosen:?}");
}

/// A training that stops early.
fn stopping() -> Value {
    json!({"epochs": 120, "batch_size": 16, "optimizer": {"lr": 0.03}, "early_stopping": {"patience": 4}})
}

#[test]
fn what_follows_a_pruning_goes_on_from_the_best_epoch() {
    for prune in [
        json!({"recovery": 3, "levels": {"from": 0.4, "to": 0.4, "count": 1}}),
        json!({"recovery": 3, "schedule": {"kind": "iterative", "fraction": 0.4, "rounds": 1, "rewind": null}}),
    ] {
        let config = small(stopping(), prune);
        let (run, report) = finished(&config);
        let config = valid(&config);
        let twin = Twin::of(&run, &config);
        let (best, _) = twin.chosen(4);
        let mut state = twin.states[best].clone();
        l1_unstructured(&magnitude(&state.mlp), state.mask.kept_mut(), Amount::Fraction(0.4)).unwrap();
        state.mask.hold(&mut state.mlp);
        let settings = &config.config().train;
        let mut trainer = Trainer::new(config.task(), settings.optimizer.clone(), settings.batch_size);
        let train = run.dataset().select(run.rows()[0]);
        while state.epoch < best + 3 {
            trainer.advance(&mut state, &train);
        }
        assert_eq!(run.network(0), Some((state.mlp, state.mask)));
        assert_eq!(report.levels[0].epochs, best + 3);
        assert!(report.levels[0].control.is_some());
    }
}

#[test]
fn movement_is_that_of_all_epochs_until_the_best() {
    for schedule in
        [json!({"kind": "one_shot"}), json!({"kind": "iterative", "fraction": 0.5, "rounds": 1, "rewind": null})]
    {
        let levels = json!({"from": 0.5, "to": 0.5, "count": 1});
        let prune = json!({"criterion": "movement", "schedule": schedule, "recovery": 1, "levels": levels});
        let config = small(stopping(), prune);
        let (run, _) = finished(&config);
        let twin = Twin::of(&run, &valid(&config));
        let (best, end) = twin.chosen(4);
        let leaves = |epoch: usize| {
            let order = ascending(&twin.movement[epoch]);
            let mut leaves = order[..order.len() / 2].to_vec();
            leaves.sort_unstable();
            leaves
        };
        let (_, mask) = run.network(0).unwrap();
        let left: Vec<usize> = (0..mask.kept().len()).filter(|&index| !mask.kept()[index]).collect();
        assert_eq!(left, leaves(best));
        assert_ne!(left, leaves(end), "otherwise this would show nothing");
    }
}

#[test]
fn without_it_nothing_is_evaluated_after_an_epoch() {
    let (_, report) = finished(&small(json!({"epochs": 3}), json!({})));
    assert_eq!(report.best_epoch, None);
    assert!(report.epochs.iter().all(|epoch| epoch.validation_loss.is_none() && epoch.validation_accuracy.is_none()));
}

#[test]
fn progress_never_falls_whenever_a_training_stops() {
    let mut never = stopping();
    never["early_stopping"]["patience"] = json!(10_000);
    for (train, prune) in [
        (stopping(), json!({"levels": {"count": 3}})),
        (stopping(), json!({"recovery": 2, "levels": {"count": 3}})),
        (never, json!({"levels": {"count": 3}})),
    ] {
        let mut run = Run::from_config(valid(&small(train.clone(), prune))).unwrap();
        let (mut fractions, mut epochs) = (vec![run.progress()], 0);
        while let Some(event) = run.next() {
            match event.unwrap() {
                Event::Epoch(epoch) => {
                    epochs += 1;
                    assert_eq!(epoch.epoch, epochs);
                    assert!(epoch.validation_loss.is_some());
                }
                Event::Done { report } => assert_eq!(report.epochs.len(), epochs),
                _ => {}
            }
            fractions.push(run.progress());
        }
        assert!(fractions.is_sorted(), "{train}: {fractions:?}");
        assert_eq!((fractions[0], fractions.last()), (0.0, Some(&1.0)));
        assert!(fractions[fractions.len() - 2] > 0.8, "{train}: {fractions:?}");
    }
}

#[test]
fn large_validation_parts_are_evaluated_in_short_steps() {
    let config = json!({
        "data": {"n_samples": 1200}, "split": {"validation_size": 0.5}, "model": {"hidden": [400, 400]},
        "train": {"epochs": 1, "early_stopping": {}}, "prune": {"levels": {"count": 1}},
    });
    let mut run = Run::from_config(valid(&config)).unwrap();
    let before_unpruned = run.position(|event| matches!(event.unwrap(), Event::Unpruned { .. })).unwrap();
    let multiply_adds = (10 + 400 + 1) * 400 * (3 * 420 + 420 + 360 + 420);
    assert!(before_unpruned > multiply_adds / 40_000_000, "{before_unpruned} steps");
}

#[test]
fn a_training_that_diverges_on_the_validation_part_says_so() {
    // The first epoch's own loss is that of before its update, which is far too large.
    let mut config = small(json!({"epochs": 2, "optimizer": {"lr": 1e6}, "early_stopping": {}}), json!({}));
    config["model"] = json!({"hidden": [8, 8, 8, 8, 8, 8, 8, 8]});
    let error = Run::from_config(valid(&config)).unwrap().find_map(Result::err);
    assert_eq!(error, Some(Error::Diverged { what: "the loss on rows held out", epoch: 1 }));
}
