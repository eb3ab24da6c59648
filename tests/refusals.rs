//! What the generators refuse, and how they say so.

use prunelab::data::{Blobs, Circles, Classification, Generate, Moons, OneOrEach, Spirals};
use prunelab::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn parse<T: DeserializeOwned>(params: &Value) -> T {
    serde_json::from_value(params.clone()).unwrap_or_else(|error| panic!("{params}: {error}"))
}

type Check = fn(&Value) -> Result<()>;

const CHECKS: [(&str, Check); 5] = [
    ("classification", |params| parse::<Classification>(params).check()),
    ("moons", |params| parse::<Moons>(params).check()),
    ("circles", |params| parse::<Circles>(params).check()),
    ("blobs", |params| parse::<Blobs>(params).check()),
    ("spirals", |params| parse::<Spirals>(params).check()),
];

#[track_caller]
fn assert_refused(kind: &str, params: Value, message: &str) {
    let check = CHECKS.iter().find(|(name, _)| *name == kind).unwrap().1;
    match check(&params) {
        Err(error @ Error::Invalid { .. }) => {
            assert!(error.to_string().starts_with(message), "{kind} {params}: got {error}, want {message}")
        }
        other => panic!("{kind} {params}: {other:?} instead of {message}"),
    }
}

#[test]
fn a_refused_classification_names_field_value_and_what_is_allowed() {
    for (params, message) in [
        (json!({"n_samples": 0}), "n_samples must be at least 2, got 0"),
        (json!({"n_samples": 1}), "n_samples must be at least 2, got 1"),
        (json!({"n_features": 0}), "n_features must be at least 1, got 0"),
        (
            json!({"n_samples": 10_000_000, "n_features": 10}),
            "n_samples must keep the features within 256 MiB, got 10000000 × 10, which takes 763 MiB",
        ),
        (json!({"n_samples": usize::MAX, "n_features": usize::MAX}), "n_samples must keep the features within 256 MiB"),
        (json!({"n_informative": 0}), "n_informative must be at least 1, got 0"),
        (
            json!({"n_features": 10, "n_informative": 5, "n_redundant": 4, "n_repeated": 3}),
            "n_informative + n_redundant + n_repeated must be at most n_features = 10, got 12",
        ),
        (
            json!({"n_redundant": usize::MAX}),
            "n_informative + n_redundant + n_repeated must be at most n_features = 20",
        ),
        (json!({"n_classes": 1}), "n_classes must be at least 2, got 1"),
        (json!({"n_clusters_per_class": 0}), "n_clusters_per_class must be at least 1, got 0"),
        (json!({"n_classes": 3}), "n_classes × n_clusters_per_class must be at most 2^n_informative = 4, got 6"),
        (
            json!({"n_classes": usize::MAX, "n_features": 100, "n_informative": 64}),
            "n_classes × n_clusters_per_class must be at most 65536",
        ),
        (
            json!({"n_samples": 2, "n_features": 10_000, "n_informative": 9000}),
            "n_informative must be such that mixing takes at most 200000000 multiply-adds, got 9000",
        ),
        (json!({"weights": []}), "weights must be a list of 2 or 1 shares, got 0"),
        (json!({"weights": [0.2, 0.3, 0.5]}), "weights must be a list of 2 or 1 shares, got 3"),
        (json!({"weights": [-0.5, 1.5]}), "weights must each be at least 0, got -0.5"),
        (json!({"weights": [0.6, 0.7]}), "weights must sum to 1, got 1.29"),
        (json!({"weights": [0.5, 0.4]}), "weights must sum to 1, got 0.9"),
        (json!({"weights": [1.3]}), "weights must sum to at most 1, got 1.3"),
        (json!({"flip_y": 1.01}), "flip_y must be in [0, 1], got 1.01"),
        (json!({"class_sep": 0}), "class_sep must be in (0, 1e15], got 0"),
        (json!({"class_sep": 1e16}), "class_sep must be in (0, 1e15], got 1"),
        (json!({"shift": -1e16}), "shift must be finite and at most 1e15 in size, got -1"),
        (json!({"shift": [1, 2]}), "shift must be one number or 20, one for each feature, got 2"),
        (json!({"scale": 0}), "scale must be in (0, 1e15], got 0"),
        (json!({"scale": [1]}), "scale must be one number or 20, one for each feature, got 1"),
        (json!({"scale": [1, 1e300], "n_features": 2, "n_redundant": 0}), "scale must be finite and at most 1e15"),
    ] {
        assert_refused("classification", params, message);
    }
}

