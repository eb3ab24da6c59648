//! The streams against the words, draws and layers that NumPy and PyTorch drew.

mod common;

use common::{Case, assert_bits_f32, assert_bits_f64, cases, ulps};
use proptest::prelude::*;
use prunelab::random::{Generator, RandomState, ShuffledEpochs, ln};
use serde_json::Value;

fn numpy_stream(case: &Case) -> RandomState {
    match &case.json["seed"] {
        Value::Array(key) => {
            let key: Vec<u32> = key.iter().map(|word| word.as_u64().unwrap() as u32).collect();
            RandomState::from_key(&key)
        }
        seed => RandomState::new(u32::try_from(seed.as_u64().unwrap()).unwrap()),
    }
}

fn torch_stream(case: &Case) -> Generator {
    Generator::new(case.json["seed"].as_i64().unwrap())
}

/// The arguments in a field's name: `swr_16_8` is [16, 8].
fn arguments(field: &str) -> Vec<u64> {
    field.split('_').filter_map(|part| part.parse().ok()).collect()
}

fn integers(values: impl IntoIterator<Item = u64>) -> Vec<i64> {
    values.into_iter().map(|value| value as i64).collect()
}

#[test]
fn numpy_draws_are_bit_equal() {
    for case in cases("numpy_rng") {
        for field in case.fields() {
            let what = format!("{}/{field}", case.name());
            let mut stream = numpy_stream(&case);
            let n = case.shape(field)[0];
            let floats = |draw: &mut dyn FnMut() -> f64| {
                let drawn: Vec<f64> = (0..n).map(|_| draw()).collect();
                assert_bits_f64(&drawn, &case.f64(field), &what);
            };
            match (field.split('_').next().unwrap(), arguments(field).as_slice()) {
                ("raw", _) => {
                    let drawn: Vec<u32> = (0..n).map(|_| stream.next_u32()).collect();
                    assert_eq!(drawn, case.u32(field), "{what}");
                }
                ("random", _) => floats(&mut || stream.random_sample()),
                ("standard", _) => floats(&mut || stream.standard_normal()),
                ("uniform", [high]) => floats(&mut || stream.uniform(-3.0, *high as f64)),
                ("normal", [loc]) => floats(&mut || stream.normal(*loc as f64, 0.3)),
                ("randint", [range]) => {
                    assert_eq!(integers((0..n).map(|_| stream.randint(*range))), case.i64(field), "{what}");
                }
                ("permutation", [n]) => assert_eq!(stream.permutation(*n as usize), case.indices(field), "{what}"),
                ("choice", [n, count]) => {
                    assert_eq!(stream.choice(*n as usize, *count as usize), case.indices(field), "{what}");
                }
                ("swr", [population, count]) => {
                    let drawn = stream.sample_without_replacement(*population, *count as usize);
                    assert_eq!(integers(drawn), case.i64(field), "{what}");
                }
                ("interleaved", _) => {
                    let mut drawn: Vec<f64> = (0..3).map(|_| stream.standard_normal()).collect();
                    drawn.extend((0..2).map(|_| stream.random_sample()));
                    drawn.extend(stream.permutation(5).into_iter().map(|i| i as f64));
                    drawn.extend((0..4).map(|_| stream.standard_normal()));
                    assert_bits_f64(&drawn, &case.f64(field), &what);
                }
                _ => panic!("nobody checks {what}"),
            }
        }
    }
}

#[test]
fn the_logarithm_is_that_of_glibc() {
    for case in cases("libm") {
        let got: Vec<f64> = case.f64("log_x").into_iter().map(ln).collect();
        assert_bits_f64(&got, &case.f64("log"), &case.name());
    }
}

#[test]
fn the_logarithm_is_defined_everywhere() {
    assert_eq!(ln(0.0), f64::NEG_INFINITY);
    assert_eq!(ln(-0.0), f64::NEG_INFINITY);
    assert_eq!(ln(f64::INFINITY), f64::INFINITY);
    assert!(ln(-1.0).is_nan() && ln(f64::NEG_INFINITY).is_nan() && ln(f64::NAN).is_nan());
    assert_eq!(ln(1.0).to_bits(), 0.0_f64.to_bits());
    assert!(ulps(ln(5e-324), -744.4400719213812) <= 1);
    assert!(ulps(ln(f64::MAX), 709.782712893384) <= 1);
}

