//! `leadsight format`: contact fields in one form, beside the originals.

use super::Answer;
use crate::args::{Common, Format, FormatContacts, of_file};
use crate::failure::Failure;
use crate::input::{self, input, output_file};
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_contact::{Country, Field, Problem, Sheet};
use leadsight_ingest::{RawTable, ReadOptions, read_csv};
use leadsight_schema::{Issue, Severity, TextRules, or_nearest};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

/// The added column that tells what could not be read.
const PROBLEMS: &str = "contact_problems";

pub fn run(args: &FormatContacts, common: &Common) -> Result<Answer, Failure> {
    let file = input("CONTACTS", &args.contacts)?;
    let out = args.out.as_deref().filter(|out| *out != Path::new("-"));
    if let Some(out) = out {
        output_file("--out", out)?;
        input::not_the_same("--out", out, &file, "contacts")?;
    }
    let country = args.region.as_deref().map(region).transpose()?;
    let work = Work::begin(common, format!("reading {}", file.name));
    let options = ReadOptions { separator: args.separator, ..ReadOptions::default() };
    let (contacts, mut issues) = read_csv(&file.path, &options)?;
    let names = contacts.names();
    let given = given(&args.column, &names)?;
    let sheet = Sheet::recognise(names.iter().map(String::as_str), &given, country);
    let added = added(&sheet, &names)?;
    work.next(format!("formatting {} contacts", contacts.height()));
    let formatted = format(&contacts, &sheet);
    drop(work);
    issues.extend(formatted.issues(&contacts, &sheet));
    let header: Vec<&str> = names.iter().chain(&added).map(String::as_str).collect();
    if let Some(out) = out {
        let form = match common.format {
            Format::Table => of_file(Some(out)),
            form => form,
        };
        leadsight_registry::write_file(out, &formatted.data(&contacts, &header, form)?)?;
    }
    match (common.format, out) {
        (Format::Table, _) => print::text(&formatted.page(&contacts, &sheet).to_page())?,
        (_, None) => print::rendered(&formatted.data(&contacts, &header, common.format)?)?,
        _ => {}
    }
    print::issues(&issues);
    let to = out.map(|out| format!(" to {}", out.display())).unwrap_or_default();
    let known = sheet.columns().len();
    tracing::info!(
        "{} contacts of {} formatted{to}; {known} of {} columns hold contact fields (--format table shows them)",
        contacts.height(),
        file.name,
        names.len()
    );
    Ok(Answer::Yes)
}

fn region(text: &str) -> Result<Country, Failure> {
    Country::parse(text).map_err(|_| Failure::Argument {
        argument: "--region",
        found: text.to_owned(),
        expected: "a country, such as DE, DEU or Germany".to_owned(),
    })
}

/// `phone=Spalte7` to the column's position.
fn given(texts: &[String], names: &[String]) -> Result<Vec<(usize, Field)>, Failure> {
    let fail = |found: String, expected: String| Failure::Argument {
        argument: "--column",
        found,
        expected,
    };
    let known = || Field::ALL.map(Field::name).join(", ");
    let one = |text: &String| {
        let (field, column) = text
            .split_once('=')
            .ok_or_else(|| fail(text.clone(), "FIELD=COLUMN, such as phone=Spalte7".to_owned()))?;
        let field = Field::named(field)
            .ok_or_else(|| fail(format!("no field `{field}`"), format!("one of {}", known())))?;
        let position = names.iter().position(|name| name == column).ok_or_else(|| {
            let hint = or_nearest(column, names.iter().map(String::as_str));
            fail(format!("no column `{column}`{hint}"), format!("one of {}", names.join(", ")))
        })?;
        Ok((position, field))
    };
    texts.iter().map(one).collect()
}

/// The names of the added columns.
fn added(sheet: &Sheet, names: &[String]) -> Result<Vec<String>, Failure> {
    let wrong = |found, expected: &str| Failure::Argument {
        argument: "CONTACTS",
        found,
        expected: expected.to_owned(),
    };
    if sheet.columns().is_empty() {
        let found = format!("no header is known as a contact field: {}", names.join(", "));
        return Err(wrong(found, "headers such as E-Mail or Phone, or --column email=COLUMN"));
    }
    let added: Vec<String> = sheet.added().into_iter().chain([PROBLEMS.to_owned()]).collect();
    match added.iter().find(|name| names.contains(name)) {
        Some(twice) => Err(wrong(
            format!("the file has a column `{twice}` already, as if it had been formatted before"),
            "the file as it was, or that column under another name",
        )),
        None => Ok(added),
    }
}

