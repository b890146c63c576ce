//! The crate's one error type.

use crate::FieldMap;
use leadsight_behaviour::BehaviourError;
use leadsight_schema::{DateFormat, SchemaError};
use std::path::PathBuf;
use thiserror::Error;

/// Why the data cannot be worked with. Everything that can be worked around is an issue instead.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IngestError {
    /// A file is not there, or may not be read.
    #[error("cannot read {}: {source}; relative paths start from the configuration's folder, or from --data-dir", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file without content.
    #[error("{} is empty; expected a header line and one line a lead", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A file with a header and no row.
    #[error("{} has a header ({columns} columns) but no row; expected one line a lead", path.display())]
    HeaderOnly {
        /// The file.
        path: PathBuf,
        /// The number of columns in the header.
        columns: usize,
    },
    /// A file that is no plain text.
    #[error("{} is {found}; expected CSV text in UTF-8, plain or gzip, Parquet or XLSX{hint}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        found: &'static str,
        /// How to go on, or empty.
        hint: &'static str,
    },
    /// A gzip file that cannot be decompressed to its end.
    #[error(
        "{}: the gzip data {damage} after {lines} lines ({bytes} bytes) of text; copy or export the file again",
        path.display()
    )]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, as a verb: it breaks off, or is damaged.
        damage: &'static str,
        /// Whole lines that could be read.
        lines: usize,
        /// Bytes that could be read, decompressed.
        bytes: usize,
    },
    /// A table that cannot be written as Parquet.
    #[error("cannot write Parquet: {reason}; expected columns of one length, and room on the disk")]
    WriteParquet {
        /// Why.
        reason: String,
    },
    /// A Parquet file or workbook that cannot be read to its end.
    #[error("{}: {fault}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and how to go on.
        fault: String,
    },
    /// Text in an encoding that is not known.
    #[error(
        "{}, row {row}, line {line}: not UTF-8 (byte 0x{byte:02X}), nor Windows-1252 or UTF-16 throughout; save the file as UTF-8 (in Excel \"CSV UTF-8\")",
        path.display()
    )]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The row, from 1 after the header; 0 is the header.
        row: u64,
        /// The line, from 1.
        line: u64,
        /// The first byte that does not fit.
        byte: u8,
    },
    /// The lines do not fall into columns.
    #[error(
        "{} has one column when separated by {separator:?}{hint}; the header is `{header}`; expected an outcome and something to predict it from: \
         is the separator right?",
        path.display()
    )]
    OneColumn {
        /// The file.
        path: PathBuf,
        /// The separator used.
        separator: char,
        /// The separator that would give more columns, in words, or empty.
        hint: String,
        /// The header line, cut to 80 characters.
        header: String,
    },
    /// A sheet of a workbook that holds no table.
    #[error(
        "the sheet that was read of {} has one column, `{header}`; name the sheet that holds the table with `data.sheet`, or `--sheet`: {}",
        path.display(), listed("", sheets)
    )]
    NoTable {
        /// The file.
        path: PathBuf,
        /// The first cell, cut to 80 characters.
        header: String,
        /// The workbook's sheets.
        sheets: Vec<String>,
    },
    /// A separator that CSV cannot use.
    #[error(
        "{separator:?} cannot separate columns; expected one ASCII character such as ',' ';' '|' or a tab"
    )]
    Separator {
        /// The character given.
        separator: char,
    },
    /// Names that stand more than once in a header.
    #[error("{}: the header names {} more than once; rename all but one", path.display(), quoted(names))]
    DuplicateColumns {
        /// The file.
        path: PathBuf,
        /// The repeated names.
        names: Vec<String>,
    },
    /// Files that are to be one table have other columns.
    #[error(
        "{file} does not have the columns of {first}{}{}; files under `data.more` need the same columns, in any order",
        listed("; it lacks ", lacks),
        listed("; it adds ", adds)
    )]
    OtherColumns {
        /// The file.
        file: String,
        /// The file whose columns count.
        first: String,
        /// Columns of the first that the file does not have.
        lacks: Vec<String>,
        /// Columns that only the file has.
        adds: Vec<String>,
    },
    /// A field map that knows no header of the file.
    #[error(
        "`data.field_map: {map}` knows none of the headers of {file}{hint}; its headers are: {}",
        some(headers)
    )]
    OtherExport {
        /// The map.
        map: &'static str,
        /// The file.
        file: String,
        /// The map that fits best, or how to do without.
        hint: String,
        /// The headers of the file.
        headers: Vec<String>,
    },
    /// Most rows have another number of fields than the header.
    #[error(
        "{}: {count} of {rows} rows do not have the header's {expected} fields, the first at row {row}, line {line} with {found}; is the separator {separator:?} right, and is every quote closed?",
        path.display()
    )]
    Ragged {
        /// The file.
        path: PathBuf,
        /// The number of such rows.
        count: u64,
        /// The number of rows.
        rows: u64,
        /// The header's number of fields.
        expected: usize,
        /// The first such row, from 1 after the header.
        row: u64,
        /// Its line, from 1.
        line: u64,
        /// Its number of fields.
        found: usize,
        /// The separator used.
        separator: char,
    },
    /// A quote is opened and never closed, so that the rest of the file would be one cell.
    #[error(
        "{}, row {row}, line {line}: a quote is opened and never closed, so the rest of the file would be one cell; close or double the quote",
        path.display()
    )]
    UnclosedQuote {
        /// The file.
        path: PathBuf,
        /// The row, from 1 after the header.
        row: u64,
        /// The line the row begins on, from 1.
        line: u64,
    },
    /// The configuration names a column that the data do not have.
    #[error(
        "`{key}` names the column `{name}`, which {file} does not have{hint}; its columns are: {}",
        some(known)
    )]
    UnknownColumn {
        /// The configuration key.
        key: &'static str,
        /// The column asked for.
        name: String,
        /// The file or table.
        file: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// Both tables of a join are fine but no key of one is in the other.
    #[error(
        "no lead's `{left_key}` is found as `{right_key}` in {file}: the leads have {left_example:?}, the file has {right_example:?}"
    )]
    NothingJoins {
        /// The joined file.
        file: String,
        /// The key column of the leads.
        left_key: String,
        /// The key column of the file.
        right_key: String,
        /// A key of the leads.
        left_example: String,
        /// A key of the file.
        right_example: String,
    },
    /// A join would make several leads of one.
    #[error(
        "{file} has several rows for one `{key}` ({repeated} keys, the first `{value}` on lines {first} and {second}); joining would multiply leads: keep one row a key, or count and sum its rows with `many: [Count, ...]`"
    )]
    JoinMultiplies {
        /// The joined file.
        file: String,
        /// The key column.
        key: String,
        /// The first repeated key.
        value: String,
        /// The line of its first row.
        first: u64,
        /// The line of its second row.
        second: u64,
        /// How many keys are repeated.
        repeated: u64,
    },
    /// A join asks for what another key must give.
    #[error("`{key}` of {file} needs `{lacks}`, to tell which rows were there when a lead came in")]
    JoinNeeds {
        /// The configuration key.
        key: &'static str,
        /// The key that is not given.
        lacks: &'static str,
        /// The joined file.
        file: String,
    },
    /// A column that must hold numbers holds something else.
    #[error(
        "`{key}` names the column `{column}` of {file}, which holds {found}; expected numbers (a kind can be given under `data.kinds`)"
    )]
    NotNumbers {
        /// The configuration key.
        key: &'static str,
        /// The column.
        column: String,
        /// The file.
        file: String,
        /// What it holds, in words.
        found: &'static str,
    },
    /// A time zone that the database does not have.
    #[error(
        "no time zone `{name}`{hint}; expected a name of the IANA database such as Europe/Berlin"
    )]
    TimeZone {
        /// The name.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// A column that must hold dates holds something else.
    #[error(
        "`{key}` names the column `{column}`, which holds {found}{forms}; expected dates (a format can be given: `data: (kinds: {{\"{column}\": \
         Date(German)}})` for 22.11.2026; the others are DayMonthYear, MonthDayYear, YearSlash, NamedMonth and Iso)"
    )]
    NotDates {
        /// The configuration key.
        key: &'static str,
        /// The column.
        column: String,
        /// What it holds, in words.
        found: &'static str,
        /// The forms of its dates where there are several, or empty.
        forms: String,
    },
    /// A date format that cannot read most of its column.
    #[error(
        "`data.kinds` says that `{column}` is Date({format:?}), which {unread} of its {known} cells are not, such as `{example}`{hint}"
    )]
    OtherDates {
        /// The column.
        column: String,
        /// The format configured.
        format: DateFormat,
        /// How many cells it does not read.
        unread: u64,
        /// How many cells are not blank.
        known: u64,
        /// The first of those that are not read.
        example: String,
        /// The format that reads most, in words, or empty.
        hint: String,
    },
    /// One column is to be the leads' name and their outcome.
    #[error(
        "`{column}` names the leads and is the label as well; set `data.id` to another column, or leave it out"
    )]
    LabelIsId {
        /// The column.
        column: String,
    },
    /// No row has a usable label.
    #[error("the label `{column}` is blank in all {rows} rows; expected two outcomes")]
    NoLabel {
        /// The label's column.
        column: String,
        /// The number of rows.
        rows: usize,
    },
    /// The label has but one outcome.
    #[error(
        "the label `{column}` holds one outcome only, `{found}` ({count} rows, {blank} blank); expected two{hint}"
    )]
    OneClass {
        /// The label's column.
        column: String,
        /// The outcome.
        found: String,
        /// How many rows have it.
        count: usize,
        /// How many rows are blank.
        blank: usize,
        /// How to go on, or empty.
        hint: &'static str,
    },
    /// It is not said which of the label's values is a conversion.
    #[error("the label `{column}` holds {}; {expected}", listed("", found))]
    LabelValues {
        /// The label's column.
        column: String,
        /// The values, most frequent first.
        found: Vec<String>,
        /// What to put into the configuration.
        expected: &'static str,
    },
    /// The configuration names a label value that the column does not have.
    #[error(
        "`label.{key}` is `{value}`, which the label `{column}` never holds{hint}; it holds {}",
        listed("", found)
    )]
    UnknownLabelValue {
        /// `positive` or `negative`.
        key: &'static str,
        /// The value given.
        value: String,
        /// The label's column.
        column: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The values there are, most frequent first.
        found: Vec<String>,
    },
    /// A check that makes no sense for its column.
    #[error("data.checks: the check of `{column}` needs {expected}; found {found}")]
    Check {
        /// The column.
        column: String,
        /// What would be valid.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// A number in the label's configuration makes no sense.
    #[error("`label.{key}` is {found}; expected {expected}")]
    LabelOption {
        /// The key.
        key: &'static str,
        /// What was given.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// No lead has been followed for long enough.
    #[error(
        "no lead has been followed for {horizon_days} days: the first came in {first}, the data end {until}; use a shorter horizon or set `label.observed_until`"
    )]
    NoneMature {
        /// The horizon.
        horizon_days: u32,
        /// The first lead's date.
        first: String,
        /// The last date in the data.
        until: String,
    },
    /// The parts of a split do not add up.
    #[error(
        "`split` has train {train}, valid {valid}, test {test}; expected three numbers above 0 that sum to 1"
    )]
    Shares {
        /// Share of the training part.
        train: f64,
        /// Share of the validation part.
        valid: f64,
        /// Share of the test part.
        test: f64,
    },
    /// A number in the split's configuration makes no sense.
    #[error("`split.{key}` is {found}; expected {expected}")]
    SplitOption {
        /// The key.
        key: &'static str,
        /// What was given.
        found: f64,
        /// What would be valid.
        expected: &'static str,
    },
    /// A split by time without a time.
    #[error(
        "the split goes by time, but no date column is named; set `split: Time(column: ...)` or `data.created`{hint}"
    )]
    NoTime {
        /// ` (date columns: ...)`, or empty.
        hint: String,
    },
    /// Leads of one person are asked for, and no column tells of persons.
    #[error(
        "`data.duplicates` needs a column of contact fields, such as e-mail, phone, name or company, and no header is known as one; name \
         them under `data.duplicates.columns`: {{\"COLUMN\": email}}. The columns are {}", known.join(", ")
    )]
    NoContacts {
        /// The columns found.
        known: Vec<String>,
    },
    /// A country that is none.
    #[error("`data.duplicates.region` is `{found}`; expected a country such as DE, DEU or Germany")]
    Region {
        /// What was given.
        found: String,
    },
    /// Leads of one person cannot be looked for.
    #[error("`data.duplicates.limits`: {0}")]
    Dedupe(#[from] leadsight_dedupe::DedupeError),
    /// A part of the split has no lead of one outcome.
    #[error(
        "the {part} part has {rows} rows but no {outcome}; {total} of all {all_rows} rows are: {hint}"
    )]
    OneSided {
        /// `train`, `valid` or `test`.
        part: &'static str,
        /// Its number of rows.
        rows: usize,
        /// `conversion` or `non-conversion`.
        outcome: &'static str,
        /// How many rows have that outcome.
        total: usize,
        /// How many rows there are.
        all_rows: usize,
        /// How to go on.
        hint: &'static str,
    },
    /// A value of the split column is none of train, valid, test.
    #[error(
        "{file}, line {line}: the split column `{column}` holds `{found}`; expected train, valid or test"
    )]
    SplitValue {
        /// The column.
        column: String,
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The value.
        found: String,
    },
    /// The labels are not those of the table.
    #[error("{labels} labels for {rows} rows; expected one a row")]
    LabelCount {
        /// Number of labels.
        labels: usize,
        /// Number of rows.
        rows: usize,
    },
    /// The event log cannot be used.
    #[error(transparent)]
    Events(#[from] Box<BehaviourError>),
    /// Attributes of leads that have a file of their own.
    #[error(
        "`data.events.attributes` are for leads that are made from the event log `{}`, but `data.leads` is `{}`; name the log there as \
         well, or leave the attributes out",
        events.display(), leads.display()
    )]
    AttributesOfLeads {
        /// The leads' file.
        leads: PathBuf,
        /// The log.
        events: PathBuf,
    },
    /// An outcome by events that are not there.
    #[error(
        "`data.events.outcomes` names the event `{name}`, which `{file}` does not have{hint}; its kinds are: {}",
        some(known)
    )]
    NoSuchEvent {
        /// The name.
        name: String,
        /// The log.
        file: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The kinds that are there.
        known: Vec<String>,
    },
    /// Events belong to nobody.
    #[error("`data.events` needs a column that names the leads; set `data.id`")]
    NoIdForEvents,
    /// The typed columns do not make a table.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The data frame refused.
    #[error("the data frame could not be made: {source}")]
    Frame {
        /// What polars says.
        #[from]
        source: polars::error::PolarsError,
    },
}

impl IngestError {
    /// Tells of a column that is not there under its own header that the field map has renamed it.
    #[must_use]
    pub fn renamed(self, map: Option<FieldMap>) -> Self {
        match (self, map) {
            (Self::UnknownColumn { key, name, file, hint, known }, Some(map)) => {
                let headers = map.headers();
                let now = headers.name(&name).filter(|now| known.iter().any(|known| known == now));
                let hint = now.map_or(hint, |now| {
                    format!(": `data.field_map: {}` calls it `{now}`", map.name())
                });
                Self::UnknownColumn { key, name, file, hint, known }
            }
            (other, _) => other,
        }
    }
}

/// The names after an introduction, or nothing where there are none; the first ten of many.
fn listed(intro: &str, names: &[String]) -> String {
    match names.len() {
        0 => String::new(),
        1..=10 => format!("{intro}{}", quoted(names)),
        all => format!("{intro}{} and {} more", quoted(&names[..10]), all - 10),
    }
}

/// A text of the data as a message shows it: at most 80 characters.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

/// The first 40 names; a thousand columns would fill the screen.
fn some(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(40).map(|name| short(name)).collect();
    match names.len().saturating_sub(40) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{}`", short(n))).collect::<Vec<_>>().join(", ")
}
