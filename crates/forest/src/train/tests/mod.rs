//! What holds for every way of growing.

mod bad_input;
mod splits;

use super::bins::MISSING;
use super::*;
use crate::Forest;
use leadsight_schema::sigmoid;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const GROWTHS: [Growth; 3] = [
    Growth::Levels { max_depth: 4 },
    Growth::Leaves { max_leaves: 9, max_depth: 6 },
    Growth::Symmetric { depth: 4 },
];

const NUMBER: Input = Input::Number;

/// Three numbers with gaps and a category of seven levels, row-major; outcomes follow all but the third number.
fn leads(rows: usize, seed: u64) -> (Vec<f32>, [Input; 4], Vec<bool>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut values, mut outcomes) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let mut number = || rng.random_range(-40..40) as f32 / 20.0;
        let (a, b, c) = (number(), number(), number());
        let level = rng.random_range(0..7_u32);
        let a = if rng.random_bool(0.15) { f32::NAN } else { a };
        let margin = if a.is_nan() { 1.0 } else { 1.5 * f64::from(a) } - f64::from(b).abs()
            + if level % 3 == 0 { 1.0 } else { -0.5 };
        values.extend([a, b, c, level as f32]);
        outcomes.push(rng.random_bool(sigmoid(margin)));
    }
    (values, [NUMBER, NUMBER, NUMBER, Input::Category { levels: 7 }], outcomes)
}

fn params(growth: Growth) -> BoostParams {
    BoostParams { eta: 0.3, growth, ..BoostParams::default() }
}

fn outcomes<'a>(bins: &'a Bins, y: &'a [bool]) -> Sample<'a> {
    Sample { bins, target: Target::Outcomes(y), weights: None }
}

fn numbers<'a>(bins: &'a Bins, y: &'a [f64]) -> Sample<'a> {
    Sample { bins, target: Target::Numbers(y), weights: None }
}

fn boost(params: BoostParams, sample: Sample<'_>, rounds: usize) -> (Vec<Forest>, Losses) {
    let mut booster = Booster::new(params, sample, 7).unwrap();
    let mut losses = booster.round();
    (1..rounds).for_each(|_| losses = booster.round());
    (booster.forests().unwrap(), losses)
}

fn bag(params: BagParams, sample: Sample<'_>, trees: usize) -> Result<Bagged, ForestError> {
    let mut bagger = Bagger::new(params, sample, 3)?;
    bagger.grow(trees / 2);
    bagger.grow(trees - trees / 2);
    assert_eq!(bagger.trees(), trees);
    bagger.finish()
}

fn log_loss(margins: &[f64], y: &[bool]) -> f64 {
    let row = |(m, y): (&f64, &bool)| (if *y { -*m } else { *m }).exp().ln_1p();
    margins.iter().zip(y).map(row).sum::<f64>() / y.len() as f64
}

proptest! {
    #[test]
    fn the_forest_says_what_the_booster_knew(seed: u64, rows in 20..300_usize, growth in 0..3_usize) {
        let (values, inputs, y) = leads(rows, seed);
        prop_assume!(y.contains(&true) && y.contains(&false));
        let bins = Bins::fit(&values, &inputs, 16).unwrap();
        let params = BoostParams { subsample: 0.7, colsample: 0.8, ..params(GROWTHS[growth]) };
        let (forests, losses) = boost(params, outcomes(&bins, &y), 5);
        let margins = forests[0].margins(&values).unwrap();
        prop_assert!((log_loss(&margins, &y) - losses.train).abs() < 1e-9);
    }
}

#[test]
fn bins_follow_their_cuts() {
    let (values, inputs, _) = leads(3000, 3);
    let unusual = [f32::NEG_INFINITY, f32::INFINITY, -0.0, f32::NAN, 1e-40, -3e38, 99.0, -1.0];
    for max_bins in [2, 5, 255] {
        let bins = Bins::fit(&values, &inputs, max_bins).unwrap();
        for (input, map) in bins.maps.iter().enumerate() {
            assert!(map.bins() <= max_bins);
            for x in values.iter().chain(&unusual) {
                let code = map.code(*x);
                assert!(usize::from(code) < map.bins() || code == MISSING, "{input} {x} {code}");
            }
            let counts = bins.columns[input].iter().fold([0; 256], |mut counts, code| {
                counts[usize::from(*code)] += 1;
                counts
            });
            if input < 3 {
                // 80 distinct values, or shares of 3000 rows that are about the same.
                let (least, most) = if max_bins == 255 { (15, 70) } else { (450, 1700) };
                let known = &counts[..map.bins()];
                assert!(known.iter().all(|n| (least..most).contains(n)), "{max_bins} {known:?}");
            }
        }
        assert_eq!(bins.like(&values).unwrap().columns, bins.columns);
    }
    let infinite = [f32::NEG_INFINITY, 1.0, f32::MAX, f32::INFINITY];
    let bins = Bins::fit(&infinite, &[NUMBER], 255).unwrap();
    // No finite threshold parts the largest number from infinity.
    assert_eq!(&bins.columns[0][..], [0, 1, 2, 2]);
}

