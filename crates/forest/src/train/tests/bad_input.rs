//! Columns that say nothing, and rows that nothing can be learned from.

use super::*;
use leadsight_schema::logit;

#[test]
fn strange_columns_do_no_harm() {
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    // Constant, all missing, infinite, a category of one level, one with more levels than rows, one whose codes are all unknown.
    let kinds = [
        NUMBER,
        NUMBER,
        NUMBER,
        Input::Category { levels: 1 },
        Input::Category { levels: 5000 },
        Input::Category { levels: 2 },
    ];
    let rows = 300;
    let values: Vec<f32> = (0..rows)
        .flat_map(|i| [3.0, nan, [-inf, 0.0, inf][i % 3], 0.0, (i * 13 % 5000) as f32, 77.0])
        .collect();
    let y: Vec<bool> = (0..rows).map(|i| i % 3 == 2).collect();
    let bins = Bins::fit(&values, &kinds, 255).unwrap();
    for growth in GROWTHS {
        let (forests, _) = boost(params(growth), outcomes(&bins, &y), 20);
        let margins = forests[0].margins(&values).unwrap();
        assert!(margins.iter().zip(&y).all(|(m, y)| (*m > 0.0) == *y), "{growth:?}");
        let strange = [nan, 1.0, nan, -5.0, 1e9, -inf];
        assert!(forests[0].margin(&strange).unwrap().is_finite());
    }
    let sample = outcomes(&bins, &y);
    let ordered = OrderedStatistics { above: 0, ..Default::default() };
    let ordered = ordered.apply(&sample, &values, &kinds, 1).unwrap();
    let (forests, _) = boost(params(GROWTHS[2]), outcomes(&ordered, &y), 20);
    assert!(forests[0].margins(&values).unwrap().iter().all(|m| m.is_finite()));
    // Nothing to split: the base rate.
    let flat = Bins::fit(&[1.0; 300], &[NUMBER], 255).unwrap();
    for growth in [GROWTHS[0], GROWTHS[1], GROWTHS[2], Growth::Levels { max_depth: 0 }] {
        let (forests, _) = boost(params(growth), outcomes(&flat, &y), 3);
        assert!((forests[0].margin(&[nan]).unwrap() - logit(1.0 / 3.0)).abs() < 1e-6);
        assert_eq!(forests[0].depth(), 0);
    }
    let bagged = bag(BagParams::default(), outcomes(&flat, &y), 3).unwrap();
    assert_eq!(bagged.forests[0].depth(), 0);
}

#[test]
fn what_cannot_be_learned_is_refused() {
    let bins = Bins::fit(&[1.0, 2.0, 3.0], &[NUMBER], 255).unwrap();
    let check = |target, weights: Option<&[f64]>, expect: &str| {
        let sample = Sample { bins: &bins, target, weights };
        let error = Booster::new(BoostParams::default(), sample, 1).err().unwrap();
        assert_eq!(error.to_string(), expect);
        assert_eq!(bag(BagParams::default(), sample, 1).unwrap_err().to_string(), expect);
    };
    let both = Target::Outcomes(&[true, false, true]);
    let one = "all of the 3 rows that count have one outcome; at least two are needed";
    check(Target::Outcomes(&[true; 3]), None, one);
    check(both, Some(&[1.0, 0.0, 2.0]), one);
    check(Target::Classes { of: &[1; 3], classes: 2 }, None, one);
    let none = "there are no rows to learn from, or none that counts (weights of 0)";
    check(both, Some(&[0.0; 3]), none);
    check(both, Some(&[1.0; 2]), "the weights are 2 where 3 were expected");
    check(Target::Outcomes(&[true; 2]), None, "the values to learn are 2 where 3 were expected");
    let weight = "row 1: the weight is -1; expected a finite number of at least 0";
    check(both, Some(&[1.0, -1.0, 1.0]), weight);
    let number = "row 2: the number to learn is NaN; expected a finite number";
    check(Target::Numbers(&[1.0, 1.0, f64::NAN]), None, number);
    let class = "row 0: the class is 2; expected a class below the number of classes";
    check(Target::Classes { of: &[2, 0, 1], classes: 2 }, None, class);
    check(Target::Classes { of: &[0; 3], classes: 1 }, None, "`classes` is 1; expected 2 or more");
    assert!(matches!(Bins::fit(&[], &[NUMBER], 255), Err(ForestError::NoRows)));
    assert!(matches!(Bins::fit(&[1.0], &[], 255), Err(ForestError::NoFeatures)));
    assert!(matches!(Bins::fit(&[1.0; 3], &[NUMBER; 2], 255), Err(ForestError::Width { .. })));
    assert!(matches!(Bins::fit(&[1.0], &[NUMBER], 256), Err(ForestError::Param { .. })));
    type Change = fn(&mut BoostParams);
    let changes: [(&str, Change); 6] = [
        ("eta", |p| p.eta = 0.0),
        ("lambda", |p| p.lambda = -1.0),
        ("subsample", |p| p.subsample = 1.1),
        ("min_gain", |p| p.min_gain = f64::NAN),
        ("max_leaves", |p| p.growth = Growth::Leaves { max_leaves: 0, max_depth: 3 }),
        ("max_depth", |p| p.growth = Growth::Symmetric { depth: 17 }),
    ];
    for (named, change) in changes {
        let mut params = BoostParams::default();
        change(&mut params);
        let sample = Sample { bins: &bins, target: both, weights: None };
        match Booster::new(params, sample, 1).err() {
            Some(ForestError::Param { name, .. }) => assert_eq!(name, named),
            other => panic!("{named}: {other:?}"),
        }
    }
}
