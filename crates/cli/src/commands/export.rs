//! `leadsight export`: scored leads into a CRM, and messages about the hot ones.

use super::Answer;
use super::leads::moment;
use crate::args::{Common, Export as Args};
use crate::failure::Failure;
use crate::input::{input, text};
use crate::output::{no_input, output_folder};
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_deliver::webhook::{
    Clock, Http, Targets, Unsent, pending, read_unsent, send, targets, write_unsent,
};
use leadsight_deliver::{
    Crm, Delivery, Export, File, ID, Leads, MANIFEST, Row, deliver, numbers, summary,
};
use leadsight_ingest::{FieldMap, RawTable, ReadOptions, Values, read_csv, write_parquet};
use leadsight_registry::{RegistryError, write_file};
use leadsight_schema::Seed;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The messages of a folder that are not sent yet.
const UNSENT: &str = "unsent.jsonl";

pub fn run(args: &Args, common: &Common) -> Result<Answer, Failure> {
    let export = match &args.config {
        None => Export::default(),
        Some(path) => Export::from_ron(&text("--config", path, "what is exported (a RON file)")?)?,
    };
    match (&args.again, &args.leads, &args.to, &args.out) {
        (Some(file), ..) => again(args, common, &export, file),
        (None, Some(leads), Some(to), Some(out)) => files(args, common, &export, (leads, to, out)),
        // Which of them belong together is for clap to say.
        _ => Ok(Answer::Yes),
    }
}

/// Makes the files, and sends the messages where asked to.
fn files(
    args: &Args,
    common: &Common,
    export: &Export,
    (leads, to, out): (&Path, &str, &Path),
) -> Result<Answer, Failure> {
    let now = moment("--at", args.at.as_deref())?;
    let (crm, stem) = crm(to)?;
    output_folder("--out", out)?;
    let file = input("--leads", leads)?;
    let with = args.with.as_deref().map(|with| input("--with", with)).transpose()?;
    let outward = if args.send { Some(Outward::new(export)?) } else { None };
    let outbox = out.join(UNSENT);
    let kept = kept(&outbox, export)?;

    let work = Work::begin(common, format!("reading {}", file.name));
    let (raw, mut issues) = read_csv(&file.path, &ReadOptions::default())?;
    let mut leads = table(&raw, raw.names())?;
    if let Some(with) = with {
        let (raw, found) = read_csv(&with.path, &ReadOptions::default())?;
        issues.extend(found);
        let more = table(&raw, names(&raw, &stem, args.id.as_deref())?)?;
        let (joined, found) = leads.beside(&more)?;
        issues.extend(found);
        leads = joined;
    }
    work.next(format!("writing {} leads for {}", leads.rows().len(), crm.name));
    let mut delivery = deliver(leads, export, &crm, &stem, now, issues)?;
    delivery.files.push(parquet(&delivery.leads)?);
    write(out, &delivery)?;
    let unsent = pending(kept, delivery.messages.clone());
    let unsent = match outward {
        Some(outward) => {
            work.next(format!("sending {} messages", unsent.len()));
            sent(&outbox, unsent, outward, export, args.seed)?
        }
        None => {
            keep(&outbox, &unsent)?;
            unsent
        }
    };
    drop(work);
    print::data(common.format, &value(&delivery, &unsent), &page(&delivery, out))?;
    print::issues(&summary(&delivery.issues));
    let left_out = match delivery.left_out {
        0 => String::new(),
        count => format!("; {count} left out, each with its reason in issues.csv"),
    };
    tracing::info!("{} leads for {} in {}{left_out}", delivery.written, crm.name, out.display());
    Ok(told(&unsent, &outbox, args.send))
}

/// Sends what was kept.
fn again(args: &Args, common: &Common, export: &Export, file: &Path) -> Result<Answer, Failure> {
    input("--again", file)?;
    let outward = Outward::new(export)?;
    let kept = kept(file, export)?;
    let count = kept.len();
    let work = Work::begin(common, format!("sending {count} messages"));
    let unsent = sent(file, kept, outward, export, args.seed)?;
    drop(work);
    let sent = count - unsent.len();
    let mut rows = Rows::new(["webhook", "lead", "attempts", "reason"]);
    for Unsent { message, reason, attempts } in &unsent {
        rows.push([
            Cell::from(message.webhook.as_str()),
            message.lead_id.as_str().into(),
            u64::from(*attempts).into(),
            reason.as_str().into(),
        ]);
    }
    rows.note(format!("{sent} of {count} messages sent"));
    print::data(common.format, &json!({"sent": sent, "unsent": unsent}), &rows)?;
    Ok(told(&unsent, file, true))
}

