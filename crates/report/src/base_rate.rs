//! Whether the share of leads that convert stays where it is.
//!
//! It moves where the Wilson intervals of two periods, or of train and test, do not meet and the rates differ by a
//! quarter: with many leads a difference may be beyond chance and yet of no consequence. The intervals of k periods have
//! level 1 - 0.05 / k, so that a steady rate is called moving in at most 5 of 100 runs (Bonferroni).

use crate::folder::{Period, RunFolder, SplitKind, SplitSize, TEST, TimeUnit, Timeline};
use crate::words::{count, percent};
use leadsight_eval::{Interval, wilson};

/// Leads below which a period says nothing.
pub(crate) const LEAST_ROWS: usize = 50;
/// How many times the lower rate the higher one is at least.
const RATIO: f64 = 1.25;

/// The caution that a moving base rate deserves.
pub(crate) fn caution(run: &RunFolder) -> Option<String> {
    let told = run.timeline.as_ref().and_then(|t| extremes(t).map(|found| (t, found)));
    let advice = match run.manifest.split_kind {
        Some(SplitKind::Random) => {
            "Train and test mix these times, so the figures do not show how the model does when the rate moves on: judge it by a split by time as well."
        }
        _ => {
            "The ranking may hold, the probabilities may not: compare them with what happens, and fit them anew."
        }
    };
    let ends = match run.manifest.split_kind {
        // Train and test are alike by construction.
        Some(SplitKind::Random) => None,
        _ => train_and_test(run),
    };
    let between = told.map(|(timeline, (low, high))| {
        let at = |p: &Period| format!("{} {}", percent(rate(p)), place(timeline, p));
        let order = if timeline.dated() {
            ""
        } else {
            " along the file, which seems to be in an order that matters, such as time,"
        };
        format!("{order} between {} and {}", at(low), at(high))
    });
    match (ends, between) {
        (Some(ends), _) => Some(format!("The base rate moves: {ends}. {advice}")),
        (None, Some(between)) => Some(format!("The base rate moves{between}. {advice}")),
        (None, None) => None,
    }
}

/// The rates of the train and the test leads, where they are apart.
fn train_and_test(run: &RunFolder) -> Option<String> {
    let part = |name: &str| run.manifest.splits.iter().find(|s| s.split == name);
    let interval = |s: &SplitSize| wilson(s.positives as u64, s.rows as u64, 0.975).ok();
    let (before, after) = (interval(part("train")?)?, interval(part(TEST)?)?);
    apart(&before, &after).then(|| {
        format!(
            "{} of the train leads converted, {} of the test leads",
            percent(before.value),
            percent(after.value)
        )
    })
}

/// The periods of the lowest and of the highest rate, where they are apart beyond chance.
fn extremes(timeline: &Timeline) -> Option<(&Period, &Period)> {
    let level = 1.0 - 0.05 / timeline.periods.len().max(1) as f64;
    let mut rates: Vec<(&Period, Interval)> = timeline
        .periods
        .iter()
        .filter(|p| p.rows >= LEAST_ROWS)
        .filter_map(|p| Some((p, wilson(p.positives as u64, p.rows as u64, level).ok()?)))
        .collect();
    rates.sort_by(|a, b| a.1.value.total_cmp(&b.1.value));
    let (low, high) = (rates.first()?, rates.last()?);
    apart(&low.1, &high.1).then_some((low.0, high.0))
}

fn apart(a: &Interval, b: &Interval) -> bool {
    let (low, high) = if a.value < b.value { (a, b) } else { (b, a) };
    low.high < high.low && high.value >= RATIO * low.value
}

/// A period's share of conversions.
pub(crate) fn rate(period: &Period) -> f64 {
    period.positives as f64 / period.rows as f64
}

/// `in 2025-03`, `from row 401 on`.
fn place(timeline: &Timeline, period: &Period) -> String {
    match timeline.unit {
        TimeUnit::FilePart => format!(
            "in the {} leads from number {} on",
            count(period.rows as u64),
            period.start.parse().map_or_else(|_| period.start.clone(), count)
        ),
        TimeUnit::Week => format!("in the week of {}", period.start),
        TimeUnit::Day => format!("on {}", period.start),
        TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => format!("in {}", period.start),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rates: &[(usize, usize)], expect: Option<(usize, usize)>) {
        let periods: Vec<Period> = rates
            .iter()
            .enumerate()
            .map(|(i, &(positives, rows))| Period {
                start: i.to_string(),
                rows,
                positives,
                ..Period::default()
            })
            .collect();
        let timeline = Timeline { column: None, unit: TimeUnit::FilePart, periods, undated: 0 };
        let found = extremes(&timeline).map(|(low, high)| (low.positives, high.positives));
        assert_eq!(found, expect, "{rates:?}");
    }

    #[test]
    fn a_rate_moves_beyond_chance_and_by_a_quarter() {
        check(&[(50, 1000), (52, 1000), (47, 1000)], None);
        check(&[(50, 1000), (150, 1000), (90, 1000)], Some((50, 150)));
        // Beyond chance, of no consequence.
        check(&[(200_000, 1_000_000), (204_000, 1_000_000)], None);
        // Too few leads to say.
        check(&[(0, 20), (15, 20)], None);
        check(&[], None);
    }
}
