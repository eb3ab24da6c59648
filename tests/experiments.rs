//! Configs, runs and reports as those who use them see them.

mod common;

use common::runs::{finished, valid};
use prunelab::Error;
use prunelab::data::Dataset;
use prunelab::experiment::{Config, Event, Report, Run, Source, level_mask};
use prunelab::nn::{State, Trainer};
use prunelab::prune::criteria::magnitude;
use serde_json::{Value, json};

fn report(config: &Value) -> Report {
    finished(config).1
}

/// Why the config is not run, wherever that turns out.
fn refusal(config: &Value) -> Error {
    let checked = Config::from_json(&config.to_string()).and_then(|config| config.check(&Source::Generator));
    let run = match checked.and_then(Run::from_config) {
        Ok(run) => run,
        Err(e) => return e,
    };
    run.filter_map(Result::err).next().unwrap_or_else(|| panic!("{config} is not refused"))
}

#[test]
fn the_seed_experiment_prints_what_the_original_prints() {
    let report = report(&json!({}));
    let percent = |accuracy: f64| format!("{:.2}", 100.0 * accuracy);
    assert_eq!(format!("{:.4}", 100.0 * report.unpruned.scores.test_accuracy), "92.1333");
    let accuracies: Vec<String> = report.levels.iter().map(|level| percent(level.scores.test_accuracy)).collect();
    let original = [
        "92.13", "92.13", "92.13", "92.13", "92.13", "92.13", "92.13", "92.13", "92.00", "92.00", "92.27", "92.13",
        "92.13", "91.87", "91.60", "91.33", "90.67", "89.47", "87.47", "84.67",
    ];
    assert_eq!(accuracies, original);
    assert!(report.levels.iter().all(|level| level.total_params == 3073));
    assert_eq!(report.levels[0].nonzero_params, 3045);
    assert_eq!(report.levels[19].nonzero_params, 1665);
    assert_eq!(report.unpruned.effective_params, 3073);
    assert!(report.levels.iter().all(|level| level.effective_params < level.nonzero_params));
}

#[test]
fn digests_are_the_golden_ones() {
    let golden: Vec<Value> = serde_json::from_str(include_str!("digests.json")).unwrap();
    let digests: Vec<String> = golden.iter().map(|case| report(&case["config"]).digest).collect();
    let want: Vec<&str> = golden.iter().map(|case| case["digest"].as_str().unwrap()).collect();
    assert_eq!(digests, want);
}

#[test]
fn senseless_configs_are_refused_at_their_field_with_the_value() {
    let table: Vec<(Value, String, String)> = serde_json::from_str(include_str!("refusals.json")).unwrap();
    for (config, field, value) in table {
        let error = refusal(&config);
        let Error::Invalid { field: named, .. } = &error else { panic!("{config}: {error:?}") };
        assert_eq!(named, &field, "{config}: {error}");
        assert!(error.to_string().contains(&value), "{config}: {error}");
    }
}

#[test]
fn what_is_not_json_is_said_to_be_none() {
    for text in ["", "{", "{\"data\": {\"n_samples\": NaN}}", "{\"train\": {\"optimizer\": {\"lr\": 1e999}}}"] {
        let error = Config::from_json(text).unwrap_err();
        assert!(error.to_string().starts_with("the config cannot be read as JSON"), "{text}: {error}");
    }
}

#[test]
fn a_training_that_diverges_says_so_with_the_epoch() {
    let config = json!({"train": {"optimizer": {"kind": "sgd", "lr": 1e6, "weight_decay": 1e6}}});
    let error = refusal(&config);
    let Error::Diverged { epoch, .. } = error else { panic!("{error}") };
    assert!((1..=20).contains(&epoch), "{error}");
    assert!(error.to_string().contains(&format!("epoch {epoch}")), "{error}");
}

