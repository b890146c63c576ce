//! A field cut into a few kinds of value: the words of a category, the bins of a number.

use leadsight_rules::{Condition, Value};
use leadsight_schema::{Cell, Cells, FieldKind, Schema};
use std::collections::BTreeMap;

/// Words of a category that are looked at, the most frequent.
const MOST_WORDS: usize = 60;
/// A number with at most so many values is not binned.
const FEW_VALUES: usize = 6;
/// Where other numbers are cut.
const CUTS: [f64; 4] = [0.25, 0.5, 0.75, 0.9];

/// The codes of leads in one field.
pub(crate) struct Coded {
    name: String,
    /// For each row its kind's position, or [`Coded::NONE`].
    pub codes: Vec<u16>,
    kinds: Kinds,
}

enum Kinds {
    /// Words, as most leads write them.
    Words(Vec<String>),
    /// Least and greatest value of each bin, in order.
    Bins(Vec<(f64, f64)>),
}

impl Coded {
    /// Nothing known, or too rare to be a kind.
    pub const NONE: u16 = u16::MAX;

    /// The field at a position, for some rows; `None` for dates and text. A word of fewer than `least` leads is none.
    pub fn new(
        table: &impl Cells,
        schema: &Schema,
        field: usize,
        rows: &[usize],
        least: u64,
    ) -> Option<Self> {
        let declared = schema.fields().get(field)?;
        let cells: Vec<Cell<'_>> = rows.iter().map(|&row| table.cell(row, field)).collect();
        let (codes, kinds) = match declared.kind {
            FieldKind::Category => words(&cells, least),
            FieldKind::Number | FieldKind::DecimalComma => bins(&cells),
            FieldKind::Date(_) | FieldKind::Text => return None,
        };
        Some(Self { name: declared.name.clone(), codes, kinds })
    }

    /// The number of kinds.
    pub fn len(&self) -> usize {
        match &self.kinds {
            Kinds::Words(words) => words.len(),
            Kinds::Bins(bins) => bins.len(),
        }
    }

    /// Whether neighbouring kinds are near each other.
    pub fn is_ordered(&self) -> bool {
        matches!(self.kinds, Kinds::Bins(_))
    }

    /// What holds for leads of some kinds, in order; those of a number must be neighbours.
    pub fn condition(&self, kinds: &[usize]) -> Condition {
        let field = self.name.clone();
        match &self.kinds {
            Kinds::Words(words) => {
                let mut chosen: Vec<Value> =
                    kinds.iter().map(|&kind| Value::Text(words[kind].clone())).collect();
                match (chosen.pop(), chosen.is_empty()) {
                    (Some(only), true) => Condition::Is(field, only),
                    (last, _) => {
                        chosen.extend(last);
                        Condition::OneOf(field, chosen)
                    }
                }
            }
            Kinds::Bins(bins) => {
                let (first, last) =
                    (kinds.first().copied().unwrap_or(0), kinds.last().copied().unwrap_or(0));
                let (least, most) = (bins[first].0, bins[last].1);
                match (first == 0, last + 1 == bins.len()) {
                    (true, true) => Condition::Known(field),
                    _ if least == most => Condition::Is(field, Value::Number(least)),
                    (true, _) => Condition::AtMost(field, most),
                    (_, true) => Condition::AtLeast(field, least),
                    _ => Condition::Between(field, least, most),
                }
            }
        }
    }
}

fn words(cells: &[Cell<'_>], least: u64) -> (Vec<u16>, Kinds) {
    // Conditions compare without case, and so do kinds.
    let folded: Vec<Option<String>> = cells
        .iter()
        .map(|cell| match cell {
            Cell::Text(word) => Some(word.to_lowercase()),
            _ => None,
        })
        .collect();
    let mut spellings: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for (folded, cell) in folded.iter().zip(cells) {
        if let (Some(folded), Cell::Text(word)) = (folded, cell) {
            *spellings.entry(folded).or_default().entry(word).or_default() += 1;
        }
    }
    let mut kinds: Vec<(u64, &str, &str)> = spellings
        .iter()
        .filter_map(|(folded, spellings)| {
            let (usual, _) = spellings.iter().rev().max_by_key(|(_, count)| **count)?;
            Some((spellings.values().sum(), *folded, *usual))
        })
        .filter(|(count, ..)| *count >= least)
        .collect();
    kinds.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    kinds.truncate(MOST_WORDS);
    let code: BTreeMap<&str, u16> = (0..).zip(&kinds).map(|(code, kind)| (kind.1, code)).collect();
    let codes = folded.iter().map(|word| {
        word.as_deref().and_then(|word| code.get(word)).copied().unwrap_or(Coded::NONE)
    });
    (codes.collect(), Kinds::Words(kinds.iter().map(|kind| kind.2.to_owned()).collect()))
}

fn bins(cells: &[Cell<'_>]) -> (Vec<u16>, Kinds) {
    let number = |cell: &Cell<'_>| match cell {
        // One zero.
        Cell::Number(value) => Some(value + 0.0),
        _ => None,
    };
    let mut values: Vec<f64> = cells.iter().filter_map(number).collect();
    values.sort_by(f64::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    let mut tops: Vec<f64> = if distinct.len() <= FEW_VALUES {
        distinct
    } else {
        let last = values.len() - 1;
        let cuts = CUTS.iter().map(|share| values[(share * last as f64) as usize]);
        cuts.chain([values[last]]).collect()
    };
    tops.dedup();
    let bin = |value: f64| tops.partition_point(|top| *top < value);
    let mut bins: Vec<(f64, f64)> = tops.iter().map(|top| (*top, *top)).collect();
    for value in values.iter().rev() {
        bins[bin(*value)].0 = *value;
    }
    let codes = cells.iter().map(|cell| number(cell).map_or(Coded::NONE, |v| bin(v) as u16));
    (codes.collect(), Kinds::Bins(bins))
}
