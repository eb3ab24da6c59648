//! What training asks of the allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use prunelab::data::Dataset;
use prunelab::experiment::{Config, Run, Source, ValidConfig};
use prunelab::nn::{State, Trainer};
use serde_json::json;

/// The system's allocator, with counts for each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is the system allocator's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn valid(config: &serde_json::Value) -> ValidConfig {
    Config::from_json(&config.to_string()).unwrap().check(&Source::Generator).unwrap()
}

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
