//! The leakage audit: which columns know the outcome?
//!
//! Evidence, each a sentence: the column's name, its AUC alone, whether being filled tells the outcome, values held by
//! conversions only, dates after the lead came in. The bounds are those practice has settled on: look at an AUC of
//! 0.90, stop at 0.98; 30 rows of which 99 % are of the rarer class are no chance.

use crate::association::{Grouping, Groups, auc, column_auc, either_way, numbers, standard_error};
use crate::roles::words;
use leadsight_schema::{Column, Labels, LeadTable, LeakageFinding, Role, Timestamp, Verdict};
use rayon::prelude::*;

const SUSPECT_AUC: f64 = 0.90;
const LEAK_AUC: f64 = 0.98;
/// A column this strong is suspect where it stands `GAP` above all others.
const LONELY_AUC: f64 = 0.80;
const GAP: f64 = 0.05;
/// A telling name needs some telling values to count.
const AFTERWARDS_AUC: f64 = 0.60;
const CHANGING_AUC: f64 = 0.70;
/// "Is it filled?" alone.
const FILL_AUC: f64 = 0.80;
const PURE: f64 = 0.99;
const PURE_ROWS: usize = 30;
/// Rows of each class below which an AUC is no evidence.
const ENOUGH: usize = 20;

/// Words in names of columns that are usually filled once the outcome is known.
const AFTERWARDS: &str = "won win lost loss close closed closing contract invoice invoiced outcome \
    disposition duration converted conversion churned churn deal booked paid payment payout signed \
    onboarded onboarding disbursed delivered delivery refund cancelled result resolution";

/// Words in names of columns that hold today's value, changed as the outcome comes near.
const CHANGING: &str = "last latest modified updated status stage tag tags quality rating";

/// A word on each column that a model might use, in the order of the table, read from `rows` (the training part, so
/// that the test part stays unseen). `labels` has one outcome for each row of the table.
pub fn audit(table: &LeadTable, labels: &Labels, rows: &[usize]) -> Vec<LeakageFinding> {
    let rows: Vec<usize> =
        rows.iter().copied().filter(|&r| r < labels.len() && r < table.lines().len()).collect();
    let outcomes: Vec<bool> = rows.iter().map(|&row| labels.as_slice()[row]).collect();
    let created = table.schema().with_role(Role::Created).next();
    let created: Option<Vec<Option<Timestamp>>> =
        created.and_then(|position| match table.column(position) {
            Column::Date(moments) => Some(rows.iter().map(|&r| moments[r]).collect()),
            _ => None,
        });
    let sample = Sample { rows: &rows, labels: &outcomes, created: created.as_deref() };
    let positions: Vec<usize> = table.schema().with_role(Role::Feature).collect();
    let mut findings: Vec<LeakageFinding> = positions
        .into_par_iter()
        .map(|position| {
            sample.judge(&table.schema().fields()[position].name, table.column(position))
        })
        .collect();
    sample.find_lonely(&mut findings);
    findings
}

/// The rows that are audited.
struct Sample<'a> {
    rows: &'a [usize],
    labels: &'a [bool],
    created: Option<&'a [Option<Timestamp>]>,
}

