//! Scores in order.
//!
//! A score and its place make one number that stands in their order: one type to sort by, whatever is ranked.

/// The places of the scores, the lowest score first; among equals the lower place first.
pub fn ascending(scores: &[f32]) -> Vec<usize> {
    let mut keys = keys(scores);
    keys.sort_unstable();
    places(keys)
}

/// The places of the keys, the lowest key first; among equals the lower place first.
pub(crate) fn ascending_keys(keys: &[u64]) -> Vec<usize> {
    // Half by half, the lower one first, so that one type of number is sorted.
    let sorted = |order: Vec<usize>, half: fn(u64) -> u32| {
        let mut halves: Vec<u64> =
            order.iter().enumerate().map(|(i, &place)| u64::from(half(keys[place])) << 32 | i as u64).collect();
        halves.sort_unstable();
        places(halves).into_iter().map(|i| order[i]).collect()
    };
    let by_low = sorted((0..keys.len()).collect(), |key| key as u32);
    sorted(by_low, |key| (key >> 32) as u32)
}

/// The places of the `count` lowest scores, in any order; among equals the lower places.
pub fn lowest(scores: &[f32], count: usize) -> Vec<usize> {
    let mut keys = keys(scores);
    if 0 < count && count < keys.len() {
        keys.select_nth_unstable(count);
    }
    keys.truncate(count);
    places(keys)
}

/// Scores in the order of `f32::total_cmp` above their places.
fn keys(scores: &[f32]) -> Vec<u64> {
    let key = |(place, score): (usize, &f32)| {
        let bits = score.to_bits();
        let ordered = if score.is_sign_negative() { !bits } else { bits | 1 << 31 };
        u64::from(ordered) << 32 | place as u64
    };
    scores.iter().enumerate().map(key).collect()
}

fn places(keys: Vec<u64>) -> Vec<usize> {
    keys.into_iter().map(|key| key as u32 as usize).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_sorted_as_by_a_stable_sort(keys in proptest::collection::vec(0u64.., 0..40), coarse in 0u32..64) {
            let keys: Vec<u64> = keys.iter().map(|key| key >> coarse << (coarse / 2)).collect();
            let mut want: Vec<usize> = (0..keys.len()).collect();
            want.sort_by_key(|&i| keys[i]);
            prop_assert_eq!(ascending_keys(&keys), want);
        }

        #[test]
        fn the_order_is_that_of_a_stable_sort(bits in proptest::collection::vec(0u32.., 0..40), coarse in 0u32..32, count in 0usize..50) {
            // The fewer bits, the more scores are equal.
            let scores: Vec<f32> = bits.iter().map(|bits| f32::from_bits(bits >> coarse << coarse)).collect();
            let mut want: Vec<usize> = (0..scores.len()).collect();
            want.sort_by(|&i, &j| scores[i].total_cmp(&scores[j]));
            prop_assert_eq!(&ascending(&scores), &want);
            want.truncate(count);
            want.sort_unstable();
            let mut got = lowest(&scores, count);
            got.sort_unstable();
            prop_assert_eq!(got, want);
        }
    }
}
