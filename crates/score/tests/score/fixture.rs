//! A small bundle whose forest asks about every kind of field, and leads for it.

use leadsight_behaviour::FittedBehaviour;
use leadsight_decide::{Policy, ScoreMap};
use leadsight_features::Recipe;
use leadsight_forest::{Forest, Rule, Split, Tree};
use leadsight_models::{Calibrator, Encoder, FeatureEncoder, ForestModel, Model, TargetMean};
use leadsight_schema::{
    Cell, Column, DateFormat, FeatureKind, Field, FieldKind, Fingerprint, Headers, LeadTable, Role,
    Schema, TextRules, Timestamp,
};
use leadsight_score::{Bundle, Percentiles, Scorer};

pub const NOW: Timestamp = Timestamp(1_790_000_000);
pub const HEADER: [&str; 6] = ["lead_id", "created", "visits", "age", "job", "last_seen"];

pub fn fields() -> Vec<Field> {
    let date = FieldKind::Date(DateFormat::Iso);
    vec![
        Field { name: "lead_id".into(), kind: FieldKind::Category, role: Role::Id },
        Field { name: "created".into(), kind: date, role: Role::Created },
        Field::feature("visits", FieldKind::Number),
        Field::feature("age", FieldKind::Number),
        Field::feature("job", FieldKind::Category),
        Field::feature("last_seen", date),
    ]
}

/// What ingest would make of the texts.
pub fn table(rows: &[Vec<String>]) -> LeadTable {
    let rules = TextRules::default();
    let columns = fields().into_iter().enumerate().map(|(i, field)| {
        let cells = rows.iter().map(|row| rules.read(field.kind, &row[i]).unwrap_or(Cell::Missing));
        match field.kind {
            FieldKind::Number | FieldKind::DecimalComma => Column::Number(
                cells.map(|c| if let Cell::Number(v) = c { v } else { f64::NAN }).collect(),
            ),
            FieldKind::Date(_) => Column::Date(
                cells.map(|c| if let Cell::Date(t) = c { Some(t) } else { None }).collect(),
            ),
            _ => Column::from_words(cells.map(|c| match c {
                Cell::Text(word) => Some(word),
                _ => None,
            })),
        }
    });
    let lines = (2..rows.len() as u64 + 2).collect();
    LeadTable::new(Schema::new(fields()).unwrap(), columns.collect(), lines).unwrap()
}

/// `count` leads as a file writes them, a few cells empty or unreadable.
pub fn leads(count: usize) -> Vec<Vec<String>> {
    let jobs = ["CTO", "CFO", "clerk", "", "driver, part-time"];
    (0..count)
        .map(|i| {
            let k = i * 7919 % 1009;
            let visits = if i % 11 == 3 { "many".to_owned() } else { (k % 23).to_string() };
            let age = if i % 7 == 2 { String::new() } else { format!("{}.25", 18 + k % 50) };
            vec![
                format!("L-{i}"),
                "2026-06-30T08:00:00Z".to_owned(),
                visits,
                age,
                jobs[k % 5].to_owned(),
                format!("2026-06-{:02}", 1 + k % 30),
            ]
        })
        .collect()
}

/// The leads as a file with some of the columns, in the order given.
pub fn file(rows: &[Vec<String>], columns: &[&str], separator: char) -> String {
    let quoted = |cell: &str| {
        if cell.contains(separator) { format!("\"{cell}\"") } else { cell.to_owned() }
    };
    let line = |cells: Vec<String>| cells.join(&separator.to_string()) + "\n";
    let place = |name: &str| HEADER.iter().position(|h| *h == name);
    let mut text = line(columns.iter().map(|c| quoted(c)).collect());
    for row in rows {
        let cells = columns.iter().map(|c| place(c).map_or("extra".into(), |p| quoted(&row[p])));
        text += &line(cells.collect());
    }
    text
}

pub fn bundle() -> Bundle {
    bundle_of(&table(&leads(400)), None)
}

/// A bundle trained on all rows of a table, some of whose columns the behaviour made.
pub fn bundle_of(table: &LeadTable, behaviour: Option<FittedBehaviour>) -> Bundle {
    bundle_by(recipe(), table, behaviour)
}

pub fn recipe() -> Recipe {
    Recipe {
        min_level_count: 5,
        missing_indicators: true,
        ratios: vec![("visits".to_owned(), "age".to_owned())],
        ..Recipe::default()
    }
}

/// As [`bundle_of`], of the features of another recipe.
pub fn bundle_by(recipe: Recipe, table: &LeadTable, behaviour: Option<FittedBehaviour>) -> Bundle {
    let rows: Vec<usize> = (0..table.lines().len()).collect();
    let recipe = recipe.fit(table, &rows).unwrap();
    let reads = |name: &str| recipe.fields().iter().any(|field| field.name == name);
    let behaviour = behaviour.map(|fitted| fitted.keep(reads));
    let features = recipe.features().to_vec();
    let parts = features.iter().map(|feature| match &feature.kind {
        FeatureKind::Number => FeatureEncoder::Raw,
        FeatureKind::Category { levels } => {
            let rows = (0..levels.len() as u32).map(|code| (code, code % 2 == 0));
            FeatureEncoder::TargetMean(TargetMean::fit(rows, levels.len(), 1.0).unwrap())
        }
    });
    let encoder = Encoder::new(features.clone(), parts.collect()).unwrap();
    // One tree an input and threshold, each asking a second question on both sides.
    let width = encoder.width() as u32;
    let trees = (0..width).flat_map(|feature| (0..4).map(move |step| (feature, step)));
    let trees = trees.map(|(feature, step)| {
        let mut tree = Tree::default();
        let mut side = |value: f64, threshold: f32| {
            let left = tree.leaf(value, 30.0 + value);
            let right = tree.leaf(-value / 3.0, 12.0);
            tree.split(Split {
                feature: (feature + 1) % width,
                rule: Rule::Below(threshold),
                default_left: step % 2 == 0,
                left,
                right,
                cover: 42.0 + value,
                gain: 1.0,
            })
        };
        let (left, right) = (side(0.11 + step as f64 / 7.0, 0.4), side(-0.23, 20.0));
        tree.split(Split {
            feature,
            rule: Rule::Below([0.5, 5.0, 12.0, 30.0][step as usize]),
            default_left: step % 3 == 0,
            left,
            right,
            cover: 90.0,
            gain: 2.0,
        });
        tree
    });
    let forest = Forest::from_trees(width as usize, -2.0, trees.collect()).unwrap();
    let model = Model::Forest(ForestModel::new(encoder, forest).unwrap());
    Bundle {
        name: "small".to_owned(),
        id: Some("lead_id".to_owned()),
        rules: TextRules::default(),
        headers: Headers::default(),
        recipe,
        model,
        calibrator: Calibrator::Platt { a: 0.8, b: -0.2 },
        behaviour,
        percentiles: Some(Percentiles::from_margins(&[-3.0, -2.0, -1.5, -1.0, 0.0, 1.0]).unwrap()),
        policy: Policy::new(ScoreMap::anchored(0.3, 0.1, 0.02, 0.8).unwrap()),
        fallback: None,
        more: serde_json::Map::from_iter([("seed".to_owned(), 7.into())]),
    }
}

pub fn scorer() -> Scorer {
    Scorer::new(bundle(), &Fingerprint("0123456789abcdef".to_owned())).unwrap()
}
