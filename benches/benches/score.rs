//! Scoring a CSV file of 30 columns with a reference bundle (100 complete trees of depth 6), reader to writer, on all
//! cores; and one live lead. Names carry rows x columns; the file is one body of 20,000 leads, read again and again.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadsight_decide::{Policy, ScoreMap};
use leadsight_features::Recipe;
use leadsight_forest::{Forest, Split, Tree};
use leadsight_models::{Calibrator, Encoder, FeatureEncoder, ForestModel, Model, TargetMean};
use leadsight_schema::{
    Cell, Column, DateFormat, FeatureKind, Field, FieldKind, Fingerprint, LeadTable, Role, Schema,
    TextRules, Timestamp,
};
use leadsight_score::{Bundle, CsvOptions, OutputColumn, Percentiles, Scorer};
use std::{
    hint::black_box,
    io::{self, Cursor, Read},
};

const BODY: usize = 20_000;
const NOW: Timestamp = Timestamp(1_790_000_000);

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

/// Identifier, moment, 18 numbers (half whole, half with decimals), 8 categories, 2 dates: 30 columns.
fn fields() -> Vec<Field> {
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

/// Leads as texts, 5 % of the cells empty.
fn texts() -> Vec<Vec<String>> {
    let chance = &mut Chance(3);
    let cell = |row: usize, column: usize, chance: &mut Chance| match column {
        0 => format!("L-{row:07}"),
        1 => format!("2026-{:02}-{:02}", 1 + chance.below(9), 1 + chance.below(28)),
        _ if chance.unit() < 0.05 => String::new(),
        2..11 => chance.below(500).to_string(),
        11..20 => format!("{:.4}", chance.unit() * 100.0),
        20..28 => format!("word {}", chance.below(12)),
        _ => format!("2025-{:02}-{:02}", 1 + chance.below(12), 1 + chance.below(28)),
    };
    (0..BODY).map(|row| (0..30).map(|column| cell(row, column, chance)).collect()).collect()
}

fn table(texts: &[Vec<String>]) -> LeadTable {
    let rules = TextRules::default();
    let columns = fields().into_iter().enumerate().map(|(i, field)| {
        let cells = texts.iter().map(|row| rules.read(field.kind, &row[i]).unwrap());
        match field.kind {
            FieldKind::Number => Column::Number(
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
    let lines = (0..texts.len() as u64).collect();
    LeadTable::new(Schema::new(fields()).unwrap(), columns.collect(), lines).unwrap()
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
        threshold,
        default_left: chance.unit() < 0.5,
        left,
        right,
        cover,
        gain: 1.0,
    })
}

fn scorer(texts: &[Vec<String>]) -> Scorer {
    let table = table(texts);
    let rows: Vec<usize> = (0..BODY).collect();
    let recipe = Recipe::default().fit(&table, &rows).unwrap();
    let parts = recipe.features().iter().map(|feature| match &feature.kind {
        FeatureKind::Number => FeatureEncoder::Raw,
        FeatureKind::Category { levels } => {
            let rows = (0..levels.len() as u32).map(|code| (code, code % 2 == 0));
            FeatureEncoder::TargetMean(TargetMean::fit(rows, levels.len(), 1.0).unwrap())
        }
    });
    let encoder = Encoder::new(recipe.features().to_vec(), parts.collect()).unwrap();
    let chance = &mut Chance(7);
    let trees = (0..100).map(|_| {
        let mut tree = Tree::default();
        grow(chance, &mut tree, 6, encoder.width(), 10_000.0);
        tree
    });
    let forest = Forest::from_trees(encoder.width(), -3.0, trees.collect()).unwrap();
    let bundle = Bundle {
        name: "reference".to_owned(),
        id: Some("lead_id".to_owned()),
        rules: TextRules::default(),
        recipe,
        model: Model::Forest(ForestModel::new(encoder, forest).unwrap()),
        calibrator: Calibrator::Platt { a: 0.9, b: 0.1 },
        percentiles: Percentiles::from_margins(&[-4.0, -3.0, -2.0]).unwrap(),
        policy: Policy::new(ScoreMap::anchored(0.06, 0.03, 0.01, 0.2).unwrap()),
        more: serde_json::Map::new(),
    };
    Scorer::new(bundle, &Fingerprint("0".repeat(64))).unwrap()
}

/// The header once and the body `left` times, without holding more than one.
struct Again<'a> {
    now: Cursor<&'a [u8]>,
    body: &'a [u8],
    left: usize,
}

impl Read for Again<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.now.read(out)?;
        if length > 0 || self.left == 0 {
            return Ok(length);
        }
        self.left -= 1;
        self.now = Cursor::new(self.body);
        self.now.read(out)
    }
}

fn files(c: &mut Criterion) {
    let texts = texts();
    let scorer = scorer(&texts);
    let header = fields().iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(",") + "\n";
    let body: String = texts.iter().map(|row| row.join(",") + "\n").collect();
    let few = ["lead_id", "probability", "lead_score", "tier"].map(|c| c.parse().unwrap());
    let all: Vec<OutputColumn> = OutputColumn::all().collect();
    let mut group = c.benchmark_group("score_csv");
    group.sample_size(10);
    for (name, columns, rows) in [
        ("4_columns/100000x30", &few[..], 100_000),
        ("4_columns/1000000x30", &few[..], 1_000_000),
        ("all_columns/20000x30", &all, 20_000),
    ] {
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(name, |b| {
            let open = || {
                let now = Cursor::new(header.as_bytes());
                Ok(Again { now, body: body.as_bytes(), left: rows / BODY })
            };
            let options = CsvOptions::new(columns);
            b.iter(|| scorer.score_csv(open, io::sink(), &options, NOW).unwrap());
        });
    }
    group.finish();

    let lead = fields().into_iter().zip(&texts[0]).map(|(f, text)| (f.name, text.as_str().into()));
    let lead = lead.collect();
    c.bench_function("score_json/1x30", |b| {
        b.iter(|| scorer.score_json(black_box(&lead), NOW).unwrap());
    });
}

criterion_group!(benches, files);
criterion_main!(benches);