#[test]
fn sines_and_cosines_are_within_one_ulp() {
    for case in cases("libm") {
        for (function, field) in [(libm::sin as fn(f64) -> f64, "sin"), (libm::cos, "cos")] {
            for (angle, want) in case.f64("angle").into_iter().zip(case.f64(field)) {
                assert!(ulps(function(angle), want) <= 1, "{field} {angle}: got {}, want {want}", function(angle));
            }
        }
    }
}

/// Weight and bias of `nn.Linear(fan_in, fan_out)`, drawn as its `reset_parameters` does.
fn linear(stream: &mut Generator, fan_in: usize, fan_out: usize) -> (Vec<f32>, Vec<f32>) {
    let gain = (2.0 / (1.0 + 5.0_f64.sqrt() * 5.0_f64.sqrt())).sqrt();
    let bound = 3.0_f64.sqrt() * (gain / (fan_in as f64).sqrt());
    let bias_bound = 1.0 / (fan_in as f64).sqrt();
    let (mut weight, mut bias) = (vec![0.0; fan_in * fan_out], vec![0.0; fan_out]);
    stream.uniform(&mut weight, -bound, bound);
    stream.uniform(&mut bias, -bias_bound, bias_bound);
    (weight, bias)
}

#[test]
fn linear_layers_start_with_the_weights_of_torch() {
    for case in cases("init") {
        for (net, sizes) in case.json["nets"].as_object().unwrap() {
            let sizes: Vec<usize> = serde_json::from_value(sizes.clone()).unwrap();
            let mut stream = torch_stream(&case);
            for (i, pair) in sizes.windows(2).enumerate() {
                let (weight, bias) = linear(&mut stream, pair[0], pair[1]);
                let (w, b) = (format!("{net}/w{}", i + 1), format!("{net}/b{}", i + 1));
                assert_eq!(case.shape(&w), [pair[1], pair[0]]);
                assert_bits_f32(&weight, &case.f32(&w), &format!("{}/{w}", case.name()));
                assert_bits_f32(&bias, &case.f32(&b), &format!("{}/{b}", case.name()));
            }
        }
    }
}

#[test]
fn torch_draws_are_bit_equal() {
    for case in cases("init") {
        for field in case.fields().filter(|field| !field.contains('/')) {
            let what = format!("{}/{field}", case.name());
            let mut stream = torch_stream(&case);
            let n = case.shape(field)[0];
            let mut out = vec![0.0; n];
            match (field.split('_').next().unwrap(), arguments(field).as_slice()) {
                ("rand", _) => assert_bits_f32(&stream.rand(n), &case.f32(field), &what),
                ("uniform", _) => {
                    stream.uniform(&mut out, -0.25, 0.75);
                    assert_bits_f32(&out, &case.f32(field), &what);
                }
                ("normal", [first, second]) => {
                    assert_eq!((*first + *second) as usize, n);
                    let (start, end) = out.split_at_mut(*first as usize);
                    stream.normal(start, 0.0, 1.0);
                    stream.normal(end, 0.0, 1.0);
                    assert_bits_f32(&out, &case.f32(field), &what);
                }
                ("normal", [_]) => {
                    stream.normal(&mut out, 0.5, 2.0);
                    assert_bits_f32(&out, &case.f32(field), &what);
                }
                ("randperm", [n]) => {
                    let mut order = Vec::new();
                    stream.randperm(*n as usize, &mut order);
                    assert_eq!(order, case.indices(field), "{what}");
                }
                ("randint", [low, high]) => {
                    let drawn: Vec<i64> = (0..n).map(|_| stream.randint(*low as i64, *high as i64)).collect();
                    assert_eq!(drawn, case.i64(field), "{what}");
                }
                ("random", _) => {
                    let drawn: Vec<i64> = (0..n).map(|_| stream.random_int64()).collect();
                    assert_eq!(drawn, case.i64(field), "{what}");
                }
                ("raw", _) => {
                    let drawn: Vec<i64> = (0..n).map(|_| i64::from(stream.random() & 0x7fff_ffff)).collect();
                    assert_eq!(drawn, case.i64(field), "{what}");
                }
                ("loader", [n_samples, _batch_size]) => {
                    let mut epochs = ShuffledEpochs::new(*n_samples as usize, case.json["seed"].as_i64().unwrap());
                    let drawn: Vec<usize> = (0..n).flat_map(|_| next_order(&mut epochs)).collect();
                    assert_eq!(drawn, case.indices(field), "{what}");
                }
                _ => panic!("nobody checks {what}"),
            }
        }
    }
}

