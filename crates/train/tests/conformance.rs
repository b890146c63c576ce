//! What every model must do, run over every [`ModelSpec`].

#![allow(clippy::unwrap_used)]

use leadsight_eval::roc_auc;
use leadsight_models::{Classifier, Model, ModelError};
use leadsight_rules::Indicator;
use leadsight_schema::{
    Cell as LeadCell, Feature, FeatureKind, Field, FieldKind, Labels, Matrix, Schema, Seed, sigmoid,
};
use leadsight_train::{
    Declared, Fit, Fold, LogisticParams, ModelSpec, Progress, Task, TrainError, TreeCategories,
    TreeParams, XgboostForestParams, XgboostParams, stratified_folds,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ron::extensions::Extensions;
use std::cell::Cell;
use std::ops::ControlFlow;

const RULES: &str = r#"Rules(Inline(
    rules: [
        (when: All([AtLeast("age", 45), AtLeast("revenue", 403)]), then: Qualify),
        (when: All([Below("age", 45), Below("revenue", 403)]), then: Disqualify),
        (when: OneOf("town", ["level 3", "level 6", "level 9", "level 12", "level 15"]), then: Score(60)),
        (when: Missing("age"), then: Score(50), reason: "did not say"),
    ],
))"#;

const SCORECARD: &str = r#"Scorecard(Inline(
    base: 10,
    points: [
        (when: AtLeast("age", 45), points: 20, reason: "old enough"),
        (when: AtLeast("revenue", 403), points: 20),
        (when: Not(Any([Below("revenue", 8000), Missing("revenue")])), points: 10),
        (when: Is("constant", 4), points: 5),
        (when: OneOf("town", ["level 3", "level 6", "level 9", "level 12", "level 15", "level 18"]), points: 15),
        (when: Missing("age"), points: 30),
    ],
    cap: 60,
    threshold: 40,
))"#;

fn read(text: &str) -> ModelSpec {
    ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME)
        .from_str(text)
        .unwrap()
}

/// What a model sees of some leads: declared conditions where it has them, else the leads as they are.
fn seen(spec: &ModelSpec, x: &Matrix) -> Matrix {
    let Some(indicators) = spec.indicators().unwrap() else { return x.clone() };
    let kind = |f: &Feature| match f.kind {
        FeatureKind::Number => FieldKind::Number,
        FeatureKind::Category { .. } => FieldKind::Category,
    };
    let fields = x.features().iter().map(|f| Field::feature(f.name.as_str(), kind(f))).collect();
    let schema = Schema::new(fields).unwrap();
    let feature = |i: &Indicator| Feature {
        name: i.name.clone(),
        sources: i.sources.clone(),
        kind: FeatureKind::Number,
    };
    let features: Vec<Feature> = indicators.iter().map(feature).collect();
    let bound: Vec<_> =
        indicators.iter().map(|i| i.when.bind(&schema, &i.place).unwrap()).collect();
    let mut numbers = Vec::with_capacity(x.rows() * bound.len());
    for row in 0..x.rows() {
        let (mut values, mut codes) = (x.numbers(row).iter(), x.codes(row).iter());
        let cells: Vec<LeadCell<'_>> = x
            .features()
            .iter()
            .map(|feature| match &feature.kind {
                FeatureKind::Number => match *values.next().unwrap() {
                    value if value.is_finite() => LeadCell::Number(f64::from(value)),
                    _ => LeadCell::Missing,
                },
                FeatureKind::Category { levels } => match *codes.next().unwrap() as usize {
                    0 => LeadCell::Missing,
                    code => LeadCell::Text(levels.get(code).map_or("other", String::as_str)),
                },
            })
            .collect();
        let holds = bound.iter().map(|when| when.holds(&|&field: &usize| cells[field], None));
        numbers.extend(holds.map(|holds| if holds { 1.0 } else { 0.0 }));
    }
    Matrix::new(features.into(), x.rows(), numbers, Vec::new()).unwrap()
}

