//! Which way of pruning the seed network to an eighth costs least: every recipe over ten seeds, chosen by validation.
//!
//! ```sh
//! cargo run --release --example recipes
//! ```
//!
//! Seed s is that of the data, the split and the initial weights. A fifth of the training part validates; each recipe
//! stands where it first reaches a compression ratio of 8. The table, in Markdown, is ordered by what validation says; the
//! last line is the best recipe's `prune`.

use std::process::ExitCode;

use prunelab::experiment::{Config, Event, OperatingPoint, Report, Run, Source};
use serde_json::{Value, json};

const SEEDS: u32 = 10;
/// The compression ratio that is asked for.
const TARGET: f64 = 8.0;

/// What is pruned how, in words and as a config's `prune`.
fn recipes() -> Vec<(&'static str, Value)> {
    let weights = json!({"from": 0.955, "to": 0.955, "count": 1});
    let with_biases = json!({"from": 0.8751, "to": 0.8751, "count": 1});
    let neurons = json!({"from": 0.879, "to": 0.879, "count": 1});
    let rounds = |fraction: f64, rewind: Option<usize>| json!({"kind": "iterative", "fraction": fraction, "rounds": 10, "rewind": rewind});
    let neuron =
        |criterion: &str| json!({"granularity": "neuron", "criterion": criterion, "recovery": 20, "levels": neurons});
    let layer = |criterion: &str| json!({"scope": "layer", "criterion": criterion, "recovery": 20, "levels": weights});
    vec![
        ("weights by magnitude, at once", json!({"levels": weights})),
        ("weights by magnitude, 20 epochs of recovery", json!({"levels": weights, "recovery": 20})),
        (
            "weights and biases by magnitude, 20 epochs of recovery",
            json!({"biases": true, "levels": with_biases, "recovery": 20}),
        ),
        ("weights by magnitude, layer by layer, 20 epochs of recovery", layer("magnitude")),
        ("weights by Taylor, layer by layer, 20 epochs of recovery", layer("taylor")),
        ("weights by Optimal Brain Damage, layer by layer, 20 epochs of recovery", layer("obd")),
        ("weights by Optimal Brain Surgeon, layer by layer, 20 epochs of recovery", layer("obs")),
        ("weights by Wanda, layer by layer, 20 epochs of recovery", layer("wanda")),
        ("weights by movement, layer by layer, 20 epochs of recovery", layer("movement")),
        (r"weights by \|oracle\|, at once", json!({"criterion": "absolute_oracle", "levels": weights})),
        (
            r"weights by \|oracle\|, 20 epochs of recovery",
            json!({"criterion": "absolute_oracle", "recovery": 20, "levels": weights}),
        ),
        (
            r"weights by \|oracle\|, 27 % a round, 5 epochs of recovery a round",
            json!({"criterion": "absolute_oracle", "schedule": rounds(0.27, None), "recovery": 5}),
        ),
        (
            "weights by magnitude, layer by layer, 27 % a round, rewound to the start",
            json!({"scope": "layer", "schedule": rounds(0.27, Some(0))}),
        ),
        (
            "weights by magnitude, layer by layer, 27 % a round, 5 epochs of recovery a round",
            json!({"scope": "layer", "schedule": rounds(0.27, None), "recovery": 5}),
        ),
        (
            "weights and biases by magnitude, layer by layer, 20 % a round, 5 epochs of recovery a round",
            json!({"scope": "layer", "biases": true, "schedule": rounds(0.2, None), "recovery": 5}),
        ),
        (
            "weights by magnitude, layer by layer, gradually over 10 epochs, 10 of recovery",
            json!({"scope": "layer", "schedule": {"kind": "gradual"}, "recovery": 10, "levels": weights}),
        ),
        (
            "weights by Taylor at initialisation (SNIP)",
            json!({"criterion": "taylor", "schedule": {"kind": "initialisation"}, "levels": weights}),
        ),
        ("neurons by magnitude, at once", json!({"granularity": "neuron", "levels": neurons})),
        ("neurons at random, 20 epochs of recovery", neuron("random")),
        ("neurons by magnitude, 20 epochs of recovery", neuron("magnitude")),
        ("neurons by Taylor, 20 epochs of recovery", neuron("taylor")),
        ("neurons by Optimal Brain Damage, 20 epochs of recovery", neuron("obd")),
        ("neurons by Wanda, 20 epochs of recovery", neuron("wanda")),
        (
            "neurons by Optimal Brain Damage, 25 % a round, 5 epochs of recovery a round",
            json!({"granularity": "neuron", "criterion": "obd", "schedule": rounds(0.25, None), "recovery": 5}),
        ),
        (
            "neurons at random at initialisation",
            json!({
                "granularity": "neuron", "criterion": "random", "schedule": {"kind": "initialisation"}, "levels": neurons,
            }),
        ),
    ]
}

fn report(seed: u32, prune: &Value) -> prunelab::Result<Report> {
    let config = json!({
        "data": {"random_state": seed},
        "split": {"random_state": seed, "validation_size": 0.2},
        "model": {"seed": seed},
        "prune": prune,
    });
    let config = Config::from_json(&config.to_string())?.check(&Source::Generator)?;
    for event in Run::from_config(config)? {
        if let Event::Done { report } = event? {
            return Ok(*report);
        }
    }
    unreachable!("a run without an error ends with its report")
}

/// Points of accuracy lost against the unpruned network, seed by seed.
#[derive(Default)]
struct Losses {
    validation: Vec<f64>,
    test: Vec<f64>,
    /// Against the unpruned network trained for as long.
    control: Vec<f64>,
}

fn losses(prune: &Value) -> prunelab::Result<Losses> {
    let mut losses = Losses::default();
    for seed in 0..SEEDS {
        let Report { unpruned, operating_points, .. } = report(seed, prune)?;
        let point = operating_points.into_iter().find(|point| point.target == TARGET);
        let Some(OperatingPoint { scores: Some(scores), control, .. }) = point else {
            return Err(prunelab::Error::invalid("prune", format!("never reaches {TARGET} ×: {prune}")));
        };
        let unpruned = unpruned.scores;
        let validation = unpruned.validation_accuracy.zip(scores.validation_accuracy);
        losses.validation.extend(validation.map(|(before, after)| 100.0 * (before - after)));
        losses.test.push(100.0 * (unpruned.test_accuracy - scores.test_accuracy));
        losses.control.push(100.0 * (control.unwrap_or(unpruned).test_accuracy - scores.test_accuracy));
    }
    Ok(losses)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn main() -> ExitCode {
    let mut table = Vec::new();
    for (name, prune) in recipes() {
        match losses(&prune) {
            Ok(losses) => table.push((mean(&losses.validation), name, losses, prune)),
            Err(e) => {
                eprintln!("{name}: {e}");
                return ExitCode::FAILURE;
            }
        }
    }
    table.sort_by(|a, b| a.0.total_cmp(&b.0));
    println!("| Recipe | validation | test | worst seed | against control |\n|---|---|---|---|---|");
    for (validation, name, Losses { test, control, .. }, _) in &table {
        let worst = test.iter().copied().fold(f64::MIN, f64::max);
        println!("| {name} | {validation:.2} | {:.2} | {worst:.2} | {:.2} |", mean(test), mean(control));
    }
    println!("\n{}", table[0].3);
    ExitCode::SUCCESS
}
