//! `leadsight dedupe`: which contacts are one person.

use super::Answer;
use super::contacts::Contacts;
use crate::args::{Common, Dedupe, Keep};
use crate::failure::Failure;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_dedupe::{Duplicates, Limits, Pair, Person, Survivor, Verdict, find};

/// The added columns.
const ADDED: [&str; 3] = ["duplicate_group_id", "duplicate_keep", "duplicate_ask"];
/// Pairs that people are shown.
const SHOWN: usize = 40;
/// Questions that a contact's cell names.
const ASKED: usize = 3;

pub fn run(args: &Dedupe, common: &Common) -> Result<Answer, Failure> {
    let limits = Limits { same: args.same, ask: args.ask }.check()?;
    let work = Work::begin(common, format!("reading {}", args.file.contacts.display()));
    let contacts = Contacts::read(&args.file)?;
    contacts.require_new(ADDED.into_iter())?;
    let height = contacts.table.height();
    work.next(format!("comparing {height} contacts"));
    let people: Vec<Person> = (0..height)
        .map(|row| {
            let cell = |column| contacts.known(row, column).unwrap_or_default();
            Person::read(contacts.sheet.columns(), cell, contacts.country)
        })
        .collect();
    let found = find(&people, limits)?;
    let stays = found.survivors(
        &people,
        match args.keep {
            Keep::MostComplete => Survivor::MostComplete,
            Keep::First => Survivor::First,
            Keep::Last => Survivor::Last,
        },
    );
    drop(work);
    let questions = questions(&found, &contacts);
    let rows: Vec<(usize, Vec<String>)> = (0..height)
        .filter(|row| stays[*row] || !args.survivors)
        .map(|row| {
            let keep = if stays[row] { "yes" } else { "no" };
            let group = found.group_id(row).unwrap_or_default();
            (row, vec![group, keep.to_owned(), questions[row].join("; ")])
        })
        .collect();
    contacts.write(common, &ADDED, &rows, || page(&found, &contacts))?;
    print::issues(&contacts.issues);
    tell(&found, &contacts, rows.len());
    Ok(Answer::Yes)
}

/// For each contact the others that it may be, and why.
fn questions(found: &Duplicates, contacts: &Contacts<'_>) -> Vec<Vec<String>> {
    let mut questions = vec![Vec::new(); contacts.table.height()];
    for pair in found.pairs.iter().filter(|pair| pair.verdict == Verdict::Ask) {
        for (row, other) in [(pair.first, pair.second), (pair.second, pair.first)] {
            if questions[row].len() < ASKED {
                let line = contacts.table.place(other).map_or(0, |(_, line)| line);
                questions[row].push(format!("line {line}? {}", evidence(pair)));
            }
        }
    }
    questions
}

fn evidence(pair: &Pair) -> String {
    pair.evidence.iter().map(|e| e.words()).collect::<Vec<_>>().join(", ")
}

/// For people: the pairs, the questions first, each with what speaks for and against it.
fn page(found: &Duplicates, contacts: &Contacts<'_>) -> Rows {
    let mut page = Rows::new(["lines", "one person", "points", "contact", "other", "evidence"]);
    let of = |verdict| found.pairs.iter().filter(move |pair: &&Pair| pair.verdict == verdict);
    let line = |row| contacts.table.place(row).map_or(0, |(_, line)| line);
    let shown = |row: usize| {
        let columns = contacts.sheet.columns().iter();
        let cells = columns.filter_map(|(column, _)| contacts.known(row, *column));
        cells
            .take(3)
            .map(|cell| cell.chars().take(40).collect())
            .collect::<Vec<String>>()
            .join(", ")
    };
    for pair in of(Verdict::Ask).take(SHOWN / 2).chain(of(Verdict::Same).take(SHOWN / 2)) {
        page.push([
            format!("{}, {}", line(pair.first), line(pair.second)).into(),
            if pair.verdict == Verdict::Same { "yes" } else { "ask" }.into(),
            Cell::Number(pair.points, 1),
            shown(pair.first).into(),
            shown(pair.second).into(),
            evidence(pair).into(),
        ]);
    }
    let more = found.pairs.len().saturating_sub(SHOWN);
    if more > 0 {
        page.note(format!(
            "About {more} pairs more; --out FILE writes every contact with its group."
        ));
    }
    page
}

fn tell(found: &Duplicates, contacts: &Contacts<'_>, written: usize) {
    let height = contacts.table.height();
    let asks = found.pairs.iter().filter(|pair| pair.verdict == Verdict::Ask).count();
    tracing::info!(
        "{height} contacts of {}: {} of them are {} people; pairs left as a question: {asks} (--format table shows them)",
        contacts.name,
        found.grouped(),
        found.groups()
    );
    let to = contacts.out.map(|out| format!(" to {}", out.display())).unwrap_or_default();
    if written < height {
        tracing::info!("{written} written{to}, {} left out as duplicates", height - written);
    } else if contacts.out.is_some() {
        tracing::info!("{written} written{to}");
    }
}
