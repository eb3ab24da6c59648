//! Splits against those of scikit-learn.

mod common;

use common::cases;
use proptest::prelude::*;
use prunelab::Error;
use prunelab::data::{Size, SplitParams, train_test_split};
use serde_json::Value;

fn size(params: &Value, name: &str) -> Option<Size> {
    params.get(name).filter(|value| !value.is_null()).map(|value| serde_json::from_value(value.clone()).unwrap())
}

/// Labels as ranks: any integers in, the same order out.
fn ranks(labels: &Value) -> Option<Vec<usize>> {
    let labels: Vec<i64> = labels.as_array()?.iter().map(|label| label.as_i64().unwrap()).collect();
    let mut sorted = labels.clone();
    sorted.sort();
    sorted.dedup();
    Some(labels.iter().map(|label| sorted.binary_search(label).unwrap()).collect())
}

#[test]
fn splits_hold_the_rows_of_scikit_learn_in_its_order() {
    for case in cases("split") {
        let json = &case.json;
        let known = ["test_size", "train_size", "shuffle"];
        let unknown = json["params"].as_object().unwrap().keys().find(|name| !known.contains(&name.as_str()));
        assert_eq!(unknown, None, "{}", case.name());
        let labels = ranks(&json["y"]);
        let params = SplitParams {
            test_size: size(&json["params"], "test_size"),
            train_size: size(&json["params"], "train_size"),
            shuffle: json["params"].get("shuffle").is_none_or(|shuffle| shuffle.as_bool().unwrap()),
            stratify: labels.as_deref(),
            random_state: json["seed"].as_u64().unwrap() as u32,
        };
        let got = train_test_split(json["n"].as_u64().unwrap() as usize, &params);
        if json["result"].get("error").is_some() {
            assert!(matches!(got, Err(Error::Invalid { .. })), "{} must be refused, got {got:?}", case.name());
        } else {
            let (train, test) = got.unwrap_or_else(|error| panic!("{}: {error}", case.name()));
            assert_eq!(train, case.indices("train"), "{} train", case.name());
            assert_eq!(test, case.indices("test"), "{} test", case.name());
        }
    }
}

#[test]
fn experiments_train_and_test_on_the_rows_of_scikit_learn() {
    for case in cases("experiment") {
        let labels = case.indices("y");
        let params = SplitParams {
            test_size: size(&case.json, "test_size"),
            stratify: (case.json["stratify"] == true).then_some(labels.as_slice()),
            random_state: case.json["split_seed"].as_u64().unwrap() as u32,
            ..SplitParams::default()
        };
        let (train, test) = train_test_split(labels.len(), &params).unwrap();
        assert_eq!(train, case.indices("train"), "{} train", case.name());
        assert_eq!(test, case.indices("test"), "{} test", case.name());
    }
}

#[test]
fn without_shuffling_the_first_rows_train_and_the_next_test() {
    let params = SplitParams { shuffle: false, test_size: Some(Size::Count(3)), ..SplitParams::default() };
    assert_eq!(train_test_split(8, &params), Ok((vec![0, 1, 2, 3, 4], vec![5, 6, 7])));
}

#[test]
fn a_refusal_names_the_field_to_change() {
    let fraction = |share| Some(Size::Fraction(share));
    let count = |rows| Some(Size::Count(rows));
    let with_labels = |labels| SplitParams { stratify: Some(labels), ..SplitParams::default() };
    let none = SplitParams::default();
    let cases: [(usize, SplitParams, &str); 19] = [
        (10, SplitParams { test_size: fraction(0.0), ..none }, "test_size must be in (0, 1), got 0"),
        (10, SplitParams { test_size: fraction(1.2), ..none }, "test_size must be in (0, 1), got 1.2"),
        (10, SplitParams { test_size: fraction(f64::NAN), ..none }, "test_size must be in (0, 1), got NaN"),
        (10, SplitParams { test_size: fraction(-0.1), ..none }, "test_size must be in (0, 1), got -0.1"),
        (10, SplitParams { test_size: count(0), ..none }, "test_size must be in [1, 9], rows out of 10, got 0"),
        (10, SplitParams { test_size: count(10), ..none }, "test_size must be in [1, 9], rows out of 10, got 10"),
        (10, SplitParams { train_size: fraction(1.0), ..none }, "train_size must be in (0, 1), got 1"),
        (10, SplitParams { train_size: count(11), ..none }, "train_size must be in [1, 9], rows out of 10, got 11"),
        (10, SplitParams { train_size: fraction(0.05), ..none }, "train_size must be such that rows are left"),
        (10, SplitParams { test_size: fraction(0.95), ..none }, "test_size must be such that rows are left"),
        (1, none, "test_size must be such that rows are left"),
        (0, none, "test_size must be such that rows are left"),
        (
            10,
            SplitParams { test_size: fraction(0.5), train_size: fraction(0.75), ..none },
            "train_size must be at most",
        ),
        (
            10,
            SplitParams { test_size: count(6), train_size: count(5), ..none },
            "train_size must be at most the 4 of 10",
        ),
        (6, with_labels(&[0, 0, 0, 1, 1]), "stratify must be 6 labels, one for each row, got 5"),
        (5, with_labels(&[0, 0, 0, 0, 7]), "stratify must have at least 2 rows of each label, got 1 of 7"),
        (6, with_labels(&[0, 0, 1, 1, 2, 2]), "test_size must be at least 3 rows, one for each label, got 2"),
        (
            6,
            SplitParams { test_size: count(4), ..with_labels(&[0, 0, 1, 1, 2, 2]) },
            "train_size must be at least 3 rows, one for each label, got 2",
        ),
        (
            4,
            SplitParams { shuffle: false, ..with_labels(&[0, 0, 1, 1]) },
            "stratify must be absent where shuffle is false",
        ),
    ];
    for (n, params, message) in cases {
        let error = train_test_split(n, &params).expect_err(message).to_string();
        assert!(error.starts_with(message), "got {error:?}, want {message:?}");
    }
}

#[test]
fn the_parts_of_an_experiment_never_share_a_row() {
    let labels = [0, 1].repeat(50);
    let params =
        SplitParams { stratify: Some(&labels), test_size: Some(Size::Fraction(0.3)), ..SplitParams::default() };
    let (train, test) = train_test_split(100, &params).unwrap();
    assert!(train.iter().all(|row| !test.contains(row)));
    assert_eq!(test.iter().filter(|&&row| labels[row] == 1).count(), 15);
}

proptest! {
    #[test]
    fn a_split_is_a_partition(
        labels in prop::collection::vec(0_usize..4, 2..200),
        share in 0.01..0.99_f64,
        stratify: bool,
        shuffle: bool,
        random_state: u32,
    ) {
        let n = labels.len();
        let stratify = stratify.then_some(labels.as_slice());
        let params = SplitParams { test_size: Some(Size::Fraction(share)), train_size: None, shuffle, stratify, random_state };
        if let Ok((train, test)) = train_test_split(n, &params) {
            prop_assert_eq!(test.len(), (share * n as f64).ceil() as usize);
            let mut all: Vec<usize> = train.into_iter().chain(test).collect();
            all.sort();
            prop_assert!(all.into_iter().eq(0..n));
        }
    }

    #[test]
    fn no_sizes_make_a_split_panic(n in 0_usize..50, test: Option<f64>, train: Option<usize>, shuffle: bool) {
        let (test_size, train_size) = (test.map(Size::Fraction), train.map(Size::Count));
        let params = SplitParams { test_size, train_size, shuffle, ..SplitParams::default() };
        let _ = train_test_split(n, &params);
    }
}