#[test]
fn every_array_of_a_stream_that_a_case_names_is_there() {
    for case in cases("init") {
        for n in case.json["sizes"].as_array().unwrap() {
            assert!(
                ["uniform", "normal", "rand"].iter().all(|kind| case.has(&format!("{kind}_{n}"))),
                "{}",
                case.name()
            );
        }
        for n in case.json["randperm"].as_array().unwrap() {
            assert!(case.has(&format!("randperm_{n}")), "{}", case.name());
        }
    }
}

#[test]
fn only_the_low_32_bits_of_a_torch_seed_count() {
    assert_eq!(Generator::new(-1), Generator::new(0xffff_ffff));
    assert_eq!(Generator::new(1 << 32), Generator::new(0));
    assert_ne!(Generator::new(0), Generator::new(1));
}

#[test]
fn a_saved_generator_takes_a_few_bytes_and_goes_on_where_it_was() {
    let mut generator = Generator::new(-7);
    generator.rand(1000);
    generator.normal(&mut [0.0; 3], 0.0, 1.0);
    let saved = serde_json::to_string(&generator).unwrap();
    assert!(saved.len() < 100, "{saved}");
    let mut resumed: Generator = serde_json::from_str(&saved).unwrap();
    assert_eq!(resumed, generator);
    let (mut a, mut b) = ([0.0; 5], [0.0; 5]);
    generator.normal(&mut a, 0.0, 1.0);
    resumed.normal(&mut b, 0.0, 1.0);
    assert_bits_f32(&a, &b, "normals after resuming");
    assert_eq!(resumed, generator);
}

fn next_order(epochs: &mut ShuffledEpochs) -> Vec<usize> {
    let mut order = Vec::new();
    epochs.next_epoch(&mut order);
    order
}

#[test]
fn saved_epochs_go_on_with_the_next_epoch() {
    let mut epochs = ShuffledEpochs::new(37, 42);
    next_order(&mut epochs);
    let mut resumed: ShuffledEpochs = serde_json::from_str(&serde_json::to_string(&epochs).unwrap()).unwrap();
    assert_eq!(next_order(&mut resumed), next_order(&mut epochs));
}

#[test]
fn a_saved_generator_that_would_take_minutes_to_replay_is_refused() {
    let error = serde_json::from_str::<Generator>(r#"{"seed": 1, "drawn": 1000000000000}"#).unwrap_err();
    assert!(error.to_string().starts_with("drawn must be at most"), "{error}");
}

proptest! {
    #[test]
    fn an_interval_holds_its_draws(seed: u32, max: u64) {
        prop_assert!(RandomState::new(seed).interval(max) <= max);
    }

    #[test]
    fn a_sample_without_replacement_repeats_nothing(seed: u32, population in 1_u64..2000, share in 0.0..=1.0_f64) {
        let count = (population as f64 * share) as usize;
        let mut drawn = RandomState::new(seed).sample_without_replacement(population, count);
        drawn.sort();
        drawn.dedup();
        prop_assert_eq!(drawn.len(), count);
        prop_assert!(drawn.iter().all(|&i| i < population));
    }

    #[test]
    fn a_permutation_of_torch_holds_every_index_once(seed: i64, n in 0_usize..500) {
        let mut order = Vec::new();
        Generator::new(seed).randperm(n, &mut order);
        order.sort();
        prop_assert!(order.into_iter().eq(0..n));
    }

    #[test]
    fn uniforms_stay_below_their_upper_end(seed: i64, low in -1e3..1e3_f64, width in 1e-3..1e3_f64) {
        let mut out = [0.0; 64];
        Generator::new(seed).uniform(&mut out, low, low + width);
        prop_assert!(out.iter().all(|&v| v >= low as f32 && v < (low + width) as f32));
    }

    #[test]
    fn a_torch_integer_lies_in_its_range(seed: i64, low: i64, high: i64) {
        prop_assume!(low < high);
        prop_assert!((low..high).contains(&Generator::new(seed).randint(low, high)));
    }

    #[test]
    fn the_logarithm_is_within_an_ulp_of_another(x in prop::num::f64::POSITIVE | prop::num::f64::SUBNORMAL) {
        prop_assert!(ulps(ln(x), libm::log(x)) <= 1 || x == 1.0, "{} {}", ln(x), libm::log(x));
    }
}
