//! What training asks of the allocator.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use common::runs::valid;
use prunelab::data::Dataset;
use prunelab::experiment::{Run, ValidConfig};
use prunelab::nn::{State, Trainer};
use serde_json::{Value, json};

/// The system's allocator, with counts for each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<isize> = const { Cell::new(0) };
    static MOST_BYTES: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: every call is the system allocator's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        BYTES.set(BYTES.get() + layout.size() as isize);
        MOST_BYTES.set(MOST_BYTES.get().max(BYTES.get()));
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get() - layout.size() as isize);
        // SAFETY: the caller's.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn training_rows(config: &ValidConfig) -> Dataset {
    let run = Run::from_config(config.clone()).unwrap();
    run.dataset().select(run.rows()[0])
}

#[test]
fn training_allocates_nothing_after_its_first_batch() {
    let optimizers =
        [json!({"kind": "adam"}), json!({"kind": "adamw", "amsgrad": true}), json!({"kind": "sgd", "momentum": 0.9})];
    for (optimizer, batch_size) in optimizers.iter().flat_map(|o| [(o, json!(null)), (o, json!(50))]) {
        let config = valid(&json!({
            "data": {"n_samples": 700, "n_classes": 3, "n_informative": 4},
            "model": {"hidden": [20, 9], "activation": "tanh"},
            "train": {"batch_size": batch_size, "optimizer": optimizer, "epochs": 4},
        }));
        let train = training_rows(&config);
        let mut state = State::initial(&config);
        let settings = &config.config().train;
        let mut trainer = Trainer::new(config.task(), settings.optimizer.clone(), settings.batch_size);
        while trainer.advance(&mut state, &train).is_none() {}
        let before = ALLOCATIONS.get();
        assert!(before > 0);
        while state.epoch < settings.epochs {
            trainer.advance(&mut state, &train);
        }
        assert_eq!(ALLOCATIONS.get(), before, "{optimizer} with batches of {batch_size}");
    }
}

#[test]
fn a_run_takes_at_most_the_memory_known_before_it() {
    let one_epoch = |data: Value, hidden: &[usize], more: Value| {
        let mut config = json!({"data": data, "model": {"hidden": hidden}, "train": {"epochs": 1}});
        more.as_object().unwrap().iter().for_each(|(section, fields)| config[section] = fields.clone());
        config
    };
    for config in [
        json!({}),
        one_epoch(json!({"n_samples": 60_000, "n_features": 40}), &[8], json!({})),
        one_epoch(
            json!({"kind": "blobs", "n_samples": 40_000, "n_features": 60}),
            &[],
            json!({"train": {"epochs": 1, "batch_size": 500}}),
        ),
        one_epoch(json!({"kind": "moons", "n_samples": 200_000}), &[4], json!({})),
        one_epoch(
            json!({"n_samples": 3000, "n_classes": 3, "n_informative": 4}),
            &[300],
            json!({"split": {"validation_size": 0.4}, "prune": {"scope": "layer", "levels": {"count": 3}}}),
        ),
        one_epoch(
            json!({"n_samples": 40, "n_features": 50}),
            &[4000],
            json!({"train": {"epochs": 1, "optimizer": {"amsgrad": true}}, "prune": {"levels": {"count": 2}}}),
        ),
        one_epoch(
            json!({"n_samples": 60, "n_features": 300}),
            &[500],
            json!({"prune": {"schedule": {"kind": "iterative", "rounds": 3}, "biases": true}}),
        ),
        one_epoch(
            json!({"n_samples": 60, "n_features": 300}),
            &[300, 300],
            json!({"prune": {"granularity": "neuron", "recovery": 2, "levels": {"count": 5}}}),
        ),
        one_epoch(
            json!({"n_samples": 60, "n_features": 300}),
            &[500],
            json!({"split": {"validation_size": 0.3}, "train": {"epochs": 4, "early_stopping": {"patience": 1}}}),
        ),
        one_epoch(
            json!({"n_samples": 60, "n_features": 300}),
            &[300, 300],
            json!({
                "split": {"validation_size": 0.3}, "train": {"epochs": 4, "early_stopping": {}},
                "prune": {"recovery": 2, "levels": {"count": 1}},
            }),
        ),
        one_epoch(
            json!({"n_samples": 200, "n_features": 30}),
            &[200, 200],
            json!({"prune": {"criterion": "obs", "scope": "row", "levels": {"count": 2}}}),
        ),
        one_epoch(
            json!({"n_samples": 200, "n_features": 30}),
            &[200, 200],
            json!({"prune": {"criterion": "taylor", "oracle": true, "levels": {"count": 2}}}),
        ),
        one_epoch(
            json!({"kind": "spirals", "n_samples": 200}),
            &[90, 90, 90],
            json!({"train": {"epochs": 1, "optimizer": {"kind": "sgd"}}, "prune": {"criterion": "random"}}),
        ),
    ] {
        let valid = valid(&config);
        let before = BYTES.get();
        MOST_BYTES.set(before);
        Run::from_config(valid.clone()).unwrap().for_each(|event| drop(event.unwrap()));
        let took = (MOST_BYTES.get() - before) as u64;
        let known = valid.memory(size_of::<usize>());
        assert!(took <= known && known <= 2 * took, "{config}: {known} bytes known, {took} taken");
    }
}
