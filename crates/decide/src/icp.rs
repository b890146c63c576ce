//! The ideal customer profile: conditions on who a lead is, each with a weight, and how much of their weight a lead meets.
//!
//! Declared in a policy, or learned from past winners: for each field the words, or the range of a number, among which more leads
//! convert than chance allows. A learned weight is the log of the odds ratio, met against not met, so that a criterion counts as much as it
//! tells alone. The match is a picture of the lead beside the score, not a probability.

use crate::DecideError;
use leadsight_rules::{Condition, Criterion, Indicator, Value};
use leadsight_schema::{Cells, Column, Field, FieldKind, Labels, LeadTable};
use serde::{Deserialize, Serialize};

/// Standard errors above chance from which words count, and a range, which is chosen from many.
const WORD: f64 = 3.0;
const RANGE: f64 = 4.0;
/// Leads below which a word proves nothing.
const LEAST: usize = 30;
const BINS: usize = 10;
/// Criteria of a learned profile at most, those that are surest.
const MOST: usize = 10;

/// The criteria; at least one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Criterion>", into = "Vec<Criterion>")]
pub struct Icp(Vec<Criterion>);

impl Icp {
    /// # Errors
    /// [`DecideError::Icp`] without criteria, or where a weight is not above 0.
    pub fn new(criteria: Vec<Criterion>) -> Result<Self, DecideError> {
        if criteria.is_empty() {
            return Err(DecideError::Icp { found: "an empty list".to_owned() });
        }
        if let Some(wrong) = criteria.iter().find(|c| !(c.weight.is_finite() && c.weight > 0.0)) {
            return Err(DecideError::Icp { found: format!("the weight {}", wrong.weight) });
        }
        Ok(Self(criteria))
    }

    /// The criteria.
    pub fn criteria(&self) -> &[Criterion] {
        &self.0
    }

    /// One for each criterion.
    pub fn indicators(&self) -> Vec<Indicator> {
        let indicator = |(i, criterion): (usize, &Criterion)| {
            Indicator::of(format!("icp[{i}]"), &criterion.when)
        };
        self.0.iter().enumerate().map(indicator).collect()
    }

    /// The share of the weight that is met, 0 to 100; `met` says of each criterion whether it holds.
    pub fn match_pct(&self, met: impl Fn(usize) -> bool) -> f64 {
        leadsight_rules::match_pct(self.0.iter().map(|criterion| criterion.weight), met)
    }