impl Sample<'_> {
    fn judge(&self, name: &str, column: &Column) -> LeakageFinding {
        let auc = column_auc(column, self.rows, self.labels);
        let mut evidence: Vec<(Verdict, String)> = Vec::new();
        evidence.extend(self.strength(auc));
        evidence.extend(self.among_known(column));
        evidence.extend(by_name(name, auc));
        let groups = Groups::of(column, self.rows);
        evidence.extend(self.fill(&groups));
        evidence.extend(self.purity(&groups));
        evidence.extend(self.later(column));
        LeakageFinding {
            column: name.to_owned(),
            verdict: evidence.iter().map(|e| e.0).max().unwrap_or(Verdict::Safe),
            auc,
            evidence: evidence.into_iter().map(|e| e.1).collect(),
        }
    }

    fn classes(&self) -> (usize, usize) {
        let positives = self.labels.iter().filter(|l| **l).count();
        (positives, self.labels.len() - positives)
    }

    fn strength(&self, auc: Option<f64>) -> Option<(Verdict, String)> {
        let (positives, negatives) = self.classes();
        let verdict = strong(auc?, positives, negatives)?;
        Some((verdict, format!("alone it tells the outcome with AUC {:.3}", auc?)))
    }

    /// Numbers and dates that are filled for a few leads only, but tell everything about those.
    fn among_known(&self, column: &Column) -> Option<(Verdict, String)> {
        let values = numbers(column, self.rows);
        let known: Vec<usize> = (0..values.len()).filter(|&i| !values[i].is_nan()).collect();
        if known.is_empty() || known.len() == values.len() {
            return None;
        }
        let labels: Vec<bool> = known.iter().map(|&i| self.labels[i]).collect();
        let values: Vec<f64> = known.iter().map(|&i| values[i]).collect();
        let auc = either_way(auc(&labels, &values)?);
        let positives = labels.iter().filter(|l| **l).count();
        let verdict = strong(auc, positives, labels.len() - positives)?;
        let share = 100.0 * known.len() as f64 / self.rows.len() as f64;
        let text =
            format!("among the {share:.1} % of leads where it is filled its AUC is {auc:.3}");
        Some((verdict, text))
    }

    /// Whether being filled at all tells the outcome.
    fn fill(&self, groups: &Groups) -> Option<(Verdict, String)> {
        let (positives, negatives) = self.classes();
        if positives < ENOUGH || negatives < ENOUGH {
            return None;
        }
        let (blank, blank_positives) = *groups.tally(self.labels).first()?;
        let filled_positive = 1.0 - blank_positives as f64 / positives as f64;
        let filled_negative = 1.0 - (blank - blank_positives) as f64 / negatives as f64;
        let auc = either_way(0.5 + (filled_positive - filled_negative) / 2.0);
        let (low, high) =
            (filled_positive.min(filled_negative), filled_positive.max(filled_negative));
        let one_sided = low <= 0.005 && high >= 0.20;
        // Filled for a few leads only, but mostly for those of a rare outcome.
        let filled = (self.rows.len() - blank, positives - blank_positives);
        let enriched = positives * 4 <= self.rows.len()
            && filled.0 >= PURE_ROWS
            && filled.1 * 4 >= filled.0 * 3;
        if auc < FILL_AUC && !one_sided && !enriched {
            return None;
        }
        let verdict = if auc >= LEAK_AUC { Verdict::Leak } else { Verdict::Suspect };
        let text = format!(
            "it is filled for {:.1} % of the conversions and {:.1} % of the others",
            100.0 * filled_positive,
            100.0 * filled_negative
        );
        Some((verdict, text))
    }

    /// Values that nearly all belong to the rarer class. One that holds half of that class is the outcome itself. Bins
    /// of a number do not count: an honest strong column has a pure end.
    fn purity(&self, groups: &Groups) -> Option<(Verdict, String)> {
        let (positives, negatives) = self.classes();
        let rarer_is_positive = positives <= negatives;
        let rarer = positives.min(negatives);
        let hits = |(rows, conversions): (usize, usize)| {
            if rarer_is_positive { conversions } else { rows - conversions }
        };
        let pure = |tally: (usize, usize)| {
            tally.0 >= PURE_ROWS && hits(tally) as f64 >= PURE * tally.0 as f64
        };
        let tally = groups.tally(self.labels);
        let blank = tally.first().copied().unwrap_or_default();
        let filled = (self.rows.len() - blank.0, positives - blank.1);
        let found: Vec<(usize, &str)> = if pure(filled) {
            vec![(hits(filled), "(filled)")]
        } else if groups.by == Grouping::Value {
            let names = groups.names.iter().map(String::as_str);
            tally.iter().zip(names).filter(|(t, _)| pure(**t)).map(|(t, n)| (hits(*t), n)).collect()
        } else {
            Vec::new()
        };
        let covered: usize = found.iter().map(|p| p.0).sum();
        let (largest, value) = *found.iter().max_by_key(|p| p.0)?;
        let verdict = if covered * 2 >= rarer { Verdict::Leak } else { Verdict::Suspect };
        let class = if rarer_is_positive { "conversions" } else { "non-conversions" };
        let others = match found.len() {
            1 => String::new(),
            n => format!(" and {} more values", n - 1),
        };
        let share = 100.0 * covered as f64 / rarer.max(1) as f64;
        let text = format!(
            "{value} ({largest} rows){others}: at least 99 % {class}, {share:.0} % of all of them"
        );
        Some((verdict, text))
    }

    /// Dates that lie after the lead came in were not known then.
    fn later(&self, column: &Column) -> Option<(Verdict, String)> {
        let Column::Date(values) = column else { return None };
        let created = self.created?;
        let lags = self
            .rows
            .iter()
            .zip(created)
            .filter_map(|(&row, start)| Some(values[row]?.days_since((*start)?)));
        let (known, later) =
            lags.fold((0, 0), |(known, later), lag| (known + 1, later + usize::from(lag > 1.0)));
        let suspect = later >= PURE_ROWS && later * 20 > known;
        let share = 100.0 * later as f64 / f64::from(known.max(1) as u32);
        suspect.then(|| {
            (Verdict::Suspect, format!("{share:.0} % of its dates lie after the lead came in"))
        })
    }

    /// A column far stronger than all others that nothing else speaks against.
    fn find_lonely(&self, findings: &mut [LeakageFinding]) {
        let (positives, negatives) = self.classes();
        if positives < ENOUGH || negatives < ENOUGH {
            return;
        }
        let safe = |f: &&mut LeakageFinding| f.verdict == Verdict::Safe;
        let mut candidates: Vec<&mut LeakageFinding> = findings.iter_mut().filter(safe).collect();
        candidates.sort_by(|a, b| b.auc.unwrap_or(0.5).total_cmp(&a.auc.unwrap_or(0.5)));
        let [first, second, ..] = candidates.as_mut_slice() else { return };
        let (best, next) = (first.auc.unwrap_or(0.5), second.auc.unwrap_or(0.5));
        if best >= LONELY_AUC && best - next >= GAP {
            first.verdict = Verdict::Suspect;
            first.evidence.push(format!(
                "alone it tells the outcome with AUC {best:.3}, the next column with {next:.3}"
            ));
        }
    }
}

