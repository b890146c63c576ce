//! Encoders, the linear model and the file, on cases small enough to work out by hand.

#![allow(clippy::unwrap_used)]

use leadsight_forest::{Forest, Rule, Split, Tree};
use leadsight_models::{
    Classifier, Encoder, FeatureEncoder, ForestModel, Linear, Model, ModelError, OneHot, Prior,
    Scale, Standardise, TargetMean,
};
use leadsight_schema::{Feature, FeatureKind, Matrix, logit, sigmoid};

fn features() -> Vec<Feature> {
    let levels = ["missing", "other", "red", "green", "blue"].map(str::to_owned).to_vec();
    [("age", FeatureKind::Number), ("colour", FeatureKind::Category { levels })]
        .map(|(name, kind)| Feature { name: name.to_owned(), sources: vec![name.to_owned()], kind })
        .to_vec()
}

fn matrix(rows: &[(f32, u32)]) -> Matrix {
    let (numbers, codes) = rows.iter().copied().unzip();
    Matrix::new(features().into(), rows.len(), numbers, codes).unwrap()
}

fn one_hot() -> OneHot {
    // red and green are seen often enough, blue and missing are not.
    OneHot::fit([2, 2, 3, 3, 4, 0].into_iter(), 5, 2)
}

#[test]
fn one_hot_has_a_slot_for_what_is_frequent_and_one_for_the_rest() {
    let parts = vec![FeatureEncoder::Raw, FeatureEncoder::OneHot(one_hot())];
    let encoder = Encoder::new(features(), parts).unwrap();
    assert_eq!(encoder.input_names(), ["age", "colour = other", "colour = red", "colour = green"]);
    assert_eq!(encoder.owners(), [0, 1, 1, 1]);
    let check = |code, expect: [f32; 3]| {
        assert_eq!(encoder.encode(&matrix(&[(7.0, code)])).unwrap()[1..], expect, "{code}");
    };
    check(2, [0.0, 1.0, 0.0]);
    check(3, [0.0, 0.0, 1.0]);
    for rare_or_unknown in [0, 1, 4, 99] {
        check(rare_or_unknown, [1.0, 0.0, 0.0]);
    }
}

#[test]
fn target_mean_is_drawn_to_the_base_rate() {
    let rows = [(2, true), (2, true), (3, false), (3, false)];
    let mean = TargetMean::fit(rows.into_iter(), 5, 2.0).unwrap();
    let check = |code, rate: f64| {
        assert!((f64::from(mean.value(code)) - logit(rate)).abs() < 1e-6, "{code}");
    };
    check(2, (2.0 + 2.0 * 0.5) / 4.0);
    check(3, 1.0 / 4.0);
    check(4, 0.5);
    check(99, 0.5);
    assert!(TargetMean::fit(rows.into_iter(), 5, 0.0).is_err());
}

#[test]
fn standardise_imputes_logs_scales_and_tells_what_is_missing() {
    let encode = |fitted: &[f32], x: f32| {
        let s = FeatureEncoder::Standardise(Standardise::fit(fitted.iter().copied()));
        let encoder = Encoder::new(features()[..1].to_vec(), vec![s]).unwrap();
        let x = Matrix::new(features()[..1].to_vec().into(), 1, vec![x], Vec::new()).unwrap();
        encoder.encode(&x).unwrap()
    };
    assert_eq!(encode(&[1.0, 3.0], 3.0), [1.0]);
    assert_eq!(encode(&[1.0, 3.0], f32::NAN), [1.0], "the upper median");
    assert_eq!(encode(&[1.0, 3.0], f32::INFINITY), [1.0]);
    assert_eq!(encode(&[1.0, 3.0], 1e30), [8.0], "clipped");
    assert_eq!(encode(&[1.0, 1.0, 3.0, f32::NAN], f32::NAN)[1], 1.0);
    assert_eq!(encode(&[1.0, 1.0, 3.0, f32::NAN], 3.0)[1], 0.0);
    assert_eq!(encode(&[5.0, 5.0], 9.0), [0.0], "no spread");
    assert_eq!(encode(&[f32::NAN], f32::NAN), [0.0, 1.0]);
    let skewed: Vec<f32> = (0..30).map(|i| if i == 29 { 1e6 } else { i as f32 }).collect();
    assert!(encode(&skewed, 0.0)[0] < -0.8, "a logged number tells 0 from 29");
    assert!(encode(&[], 1.0)[0] == 0.0);
}

