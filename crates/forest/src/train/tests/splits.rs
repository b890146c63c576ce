//! Splits against what can be worked out by hand, and against all divisions of the rows.

use super::*;
use crate::train::bins::MISSING;
use crate::train::split::{Demands, Seeker, Sums, UNBOUNDED};
use crate::{Node, Rule};

#[test]
fn the_best_split_by_hand() {
    // Margins start at the mean 6, gradients are 6 6 -4 -4 -4: {1, 2} against the rest gains 12^2 / 2 + 12^2 / 3.
    let bins = Bins::fit(&[1.0, 2.0, 3.0, 4.0, f32::NAN], &[NUMBER], 255).unwrap();
    let y = [0.0, 0.0, 10.0, 10.0, 10.0];
    for growth in [
        Growth::Levels { max_depth: 1 },
        Growth::Leaves { max_leaves: 2, max_depth: 1 },
        Growth::Symmetric { depth: 1 },
    ] {
        let params = BoostParams { eta: 1.0, growth, lambda: 0.0, ..BoostParams::default() };
        let (forests, losses) = boost(params, numbers(&bins, &y), 1);
        let tree = &forests[0].trees()[0];
        match tree.nodes[0] {
            Node::Split(s) => {
                assert_eq!((s.rule, s.default_left), (Rule::Below(2.5), false));
                assert_eq!((s.gain, s.cover), (120.0, 5.0));
            }
            Node::Leaf { .. } => panic!("{growth:?} found no split"),
        }
        assert_eq!(tree.nodes[1], Node::Leaf { value: -6.0, cover: 2.0 });
        assert_eq!(tree.nodes[2], Node::Leaf { value: 4.0, cover: 3.0 });
        assert_eq!((forests[0].base(), losses.train), (6.0, 0.0));
    }
}

#[test]
fn missing_values_find_their_side_and_part_from_the_known() {
    let check = |values: [f32; 6], y: [f64; 6], rule: f32, default_left: bool| {
        let bins = Bins::fit(&values, &[NUMBER], 255).unwrap();
        for growth in [Growth::Levels { max_depth: 1 }, Growth::Symmetric { depth: 1 }] {
            let params = BoostParams { lambda: 0.0, ..params(growth) };
            let (forests, _) = boost(params, numbers(&bins, &y), 1);
            match forests[0].trees()[0].nodes[0] {
                Node::Split(s) => {
                    assert_eq!((s.rule, s.default_left), (Rule::Below(rule), default_left));
                }
                Node::Leaf { .. } => panic!("no split"),
            }
        }
    };
    let nan = f32::NAN;
    check([1.0, 2.0, 3.0, 4.0, nan, nan], [0.0, 0.0, 9.0, 9.0, 0.0, 0.0], 2.5, true);
    check([1.0, 2.0, 3.0, 4.0, nan, nan], [0.0, 0.0, 9.0, 9.0, 9.0, 9.0], 2.5, false);
    check([1.0, 2.0, 3.0, 4.0, nan, nan], [0.0, 0.0, 0.0, 0.0, 9.0, 9.0], f32::MAX, false);
    // None seen: with the heavier side.
    check([1.0, 1.0, 1.0, 4.0, 4.0, 4.0], [0.0, 0.0, 0.0, 9.0, 9.0, 9.0], 2.5, true);
    check([1.0, 1.0, 4.0, 4.0, 4.0, 4.0], [0.0, 0.0, 9.0, 9.0, 9.0, 9.0], 2.5, false);
}

/// Rows of one input and whole-number gradients, whose sums are exact.
fn node(rng: &mut ChaCha8Rng, rows: usize, values: u32) -> (Vec<f32>, Vec<Sums>) {
    let value = |rng: &mut ChaCha8Rng| match rng.random_range(0..values + 1) {
        0 => f32::NAN,
        k => (k - 1) as f32,
    };
    let sums = |rng: &mut ChaCha8Rng| {
        [f64::from(rng.random_range(-8..9_i32)), f64::from(rng.random_range(1..5_i32))]
    };
    (0..rows).map(|_| (value(rng), sums(rng))).unzip()
}

fn total(pairs: &[Sums], side: impl Fn(usize) -> bool) -> Sums {
    let side = (0..pairs.len()).filter(|i| side(*i)).map(|i| pairs[i]);
    side.fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]])
}

fn demands(lambda: f64, min_hessian: f64) -> Demands {
    let all = Categories { one_hot_up_to: 0, smooth: 0.0, lambda: 0.0, min_rows: 0.0 };
    Demands { lambda, min_hessian, min_gain: 0.0, categories: all, monotone: Vec::new() }
}

