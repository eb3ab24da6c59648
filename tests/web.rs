//! The crate in a browser: the same bits as natively, errors that name their field, ink on a canvas.
#![cfg(target_arch = "wasm32")]

use js_sys::Reflect;
use prunelab::experiment::Config;
use prunelab::kernels::{
    Block, Csr, Lanes, Native, Panels, STRIDE, Scalar, add_gradient, add_row_sums, binary_cross_entropy, exp, exp_m1,
    exp_m1_near, ln, ln_1p, multiply, multiply_sparse, sigmoid, softplus, tanh,
};
use prunelab::prune::curve::Removals;
use prunelab::web::{Network, Report, Run, check, complete, difference, draw_loss, surprise_seed};
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

wasm_bindgen_test_configure!(run_in_browser);

fn report(config: &Value) -> Value {
    done(&mut Run::new(&config.to_string()).unwrap())
}

fn done(run: &mut Run) -> Value {
    let mut last = Value::Null;
    while let Some(event) = run.next().unwrap() {
        last = serde_json::from_str(&event).unwrap();
    }
    assert_eq!(last["type"], "done");
    last["report"].take()
}

fn property(error: &JsValue, name: &str) -> Option<String> {
    Reflect::get(error, &name.into()).unwrap().as_string()
}

#[wasm_bindgen_test]
fn digests_are_the_native_ones() {
    let golden: Vec<Value> = serde_json::from_str(include_str!("digests.json")).unwrap();
    assert!(golden.len() >= 6);
    for case in golden {
        assert_eq!(report(&case["config"])["digest"], case["digest"], "{}", case["config"]);
    }
}

/// Where a `usize` has 32 bits.
#[wasm_bindgen_test]
fn many_points_of_many_weights_are_evenly_spaced() {
    let Removals { stops, .. } = Removals::spaced((0..300_000).collect(), 200_001);
    assert_eq!((stops[0], stops[1], stops[2], stops[100_000], stops[200_000]), (0, 1, 3, 150_000, 300_000));
    assert!(stops.is_sorted());
}

/// What every kernel makes of the same numbers, odd sizes included.
fn kernel_bits<V: Lanes>() -> Vec<u32> {
    let numbers = |len: usize, seed: usize| -> Vec<f32> {
        (0..len).map(|i| ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0).collect()
    };
    let mut results = Vec::new();
    for (rows, outputs, depth) in [(1, 1, 1), (13, 7, 10), (16, 1, 37), (40, 12, 70)] {
        let (x, delta) = (numbers(rows * depth, 1), numbers(rows * outputs, 2));
        let [x, delta] = [(x, depth), (delta, outputs)].map(|(values, features)| {
            let mut block = Block::default();
            block.take(features, values.chunks_exact(features));
            block
        });
        let mut panels = Panels::default();
        panels.pack(&numbers(outputs * depth, 3), &numbers(outputs, 4), depth);
        let mut out = vec![0.0; outputs * STRIDE];
        multiply::<V>(x.all(), &panels, &mut out, rows, |sum| sum);
        let mut gradient = numbers(outputs * depth, 5);
        add_gradient::<V>(delta.all(), x.all(), &mut gradient, (outputs, depth), rows, false);
        let mut sums = numbers(outputs, 6);
        add_row_sums::<V>(delta.all(), &mut sums, rows, false);
        let pruned = numbers(outputs * depth, 7).into_iter().map(|w| if w < 0.5 { 0.0 } else { w });
        let csr = Csr::new(&pruned.collect::<Vec<_>>(), outputs, depth);
        let mut sparse = vec![0.0; out.len()];
        multiply_sparse::<V>(x.all(), &csr, &numbers(outputs, 8), &mut sparse, rows, |sum| sum);
        results.extend([out, gradient, sums, sparse].concat());
    }
    for exponent in -450..379 {
        let x = libm::pow(10.0, f64::from(exponent) / 10.0) as f32;
        let each =
            [exp, sigmoid, tanh, |x: V| exp(V::splat(0.0).sub(x)), |x: V| tanh(V::splat(0.0).sub(x)), ln, softplus];
        let more = [|x: V| binary_cross_entropy(sigmoid(x), V::splat(1.0)), V::sqrt, exp_m1, exp_m1_near, ln_1p];
        for function in each.into_iter().chain(more) {
            let mut lanes = [0.0; 4];
            function(V::load(&[x, x * 1.1, x * 1.3, x * 1.7])).store(&mut lanes);
            results.extend(lanes);
        }
    }
    results.into_iter().map(f32::to_bits).collect()
}