#[test]
fn a_linear_model_is_explained_from_the_mean() {
    let parts = vec![FeatureEncoder::Raw, FeatureEncoder::OneHot(one_hot())];
    let encoder = Encoder::new(features(), parts).unwrap();
    let x = matrix(&[(1.0, 2), (3.0, 3)]);
    let model = Linear::new(encoder, 0.5, vec![2.0, 0.0, 1.0, -1.0], &x).unwrap();
    assert_eq!(model.margins(&x).unwrap(), [3.5, 5.5]);
    let explained = model.explain(&x).unwrap();
    // At the mean: age 2, half red, half green.
    assert_eq!(explained.base, 4.5);
    assert_eq!(explained.values, [-2.0, 1.0, 2.0, -1.0]);
    assert_eq!(model.importance(), [2.0 / 3.0, 1.0 / 3.0]);
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let new = |parts| Encoder::new(features(), parts);
    assert!(matches!(new(vec![FeatureEncoder::Raw]), Err(ModelError::Length { .. })));
    let swapped = new(vec![FeatureEncoder::OneHot(one_hot()), FeatureEncoder::Raw]);
    assert!(matches!(swapped, Err(ModelError::Feature { position: 0, .. })));
    let short = OneHot::fit(std::iter::empty(), 3, 1);
    let short = new(vec![FeatureEncoder::Raw, FeatureEncoder::OneHot(short)]);
    assert!(matches!(short, Err(ModelError::Length { expected: 5, found: 3, .. })));
    assert!(Prior::new(features(), f64::NAN).is_err());
    let encoder = new(vec![FeatureEncoder::Raw, FeatureEncoder::OneHot(one_hot())]).unwrap();
    let x = matrix(&[(1.0, 2)]);
    assert!(Linear::new(encoder.clone(), 0.0, vec![1.0; 3], &x).is_err());
    assert!(Linear::new(encoder.clone(), f64::INFINITY, vec![1.0; 4], &x).is_err());
    let narrow = Forest::from_trees(2, 0.0, Vec::new()).unwrap();
    assert!(matches!(ForestModel::new(encoder, narrow), Err(ModelError::Length { .. })));
}

