//! The recipe from outside: what it learns, what it refuses, and that table and live lead give the same bits.
#![allow(clippy::unwrap_used)]

use leadsight_features::{FeatureError, FittedRecipe, Recipe, TextFeatures};
use leadsight_schema::{
    Cells, Column, DateFormat, FeatureKind, Field, FieldKind, LeadTable, Matrix, Record, Role,
    Schema, SchemaError, TextRules, Timestamp,
};
use proptest::prelude::*;

/// Texts as a file holds them, one row a lead.
fn fields() -> Vec<Field> {
    let date = FieldKind::Date(DateFormat::Iso);
    vec![
        Field { name: "created".into(), kind: date, role: Role::Created },
        Field::feature("age", FieldKind::Number),
        Field::feature("visits", FieldKind::Number),
        Field::feature("job", FieldKind::Category),
        Field::feature("marital", FieldKind::Category),
        Field::feature("last_contact", date),
        Field::feature("notes", FieldKind::Text),
        Field { name: "secret".into(), kind: FieldKind::Number, role: Role::Excluded },
    ]
}

/// The table as ingest makes it: unreadable cells are missing.
fn table(rows: &[Vec<String>]) -> LeadTable {
    let rules = TextRules::default();
    let columns = fields().into_iter().enumerate().map(|(i, field)| {
        let cells = rows
            .iter()
            .map(|row| rules.read(field.kind, &row[i]).unwrap_or(leadsight_schema::Cell::Missing));
        use leadsight_schema::Cell;
        match field.kind {
            FieldKind::Number | FieldKind::DecimalComma => Column::Number(
                cells.map(|c| if let Cell::Number(v) = c { v } else { f64::NAN }).collect(),
            ),
            FieldKind::Date(_) => Column::Date(
                cells.map(|c| if let Cell::Date(t) = c { Some(t) } else { None }).collect(),
            ),
            FieldKind::Category | FieldKind::Text => Column::from_words(
                cells.map(|c| if let Cell::Text(w) = c { Some(w) } else { None }),
            ),
        }
    });
    let columns = columns.collect();
    LeadTable::new(Schema::new(fields()).unwrap(), columns, (2..rows.len() as u64 + 2).collect())
        .unwrap()
}