/// FNV-1a over a curve's counts and losses.
fn fingerprint(correct: &[u32], loss: &[f64]) -> String {
    let bytes = correct.iter().flat_map(|c| c.to_le_bytes()).chain(loss.iter().flat_map(|l| l.to_le_bytes()));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

#[wasm_bindgen_test]
fn curves_are_the_native_ones() {
    let golden: Vec<Value> = serde_json::from_str(include_str!("curves.json")).unwrap();
    for case in golden {
        let mut run = Run::new(&case["config"].to_string()).unwrap();
        while run.next().unwrap().is_some() {}
        let curve = run.curve(true).unwrap();
        assert_eq!(
            fingerprint(&curve.test_correct(), &curve.test_loss().unwrap()),
            case["curve"],
            "{}",
            case["config"]
        );
        assert_eq!(
            (curve.removed().len(), curve.magnitudes().len()),
            (curve.test_correct().len(), curve.removed().len() - 1)
        );
        let counts = run.curve(false).unwrap();
        assert_eq!((counts.test_correct(), counts.test_loss()), (curve.test_correct(), None));
        assert_eq!(run.sweep().unwrap().len(), 20);
    }
}

#[wasm_bindgen_test]
fn the_stops_of_a_large_network_are_evenly_spaced() {
    let stops = Removals::spaced((0..300_000).collect(), 200_001).stops;
    assert_eq!((stops[0], stops[200_000]), (0, 300_000));
    assert!(stops.windows(2).all(|pair| (1..=2).contains(&(pair[1] - pair[0]))));
}

#[wasm_bindgen_test]
fn simd128_has_the_bits_of_plain_arrays() {
    assert_eq!(kernel_bits::<Native>(), kernel_bits::<Scalar>());
}

#[wasm_bindgen_test]
fn a_refusal_is_an_error_with_the_field_and_the_sentence() {
    let config = r#"{"split": {"test_size": 1.2}}"#;
    for error in [check(config).unwrap_err(), Run::new(config).err().unwrap()] {
        assert!(error.is_instance_of::<js_sys::Error>());
        assert_eq!(property(&error, "field").as_deref(), Some("split.test_size"));
        assert_eq!(property(&error, "message").as_deref(), Some("split.test_size must be in (0, 1), got 1.2"));
    }
    for nonsense in ["{", &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))] {
        let error = check(nonsense).unwrap_err();
        assert_eq!(property(&error, "field"), None);
        assert!(property(&error, "message").unwrap().starts_with("cannot be read as JSON"), "{error:?}");
    }
}

#[wasm_bindgen_test]
fn a_config_is_read_as_natively() {
    for config in [
        json!({"data": {"kind": "blobs", "centers": [[0.1, -2.5e-7], [1e10, 3]], "n_samples": [30, 40]}}),
        json!({"train": {"optimizer": {"lr": 0.030_000_000_000_000_002, "eps": 4.9e-324, "weight_decay": 1e-300}}}),
        json!({"data": {"class_sep": 123_456.789_012_345_6, "weights": [0.25, 0.75]}, "split": {"stratify": true}}),
    ] {
        let native = Config::from_value(config.clone()).unwrap().to_json().to_string();
        assert_eq!(complete(&config.to_string()).unwrap(), native);
    }
}

