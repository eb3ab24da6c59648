//! Sums of a few weighted features, over long streams of rows.
//!
//! Where one weight changes, one feature of many rows changes: here each feature's rows lie side by side, `[features][rows]`,
//! and a pass reads nothing but what it needs. The rows of a stream are a multiple of [`STREAM`]; order of summation: the
//! terms' own.

use super::Lanes;

/// Rows that a pass takes at a time: what a stream's length is a multiple of.
pub const STREAM: usize = 16;
/// Vectors of four rows in them.
const QUADS: usize = STREAM / 4;

/// A weight times a feature of the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    pub weight: f32,
    pub feature: usize,
}

/// `z = bias + Σ weight·source[feature]`.
///
/// # Shapes
/// `source`: `[features][rows]`, `z`: `[rows]`.
pub fn set_to_terms<V: Lanes>(z: &mut [f32], bias: f32, terms: &[Term], source: &[f32]) {
    let rows = z.len();
    for (at, z) in z.as_chunks_mut::<STREAM>().0.iter_mut().enumerate() {
        store(plus_terms([V::splat(bias); QUADS], terms, source, (rows, at * STREAM)), z);
    }
}

/// `z += Σ weight·source[feature]`, and into `change` what that did to `activation(z)`.
///
/// # Shapes
/// As for [`set_to_terms`]; `change`: `[rows]`.
pub fn add_terms<V: Lanes>(
    z: &mut [f32],
    change: &mut [f32],
    terms: &[Term],
    source: &[f32],
    activation: impl Fn(V) -> V,
) {
    let rows = z.len();
    assert_eq!(change.len(), rows, "a change for each row");
    let streams = z.as_chunks_mut::<STREAM>().0.iter_mut().zip(change.as_chunks_mut::<STREAM>().0);
    for (at, (z, change)) in streams.enumerate() {
        let before: [V; QUADS] = load(z);
        let after = plus_terms(before, terms, source, (rows, at * STREAM));
        store(after, z);
        store(std::array::from_fn(|q| activation(after[q]).sub(activation(before[q]))), change);
    }
}

/// `z += Σ weight·source[feature]` in about twice the precision: `z` + `carry` is the sum, whose error does not grow with
/// the number of terms.
///
/// # Source
/// Kahan, *Further remarks on reducing truncation errors* (1965): the error is at most (2u + O(n·u²))·Σ|term|.
pub fn add_terms_compensated<V: Lanes>([z, carry]: [&mut [f32]; 2], terms: &[Term], source: &[f32]) {
    let rows = z.len();
    assert_eq!(carry.len(), rows, "a carry for each row");
    let streams = z.as_chunks_mut::<STREAM>().0.iter_mut().zip(carry.as_chunks_mut::<STREAM>().0);
    for (at, (z, carry)) in streams.enumerate() {
        let (mut sums, mut lost): ([V; QUADS], [V; QUADS]) = (load(z), load(carry));
        for term in terms {
            let start = term.feature * rows + at * STREAM;
            let (weight, x) = (V::splat(term.weight), load::<V>(&source[start..].as_chunks().0[0]));
            for ((sum, lost), x) in sums.iter_mut().zip(&mut lost).zip(x) {
                let addend = weight.mul(x).add(*lost);
                let total = sum.add(addend);
                *lost = addend.sub(total.sub(*sum));
                *sum = total;
            }
        }
        store(sums, z);
        store(lost, carry);
    }
}

/// `out = activation(z)`.
pub fn activate<V: Lanes>(z: &[f32], out: &mut [f32], activation: impl Fn(V) -> V) {
    for (z, out) in z.as_chunks::<4>().0.iter().zip(out.as_chunks_mut::<4>().0) {
        activation(V::load(z)).store(out);
    }
}

/// `value = f(value, beside)`.
pub fn combine<V: Lanes>(values: &mut [f32], beside: &[f32], f: impl Fn(V, V) -> V) {
    for (value, beside) in values.as_chunks_mut::<4>().0.iter_mut().zip(beside.as_chunks::<4>().0) {
        f(V::load(value), V::load(beside)).store(value);
    }
}

