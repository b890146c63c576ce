//! The page about a table of leads, before any model: what each column holds, and what is wrong with the data.

use crate::html::engine;
use crate::words::{count, decimals, percent};
use crate::{ReportError, html::CSS};
use leadsight_schema::{
    Association, ColumnProfile, Distribution, Issue, Severity, Terms, Timestamp,
};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

/// Levels shown of a category.
const LEVELS: usize = 8;

/// What the page shows.
#[derive(Debug, Serialize)]
struct Page<'a> {
    name: &'a str,
    rows: u64,
    judged: bool,
    idle: Vec<&'a ColumnProfile>,
    issues: Vec<&'a Issue>,
    columns: Vec<Card<'a>>,
}

/// One column.
#[derive(Debug, Serialize)]
struct Card<'a> {
    #[serde(flatten)]
    profile: &'a ColumnProfile,
    kind_words: String,
    facts: Vec<(&'static str, String)>,
    /// Heights of the histogram's bars in percent.
    histogram: Vec<u32>,
    histogram_words: String,
    levels: Vec<Level<'a>>,
    target_words: Option<String>,
    company: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Level<'a> {
    level: &'a str,
    count: u64,
    /// Of the most frequent one, in percent.
    width: u32,
    rate: Option<f64>,
}

/// The page of a table called `name`. The same input gives the same bytes.
///
/// # Errors
/// [`ReportError::Template`] where the template cannot be filled.
pub fn render(
    name: &str,
    columns: &[ColumnProfile],
    issues: &[Issue],
) -> Result<String, ReportError> {
    let mut issues: Vec<&Issue> = issues.iter().collect();
    issues.sort_by_key(|i| (std::cmp::Reverse(i.severity), std::cmp::Reverse(i.count)));
    let page = Page {
        name,
        rows: columns.first().map_or(0, |c| c.rows),
        judged: columns.iter().any(|c| c.target_auc.is_some()),
        idle: columns.iter().filter(|c| c.contributes_nothing.is_some()).collect(),
        issues,
        columns: columns.iter().map(card).collect(),
    };
    let serious = page.issues.iter().filter(|i| i.severity > Severity::Info).count();
    Ok(engine(&Terms::default())?.get_template("profile.html")?.render(context! {
        css => CSS,
        serious,
        ..Value::from(Serde(page))
    })?)
}

fn card(profile: &ColumnProfile) -> Card<'_> {
    let date = profile.kind == "date";
    let shown = |value: f64| match date {
        true => Timestamp((value * 86_400.0) as i64).to_date(),
        false => plain(value),
    };
    let mut facts =
        vec![("Missing", percent(profile.missing_rate)), ("Distinct", count(profile.distinct))];
    let (mut histogram, mut histogram_words, mut levels) = (Vec::new(), String::new(), Vec::new());
    match &profile.distribution {
        Distribution::Numeric { min, q25, median, q75, max, mean, sd, histogram: counts } => {
            facts.extend([
                ("Median", shown(*median)),
                ("Middle half", format!("{} to {}", shown(*q25), shown(*q75))),
            ]);
            if !date {
                facts.push(("Mean, deviation", format!("{}, {}", plain(*mean), plain(*sd))));
            }
            let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
            histogram = counts.iter().map(|n| (100.0 * *n as f64 / most).round() as u32).collect();
            histogram_words = format!("{} to {}", shown(*min), shown(*max));
        }
        Distribution::Levels { top } => {
            let most = top.first().map_or(1, |l| l.count).max(1) as f64;
            levels = (top.iter().take(LEVELS))
                .map(|l| Level {
                    level: &l.level,
                    count: l.count,
                    width: (100.0 * l.count as f64 / most).round() as u32,
                    rate: l.rate,
                })
                .collect();
        }
        Distribution::Empty => {}
    }
    let company = profile
        .correlations
        .iter()
        .map(|c| format!("`{}`: {}", c.column, association(&c.association)));
    Card {
        kind_words: kind(profile),
        facts,
        histogram,
        histogram_words,
        levels,
        target_words: profile.target.as_ref().map(association),
        company: company.collect(),
        profile,
    }
}

fn kind(profile: &ColumnProfile) -> String {
    let mut words = profile.kind.clone();
    if profile.kind_confidence < 1.0 {
        words += &format!(" ({} of the cells read so)", percent(profile.kind_confidence));
    }
    if let Some(meaning) = &profile.meaning {
        let field = meaning.field.replace('_', " ");
        words += &format!(", looks like {field} ({} of the values)", percent(meaning.confidence));
    }
    words
}

fn association(found: &Association) -> String {
    let name = match found.measure.as_str() {
        "pearson" => "Pearson\u{2019}s r",
        "cramers_v" => "Cram\u{e9}r\u{2019}s V",
        _ => "correlation ratio",
    };
    let spearman = found.spearman.map_or_else(String::new, |rho| {
        format!(", Spearman\u{2019}s \u{3c1} {}", decimals(rho, 2))
    });
    format!(
        "{name} {}{spearman}, {} bits",
        decimals(found.value, 2),
        decimals(found.mutual_information, 3)
    )
}

/// Four significant digits.
fn plain(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-3..1e15).contains(&size) {
        let digits = if size >= 1000.0 { 0 } else { 3 - size.max(1.0).log10().floor() as usize };
        decimals(value, digits)
    } else {
        format!("{value:.3e}")
    }
}