#[wasm_bindgen_test]
fn senseless_configs_are_refused_as_natively() {
    let table: Vec<(Value, String, String)> = serde_json::from_str(include_str!("refusals.json")).unwrap();
    for (config, field, value) in table {
        let error = Run::new(&config.to_string()).err().unwrap_or_else(|| panic!("{config} is not refused"));
        assert_eq!(property(&error, "field").unwrap_or_default(), field, "{config}");
        // JavaScript has other whole numbers from 2⁵³ on.
        if !value.parse::<u64>().is_ok_and(|whole| whole > 1 << 53) {
            assert!(property(&error, "message").unwrap().contains(&value), "{config}: {error:?}");
        }
    }
}

#[wasm_bindgen_test]
fn a_training_that_diverges_throws_and_the_run_is_over() {
    let config = r#"{"train": {"optimizer": {"kind": "sgd", "lr": 1e6, "weight_decay": 1e6}}}"#;
    let mut run = Run::new(config).unwrap();
    let error = loop {
        match run.next() {
            Ok(event) => assert!(event.is_some(), "the run ends with an error"),
            Err(error) => break error,
        }
    };
    assert!(property(&error, "message").unwrap().contains("epoch"));
    assert_eq!(property(&error, "field"), None);
    assert_eq!(run.next().unwrap(), None);
}

#[wasm_bindgen_test]
fn a_config_is_completed_and_reduced_to_its_difference() {
    let config = r#"{"data": {"kind": "moons", "n_samples": 77}}"#;
    let whole: Value = serde_json::from_str(&complete(config).unwrap()).unwrap();
    assert_eq!(whole["data"]["n_samples"], 77);
    assert_eq!(whole["train"]["epochs"], 20);
    let difference: Value = serde_json::from_str(&difference(&whole.to_string()).unwrap()).unwrap();
    assert_eq!(difference, serde_json::from_str::<Value>(config).unwrap());
}

#[wasm_bindgen_test]
fn surprise_seeds_differ() {
    let seeds: Vec<u32> = (0..8).map(|_| surprise_seed().unwrap()).collect();
    assert!(seeds.iter().any(|&seed| seed != seeds[0]), "{seeds:?}");
}

#[wasm_bindgen_test]
fn a_network_can_be_cut_and_mended_on_the_page() {
    // ReLU(x), ReLU(-y), ReLU(x + y) and their sum less a half.
    let params = [1.0, 0.0, 0.0, -1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 4.0, -0.5];
    let mut network = Network::new(&[2, 3, 1], "relu", &params, &[6, 0, 8, 3, 4, 5, 7, 1, 2]).unwrap();
    let rows = [1.0, 0.0, -1.0, -1.0, 0.0, 0.0];
    let sigmoid = |z: f32| 1.0 / (1.0 + libm::expf(-z));
    let close = |found: Vec<f32>, logits: [f32; 3]| {
        assert!(found.iter().zip(logits).all(|(p, z)| (p - sigmoid(z)).abs() < 1e-6), "{found:?} for {logits:?}");
    };
    close(network.outputs(&rows), [4.5, 1.5, -0.5]);
    assert_eq!(network.classes(&rows), [1, 1, 0]);
    assert_eq!((network.nonzero_params(), network.effective_params()), (8, 8));

    // Without the output's first weight its first neuron leads nowhere, though its own weight is there.
    network.cut(1);
    close(network.outputs(&rows), [3.5, 1.5, -0.5]);
    assert_eq!((network.nonzero_params(), network.effective_params()), (7, 6));
    assert_eq!(network.size(), [52, 70, 42, 9, 6, 9, 36, 6]);
    assert_eq!(network.params()[9..], [0.0, 2.0, 4.0, -0.5]);
    assert_eq!(network.compacted_params(), [0.0, -1.0, 1.0, 1.0, 0.0, 0.0, 2.0, 4.0, -0.5]);
    let mut forms = network.forms(&rows);
    assert_eq!([forms.dense(), forms.sparse(), forms.compacted()], [-0.5; 3]);

    network.cut(99);
    assert_eq!((network.nonzero_params(), network.effective_params()), (1, 1));
    network.cut(0);
    close(network.outputs(&rows), [4.5, 1.5, -0.5]);
    assert_eq!(network.params(), params);
}

