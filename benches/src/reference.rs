//! The reference of all throughput figures: leads of 30 columns, and a bundle of 100 complete trees of depth 6 that
//! reads them all. The same bytes on every machine.

use leadsight_decide::{Policy, ScoreMap};
use leadsight_features::{FittedRecipe, Recipe};
use leadsight_forest::{Forest, ForestError, Rule, Split, Tree};
use leadsight_models::{
    Calibrator, Encoder, FeatureEncoder, ForestModel, Model, ModelError, TargetMean,
};
use leadsight_schema::{
    Cell, Column, DateFormat, FeatureKind, Field, FieldKind, Headers, LeadTable, Role, Schema,
    SchemaError, TextRules,
};
use leadsight_score::{Bundle, Percentiles};
use std::error::Error;
use std::io::{self, Write};

/// Leads that the bundle's recipe is fitted on.
const SAMPLE: usize = 20_000;
const TREES: usize = 100;
const DEPTH: usize = 6;

/// Identifier, moment, 18 numbers (half whole, half with decimals), 8 categories, 2 dates: 30 columns.
pub fn fields() -> Vec<Field> {
    let date = FieldKind::Date(DateFormat::Iso);
    let named = |name: &str, kind, role| Field { name: name.to_owned(), kind, role };
    let mut fields = vec![
        named("lead_id", FieldKind::Category, Role::Id),
        named("created", date, Role::Created),
    ];
    fields.extend((0..18).map(|i| Field::feature(format!("number_{i}"), FieldKind::Number)));
    fields.extend((0..8).map(|i| Field::feature(format!("word_{i}"), FieldKind::Category)));
    fields.extend((0..2).map(|i| Field::feature(format!("date_{i}"), date)));
    fields
}

/// Leads as texts in the order of [`fields`], 5 % of the cells empty. The first rows do not depend on how many are taken.
pub fn leads() -> impl Iterator<Item = Vec<String>> {
    let mut chance = Chance(3);
    (0..).map(move |row: usize| (0..30).map(|column| cell(row, column, &mut chance)).collect())
}

/// A CSV file of `rows` leads with a header.
///
/// # Errors
/// What `out` refuses.
pub fn write_leads(rows: usize, mut out: impl Write) -> io::Result<()> {
    let names: Vec<String> = fields().into_iter().map(|field| field.name).collect();
    writeln!(out, "{}", names.join(","))?;
    for lead in leads().take(rows) {
        writeln!(out, "{}", lead.join(","))?;
    }
    out.flush()
}

/// A bundle whose trees were not fitted but drawn: as much work as a real one, in no time.
///
/// # Errors
/// None, as long as the parts fit each other.
pub fn bundle() -> Result<Bundle, Box<dyn Error>> {
    let rows: Vec<usize> = (0..SAMPLE).collect();
    let recipe = Recipe::default().fit(&table(leads().take(SAMPLE))?, &rows)?;
    let encoder = encoder(&recipe)?;
    let mut chance = Chance(7);
    let trees = (0..TREES).map(|_| {
        let mut tree = Tree::default();
        grow(&mut chance, &mut tree, DEPTH, encoder.width(), 10_000.0);
        tree
    });
    let forest: Result<Forest, ForestError> =
        Forest::from_trees(encoder.width(), -3.0, trees.collect());
    Ok(Bundle {
        name: "reference".to_owned(),
        id: Some("lead_id".to_owned()),
        rules: TextRules::default(),
        headers: Headers::default(),
        recipe,
        model: Model::Forest(ForestModel::new(encoder, forest?)?),
        calibrator: Calibrator::Platt { a: 0.9, b: 0.1 },
        behaviour: None,
        percentiles: Some(Percentiles::from_margins(&[-4.0, -3.0, -2.0])?),
        policy: Policy::new(ScoreMap::anchored(0.06, 0.03, 0.01, 0.2)?),
        fallback: None,
        more: serde_json::Map::new(),
    })
}

/// xorshift64*: enough for a file and a forest, and no dependency.
struct Chance(u64);

impl Chance {
    /// Uniform on 0..1.
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f64 / (1_u64 << 24) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

fn cell(row: usize, column: usize, chance: &mut Chance) -> String {
    match column {
        0 => format!("L-{row:07}"),
        1 => format!("2026-{:02}-{:02}", 1 + chance.below(9), 1 + chance.below(28)),
        _ if chance.unit() < 0.05 => String::new(),
        2..11 => chance.below(500).to_string(),
        11..20 => format!("{:.4}", chance.unit() * 100.0),
        20..28 => format!("word {}", chance.below(12)),
        _ => format!("2025-{:02}-{:02}", 1 + chance.below(12), 1 + chance.below(28)),
    }
}

fn table(leads: impl Iterator<Item = Vec<String>>) -> Result<LeadTable, SchemaError> {
    let rules = TextRules::default();
    let leads: Vec<Vec<String>> = leads.collect();
    let mut columns = Vec::new();
    for (i, field) in fields().into_iter().enumerate() {
        let cells = leads.iter().map(|lead| rules.read(field.kind, &lead[i]));
        let cells: Vec<Cell<'_>> = cells.collect::<Result<_, _>>()?;
        let cells = cells.into_iter();
        columns.push(match field.kind {
            FieldKind::Number | FieldKind::DecimalComma => Column::Number(
                cells.map(|c| if let Cell::Number(v) = c { v } else { f64::NAN }).collect(),
            ),
            FieldKind::Date(_) => Column::Date(
                cells.map(|c| if let Cell::Date(t) = c { Some(t) } else { None }).collect(),
            ),
            _ => Column::from_words(
                cells.map(|c| if let Cell::Text(word) = c { Some(word) } else { None }),
            ),
        });
    }
    LeadTable::new(Schema::new(fields())?, columns, (0..leads.len() as u64).collect())
}

/// Numbers as they are, categories as target means of made-up outcomes.
fn encoder(recipe: &FittedRecipe) -> Result<Encoder, ModelError> {
    let part = |kind: &FeatureKind| match kind {
        FeatureKind::Number => Ok(FeatureEncoder::Raw),
        FeatureKind::Category { levels } => {
            let rows = (0..levels.len() as u32).map(|code| (code, code % 2 == 0));
            TargetMean::fit(rows, levels.len(), 1.0).map(FeatureEncoder::TargetMean)
        }
    };
    let parts: Result<Vec<FeatureEncoder>, ModelError> =
        recipe.features().iter().map(|feature| part(&feature.kind)).collect();
    Encoder::new(recipe.features().to_vec(), parts?)
}

fn grow(chance: &mut Chance, tree: &mut Tree, depth: usize, width: usize, cover: f64) -> u32 {
    if depth == 0 {
        return tree.leaf((chance.unit() - 0.5) / 10.0, cover);
    }
    let share = 0.2 + 0.6 * chance.unit();
    let left = grow(chance, tree, depth - 1, width, cover * share);
    let right = grow(chance, tree, depth - 1, width, cover * (1.0 - share));
    // Numbers run to 500 or 100, ages to 640 days, target means around 0.
    let threshold = [0.0, 25.0, 60.0, 120.0, 300.0][chance.below(5)];
    tree.split(Split {
        feature: chance.below(width) as u32,
        rule: Rule::Below(threshold),
        default_left: chance.unit() < 0.5,
        left,
        right,
        cover,
        gain: 1.0,
    })
}
