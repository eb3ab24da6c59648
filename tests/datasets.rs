//! Generated data against scikit-learn's.

mod common;

use common::{Case, assert_bits_f32, assert_bits_f64, cases, largest_difference};
use ndarray::Array2;
use proptest::prelude::*;
use prunelab::data::{
    Blobs, Centers, Circles, Classification, Dataset, Generate, MAX_MAGNITUDE, Moons, OneOrEach, Samples, Spirals,
    Target, class_counts,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// How closely f64 features follow scikit-learn's; f32 features always have the same bits.
#[derive(Clone, Copy)]
enum Closeness {
    Bits,
    /// Largest absolute difference.
    Within(f64),
    /// Largest difference, relative to the largest feature.
    WithinLargest(f64),
}

fn parse<T: DeserializeOwned>(params: &Value) -> T {
    serde_json::from_value(params.clone()).unwrap_or_else(|error| panic!("{params}: {error}"))
}

/// Whether BLAS kernels and one chain of fused multiply-adds agree to the last bit of an f64.
fn has_exact_products(params: &Classification) -> bool {
    params.n_informative <= 7 && params.n_redundant != 1 && params.cluster_sizes().iter().all(|&size| size >= 2)
}

/// What the function of scikit-learn draws with these parameters, and how close to it.
fn draw(function: &str, params: &Value) -> (Samples, Closeness) {
    // One ulp of a sine or a cosine, and what rounding the sums makes of it.
    let libm = Closeness::Within(4.5e-16);
    match function {
        "make_classification" => {
            let params: Classification = parse(params);
            params.check().unwrap();
            let exact = has_exact_products(&params);
            (params.generate(), if exact { Closeness::Bits } else { Closeness::WithinLargest(4e-16) })
        }
        "make_moons" => {
            let params: Moons = parse(params);
            params.check().unwrap();
            (params.generate(), libm)
        }
        "make_circles" => {
            let params: Circles = parse(params);
            params.check().unwrap();
            (params.generate(), libm)
        }
        "make_blobs" => {
            let params: Blobs = parse(params);
            params.check().unwrap();
            (params.generate(), Closeness::Bits)
        }
        _ => panic!("nobody draws {function}"),
    }
}

fn to_f32(x: &Array2<f64>) -> Vec<f32> {
    x.iter().map(|&v| v as f32).collect()
}

#[track_caller]
fn assert_equal(case: &Case, samples: &Samples, closeness: Closeness) {
    let want = case.matrix_f64("X");
    let what = format!("{} X", case.name());
    assert_eq!(samples.x.dim(), want.dim(), "{what}");
    assert_eq!(samples.y, case.indices("y"), "{} y", case.name());
    assert_bits_f32(&to_f32(&samples.x), &to_f32(&want), &what);
    let difference = largest_difference(samples.x.view(), want.view());
    let largest = want.iter().fold(0.0_f64, |largest, v| largest.max(v.abs()));
    match closeness {
        Closeness::Bits => assert_bits_f64(samples.x.as_slice().unwrap(), want.as_slice().unwrap(), &what),
        Closeness::Within(bound) => assert!(difference <= bound, "{what}: {difference}"),
        Closeness::WithinLargest(share) => assert!(difference <= share * largest, "{what}: {difference} of {largest}"),
    }
}

#[test]
fn generators_draw_the_samples_of_scikit_learn() {
    for case in cases("data") {
        let mut params = case.json["params"].clone();
        params["random_state"] = case.json["seed"].clone();
        let (samples, closeness) = draw(case.json["fn"].as_str().unwrap(), &params);
        assert_equal(&case, &samples, closeness);
    }
}

#[test]
fn experiments_start_from_the_samples_of_scikit_learn() {
    for case in cases("experiment") {
        let (samples, closeness) = draw("make_classification", &case.json["data"]);
        assert_equal(&case, &samples, closeness);
    }
}

#[test]
fn defaults_are_those_of_scikit_learn() {
    assert_eq!(parse::<Classification>(&json!({})), Classification::default());
    let (moons, circles, blobs) = (Moons::default(), Circles::default(), Blobs::default());
    assert_eq!((moons.total_samples(), moons.noise, moons.shuffle), (100, None, true));
    assert_eq!((circles.total_samples(), circles.factor), (100, 0.8));
    assert_eq!((blobs.total_samples(), blobs.n_features(), blobs.n_classes()), (100, 2, 3));
}

#[test]
fn parameters_survive_json_in_each_of_their_forms() {
    let shifts = json!({"shift": null, "scale": [1, 2.5], "n_features": 2, "n_redundant": 0, "weights": [0.25]});
    let classification: Classification = parse(&shifts);
    assert_eq!((&classification.shift, &classification.scale), (&None, &Some(OneOrEach::Each(vec![1.0, 2.5]))));
    assert_eq!(parse::<Classification>(&serde_json::to_value(&classification).unwrap()), classification);
    let blobs: Blobs = parse(&json!({"n_samples": [3, 4], "centers": [[0, 1], [2, 3]], "cluster_std": [1, 0.5]}));
    assert_eq!(parse::<Blobs>(&serde_json::to_value(&blobs).unwrap()), blobs);
    let moons: Moons = parse(&json!({"n_samples": [3, 4], "noise": 0.1}));
    assert_eq!(parse::<Moons>(&serde_json::to_value(&moons).unwrap()), moons);
    assert!(serde_json::from_value::<Moons>(json!({"factor": 0.5})).is_err());
}

#[test]
fn spirals_are_each_other_turned_by_half_a_turn() {
    let params = Spirals { n_samples: OneOrEach::One(40), shuffle: false, ..Spirals::default() };
    params.check().unwrap();
    let Samples { x, y } = params.generate();
    assert_eq!(class_counts(&y, 2), [20, 20]);
    for i in 0..20 {
        let (first, second) = (x.row(i), x.row(i + 20));
        assert_eq!((first[0], first[1]), (-second[0], -second[1]));
        assert!((libm::hypot(first[0], first[1]) - (i + 1) as f64 / 20.0).abs() < 1e-15);
    }
}

#[test]
fn noise_is_added_after_the_rows_are_shuffled() {
    let clean = Spirals { noise: None, ..Spirals::default() }.generate();
    let noisy = Spirals { noise: Some(1e-3), ..Spirals::default() }.generate();
    assert_eq!(clean.y, noisy.y);
    assert!(largest_difference(clean.x.view(), noisy.x.view()) < 5e-3);
}

#[test]
fn a_dataset_rounds_features_to_f32_and_keeps_empty_classes() {
    let samples =
        Classification { weights: Some(vec![1.0, 0.0]), flip_y: -1.0, ..Classification::default() }.generate();
    let dataset = Dataset::classes(samples.clone(), 2);
    assert_bits_f32(dataset.features.as_slice().unwrap(), &to_f32(&samples.x), "features");
    let Target::Class { labels, n_classes } = dataset.target else { panic!("labels are classes") };
    assert_eq!(class_counts(&labels, n_classes), [100, 0]);
}

fn assert_sound(samples: &Samples, rows: usize, columns: usize, n_classes: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(samples.x.dim(), (rows, columns));
    prop_assert_eq!(class_counts(&samples.y, n_classes).iter().sum::<usize>(), rows);
    prop_assert!(samples.x.iter().all(|&v| (v as f32).is_finite()));
    Ok(())
}

/// Mostly ordinary numbers, some at the limit, some absurd.
fn magnitude() -> impl Strategy<Value = f64> {
    prop_oneof![6 => 0.01..10.0_f64, 2 => Just(MAX_MAGNITUDE), 1 => prop::num::f64::ANY]
}

proptest! {
    #[test]
    fn a_checked_classification_is_drawn(
        sizes in (0_usize..60, 0_usize..50, 0_usize..36, 0_usize..6, 0_usize..6),
        classes in (1_usize..6, 0_usize..6),
        weights in prop::option::weighted(0.3, prop::collection::vec(-0.02..0.5_f64, 1..4)),
        numbers in (-1.0..1.1_f64, magnitude(), prop::option::of(magnitude())),
        (hypercube, shuffle, random_state) in (any::<bool>(), any::<bool>(), any::<u32>()),
    ) {
        let (n_samples, n_features, n_informative, n_redundant, n_repeated) = sizes;
        let (n_classes, n_clusters_per_class) = classes;
        let (flip_y, class_sep, scale) = numbers;
        let scale = scale.map(OneOrEach::One);
        let params = Classification {
            n_samples, n_features, n_informative, n_redundant, n_repeated, n_classes, n_clusters_per_class,
            weights, flip_y, class_sep, hypercube, shift: None, scale, shuffle, random_state,
        };
        if params.check().is_ok() {
            prop_assert_eq!(params.cluster_sizes().iter().sum::<usize>(), n_samples);
            assert_sound(&params.generate(), n_samples, n_features, n_classes)?;
        }
    }

    #[test]
    fn checked_curves_are_drawn(
        n_samples in prop_oneof![
            (0_usize..50).prop_map(OneOrEach::One),
            prop::collection::vec(0_usize..20, 0..4).prop_map(OneOrEach::Each),
        ],
        noise in prop::option::of(magnitude()),
        factor in -0.2..1.2_f64,
        turns in -1.0..120.0_f64,
        (shuffle, random_state) in (any::<bool>(), any::<u32>()),
    ) {
        let moons = Moons { n_samples: n_samples.clone(), shuffle, noise, random_state };
        let circles = Circles { n_samples: n_samples.clone(), shuffle, noise, random_state, factor };
        let spirals = Spirals { n_samples, shuffle, noise, turns, random_state };
        if moons.check().is_ok() {
            assert_sound(&moons.generate(), moons.total_samples(), 2, 2)?;
        }
        if circles.check().is_ok() {
            assert_sound(&circles.generate(), circles.total_samples(), 2, 2)?;
        }
        if spirals.check().is_ok() {
            assert_sound(&spirals.generate(), spirals.total_samples(), 2, 2)?;
        }
    }

    #[test]
    fn checked_blobs_are_drawn_with_a_class_for_each_center(
        n_samples in prop_oneof![
            (0_usize..50).prop_map(OneOrEach::One),
            prop::collection::vec(0_usize..20, 0..4).prop_map(OneOrEach::Each),
        ],
        centers in prop::option::of(0_usize..6),
        n_features in 0_usize..5,
        cluster_std in prop_oneof![
            magnitude().prop_map(OneOrEach::One),
            prop::collection::vec(0.0..3.0_f64, 0..4).prop_map(OneOrEach::Each),
        ],
        random_state: u32,
    ) {
        let centers = centers.map(Centers::Count);
        let params = Blobs { n_samples, n_features, centers, cluster_std, random_state, ..Blobs::default() };
        if params.check().is_ok() {
            let samples = params.generate();
            assert_sound(&samples, params.total_samples(), n_features, params.n_classes())?;
            prop_assert!(class_counts(&samples.y, params.n_classes()).iter().all(|&count| count > 0));
        }
    }
}
