//! What holds for every input.

use leadsight_eval::*;
use leadsight_schema::Seed;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Labels of both classes and scores on a grid (ties are common), as probabilities.
fn leads() -> impl Strategy<Value = (Vec<bool>, Vec<f64>)> {
    prop::collection::vec((any::<bool>(), 0u8..=40), 2..80)
        .prop_filter("both classes", |rows| rows.iter().any(|r| r.0) && rows.iter().any(|r| !r.0))
        .prop_map(|rows| rows.into_iter().map(|(y, s)| (y, f64::from(s) / 40.0)).unzip())
}

/// Any slices at all, NaN and infinities included.
fn anything() -> impl Strategy<Value = (Vec<bool>, Vec<f64>)> {
    let score = prop_oneof![4 => 0.0..=1.0f64, 1 => any::<f64>()];
    (prop::collection::vec(any::<bool>(), 0..12), prop::collection::vec(score, 0..12))
}

/// O(m n), straight from the definition.
fn auc_by_pairs(labels: &[bool], scores: &[f64]) -> f64 {
    let of = |class| labels.iter().zip(scores).filter(move |(y, _)| **y == class).map(|(_, s)| *s);
    let wins: f64 = of(true)
        .flat_map(|p| {
            of(false).map(move |n| f64::from(u8::from(p > n)) + f64::from(u8::from(p == n)) / 2.0)
        })
        .sum();
    wins / (of(true).count() * of(false).count()) as f64
}