#[test]
fn threads_leave_no_trace() {
    let (values, inputs, y) = leads(30_000, 1);
    let classes: Vec<u32> = values.chunks(4).map(|row| row[3] as u32 % 3).collect();
    let fit = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let bins = Bins::fit(&values, &inputs, 255).unwrap();
            let sample = outcomes(&bins, &y);
            let ordered = OrderedStatistics::default().apply(&sample, &values, &inputs, 3).unwrap();
            let mut forests = Vec::new();
            for growth in GROWTHS {
                let params = BoostParams { subsample: 0.8, colsample: 0.8, ..params(growth) };
                forests.extend(boost(params.clone(), sample, 4).0);
                forests.extend(boost(params.clone(), outcomes(&ordered, &y), 4).0);
                let target = Target::Classes { of: &classes, classes: 3 };
                forests.extend(boost(params, Sample { target, ..sample }, 2).0);
            }
            let bagged = bag(BagParams::default(), outcomes(&ordered, &y), 5).unwrap();
            forests.extend(bagged.forests);
            (serde_json::to_string(&forests).unwrap(), bagged.out_of_bag)
        })
    };
    let one = fit(1);
    assert!(one == fit(2));
    assert!(one == fit(4));
}

#[test]
fn a_weight_is_so_many_rows() {
    let (values, inputs, y) = leads(400, 5);
    let times = |row: usize| [0, 1, 1, 2, 4][row % 5];
    let weights: Vec<f64> = (0..400).map(|row| f64::from(times(row))).collect();
    let copies = (0..400).flat_map(|row| (0..times(row)).map(move |_| row));
    let copied: Vec<f32> =
        copies.clone().flat_map(|row| values[row * 4..row * 4 + 4].to_vec()).collect();
    let copied_y: Vec<bool> = copies.map(|row| y[row]).collect();
    let bins = Bins::fit(&values, &inputs, 255).unwrap();
    let copied_bins = bins.like(&copied).unwrap();
    for growth in GROWTHS {
        // How many rows a level has is not a matter of weights.
        let categories = Categories { min_rows: 0.0, ..Categories::default() };
        let params = BoostParams { categories, ..params(growth) };
        let weighted = Sample { weights: Some(&weights), ..outcomes(&bins, &y) };
        let (a, _) = boost(params.clone(), weighted, 5);
        let (b, _) = boost(params, outcomes(&copied_bins, &copied_y), 5);
        for (a, b) in a[0].margins(&values).unwrap().iter().zip(b[0].margins(&values).unwrap()) {
            assert!((a - b).abs() < 1e-5, "{growth:?} {a} {b}");
        }
    }
}

#[test]
fn the_order_of_rows_changes_rounding_only() {
    let (values, inputs, y) = leads(1000, 6);
    let order: Vec<usize> = (0..1000).map(|i| i * 7 % 1000).collect();
    let moved: Vec<f32> = order.iter().flat_map(|r| values[r * 4..r * 4 + 4].to_vec()).collect();
    let moved_y: Vec<bool> = order.iter().map(|r| y[*r]).collect();
    let (bins, moved_bins) =
        (Bins::fit(&values, &inputs, 255).unwrap(), Bins::fit(&moved, &inputs, 255).unwrap());
    for growth in GROWTHS {
        let (a, _) = boost(params(growth), outcomes(&bins, &y), 5);
        let (b, _) = boost(params(growth), outcomes(&moved_bins, &moved_y), 5);
        for (a, b) in a[0].margins(&values).unwrap().iter().zip(b[0].margins(&values).unwrap()) {
            assert!((a - b).abs() < 1e-5, "{growth:?} {a} {b}");
        }
    }
}

#[test]
fn symmetric_trees_are_recognised_as_such() {
    let (rows, inputs, y) = leads(600, 4);
    let bins = Bins::fit(&rows, &inputs, 64).unwrap();
    for growth in GROWTHS {
        let (forests, _) = boost(params(growth), outcomes(&bins, &y), 6);
        let forest = &forests[0];
        let all = (0..forest.n_trees()).all(|tree| forest.is_symmetric(tree));
        assert_eq!(all, matches!(growth, Growth::Symmetric { .. }), "{growth:?}");
    }
}

#[test]
fn going_on_is_as_never_having_stopped() {
    let (values, inputs, y) = leads(500, 9);
    let bins = Bins::fit(&values, &inputs, 255).unwrap();
    for growth in GROWTHS {
        let params = BoostParams { subsample: 0.6, colsample: 0.6, ..params(growth) };
        let (whole, _) = boost(params.clone(), outcomes(&bins, &y), 6);
        let (half, _) = boost(params.clone(), outcomes(&bins, &y), 3);
        let booster = Booster::new(params, outcomes(&bins, &y), 7).unwrap();
        let mut booster = booster.resume(&half, &values).unwrap();
        let mut booster = {
            (0..2).for_each(|_| assert!(booster.round().watch.is_none()));
            booster.watching(outcomes(&bins, &y), &values).unwrap()
        };
        let losses = booster.round();
        assert_eq!(booster.rounds(), 6);
        assert!(booster.forests().unwrap() == whole, "{growth:?}");
        assert!((losses.train - losses.watch.unwrap()).abs() < 1e-12);
    }
}