/// What became of the contacts.
struct Formatted {
    /// A row's added cells, and its problems.
    rows: Vec<(Vec<String>, Vec<Problem>)>,
}

fn format(contacts: &RawTable, sheet: &Sheet) -> Formatted {
    let width = contacts.names().len();
    let row = |row| {
        let cells: Vec<&str> =
            (0..width).map(|column| known(contacts, row, column).unwrap_or_default()).collect();
        sheet.format(&cells)
    };
    Formatted { rows: (0..contacts.height()).map(row).collect() }
}

impl Formatted {
    /// One issue for each column in which something could not be read.
    fn issues(&self, contacts: &RawTable, sheet: &Sheet) -> Vec<Issue> {
        let names = contacts.names();
        let issue = |&(column, _): &(usize, Field)| {
            let mut found = self.rows.iter().enumerate().flat_map(|(row, (_, problems))| {
                problems.iter().filter(|p| p.column == column).map(move |p| (row, p))
            });
            let (row, first) = found.next()?;
            let place = contacts.place(row);
            Some(Issue {
                severity: Severity::Warning,
                kind: "unreadable_contact".to_owned(),
                file: contacts.file().to_owned(),
                row: place.map(|(row, _)| row),
                line: place.map(|(_, line)| line),
                column: Some(names[column].clone()),
                found: first.error.to_string(),
                expected: format!("left blank, and told in `{PROBLEMS}`"),
                count: 1 + found.count() as u64,
            })
        };
        sheet.columns().iter().filter_map(issue).collect()
    }

    /// The contacts with their added cells: for programs, or for spreadsheets.
    fn data(
        &self,
        contacts: &RawTable,
        header: &[&str],
        format: Format,
    ) -> Result<Vec<u8>, Failure> {
        let names = contacts.names();
        let rows = self.rows.iter().enumerate().map(|(row, (cells, problems))| {
            let original =
                (0..names.len()).map(move |c| contacts.cell(row, c).unwrap_or_default().to_owned());
            let told: Vec<String> =
                problems.iter().map(|p| format!("{}: {}", names[p.column], p.error)).collect();
            original.chain(cells.iter().cloned()).chain([told.join("; ")])
        });
        let failed = |reason: String| Failure::Print { reason };
        if format == Format::Json {
            let cell = |text: String| (!text.is_empty()).then_some(text);
            let objects: Vec<BTreeMap<&str, Option<String>>> =
                rows.map(|row| header.iter().copied().zip(row.map(cell)).collect()).collect();
            let mut json =
                serde_json::to_vec_pretty(&objects).map_err(|e| failed(e.to_string()))?;
            json.push(b'\n');
            return Ok(json);
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(header).map_err(|e| failed(e.to_string()))?;
        for row in rows {
            writer.write_record(row).map_err(|e| failed(e.to_string()))?;
        }
        writer.into_inner().map_err(|e| failed(e.to_string()))
    }

    /// For people: what each column was taken for, how much of it could be read, and what became of its first cell.
    fn page(&self, contacts: &RawTable, sheet: &Sheet) -> Rows {
        let names = contacts.names();
        let mut page =
            Rows::new(["column", "field", "read", "blank", "not understood", "first", "becomes"]);
        let mut from = 0;
        for &(column, field) in sheet.columns() {
            let gives = from..from + field.gives().len();
            from = gives.end;
            let cell = |row: &usize| known(contacts, *row, column);
            let blank = (0..contacts.height()).filter(|row| cell(row).is_none()).count();
            let wrong = self.rows.iter().flat_map(|(_, problems)| problems);
            let wrong = wrong.filter(|problem| problem.column == column).count();
            let becomes = |row: usize| self.rows[row].0[gives.clone()].join(" ");
            let first = (0..contacts.height()).find(|row| !becomes(*row).trim().is_empty());
            page.push([
                names[column].as_str().into(),
                field.name().into(),
                (contacts.height() - blank - wrong).into(),
                blank.into(),
                wrong.into(),
                Cell::from(first.and_then(|row| cell(&row))),
                Cell::from(first.map(|row| becomes(row).trim().to_owned())),
            ]);
        }
        page
    }
}

/// A cell, where it is neither blank nor a word for nothing, such as `n/a`.
fn known(contacts: &RawTable, row: usize, column: usize) -> Option<&str> {
    static RULES: LazyLock<TextRules> = LazyLock::new(TextRules::default);
    contacts.cell(row, column).filter(|text| !RULES.is_missing(text))
}
