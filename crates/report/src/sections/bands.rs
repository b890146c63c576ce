//! Leads by rank of their score, and what each part of the list holds.

use crate::folder::{RunFolder, TEST, VALID};
use crate::verdict::judged;
use crate::words::percent;
use leadsight_eval::{Band, Edge, Side};
use serde::Serialize;

/// A band with its name.
#[derive(Debug, Serialize)]
pub(crate) struct BandRow<'a> {
    name: String,
    bottom: bool,
    #[serde(flatten)]
    band: &'a Band,
}

/// The bands in the order of the file.
pub(crate) fn bands(run: &RunFolder) -> Vec<BandRow<'_>> {
    let name = |b: &Band, asked: Option<f64>| match (b.side, b.edge) {
        (Side::Top, _) => format!("Top {}{}", percent(b.share), cut(asked)),
        (Side::Bottom, Edge::Share) => format!("Bottom {}{}", percent(b.share), cut(asked)),
        (Side::Bottom, Edge::Clean) => {
            format!(
                "Bottom {}, the largest without a conversion on the validation rows",
                percent(b.share)
            )
        }
    };
    // The cuts were made on validation rows, whose bands hold the share that was asked for.
    let made = run.metrics.splits.get(VALID).filter(|_| judged(run).is_some_and(|j| j.0 == TEST));
    let asked = |i: usize, b: &Band| {
        let of = made?.bands.get(i)?;
        (of.side == b.side && of.edge == b.edge).then_some(of.share)
    };
    let all = judged(run).map_or(&[][..], |(_, found)| &found.bands);
    // Where many leads have one score two cuts hold the same leads; the clean band's name says the more.
    let same = |a: &Band, b: &Band| a.side == b.side && a.rows == b.rows;
    let told = |i: usize, b: &Band| {
        all[i + 1..].iter().any(|later| same(b, later) && later.edge == Edge::Clean)
            || all[..i].iter().any(|earlier| same(b, earlier) && b.edge == Edge::Share)
    };
    all.iter()
        .enumerate()
        .filter(|(i, band)| !told(*i, band))
        .map(|(i, band)| BandRow {
            name: name(band, asked(i, band)),
            bottom: band.side == Side::Bottom,
            band,
        })
        .collect()
}

/// Where a band was cut, if that is another share than it holds.
fn cut(asked: Option<f64>) -> String {
    asked.map_or_else(String::new, |share| {
        format!(", cut at {} of the validation rows", percent(share))
    })
}