#[test]
fn a_damaged_or_later_file_is_refused() {
    let encoder =
        Encoder::new(features(), vec![FeatureEncoder::Raw, FeatureEncoder::OneHot(one_hot())])
            .unwrap();
    let mut tree = Tree::default();
    let left = tree.leaf(-1.0, 3.0);
    let right = tree.leaf(0.1, 1.0);
    tree.split(Split {
        feature: 2,
        rule: Rule::Below(0.5),
        default_left: true,
        left,
        right,
        cover: 4.0,
        gain: 1.0,
    });
    let forest = Forest::from_trees(4, 0.3, vec![tree]).unwrap();
    let model = Model::Forest(ForestModel::new(encoder, forest).unwrap());
    assert_eq!(model.importance(), [0.0, 1.0]);
    let text = String::from_utf8(model.to_bytes().unwrap()).unwrap();
    assert_eq!(Model::from_bytes(text.as_bytes()).unwrap(), model);

    let later = text.replacen("\"format_version\":1", "\"format_version\":2", 1);
    assert!(matches!(
        Model::from_bytes(later.as_bytes()),
        Err(ModelError::FutureFormat { found: 2, newest: 1 })
    ));
    for broken in [
        String::new(),
        text[..text.len() / 2].to_owned(),
        text.replacen("[0,0,1,2,0]", "[0,0,1,9,0]", 1),
        text.replacen("\"model\"", "\"modell\"", 1),
        text.replacen("{\"format", "{\"more\":1,\"format", 1),
    ] {
        assert!(broken != text && Model::from_bytes(broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn a_class_of_several_is_told_in_log_odds_among_its_rivals() {
    let encoder =
        Encoder::new(features(), vec![FeatureEncoder::Raw, FeatureEncoder::OneHot(one_hot())])
            .unwrap();
    let forest = |feature, low, high, base| {
        let mut tree = Tree::default();
        let (left, right) = (tree.leaf(low, 3.0), tree.leaf(high, 1.0));
        let rule = Rule::Below(0.5);
        tree.split(Split { feature, rule, default_left: true, left, right, cover: 4.0, gain: 1.0 });
        Forest::from_trees(4, base, vec![tree]).unwrap()
    };
    let rivals = vec![forest(0, 2.0, -1.0, 0.3), forest(1, -0.5, 0.25, 0.0)];
    let own = forest(0, -1.0, 4.0, 0.1);
    let model = ForestModel::among(encoder.clone(), own.clone(), rivals.clone()).unwrap();
    let x = matrix(&[(0.0, 2), (1.0, 2), (1.0, 0)]);
    let parts: Vec<Vec<f64>> = std::iter::once(&own)
        .chain(&rivals)
        .map(|f| ForestModel::new(encoder.clone(), f.clone()).unwrap().margins(&x).unwrap())
        .collect();
    let margins = model.margins(&x).unwrap();
    let reasons = model.explain(&x).unwrap();
    for (row, margin) in margins.iter().enumerate() {
        let all: f64 = parts.iter().map(|m| m[row].exp()).sum();
        assert!((sigmoid(*margin) - parts[0][row].exp() / all).abs() < 1e-12);
        assert!((reasons.margin(row) - margin).abs() < 1e-12, "{margin}");
    }
    let model = Model::Forest(model);
    assert_eq!(Model::from_bytes(&model.to_bytes().unwrap()).unwrap(), model);
    let narrow = Forest::from_trees(3, 0.0, vec![]).unwrap();
    assert!(ForestModel::among(encoder, own, vec![narrow]).is_err());
}

#[test]
fn a_forest_of_probabilities_is_told_in_log_odds() {
    let encoder = || {
        Encoder::new(features(), vec![FeatureEncoder::Raw, FeatureEncoder::OneHot(one_hot())])
            .unwrap()
    };
    let stump = |feature, low, high| {
        let mut tree = Tree::default();
        let (left, right) = (tree.leaf(low, 3.0), tree.leaf(high, 1.0));
        let rule = Rule::Below(0.5);
        tree.split(Split { feature, rule, default_left: true, left, right, cover: 4.0, gain: 1.0 });
        tree
    };
    // Means of two trees: 0.15 or 0.75, 0, and 1.
    for (leaves, expect) in
        [([0.1, 0.4, 0.05, 0.35], [0.15, 0.75]), ([0.0, 0.5, 0.0, 0.5], [0.0, 1.0])]
    {
        let [a, b, c, d] = leaves;
        let forest = Forest::from_trees(4, 0.0, vec![stump(0, a, b), stump(0, c, d)]).unwrap();
        let model = ForestModel::on(Scale::Probability, encoder(), forest).unwrap();
        let x = matrix(&[(0.0, 2), (1.0, 2)]);
        let margins = model.margins(&x).unwrap();
        let reasons = model.explain(&x).unwrap();
        for (row, (margin, p)) in margins.iter().zip(expect).enumerate() {
            assert!((sigmoid(*margin) - p).abs() < 1e-12, "{margin} {p}");
            assert!((reasons.margin(row) - margin).abs() <= 1e-6 * (1.0 + margin.abs()));
            assert_eq!(reasons.row(row)[1], 0.0);
        }
        let model = Model::Forest(model);
        assert_eq!(Model::from_bytes(&model.to_bytes().unwrap()).unwrap(), model);
    }
}