/// Every kind, small enough for a test; the first of each kind has its defaults otherwise.
fn specs() -> Vec<ModelSpec> {
    let one_hot = TreeCategories { one_hot_up_to: 100, ..TreeCategories::default() };
    let boosted = XgboostParams { eta: 0.2, patience: 10, ..XgboostParams::default() };
    let bagged = XgboostForestParams { trees: 30, ..XgboostForestParams::default() };
    vec![
        ModelSpec::Prior,
        read(RULES),
        read(SCORECARD),
        ModelSpec::Logistic(LogisticParams::default()),
        ModelSpec::Tree(TreeParams::default()),
        ModelSpec::Tree(TreeParams { categories: one_hot.clone(), ..TreeParams::default() }),
        ModelSpec::XgboostForest(bagged),
        ModelSpec::Xgboost(boosted.clone()),
        ModelSpec::Xgboost(XgboostParams { categories: one_hot, ..boosted }),
        read("RandomForest(trees: 30)"),
        read("ExtraTrees(trees: 30)"),
        read("Boosting(eta: 0.2, patience: 10)"),
        read("Boosting(eta: 0.2, patience: 10, categories: Sets())"),
        read(
            r#"Boosting(eta: 0.2, patience: 10, growth: Leaves(max_leaves: 12, max_depth: 8),
            directions: {"revenue": Rising})"#,
        ),
        read("SymmetricBoosting(eta: 0.2, patience: 10)"),
    ]
}

fn features() -> Vec<Feature> {
    let feature =
        |name: &str, kind| Feature { name: name.to_owned(), sources: vec![name.to_owned()], kind };
    let levels = |n: usize| FeatureKind::Category {
        levels: ["missing", "other"]
            .into_iter()
            .map(str::to_owned)
            .chain((2..n).map(|i| format!("level {i}")))
            .collect(),
    };
    vec![
        feature("age", FeatureKind::Number),
        feature("colour", levels(4)),
        feature("revenue", FeatureKind::Number),
        feature("constant", FeatureKind::Number),
        feature("never", FeatureKind::Number),
        feature("town", levels(25)),
    ]
}

/// Leads with gaps, a skewed number, a constant, an always missing one, and two categories; outcomes follow age,
/// revenue, town and whether the age is known.
fn leads(rows: usize, shift: usize) -> (Matrix, Labels) {
    let (mut numbers, mut codes, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for i in shift..shift + rows {
        let uniform = |step: f64| (i as f64 * step + 0.37).fract();
        let (a, b, c) = (uniform(0.618_033_988), uniform(0.754_877_666), uniform(0.569_840_290));
        let age = if i % 11 == 0 { f32::NAN } else { (20.0 + 50.0 * a) as f32 };
        let revenue = (b * 12.0).exp() as f32;
        let town = (c * 25.0) as u32;
        numbers.extend([age, revenue, 3.0, f32::NAN]);
        codes.extend([(i % 4) as u32, town]);
        let margin = 4.0 * (a - 0.5) + 4.0 * (b - 0.5) - 1.5
            + if town.is_multiple_of(3) { 1.5 } else { 0.0 }
            + if age.is_nan() { 2.0 } else { 0.0 };
        outcomes.push(uniform(0.324_717_957) < sigmoid(margin));
    }
    (Matrix::new(features().into(), rows, numbers, codes).unwrap(), Labels::new(outcomes))
}

fn go(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn task<'a>(x: &'a Matrix, y: &'a Labels, folds: &'a [Fold]) -> Task<'a> {
    Task {
        x,
        y,
        watch: None,
        folds,
        rounds: None,
        strength: None,
        seed: Seed(5),
        threads: 1,
        progress: &go,
    }
}

