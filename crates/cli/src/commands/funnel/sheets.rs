//! The parts of `profile --funnel` for spreadsheets: every row, a figure a cell.

use super::{Report, pages};
use crate::args::FunnelPart;
use crate::print::{Cell, Rows};
use leadsight_eval::Interval;
use leadsight_funnel::{Channel, Stage};

/// A part.
pub fn sheet(report: &Report, part: FunnelPart) -> Rows {
    match part {
        FunnelPart::Summary => {
            let mut rows = Rows::new(["finding", "in words"]);
            for (what, words) in pages::findings(report) {
                rows.push([what, words.as_str()]);
            }
            rows
        }
        FunnelPart::Steps => steps(report),
        FunnelPart::Spots => spots(report),
        FunnelPart::Sources => channels("source", report, &report.sources),
        FunnelPart::Campaigns => channels("campaign", report, &report.campaigns),
        FunnelPart::Traits => traits(report),
    }
}

fn number(value: Option<f64>) -> Cell {
    value.map_or(Cell::Blank, |value| Cell::Number(value, 4))
}

/// An estimate and its ends.
fn interval(interval: Option<Interval>) -> [Cell; 3] {
    [interval.map(|i| i.value), interval.map(|i| i.low), interval.map(|i| i.high)].map(number)
}

fn stage(stage: Stage) -> Cell {
    stage.words().into()
}

fn steps(report: &Report) -> Rows {
    let mut rows = Rows::new([
        "from",
        "to",
        "entered",
        "passed",
        "lost",
        "quiet",
        "waiting",
        "open since",
        "judged",
        "rate",
        "rate low",
        "rate high",
        "days q25",
        "days median",
        "days q75",
        "days q90",
        "to win",
        "to win low",
        "to win high",
    ]);
    for step in report.funnel.iter().flat_map(|funnel| &funnel.steps) {
        let leak = report.leaks.iter().find(|leak| leak.from == step.from);
        let days = |of: fn(&leadsight_funnel::Days) -> f64| number(step.days.as_ref().map(of));
        let mut row: Vec<Cell> = vec![
            stage(step.from),
            stage(step.to),
            step.entered.into(),
            step.passed.into(),
            step.lost.into(),
            step.quiet.into(),
            step.waiting.into(),
            step.open_since.map(|at| at.to_date()).into(),
            step.judged.into(),
        ];
        row.extend(interval(step.rate));
        row.extend([days(|d| d.q25), days(|d| d.median), days(|d| d.q75), days(|d| d.q90)]);
        row.extend(interval(leak.map(|leak| leak.to_win)));
        rows.push(row);
    }
    rows
}

fn spots(report: &Report) -> Rows {
    let mut rows = Rows::new([
        "column",
        "group",
        "from",
        "to",
        "judged",
        "rate",
        "rate low",
        "rate high",
        "others",
        "others low",
        "others high",
        "shortfall",
        "p value",
    ]);
    for spot in &report.weak_spots {
        let mut row: Vec<Cell> = vec![
            spot.column.as_str().into(),
            spot.group.as_str().into(),
            stage(spot.from),
            stage(spot.to),
            spot.judged.into(),
        ];
        row.extend(interval(Some(spot.rate)));
        row.extend(interval(Some(spot.others)));
        row.extend([number(Some(spot.shortfall)), number(Some(spot.p_value))]);
        rows.push(row);
    }
    rows
}

fn channels(what: &str, report: &Report, channels: &[Channel]) -> Rows {
    let mut rows = Rows::new([
        what,
        "name",
        "leads",
        "judged",
        "conversions",
        "rate",
        "rate low",
        "rate high",
        "cost",
        "cost per lead",
        "cost per conversion",
        "cost per conversion low",
        "cost per conversion high",
        "value",
        "return on cost",
        "verdict",
        "p value",
    ]);
    for c in channels {
        let name = report.names.get(&c.name).filter(|_| what == "campaign");
        let mut row: Vec<Cell> = vec![
            c.name.as_str().into(),
            name.map(String::as_str).into(),
            c.leads.into(),
            c.judged.into(),
            c.conversions.into(),
        ];
        row.extend(interval(c.rate));
        let each = c.cost_per_conversion;
        let money = [
            c.cost,
            c.cost_per_lead,
            each.map(|a| a.value),
            each.map(|a| a.low),
            each.map(|a| a.high),
            c.value,
            c.return_on_cost,
        ];
        row.extend(money.map(number));
        row.extend([pages::verdict(c).into(), number(c.p_value)]);
        rows.push(row);
    }
    rows
}

fn traits(report: &Report) -> Rows {
    let mut rows = Rows::new([
        "trait",
        "leads",
        "conversions",
        "share of leads",
        "share of conversions",
        "lift",
        "lift low",
        "lift high",
        "p value",
    ]);
    for t in &report.traits {
        let mut row: Vec<Cell> =
            vec![t.words.as_str().into(), t.leads.into(), t.conversions.into()];
        let figures = [
            t.share_of_leads,
            t.share_of_conversions,
            t.lift.value,
            t.lift.low,
            t.lift.high,
            t.p_value,
        ];
        row.extend(figures.map(|figure| number(Some(figure))));
        rows.push(row);
    }
    rows
}
