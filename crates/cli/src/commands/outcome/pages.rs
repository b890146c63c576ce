//! What `outcome` shows: to people a table a part, to spreadsheets a row a measure.

use super::Told;
use crate::args::{Common, Format, Outcome, OutcomePart};
use crate::commands::feedback::percent;
use crate::failure::Failure;
use crate::print::{self, Cell, Rows};
use leadsight_eval::Interval;
use leadsight_outcome::{
    ActionReport, Contrast, Group, Measures, RewardModelFrom, Uplift, Verdict,
};

/// Groups of a grouping that people see; CSV and JSON have all.
const SHOWN: usize = 12;

const PARTS: [OutcomePart; 4] =
    [OutcomePart::Response, OutcomePart::Conversion, OutcomePart::Value, OutcomePart::Holdout];

/// A measure: its title for people, its name for programs, and whether it is a rate.
struct Measure {
    title: &'static str,
    name: &'static str,
    part: OutcomePart,
    shown: fn(Option<Interval>) -> Cell,
    of: fn(&Measures) -> Option<Interval>,
}

const MEASURES: [Measure; 10] = [
    Measure {
        title: "contacted",
        name: "contacted",
        part: OutcomePart::Response,
        shown: percent,
        of: |m| m.contacted,
    },
    Measure {
        title: "hours (median)",
        name: "response_hours",
        part: OutcomePart::Response,
        shown: number,
        of: |m| m.response_hours,
    },
    Measure {
        title: "in time",
        name: "in_time",
        part: OutcomePart::Response,
        shown: percent,
        of: |m| m.in_time,
    },
    Measure {
        title: "meeting",
        name: "meeting",
        part: OutcomePart::Response,
        shown: percent,
        of: |m| m.meeting,
    },
    Measure {
        title: "to opportunity",
        name: "lead_to_opportunity",
        part: OutcomePart::Conversion,
        shown: percent,
        of: |m| m.lead_to_opportunity,
    },
    Measure {
        title: "opportunity to win",
        name: "opportunity_to_win",
        part: OutcomePart::Conversion,
        shown: percent,
        of: |m| m.opportunity_to_win,
    },
    Measure {
        title: "velocity a day",
        name: "velocity",
        part: OutcomePart::Conversion,
        shown: number,
        of: |m| m.velocity,
    },
    Measure {
        title: "contacts a win",
        name: "contacts_per_win",
        part: OutcomePart::Value,
        shown: number,
        of: |m| m.contacts_per_win,
    },
    Measure {
        title: "value a lead",
        name: "value_per_lead",
        part: OutcomePart::Value,
        shown: number,
        of: |m| m.value_per_lead,
    },
    Measure {
        title: "return",
        name: "return_on_effort",
        part: OutcomePart::Value,
        shown: number,
        of: |m| m.return_on_effort,
    },
];

pub fn print(told: &Told, args: &Outcome, common: &Common) -> Result<(), Failure> {
    if common.format != Format::Table {
        let rows = match (args.part, &told.uplift) {
            (Some(OutcomePart::Holdout), Some(uplift)) => contrasts(uplift),
            (part, _) => measures(&told.report.groups, part),
        };
        return print::data(common.format, told, &rows);
    }
    let mut page = String::new();
    for part in args.part.map_or(PARTS.to_vec(), |wanted| vec![wanted]) {
        let shown = match part {
            OutcomePart::Holdout => told.uplift.as_ref().map_or_else(Rows::default, holdout),
            part => groups(told, part),
        }
        .to_page();
        if !page.is_empty() && !shown.is_empty() {
            page.push('\n');
        }
        page += &shown;
    }
    print::text(&page)
}

/// The measures of a part that some group has, group by group.
fn groups(told: &Told, part: OutcomePart) -> Rows {
    let groups = &told.report.groups;
    let there =
        |m: &&Measure| m.part == part && groups.iter().any(|g| (m.of)(&g.measures).is_some());
    let columns: Vec<&Measure> = MEASURES.iter().filter(there).collect();
    if columns.is_empty() {
        return Rows::default();
    }
    let titles = ["group", "leads"].into_iter().chain(columns.iter().map(|m| m.title));
    let mut rows = Rows::new(titles);
    let (mut by, mut of_by, mut left) = ("", 0, 0);
    for group in groups {
        of_by = if group.by == by { of_by + 1 } else { 0 };
        by = &group.by;
        if of_by >= SHOWN {
            left += 1;
            continue;
        }
        let name = if group.by == group.name {
            group.name.clone()
        } else {
            format!("{} {}", group.by, group.name)
        };
        let mut row: Vec<Cell> = vec![name.into(), group.measures.leads.into()];
        row.extend(columns.iter().map(|m| (m.shown)((m.of)(&group.measures))));
        rows.push(row);
    }
    if left > 0 {
        rows.note(format!("{left} more groups with --format csv or json."));
    }
    if part == OutcomePart::Response
        && let Some(at) = told.report.at
    {
        rows.note(format!("Seen at {}. In brackets the 95 % interval.", at.to_rfc3339()));
    }
    rows
}

/// One row a group and measure, for spreadsheets.
fn measures(groups: &[Group], part: Option<OutcomePart>) -> Rows {
    let mut rows =
        Rows::new(["by", "group", "leads", "measure", "value", "low", "high", "level", "method"]);
    for group in groups {
        for measure in MEASURES.iter().filter(|m| part.is_none_or(|part| part == m.part)) {
            let Some(interval) = (measure.of)(&group.measures) else { continue };
            let mut row: Vec<Cell> = vec![
                group.by.as_str().into(),
                group.name.as_str().into(),
                group.measures.leads.into(),
                measure.name.into(),
            ];
            row.extend(plain(Some(interval)));
            row.push(Cell::Number(interval.level, 2));
            row.push(method(interval).into());
            rows.push(row);
        }
    }
    rows
}