fn row(texts: [&str; 8]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

fn leads() -> Vec<Vec<String>> {
    vec![
        row(["2026-02-01", "30", "1", "admin", "single", "2026-01-22", "hello", "1"]),
        row(["2026-02-01", "40", "0", "admin", "married", "2026-02-22", "", "2"]),
        row(["2026-02-01", "", "4", "chef", "single", "2026-01-30", "", "3"]),
        row(["2026-02-01", "50", "2", "", "single", "", "", "4"]),
    ]
}

fn everything() -> Recipe {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    Recipe {
        min_level_count: 1,
        missing_indicators: true,
        crosses: vec![pair("job", "marital")],
        ratios: vec![pair("age", "visits")],
        differences: vec![pair("age", "visits")],
        clock: true,
        text: TextFeatures { vocabulary: 4, hashed: 3, ngrams: 2, ..TextFeatures::default() },
        ..Recipe::default()
    }
}

fn feature(matrix: &Matrix, name: &str) -> Vec<Option<f64>> {
    let place = matrix.features().iter().position(|f| f.name == name).unwrap();
    let numbers = matrix.features().iter().filter(|f| f.kind == FeatureKind::Number).count();
    (0..matrix.rows())
        .map(|row| match place.checked_sub(numbers) {
            Some(code) => Some(f64::from(matrix.codes(row)[code])),
            None => Some(f64::from(matrix.numbers(row)[place])).filter(|v| !v.is_nan()),
        })
        .collect()
}

#[test]
fn makes_each_kind_of_feature() {
    let table = table(&leads());
    let recipe = everything().fit(&table, &[0, 1, 2, 3]).unwrap();
    let matrix = recipe.bind(table.schema()).unwrap().transform(&table, 0..4).unwrap();
    let check = |name: &str, expect: [Option<f64>; 4]| {
        assert_eq!(feature(&matrix, name), expect, "{name}");
    };
    check("age", [Some(30.0), Some(40.0), None, Some(50.0)]);
    check("missing(age)", [Some(0.0), Some(0.0), Some(1.0), Some(0.0)]);
    check("age / visits", [Some(30.0), None, None, Some(25.0)]);
    check("age - visits", [Some(29.0), Some(40.0), None, Some(48.0)]);
    check("days_since(last_contact)", [Some(10.0), None, Some(2.0), None]);
    check("job", [Some(2.0), Some(2.0), Some(3.0), Some(0.0)]);
    // Equally frequent, so by name: married before single.
    check("job x marital", [Some(3.0), Some(2.0), Some(4.0), Some(0.0)]);
    let job = matrix.features().iter().find(|f| f.name == "job").unwrap();
    let levels = ["missing", "other", "admin", "chef"].map(str::to_owned).to_vec();
    assert_eq!(job.kind, FeatureKind::Category { levels });
    let age = matrix.features().iter().find(|f| f.name.starts_with("days_since")).unwrap();
    assert_eq!(age.sources, ["last_contact"]);
    check("words(notes)", [Some(1.0), Some(0.0), Some(0.0), Some(0.0)]);
    // The clock is the same for all four; four leads are too few for topics; the excluded field is nowhere.
    let unused: Vec<&str> = recipe.unused().iter().map(|u| u.name.as_str()).collect();
    let constant = ["missing(visits)", "missing(marital)", "month(created)", "weekday(created)"];
    assert!(constant.iter().all(|name| unused.contains(name)), "{unused:?}");
    assert!(unused.contains(&"topics of notes"));
    assert!(recipe.fields().iter().all(|f| f.name != "secret"));
}

#[test]
fn learns_from_the_given_rows_alone() {
    let table = table(&leads());
    let recipe = Recipe { min_level_count: 1, ..Recipe::default() };
    let bound = recipe.fit(&table, &[0, 1, 3]).unwrap().bind(table.schema()).unwrap();
    // `chef` stands only in row 2.
    let found = feature(&bound.transform(&table, [2, 0]).unwrap(), "job");
    assert_eq!(found, [Some(1.0), Some(2.0)]);
}

#[test]
fn rare_words_are_others() {
    let table = table(&leads());
    let recipe = Recipe { min_level_count: 2, max_levels: 1, ..Recipe::default() };
    let bound = recipe.fit(&table, &[0, 1, 2, 3]).unwrap().bind(table.schema()).unwrap();
    let matrix = bound.transform(&table, 0..4).unwrap();
    assert_eq!(feature(&matrix, "job"), [Some(2.0), Some(2.0), Some(1.0), Some(0.0)]);
}

#[test]
fn a_category_of_rare_words_is_not_called_constant() {
    let table = table(&leads());
    let recipe = Recipe { min_level_count: 3, ..Recipe::default() };
    // In these rows `job` is known everywhere, twice another word.
    let fitted = recipe.fit(&table, &[0, 2]).unwrap();
    let job = fitted.unused().iter().find(|u| u.name == "job").unwrap();
    assert!(job.reason.contains("in 3 training leads"), "{}", job.reason);
}

#[test]
fn absent_fields_are_missing_or_refused() {
    let table = table(&leads());
    let recipe = everything().fit(&table, &[0, 1, 2, 3]).unwrap();
    let fewer = fields().into_iter().filter(|f| f.name != "job").collect();
    let schema = Schema::new(fewer).unwrap();
    let FeatureError::AbsentFields { absent, .. } = recipe.bind(&schema).unwrap_err() else {
        panic!("another error");
    };
    assert_eq!(absent, ["job"]);
    let (bound, absent) = recipe.bind_partial(&schema).unwrap();
    assert_eq!(absent, ["job"]);
    let texts = leads()[0].clone();
    let texts = texts.iter().zip(fields()).filter(|(_, f)| f.name != "job");
    let rules = TextRules::default();
    let (lead, _) =
        Record::read(schema.fields(), &rules, texts.map(|(t, _)| Some(t.as_str()))).unwrap();
    let matrix = bound.transform(&lead, [0]).unwrap();
    assert_eq!(feature(&matrix, "job"), [Some(0.0)]);
    assert_eq!(feature(&matrix, "age"), [Some(30.0)]);
}

#[test]
fn refuses_what_does_not_fit() {
    let table = table(&leads());
    let fit = |recipe: Recipe| recipe.fit(&table, &[0, 1, 2, 3]).unwrap_err();
    let pair = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
    let base = Recipe { min_level_count: 1, ..Recipe::default() };
    let found = fit(Recipe { ratios: pair("age", "visit"), ..base.clone() });
    assert!(
        matches!(found, FeatureError::Schema(SchemaError::UnknownField { ref hint, .. })
        if hint.contains("visits")),
        "{found}"
    );
    let found = fit(Recipe { ratios: pair("age", "secret"), ..base.clone() });
    assert!(matches!(found, FeatureError::NotAFeature { .. }), "{found}");
    let found = fit(Recipe { crosses: pair("age", "job"), ..base.clone() });
    assert!(matches!(found, FeatureError::WrongKind { .. }), "{found}");
    let twice = [pair("age", "visits"), pair("age", "visits")].concat();
    let found = fit(Recipe { ratios: twice, ..base.clone() });
    assert!(matches!(found, FeatureError::DuplicateFeature { .. }), "{found}");
    assert_eq!(base.fit(&table, &[]).unwrap_err(), FeatureError::NoRows);
    assert!(matches!(base.fit(&table, &[9]).unwrap_err(), FeatureError::NoSuchRow { .. }));
    // One row: everything is constant.
    assert!(matches!(base.fit(&table, &[0]).unwrap_err(), FeatureError::NoFeatures { .. }));
    let bound = base.fit(&table, &[0, 1, 2]).unwrap().bind(table.schema()).unwrap();
    assert!(matches!(bound.transform(&table, [4]), Err(FeatureError::NoSuchRow { .. })));
}

#[test]
fn survives_its_file_and_refuses_a_broken_one() {
    let recipe = everything().fit(&table(&leads()), &[0, 1, 2, 3]).unwrap();
    let json = serde_json::to_string(&recipe).unwrap();
    assert_eq!(serde_json::from_str::<FittedRecipe>(&json).unwrap(), recipe);
    let broken = json.replacen("\"field\":1", "\"field\":99", 1);
    assert_ne!(broken, json);
    assert!(serde_json::from_str::<FittedRecipe>(&broken).unwrap_err().to_string().contains("99"));
    assert!(serde_json::from_str::<Recipe>("{\"max_level\": 3}").is_err());
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("NA".to_owned()),
        "[a-c]{1,2}",
        " ?-?[0-9]{1,6}(\\.[0-9]{1,3})?%?",
        "\\PC{0,6}",
        "((please|send|quote|demo|no|not|kein|Preis|[\u{4e00}-\u{4e03}]|[\u{5d0}-\u{5d3}]+)[ .'\n]){1,9}",
        (-3_000_000_000i64..5_000_000_000).prop_map(|s| Timestamp(s).to_rfc3339()),
    ]
}