fn best_by_histogram(values: &[f32], input: Input, pairs: &[Sums], demands: &Demands) -> f64 {
    let bins = Bins::fit(values, &[input], 255).unwrap();
    let Some(group) = bins.groups.first() else { return 0.0 };
    let mut slots = vec![[0.0; 2]; bins.slots()];
    for (row, pair) in pairs.iter().enumerate() {
        let code = bins.columns[0][row];
        let at = if code == MISSING { slots.len() - 1 } else { usize::from(code) };
        slots[at] = [slots[at][0] + pair[0], slots[at][1] + pair[1]];
    }
    let sums = total(pairs, |_| true);
    let seeker = Seeker { sums, rows: values.len(), bounds: UNBOUNDED };
    let found = demands.best(group, &bins.maps, &slots, &seeker, &[true]);
    if let Some(found) = found {
        let left = total(pairs, |row| found.left.has(bins.columns[0][row]));
        assert_eq!(left, found.sums[0]);
        let again = gain(pairs, demands, |row| found.left.has(bins.columns[0][row]));
        assert!((again - found.gain).abs() <= 1e-9 * (1.0 + again), "{again} {found:?}");
    }
    found.map_or(0.0, |f| f.gain)
}

/// The gain of a division of the rows, 0 where a side is too light.
fn gain(pairs: &[Sums], demands: &Demands, left: impl Fn(usize) -> bool) -> f64 {
    let (l, r, all) = (total(pairs, &left), total(pairs, |i| !left(i)), total(pairs, |_| true));
    let score = |s: Sums| s[0] * s[0] / (s[1] + demands.lambda);
    let enough = l[1] >= demands.min_hessian.max(0.5) && r[1] >= demands.min_hessian.max(0.5);
    if enough { score(l) + score(r) - score(all) } else { 0.0 }
}

proptest! {
    #[test]
    fn the_best_cut_is_that_of_all_divisions(
        seed: u64, rows in 1..40_usize, distinct in 1..12_u32, lambda in 0..3_u8, least in 0..12_u8,
    ) {
        let (values, pairs) = node(&mut ChaCha8Rng::seed_from_u64(seed), rows, distinct);
        let demands = demands(f64::from(lambda), f64::from(least));
        let mut expected = 0.0_f64;
        for cut in 0..=distinct {
            for missing_left in [false, true] {
                let left = |row: usize| match values[row] {
                    x if x.is_nan() => missing_left,
                    x => x < cut as f32,
                };
                expected = expected.max(gain(&pairs, &demands, left));
            }
        }
        let found = best_by_histogram(&values, NUMBER, &pairs, &demands);
        prop_assert!((found - expected).abs() <= 1e-9, "{found} {expected}");
    }

    #[test]
    fn the_best_set_is_that_of_all_sets(seed: u64, rows in 1..40_usize, levels in 1..7_u32) {
        let (values, pairs) = node(&mut ChaCha8Rng::seed_from_u64(seed), rows, levels);
        let demands = demands(0.0, 0.0);
        let level = |x: f32| if x.is_nan() { levels } else { x as u32 };
        let sets = 0..1_u32 << (levels + 1);
        let gain = |set: u32| gain(&pairs, &demands, |row| set >> level(values[row]) & 1 == 1);
        let expected = sets.map(gain).fold(0.0, f64::max);
        let found = best_by_histogram(&values, Input::Category { levels }, &pairs, &demands);
        prop_assert!((found - expected).abs() <= 1e-9 * (1.0 + expected), "{found} {expected}");
    }
}

#[test]
fn a_direction_holds_everywhere() {
    let (values, inputs, y) = leads(2000, 8);
    let bins = Bins::fit(&values, &inputs, 255).unwrap();
    for growth in [GROWTHS[0], GROWTHS[1]] {
        for (way, sign) in [(Monotone::Rising, 1.0), (Monotone::Falling, -1.0)] {
            // Against what the second number says on one side of 0.
            let monotone = vec![Monotone::Free, way, Monotone::Free, Monotone::Free];
            let params = BoostParams { monotone, ..params(growth) };
            let (forests, _) = boost(params, outcomes(&bins, &y), 20);
            for a in [-1.5, 0.1, f32::NAN] {
                for level in 0..8 {
                    let row = |b: i32| [a, b as f32 / 10.0, 0.3, level as f32];
                    let margins: Vec<f64> =
                        (-25..25).map(|b| forests[0].margin(&row(b)).unwrap()).collect();
                    assert!(margins.windows(2).all(|w| (w[1] - w[0]) * sign >= -1e-12));
                    assert!(margins[0] != margins[49], "the input is used");
                }
            }
        }
    }
    let refuse = |monotone: Vec<Monotone>, growth, expect: &str| {
        let params = BoostParams { monotone, ..params(growth) };
        let error = Booster::new(params, outcomes(&bins, &y), 1).err().unwrap().to_string();
        assert!(error.contains(expect), "{error}");
    };
    refuse(vec![Monotone::Rising; 4], GROWTHS[0], "not Free at input 3");
    refuse(vec![Monotone::Rising; 4], GROWTHS[2], "symmetric trees");
    refuse(vec![Monotone::Free; 3], GROWTHS[0], "the directions are 3 where 4 were expected");
}
