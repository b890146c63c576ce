//! Tests of the choice and of each map.

use super::*;
use CalibrationKind::{Beta, Identity, Isotonic, Platt};
use leadsight_schema::sigmoid;
use proptest::prelude::*;

const ALL: [CalibrationKind; 4] = [Identity, Platt, Beta, Isotonic];

/// Margins spread evenly over -4..4; outcomes drawn by a fixed low-discrepancy rule from sigmoid(truth(m)).
fn leads(n: usize, truth: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<bool>) {
    let row = |i: usize| {
        let m = -4.0 + 8.0 * (i as f64 * 0.618_033_988_749_895).fract();
        let u = (i as f64 * 0.754_877_666_246_693 + 0.5).fract();
        (m, u < sigmoid(truth(m)))
    };
    (0..n).map(row).unzip()
}

fn check(truth: fn(f64) -> f64, expect: &[CalibrationKind]) {
    let (margins, labels) = leads(4000, truth);
    let fitted = fit(&margins, &labels, &ALL, Seed(1)).unwrap();
    assert!(expect.contains(&fitted.calibrator.kind()), "{:?}", fitted.scores);
    let misses = margins.iter().zip(&fitted.out_of_fold).map(|(m, p)| p - sigmoid(truth(*m)));
    assert!(misses.map(f64::abs).sum::<f64>() / 4000.0 < 0.03);
}

#[test]
fn the_simplest_map_that_serves_is_taken() {
    check(|m| m, &[Identity]);
    check(|m| 0.5 * m - 1.0, &[Platt]);
    check(|m| if m > 0.0 { 3.0 * m } else { 0.3 * m }, &[Beta, Isotonic]);
    check(|m| if m > 0.0 { 1.0 } else { -2.0 }, &[Isotonic]);
}

#[test]
fn platt_finds_the_line() {
    let (margins, labels) = leads(20_000, |m| 0.5 * m - 1.0);
    let Some(Calibrator::Platt { a, b }) = platt::fit(&margins, &labels) else { panic!() };
    assert!((a - 0.5).abs() < 0.03 && (b + 1.0).abs() < 0.06, "{a} {b}");
}

#[test]
fn a_falling_relation_keeps_identity() {
    let (margins, labels) = leads(500, |m| -m);
    let fitted = fit(&margins, &labels, &[Identity, Platt, Beta], Seed(1)).unwrap();
    assert_eq!(fitted.calibrator, Calibrator::Identity);
    assert!(matches!(
        fit(&margins, &labels, &[Platt], Seed(1)),
        Err(TrainError::NoCalibration { .. })
    ));
}

#[test]
fn constant_margins_work() {
    let labels: Vec<bool> = (0..200).map(|i| i % 10 == 0).collect();
    for kind in ALL {
        let fitted = fit(&[0.5; 200], &labels, &[kind], Seed(1)).unwrap();
        let p = fitted.calibrator.probability(0.5);
        assert!(kind == Identity || (p - 0.1).abs() < 0.01, "{kind} {p}");
    }
}

#[test]
fn bad_rows_are_named() {
    let kinds = &ALL;
    assert!(matches!(fit(&[], &[], kinds, Seed(0)), Err(TrainError::NoRows { .. })));
    assert!(matches!(fit(&[1.0], &[], kinds, Seed(0)), Err(TrainError::Rows { .. })));
    assert!(matches!(
        fit(&[1.0, 2.0], &[true, true], kinds, Seed(0)),
        Err(TrainError::OneClass { .. })
    ));
    assert!(matches!(
        fit(&[1.0, f64::NAN], &[true, false], kinds, Seed(0)),
        Err(TrainError::Margin { row: 1, .. })
    ));
    let few = fit(&[1.0, 2.0], &[true, false], kinds, Seed(0)).unwrap();
    assert_eq!(few.calibrator, Calibrator::Identity);
}

proptest! {
    #[test]
    fn isotonic_is_monotone_and_keeps_the_mean(
        rows in proptest::collection::vec((-3_i32..3, any::<bool>()), 2..60)
    ) {
        let margins: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
        let labels: Vec<bool> = rows.iter().map(|r| r.1).collect();
        let map = isotonic::fit(&margins, &labels).checked().unwrap();
        let p: Vec<f64> = (-40..40).map(|m| map.probability(f64::from(m) / 10.0)).collect();
        prop_assert!(p.windows(2).all(|w| w[0] <= w[1]));
        let mean = margins.iter().map(|m| map.probability(*m)).sum::<f64>() / rows.len() as f64;
        let rate = labels.iter().filter(|y| **y).count() as f64 / rows.len() as f64;
        prop_assert!((mean - rate).abs() <= 1.0 / (rows.len() as f64 + 2.0) + 1e-12);
    }

    #[test]
    fn every_choice_is_a_probability_and_repeats(
        rows in proptest::collection::vec((-50.0..50.0, any::<bool>()), 4..80)
    ) {
        let margins: Vec<f64> = rows.iter().map(|r| r.0).collect();
        let labels: Vec<bool> = rows.iter().map(|r| r.1).collect();
        if let Ok(fitted) = fit(&margins, &labels, &ALL, Seed(3)) {
            prop_assert!(fitted.out_of_fold.iter().all(|p| (0.0..=1.0).contains(p)));
            prop_assert_eq!(&fitted, &fit(&margins, &labels, &ALL, Seed(3)).unwrap());
        }
    }
}