proptest! {
    #[test]
    fn auc_is_its_definition((y, s) in leads()) {
        let auc = roc_auc(&y, &s).unwrap();
        prop_assert!((auc - auc_by_pairs(&y, &s)).abs() < 1e-12);
        prop_assert!((delong(&y, &s, 0.95).unwrap().value - auc).abs() < 1e-12);
    }

    #[test]
    fn rank_metrics_do_not_change_under_increasing_maps((y, s) in leads()) {
        let mapped: Vec<f64> = s.iter().map(|s| (3.0 * s).exp() - 7.0).collect();
        prop_assert_eq!(roc_auc(&y, &s), roc_auc(&y, &mapped));
        prop_assert_eq!(pr_auc(&y, &s), pr_auc(&y, &mapped));
        prop_assert_eq!(ks(&y, &s), ks(&y, &mapped));
        prop_assert_eq!(capture_at(&y, &s, 0.3), capture_at(&y, &mapped, 0.3));
        prop_assert_eq!(delong(&y, &s, 0.9), delong(&y, &mapped, 0.9));
    }

    #[test]
    fn negated_scores_mirror_the_auc((y, s) in leads()) {
        let negated: Vec<f64> = s.iter().map(|s| -s).collect();
        let (a, b) = (delong(&y, &s, 0.95).unwrap(), delong(&y, &negated, 0.95).unwrap());
        prop_assert!((a.value + b.value - 1.0).abs() < 1e-12);
        prop_assert!((a.low + b.high - 1.0).abs() < 1e-9);
        prop_assert!((ks(&y, &s).unwrap() - ks(&y, &negated).unwrap()).abs() < 1e-12);
    }

    #[test]
    fn the_order_of_the_file_only_matters_at_a_cut((y, s) in leads()) {
        let (ry, rs): (Vec<bool>, Vec<f64>) = y.iter().copied().zip(s.iter().copied()).rev().unzip();
        for metric in [roc_auc, pr_auc, ks, ece] {
            prop_assert!((metric(&y, &s).unwrap() - metric(&ry, &rs).unwrap()).abs() < 1e-12);
        }
        prop_assert_eq!(curves::gains(&y, &s), curves::gains(&ry, &rs));
    }

    #[test]
    fn intervals_hold_their_value((y, s) in leads(), level in 0.5..0.999) {
        let options = EvaluateOptions { level, bootstrap: 30, seed: Seed(1) };
        let evaluation = evaluate(&y, &s, 0.5, &options).unwrap();
        for (key, i) in &evaluation.metrics {
            prop_assert!(metrics::KEYS.contains(&key.as_str()), "{key}");
            prop_assert!(i.low <= i.value && i.value <= i.high, "{key}: {i:?}");
            prop_assert!(i.low.is_finite() && i.high.is_finite(), "{key}: {i:?}");
        }
    }

    #[test]
    fn the_brier_score_is_the_sum_of_its_parts((y, s) in leads()) {
        let d = brier_decomposition(&y, &s).unwrap();
        let sum = d.reliability - d.resolution + d.uncertainty + d.within_bin;
        prop_assert!((d.brier - sum).abs() < 1e-12);
        prop_assert!(d.reliability >= 0.0 && d.resolution <= d.uncertainty + 1e-12);
    }

    #[test]
    fn paired_delong_is_antisymmetric((y, a) in leads(), shift in 0usize..80) {
        let mut b = a.clone();
        b.rotate_left(shift % a.len());
        let (ab, ba) = (paired_delong(&y, &a, &b, 0.95).unwrap(), paired_delong(&y, &b, &a, 0.95).unwrap());
        prop_assert!((ab.difference + ba.difference).abs() < 1e-12);
        prop_assert!((ab.low + ba.high).abs() < 1e-9);
        prop_assert!((ab.p_value - ba.p_value).abs() < 1e-9);
        prop_assert!((0.0..=1.0).contains(&ab.p_value));
    }

    #[test]
    fn exact_intervals_hold_the_rate_and_nest(n in 1u64..5000, share in 0.0..=1.0f64) {
        let k = (share * n as f64) as u64;
        let (narrow, wide) = (clopper_pearson(k, n, 0.8).unwrap(), clopper_pearson(k, n, 0.99).unwrap());
        prop_assert!(wide.low <= narrow.low && narrow.low <= narrow.value);
        prop_assert!(narrow.value <= narrow.high && narrow.high <= wide.high);
        // The one-sided bound at 0.9 is the upper end of the two-sided interval at 0.8.
        prop_assert!((clopper_pearson_upper(k, n, 0.9).unwrap() - narrow.high).abs() < 1e-12);
        let mirror = clopper_pearson(n - k, n, 0.8).unwrap();
        prop_assert!((mirror.low + narrow.high - 1.0).abs() < 1e-12);
    }

    #[test]
    fn no_threshold_beats_the_chosen_one((y, p) in leads(), t in 0.0..=1.0f64) {
        let at = |t| Confusion::at(&y, &p, t).unwrap();
        let f1 = choose(&y, &p, &Rule::F1).unwrap();
        prop_assert!((at(f1.threshold).f1().unwrap() - f1.objective).abs() < 1e-12);
        prop_assert!(at(t).f1().unwrap() <= f1.objective + 1e-12);
        let profit = |c: Confusion| c.tp as f64 * 5.0 - c.flagged() as f64 * 2.0;
        let cost = choose(&y, &p, &Rule::Cost { value: 5.0, cost: 2.0 }).unwrap();
        prop_assert!((profit(at(cost.threshold)) - cost.objective).abs() < 1e-9);
        prop_assert!(profit(at(t)) <= cost.objective + 1e-9);
        let capture = choose(&y, &p, &Rule::Capture { share: 0.9 }).unwrap();
        prop_assert!(at(capture.threshold).recall().unwrap() >= 0.9 - 1e-9);
    }

    #[test]
    fn curves_rise_and_keep_their_ends((y, p) in leads()) {
        let found = Curves::of(&y, &p, 0.95).unwrap();
        prop_assert!(found.roc.windows(2).all(|w| w[0].fpr <= w[1].fpr && w[0].tpr <= w[1].tpr));
        prop_assert_eq!(found.roc.last().map(|r| (r.fpr, r.tpr)), Some((1.0, 1.0)));
        prop_assert_eq!(found.gains.last().map(|g| (g.share, g.capture)), Some((1.0, 1.0)));
        prop_assert_eq!(found.calibration.iter().map(|b| b.rows).sum::<usize>(), y.len());
        let json = serde_json::to_string(&found).unwrap();
        prop_assert_eq!(serde_json::from_str::<Curves>(&json).unwrap(), found);
    }

    #[test]
    fn nothing_panics((y, p) in anything(), share in any::<f64>(), t in any::<f64>(), level in any::<f64>()) {
        let options = EvaluateOptions { level, bootstrap: 5, seed: Seed(0) };
        let _ = evaluate(&y, &p, t, &options);
        let _ = compare(&y, &p, &p, &options);
        let _ = Curves::of(&y, &p, level);
        let _ = (bands::top(&y, &p, share), bands::bottom(&y, &p, share));
        let _ = (bands::top_at(&y, &p, t), bands::bottom_at(&y, &p, t));
        for rule in [Rule::F1, Rule::Youden, Rule::Capture { share }, Rule::CapacityShare { share }, Rule::Fixed(t)] {
            let _ = choose(&y, &p, &rule);
        }
        let _ = choose(&y, &p, &Rule::Cost { value: t, cost: share });
        let _ = (lift_at(&y, &p, share), log_loss(&y, &p), brier_decomposition(&y, &p), delong(&y, &p, level));
    }
}