#[test]
fn numbers_that_json_cannot_hold_are_refused_too() {
    let ok = Classification::default;
    let one = |value| Some(OneOrEach::One(value));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refused = [
            ("flip_y", Classification { flip_y: bad, ..ok() }.check()),
            ("class_sep", Classification { class_sep: bad, ..ok() }.check()),
            ("shift", Classification { shift: one(bad), ..ok() }.check()),
            ("scale", Classification { scale: one(bad), ..ok() }.check()),
            ("scale", Classification { scale: Some(OneOrEach::Each(vec![bad; 20])), ..ok() }.check()),
            ("weights", Classification { weights: Some(vec![bad]), ..ok() }.check()),
            ("noise", Moons { noise: Some(bad), ..Moons::default() }.check()),
            ("factor", Circles { factor: bad, ..Circles::default() }.check()),
            ("cluster_std", Blobs { cluster_std: OneOrEach::One(bad), ..Blobs::default() }.check()),
            ("center_box", Blobs { center_box: (bad, 1.0), ..Blobs::default() }.check()),
            ("center_box", Blobs { center_box: (0.0, bad), ..Blobs::default() }.check()),
            ("turns", Spirals { turns: bad, ..Spirals::default() }.check()),
        ];
        for (field, result) in refused {
            assert!(
                matches!(&result, Err(Error::Invalid { field: got, .. }) if got == field),
                "{field} {bad}: {result:?}"
            );
        }
    }
}

#[test]
fn refused_curves_name_field_value_and_what_is_allowed() {
    for kind in ["moons", "circles", "spirals"] {
        for (params, message) in [
            (json!({"n_samples": 1}), "n_samples must be at least 2, got 1"),
            (json!({"n_samples": [3]}), "n_samples must be one number or a pair, got a list of 1"),
            (json!({"n_samples": [3, 0]}), "n_samples must be at least 1 in each part, got 0 in part 2"),
            (json!({"n_samples": [usize::MAX, 1]}), "n_samples must keep the features within 256 MiB"),
            (json!({"n_samples": 50_000_000}), "n_samples must keep the features within 256 MiB, got 50000000 × 2"),
            (json!({"noise": -0.1}), "noise must be in [0, 1e15], got -0.1"),
        ] {
            assert_refused(kind, params, message);
        }
    }
    assert_refused("circles", json!({"factor": 1}), "factor must be in [0, 1), got 1");
    assert_refused("circles", json!({"factor": -0.1}), "factor must be in [0, 1), got -0.1");
    assert_refused("spirals", json!({"turns": 0}), "turns must be in (0, 100], got 0");
}

#[test]
fn refused_blobs_name_field_value_and_what_is_allowed() {
    for (params, message) in [
        (json!({"n_samples": 0}), "n_samples must be at least 2, got 0"),
        (json!({"n_samples": 2}), "n_samples must be at least 3, one for each center, got 2"),
        (json!({"n_samples": [10]}), "n_samples must be at least 2 centers, got 1"),
        (json!({"n_samples": [10, 0]}), "n_samples must be at least 1 in each part, got 0 in part 2"),
        (json!({"n_features": 0}), "n_features must be at least 1, got 0"),
        (json!({"n_samples": 10_000_000, "n_features": 10}), "n_samples must keep the features within 256 MiB"),
        (json!({"centers": 1}), "centers must be at least 2 centers, got 1"),
        (json!({"centers": 101}), "n_samples must be at least 101, one for each center, got 100"),
        (json!({"centers": []}), "centers must be at least 2 centers, got 0"),
        (json!({"centers": [[1, 2], [3]]}), "centers must have 2 coordinates each, as the first has, got 1"),
        (json!({"centers": [[], []]}), "centers must be points of at least 1 coordinate, got 0"),
        (json!({"centers": [[0], [1e16]]}), "centers must be finite and at most 1e15 in size, got 1"),
        (json!({"centers": 2, "n_samples": [5, 5]}), "centers must be null or points where n_samples is a list, got 2"),
        (
            json!({"centers": [[0], [1]], "n_samples": [1, 2, 3]}),
            "n_samples must be one number or 2, one for each center",
        ),
        (json!({"cluster_std": [1, 2]}), "cluster_std must be one number or 3, one for each center, got 2"),
        (json!({"cluster_std": -1}), "cluster_std must be in [0, 1e15], got -1"),
        (json!({"center_box": [1, -1]}), "center_box must be a lower and an upper bound, got [1, -1]"),
    ] {
        assert_refused("blobs", params, message);
    }
}
