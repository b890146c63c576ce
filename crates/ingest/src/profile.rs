//! What each column holds: kind, gaps, spread, its company, and whether it tells the outcome.

use crate::association::{column_auc, numbers};
use crate::correlate::{Ready, associate, correlate};
use crate::duplicates::{keys, mix};
use crate::error::short;
use crate::meaning::meaning;
use crate::roles::known_count;
use leadsight_schema::{
    Association, Cells, Column, ColumnProfile, Correlation, Distribution, FieldKind, Issue, Labels,
    LeadTable, LevelCount, Role,
};
use rayon::prelude::*;
use std::collections::HashMap;

const TOP_LEVELS: usize = 20;
const BINS: usize = 10;
const CORRELATIONS: usize = 5;
/// Weaker than this is not worth a line.
const WEAKEST: f64 = 0.05;
/// Cell comparisons that all correlations together may cost; more columns are compared on fewer rows.
const BUDGET: usize = 100_000_000;

/// A profile of every column, in the order of the table. `issues` are those of reading it, from which the share of readable cells is
/// taken. With the outcomes of all rows it also says how well each
/// column tells them; labels that are not one a row are ignored. Correlations of large tables are taken from evenly
/// spread rows.
pub fn profile(table: &LeadTable, labels: Option<&Labels>, issues: &[Issue]) -> Vec<ColumnProfile> {
    let labels = labels.filter(|l| l.len() == table.rows()).map(Labels::as_slice);
    let all: Vec<usize> = (0..table.rows()).collect();
    let width = table.schema().fields().len();
    let copies = copies(table);
    let (sample, ready) = ready(table);
    let correlations = correlations(table, &ready);
    let outcome = labels.map(|labels| Outcome::new(labels, &sample));
    (0..width)
        .into_par_iter()
        .zip(correlations)
        .map(|(position, correlations)| {
            let field = &table.schema().fields()[position];
            let column = table.column(position);
            let known = known_count(column);
            let distinct = distinct(column);
            let judged = !matches!(field.role, Role::Label | Role::Id | Role::Split);
            let copy = copies[position].map(|c| table.schema().fields()[c].name.as_str());
            ColumnProfile {
                column: field.name.clone(),
                kind: kind(field.kind).into(),
                kind_confidence: readable(issues, &field.name, known),
                meaning: meaning(&field.name, column),
                role: role(field.role).into(),
                rows: table.rows() as u64,
                missing_rate: (table.rows() - known) as f64 / table.rows().max(1) as f64,
                distinct,
                distribution: distribution(column, &all, known, labels),
                target_auc: labels.filter(|_| judged).and_then(|l| column_auc(column, &all, l)),
                target: outcome
                    .as_ref()
                    .filter(|_| judged)
                    .and_then(|o| o.associate(&ready[position])),
                correlations,
                contributes_nothing: nothing(known, table.rows(), distinct, copy),
            }
        })
        .collect()
}

fn nothing(known: usize, rows: usize, distinct: u64, copy: Option<&str>) -> Option<String> {
    if known == 0 {
        return Some("empty".into());
    }
    if distinct == 1 && known == rows {
        return Some("constant".into());
    }
    copy.map(|name| format!("a copy of `{name}`"))
}

/// For each column the first one before it that divides the leads in the same way.
fn copies(table: &LeadTable) -> Vec<Option<usize>> {
    let width = table.schema().fields().len();
    let hash = |position: usize| keys(table.column(position)).fold(0, mix);
    let hashes: Vec<u64> = (0..width).into_par_iter().map(hash).collect();
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut copies = Vec::with_capacity(width);
    for (position, hash) in hashes.into_iter().enumerate() {
        let alike = seen.entry(hash).or_default();
        let column = table.column(position);
        let first = alike.iter().copied().find(|&first| same(table.column(first), column));
        if first.is_none() {
            alike.push(position);
        }
        copies.push(first);
    }
    copies
}

fn same(a: &Column, b: &Column) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b) && keys(a).eq(keys(b))
}

fn distinct(column: &Column) -> u64 {
    if let Column::Text { codes, levels } = column {
        let mut used = vec![false; levels.len()];
        codes.iter().filter(|c| **c != Column::MISSING).for_each(|&c| used[c as usize] = true);
        return used.into_iter().filter(|used| *used).count() as u64;
    }
    let mut keys: Vec<u64> = keys(column).flatten().collect();
    keys.sort_unstable();
    keys.dedup();
    keys.len() as u64
}

fn distribution(
    column: &Column,
    all: &[usize],
    known: usize,
    labels: Option<&[bool]>,
) -> Distribution {
    if known == 0 {
        return Distribution::Empty;
    }
    match column {
        Column::Text { codes, levels } => top_levels(codes, levels, labels),
        _ => numeric(numbers(column, all)),
    }
}

fn top_levels(codes: &[u32], levels: &[String], labels: Option<&[bool]>) -> Distribution {
    let mut tally = vec![(0_u64, 0_u64); levels.len()];
    for (row, &code) in codes.iter().enumerate().filter(|(_, c)| **c != Column::MISSING) {
        let (count, conversions) = &mut tally[code as usize];
        *count += 1;
        *conversions += u64::from(labels.is_some_and(|l| l[row]));
    }
    let mut order: Vec<usize> = (0..levels.len()).filter(|&l| tally[l].0 > 0).collect();
    order.sort_by(|&a, &b| tally[b].0.cmp(&tally[a].0).then_with(|| levels[a].cmp(&levels[b])));
    let top = order.into_iter().take(TOP_LEVELS).map(|level| {
        let (count, conversions) = tally[level];
        LevelCount {
            level: short(&levels[level]),
            count,
            rate: labels.map(|_| conversions as f64 / count as f64),
        }
    });
    Distribution::Levels { top: top.collect() }
}

