//! The page, section by section: a file here says what a section shows, the template of the same name under
//! `templates/sections` how. A new section is one of each, a field of [`Page`], and a line in `templates/page.html`.

mod bands;
mod beside;
mod card;
mod curves;
mod data;
mod errors;
mod importance;
mod leads;
mod models;
mod split;
mod text;
pub(crate) mod threshold;

use crate::ReportError;
use crate::folder::{Manifest, RunFolder, SegmentAudit, TEST, TierResult};
use crate::verdict::{Verdict, judged, verdict};
use serde::Serialize;

/// Name and text of the templates.
pub(crate) const TEMPLATES: [(&str, &str); 18] = [
    ("page.html", include_str!("../../templates/page.html")),
    ("profile.html", include_str!("../../templates/profile.html")),
    ("macros.html", include_str!("../../templates/macros.html")),
    ("verdict.html", include_str!("../../templates/sections/verdict.html")),
    ("data.html", include_str!("../../templates/sections/data.html")),
    ("split.html", include_str!("../../templates/sections/split.html")),
    ("models.html", include_str!("../../templates/sections/models.html")),
    ("beside.html", include_str!("../../templates/sections/beside.html")),
    ("curves.html", include_str!("../../templates/sections/curves.html")),
    ("threshold.html", include_str!("../../templates/sections/threshold.html")),
    ("bands.html", include_str!("../../templates/sections/bands.html")),
    ("segments.html", include_str!("../../templates/sections/segments.html")),
    ("importance.html", include_str!("../../templates/sections/importance.html")),
    ("text.html", include_str!("../../templates/sections/text.html")),
    ("leads.html", include_str!("../../templates/sections/leads.html")),
    ("errors.html", include_str!("../../templates/sections/errors.html")),
    ("card.html", include_str!("../../templates/sections/card.html")),
    ("run.html", include_str!("../../templates/sections/run.html")),
];

/// Everything that the templates see; each section's template looks at the field of its name.
#[derive(Debug, Serialize)]
pub(crate) struct Page<'a> {
    /// The manifest.
    m: &'a Manifest,
    started: String,
    /// The split that the run is judged on.
    judged: &'a str,
    verdict: Verdict,
    tiers: &'a [TierResult],
    data: data::Data<'a>,
    split: split::Split<'a>,
    models: models::Models<'a>,
    beside: Option<beside::Beside<'a>>,
    curves: curves::Curves<'a>,
    threshold: threshold::Threshold<'a>,
    bands: Vec<bands::BandRow<'a>>,
    segments: &'a [SegmentAudit],
    importance: importance::Importance<'a>,
    texts: Vec<text::Text<'a>>,
    leads: Vec<leads::Lead<'a>>,
    errors: errors::Errors<'a>,
    card: card::Card,
    run: Run<'a>,
}

/// How the run was made, beside the manifest.
#[derive(Debug, Serialize)]
struct Run<'a> {
    seconds: f64,
    config: &'a str,
}

/// What the page shows of a run, already sorted, joined and rounded.
///
/// # Errors
/// [`ReportError::Chart`], or [`ReportError::Json`] for the threshold slider's figures.
pub(crate) fn page(run: &RunFolder) -> Result<Page<'_>, ReportError> {
    let judged = judged(run).map_or(TEST, |(split, _)| split);
    let verdict = verdict(run);
    Ok(Page {
        m: &run.manifest,
        started: run.manifest.started_at.to_date(),
        judged,
        card: card::card(run, &verdict),
        verdict,
        tiers: &run.metrics.tiers,
        data: data::data(run),
        split: split::split(run)?,
        models: models::models(run),
        beside: run.beside.as_ref().map(beside::beside),
        curves: curves::curves(run, judged)?,
        threshold: threshold::threshold(run)?,
        bands: bands::bands(run),
        segments: &run.segments,
        importance: importance::importance(run),
        texts: text::texts(run),
        leads: run.explained.iter().map(leads::lead).collect(),
        errors: errors::errors(run),
        run: Run {
            seconds: run.manifest.stages.iter().map(|s| s.seconds).sum(),
            config: &run.config,
        },
    })
}

/// Tenths, for widths.
fn rounded(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}