/// The verdict on an AUC; a small sample must be beyond chance (1.645 standard errors above 0.75).
fn strong(auc: f64, positives: usize, negatives: usize) -> Option<Verdict> {
    let error = standard_error(auc, positives.max(1), negatives.max(1));
    if positives < ENOUGH || negatives < ENOUGH || auc - 1.645 * error < 0.75 {
        return None;
    }
    match auc {
        a if a >= LEAK_AUC => Some(Verdict::Leak),
        a if a >= SUSPECT_AUC => Some(Verdict::Suspect),
        _ => None,
    }
}

fn by_name(name: &str, auc: Option<f64>) -> Option<(Verdict, String)> {
    let auc = auc?;
    let lists = [
        (AFTERWARDS, AFTERWARDS_AUC, "is usually known only afterwards"),
        (CHANGING, CHANGING_AUC, "speaks of a value that changes later"),
    ];
    let words = words(name);
    let (word, why) =
        lists.iter().filter(|(_, least, _)| auc >= *least).find_map(|(list, _, why)| {
            let word = words.iter().find(|w| list.split_whitespace().any(|known| known == *w))?;
            Some((word, why))
        })?;
    let text = format!("its name holds \"{word}\", which {why}, and its AUC is {auc:.3}");
    Some((Verdict::Suspect, text))
}

#[cfg(test)]
mod tests;