fn fit(spec: &ModelSpec, x: &Matrix, y: &Labels) -> Fit {
    let folds = stratified_folds(y.as_slice(), 3, Seed(2)).unwrap();
    spec.trainer().unwrap().fit(&task(x, y, &folds)).unwrap()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bits_and_a_refit_forgets() {
    let (x, y) = leads(900, 0);
    let (other_x, other_y) = leads(500, 5000);
    let folds = stratified_folds(y.as_slice(), 3, Seed(2)).unwrap();
    for spec in specs() {
        let (x, other_x) = (seen(&spec, &x), seen(&spec, &other_x));
        let once = fit(&spec, &x, &y).model.to_bytes().unwrap();
        let trainer = spec.trainer().unwrap();
        trainer.fit(&task(&other_x, &other_y, &[])).unwrap();
        let again = trainer.fit(&task(&x, &y, &folds)).unwrap().model.to_bytes().unwrap();
        assert!(once == again, "{spec:?}");
    }
}

#[test]
fn margins_are_finite_and_follow_their_rows() {
    let (x, y) = leads(900, 0);
    let strange = Matrix::new(
        features().into(),
        3,
        [f32::NAN; 4].into_iter().chain([f32::INFINITY; 4]).chain([-3e38; 4]).collect(),
        vec![0, 0, 1, 1, u32::MAX, 99],
    )
    .unwrap();
    let order: Vec<usize> = (0..900).map(|i| i * 7 % 900).collect();
    for spec in specs() {
        let (x, strange) = (seen(&spec, &x), seen(&spec, &strange));
        let model = fit(&spec, &x, &y).model;
        let margins = model.margins(&x).unwrap();
        let permuted = model.margins(&x.take(&order)).unwrap();
        let expected: Vec<f64> = order.iter().map(|r| margins[*r]).collect();
        assert_eq!(bits(&permuted), bits(&expected), "{spec:?}");
        assert!(margins.iter().all(|m| m.is_finite() && (0.0..=1.0).contains(&sigmoid(*m))));
        let margins = model.margins(&strange).unwrap();
        assert!(margins.iter().all(|m| m.is_finite()), "{spec:?} {margins:?}");
        assert_eq!(model.margins(&x.take(&[])).unwrap(), Vec::<f64>::new());
    }
}

#[test]
fn explanations_sum_and_importance_is_a_share() {
    let (x, y) = leads(900, 0);
    for spec in specs() {
        let x = seen(&spec, &x);
        let model = fit(&spec, &x, &y).model;
        let explained = model.explain(&x).unwrap();
        assert_eq!(explained.n_features, x.features().len());
        for (row, margin) in model.margins(&x).unwrap().into_iter().enumerate() {
            let difference = explained.margin(row) - margin;
            assert!(difference.abs() <= 1e-6 * (1.0 + margin.abs()), "{spec:?} {difference}");
        }
        let importance = model.importance();
        let total: f64 = importance.iter().sum();
        assert!(importance.iter().all(|v| *v >= 0.0), "{spec:?}");
        let expected = if spec == ModelSpec::Prior { 0.0 } else { 1.0 };
        assert!((total - expected).abs() < 1e-9, "{spec:?} {total}");
        // The constant column says nothing in any model.
        let constant = |f: &Feature| f.sources == ["constant"];
        let said = importance.iter().zip(x.features().iter()).filter(|(_, f)| constant(f));
        assert!(said.map(|(v, _)| v.abs()).sum::<f64>() < 1e-12, "{spec:?} {importance:?}");
    }
}

#[test]
fn models_learn_what_is_there_and_nothing_else() {
    let (x, y) = leads(3000, 0);
    let (test_x, test_y) = leads(3000, 100_000);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut noise = || Labels::new((0..3000).map(|_| rng.random_bool(0.3)).collect());
    let (noise_y, noise_test_y) = (noise(), noise());
    for spec in specs() {
        let (x, test_x) = (seen(&spec, &x), seen(&spec, &test_x));
        let auc = |y: &Labels, test_y: &Labels| {
            let margins = fit(&spec, &x, y).model.margins(&test_x).unwrap();
            roc_auc(test_y.as_slice(), &margins).unwrap()
        };
        let (learned, noise) = (auc(&y, &test_y), auc(&noise_y, &noise_test_y));
        assert!((noise - 0.5).abs() < 0.04, "{spec:?} {noise}");
        if spec == ModelSpec::Prior {
            assert_eq!(learned, 0.5);
        } else {
            assert!(learned > 0.72, "{spec:?} {learned}");
        }
    }
}

#[test]
fn margins_are_about_calibrated() {
    let (x, y) = leads(3000, 0);
    let (test_x, test_y) = leads(3000, 100_000);
    for spec in specs() {
        let (x, test_x) = (seen(&spec, &x), seen(&spec, &test_x));
        let margins = fit(&spec, &x, &y).model.margins(&test_x).unwrap();
        let mean = margins.iter().map(|m| sigmoid(*m)).sum::<f64>() / 3000.0;
        let rate = test_y.base_rate().unwrap();
        assert!((mean - rate).abs() < 0.04, "{spec:?} {mean} {rate}");
    }
}

#[test]
fn save_and_load_are_identical() {
    let (x, y) = leads(600, 0);
    for spec in specs() {
        let x = seen(&spec, &x);
        let model = fit(&spec, &x, &y).model;
        let bytes = model.to_bytes().unwrap();
        let back = Model::from_bytes(&bytes).unwrap();
        assert!(back.to_bytes().unwrap() == bytes, "{spec:?}");
        assert_eq!(bits(&back.margins(&x).unwrap()), bits(&model.margins(&x).unwrap()));
        assert_eq!(
            bits(&back.explain(&x).unwrap().values),
            bits(&model.explain(&x).unwrap().values)
        );
        assert_eq!(bits(&back.importance()), bits(&model.importance()));
    }
}

#[test]
fn wrong_columns_are_named() {
    let (x, y) = leads(300, 0);
    for spec in specs() {
        let x = seen(&spec, &x);
        let model = fit(&spec, &x, &y).model;
        let features = x.features().to_vec();
        let zeros = |features: Vec<Feature>| {
            let numbers = features.iter().filter(|f| f.kind == FeatureKind::Number).count();
            let categories = features.len() - numbers;
            Matrix::new(features.into(), 1, vec![0.0; numbers], vec![0; categories]).unwrap()
        };
        let (mut without, mut renamed) = (features.clone(), features.clone());
        let removed = without.remove(2).name;
        renamed[2].name = "turnover".to_owned();
        match model.margins(&zeros(without)) {
            Err(ModelError::FeatureCount { missing, .. }) => {
                assert_eq!(missing, std::slice::from_ref(&removed))
            }
            other => panic!("{spec:?} {other:?}"),
        }
        let message = model.explain(&zeros(renamed)).unwrap_err().to_string();
        assert!(message.contains("turnover") && message.contains(&removed), "{message}");
    }
}

#[test]
fn rows_that_cannot_be_fitted_are_refused() {
    let (x, y) = leads(100, 0);
    let one_class = Labels::new(vec![true; 100]);
    let short = Labels::new(vec![true, false]);
    let no_labels = Labels::new(Vec::new());
    let bare = Matrix::new(Vec::new().into(), 100, Vec::new(), Vec::new()).unwrap();
    let bad_fold = [Fold { fit: (0..90).collect(), hold: vec![100] }];
    for spec in specs() {
        let x = seen(&spec, &x);
        let none = x.take(&[]);
        let trainer = spec.trainer().unwrap();
        let fit = |x, y, folds| trainer.fit(&task(x, y, folds));
        assert!(matches!(fit(&x, &one_class, &[]), Err(TrainError::OneClass { .. })), "{spec:?}");
        assert!(matches!(fit(&x, &short, &[]), Err(TrainError::Rows { .. })), "{spec:?}");
        assert!(matches!(fit(&none, &no_labels, &[]), Err(TrainError::NoRows { .. })));
        assert!(matches!(fit(&x, &y, &bad_fold), Err(TrainError::FoldRow { row: 100, .. })));
        let bare = fit(&bare, &y, &[]);
        assert_eq!(bare.is_ok(), spec == ModelSpec::Prior, "{spec:?}");
    }
}

#[test]
fn a_handful_of_leads_is_enough() {
    let (x, _) = leads(8, 0);
    let y = Labels::new((0..8).map(|i| i % 2 == 0).collect());
    for spec in specs() {
        let x = seen(&spec, &x);
        // Without folds: boosting takes all its rounds, and that many need not be tested.
        let rounds = Some(5);
        let fit = spec.trainer().unwrap().fit(&Task { rounds, ..task(&x, &y, &[]) }).unwrap();
        assert!(fit.model.margins(&x).unwrap().iter().all(|m| m.is_finite()), "{spec:?}");
    }
}

#[test]
fn every_fit_can_be_stopped_at_every_step() {
    let (x, y) = leads(400, 0);
    let folds = stratified_folds(y.as_slice(), 3, Seed(2)).unwrap();
    for spec in specs() {
        let x = seen(&spec, &x);
        let trainer = spec.trainer().unwrap();
        for steps in [1, 2, 12] {
            let left = Cell::new(steps);
            let stop = |_: Progress| {
                left.set(left.get() - 1);
                if left.get() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let fit = trainer.fit(&Task { progress: &stop, ..task(&x, &y, &folds) });
            let stopped = matches!(fit, Err(TrainError::Stopped { .. }));
            assert!(stopped || (left.get() > 0 && fit.is_ok()), "{spec:?}");
            assert!(stopped || steps > 1, "{spec:?} never asked");
        }
    }
}

#[test]
fn the_watched_rows_decide_nothing() {
    let (x, y) = leads(600, 0);
    let (watch_x, watch_y) = leads(200, 9000);
    let folds = stratified_folds(y.as_slice(), 3, Seed(2)).unwrap();
    for spec in specs() {
        let (x, watch_x) = (seen(&spec, &x), seen(&spec, &watch_x));
        let trainer = spec.trainer().unwrap();
        let blind = trainer.fit(&task(&x, &y, &folds)).unwrap();
        let watch = Some((&watch_x, &watch_y));
        let seen = trainer.fit(&Task { watch, ..task(&x, &y, &folds) }).unwrap();
        assert!(blind.model == seen.model && blind.rounds == seen.rounds, "{spec:?}");
    }
}

#[test]
fn a_refit_keeps_the_strength_that_folds_chose() {
    let (x, y) = leads(900, 0);
    let trainer = read("Logistic(strengths: [1, 1000])").trainer().unwrap();
    let folds = stratified_folds(y.as_slice(), 3, Seed(2)).unwrap();
    let first = trainer.fit(&task(&x, &y, &folds)).unwrap();
    let other = if first.strength == Some(1.0) { 1000.0 } else { 1.0 };
    let refit = |strength| trainer.fit(&Task { strength, ..task(&x, &y, &folds) }).unwrap().model;
    assert!(refit(first.strength) == first.model && refit(Some(other)) != first.model);
}

#[test]
fn rounds_are_chosen_on_folds_and_kept_by_a_refit() {
    let (x, y) = leads(900, 0);
    for text in ["Xgboost", "Boosting", "SymmetricBoosting"] {
        let spec = read(&format!("{text}(eta: 0.2, patience: 10)"));
        let first = fit(&spec, &x, &y);
        let (rounds, curve) = (first.rounds.unwrap() as usize, first.curve.unwrap());
        assert_eq!(curve.train.len(), rounds);
        assert_eq!(curve.folds.len(), rounds + 10);
        assert!(curve.folds.iter().all(|loss| *loss >= curve.folds[rounds - 1]));
        assert!(curve.train.windows(2).all(|w| w[1] < w[0] + 0.01));
        let trainer = spec.trainer().unwrap();
        let again = trainer.fit(&Task { rounds: Some(7), ..task(&x, &y, &[]) }).unwrap();
        assert_eq!((again.rounds, again.curve.unwrap().train.len()), (Some(7), 7));
    }
}

#[test]
fn configuration_is_read_and_checked() {
    let options = ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::UNWRAP_VARIANT_NEWTYPES);
    for text in ["Prior", "Logistic()", "Tree()", "XgboostForest()", "Xgboost()"] {
        let spec: ModelSpec = options.from_str(text).unwrap();
        assert_eq!(spec.trainer().unwrap().name(), text.trim_end_matches("()"));
        assert!(ModelSpec::all().contains(&spec));
    }
    for text in ["RandomForest()", "ExtraTrees()", "Boosting()", "SymmetricBoosting()"] {
        let spec: ModelSpec = options.from_str(text).unwrap();
        assert_eq!(spec.trainer().unwrap().name(), text.trim_end_matches("()"));
    }
    assert!(options.from_str::<ModelSpec>("Xgboost(etaa: 0.1)").is_err());
    for (text, named) in [
        ("Logistic(strengths: [])", "strengths"),
        ("Logistic(strengths: [0.0])", "strengths"),
        ("Tree(max_depth: 0)", "max_depth"),
        ("Tree(categories: (smoothing: 0.0))", "categories.smoothing"),
        ("XgboostForest(subsample: 1.5)", "subsample"),
        ("Xgboost(eta: 0.0)", "eta"),
        ("Xgboost(rounds: 0)", "rounds"),
        ("Xgboost(max_depth: 40)", "max_depth"),
        ("RandomForest(trees: 0)", "trees"),
        ("RandomForest(min_leaf_rows: 0)", "min_leaf_rows"),
        ("ExtraTrees(colsample_bynode: 2.0)", "colsample_bynode"),
        ("Boosting(eta: 2.0)", "eta"),
        ("Boosting(min_gain: -1.0)", "min_gain"),
        ("Boosting(growth: Levels(max_depth: 40))", "max_depth"),
        ("Boosting(growth: Leaves(max_leaves: 1, max_depth: 4))", "max_leaves"),
        ("Boosting(categories: Sets(smooth: -1.0))", "categories.smooth"),
        ("SymmetricBoosting(depth: 0)", "depth"),
        ("SymmetricBoosting(smoothing: 0.0)", "smoothing"),
        ("SymmetricBoosting(orders: 0)", "orders"),
    ] {
        let spec: ModelSpec = options.from_str(text).unwrap();
        match spec.trainer().err() {
            Some(TrainError::Param { name, .. }) => assert_eq!(name, named),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn declared_points_keep_their_proportions_and_direction() {
    let (x, y) = leads(900, 0);
    let against = Labels::new(y.as_slice().iter().map(|y| !y).collect());
    let spec = read(SCORECARD);
    let seen = seen(&spec, &x);
    let row = |i: usize| {
        Matrix::new(
            seen.features().clone(),
            1,
            (0..6).map(|j| if i == j { 1.0 } else { 0.0 }).collect(),
            Vec::new(),
        )
        .unwrap()
    };
    let model = fit(&spec, &seen, &y).model;
    let step =
        |i: usize| model.margins(&row(i)).unwrap()[0] - model.margins(&row(usize::MAX)).unwrap()[0];
    // 20, 20, 10, 5, 15 and 30 points were declared.
    assert!(step(0) > 0.1);
    for (i, share) in [(1, 1.0), (2, 0.5), (3, 0.25), (4, 0.75), (5, 1.5)] {
        assert!((step(i) - share * step(0)).abs() < 1e-9, "{i}");
    }
    let flat = fit(&spec, &seen, &against).model.margins(&seen).unwrap();
    let rate = against.base_rate().unwrap();
    assert!(flat.iter().all(|m| (sigmoid(*m) - rate).abs() < 1e-9));
}

#[test]
fn a_declaration_in_a_file_has_to_be_read_first() {
    let spec = ModelSpec::Rules(Declared::File("rules.ron".into()));
    assert!(matches!(spec.trainer().err(), Some(TrainError::Param { name: "File", .. })));
    let text = r#"Rules(rules: [(when: Is("a", 1), then: Qualify)])"#;
    assert_eq!(spec.read(text).unwrap().trainer().unwrap().name(), "Rules");
    assert!(spec.read("Rules(rules: [])").unwrap_err().to_string().contains("is empty"));
}

#[test]
fn directions_are_checked_by_name() {
    let (x, y) = leads(300, 0);
    for (name, expect) in [
        (
            "turnover",
            "`turnover`, which is no feature; number features are: age, revenue, constant, never",
        ),
        ("town", "`town`, a category, whose levels have no order"),
    ] {
        let spec = read(&format!(r#"Boosting(directions: {{"{name}": Falling}})"#));
        let error = spec.trainer().unwrap().fit(&task(&x, &y, &[])).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }
}

#[test]
fn our_own_trees_are_the_same_on_any_number_of_threads() {
    let (x, y) = leads(900, 0);
    for text in
        ["RandomForest(trees: 20)", "ExtraTrees(trees: 20)", "Boosting()", "SymmetricBoosting()"]
    {
        let trainer = read(text).trainer().unwrap();
        let fit = |threads| {
            let task = Task { threads, rounds: Some(10), ..task(&x, &y, &[]) };
            trainer.fit(&task).unwrap().model.to_bytes().unwrap()
        };
        let one = fit(1);
        assert!(one == fit(2) && one == fit(4), "{text}");
    }
}

#[test]
fn bootstrapped_forests_know_their_error_on_rows_unseen() {
    let ((x, y), (new_x, new_y)) = (leads(2_000, 0), leads(2_000, 2_000));
    let fit = |text| fit(&read(text), &x, &y);
    let forest = fit("RandomForest(trees: 60)");
    let loss = |(x, y): (&Matrix, &Labels)| {
        let margins = forest.model.margins(x).unwrap();
        let loss = |(m, y): (&f64, &bool)| if *y { -m } else { *m }.exp().ln_1p();
        margins.iter().zip(y.as_slice()).map(loss).sum::<f64>() / y.len() as f64
    };
    let (told, unseen, seen) = (forest.out_of_bag.unwrap(), loss((&new_x, &new_y)), loss((&x, &y)));
    assert!((told - unseen).abs() < 0.05, "{told}, {unseen} on other rows");
    assert!(told > seen, "{told}, {seen} on the rows learned from");
    assert_eq!(fit("ExtraTrees(trees: 5)").out_of_bag, None);
    assert_eq!(fit("Boosting(rounds: 5)").out_of_bag, None);
}

#[test]
fn complexity_grows_from_prior_to_boosting() {
    let order: Vec<u32> =
        ModelSpec::all().iter().map(|s| s.trainer().unwrap().complexity()).collect();
    assert!(order.windows(2).all(|w| w[0] < w[1]), "{order:?}");
}

#[test]
fn models_and_trainers_cross_threads() {
    fn crosses<T: Send + Sync + ?Sized>() {}
    crosses::<Model>();
    crosses::<dyn leadsight_train::Trainer>();
}