fn numeric(mut values: Vec<f64>) -> Distribution {
    values.retain(|v| !v.is_nan());
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len();
    let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
        return Distribution::Empty;
    };
    // Halves before summing keep extreme values finite.
    let mean = values.iter().map(|v| v / n as f64).sum::<f64>();
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n as f64 - 1.0);
    let mut histogram = vec![0; BINS];
    let width = max - min;
    for value in &values {
        let place = if width > 0.0 { (value - min) / width * BINS as f64 } else { 0.0 };
        histogram[(place as usize).min(BINS - 1)] += 1;
    }
    let sd = if n > 1 && variance.is_finite() { variance.sqrt() } else { 0.0 };
    Distribution::Numeric {
        min,
        q25: quantile(&values, 0.25),
        median: quantile(&values, 0.5),
        q75: quantile(&values, 0.75),
        max,
        mean,
        sd,
        histogram,
    }
}

/// Linear between order statistics (type 7 of Hyndman and Fan 1996); `sorted` is not empty.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let low = place.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    let part = place - low as f64;
    sorted[low] * (1.0 - part) + sorted[high] * part
}

/// The share of filled cells that could be read.
fn readable(issues: &[Issue], column: &str, known: usize) -> f64 {
    let unread = |i: &&Issue| i.kind == "unreadable_cell" && i.column.as_deref() == Some(column);
    let unread: u64 = issues.iter().filter(unread).map(|i| i.count).sum();
    if unread == 0 { 1.0 } else { known as f64 / (known as f64 + unread as f64) }
}

/// The outcome as a column, both ways.
struct Outcome {
    words: Ready,
    numbers: Ready,
}

impl Outcome {
    fn new(labels: &[bool], rows: &[usize]) -> Self {
        let codes: Vec<u32> = rows.iter().map(|&row| u32::from(labels[row])).collect();
        let numbers = codes.iter().map(|code| f64::from(*code)).collect();
        Self { words: Ready::Words { codes, levels: 2 }, numbers: Ready::Numbers(numbers) }
    }

    fn associate(&self, column: &Ready) -> Option<Association> {
        match column {
            Ready::Words { .. } => associate(column, &self.words),
            Ready::Numbers(_) => associate(column, &self.numbers),
        }
    }
}

/// Evenly spread rows, and every column at those rows.
fn ready(table: &LeadTable) -> (Vec<usize>, Vec<Ready>) {
    let width = table.schema().fields().len();
    let rows = (BUDGET / (width * width).max(1)).clamp(200, 50_000);
    let step = table.rows().div_ceil(rows).max(1);
    let rows: Vec<usize> = (0..table.rows()).step_by(step).collect();
    let ready = (0..width).into_par_iter().map(|c| Ready::new(table.column(c), &rows)).collect();
    (rows, ready)
}

/// The strongest correlations of each column.
fn correlations(table: &LeadTable, ready: &[Ready]) -> Vec<Vec<Correlation>> {
    let fields = table.schema().fields();
    let width = fields.len();
    let compared: Vec<bool> = fields
        .iter()
        .map(|f| !matches!(f.role, Role::Id | Role::Split) && f.kind != FieldKind::Text)
        .collect();
    let pairs: Vec<(usize, usize)> = (0..width)
        .flat_map(|a| (a + 1..width).map(move |b| (a, b)))
        .filter(|&(a, b)| compared[a] && compared[b])
        .collect();
    let found: Vec<Option<(&str, f64)>> =
        pairs.par_iter().map(|&(a, b)| correlate(&ready[a], &ready[b])).collect();
    let mut lists: Vec<Vec<(usize, f64)>> = (0..width).map(|_| Vec::new()).collect();
    for (&(a, b), found) in pairs.iter().zip(found) {
        let Some((_, value)) = found.filter(|(_, v)| v.abs() >= WEAKEST) else { continue };
        lists[a].push((b, value.abs()));
        lists[b].push((a, value.abs()));
    }
    let told = |(from, mut list): (usize, Vec<(usize, f64)>)| -> Vec<Correlation> {
        list.sort_by(|a, b| b.1.total_cmp(&a.1));
        let strongest = list.into_iter().take(CORRELATIONS).filter_map(|(to, _)| {
            let association = associate(&ready[from], &ready[to])?;
            Some(Correlation { column: fields[to].name.clone(), association })
        });
        strongest.collect()
    };
    lists.into_par_iter().enumerate().map(told).collect()
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Number | FieldKind::DecimalComma => "number",
        FieldKind::Category => "category",
        FieldKind::Date(_) => "date",
        FieldKind::Text => "text",
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Feature => "feature",
        Role::Id => "id",
        Role::Label => "label",
        Role::Created => "created",
        Role::Split => "split",
        Role::Excluded => "excluded",
    }
}

#[cfg(test)]
mod tests;