    /// The profile of the leads in `rows` that converted, from `fields` of the table; `None` where nothing sets them apart. `labels` has
    /// one outcome for each row of the table.
    pub fn learn(
        table: &LeadTable,
        labels: &Labels,
        rows: &[usize],
        fields: &[Field],
    ) -> Option<Self> {
        let won = |row: usize| labels.as_slice()[row];
        let rate = rows.iter().filter(|row| won(**row)).count() as f64 / rows.len().max(1) as f64;
        let mut found: Vec<(f64, Criterion)> = Vec::new();
        for field in fields {
            let Some(position) = table.schema().find(&field.name) else { continue };
            let set = match table.column(position) {
                Column::Text { levels, codes } if field.kind == FieldKind::Category => {
                    words(levels, codes, rows, &won, rate)
                }
                Column::Number(values) => range(values, rows, &won, rate),
                _ => None,
            };
            let Some((sureness, set)) = set else { continue };
            let when = set.on(field.name.clone());
            let holds = |row: usize| when.holds(&|_: &String| table.cell(row, position), None);
            // Half a lead each way keeps the odds finite.
            let mut counts: [[f64; 2]; 2] = [[0.5; 2]; 2];
            rows.iter()
                .for_each(|&row| counts[usize::from(holds(row))][usize::from(won(row))] += 1.0);
            let [[out_lost, out_won], [in_lost, in_won]] = counts;
            let weight = ((in_won * out_lost) / (in_lost * out_won)).ln();
            if weight > 0.0 {
                let weight = (weight * 100.0).round().max(1.0) / 100.0;
                found.push((sureness, Criterion { when, weight }));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let criteria = found.into_iter().take(MOST).map(|(_, criterion)| criterion).collect();
        Self::new(criteria).ok()
    }
}

/// Values among which more leads convert.
enum Set {
    Words(Vec<String>),
    /// From the first to the second; infinite where the range has no end there.
    Range(f64, f64),
}

impl Set {
    fn on(self, field: String) -> Condition {
        match self {
            Set::Words(words) => {
                Condition::OneOf(field, words.into_iter().map(Value::Text).collect())
            }
            Set::Range(low, high) if low == f64::NEG_INFINITY => Condition::AtMost(field, high),
            Set::Range(low, high) if high == f64::INFINITY => Condition::AtLeast(field, low),
            Set::Range(low, high) => Condition::Between(field, low, high),
        }
    }
}

/// Standard errors by which `won` of `leads` exceeds what the rate gives.
fn beyond(won: usize, leads: usize, rate: f64) -> f64 {
    let n = leads as f64;
    (won as f64 - n * rate) / (n * rate * (1.0 - rate)).sqrt().max(f64::MIN_POSITIVE)
}

fn words(
    levels: &[String],
    codes: &[u32],
    rows: &[usize],
    won: &impl Fn(usize) -> bool,
    rate: f64,
) -> Option<(f64, Set)> {
    let mut tally = vec![(0, 0); levels.len()];
    for &row in rows.iter().filter(|row| codes[**row] != Column::MISSING) {
        let (leads, conversions) = &mut tally[codes[row] as usize];
        *leads += 1;
        *conversions += usize::from(won(row));
    }
    let better: Vec<usize> = (0..levels.len())
        .filter(|&l| tally[l].0 >= LEAST && beyond(tally[l].1, tally[l].0, rate) >= WORD)
        .collect();
    let (leads, conversions) =
        better.iter().fold((0, 0), |(n, k), &l| (n + tally[l].0, k + tally[l].1));
    (!better.is_empty()).then(|| {
        let words = better.iter().map(|&l| levels[l].clone()).collect();
        (beyond(conversions, leads, rate), Set::Words(words))
    })
}

/// The run of quantile bins with the greatest surplus of conversions.
fn range(
    values: &[f64],
    rows: &[usize],
    won: &impl Fn(usize) -> bool,
    rate: f64,
) -> Option<(f64, Set)> {
    let mut known: Vec<(f64, bool)> =
        rows.iter().map(|&row| (values[row], won(row))).filter(|(v, _)| !v.is_nan()).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    if known.len() < LEAST * 2 {
        return None;
    }
    let mut edges: Vec<f64> = (0..BINS).map(|bin| known[bin * known.len() / BINS].0).collect();
    edges.dedup();
    let mut tally = vec![(0_usize, 0_usize); edges.len()];
    for (value, won) in &known {
        let (leads, conversions) = &mut tally[edges.partition_point(|e| e <= value) - 1];
        *leads += 1;
        *conversions += usize::from(*won);
    }
    let sum = |from: usize, to: usize| {
        tally[from..=to].iter().fold((0, 0), |(n, k), bin| (n + bin.0, k + bin.1))
    };
    let surplus = |(leads, conversions): (usize, usize)| conversions as f64 - leads as f64 * rate;
    let runs = (0..edges.len()).flat_map(|from| (from..edges.len()).map(move |to| (from, to)));
    let whole = (0, edges.len() - 1);
    let (from, to) = runs
        .filter(|run| *run != whole)
        .max_by(|a, b| surplus(sum(a.0, a.1)).total_cmp(&surplus(sum(b.0, b.1))))?;
    let (leads, conversions) = sum(from, to);
    let sureness = beyond(conversions, leads, rate);
    // The last value of the run, so that both ends are values that somebody has.
    let last = known.iter().rev().find(|(v, _)| to + 1 >= edges.len() || *v < edges[to + 1])?.0;
    let low = if from == 0 { f64::NEG_INFINITY } else { edges[from] };
    let high = if to + 1 == edges.len() { f64::INFINITY } else { last };
    (leads >= LEAST && sureness >= RANGE).then_some((sureness, Set::Range(low, high)))
}

impl TryFrom<Vec<Criterion>> for Icp {
    type Error = DecideError;
    fn try_from(criteria: Vec<Criterion>) -> Result<Self, DecideError> {
        Self::new(criteria)
    }
}

impl From<Icp> for Vec<Criterion> {
    fn from(icp: Icp) -> Vec<Criterion> {
        icp.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::Schema;

    const N: usize = 4000;

    fn table() -> (LeadTable, Labels) {
        let noise = |i: usize, k: usize| (i * 7919 * k + i * i * 31) % 1000;
        let industry = |i: usize| ["Software", "Retail", "Health"][noise(i, 3) % 3];
        let size = |i: usize| noise(i, 5) as f64;
        let fits = |i: usize| {
            usize::from(industry(i) == "Software") + usize::from((300.0..700.0).contains(&size(i)))
        };
        let labels = Labels::new((0..N).map(|i| noise(i, 11) < 30 + 120 * fits(i)).collect());
        let fields = vec![
            Field::feature("industry", FieldKind::Category),
            Field::feature("size", FieldKind::Number),
            Field::feature("noise", FieldKind::Number),
        ];
        let columns = vec![
            Column::from_words((0..N).map(|i| Some(industry(i)))),
            Column::Number((0..N).map(size).collect()),
            Column::Number((0..N).map(|i| noise(i, 13) as f64).collect()),
        ];
        let lines = (0..N as u64).collect();
        (LeadTable::new(Schema::new(fields).unwrap(), columns, lines).unwrap(), labels)
    }

    #[test]
    fn learns_what_winners_have_in_common() {
        let (table, labels) = table();
        let rows: Vec<usize> = (0..N).collect();
        let icp = Icp::learn(&table, &labels, &rows, table.schema().fields()).unwrap();
        assert_eq!(icp.criteria().len(), 2, "{icp:?}");
        let word = |c: &Criterion| match &c.when {
            Condition::OneOf(field, words) => (field.clone(), words.len()),
            Condition::Between(field, low, high) => {
                assert!((250.0..350.0).contains(low) && (650.0..750.0).contains(high), "{c:?}");
                (field.clone(), 0)
            }
            other => panic!("{other:?}"),
        };
        let mut found: Vec<_> = icp.criteria().iter().map(word).collect();
        found.sort();
        assert_eq!(found, [("industry".to_owned(), 1), ("size".to_owned(), 0)]);
        assert_eq!((icp.match_pct(|_| true), icp.match_pct(|_| false)), (100.0, 0.0));
    }

    #[test]
    fn noise_has_no_profile() {
        let (table, _) = table();
        let labels = Labels::new((0..N).map(|i| (i * 104_729 + i * i * 17) % 97 < 9).collect());
        let rows: Vec<usize> = (0..N).collect();
        assert_eq!(Icp::learn(&table, &labels, &rows, table.schema().fields()), None);
        assert_eq!(Icp::learn(&table, &labels, &[], table.schema().fields()), None);
    }

    #[test]
    fn refuses_weights_that_are_none() {
        let criterion = |weight| Criterion { when: Condition::Known("x".to_owned()), weight };
        for criteria in [vec![], vec![criterion(0.0)], vec![criterion(f64::NAN)]] {
            assert!(Icp::new(criteria).unwrap_err().to_string().contains("icp"));
        }
    }
}