fn canvas() -> HtmlCanvasElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let canvas: HtmlCanvasElement = document.create_element("canvas").unwrap().dyn_into().unwrap();
    canvas.set_width(640);
    canvas.set_height(400);
    canvas
}

/// How many pixels have another colour than the first, which is background.
fn ink(canvas: &HtmlCanvasElement) -> usize {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().dyn_into().unwrap();
    let pixels = context.get_image_data(0.0, 0.0, 640.0, 400.0).unwrap().data().0;
    pixels.chunks(4).filter(|pixel| *pixel != &pixels[..4]).count()
}

#[wasm_bindgen_test]
fn every_figure_puts_ink_on_its_canvas() {
    let colours =
        ["surface", "muted", "grid", "accuracy", "parameters", "effective", "loss", "validation", "reference"];
    let mut palette: Value = colours.iter().map(|&name| (name.to_string(), json!("#336699"))).collect();
    palette["surface"] = json!("#ffffff");
    palette["others"] = json!(["#993366"]);
    let style = json!({"axis": "threshold", "titled": true, "ratio": 1.0, "palette": palette}).to_string();
    let mut run = Run::new(r#"{"train": {"epochs": 2}}"#).unwrap();
    let report = done(&mut run).to_string();
    let exact = run.exact().unwrap();
    let effective = run.effective_params().unwrap();
    let report =
        Report::new(&report, exact.removed(), exact.test_correct(), exact.magnitudes(), effective, 388).unwrap();
    let (accuracy, parameters, loss) = (canvas(), canvas(), canvas());
    let plane = report.draw_accuracy(accuracy.clone(), &style).unwrap();
    assert_eq!(plane[..4], [52.0, 26.0, 618.0, 358.0]);
    report.draw_parameters(parameters.clone(), &style).unwrap();
    draw_loss(loss.clone(), &[0.7, 0.5, 0.4], &[0.8, 0.6, 0.7], 20, &style).unwrap();
    for canvas in [accuracy, parameters, loss] {
        assert!(ink(&canvas) > 1000, "{} pixels", ink(&canvas));
    }
    let document = web_sys::window().unwrap().document().unwrap();
    assert_eq!(document.query_selector_all("span[style]").unwrap().length(), 0, "text is measured without elements");
}

#[wasm_bindgen_test]
fn criteria_are_compared_and_levels_handed_over_as_natively() {
    let config =
        |prune: Value| json!({"data": {"n_samples": 300}, "model": {"hidden": [9]}, "prune": prune}).to_string();
    let mut run = Run::new(&config(json!({"recovery": 1, "levels": {"count": 2}}))).unwrap();
    done(&mut run);
    assert!(run.exact().is_none() && run.curve(true).is_none() && run.sweep().is_none());
    let network = run.network(1).unwrap();
    assert_eq!(network.len(), run.params().len());
    assert!(network.contains(&0.0) && run.network(2).is_none());

    assert!(run.compare("saliency").is_err());
    for criterion in ["wanda", "oracle"] {
        run.compare(criterion).unwrap();
        let compared = (0..1000).find_map(|_| run.comparison()).unwrap();
        let mut own =
            Run::new(&config(json!({"criterion": criterion, "oracle": true, "levels": {"count": 2}}))).unwrap();
        let report = done(&mut own);
        assert_eq!(compared.curve().test_correct(), own.exact().unwrap().test_correct(), "{criterion}");
        assert_eq!(compared.oracle_correlation(), report["oracle_correlation"].as_f64(), "{criterion}");
        let absolute = report["absolute_oracle_correlation"].as_f64();
        assert_eq!(compared.absolute_oracle_correlation(), absolute, "{criterion}");
    }
}
