//! CSV files: written cell by cell, split where a file would be longer than it may be.

use crate::DeliverError;
use crate::crm::Crm;
use crate::export::Export;
use crate::formula::neutral;
use sha2::{Digest, Sha256};

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it holds, in a word: `import`, `fields`, `tasks`, `audience`, `leads`, `issues`.
    pub holds: &'static str,
    /// Rows, or lines of JSON.
    pub rows: usize,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Bounds of a file.
pub(crate) struct Bounds {
    pub rows: usize,
    pub bytes: usize,
    pub byte_order_mark: bool,
}

impl Bounds {
    /// None.
    pub(crate) const NONE: Self =
        Self { rows: usize::MAX, bytes: usize::MAX, byte_order_mark: false };

    /// Those of a CRM, or closer ones that are declared.
    pub(crate) fn of(export: &Export, crm: &Crm) -> Self {
        Self {
            rows: export.rows_per_file.unwrap_or(crm.rows).min(crm.rows),
            bytes: crm.bytes,
            byte_order_mark: crm.byte_order_mark,
        }
    }
}

/// One file, or several with `-1`, `-2` and so on in their names. A row by itself longer than a file stands alone in one.
pub(crate) fn sheet(
    stem: &str,
    holds: &'static str,
    header: &[String],
    rows: &[Vec<String>],
    bounds: &Bounds,
) -> Result<Vec<File>, DeliverError> {
    let head = line(stem, header)?;
    let mark: &[u8] = if bounds.byte_order_mark { b"\xef\xbb\xbf" } else { b"" };
    let begin = || (0_usize, [mark, &head].concat());
    let mut parts = vec![begin()];
    for row in rows {
        let line = line(stem, row)?;
        let full = parts.last().is_some_and(|(rows, bytes)| {
            *rows >= bounds.rows || (*rows > 0 && bytes.len() + line.len() > bounds.bytes)
        });
        if full {
            parts.push(begin());
        }
        if let Some((rows, bytes)) = parts.last_mut() {
            *rows += 1;
            bytes.extend(line);
        }
    }
    let several = parts.len() > 1;
    let name = |part: usize| {
        if several { format!("{stem}-{}.csv", part + 1) } else { format!("{stem}.csv") }
    };
    let file = |(part, (rows, bytes))| File { name: name(part), holds, rows, bytes };
    Ok(parts.into_iter().enumerate().map(file).collect())
}

fn line(stem: &str, cells: &[String]) -> Result<Vec<u8>, DeliverError> {
    let failed = |reason: String| DeliverError::Write { file: format!("{stem}.csv"), reason };
    let mut writer = csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new());
    // Whatever it comes from, a header or a word of the conventions among it, no cell opens as a formula.
    let cells = cells.iter().map(|cell| neutral(cell).into_owned());
    writer.write_record(cells.map(String::into_bytes)).map_err(|e| failed(e.to_string()))?;
    writer.into_inner().map_err(|e| failed(e.to_string()))
}

/// A value as a file of JSON.
pub(crate) fn json(
    name: &str,
    holds: &'static str,
    rows: usize,
    value: &impl serde::Serialize,
) -> Result<File, DeliverError> {
    let failed =
        |e: serde_json::Error| DeliverError::Write { file: name.to_owned(), reason: e.to_string() };
    let mut bytes = serde_json::to_vec_pretty(value).map_err(failed)?;
    bytes.push(b'\n');
    Ok(File { name: name.to_owned(), holds, rows, bytes })
}

/// The SHA-256 of some bytes in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lengths: &[usize]) -> Vec<Vec<String>> {
        lengths.iter().map(|length| vec!["x".repeat(*length)]).collect()
    }

    fn counts(lengths: &[usize], most_rows: usize, most_bytes: usize) -> Vec<usize> {
        let bounds = Bounds { rows: most_rows, bytes: most_bytes, byte_order_mark: true };
        let files = sheet("leads", "import", &["h".to_owned()], &rows(lengths), &bounds).unwrap();
        assert!(files.iter().all(|file| file.bytes.starts_with(b"\xef\xbb\xbfh\n")));
        assert!(files.iter().all(|file| file.rows <= 1 || file.bytes.len() <= most_bytes));
        files.iter().map(|file| file.rows).collect()
    }

    #[test]
    fn files_are_split_by_rows_and_by_bytes() {
        assert_eq!(counts(&[1; 5], 2, 1000), [2, 2, 1]);
        assert_eq!(counts(&[9; 5], 100, 25), [2, 2, 1]);
        assert_eq!(counts(&[9, 500, 9], 100, 25), [1, 1, 1]);
        assert_eq!(counts(&[], 100, 25), [0]);
    }
}
