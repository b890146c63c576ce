//! Traits that converters have more often than all leads, with their lift.
//!
//! A trait is a word of a category or a bin of a number. With n of N leads and k of K conversions its lift is (k / K) / (n / N). The
//! interval follows from that of the ratio r of its rate to the rate of all other leads (two independent groups, MOVER over Wilson's
//! intervals): lift = 1 / (w + (1 - w) / r), with w = n / N. The test is Fisher's, corrected by Benjamini and Hochberg over every trait
//! that was looked at, so at most one in twenty of those listed is expected to be noise.

use crate::FunnelError;
use crate::coded::Coded;
use crate::steps::LEVEL;
use leadsight_eval::{benjamini_hochberg, fisher_exact, unpaired_ratio, wilson};
use leadsight_rules::Condition;
use leadsight_schema::{Cells, Schema};
use serde::Serialize;

/// A lift with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lift {
    /// Share among converters over share among all.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Something that converters have more often.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trait {
    /// The condition that such leads fulfil.
    pub condition: Condition,
    /// The condition in words.
    pub words: String,
    /// Leads that have it.
    pub leads: u64,
    /// Conversions among them.
    pub conversions: u64,
    /// Their share of all leads.
    pub share_of_leads: f64,
    /// Their share of all conversions.
    pub share_of_conversions: f64,
    /// The second share over the first.
    pub lift: Lift,
    /// p-value of "no more often", corrected for all traits.
    pub p_value: f64,
}

/// Conversions and leads.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Count {
    pub conversions: u64,
    pub leads: u64,
}

impl Count {
    pub fn of(labels: impl IntoIterator<Item = bool>) -> Self {
        labels.into_iter().fold(Self::default(), |count, label| Self {
            conversions: count.conversions + u64::from(label),
            leads: count.leads + 1,
        })
    }

    pub fn rate(self) -> f64 {
        self.conversions as f64 / self.leads as f64
    }
}

/// The traits that converters have more often, the surest lift first. `fields` are the positions that are looked at; `labels` says of
/// each row whether it converted. A trait of fewer than `least` leads is not looked at.
///
/// # Errors
/// [`FunnelError::Lengths`] where labels and rows differ in number.
pub fn traits(
    table: &impl Cells,
    schema: &Schema,
    fields: &[usize],
    labels: &[bool],
    least: u64,
) -> Result<Vec<Trait>, FunnelError> {
    check(table, labels)?;
    let rows: Vec<usize> = (0..labels.len()).collect();
    let all = Count::of(labels.iter().copied());
    let mut found = Vec::new();
    for &field in fields {
        let Some(coded) = Coded::new(table, schema, field, &rows, least) else { continue };
        for (kind, own) in counts(&coded, labels, 1).into_iter().enumerate() {
            if own.leads >= least && own.leads < all.leads {
                found.extend(judge(coded.condition(&[kind]), own, all));
            }
        }
    }
    let p: Vec<f64> = found.iter().map(|t| t.p_value).collect();
    for (found, p) in found.iter_mut().zip(benjamini_hochberg(&p)) {
        found.p_value = p;
    }
    found.retain(|t| t.p_value < 1.0 - LEVEL && t.lift.value > 1.0);
    found.sort_by(|a, b| b.lift.low.total_cmp(&a.lift.low).then_with(|| a.words.cmp(&b.words)));
    Ok(found)
}

pub(crate) fn check(table: &impl Cells, labels: &[bool]) -> Result<(), FunnelError> {
    if table.rows() != labels.len() {
        return Err(FunnelError::Lengths { leads: table.rows(), found: labels.len() });
    }
    Ok(())
}

/// The counts of each kind, on every `step`-th row.
pub(crate) fn counts(coded: &Coded, labels: &[bool], step: usize) -> Vec<Count> {
    let mut counts = vec![Count::default(); coded.len()];
    for (code, label) in coded.codes.iter().zip(labels).step_by(step) {
        if let Some(count) = counts.get_mut(usize::from(*code)) {
            count.leads += 1;
            count.conversions += u64::from(*label);
        }
    }
    counts
}

/// `None` where the lift is not defined: nobody converted, or everybody has it.
fn judge(condition: Condition, own: Count, all: Count) -> Option<Trait> {
    Some(Trait {
        words: condition.words(&str::to_owned),
        condition,
        leads: own.leads,
        conversions: own.conversions,
        share_of_leads: own.leads as f64 / all.leads as f64,
        share_of_conversions: own.conversions as f64 / all.conversions as f64,
        lift: lift(own, all)?,
        p_value: compare(own, all)?,
    })
}

/// The p-value of a part against the rest.
pub(crate) fn compare(own: Count, all: Count) -> Option<f64> {
    let rest = (all.conversions - own.conversions, all.leads - own.leads);
    fisher_exact((own.conversions, own.leads), rest).ok()
}

pub(crate) fn lift(own: Count, all: Count) -> Option<Lift> {
    let rest =
        Count { conversions: all.conversions - own.conversions, leads: all.leads - own.leads };
    if all.conversions == 0 || own.leads == 0 || rest.leads == 0 {
        return None;
    }
    let w = own.leads as f64 / all.leads as f64;
    let of = |ratio: f64| if ratio > 0.0 { 1.0 / (w + (1.0 - w) / ratio) } else { 0.0 };
    let a = wilson(own.conversions, own.leads, LEVEL).ok()?;
    let b = wilson(rest.conversions, rest.leads, LEVEL).ok()?;
    let (low, high) = match unpaired_ratio(&a, &b) {
        Ok(ratio) => (of(ratio.low), of(ratio.high)),
        // All conversions have it: the ratio has no upper end, the lift has one.
        Err(_) => (of(a.low / b.high), 1.0 / w),
    };
    Some(Lift { value: own.rate() / all.rate(), low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lift_lies_within_its_interval_and_never_beyond_what_is_possible() {
        for (k, n, all_k, all_n) in [
            (30, 100, 60, 1000),
            (0, 100, 60, 1000),
            (60, 100, 60, 1000),
            (1, 1, 2, 1000),
            (60, 999, 60, 1000),
        ] {
            let own = Count { conversions: k, leads: n };
            let all = Count { conversions: all_k, leads: all_n };
            let Lift { value, low, high } = lift(own, all).unwrap();
            let most = all_n as f64 / n as f64;
            assert!(0.0 <= low && low <= value + 1e-12, "{k} {n} {low} {value}");
            assert!(value <= high + 1e-12 && high <= most + 1e-9, "{k} {n} {value} {high}");
        }
        let none = Count { conversions: 0, leads: 5 };
        assert_eq!(lift(none, none), None);
    }
}