/// The conventions of a CRM, and what it is called in names of files.
fn crm(to: &str) -> Result<(Crm, String), Failure> {
    let path = Path::new(to);
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ron")) {
        let crm = Crm::from_ron(&text("--to", path, "the conventions of a CRM (a RON file)")?)?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        return Ok((crm, stem.unwrap_or_else(|| "crm".to_owned())));
    }
    Ok((Crm::named(to)?, to.to_lowercase()))
}

/// The leads of a file as text.
fn table(raw: &RawTable, names: Vec<String>) -> Result<Leads, Failure> {
    let row = |row: usize| {
        let (number, line) = raw.place(row).unwrap_or((row as u64 + 1, row as u64 + 2));
        let cells = (0..names.len()).map(|c| raw.cell(row, c).unwrap_or_default().to_owned());
        Row { row: number, line, cells: cells.collect() }
    };
    let rows = (0..raw.height()).map(row).collect();
    Ok(Leads::new(raw.file(), names, rows)?)
}

/// The names of the columns of a file that may be an export of the CRM.
fn names(raw: &RawTable, crm: &str, id: Option<&str>) -> Result<Vec<String>, Failure> {
    let mut names = raw.names();
    if let Some(map) = FieldMap::ALL.into_iter().find(|map| map.name().eq_ignore_ascii_case(crm)) {
        names = map.headers().rename(&names).names;
    }
    if let Some(id) = id {
        let headers = raw.names();
        let column = headers.iter().position(|name| name == id);
        let column = column.ok_or_else(|| Failure::Argument {
            argument: "--id",
            found: format!("{} has no column `{id}`", raw.file()),
            expected: format!("one of {}", headers.join(", ")),
        })?;
        for (position, name) in names.iter_mut().enumerate() {
            if position == column {
                ID.clone_into(name);
            } else if name == ID {
                name.clone_from(&headers[position]);
                name.push_str(" of the file");
            }
        }
    }
    Ok(names)
}

/// Writes the files, the manifest last, and removes those that an earlier manifest names and this one does not.
fn write(out: &Path, delivery: &Delivery) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|source| RegistryError::Io {
        action: "create the folder",
        path: out.to_owned(),
        source,
    })?;
    let manifest = delivery.manifest()?;
    let files: Vec<&File> = delivery.files.iter().chain([&manifest]).collect();
    let earlier = earlier(out);
    // What an earlier export left is overwritten or removed.
    let mut names = files.iter().map(|file| &file.name).chain(&earlier);
    names.try_for_each(|name| no_input("--out", &out.join(name)))?;
    let foreign = files
        .iter()
        .map(|file| &file.name)
        .find(|name| !earlier.contains(*name) && std::fs::symlink_metadata(out.join(name)).is_ok());
    if let Some(name) = foreign {
        return Err(Failure::Argument {
            argument: "--out",
            found: format!("`{}` is there, and no export made it", out.join(name).display()),
            expected: "a new folder, an empty one, or one of an earlier export".to_owned(),
        });
    }
    for (written, file) in files.iter().enumerate() {
        if let Err(error) = write_file(&out.join(&file.name), &file.bytes) {
            // Half an export is none; what cannot be removed either is told when it is in the way.
            for new in files[..written].iter().filter(|file| !earlier.contains(&file.name)) {
                let _ = std::fs::remove_file(out.join(&new.name));
            }
            return Err(error.into());
        }
    }
    for name in earlier.iter().filter(|name| files.iter().all(|file| file.name != **name)) {
        // What is gone already need not be removed.
        let _ = std::fs::remove_file(out.join(name));
    }
    Ok(())
}

/// The files of an earlier export to a folder, its manifest among them; none where there was none.
fn earlier(out: &Path) -> BTreeSet<String> {
    #[derive(serde::Deserialize)]
    struct Earlier {
        #[serde(rename = "crm")]
        _crm: String,
        files: Vec<Named>,
    }
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    let text = std::fs::read_to_string(out.join(MANIFEST)).unwrap_or_default();
    let Ok(earlier) = serde_json::from_str::<Earlier>(&text) else { return BTreeSet::new() };
    let names = earlier.files.into_iter().map(|file| file.name).chain([MANIFEST.to_owned()]);
    names.filter(|name| Path::new(name).file_name().is_some_and(|plain| plain == &**name)).collect()
}

