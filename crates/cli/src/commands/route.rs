//! `leadsight route`: scored leads to reps and queues.

use super::Answer;
use super::beside::Beside;
use super::leads::moment;
use crate::args::{Common, Format, Route, of_file};
use crate::failure::Failure;
use crate::input::{self, input};
use crate::output;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_ingest::{RawTable, ReadOptions, read_csv};
use leadsight_route::{Assignment, Batch, Due, RouteError, Router, Routing};
use leadsight_schema::{Issue, TextRules, or_nearest};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What is added to each lead; columns of these names that are there already give way.
const ADDED: [&str; 8] = [
    "pipeline",
    "owner_id",
    "queue",
    "sequence",
    "respond_by",
    "escalate_to",
    "expected_value",
    "route_reason",
];

pub fn run(args: &Route, common: &Common) -> Result<Answer, Failure> {
    let at = moment("--at", args.at.as_deref())?;
    let routing =
        Routing::from_ron(&input::text("--routing", &args.routing, "the routing (a RON file)")?)?;
    let file = input("--leads", &args.leads)?;
    let with = args.with.as_deref().map(|with| input("--with", with)).transpose()?;
    let out = output::named(args.out.as_deref());
    out.map_or(Ok(()), |out| output::table_file("--out", out))?;
    let work = Work::begin(common, format!("reading {}", file.name));
    let of_sheet =
        |sheet: &Option<String>| ReadOptions { sheet: sheet.clone(), ..ReadOptions::default() };
    let (leads, mut issues) = read_csv(&file.path, &of_sheet(&args.sheet))?;
    let more = with.map(|with| read_csv(&with.path, &of_sheet(&args.with_sheet))).transpose()?;
    let more = more.map(|(more, found)| {
        issues.extend(found);
        more
    });
    let read = routing.columns_read()?;
    let kinds = read.into_iter().map(|column| (column.name, column.kind)).collect();
    let (table, found) =
        Beside::new(&leads, more.as_ref(), &routing.columns.id, &kinds, &TextRules::default())?;
    issues.extend(found);
    work.next(format!("routing {} leads", leads.height()));
    let names: Vec<String> =
        leads.names().into_iter().chain(more.iter().flat_map(RawTable::names)).collect();
    if let Some(unknown) = args.show.iter().find(|column| !names.contains(column)) {
        let hint = or_nearest(unknown, names.iter().map(String::as_str));
        return Err(Failure::Argument {
            argument: "--show",
            found: format!("no column `{unknown}`{hint}"),
            expected: "columns of --leads or --with".to_owned(),
        });
    }
    let router = Router::new(&routing, table.schema()).map_err(|error| missing(error, args))?;
    let batch = router.batch(&table, at);
    drop(work);
    issues.extend(batch.issues.iter().map(|issue| placed(issue, &leads)));
    let form = match (common.format, out) {
        (Format::Table, Some(out)) => of_file(Some(out)),
        (format, _) => format,
    };
    let all: Vec<usize> = (0..batch.assignments.len()).collect();
    if let Some(out) = out {
        leadsight_registry::write_file(out, &data(&leads, &batch, &all, form)?)?;
    }
    let first = args.list.map(|most| to_work_first(&batch, most));
    match (common.format, &first, out) {
        (Format::Table, Some(first), _) => {
            let text = |row: usize, name: &str| {
                cell(&leads, row, name)
                    .or_else(|| more.as_ref().and_then(|more| cell(more, table.row_of(row)?, name)))
            };
            print::text(&list(text, &batch, first, &routing.columns.id, &args.show).to_page())?;
        }
        (Format::Table, None, _) => print::text(&page(&batch).to_page())?,
        (format, Some(first), _) => print::rendered(&data(&leads, &batch, first, format)?)?,
        (format, None, None) => print::rendered(&data(&leads, &batch, &all, format)?)?,
        (_, None, Some(_)) => {}
    }
    print::issues(&issues);
    for rep in &batch.reps {
        if let Some(conflict) = &rep.conflict {
            tracing::warn!("out of the band: {}: {conflict}", rep.owner_id);
        }
    }
    let to = out.map(|out| format!(" to {}", out.display())).unwrap_or_default();
    tracing::info!("{} leads of {} routed{to}: {}", leads.height(), file.name, summary(&batch));
    Ok(Answer::Yes)
}

