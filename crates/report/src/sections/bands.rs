//! Leads by rank of their score, and what each part of the list holds.

use crate::folder::RunFolder;
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
    let name = |b: &Band| match (b.side, b.edge) {
        (Side::Top, _) => format!("Top {}", percent(b.share)),
        (Side::Bottom, Edge::Share) => format!("Bottom {}", percent(b.share)),
        (Side::Bottom, Edge::Clean) => {
            format!("Bottom {}, the largest without a conversion on valid rows", percent(b.share))
        }
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
        .map(|(_, band)| band)
        .map(|band| BandRow { name: name(band), bottom: band.side == Side::Bottom, band })
        .collect()
}