/// The leads as Parquet.
fn parquet(leads: &Leads) -> Result<File, Failure> {
    let values = |column: usize| match numbers(leads, column) {
        Some(numbers) => Values::Number(numbers),
        None => {
            let known = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
            Values::Text(leads.rows().iter().map(|row| known(&row.cells[column])).collect())
        }
    };
    let names = leads.columns().iter().enumerate();
    let columns: Vec<(String, Values)> = names.map(|(i, name)| (name.clone(), values(i))).collect();
    let mut bytes = Vec::new();
    write_parquet(&columns, &mut bytes)?;
    let (name, rows) = ("leads.parquet".to_owned(), leads.rows().len());
    Ok(File { name, holds: "leads", rows, bytes })
}

/// What is kept in a file of unsent messages; nothing where there is no file.
fn kept(file: &Path, export: &Export) -> Result<Vec<Unsent>, Failure> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = text("--again", file, "the unsent messages (JSON lines)")?;
    read_unsent(&text, &export.webhooks)
        .map_err(|source| Failure::Unsent { file: file.to_owned(), source: Box::new(source) })
}

/// Keeps messages; no file where there are none.
fn keep(file: &Path, unsent: &[Unsent]) -> Result<(), Failure> {
    if !unsent.is_empty() {
        write_file(file, &write_unsent(unsent)?)?;
    } else if file.exists() {
        std::fs::remove_file(file).map_err(|source| Failure::Unreadable {
            path: file.to_owned(),
            what: "the unsent messages, all of them sent now",
            source,
        })?;
    }
    Ok(())
}

/// Sends messages and keeps the rest. All of them are kept while they are sent, so that none is lost where this is ended.
fn sent(
    file: &Path,
    pending: Vec<Unsent>,
    mut outward: Outward,
    export: &Export,
    seed: u64,
) -> Result<Vec<Unsent>, Failure> {
    keep(file, &pending)?;
    let Outward { targets, http } = &mut outward;
    let sent = send(pending, targets, &export.sending, http, &mut System, Seed(seed));
    keep(file, &sent.unsent)?;
    Ok(sent.unsent)
}

/// Where messages go, and by what way.
struct Outward {
    targets: Targets,
    http: Http,
}

impl Outward {
    fn new(export: &Export) -> Result<Self, Failure> {
        let variable = |name: &str| std::env::var(name).ok();
        let (targets, http) = (targets(&export.webhooks, variable)?, Http::new(variable)?);
        Ok(Self { targets, http })
    }
}

/// Whether all is sent that was to be; messages that wait are told.
fn told(unsent: &[Unsent], file: &Path, send: bool) -> Answer {
    let count = unsent.len();
    match (count, send) {
        (0, _) => Answer::Yes,
        (_, false) => {
            let file = file.display();
            tracing::info!(
                "{count} messages kept in {file}; --send, or --again {file}, sends them"
            );
            Answer::Yes
        }
        (_, true) => {
            for Unsent { message, reason, .. } in unsent.iter().take(3) {
                tracing::warn!("{} to {}: {reason}", message.lead_id, message.webhook);
            }
            let file = file.display();
            tracing::warn!("{count} messages not sent, kept in {file}; --again {file} sends them");
            Answer::No
        }
    }
}

/// The time of this machine.
struct System;

impl Clock for System {
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }
    fn sleep(&mut self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// For programs.
fn value(delivery: &Delivery, unsent: &[Unsent]) -> serde_json::Value {
    let file = |file: &File| json!({"name": file.name, "holds": file.holds, "rows": file.rows});
    json!({
        "written": delivery.written,
        "left_out": delivery.left_out,
        "key": delivery.key,
        "files": delivery.files.iter().map(file).collect::<Vec<_>>(),
        "messages": delivery.messages.len(),
        "unsent": unsent.len(),
        "issues": summary(&delivery.issues),
    })
}

/// For people: each file and what it holds.
fn page(delivery: &Delivery, out: &Path) -> Rows {
    let mut page = Rows::new(["file", "holds", "rows"]);
    for file in &delivery.files {
        let path: PathBuf = out.join(&file.name);
        page.push([Cell::from(path.display().to_string()), file.holds.into(), file.rows.into()]);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_maps_know_the_crms() {
        for name in Crm::names() {
            assert!(
                FieldMap::ALL.iter().any(|map| map.name().eq_ignore_ascii_case(name)),
                "{name}"
            );
        }
    }

    #[test]
    fn the_example_is_sound() {
        let text = include_str!("../../../../examples/delivery/export.ron");
        let export = Export::from_ron(text).unwrap();
        assert_eq!(export.webhooks.len(), 2);
    }
}
