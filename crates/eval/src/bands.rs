//! Bands: "the top 35 % hold X % of the conversions", "the bottom 50 % convert below Z %", with exact binomial bounds.
//!
//! A band of a share takes k = max(1, floor(share x n)) leads by descending score, equal scores in file order. Fix its `cut_score` on
//! validation rows, then read it on test rows with [`top_at`] or [`bottom_at`]: a cut chosen and judged on the same rows flatters.
//! A band without conversions has a rate below about 3 / rows with 95 % confidence ("rule of three").

use crate::EvalError;
use crate::error::{check_scores, check_share};
use crate::interval::{Interval, clopper_pearson, clopper_pearson_upper};
use crate::ranking::{Ranked, cut};
use serde::{Deserialize, Serialize};

/// The confidence of a band's intervals and of its upper bound.
const LEVEL: f64 = 0.95;

/// Which end of the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The best-scored leads.
    Top,
    /// The worst-scored leads.
    Bottom,
}

/// How a band's edge was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// At a share of the leads that was asked for.
    #[default]
    Share,
    /// At the largest bottom share, in steps of 5 %, that held no conversion on the rows where the edge was chosen.
    Clean,
}

/// A band of leads, with what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Band {
    /// Which end.
    pub side: Side,
    /// The share of the leads that it holds: as asked for ([`top`], [`bottom`]) or as found ([`top_at`], [`bottom_at`]).
    pub share: f64,
    /// Top: scores at or above it; bottom: at or below it.
    pub cut_score: f64,
    /// How `cut_score` was found.
    #[serde(default)]
    pub edge: Edge,
    /// Leads in the band.
    pub rows: usize,
    /// Conversions in the band.
    pub conversions: usize,
    /// The share of all conversions that the band holds, with its exact 95 % interval.
    pub capture: Interval,
    /// The band's conversion rate, with its exact two-sided 95 % interval.
    pub rate: Interval,
    /// With 95 % confidence the rate is not above this (exact, one-sided).
    pub rate_upper: f64,
}

/// The best-scored `share` of the leads.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, a share outside 0..=1, no conversion.
pub fn top(labels: &[bool], scores: &[f64], share: f64) -> Result<Band, EvalError> {
    of_share(labels, scores, share, Side::Top)
}

/// The worst-scored `share` of the leads.
///
/// # Errors
/// As [`top`].
pub fn bottom(labels: &[bool], scores: &[f64], share: f64) -> Result<Band, EvalError> {
    of_share(labels, scores, share, Side::Bottom)
}

/// The leads that score at least `cut`.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, no conversion; [`EvalError::EmptyBand`] where nobody scores so high.
pub fn top_at(labels: &[bool], scores: &[f64], cut: f64) -> Result<Band, EvalError> {
    at_cut(labels, scores, cut, Side::Top)
}

/// The leads that score at most `cut`.
///
/// # Errors
/// As [`top_at`]; [`EvalError::EmptyBand`] where nobody scores so low.
pub fn bottom_at(labels: &[bool], scores: &[f64], cut: f64) -> Result<Band, EvalError> {
    at_cut(labels, scores, cut, Side::Bottom)
}

/// The largest bottom band, in steps of 5 %, that holds no conversion; none where the worst-scored 5 % hold one.
/// The step keeps the edge away from the lowest conversion, which lies a little elsewhere among other leads.
///
/// # Errors
/// As [`top`].
pub fn clean_bottom(labels: &[bool], scores: &[f64]) -> Result<Option<Band>, EvalError> {
    check_scores(labels, scores)?;
    let converted = scores.iter().zip(labels).filter(|(_, y)| **y).map(|(s, _)| *s);
    let lowest = converted.fold(f64::INFINITY, f64::min);
    let below = scores.iter().filter(|s| **s < lowest).count();
    let share = (20 * below / labels.len().max(1)) as f64 / 20.0;
    if share == 0.0 {
        return Ok(None);
    }
    bottom(labels, scores, share).map(|band| Some(Band { edge: Edge::Clean, ..band }))
}

fn of_share(labels: &[bool], scores: &[f64], share: f64, side: Side) -> Result<Band, EvalError> {
    check_scores(labels, scores)?;
    check_share(share)?;
    of_ranked(&Ranked::of(labels, scores), share, side)
}

