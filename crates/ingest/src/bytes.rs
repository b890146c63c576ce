//! A file's bytes before they are tokenised: is it text, in which encoding, separated by what?

use crate::open::{Form, Opened, Sheet, open};
use crate::{IngestError, gzip, parquet, xlsx};
use leadsight_schema::Issue;
use std::io::{self, Read};
use std::path::Path;

/// What separates columns, most usual first: a tie goes to the earlier.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What a file holds.
pub(crate) struct Content {
    /// UTF-8, without byte order mark.
    pub text: String,
    /// What separates the columns, where the form of the file tells.
    pub separator: Option<u8>,
    /// What the file holds and the text does not.
    pub issues: Vec<Issue>,
    /// Of a workbook, which sheet was read.
    pub sheet: Option<Sheet>,
}

/// Reads a file as CSV text, as [`crate::open`] opens it.
///
/// # Errors
/// [`IngestError::Unreadable`], [`IngestError::Gzip`], [`IngestError::Damaged`], [`IngestError::Empty`], [`IngestError::NotText`]
/// (archives, web pages, binary), [`IngestError::NotUtf8`] with row and line.
pub(crate) fn read_text(path: &Path, sheet: Option<&str>) -> Result<Content, IngestError> {
    let opened = open(path, sheet).map_err(|e| failed(path, e, &[]))?;
    let Opened { form, text, issues, sheet } = opened;
    let separator = matches!(form, Form::Parquet | Form::Xlsx).then_some(b',');
    Ok(Content { text: utf8(path, read(path, text)?)?, separator, issues, sheet })
}

fn utf8(path: &Path, mut bytes: Vec<u8>) -> Result<String, IngestError> {
    if let Some((found, hint)) = other_format(&bytes) {
        return Err(IngestError::NotText { path: path.to_owned(), found, hint });
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(IngestError::Empty { path: path.to_owned() });
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let (row, line) = locate(bytes, at);
        IngestError::NotUtf8 { path: path.to_owned(), row, line, byte: bytes[at] }
    })
}

fn read(path: &Path, mut text: impl Read) -> Result<Vec<u8>, IngestError> {
    let mut bytes = Vec::new();
    text.read_to_end(&mut bytes).map_err(|e| failed(path, e, &bytes))?;
    Ok(bytes)
}

/// Why a file could not be read beyond the bytes `read`.
fn failed(path: &Path, source: io::Error, read: &[u8]) -> IngestError {
    let path = path.to_owned();
    let parquet = parquet::fault(&source).map(ToString::to_string);
    if let Some(fault) = parquet.or_else(|| xlsx::fault(&source).map(ToString::to_string)) {
        return IngestError::Damaged { path, fault };
    }
    match gzip::damage(&source) {
        None => IngestError::Unreadable { path, source },
        Some(damage) => {
            let lines = read.iter().filter(|b| **b == b'\n').count();
            IngestError::Gzip { path, damage, lines, bytes: read.len() }
        }
    }
}

pub(crate) fn other_format(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let decompress = "; decompress it first";
    let export = "; export it as CSV first";
    let known: [(&[u8], &str, &str); 6] = [
        (b"\x1F\x8B", "gzip-compressed twice", decompress),
        (b"BZh", "bzip2-compressed", decompress),
        (b"\x28\xB5\x2F\xFD", "zstd-compressed", decompress),
        (b"PK\x03\x04", "a workbook or zip archive that is compressed as a whole", decompress),
        (b"PAR1", "a Parquet file that is compressed as a whole", decompress),
        (b"PARE", "an encrypted Parquet file", export),
    ];
    if let Some((_, found, hint)) = known.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Some((found, hint));
    }
    let head = &bytes[..bytes.len().min(65_536)];
    if is_page(head) {
        let save = "; open it in a spreadsheet program and save it as .xlsx or CSV";
        return Some(("a web page or XML, as some CRMs export it under the name .xls", save));
    }
    head.contains(&0).then_some(("binary data", ""))
}

/// Whether a text begins as HTML or XML: no CSV begins with a tag.
fn is_page(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let tags: [&[u8]; 7] =
        [b"<!doctype", b"<html", b"<head", b"<meta", b"<table", b"<?xml", b"<style"];
    tags.iter().any(|tag| text.get(..tag.len()).is_some_and(|t| t.eq_ignore_ascii_case(tag)))
}

/// The row (0 is the header) and line of a byte.
fn locate(bytes: &[u8], at: usize) -> (u64, u64) {
    let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count() as u64;
    let mut quoted = false;
    let mut row = 0;
    for byte in &bytes[..at] {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => row += 1,
            _ => {}
        }
    }
    (row, line)
}

/// The separator under which the first lines fall into most columns, all into as many as the header; `None` where no
/// separator gives two.
pub(crate) fn sniff(text: &str) -> Option<u8> {
    SEPARATORS
        .into_iter()
        .filter_map(|separator| {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(separator)
                .from_reader(text.as_bytes());
            let widths: Vec<usize> =
                reader.byte_records().take(100).map_while(Result::ok).map(|r| r.len()).collect();
            let header = *widths.first().filter(|w| **w >= 2)?;
            let even = widths.iter().filter(|w| **w == header).count();
            Some((even * 20 / widths.len(), header, separator))
        })
        .reduce(|best, next| if (next.0, next.1) > (best.0, best.1) { next } else { best })
        .map(|(_, _, separator)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_separator() {
        #[track_caller]
        fn check(text: &str, expect: Option<char>) {
            assert_eq!(sniff(text).map(char::from), expect, "{text}");
        }
        check("a,b\n1,2\n", Some(','));
        check("a;b\n1,5;2,5\n", Some(';'));
        check("a\tb\tc\n1\t2,3\t3\n", Some('\t'));
        check("a|b\n1|2\n", Some('|'));
        check("a,b;c\n1,2;3\n4,5;6\n", Some(','));
        check("\"x;y\",b\n1,2\n", Some(','));
        check("a\n1\n", None);
    }

    #[test]
    fn counts_quoted_line_breaks_as_one_row() {
        let bytes = b"a,b\n\"x\ny\",1\n2,\xE9";
        assert_eq!(locate(bytes, bytes.len() - 1), (2, 4));
    }
}