/// A column that is not there may be in the file that was scored.
fn missing(error: RouteError, args: &Route) -> Failure {
    if args.with.is_some() || !error.is_missing_column() {
        return error.into();
    }
    Failure::Argument {
        argument: "--leads",
        found: error.to_string(),
        expected: "that column there, or in the file that was scored, given as --with".to_owned(),
    }
}

/// An issue of the batch, with the file and line of its row.
fn placed(issue: &Issue, leads: &RawTable) -> Issue {
    let row = issue.row.and_then(|row| usize::try_from(row).ok()).unwrap_or(1);
    let place = leads.place(row.saturating_sub(1));
    Issue {
        file: leads.file().to_owned(),
        row: place.map(|(row, _)| row),
        line: place.map(|(_, line)| line),
        ..issue.clone()
    }
}

/// The added cells of a lead, in the order of [`ADDED`].
fn cells(assignment: &Assignment) -> [Value; 8] {
    [
        json!(assignment.pipeline),
        json!(assignment.owner_id),
        json!(assignment.queue),
        json!(assignment.sequence),
        json!(assignment.respond_by),
        json!(assignment.escalate_to),
        json!(assignment.expected_value.map(|value| (value * 100.0).round() / 100.0)),
        json!(assignment.route_reason),
    ]
}

/// These leads with the added cells: for programs, or for spreadsheets.
fn data(
    leads: &RawTable,
    batch: &Batch,
    rows: &[usize],
    format: Format,
) -> Result<Vec<u8>, Failure> {
    let names = leads.names();
    let kept: Vec<usize> =
        (0..names.len()).filter(|column| !ADDED.contains(&names[*column].as_str())).collect();
    let original = |row: usize| {
        kept.iter().map(move |&column| (column, leads.cell(row, column).map(str::to_owned)))
    };
    let failed = |reason: String| Failure::Print { reason };
    if format == Format::Json {
        let lead = |&row: &usize| -> Map<String, Value> {
            let original = original(row).map(|(column, text)| (names[column].clone(), json!(text)));
            let added =
                ADDED.iter().map(|name| (*name).to_owned()).zip(cells(&batch.assignments[row]));
            original.chain(added).collect()
        };
        let all: Vec<_> = rows.iter().map(lead).collect();
        let mut json = serde_json::to_vec_pretty(&all).map_err(|e| failed(e.to_string()))?;
        json.push(b'\n');
        return Ok(json);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = kept.iter().map(|column| names[*column].as_str()).chain(ADDED);
    writer.write_record(header).map_err(|e| failed(e.to_string()))?;
    for &row in rows {
        let original = original(row).map(|(_, text)| text.unwrap_or_default());
        let added = cells(&batch.assignments[row]).map(|cell| match cell {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        });
        writer.write_record(original.chain(added)).map_err(|e| failed(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| failed(e.to_string()))
}

/// So many leads, at most: who goes to a rep comes first, then who is due first, then who is worth most.
fn to_work_first(batch: &Batch, most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..batch.assignments.len()).collect();
    let urgency = |row: usize| {
        let Assignment { owner_id, respond_by, expected_value, .. } = &batch.assignments[row];
        let due = respond_by.map_or(i64::MAX, |due| due.at.0);
        (owner_id.is_none(), due, -expected_value.unwrap_or(f64::NEG_INFINITY))
    };
    order.sort_by(|a, b| {
        let ((a_open, a_due, a_value), (b_open, b_due, b_value)) = (urgency(*a), urgency(*b));
        (a_open, a_due).cmp(&(b_open, b_due)).then(a_value.total_cmp(&b_value))
    });
    order.truncate(most);
    order
}

/// A cell of a column that may not be there.
fn cell<'a>(table: &'a RawTable, row: usize, name: &str) -> Option<&'a str> {
    let place = table.names().iter().position(|other| other == name)?;
    table.cell(row, place)
}

