//! The leakage audit: which columns know the outcome?
//!
//! Evidence, each a sentence: the column's name, its AUC alone, whether being filled tells the outcome, values held by
//! conversions only, dates after the lead came in, a number that only tells the time, what the youngest leads do not have yet, being
//! filled only together with a column whose filling tells. The bounds are those practice has settled on: look at an AUC of
//! 0.90, stop at 0.98; 30 rows of which 99 % are of the rarer class are no chance.

mod names;

use crate::association::{Grouping, Groups, auc, column_auc, either_way, numbers, standard_error};
use crate::correlate::spearman;
use leadsight_schema::{Cell, Column, Labels, LeadTable, LeakageFinding, Role, Timestamp, Verdict};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

const SUSPECT_AUC: f64 = 0.90;
const LEAK_AUC: f64 = 0.98;
/// A column this strong is suspect where it stands `GAP` above all others.
const LONELY_AUC: f64 = 0.80;
const GAP: f64 = 0.05;
/// "Is it filled?" alone.
const FILL_AUC: f64 = 0.80;
const PURE: f64 = 0.99;
const PURE_ROWS: usize = 30;
/// Rows of each class below which an AUC is no evidence.
const ENOUGH: usize = 20;

/// The youngest leads of the sample, against all others.
const YOUNGEST: f64 = 0.25;
/// How far the AUC must fall among the youngest, and by how many standard errors.
const FALL: (f64, f64) = (0.10, 4.0);
/// The rank correlation with time from which a number is a clock.
const CLOCK: f64 = 0.98;
/// The share of a column's filled rows in which another is filled too, from which the one is filled with the other.
const TOGETHER: f64 = 0.99;

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
    let columns: Vec<&Column> = positions.iter().map(|&p| table.column(p)).collect();
    let name = |position: usize| table.schema().fields()[position].name.as_str();
    let mut findings: Vec<LeakageFinding> =
        positions.par_iter().map(|&p| sample.judge(name(p), table.column(p))).collect();
    sample.find_together(&columns, &mut findings);
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
        let (positives, negatives) = self.classes();
        let mut evidence: Vec<(Verdict, String)> = Vec::new();
        evidence.extend(self.strength(auc));
        evidence.extend(self.among_known(column));
        evidence.extend(auc.and_then(|auc| names::speaks(name, auc, positives, negatives)));
        let groups = Groups::of(column, self.rows);
        evidence.extend(self.fill(&groups));
        evidence.extend(self.purity(&groups));
        evidence.extend(self.words(column));
        evidence.extend(self.later(column));
        evidence.extend(self.clock(column));
        evidence.extend(self.unripe(column));
        LeakageFinding {
            column: name.to_owned(),
            verdict: evidence.iter().map(|e| e.0).max().unwrap_or(Verdict::Safe),
            auc,
            evidence: evidence.into_iter().map(|e| e.1).collect(),
            effect: None,
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
        let (blank, blank_positives) = *groups.tally(self.labels).first()?;
        self.filled(self.rows.len() - blank, self.classes().0 - blank_positives)
    }

    /// Whether being among `rows` filled ones, `conversions` of them, tells the outcome.
    fn filled(&self, rows: usize, conversions: usize) -> Option<(Verdict, String)> {
        let (positives, negatives) = self.classes();
        if positives < ENOUGH || negatives < ENOUGH {
            return None;
        }
        let of_positives = conversions as f64 / positives as f64;
        let of_negatives = (rows - conversions) as f64 / negatives as f64;
        let auc = either_way(0.5 + (of_positives - of_negatives) / 2.0);
        let (low, high) = (of_positives.min(of_negatives), of_positives.max(of_negatives));
        let one_sided = low <= 0.005 && high >= 0.20;
        // Filled for a few leads only, but mostly for those of a rare outcome.
        let enriched =
            positives * 4 <= self.rows.len() && rows >= PURE_ROWS && conversions * 4 >= rows * 3;
        if auc < FILL_AUC && !one_sided && !enriched {
            return None;
        }
        let verdict = if auc >= LEAK_AUC { Verdict::Leak } else { Verdict::Suspect };
        let text = format!(
            "it is filled for {:.1} % of the conversions and {:.1} % of the others",
            100.0 * of_positives,
            100.0 * of_negatives
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

    /// Words of a free text that nearly only leads of the rarer class have: what somebody wrote once the outcome was known.
    fn words(&self, column: &Column) -> Option<(Verdict, String)> {
        let Column::Text { levels, codes } = column else { return None };
        let filled = self.rows.iter().filter(|row| codes[**row] != Column::MISSING).count();
        let spoken = levels.iter().filter(|text| text.split_whitespace().count() > 2).count();
        // Free text nearly never repeats, and has several words.
        if levels.len() * 2 < filled || spoken * 2 < levels.len() {
            return None;
        }
        let (positives, negatives) = self.classes();
        let (rarer, rarer_is_positive) = (positives.min(negatives), positives <= negatives);
        let mut tally: HashMap<String, (usize, usize)> = HashMap::new();
        for (&row, &label) in self.rows.iter().zip(self.labels) {
            let text =
                if codes[row] == Column::MISSING { "" } else { &levels[codes[row] as usize] };
            let text = text.to_lowercase();
            let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
            for word in words.into_iter().filter(|word| !word.is_empty()) {
                let (rows, hits) = tally.entry(word.to_owned()).or_default();
                *rows += 1;
                *hits += usize::from(label == rarer_is_positive);
            }
        }
        let pure = |(_, (rows, hits)): &(String, (usize, usize))| {
            *rows >= PURE_ROWS && *hits as f64 >= PURE * *rows as f64
        };
        let mut found: Vec<(String, (usize, usize))> = tally.into_iter().filter(pure).collect();
        found.sort_by(|a, b| b.1.1.cmp(&a.1.1).then_with(|| a.0.cmp(&b.0)));
        let (word, (rows, hits)) = found.first()?;
        let verdict = if hits * 2 >= rarer { Verdict::Leak } else { Verdict::Suspect };
        let class = if rarer_is_positive { "conversions" } else { "non-conversions" };
        let others = match found.len() {
            1 => String::new(),
            n => format!(" and {} more words", n - 1),
        };
        Some((verdict, format!("the word \"{word}\" ({rows} rows){others}: at least 99 % {class}")))
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

    /// A number nearly all of whose values differ and that only rises or only falls with time: it names the day, not the lead.
    fn clock(&self, column: &Column) -> Option<(Verdict, String)> {
        let Column::Number(_) = column else { return None };
        let values = numbers(column, self.rows);
        let moments: Vec<f64> = match self.created {
            Some(created) => created.iter().map(|t| t.map_or(f64::NAN, |t| t.0 as f64)).collect(),
            None => self.rows.iter().map(|&row| row as f64).collect(),
        };
        let mut distinct: Vec<u64> = values.iter().map(|v| v.to_bits()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        if values.len() < PURE_ROWS || distinct.len() * 10 < values.len() * 9 {
            return None;
        }
        let along = spearman(&values, &moments)?;
        let way = if along > 0.0 { "rises" } else { "falls" };
        let what = if self.created.is_some() {
            "the moment the lead came in"
        } else {
            "the place in the file"
        };
        (along.abs() >= CLOCK).then(|| {
            (Verdict::Suspect, format!("it {way} with {what} and nearly never repeats: a number of the case, or a clock"))
        })
    }

    /// A column that tells less of the youngest leads than of all others may be still to be filled for them.
    fn unripe(&self, column: &Column) -> Option<(Verdict, String)> {
        let mut dated: Vec<(Timestamp, usize)> = (self.created?.iter().enumerate())
            .filter_map(|(i, moment)| moment.map(|moment| (moment, i)))
            .collect();
        dated.sort_unstable();
        let cut = ((1.0 - YOUNGEST) * dated.len() as f64) as usize;
        let judged = |part: &[(Timestamp, usize)]| {
            let rows: Vec<usize> = part.iter().map(|(_, i)| self.rows[*i]).collect();
            let labels: Vec<bool> = part.iter().map(|(_, i)| self.labels[*i]).collect();
            let positives = labels.iter().filter(|l| **l).count();
            let negatives = labels.len() - positives;
            if positives < ENOUGH || negatives < ENOUGH {
                return None;
            }
            let auc = column_auc(column, &rows, &labels)?;
            Some((auc, standard_error(auc, positives, negatives)))
        };
        let (before, after) = (judged(&dated[..cut])?, judged(&dated[cut..])?);
        let (fall, error) = (before.0 - after.0, before.1.hypot(after.1));
        (fall >= FALL.0 && fall >= FALL.1 * error).then(|| {
            let text = format!(
                "its AUC is {:.3} among the older leads and {:.3} among the youngest quarter, as of a value that is filled or changed later",
                before.0, after.0
            );
            (Verdict::Suspect, text)
        })
    }

    /// Columns that are filled only where another is whose filling tells the outcome: both are of the same later step.
    fn find_together(&self, columns: &[&Column], findings: &mut [LeakageFinding]) {
        let filled = |column: &Column| -> Vec<bool> {
            self.rows.iter().map(|&row| column.cell(row) != Cell::Missing).collect()
        };
        let count = |filled: &[bool]| filled.iter().filter(|f| **f).count();
        let telling: Vec<(String, Vec<bool>)> = (columns.iter().zip(findings.iter()))
            .filter(|(_, finding)| finding.verdict > Verdict::Safe)
            .map(|(column, finding)| (finding.column.clone(), filled(column)))
            .filter(|(_, filled)| {
                let rows = count(filled);
                let conversions =
                    filled.iter().zip(self.labels).filter(|(filled, label)| **filled && **label);
                rows < self.rows.len() && self.filled(rows, conversions.count()).is_some()
            })
            .collect();
        if telling.is_empty() {
            return;
        }
        for (column, finding) in columns.iter().zip(findings) {
            if finding.verdict > Verdict::Safe {
                continue;
            }
            let own = filled(column);
            let rows = count(&own);
            let within = |other: &[bool]| {
                let both = own.iter().zip(other).filter(|(own, other)| **own && **other).count();
                rows >= ENOUGH && both as f64 >= TOGETHER * rows as f64
            };
            if let Some((other, _)) = telling.iter().find(|(_, other)| within(other)) {
                finding.verdict = Verdict::Suspect;
                finding.evidence.push(format!(
                    "it is filled only where `{other}` is, and whether that is filled tells the outcome"
                ));
            }
        }
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

#[cfg(test)]
mod tests;
