//! What is said in free text, and what became of the leads that it is said of.

use super::rounded;
use crate::folder::{RunFolder, TextField};
use leadsight_eval::Interval;
use serde::Serialize;

/// What the section shows of a field.
#[derive(Debug, Serialize)]
pub(crate) struct Text<'a> {
    field: &'a str,
    leads: usize,
    rate: &'a Interval,
    readings: Vec<Reading<'a>>,
}

#[derive(Debug, Serialize)]
struct Reading<'a> {
    said: &'a str,
    leads: usize,
    rate: &'a Interval,
    width: f64,
    /// Whether the interval leaves out the rate of all leads.
    differs: bool,
}

/// The section of a run; none where no text is used.
pub(crate) fn texts(run: &RunFolder) -> Vec<Text<'_>> {
    run.texts.iter().map(text).collect()
}

fn text(text: &TextField) -> Text<'_> {
    let most = text.readings.iter().map(|r| r.rate.value).fold(f64::MIN_POSITIVE, f64::max);
    let readings = text.readings.iter().map(|r| Reading {
        said: &r.said,
        leads: r.leads,
        rate: &r.rate,
        width: rounded(100.0 * r.rate.value / most),
        differs: !(r.rate.low..=r.rate.high).contains(&text.rate.value),
    });
    Text { field: &text.field, leads: text.leads, rate: &text.rate, readings: readings.collect() }
}