/// For people: whom to call, by when, and why.
fn list<'a>(
    text: impl Fn(usize, &str) -> Option<&'a str>,
    batch: &Batch,
    first: &[usize],
    id: &str,
    show: &[String],
) -> Rows {
    let cell = |row: usize, name: &str| text(row, name).unwrap_or_default();
    // There is little room: reasons without their points, and no column of flags where there are none.
    let bare = |reason: &'a str| reason.rsplit_once(", +").map_or(reason, |(words, _)| words);
    let flagged = first.iter().any(|row| !cell(*row, "review_flag").is_empty());
    let titles = ["score", "tier", "because", "next", "owner", "by (local)", "value"];
    let titles = titles.into_iter().chain(flagged.then_some("review"));
    let shown = show.iter().map(String::as_str);
    let mut rows = Rows::new(["lead"].into_iter().chain(shown).chain(titles));
    for &row in first {
        let Assignment { owner_id, queue, respond_by, expected_value, .. } =
            &batch.assignments[row];
        let reasons = (1..=3).map(|i| cell(row, &format!("positive_factor_{i}")));
        let reasons: Vec<&str> = reasons.filter(|reason| !reason.is_empty()).map(bare).collect();
        let owner = owner_id.clone().or_else(|| queue.as_ref().map(|q| format!("queue {q}")));
        let lead = [Cell::from(cell(row, id))];
        let shown = show.iter().map(|column| Cell::from(cell(row, column)));
        let judged = [
            cell(row, "lead_score").into(),
            cell(row, "tier").into(),
            reasons.join("; ").into(),
            cell(row, "next_action").into(),
            owner.unwrap_or_default().into(),
            respond_by.map(Due::shown).unwrap_or_default().into(),
            expected_value.map_or(Cell::Blank, |value| Cell::Number(value, 0)),
        ];
        let flag = flagged.then(|| cell(row, "review_flag").into());
        rows.push(lead.into_iter().chain(shown).chain(judged).chain(flag));
    }
    rows.note(summary(batch));
    rows
}

/// For people: what each rep and each queue got.
fn page(batch: &Batch) -> Rows {
    let mut page = Rows::new(["to", "leads", "places", "expected value", "fair share", "band"]);
    for rep in &batch.reps {
        page.push([
            rep.owner_id.as_str().into(),
            u64::from(rep.leads).into(),
            u64::from(rep.room).into(),
            Cell::Number(rep.expected_value, 0),
            rep.fair_share.map_or(Cell::Blank, |fair| Cell::Number(fair, 0)),
            match (&rep.conflict, rep.fair_share) {
                (Some(conflict), _) => conflict.as_str().into(),
                (None, Some(_)) => "kept".into(),
                (None, None) => Cell::Blank,
            },
        ]);
    }
    let queues: BTreeSet<&str> =
        batch.assignments.iter().filter_map(|a| a.queue.as_deref()).collect();
    for queue in queues {
        let leads = batch.assignments.iter().filter(|a| a.queue.as_deref() == Some(queue));
        let (count, value) = leads.fold((0_usize, 0.0), |(count, value), lead| {
            (count + 1, value + lead.expected_value.unwrap_or(0.0))
        });
        page.push([
            format!("queue {queue}").into(),
            count.into(),
            Cell::Blank,
            Cell::Number(value, 0),
            Cell::Blank,
            Cell::Blank,
        ]);
    }
    page.note(summary(batch));
    page
}

fn summary(batch: &Batch) -> String {
    let reps = batch.reps.iter().filter(|rep| rep.leads > 0).count();
    let taken = batch.assignments.iter().filter(|a| a.owner_id.is_some()).count();
    format!(
        "{taken} to {reps} reps, {} to queues; expected value {:.0}, at most {:.2} % below the best there is",
        batch.assignments.len() - taken,
        batch.value,
        // Rounded up: what is claimed holds.
        (batch.gap() * 1e4).ceil() / 1e2
    )
}
