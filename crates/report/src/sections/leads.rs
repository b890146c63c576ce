//! A lead with its reasons, as the page shows it: bars from the average lead's score to this one's.

use super::rounded;
use crate::folder::ExplainedLead;
use crate::words::{shortened, signed};
use serde::Serialize;

/// Fields shown of a lead.
const FACTORS: usize = 8;
/// Letters shown of a value.
const LETTERS: usize = 40;

/// A lead.
#[derive(Debug, Serialize)]
pub(crate) struct Lead<'a> {
    id: &'a str,
    score: u8,
    start: Option<u8>,
    band: &'static str,
    tier: &'a str,
    probability: f64,
    outcome: Option<&'static str>,
    next_action: &'a str,
    base_value: f64,
    margin: f64,
    flat: bool,
    factors: Vec<SignedBar<'a>>,
}

/// A field's part of the way.
#[derive(Debug, Serialize)]
pub(crate) struct SignedBar<'a> {
    field: &'a str,
    value: String,
    full: Option<&'a str>,
    side: &'static str,
    width: f64,
    points: String,
}

/// The strongest fields of a lead, and the rest as one.
pub(crate) fn lead<'a>(lead: &'a ExplainedLead) -> Lead<'a> {
    let mut factors: Vec<_> = lead.factors.iter().filter(|f| f.contribution != 0.0).collect();
    factors.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    let shown = factors.len().min(FACTORS);
    // Points are a fixed multiple of log-odds within a lead, so the rest has its points too.
    let slope = factors.first().map_or(0.0, |f| f.points / f.contribution);
    let way = lead.margin - lead.base_value;
    let rest = way - factors[..shown].iter().map(|f| f.contribution).sum::<f64>();
    let mut bars: Vec<(&str, &str, f64)> = factors[..shown]
        .iter()
        .map(|f| (f.field.as_str(), f.value.as_str(), f.contribution))
        .collect();
    if rest.abs() > 1e-3 {
        bars.push(("all other fields", "", rest));
    }
    let most = bars.iter().map(|b| b.2.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let flat = slope == 0.0;
    let bar = |(field, value, c): (&'a str, &'a str, f64)| SignedBar {
        field,
        value: shortened(value, LETTERS),
        full: (value.chars().count() > LETTERS).then_some(value),
        side: if c > 0.0 { "for" } else { "against" },
        width: rounded(50.0 * c.abs() / most),
        points: if flat { signed(c, 2) } else { signed(c * slope, 1) },
    };
    let start = f64::from(lead.lead_score) - way * slope;
    Lead {
        id: &lead.lead_id,
        score: lead.lead_score,
        // A score at an end of the scale may lie further from the average than its points say.
        start: (!flat && (0.0..=100.0).contains(&start)).then(|| start.round() as u8),
        band: match lead.lead_score {
            70.. => "high",
            40.. => "mid",
            _ => "low",
        },
        tier: &lead.tier,
        probability: lead.probability,
        outcome: lead.label.map(|won| if won { "converted" } else { "did not convert" }),
        next_action: &lead.next_action,
        base_value: lead.base_value,
        margin: lead.margin,
        flat,
        factors: bars.into_iter().map(bar).collect(),
    }
}