proptest! {
    #[test]
    fn table_and_live_lead_give_the_same_bits(
        rows in prop::collection::vec(prop::collection::vec(text(), 8), 2..12),
        indicators: bool,
    ) {
        let table = table(&rows);
        let all: Vec<usize> = (0..table.rows()).collect();
        let recipe = Recipe { missing_indicators: indicators, ..everything() };
        let Ok(fitted) = recipe.fit(&table, &all[..rows.len() / 2 + 1]) else { return Ok(()) };
        let offline = fitted.bind(table.schema()).unwrap().transform(&table, 0..rows.len()).unwrap();
        let own = fitted.bind_own();
        for (i, texts) in rows.iter().enumerate() {
            let texts = fitted.fields().iter().map(|f| {
                Some(texts[table.schema().find(&f.name).unwrap()].as_str())
            });
            let (lead, _) = Record::read(fitted.fields(), &TextRules::default(), texts).unwrap();
            let online = own.transform(&lead, [0]).unwrap();
            let bits = |m: &Matrix, row| m.numbers(row).iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&online, 0), bits(&offline, i));
            prop_assert_eq!(online.codes(0), offline.codes(i));
        }
        for (step, feature) in offline.features().iter()
            .filter(|f| f.kind != FeatureKind::Number).enumerate() {
            let FeatureKind::Category { levels } = &feature.kind else { continue };
            for i in 0..rows.len() {
                prop_assert!((offline.codes(i)[step] as usize) < levels.len());
            }
        }
    }
}

#[test]
fn a_declared_profile_is_one_feature() {
    let criterion = |when: &str, weight| leadsight_rules::Criterion {
        when: leadsight_rules::from_ron(when, "condition").unwrap(),
        weight,
    };
    let icp = vec![
        criterion(r#"Is("job", "admin")"#, 3.0),
        criterion(r#"AtLeast("age", 40)"#, 1.0),
        criterion(r#"WithinDays("last_contact", 30)"#, 1.0),
    ];
    let recipe = Recipe { icp, min_level_count: 1, ..Recipe::default() };
    let table = table(&leads());
    let rows: Vec<usize> = (0..4).collect();
    let fitted = recipe.fit(&table, &rows).unwrap();
    let place = fitted.features().iter().position(|f| f.name == "icp match").unwrap();
    assert_eq!(fitted.features()[place].sources, ["age", "job", "last_contact"]);
    let matrix = fitted.bind(table.schema()).unwrap().transform(&table, rows.clone()).unwrap();
    let found: Vec<f32> = rows.iter().map(|row| matrix.numbers(*row)[place]).collect();
    assert_eq!(found, [80.0, 80.0, 20.0, 20.0]);
    let json = serde_json::to_string(&fitted).unwrap();
    assert_eq!(serde_json::from_str::<FittedRecipe>(&json).unwrap(), fitted);

    for (when, weight, expect) in [
        (r#"Is("job", "admin")"#, 0.0, "the weight 0"),
        (r#"Is("jobb", "admin")"#, 1.0, "did you mean `job`?"),
        (r#"Below("secret", 3)"#, 1.0, "features.icp[1]"),
    ] {
        let wrong = Recipe { icp: vec![criterion(when, weight)], ..Recipe::default() };
        let error = wrong.fit(&table, &rows).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }
}
