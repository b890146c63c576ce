//! What `profile --funnel` shows to people: its parts as tables, each with its findings in words.

use super::{Report, sheets};
use crate::args::{Common, Format, FunnelPart, Profile};
use crate::failure::Failure;
use crate::print::{self, Cell, Rows};
use leadsight_eval::Interval;
use leadsight_funnel::{Channel, Funnel, NO_CHANNEL, Step, Told, Verdict, best};

/// Rows of a table for people; CSV and JSON have all.
const SHOWN: usize = 12;

const PARTS: [FunnelPart; 5] = [
    FunnelPart::Steps,
    FunnelPart::Spots,
    FunnelPart::Sources,
    FunnelPart::Campaigns,
    FunnelPart::Traits,
];

pub fn print(report: &Report, args: &Profile, common: &Common) -> Result<(), Failure> {
    let wanted = args.of_funnel.part;
    if common.format != Format::Table {
        let part = wanted.unwrap_or(FunnelPart::Steps);
        return print::data(common.format, report, &sheets::sheet(report, part));
    }
    let mut page = String::new();
    for part in wanted.map_or(PARTS.to_vec(), |wanted| vec![wanted]) {
        let part = shown(report, part).to_page();
        if !page.is_empty() && !part.is_empty() {
            page.push('\n');
        }
        page += &part;
    }
    print::text(&page)
}

fn shown(report: &Report, part: FunnelPart) -> Rows {
    match part {
        FunnelPart::Summary => {
            let mut rows = Rows::default();
            findings(report).iter().for_each(|(_, words)| rows.note(words));
            rows
        }
        FunnelPart::Steps => steps(report),
        FunnelPart::Spots => spots(report),
        FunnelPart::Sources => channels("source", report, &report.sources),
        FunnelPart::Campaigns => channels("campaign", report, &report.campaigns),
        FunnelPart::Traits => traits(report),
    }
}

/// The findings, a sentence or two each.
pub fn findings(report: &Report) -> Vec<(&'static str, String)> {
    let best = |what: &'static str, channels: &[Channel]| {
        (!channels.is_empty()).then(|| (what, best_words(what, report, channels)))
    };
    let found = [
        report.funnel.as_ref().map(|_| ("weak step", weak_words(report))),
        best("source", &report.sources),
        best("campaign", &report.campaigns),
        Some(("audience", audience_words(report))),
    ];
    found.into_iter().flatten().collect()
}

fn steps(report: &Report) -> Rows {
    let mut rows = Rows::new([
        "stage",
        "reached",
        "of them",
        "95 % interval",
        "lost",
        "quiet",
        "waiting",
        "days (quartiles)",
        "to win",
    ]);
    let Some(funnel) = &report.funnel else { return rows };
    for (place, stage) in funnel.stages.iter().enumerate() {
        let step = place.checked_sub(1).and_then(|place| funnel.steps.get(place));
        let leak = step.and_then(|s| report.leaks.iter().find(|l| l.from == s.from));
        rows.push([
            stage.stage.words().into(),
            stage.leads.into(),
            step.and_then(|s| s.rate).map_or(Cell::Blank, |rate| Cell::Percent(rate.value)),
            step.and_then(|s| s.rate).map_or(Cell::Blank, |rate| ends(&rate).into()),
            step.map(|s| s.lost).into(),
            step.map(|s| s.quiet).into(),
            step.map(|s| s.waiting).into(),
            step.map_or(Cell::Blank, days),
            leak.map_or(Cell::Blank, |leak| Cell::Number(leak.to_win.value, 0)),
        ]);
    }
    for note in notes(report, funnel) {
        rows.note(note);
    }
    rows
}

fn days(step: &Step) -> Cell {
    step.days.map_or(Cell::Blank, |days| {
        format!("{:.1} ({:.1}\u{2013}{:.1})", days.median, days.q25, days.q75).into()
    })
}

