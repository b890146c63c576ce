//! `leadsight explain`: which fields moved each lead's score.

use super::Answer;
use super::leads::{Earlier, earlier, events, moment, scorer, separator, told_in, watch};
use crate::args::{Common, Explain, Format};
use crate::failure::Failure;
use crate::input::input;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_schema::or_nearest;
use leadsight_score::{CsvOptions, Events, Explained, ExplainedField};

/// Points below this make no line of their own in the table.
const SLIGHT: f64 = 0.05;

pub fn run(args: &Explain, common: &Common) -> Result<Answer, Failure> {
    let file = input("--leads", &args.leads)?;
    let scorer = told_in(scorer(&args.bundle)?, args.language);
    let now = moment("--now", args.now.as_deref())?;
    let log = events(&scorer, args.events.as_deref(), now)?;
    let work = Work::begin(common, format!("explaining {}", file.name));
    let watch = watch(&work);
    let mut options = CsvOptions::new(&[]);
    options.separator = separator(args.separator)?;
    options.file = &file.name;
    options.watch = &watch;
    options.events = log.as_ref().map(|log| Events { log, now });
    let previous_leads = args.previous_leads.as_deref();
    let earlier = earlier(&scorer, args.previous.as_deref(), previous_leads, &options)?;
    options.previous = earlier.as_ref().map(Earlier::before);
    let mut leads: Vec<Explained> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    let summary = scorer.explain_csv(
        || file.open(args.sheet.as_deref()),
        &options,
        |lead| {
            ids.push(lead.lead_id.clone());
            if args.id.is_empty() || args.id.contains(&lead.lead_id) {
                leads.push(lead);
            }
            Ok(())
        },
    )?;
    drop(watch);
    drop(work);
    if let Some(absent) = args.id.iter().find(|id| !ids.contains(id)) {
        return Err(Failure::Argument {
            argument: "--id",
            found: format!("no lead `{absent}` in {}", file.name),
            expected: format!(
                "one of its {} leads{}",
                ids.len(),
                or_nearest(absent, ids.iter().map(String::as_str))
            ),
        });
    }
    let mut rows = Rows::new(["lead", "field", "value", "log-odds", "points", "probability"]);
    for lead in &leads {
        push(&mut rows, lead, common.format);
    }
    rows.note(scorer.terms().say(
        "Log-odds add up exactly; points are each field's share of the way from the score of a lead of which nothing is known.",
    ));
    print::data(common.format, &leads, &rows)?;
    print::issues(&file.issues());
    print::issues(&summary.issues);
    Ok(Answer::Yes)
}

/// From the base value by the fields, strongest first, to the margin. People read groups and skip what is slight; a
/// spreadsheet sorts rows, so there each has its lead.
fn push(rows: &mut Rows, lead: &Explained, format: Format) {
    let people = format == Format::Table;
    let mut parts: Vec<&ExplainedField> = lead.contributions.iter().collect();
    parts.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    let strong = |part: &&ExplainedField| !people || part.points.abs() >= SLIGHT;
    let (strong, slight): (Vec<_>, Vec<_>) = parts.into_iter().partition(strong);

    let mut named = true;
    let mut push = |field: &str, value: &str, log_odds: f64, points: f64, p: Option<f64>| {
        let lead = if named || !people { lead.lead_id.as_str() } else { "" };
        named = false;
        rows.push([
            lead.into(),
            field.into(),
            value.into(),
            Cell::Signed(log_odds, 4),
            Cell::Signed(points, 1),
            p.map_or_else(|| if people { "".into() } else { Cell::Blank }, Cell::Percent),
        ]);
    };
    push("(base value)", "", lead.base_value, lead.base_score, Some(lead.base_probability));
    for part in strong {
        push(&part.field, &part.value, part.contribution, part.points, None);
    }
    if !slight.is_empty() {
        let [log_odds, points] =
            [|p: &&ExplainedField| p.contribution, |p: &&ExplainedField| p.points]
                .map(|of| slight.iter().map(of).sum());
        push(&format!("({} other fields)", slight.len()), "", log_odds, points, None);
    }
    let score = lead.base_score + lead.contributions.iter().map(|p| p.points).sum::<f64>();
    push("= margin", "", lead.margin, score, Some(lead.probability));
    if let Some(change) = lead.change.as_ref().filter(|_| people) {
        let trend = [Cell::from(""), "(trend)".into(), change.trend.as_str().into()];
        rows.push(trend.into_iter().chain([Cell::Blank, Cell::Blank, Cell::Blank]));
    }
}