#[test]
fn labels_shuffled_at_random_give_an_auc_near_one_half() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let y: Vec<bool> = (0..20_000).map(|_| rng.random_bool(0.05)).collect();
    let s: Vec<f64> = (0..20_000).map(|_| rng.random()).collect();
    let found = delong(&y, &s, 0.999).unwrap();
    assert!((found.value - 0.5).abs() < 0.03, "{found:?}");
    assert!(found.low < 0.5 && 0.5 < found.high, "{found:?}");
}

#[test]
fn clopper_pearson_covers_at_least_its_level() {
    // The coverage is computed, not simulated: the binomial chance of every k whose interval holds the true rate.
    for (n, rate) in [(20u64, 0.05f64), (50, 0.01), (50, 0.3), (200, 0.5), (100, 0.99)] {
        let mut chance = (1.0 - rate).powi(n as i32);
        let (mut two_sided, mut upper) = (0.0, 0.0);
        for k in 0..=n {
            let i = clopper_pearson(k, n, 0.95).unwrap();
            if i.low <= rate && rate <= i.high {
                two_sided += chance;
            }
            if rate <= clopper_pearson_upper(k, n, 0.95).unwrap() {
                upper += chance;
            }
            chance *= (n - k) as f64 / (k + 1) as f64 * rate / (1.0 - rate);
        }
        assert!((0.95..=1.0 + 1e-9).contains(&two_sided), "{n} {rate}: {two_sided}");
        assert!((0.95..=1.0 + 1e-9).contains(&upper), "{n} {rate}: {upper}");
    }
}

#[test]
fn delong_covers_the_true_auc_and_agrees_with_the_bootstrap() {
    // With U and V uniform on 0..2, P(U + 0.5 > V) = 1 - 1.5^2 / 8 = 0.71875.
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut draw = |n: usize| -> (Vec<bool>, Vec<f64>) {
        let y: Vec<bool> = (0..n).map(|i| i % 5 == 0).collect();
        let s =
            y.iter().map(|&y| rng.random::<f64>() * 2.0 + 0.5 * f64::from(u8::from(y))).collect();
        (y, s)
    };
    let held = (0..400)
        .filter(|_| {
            let (y, s) = draw(200);
            let i = delong(&y, &s, 0.95).unwrap();
            i.low <= 0.71875 && 0.71875 <= i.high
        })
        .count();
    assert!((365..=393).contains(&held), "{held} of 400 intervals hold the truth");

    let (y, s) = draw(1000);
    let exact = delong(&y, &s, 0.95).unwrap();
    for resampling in [Resampling::Plain, Resampling::Stratified] {
        let options = BootstrapOptions { resampling, ..Default::default() };
        let drawn = bootstrap(&y, &s, &options, |y, s| roc_auc(y, s).ok()).unwrap();
        let ratio = (drawn.high - drawn.low) / (exact.high - exact.low);
        assert!((0.9..1.1).contains(&ratio), "{drawn:?} against {exact:?}");
        assert!((drawn.low - exact.low).abs() < 0.01, "{drawn:?} against {exact:?}");
    }
}