#[test]
fn an_untrained_network_and_a_logistic_regression_are_allowed() {
    let untrained = report(&json!({"train": {"epochs": 0}}));
    assert!(untrained.epochs.is_empty());
    let logistic = report(&json!({"model": {"hidden": []}}));
    assert_eq!(logistic.unpruned.total_params, 11);
}

#[test]
fn levels_by_threshold_report_the_same_cuts_as_levels_by_amount() {
    let by_amount = report(&json!({}));
    for level in &by_amount.levels {
        let at = level.threshold.unwrap();
        let levels = json!({"by": "threshold", "from": at, "to": at, "count": 1});
        let by_threshold = report(&json!({"prune": {"levels": levels}}));
        let same = &by_threshold.levels[0];
        assert_eq!((same.nonzero_params, same.scores), (level.nonzero_params, level.scores));
        assert_eq!(same.threshold, level.threshold);
        assert!((same.amount - level.amount).abs() <= 0.5 / 2816.0);
    }
}

#[test]
fn a_level_says_threshold_only_where_one_cut_describes_it() {
    let thresholds = |prune: Value| -> Vec<Option<f64>> {
        let config =
            json!({"data": {"n_samples": 100}, "model": {"hidden": [8]}, "train": {"epochs": 2}, "prune": prune});
        report(&config).levels.iter().map(|level| level.threshold).collect()
    };
    let levels = json!({"from": 0.0, "to": 1.0, "count": 3});
    let global = thresholds(json!({"levels": levels}));
    assert!(global[0].is_some() && global[1].is_some() && global[2].is_none(), "{global:?}");
    assert_eq!(thresholds(json!({"scope": "layer", "levels": levels})), [None; 3]);
    assert_eq!(thresholds(json!({"criterion": "random", "levels": levels})), [None; 3]);
}

#[test]
fn with_nothing_left_there_is_no_compression_ratio() {
    let config = json!({"train": {"epochs": 1}, "prune": {"levels": {"from": 1.0, "to": 1.0, "count": 1}}});
    let report = report(&config);
    let level = &report.levels[0];
    assert_eq!((level.sparsity, level.nonzero_params), (1.0, 257), "the biases stay");
    assert_eq!(level.effective_params, 1, "of which only the output's does anything");
    assert_eq!(level.compression_ratio, Some(3073.0 / 257.0));
}

#[test]
fn the_validation_part_comes_out_of_the_training_part() {
    let split = json!({"split": {"validation_size": 0.2, "stratify": true}, "train": {"epochs": 2}});
    let with = report(&split);
    assert_eq!((with.data.n_train, with.data.n_validation, with.data.n_test), (1400, 350, 750));
    assert!(with.levels.iter().all(|level| level.scores.validation_correct.is_some_and(|correct| correct <= 350)));
    let run = Run::from_config(valid(&split)).unwrap();
    let mut rows = run.rows().concat();
    rows.sort_unstable();
    assert_eq!(rows, (0..2500).collect::<Vec<_>>());
    let without = report(&json!({"train": {"epochs": 2}}));
    assert_eq!(without.unpruned.scores.validation_accuracy, None);
}

#[test]
fn a_run_resumed_from_its_state_ends_with_the_same_bits() {
    let config = |epochs: usize| {
        let train = json!({"epochs": epochs, "batch_size": 32});
        json!({"data": {"n_samples": 300}, "model": {"hidden": [12]}, "train": train})
    };
    let whole = report(&config(6));
    let mut first = Run::from_config(valid(&config(3))).unwrap();
    first.by_ref().for_each(|event| drop(event.unwrap()));
    let saved = serde_json::to_string(first.state()).unwrap();
    let state: State = serde_json::from_str(&saved).unwrap();

    let config = valid(&config(6));
    let data = config.config().data.generator();
    let dataset = Dataset::classes(data.generate(), data.n_classes());
    let mut rest = Run::new(config, dataset, state).unwrap();
    let Some(Ok(Event::Done { report: resumed })) = rest.by_ref().last() else { panic!("the run did not end well") };
    assert_eq!(resumed.epochs, whole.epochs[3..]);
    assert_eq!((resumed.unpruned, resumed.levels), (whole.unpruned, whole.levels));
}