/// The band of a share, of leads already sorted and a share in range.
pub(crate) fn of_ranked(ranked: &Ranked<'_>, share: f64, side: Side) -> Result<Band, EvalError> {
    let (labels, scores, order) = (ranked.labels, ranked.scores, &ranked.order);
    let k = cut(share, labels.len());
    let (members, edge) = match side {
        Side::Top => (&order[..k], order[k - 1]),
        Side::Bottom => (&order[order.len() - k..], order[order.len() - k]),
    };
    let conversions = members.iter().filter(|&&row| labels[row]).count();
    band(labels, Band { side, share, cut_score: scores[edge], ..counts(k, conversions)? })
}

fn at_cut(labels: &[bool], scores: &[f64], cut: f64, side: Side) -> Result<Band, EvalError> {
    check_scores(labels, scores)?;
    let inside = |score: f64| match side {
        Side::Top => score >= cut,
        Side::Bottom => score <= cut,
    };
    let members = || scores.iter().zip(labels).filter(|(s, _)| inside(**s));
    let (rows, conversions) = (members().count(), members().filter(|(_, y)| **y).count());
    if rows == 0 {
        let relation = match side {
            Side::Top => "at least",
            Side::Bottom => "at most",
        };
        return Err(EvalError::EmptyBand { relation, cut });
    }
    let share = rows as f64 / labels.len() as f64;
    band(labels, Band { side, share, cut_score: cut, ..counts(rows, conversions)? })
}

/// The part of a band that its own counts tell.
fn counts(rows: usize, conversions: usize) -> Result<Band, EvalError> {
    let (k, n) = (conversions as u64, rows as u64);
    let rate = clopper_pearson(k, n, LEVEL)?;
    let rate_upper = clopper_pearson_upper(k, n, LEVEL)?;
    let side = Side::Top;
    Ok(Band {
        side,
        share: 0.0,
        cut_score: 0.0,
        edge: Edge::Share,
        rows,
        conversions,
        capture: rate,
        rate,
        rate_upper,
    })
}

/// The band with its share of all conversions.
fn band(labels: &[bool], band: Band) -> Result<Band, EvalError> {
    let positives = labels.iter().filter(|y| **y).count();
    if positives == 0 {
        return Err(EvalError::OneClass { metric: "a band", label: false, rows: labels.len() });
    }
    let capture = clopper_pearson(band.conversions as u64, positives as u64, LEVEL)?;
    Ok(Band { capture, ..band })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_and_bottom_are_complements() {
        let labels: Vec<bool> = (0..100).map(|i| i % 9 == 0).collect();
        let scores: Vec<f64> = (0..100).map(|i| f64::from(i % 13)).collect();
        let (a, b) =
            (top(&labels, &scores, 0.35).unwrap(), bottom(&labels, &scores, 0.65).unwrap());
        assert_eq!((a.rows, b.rows), (35, 65));
        assert_eq!(a.conversions + b.conversions, 12);
        assert!((a.capture.value + b.capture.value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_cut_from_one_set_is_read_on_another() {
        let labels = [true, false, true, false];
        let band = top_at(&labels, &[0.9, 0.8, 0.2, 0.1], 0.5).unwrap();
        assert_eq!((band.rows, band.conversions, band.share), (2, 1, 0.5));
        let band = bottom_at(&labels, &[0.9, 0.8, 0.2, 0.1], 0.15).unwrap();
        assert_eq!((band.rows, band.conversions), (1, 0));
        assert!((band.rate_upper - 0.95).abs() < 1e-12);
        let empty = top_at(&labels, &[0.1; 4], 0.5);
        assert!(matches!(empty, Err(EvalError::EmptyBand { .. })));
    }

    #[test]
    fn the_clean_band_ends_a_step_below_the_lowest_conversion() {
        let scores: Vec<f64> = (0..100).map(f64::from).collect();
        let check = |lowest: usize, expect: Option<usize>| {
            let labels: Vec<bool> = (0..100).map(|i| i == lowest || i == 99).collect();
            let band = clean_bottom(&labels, &scores).unwrap();
            assert_eq!(band.map(|b| b.rows), expect, "{lowest}");
            assert!(band.is_none_or(|b| b.conversions == 0 && b.edge == Edge::Clean));
        };
        check(3, None);
        check(5, Some(5));
        check(64, Some(60));
        // Equal scores at the lowest conversion stay outside, so that the cut holds none on these rows.
        let labels: Vec<bool> = (0..100).map(|i| i == 40).collect();
        let tied: Vec<f64> = scores.iter().map(|s| (s / 25.0).floor()).collect();
        assert_eq!(clean_bottom(&labels, &tied).unwrap().unwrap().rows, 25);
    }
}