fn notes(report: &Report, funnel: &Funnel) -> Vec<String> {
    let at = funnel
        .at
        .map_or("no moments are known".to_owned(), |at| format!("seen on {}", at.to_date()));
    let mut notes =
        vec![format!("{} leads, {at}; {} won, {} lost.", report.leads, funnel.won, funnel.lost)];
    if report.told == Some(Told::Current) {
        notes.push(format!(
            "Only the current stage is known: who is under way counts as not going on, and {} lost leads are in no step. A history \
             tells more (--history).",
            funnel.unplaced
        ));
    }
    let open: u64 = funnel.steps.iter().map(|s| s.waiting).sum();
    if open > 0 {
        notes.push(format!(
            "{open} leads are waiting: they have not had the time that nine in ten take, and count for no rate."
        ));
    }
    if funnel.backwards > 0 {
        notes.push(format!("Moves back to an earlier stage: {}.", funnel.backwards));
    }
    notes.push(weak_words(report));
    notes
}

fn weak_words(report: &Report) -> String {
    let none = "No weak step can be named: no step has drop-outs, and wins to weigh them by.";
    report.weak_step.as_ref().map_or_else(|| none.to_owned(), |weak| weak.words.clone())
}

fn spots(report: &Report) -> Rows {
    let mut rows =
        Rows::new(["weak spot", "step", "leads", "go on", "95 % interval", "others", "fewer", "p"]);
    for spot in report.weak_spots.iter().take(SHOWN) {
        rows.push([
            format!("{} {}", spot.column, spot.group).into(),
            format!("{} to {}", spot.from.words(), spot.to.words()).into(),
            spot.judged.into(),
            Cell::Percent(spot.rate.value),
            ends(&spot.rate).into(),
            Cell::Percent(spot.others.value),
            Cell::Number(spot.shortfall, 0),
            p(spot.p_value),
        ]);
    }
    more(&mut rows, report.weak_spots.len(), "spots");
    rows
}

fn channels(what: &str, report: &Report, channels: &[Channel]) -> Rows {
    let (paid, valued) = spent_and_earned(channels);
    let mut titles = vec![what, "leads", "conversions", "rate (95 %)"];
    titles.extend(paid.then_some(["cost", "a conversion (95 %)"]).into_iter().flatten());
    titles.extend((paid && valued).then_some("return"));
    titles.extend((!paid && valued).then_some("value"));
    titles.push("verdict");
    let mut rows = Rows::new(titles);
    let money = |amount: Option<f64>| amount.map_or(Cell::Blank, |a| Cell::Number(a, 0));
    for c in channels.iter().take(SHOWN) {
        let name = report.names.get(&c.name).filter(|_| what == "campaign");
        let mut row: Vec<Cell> = vec![
            name.map_or_else(|| c.name.clone(), |name| format!("{} {name}", c.name)).into(),
            c.leads.into(),
            c.conversions.into(),
            c.rate.map_or(Cell::Blank, |rate| percent(&rate).into()),
        ];
        if paid {
            let each = c.cost_per_conversion.filter(|_| c.is_paid());
            row.push(money(c.cost));
            row.push(each.map_or(Cell::Blank, |a| {
                format!("{:.0} ({:.0}\u{2013}{:.0})", a.value, a.low, a.high).into()
            }));
        }
        if paid && valued {
            row.push(c.return_on_cost.map_or(Cell::Blank, |r| Cell::Number(r, 1)));
        } else if valued {
            row.push(money(c.value));
        }
        row.push(verdict(c).into());
        rows.push(row);
    }
    more(&mut rows, channels.len(), &format!("{what}s"));
    if !channels.is_empty() {
        rows.note(best_words(what, report, channels));
    }
    rows
}

/// Whether any channel cost money, and whether any brought some.
fn spent_and_earned(channels: &[Channel]) -> (bool, bool) {
    (channels.iter().any(Channel::is_paid), channels.iter().any(|c| c.value.is_some()))
}

pub fn verdict(channel: &Channel) -> &'static str {
    match channel.verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::Unclear => "unclear",
        Verdict::TooFew => "too few",
    }
}