fn plain(interval: Option<Interval>) -> [Cell; 3] {
    let ends = [interval.map(|i| i.value), interval.map(|i| i.low), interval.map(|i| i.high)];
    ends.map(|end| end.map_or(Cell::Blank, |end| Cell::Number(end, 3)))
}

fn method(interval: Interval) -> String {
    let name = serde_json::to_value(interval.method).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// `12.3 (9.1–15.6)`, with as many digits as its size needs.
fn number(interval: Option<Interval>) -> Cell {
    interval.map_or(Cell::Blank, |i| {
        let digits = match i.value.abs().max(i.high.abs()) {
            size if size >= 100.0 => 0,
            size if size >= 1.0 => 1,
            _ => 3,
        };
        format!("{:.digits$} ({:.digits$}\u{2013}{:.digits$})", i.value, i.low, i.high).into()
    })
}

fn is_money(contrast: &Contrast) -> bool {
    contrast.measure == "value_per_lead"
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "more than noise",
        Verdict::Worse => "less, by more than noise",
        Verdict::Unclear => "may be luck",
        Verdict::TooFew => "too few to say",
    }
}

fn holdout(uplift: &Uplift) -> Rows {
    let mut rows =
        Rows::new(["measure", "model", "baseline", "difference (95 %)", "the model brings"]);
    for contrast in &uplift.contrasts {
        let shown = if is_money(contrast) { number } else { percent };
        let difference = contrast.difference.map_or(Cell::Blank, |d| {
            let (scale, digits, unit) =
                if is_money(contrast) { (1.0, 0, "") } else { (100.0, 1, " points") };
            let [value, low, high] = [d.value, d.low, d.high].map(|end| end * scale);
            format!("{value:+.digits$} ({low:+.digits$} to {high:+.digits$}){unit}").into()
        });
        rows.push([
            contrast.measure.replace('_', " ").into(),
            shown(contrast.model),
            shown(contrast.baseline),
            difference,
            verdict(contrast.verdict).into(),
        ]);
    }
    rows.note(format!(
        "{} leads worked by the model, {} by the rule.",
        uplift.model, uplift.baseline
    ));
    for found in &uplift.balance {
        let word = found.word.as_ref().map(|word| format!(" (`{word}` most)")).unwrap_or_default();
        let difference = found
            .difference
            .map_or("not defined".to_owned(), |d| format!("{d:+.2} standard deviations apart"));
        rows.note(format!("{}: {difference}{word}.", found.column));
    }
    uplift.words.iter().for_each(|words| rows.note(words));
    rows
}

fn contrasts(uplift: &Uplift) -> Rows {
    let mut rows = Rows::new([
        "measure",
        "model",
        "model_low",
        "model_high",
        "baseline",
        "baseline_low",
        "baseline_high",
        "difference",
        "low",
        "high",
        "verdict",
    ]);
    for contrast in &uplift.contrasts {
        let mut row: Vec<Cell> = vec![contrast.measure.into()];
        for interval in [contrast.model, contrast.baseline, contrast.difference] {
            row.extend(plain(interval));
        }
        row.push(verdict(contrast.verdict).into());
        rows.push(row);
    }
    rows
}

pub fn print_policy(judged: &ActionReport, common: &Common) -> Result<(), Failure> {
    let e = &judged.estimates;
    let estimates = [
        ("logged policy", Some(e.logged)),
        ("target, IPS", Some(e.ips)),
        ("target, SNIPS", Some(e.snips)),
        ("target, doubly robust", e.doubly_robust),
        ("target minus logged", Some(e.gain)),
    ];
    if common.format == Format::Csv {
        let mut rows = Rows::new(["estimate", "value", "low", "high"]);
        for (name, interval) in estimates {
            let [value, low, high] = plain(interval);
            rows.push([name.into(), value, low, high]);
        }
        return print::data(common.format, judged, &rows);
    }
    let mut rows = Rows::new(["reward a decision", "estimate", "95 % interval"]);
    for (name, interval) in estimates {
        let ends = |i: Interval| format!("{:.4} to {:.4}", i.low, i.high);
        rows.push([
            name.into(),
            interval.map_or(Cell::Blank, |i| Cell::Number(i.value, 4)),
            interval.map(ends).into(),
        ]);
    }
    rows.note(format!(
        "{} decisions, {} of them with an action that the target policy may take; worth {:.0} of its own (effective sample size). The largest \
         weight is {:.1}.",
        e.decisions, e.matched, e.effective_sample_size, e.largest_weight
    ));
    rows.note(match judged.reward_model {
        RewardModelFrom::Columns => "The doubly robust estimate uses the columns q_ACTION.",
        RewardModelFrom::Means => {
            "No columns q_ACTION: the doubly robust estimate takes the mean reward of each action over the other decisions."
        }
    });
    if !e.weights_fit() {
        rows.note(format!(
            "The weights average to {:.2}, not to 1: the logged probabilities are not those by which actions were chosen, or the log could not \
             take some actions of the target policy. Do not rely on these numbers.",
            e.mean_weight
        ));
    }
    print::data(common.format, judged, &rows)
}
