//! The command line of `examples/replicate.rs`, which `cargo test` builds.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};

fn replicate(arguments: &[&str], config: &Value) -> Output {
    // Beside `deps`, where the tests themselves are.
    let tests = std::env::current_exe().unwrap();
    let binary = tests.parent().and_then(Path::parent).unwrap().join("examples/replicate");
    let mut command = Command::new(binary);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("cargo test builds the examples");
    // Without `--config -` nobody reads it, and the pipe may be closed already.
    let _ = child.stdin.take().unwrap().write_all(config.to_string().as_bytes());
    child.wait_with_output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_seed_experiment_needs_no_argument() {
    let output = replicate(&[], &Value::Null);
    assert!(output.status.success() && output.stderr.is_empty());
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("92.1333 % (691 of 750)"), "{table}");
    let last: Vec<&str> = table.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(last[..7], ["0.5000", last[1], "3073", "1665", "1.846", "84.67", "635"]);
}

#[test]
fn a_refused_config_ends_with_status_2_and_the_reason() {
    let output = replicate(&["--config", "-"], &json!({"split": {"test_size": 1.2}}));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "split.test_size must be in (0, 1), got 1.2\n");
    assert!(output.stdout.is_empty());
}

#[test]
fn an_unknown_option_is_refused_and_a_missing_file_is_said() {
    let unknown = replicate(&["--seed", "3"], &Value::Null);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("usage: replicate"));
    let missing = replicate(&["--config", "no/such/file.json"], &Value::Null);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8(missing.stderr).unwrap().contains("no/such/file.json"));
}

#[test]
fn files_hold_what_a_check_against_python_needs() {
    let folder = folder("replicate");
    let at = |name: &str| folder.join(name).to_str().unwrap().to_string();
    let (report, figures, tensors, curve) = (at("report.json"), at("figures"), at("run.safetensors"), at("curve.csv"));
    let config = json!({
        "data": {"n_samples": 120, "n_features": 5},
        "split": {"validation_size": 0.25},
        "model": {"hidden": [7, 4]},
        "train": {"epochs": 2},
        "prune": {"levels": {"count": 3}},
    });
    let arguments =
        ["--config", "-", "--json", &report, "--figures", &figures, "--tensors", &tensors, "--curve", &curve];
    let output = replicate(&arguments, &config);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(report["levels"].as_array().unwrap().len(), 3);
    for name in ["accuracy.svg", "parameters.svg", "loss.svg"] {
        assert!(std::fs::read_to_string(folder.join("figures").join(name)).unwrap().starts_with("<svg"), "{name}");
    }

    let bytes = std::fs::read(tensors).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str, dtype: Dtype| {
        let tensor = tensors.tensor(name).unwrap();
        assert_eq!(tensor.dtype(), dtype, "{name}");
        tensor.shape().to_vec()
    };
    assert_eq!(shape("X", Dtype::F32), [120, 5]);
    assert_eq!(shape("y", Dtype::I64), [120]);
    assert_eq!(
        [shape("train", Dtype::I64), shape("validation", Dtype::I64), shape("test", Dtype::I64)],
        [[63], [21], [36]]
    );
    for stage in ["init", "final"] {
        for (layer, (outputs, inputs)) in [(7, 5), (4, 7), (1, 4)].into_iter().enumerate() {
            assert_eq!(shape(&format!("{stage}.fc{}.weight", layer + 1), Dtype::F32), [outputs, inputs]);
            assert_eq!(shape(&format!("{stage}.fc{}.bias", layer + 1), Dtype::F32), [outputs]);
        }
    }
    assert_eq!(shape("masks", Dtype::U8), [3, 35 + 28 + 4]);

    let curve = std::fs::read_to_string(curve).unwrap();
    let lines: Vec<&str> = curve.lines().collect();
    let parts = "test_correct,test_accuracy,test_loss,validation_correct,validation_accuracy,validation_loss";
    assert_eq!(lines[0], format!("removed,threshold,{parts}"));
    assert_eq!((lines.len(), &report["curve"]["points"]), (1 + 67 + 1, &json!(68)));
    let cells = |line: usize| lines[line].split(',').map(str::to_string).collect::<Vec<_>>();
    let (first, last) = (cells(1), cells(68));
    for (at, name) in parts.split(',').enumerate() {
        let (got, want) = (first[2 + at].parse::<f64>().unwrap(), report["unpruned"][name].as_f64().unwrap());
        assert!((got - want).abs() <= if name.ends_with("loss") { 1e-5 } else { 0.0 }, "{name}: {got} for {want}");
    }
    assert!(first[1].parse::<f64>().unwrap() > 0.0);
    assert_eq!(last[..2], ["67", ""]);
}