fn best_words(what: &str, report: &Report, channels: &[Channel]) -> String {
    let Some(best) = best(channels) else {
        return format!("No {what} has leads and conversions enough to be called the best.");
    };
    let name = report.names.get(&best.name).filter(|_| what == "campaign");
    let called = name.map_or_else(|| best.name.clone(), |name| format!("{} ({name})", best.name));
    let sure = match best.verdict {
        Verdict::Better => "better than the others by more than noise",
        _ => "not better than the others by more than noise",
    };
    let convert = |c: &Channel| {
        let rate = c.rate.map_or_else(String::new, |rate| percent(&rate));
        format!("{} of {} leads convert, {rate}", c.conversions, c.judged)
    };
    let Some(cost) = best.cost_per_conversion.filter(|_| best.is_paid()) else {
        return format!("The best {what} is {called}: {}; {sure}.", convert(best));
    };
    let paid = channels.iter().filter(|c| c.is_paid());
    let (spent, conversions) = paid.fold((0.0, 0), |(s, k), c| {
        (s + c.cost_per_lead.unwrap_or(0.0) * c.judged as f64, k + c.conversions)
    });
    let mut words = format!(
        "The best {what} for its money is {called}: a conversion costs {:.0}, at most {:.0} (95 %), and {:.0} over all that cost money; \
         {sure}.",
        cost.value,
        cost.high,
        spent / conversions as f64
    );
    // The unpaid stand behind the paid, the surest first.
    let free = channels
        .iter()
        .find(|c| c.cost == Some(0.0) && c.verdict == Verdict::Better && c.name != NO_CHANNEL);
    if let Some(free) = free {
        words += &format!(" Of those that cost nothing {} is best: {}.", free.name, convert(free));
    }
    words
}

fn traits(report: &Report) -> Rows {
    let mut rows = Rows::new([
        "converters have more often",
        "leads",
        "of all leads",
        "of conversions",
        "lift",
        "95 % interval",
        "p",
    ]);
    for t in report.traits.iter().take(SHOWN) {
        rows.push([
            t.words.as_str().into(),
            t.leads.into(),
            Cell::Percent(t.share_of_leads),
            Cell::Percent(t.share_of_conversions),
            Cell::Number(t.lift.value, 2),
            format!("{:.2}\u{2013}{:.2}", t.lift.low, t.lift.high).into(),
            p(t.p_value),
        ]);
    }
    more(&mut rows, report.traits.len(), "traits");
    rows.note(format!(
        "Conversions by {}: {} of the {} leads whose outcome is known.",
        report.converted, report.conversions, report.judged
    ));
    if !report.know_the_outcome.is_empty() {
        rows.note(format!(
            "Left out, for they know or may know the outcome: {}.",
            report.know_the_outcome.join(", ")
        ));
    }
    rows.note(audience_words(report));
    rows
}

fn audience_words(report: &Report) -> String {
    let Some(a) = &report.audience else {
        return "No audience: no trait is more frequent among converters by more than noise."
            .to_owned();
    };
    format!(
        "Audience: {}. On {} leads that had no part in finding it, it holds {:.1} % of the leads and {:.1} % of the conversions: {:.1} \
         times the usual rate ({:.1} to {:.1}).",
        a.words,
        a.checked_on,
        a.share_of_leads * 100.0,
        a.share_of_conversions * 100.0,
        a.lift.value,
        a.lift.low,
        a.lift.high
    )
}

/// Says how many rows people do not see.
fn more(rows: &mut Rows, all: usize, what: &str) {
    if all > SHOWN {
        rows.note(format!("{} more {what} with --format csv or json.", all - SHOWN));
    }
}

fn p(value: f64) -> Cell {
    if value < 0.0001 { "<0.0001".into() } else { format!("{value:.4}").into() }
}

fn ends(interval: &Interval) -> String {
    format!("{:.1}\u{2013}{:.1}", interval.low * 100.0, interval.high * 100.0)
}

fn percent(rate: &Interval) -> String {
    format!("{:.1} % ({})", rate.value * 100.0, ends(rate))
}