#[inline(always)]
fn plus_terms<V: Lanes>(
    mut sums: [V; QUADS],
    terms: &[Term],
    source: &[f32],
    (rows, at): (usize, usize),
) -> [V; QUADS] {
    for term in terms {
        let start = term.feature * rows + at;
        let (weight, x) = (V::splat(term.weight), load::<V>(&source[start..].as_chunks().0[0]));
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum = sum.add(weight.mul(x));
        }
    }
    sums
}

#[inline(always)]
fn load<V: Lanes>(rows: &[f32; STREAM]) -> [V; QUADS] {
    let quads = rows.as_chunks::<4>().0;
    std::array::from_fn(|q| V::load(&quads[q]))
}

#[inline(always)]
fn store<V: Lanes>(sums: [V; QUADS], rows: &mut [f32; STREAM]) {
    rows.as_chunks_mut::<4>().0.iter_mut().zip(sums).for_each(|(place, sum)| sum.store(place));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::{Native, tanh};

    fn numbers(len: usize, seed: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0).collect()
    }

    proptest! {
        #[test]
        fn sums_of_terms_are_those_of_their_definition(passes in 1usize..4, features in 1usize..9, n in 0usize..12, seed in 0usize..1000) {
            let rows = passes * STREAM;
            let (source, start) = (numbers(features * rows, seed), numbers(rows, seed + 1));
            let weights = numbers(n, seed + 2);
            let terms: Vec<Term> =
                weights.iter().enumerate().map(|(i, &weight)| Term { weight, feature: (i * 5 + seed) % features }).collect();
            let sum = |row: usize| -> f64 {
                terms.iter().map(|term| f64::from(term.weight) * f64::from(source[term.feature * rows + row])).sum()
            };
            let close = |got: f32, want: f64| (f64::from(got) - want).abs() <= 1e-6 * (n + 1) as f64;

            let mut set = vec![f32::NAN; rows];
            set_to_terms::<Native>(&mut set, 0.25, &terms, &source);
            let (mut added, mut change) = (start.clone(), vec![f32::NAN; rows]);
            add_terms::<Native>(&mut added, &mut change, &terms, &source, tanh);
            let (mut exact, mut carry) = (start.clone(), vec![0.0; rows]);
            let mut exact_change = vec![f32::NAN; rows];
            activate::<Native>(&exact, &mut exact_change, tanh);
            add_terms_compensated::<Native>([&mut exact, &mut carry], &terms, &source);
            combine::<Native>(&mut exact_change, &exact, |before, after| tanh(after).sub(before));
            for row in 0..rows {
                let want = f64::from(start[row]) + sum(row);
                prop_assert!(close(set[row], 0.25 + sum(row)));
                prop_assert!(close(added[row], want));
                prop_assert!(close(exact[row], want));
                let want = libm::tanh(want) - libm::tanh(f64::from(start[row]));
                prop_assert!(close(change[row], want) && close(exact_change[row], want));
            }
        }
    }

    #[test]
    fn a_compensated_sum_forgets_nothing_over_many_updates() {
        let source = numbers(50 * STREAM, 3);
        let (mut z, mut carry) = (vec![1000.0; STREAM], vec![0.0; STREAM]);
        let mut want = vec![1000.0; STREAM];
        for update in 0..20_000 {
            let term = Term { weight: 0.01 * (update % 7) as f32, feature: update % 50 };
            add_terms_compensated::<Native>([&mut z, &mut carry], &[term], &source);
            for (want, x) in want.iter_mut().zip(&source[term.feature * STREAM..]) {
                *want += f64::from(term.weight * x);
            }
        }
        // One rounding of the sum itself; a plain one is off by a hundred times as much.
        for (z, want) in z.iter().zip(want) {
            assert!((f64::from(*z) - want).abs() <= 1000.0 * f64::from(f32::EPSILON), "{z} for {want}");
        }
    }
}