#[test]
fn pruned_weights_stay_zero_after_any_further_training() {
    for optimizer in [json!({"lr": 0.05}), json!({"kind": "sgd", "lr": 0.1, "momentum": 0.9})] {
        let config = valid(&json!({"data": {"n_samples": 200}, "train": {"epochs": 3, "optimizer": optimizer}}));
        let mut run = Run::from_config(config.clone()).unwrap();
        run.by_ref().for_each(|event| drop(event.unwrap()));
        let mut state = run.state().clone();
        state.mask = level_mask(&config.config().prune, &state.mlp, &magnitude(&state.mlp), 0.4);
        let mask = state.mask.clone();
        mask.hold(&mut state.mlp);
        let train = run.dataset().select(run.rows()[0]);
        let mut trainer = Trainer::new(config.task(), config.config().train.optimizer.clone(), Some(16));
        let (before, mut batches) = (state.mlp.clone(), 0);
        while batches < 30 {
            let Some(_) = trainer.advance(&mut state, &train) else { continue };
            batches += 1;
            let cut = state.mlp.weights().zip(mask.kept()).filter(|(_, kept)| !**kept);
            assert!(cut.map(|(w, _)| w).all(|w| w == 0.0), "after batch {batches}");
        }
        assert_ne!(state.mlp, before, "the others went on learning");
    }
}

#[test]
fn events_come_in_order_and_progress_never_falls() {
    let config = json!({"model": {"hidden": [300, 300]}, "train": {"epochs": 2}, "prune": {"levels": {"count": 2}}});
    let mut run = Run::from_config(valid(&config)).unwrap();
    let (mut events, mut fractions) = (Vec::new(), vec![run.progress()]);
    while let Some(event) = run.next() {
        events.push(event.unwrap());
        fractions.push(run.progress());
    }
    let kinds: Vec<String> = events
        .iter()
        .map(|event| serde_json::to_value(event).unwrap()["type"].as_str().unwrap().to_string())
        .filter(|kind| kind != "progress")
        .collect();
    assert_eq!(kinds, ["dataset", "epoch", "epoch", "unpruned", "level", "level", "done"]);
    assert!(events.len() > 17, "a long run takes short steps");
    assert!(fractions.is_sorted(), "{fractions:?}");
    assert_eq!((fractions[0], fractions.last()), (0.0, Some(&1.0)));
}

#[test]
fn the_difference_of_a_config_reads_back_to_it() {
    for config in [
        json!({}),
        json!({"data": {"n_samples": 100}, "model": {"hidden": []}}),
        json!({"data": {"kind": "blobs", "centers": [[0, 0.5], [3, 1]], "cluster_std": [0.5, 1]}}),
        json!({"data": {"kind": "moons"}, "train": {"optimizer": {"kind": "sgd", "lr": 0.1}}}),
        json!({"data": {"weights": [0.9], "shift": null}, "prune": {"levels": {"by": "threshold", "to": 0.3}}}),
        json!({"train": {"early_stopping": {"patience": 5}}}),
        json!({"train": {"early_stopping": {"patience": 2}}}),
    ] {
        let whole = Config::from_json(&config.to_string()).unwrap();
        let difference = whole.difference();
        assert_eq!(Config::from_json(&difference.to_string()).unwrap(), whole);
        assert_eq!(Config::from_json(&whole.to_json().to_string()).unwrap(), whole);
        assert_eq!(difference.as_object().unwrap().len(), config.as_object().unwrap().len(), "{difference}");
    }
}

#[test]
fn a_report_reads_back_to_itself() {
    let config = json!({"data": {"n_samples": 100}, "split": {"validation_size": 0.2}, "train": {"epochs": 1}});
    let report = report(&config);
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}
