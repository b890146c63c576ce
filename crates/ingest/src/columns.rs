//! A few columns of a file, for commands that need no more: the others are tokenised, but neither kept nor typed.

use crate::{IngestError, ReadOptions, read, type_table};
use leadsight_schema::{FieldKind, Issue, LeadTable, or_nearest};
use std::collections::BTreeMap;
use std::path::Path;

/// A column to read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted<'a> {
    /// The column.
    pub name: &'a str,
    /// What asks for it, for messages: a configuration key or an argument.
    pub key: &'static str,
    /// Its kind; inferred where `None`.
    pub kind: Option<FieldKind>,
    /// Read where it is there, and not missed where it is not.
    pub optional: bool,
}

/// Reads the `wanted` columns of a CSV file into a typed table, in the order of the file; every role is
/// [`leadsight_schema::Role::Feature`]. Rows are judged whole: one that does not fit the header is set aside with an
/// issue, as by [`crate::read_csv`]. Repeated rows are not looked for.
///
/// # Errors
/// [`crate::read_csv`]'s refusals; [`IngestError::UnknownColumn`], before any row is read.
pub fn read_columns(
    path: &Path,
    options: &ReadOptions,
    wanted: &[Wanted<'_>],
) -> Result<(LeadTable, Vec<Issue>), IngestError> {
    let choose = |names: &[String]| {
        let absent = |w: &&Wanted<'_>| !w.optional && names.iter().all(|name| name != w.name);
        if let Some(missing) = wanted.iter().find(absent) {
            return Err(IngestError::UnknownColumn {
                key: missing.key,
                name: missing.name.to_owned(),
                file: read::file_name(path),
                hint: or_nearest(missing.name, names.iter().map(String::as_str)),
                known: names.to_vec(),
            });
        }
        let is_wanted = |name: &str| wanted.iter().any(|w| w.name == name);
        Ok((0..names.len()).filter(|&position| is_wanted(&names[position])).collect())
    };
    let (raw, mut issues) = read::read(path, options, choose)?;
    let kinds: BTreeMap<String, FieldKind> =
        wanted.iter().filter_map(|w| Some((w.name.to_owned(), w.kind?))).collect();
    let (table, found) = type_table(&raw, &kinds, &options.rules)?;
    issues.extend(found);
    Ok((table, issues))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::{Cell, Cells};

    fn wanted(name: &str, kind: Option<FieldKind>) -> Wanted<'_> {
        Wanted { name, key: "--label", kind, optional: false }
    }

    #[test]
    fn other_columns_are_left_out_but_judge_the_rows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.csv");
        std::fs::write(&path, "id,p,,y\na,0.5,,1\nb,0.25\n,,,\nc,,x,0\n").unwrap();
        let columns = [
            wanted("y", None),
            wanted("p", Some(FieldKind::Number)),
            Wanted { optional: true, ..wanted("model", None) },
        ];
        let (table, issues) = read_columns(&path, &ReadOptions::default(), &columns).unwrap();
        let names: Vec<&str> = table.schema().fields().iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["p", "y"]);
        assert_eq!(table.lines(), [2, 5]);
        assert_eq!((table.cell(0, 0), table.cell(1, 0)), (Cell::Number(0.5), Cell::Missing));
        let kinds: Vec<&str> = issues.iter().map(|i| i.kind.as_ref()).collect();
        assert_eq!(kinds, ["ragged_row", "blank_row"]);
    }

    #[test]
    fn a_column_that_is_not_there_is_named_with_what_asked_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.csv");
        std::fs::write(&path, "id,score,won\na,1,1\n").unwrap();
        let found = read_columns(&path, &ReadOptions::default(), &[wanted("wonn", None)]);
        let Err(IngestError::UnknownColumn { key, name, known, .. }) = found else {
            panic!("{found:?}");
        };
        assert_eq!((key, name.as_str(), known.len()), ("--label", "wonn", 3));
    }
}
