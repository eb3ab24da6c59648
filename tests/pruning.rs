//! Pruning methods and schedules against PyTorch's.
//!
//! Among equal scores PyTorch's choice is an accident of a partial sort, so where scores are tied at the cut the counts
//! and the untied weights are held against it, and the whole mask against a stable sort.

mod common;

use common::{Case, assert_bits_f64, cases};
use prunelab::prune::{Amount, CubicSchedule, l1_unstructured, ln_structured, random_unstructured};
use prunelab::random::Generator;
use serde_json::Value;

fn amount(op: &Value) -> Amount {
    match op["amount"].as_u64() {
        Some(count) => Amount::Count(count as usize),
        None => Amount::Fraction(op["amount"].as_f64().unwrap()),
    }
}

fn norm(op: &Value) -> f64 {
    match &op["n"] {
        Value::String(n) => n.parse().unwrap(),
        n => n.as_f64().unwrap(),
    }
}

fn flags(mask: &[u8]) -> Vec<bool> {
    mask.iter().map(|&kept| kept == 1).collect()
}

/// What of the weights an operation works on: all tensors concatenated, or one.
struct Operand {
    weights: Vec<f32>,
    shape: (usize, usize),
    tensors: Vec<usize>,
}

fn operand(case: &Case, op: &Value) -> Operand {
    let shapes = case.json["shapes"].as_array().unwrap();
    let tensors = match op["method"].as_str().unwrap() {
        "global_l1" => (0..shapes.len()).collect(),
        _ => vec![op["tensor"].as_u64().unwrap_or(0) as usize],
    };
    let weights = tensors.iter().flat_map(|i| case.f32(&format!("w{i}"))).collect();
    let shape = case.shape(&format!("w{}", tensors[0]));
    Operand { weights, shape: (shape[0], shape[1]), tensors }
}

/// The mask of the operand's tensors after `step`, all kept before the first.
fn torch_mask(case: &Case, operand: &Operand, step: Option<usize>) -> Vec<bool> {
    match step {
        None => vec![true; operand.weights.len()],
        Some(step) => operand.tensors.iter().flat_map(|i| flags(&case.u8(&format!("step{step}/mask{i}")))).collect(),
    }
}

/// Groups of weights that go together, with their score: the smallest go first.
fn scored_groups(op: &Value, operand: &Operand, before: &[bool], draws: &mut Generator) -> Vec<(f32, Vec<usize>)> {
    let weights = &operand.weights;
    let live: Vec<usize> = (0..weights.len()).filter(|&i| before[i]).collect();
    match op["method"].as_str().unwrap() {
        "random_unstructured" if op["amount"].as_f64() == Some(0.0) => live.iter().map(|&i| (0.0, vec![i])).collect(),
        "random_unstructured" => draws.rand(live.len()).iter().zip(live).map(|(&u, i)| (-u, vec![i])).collect(),
        "ln_structured" => {
            let (rows, cols) = operand.shape;
            let along_rows = op["dim"] == 0;
            let channels = if along_rows { rows } else { cols };
            let members = |c: usize| -> Vec<usize> {
                (0..weights.len()).filter(|i| c == if along_rows { i / cols } else { i % cols }).collect()
            };
            let n = norm(op);
            let score = |members: &[usize]| {
                let values = members.iter().map(|&i| if before[i] { f64::from(weights[i]).abs() } else { 0.0 });
                if n.is_infinite() {
                    return values.fold(0.0, f64::max) as f32;
                }
                libm::pow(values.map(|v| libm::pow(v, n)).sum(), 1.0 / n) as f32
            };
            let groups = (0..channels).map(members).filter(|members| members.iter().any(|&i| before[i]));
            groups.map(|members| (score(&members), members)).collect()
        }
        _ => live.iter().map(|&i| (weights[i].abs(), vec![i])).collect(),
    }
}

#[test]
fn masks_are_those_of_torch_but_for_ties_at_the_cut() {
    for case in cases("prune") {
        let mut generator = Generator::new(case.json["seed"].as_i64().unwrap());
        let mut twin_draws = generator.clone();
        let ops = case.json["ops"].as_array().unwrap();
        for (step, op) in ops.iter().enumerate() {
            let at = format!("{} step {step}", case.name());
            let operand = operand(&case, op);
            let before = torch_mask(&case, &operand, step.checked_sub(1));
            let mut kept = before.clone();
            let (weights, amount) = (operand.weights.as_slice(), amount(op));
            let pruned = match op["method"].as_str().unwrap() {
                "l1_unstructured" | "global_l1" => l1_unstructured(weights, &mut kept, amount),
                "random_unstructured" => random_unstructured(&mut kept, amount, &mut generator),
                "ln_structured" => {
                    let dim = op["dim"].as_u64().unwrap() as usize;
                    ln_structured(weights, &mut kept, operand.shape, amount, norm(op), dim)
                }
                method => panic!("{at}: nobody checks {method}"),
            };
            if case.json["result"]["step"] == step {
                assert!(pruned.is_err(), "{at} must be refused");
                break;
            }
            pruned.unwrap();
            let torch = torch_mask(&case, &operand, Some(step));

            let mut groups = scored_groups(op, &operand, &before, &mut twin_draws);
            groups.sort_by(|a, b| a.0.total_cmp(&b.0));
            let count = amount.of(groups.len()).unwrap();
            let mut twin = before.clone();
            groups[..count].iter().flat_map(|(_, members)| members).for_each(|&i| twin[i] = false);
            assert_eq!(kept, twin, "{at}: the stable sort prunes otherwise");

            let n_kept = |mask: &[bool]| groups.iter().filter(|(_, members)| members.iter().any(|&i| mask[i])).count();
            assert_eq!(n_kept(&kept), n_kept(&torch), "{at}: counts");
            let cut = count.checked_sub(1).map(|last| groups[last].0);
            for (score, members) in &groups {
                if Some(*score) != cut {
                    members.iter().for_each(|&i| assert_eq!(kept[i], torch[i], "{at}: weight {i}"));
                }
            }
        }
    }
}

#[test]
fn the_cubic_schedule_has_the_bits_of_its_formula() {
    for case in cases("schedule") {
        let param = |name: &str| case.json["params"][name].as_f64().unwrap();
        let (initial, target) = (param("si"), param("sf"));
        let schedule = CubicSchedule { initial, target, t0: param("t0"), n: param("n"), dt: param("dt") };
        let steps = case.json["t"].as_array().unwrap();
        let got: Vec<f64> = steps.iter().map(|t| schedule.sparsity(t.as_f64().unwrap())).collect();
        assert_bits_f64(&got, &case.f64("s"), &case.name());
    }
}
