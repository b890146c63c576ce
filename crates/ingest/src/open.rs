//! A file of leads as the text of a CSV file, whatever its form. The first bytes tell the form; the name says nothing,
//! exports are renamed.

use crate::{encoding::Encoding, gzip, parquet, read, xlsx};
use leadsight_schema::Issue;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// How a file of leads is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain text.
    Text,
    /// Text compressed by gzip.
    Gzip,
    /// Apache Parquet.
    Parquet,
    /// A workbook: XLSX, or one of its kin that is refused with a reason.
    Xlsx,
}

/// An open file, and what is known of it before any of its text is read.
pub struct Opened {
    /// How it is stored.
    pub form: Form,
    /// CSV text.
    pub text: Box<dyn Read + Send>,
    /// What the file holds and the text does not.
    pub issues: Vec<Issue>,
    /// Of a workbook, which sheet was read.
    pub(crate) sheet: Option<Sheet>,
}

/// The sheet of a workbook that was read.
pub(crate) struct Sheet {
    /// The row of it that is the header; each further row of it is one of the text.
    pub header_row: u64,
    /// The names of the workbook's sheets.
    pub all: Vec<String>,
}

/// Opens a file for reading, as CSV text: gzip is decompressed (several gzip files one after another are read as one),
/// Parquet and the sheet of a workbook are written out as CSV with commas, quoted where needed. `sheet` names the sheet
/// of a workbook; without it the first that holds anything is read. What does not fit a table (nested or binary columns,
/// titles, errors of formulas) is not there, and told in the issues, as is text in another encoding than UTF-8, which is decoded where it
/// is Windows-1252 or UTF-16 and the file can be read twice.
///
/// # Errors
/// What the system says, here and from the reader; the reader of gzip, Parquet or XLSX data that are cut short or damaged
/// says so.
pub fn open(path: &Path, sheet: Option<&str>) -> io::Result<Opened> {
    let mut file = File::open(path)?;
    let head = head(&mut file)?;
    let form = Form::of(&head);
    let (mut issues, mut read_sheet) = (Vec::new(), None);
    let text: Box<dyn Read + Send> = match form {
        Form::Text | Form::Gzip => {
            let encoding = if file.metadata()?.is_file() {
                let found = Encoding::of(text(form, Cursor::new(head.clone()).chain(&file)));
                file.seek(SeekFrom::Start(head.len() as u64))?;
                found
            } else {
                None
            };
            issues.extend(encoding.iter().map(Encoding::issue));
            let text = text(form, Cursor::new(head).chain(file));
            match encoding {
                None => text,
                Some(encoding) => encoding.decode(text),
            }
        }
        Form::Parquet => {
            file.seek(SeekFrom::Start(0))?;
            let table = parquet::CsvText::new(file)?;
            issues = table.issues();
            Box::new(table)
        }
        Form::Xlsx => {
            file.seek(SeekFrom::Start(0))?;
            let table = xlsx::read(file, sheet)?;
            read_sheet = Some(Sheet { header_row: table.header_row, all: table.sheets });
            issues = table.issues;
            Box::new(Cursor::new(table.text))
        }
    };
    let name = read::file_name(path);
    issues.iter_mut().for_each(|issue| issue.file.clone_from(&name));
    Ok(Opened { form, text, issues, sheet: read_sheet })
}

/// The bytes of a text, decompressed where they are compressed.
fn text<'a>(form: Form, bytes: impl Read + Send + 'a) -> Box<dyn Read + Send + 'a> {
    match form {
        Form::Gzip => Box::new(gzip::Gunzip::new(BufReader::new(bytes))),
        _ => Box::new(bytes),
    }
}

/// The form of a file that can be read again from its start; `None` for a pipe.
///
/// # Errors
/// What the system says.
pub fn form(path: &Path) -> io::Result<Option<Form>> {
    if !std::fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    head(&mut File::open(path)?).map(|head| Some(Form::of(&head)))
}

fn head(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(4);
    file.take(4).read_to_end(&mut head)?;
    Ok(head)
}

impl Form {
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Form::Gzip,
            b"PAR1" => Form::Parquet,
            b"PK\x03\x04" | b"PK\x05\x06" | b"\xD0\xCF\x11\xE0" => Form::Xlsx,
            _ => Form::Text,
        }
    }
}
