//! What `format` and `dedupe` share: a file of contacts whose columns are known, and how its rows are written.

use crate::args::{Common, ContactFile, Format, of_file};
use crate::failure::Failure;
use crate::input::input;
use crate::output;
use crate::print::{self, Rows};
use leadsight_contact::{Country, Field, Sheet};
use leadsight_ingest::{RawTable, ReadOptions, read_csv};
use leadsight_schema::{Issue, TextRules, or_nearest};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

/// A file of contacts.
pub struct Contacts<'a> {
    /// Its name, for messages.
    pub name: String,
    /// Its cells.
    pub table: RawTable,
    /// Its columns.
    pub names: Vec<String>,
    /// Which of them hold contact fields.
    pub sheet: Sheet,
    /// The country of phone numbers without a country's code.
    pub country: Option<Country>,
    /// What reading it found.
    pub issues: Vec<Issue>,
    /// The file to write, where it is not stdout.
    pub out: Option<&'a Path>,
}

impl<'a> Contacts<'a> {
    /// Reads the file and recognises its columns.
    ///
    /// # Errors
    /// What cannot be read, and [`Failure::Argument`] where no column holds a contact field.
    pub fn read(args: &'a ContactFile) -> Result<Self, Failure> {
        let file = input("CONTACTS", &args.contacts)?;
        let out = output::named(args.out.as_deref());
        out.map_or(Ok(()), |out| output::table_file("--out", out))?;
        let country = args.region.as_deref().map(region).transpose()?;
        let options = ReadOptions {
            separator: args.separator,
            sheet: args.sheet.clone(),
            ..ReadOptions::default()
        };
        let (table, issues) = read_csv(&file.path, &options)?;
        let names = table.names();
        let given = given(&args.column, &names)?;
        let sheet = Sheet::recognise(names.iter().map(String::as_str), &given, country);
        if sheet.columns().is_empty() {
            return Err(Failure::Argument {
                argument: "CONTACTS",
                found: format!("no header is known as a contact field: {}", names.join(", ")),
                expected: "headers such as E-Mail or Phone, or --column email=COLUMN".to_owned(),
            });
        }
        Ok(Self { name: file.name, table, names, sheet, country, issues, out })
    }

    /// Refuses names of added columns that the file has already.
    ///
    /// # Errors
    /// [`Failure::Argument`].
    pub fn require_new<'n>(&self, mut added: impl Iterator<Item = &'n str>) -> Result<(), Failure> {
        match added.find(|name| self.names.iter().any(|known| known == name)) {
            Some(twice) => Err(Failure::Argument {
                argument: "CONTACTS",
                found: format!(
                    "the file has a column `{twice}` already, as if it had been through this before"
                ),
                expected: "the file as it was, or that column under another name".to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// A cell, where it is neither blank nor a word for nothing, such as `n/a`.
    pub fn known(&self, row: usize, column: usize) -> Option<&str> {
        static RULES: LazyLock<TextRules> = LazyLock::new(TextRules::default);
        self.table.cell(row, column).filter(|text| !RULES.is_missing(text))
    }

    /// Writes `rows` of the table, each with its added cells, to the file or to stdout; people see `page` instead.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn write(
        &self,
        common: &Common,
        added: &[&str],
        rows: &[(usize, Vec<String>)],
        page: impl FnOnce() -> Rows,
    ) -> Result<(), Failure> {
        let header: Vec<&str> =
            self.names.iter().map(String::as_str).chain(added.iter().copied()).collect();
        let rows = || {
            rows.iter().map(|(row, added)| {
                let original = (0..self.names.len())
                    .map(|column| self.table.cell(*row, column).unwrap_or_default());
                original.chain(added.iter().map(String::as_str))
            })
        };
        if let Some(out) = self.out {
            let form = match common.format {
                Format::Table => of_file(Some(out)),
                form => form,
            };
            leadsight_registry::write_file(out, &rendered(form, &header, rows())?)?;
        }
        match (common.format, self.out) {
            (Format::Table, _) => print::text(&page().to_page()),
            (form, None) => print::rendered(&rendered(form, &header, rows())?),
            _ => Ok(()),
        }
    }
}

fn rendered<'a>(
    form: Format,
    header: &[&str],
    rows: impl Iterator<Item = impl Iterator<Item = &'a str>>,
) -> Result<Vec<u8>, Failure> {
    let failed = |reason: String| Failure::Print { reason };
    if form == Format::Json {
        let cell = |text: &'a str| (!text.is_empty()).then_some(text);
        let objects: Vec<BTreeMap<&str, Option<&str>>> =
            rows.map(|row| header.iter().copied().zip(row.map(cell)).collect()).collect();
        let mut json = serde_json::to_vec_pretty(&objects).map_err(|e| failed(e.to_string()))?;
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
