//! `leadsight format`: contact fields in one form, beside the originals.

use super::Answer;
use super::contacts::Contacts;
use crate::args::{Common, FormatContacts};
use crate::failure::Failure;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_contact::{Field, Problem};
use leadsight_schema::{Issue, Severity};

/// The added column that tells what could not be read.
const PROBLEMS: &str = "contact_problems";

pub fn run(args: &FormatContacts, common: &Common) -> Result<Answer, Failure> {
    let work = Work::begin(common, format!("reading {}", args.file.contacts.display()));
    let contacts = Contacts::read(&args.file)?;
    let height = contacts.table.height();
    let added: Vec<String> =
        contacts.sheet.added().into_iter().chain([PROBLEMS.to_owned()]).collect();
    let added: Vec<&str> = added.iter().map(String::as_str).collect();
    contacts.require_new(added.iter().copied())?;
    work.next(format!("formatting {height} contacts"));
    let formatted = Formatted::of(&contacts);
    drop(work);
    let rows: Vec<(usize, Vec<String>)> = (0..height)
        .map(|row| {
            (
                row,
                formatted.rows[row]
                    .iter()
                    .cloned()
                    .chain([formatted.told(row, &contacts)])
                    .collect(),
            )
        })
        .collect();
    contacts.write(common, &added, &rows, || formatted.page(&contacts))?;
    print::issues(&contacts.issues);
    print::issues(&formatted.issues(&contacts));
    let to = contacts.out.map(|out| format!(" to {}", out.display())).unwrap_or_default();
    tracing::info!(
        "{height} contacts of {} formatted{to}; {} of {} columns hold contact fields (--format table shows them)",
        contacts.name,
        contacts.sheet.columns().len(),
        contacts.names.len()
    );
    Ok(Answer::Yes)
}

/// What became of the contacts.
struct Formatted {
    /// Each row's added cells.
    rows: Vec<Vec<String>>,
    /// Each row's problems.
    problems: Vec<Vec<Problem>>,
}

impl Formatted {
    fn of(contacts: &Contacts<'_>) -> Self {
        let row = |row| {
            let cells: Vec<&str> = (0..contacts.names.len())
                .map(|column| contacts.known(row, column).unwrap_or_default())
                .collect();
            contacts.sheet.format(&cells)
        };
        let (rows, problems) = (0..contacts.table.height()).map(row).unzip();
        Self { rows, problems }
    }

    /// A row's problems in words.
    fn told(&self, row: usize, contacts: &Contacts<'_>) -> String {
        let word =
            |problem: &Problem| format!("{}: {}", contacts.names[problem.column], problem.error);
        self.problems[row].iter().map(word).collect::<Vec<_>>().join("; ")
    }

    /// One issue for each column in which something could not be read.
    fn issues(&self, contacts: &Contacts<'_>) -> Vec<Issue> {
        let issue = |&(column, _): &(usize, Field)| {
            let mut found = self.problems.iter().enumerate().flat_map(|(row, problems)| {
                problems.iter().filter(|p| p.column == column).map(move |p| (row, p))
            });
            let (row, first) = found.next()?;
            let place = contacts.table.place(row);
            Some(Issue {
                severity: Severity::Warning,
                kind: "unreadable_contact".to_owned(),
                file: contacts.table.file().to_owned(),
                row: place.map(|(row, _)| row),
                line: place.map(|(_, line)| line),
                column: Some(contacts.names[column].clone()),
                found: first.error.to_string(),
                expected: format!("left blank, and told in `{PROBLEMS}`"),
                count: 1 + found.count() as u64,
            })
        };
        contacts.sheet.columns().iter().filter_map(issue).collect()
    }

    /// For people: what each column was taken for, how much of it could be read, and what became of its first cell.
    fn page(&self, contacts: &Contacts<'_>) -> Rows {
        let height = contacts.table.height();
        let mut page =
            Rows::new(["column", "field", "read", "blank", "not understood", "first", "becomes"]);
        let mut from = 0;
        for &(column, field) in contacts.sheet.columns() {
            let gives = from..from + field.gives().len();
            from = gives.end;
            let cell = |row: &usize| contacts.known(*row, column);
            let blank = (0..height).filter(|row| cell(row).is_none()).count();
            let wrong = self.problems.iter().flatten().filter(|p| p.column == column).count();
            let becomes = |row: usize| self.rows[row][gives.clone()].join(" ");
            let first = (0..height).find(|row| !becomes(*row).trim().is_empty());
            page.push([
                contacts.names[column].as_str().into(),
                field.name().into(),
                (height - blank - wrong).into(),
                blank.into(),
                wrong.into(),
                Cell::from(first.and_then(|row| cell(&row))),
                Cell::from(first.map(|row| becomes(row).trim().to_owned())),
            ]);
        }
        page
    }
}
