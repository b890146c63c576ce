//! A file of leads as the text of a CSV file, whatever its form. The first bytes tell the form; the name says nothing,
//! exports are renamed.

use crate::{gzip, parquet};
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
}

/// Opens a file for reading, as CSV text: gzip is decompressed (several gzip files one after another are read as one),
/// Parquet is written out as CSV with commas, quoted where needed. Columns of a Parquet file that do not fit a table
/// (nested or binary ones) are not there.
///
/// # Errors
/// What the system says, here and from the reader; the reader of gzip or Parquet data that are cut short or damaged says
/// so.
pub fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    Ok(open_as(path)?.text)
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

/// An open file, and what is known of it before any of its text is read.
pub(crate) struct Opened {
    pub form: Form,
    pub text: Box<dyn Read + Send>,
    /// Columns that cannot be told in CSV.
    pub left_out: Vec<parquet::LeftOut>,
}

pub(crate) fn open_as(path: &Path) -> io::Result<Opened> {
    let mut file = File::open(path)?;
    let head = head(&mut file)?;
    let form = Form::of(&head);
    let mut left_out = Vec::new();
    let text: Box<dyn Read + Send> = match form {
        Form::Text => Box::new(Cursor::new(head).chain(file)),
        Form::Gzip => Box::new(gzip::Gunzip::new(BufReader::new(Cursor::new(head).chain(file)))),
        Form::Parquet => {
            file.seek(SeekFrom::Start(0))?;
            let table = parquet::CsvText::new(file)?;
            left_out = table.left_out().to_vec();
            Box::new(table)
        }
    };
    Ok(Opened { form, text, left_out })
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
            _ => Form::Text,
        }
    }
}