#[test]
fn numbers_classes_and_outcomes_are_learned() {
    let (values, inputs, y) = leads(2000, 10);
    let bins = Bins::fit(&values, &inputs, 64).unwrap();
    let amounts: Vec<f64> =
        values.chunks(4).map(|r| f64::from(r[1]).powi(2) + f64::from(r[3])).collect();
    let classes: Vec<u32> =
        values.chunks(4).map(|r| u32::from(r[1] > 0.5) + u32::from(r[3] > 3.0)).collect();
    for growth in GROWTHS {
        let mean = amounts.iter().sum::<f64>() / 2000.0;
        let variance = amounts.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / 2000.0;
        let (_, losses) = boost(params(growth), numbers(&bins, &amounts), 40);
        assert!(losses.train < 0.05 * variance, "{growth:?} {losses:?} {variance}");
        let target = Target::Classes { of: &classes, classes: 3 };
        let (forests, losses) =
            boost(params(growth), Sample { bins: &bins, target, weights: None }, 40);
        assert_eq!(forests.len(), 3);
        assert!(losses.train < 0.05, "{growth:?} {losses:?}");
        let (forests, losses) = boost(params(growth), outcomes(&bins, &y), 20);
        assert!(losses.train < 0.55, "{growth:?} {losses:?}");
        let (test, _, test_y) = leads(2000, 11);
        assert!(log_loss(&forests[0].margins(&test).unwrap(), &test_y) < 0.6);
    }
}

#[test]
fn categories_with_many_levels_become_numbers_that_new_rows_share() {
    // 300 levels of 20 rows: the levels of an even number convert.
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut rows = |n: usize| -> (Vec<f32>, Vec<bool>) {
        let level = (0..n).map(|_| rng.random_range(0..300_u32)).collect::<Vec<_>>();
        let y = level.iter().map(|l| rng.random_bool(if l % 2 == 0 { 0.8 } else { 0.2 })).collect();
        (level.iter().map(|l| *l as f32).collect(), y)
    };
    let ((values, y), (test, test_y)) = (rows(6000), rows(3000));
    let inputs = [Input::Category { levels: 310 }];
    let bins = Bins::fit(&values, &inputs, 255).unwrap();
    let sample = outcomes(&bins, &y);
    let ordered = OrderedStatistics::default().apply(&sample, &values, &inputs, 3).unwrap();
    let (forests, losses) = boost(params(GROWTHS[2]), outcomes(&ordered, &y), 30);
    let test_loss = log_loss(&forests[0].margins(&test).unwrap(), &test_y);
    // The best possible is 0.50; what the trees see in training is no better than what they do on new rows.
    assert!(test_loss < 0.53 && losses.train > test_loss - 0.01, "{test_loss} {losses:?}");
    let unseen = forests[0].margins(&[305.0, 400.0, f32::NAN]).unwrap();
    assert!(unseen[0].abs() < 0.3 && unseen.iter().all(|m| m.abs() < 2.0), "{unseen:?}");
}

#[test]
fn bagged_trees_learn_and_know_their_error() {
    let (values, _, y) = leads(3000, 12);
    let inputs = [NUMBER; 4];
    let (test, _, test_y) = leads(3000, 13);
    let bins = Bins::fit(&values, &inputs, 255).unwrap();
    for (cuts, sampling) in [(Cuts::All, Sampling::Bootstrap), (Cuts::Random, Sampling::Share(0.7))]
    {
        let params = BagParams { cuts, sampling, ..BagParams::default() };
        let bagged = bag(params, outcomes(&bins, &y), 60).unwrap();
        let test_loss = log_loss(&bagged.forests[0].margins(&test).unwrap(), &test_y);
        let oob: Vec<f64> = bagged.out_of_bag[0].iter().map(|m| m.unwrap()).collect();
        let (oob_loss, own) =
            (log_loss(&oob, &y), log_loss(&bagged.forests[0].margins(&values).unwrap(), &y));
        assert!(test_loss < 0.58, "{cuts:?} {test_loss}");
        assert!(
            (oob_loss - test_loss).abs() < 0.03 && own < oob_loss,
            "{test_loss} {oob_loss} {own}"
        );
    }
    let amounts: Vec<f64> = values.chunks(4).map(|r| f64::from(r[1]) * 3.0).collect();
    let params = BagParams { colsample: 1.0, ..BagParams::default() };
    let bagged = bag(params, numbers(&bins, &amounts), 20).unwrap();
    let margins = bagged.forests[0].margins(&values).unwrap();
    assert!(margins.iter().zip(&amounts).all(|(m, a)| (m - a).abs() < 0.5));
    let with_category =
        Bins::fit(&values, &[NUMBER, NUMBER, NUMBER, Input::Category { levels: 7 }], 9).unwrap();
    let error = bag(BagParams::default(), outcomes(&with_category, &y), 1).unwrap_err();
    assert!(error.to_string().contains("a category at 3"), "{error}");
}
