//! A typed file, with its columns found by declaration or by their usual names.

use crate::OutcomeError;
use leadsight_schema::{
    Cell, Cells, DateFormat, Issue, Schema, Severity, Timestamp, Zone, or_nearest,
};

/// A typed file. Columns that name something must have been typed as words, or `007` is 7.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    cells: &'a dyn Cells,
    schema: &'a Schema,
    zone: Option<&'a Zone>,
    /// What it holds, for messages: `the leads`.
    pub what: &'static str,
}

impl<'a> Table<'a> {
    /// The cells of a file under its fields.
    pub fn new(cells: &'a dyn Cells, schema: &'a Schema, what: &'static str) -> Self {
        Self { cells, schema, zone: None, what }
    }

    /// The same file, whose times without an offset are those of `zone`: the one in which its columns were typed.
    #[must_use]
    pub fn in_zone(self, zone: Option<&'a Zone>) -> Self {
        Self { zone, ..self }
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// The name of a column.
    pub fn name(&self, position: usize) -> &'a str {
        &self.schema.fields()[position].name
    }

    /// The column that is declared, which must be there, or the first with a usual name, if there is one.
    ///
    /// # Errors
    /// [`OutcomeError::Column`].
    pub fn find(
        &self,
        declared: Option<&str>,
        usual: &[&str],
    ) -> Result<Option<usize>, OutcomeError> {
        match declared {
            Some(name) => self.position(name).map(Some),
            None => {
                Ok(usual_name(self.schema.names(), usual).and_then(|name| self.schema.find(name)))
            }
        }
    }

    /// As [`Table::find`], of a column without which the file is no use.
    ///
    /// # Errors
    /// [`OutcomeError::Column`].
    pub fn need(&self, declared: Option<&str>, usual: &[&str]) -> Result<usize, OutcomeError> {
        self.find(declared, usual)?.ok_or_else(|| {
            self.missing(
                format!("known as `{}`", usual[0]),
                "one of that name, or one that is declared".to_owned(),
            )
        })
    }

    /// The position of a column.
    ///
    /// # Errors
    /// [`OutcomeError::Column`].
    pub fn position(&self, name: &str) -> Result<usize, OutcomeError> {
        self.schema.find(name).ok_or_else(|| {
            let near = or_nearest(name, self.schema.names());
            self.missing(format!("`{name}`"), format!("one of its columns{near}"))
        })
    }

    fn missing(&self, missing: String, expected: String) -> OutcomeError {
        let columns = self.schema.names().collect::<Vec<_>>().join(", ");
        OutcomeError::Column { file: self.what, missing, expected, columns }
    }

    /// The columns whose names begin with a prefix: what follows it, and the position.
    pub fn with_prefix(&self, prefix: &str) -> Vec<(&'a str, usize)> {
        let fields = self.schema.fields().iter().enumerate();
        fields.filter_map(|(i, f)| Some((f.name.strip_prefix(prefix)?, i))).collect()
    }

    /// The words of a column; numbers and moments as they are written.
    pub fn words(&self, position: usize) -> Vec<Option<String>> {
        let word = |row| match self.cells.cell(row, position) {
            Cell::Missing => None,
            Cell::Text(word) => Some(word.trim().to_owned()),
            Cell::Number(number) => Some(number.to_string()),
            Cell::Date(moment) => Some(moment.to_rfc3339()),
        };
        (0..self.rows()).map(word).collect()
    }

    /// The words of a column that may not be there.
    pub fn words_of(&self, position: Option<usize>) -> Vec<Option<String>> {
        position.map_or_else(|| vec![None; self.rows()], |position| self.words(position))
    }

    /// The numbers of a column.
    ///
    /// # Errors
    /// [`OutcomeError::Kind`] for a column of words or moments.
    pub fn numbers(&self, position: usize) -> Result<Vec<Option<f64>>, OutcomeError> {
        let number = |row| match self.cells.cell(row, position) {
            Cell::Missing => Ok(None),
            Cell::Number(number) => Ok(Some(number)),
            Cell::Text(word) => Err(self.kind(position, format!("`{word}`"), "numbers")),
            Cell::Date(moment) => Err(self.kind(position, moment.to_rfc3339(), "numbers")),
        };
        (0..self.rows()).map(number).collect()
    }

    /// The moments of a column. Where it was typed as words (several formats in one column), they are read in the format that reads
    /// most of them, at least half; the others are told.
    ///
    /// # Errors
    /// [`OutcomeError::Kind`] for a column of something else.
    pub fn moments(
        &self,
        position: usize,
        issues: &mut Vec<Issue>,
    ) -> Result<Vec<Option<Timestamp>>, OutcomeError> {
        let cells: Vec<Cell<'_>> =
            (0..self.rows()).map(|row| self.cells.cell(row, position)).collect();
        if let Some(number) =
            cells.iter().find_map(|c| if let Cell::Number(n) = c { Some(n) } else { None })
        {
            return Err(self.kind(
                position,
                format!("the number {number}"),
                "moments such as 2026-11-22T14:03:00Z",
            ));
        }
        let read = |format: DateFormat| -> Vec<Option<Timestamp>> {
            let moment = |cell: &Cell<'_>| match cell {
                Cell::Date(moment) => Some(*moment),
                Cell::Text(word) => format.parse_in(word, self.zone).ok(),
                _ => None,
            };
            cells.iter().map(moment).collect()
        };
        let readings = DateFormat::ALL.into_iter().map(|format| {
            let moments = read(format);
            (moments.iter().flatten().count(), moments)
        });
        let (count, moments) =
            readings.reduce(|a, b| if b.0 > a.0 { b } else { a }).unwrap_or_default();
        let unread: Vec<usize> = (0..cells.len())
            .filter(|r| cells[*r] != Cell::Missing && moments[*r].is_none())
            .collect();
        let first = unread.first().map(|row| self.shown(*row, position)).unwrap_or_default();
        if count < unread.len() {
            return Err(self.kind(position, first, "moments, all in one format"));
        }
        let expected = "a moment as the others of its column; taken as not known";
        issues.extend(self.issue("unreadable_moment", &unread, position, first, expected));
        Ok(moments)
    }

    /// The moments of a column that may not be there.
    ///
    /// # Errors
    /// As [`Table::moments`].
    pub fn moments_of(
        &self,
        position: Option<usize>,
        issues: &mut Vec<Issue>,
    ) -> Result<Vec<Option<Timestamp>>, OutcomeError> {
        position
            .map_or_else(|| Ok(vec![None; self.rows()]), |position| self.moments(position, issues))
    }

    /// A cell for messages.
    pub fn shown(&self, row: usize, position: usize) -> String {
        match self.cells.cell(row, position) {
            Cell::Missing => "nothing".to_owned(),
            Cell::Text(word) => format!("`{}`", word.chars().take(60).collect::<String>()),
            Cell::Number(number) => number.to_string(),
            Cell::Date(moment) => moment.to_rfc3339(),
        }
    }

    fn kind(&self, position: usize, found: String, expected: &'static str) -> OutcomeError {
        OutcomeError::Kind {
            file: self.what,
            column: self.name(position).to_owned(),
            found,
            expected,
        }
    }

    /// An issue of some rows, with the first; its `file` is [`Table::what`] and its `row` counts the table's rows from 1.
    pub fn issue(
        &self,
        kind: &str,
        rows: &[usize],
        column: usize,
        found: String,
        expected: &str,
    ) -> Option<Issue> {
        Some(Issue {
            severity: Severity::Warning,
            kind: kind.to_owned(),
            file: self.what.to_owned(),
            row: Some(*rows.first()? as u64 + 1),
            line: None,
            column: Some(self.name(column).to_owned()),
            found,
            expected: expected.to_owned(),
            count: rows.len() as u64,
        })
    }
}

/// The first of the usual names that is among `columns`, compared by words and digits alone.
pub fn usual_name<'n>(
    columns: impl IntoIterator<Item = &'n str>,
    usual: &[&str],
) -> Option<&'n str> {
    let columns: Vec<(&str, String)> =
        columns.into_iter().map(|name| (name, plain(name))).collect();
    let found = |wanted: &&str| {
        let wanted = plain(wanted);
        columns.iter().find(|(_, name)| *name == wanted).map(|(name, _)| *name)
    };
    usual.iter().find_map(found)
}

/// A word without case, blanks and signs: `Meeting held` and `meeting_held` are one.
pub(crate) fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{of, table};

    #[test]
    fn columns_are_found_and_what_they_are_not_is_told() {
        let typed = table(
            "Lead ID,when,n",
            &["a,2026-01-02,x", "b,soon,y", "c,2026-01-05T10:00:00+02:00,"],
            &[],
        );
        let table = of(&typed, "the leads");
        assert_eq!(table.find(None, &["lead_id"]).unwrap(), Some(0));
        let mut issues = Vec::new();
        let moments = table.moments(1, &mut issues).unwrap();
        assert_eq!(moments.iter().flatten().count(), 2);
        assert_eq!((issues[0].row, issues[0].found.as_str()), (Some(2), "`soon`"));
        // Berlin is two hours ahead in July; an offset in the cell counts.
        let zone = Zone::new("Europe/Berlin", vec![(Timestamp(0), 7200)]).unwrap();
        let typed =
            crate::fixtures::table("when", &["2026-07-01 10:00", "2026-07-01T10:00Z", "soon"], &[]);
        let local = of(&typed, "the leads").in_zone(Some(&zone));
        let read = local.moments(0, &mut Vec::new()).unwrap();
        let shown: Vec<String> = read.into_iter().flatten().map(|at| at.to_rfc3339()).collect();
        assert_eq!(shown, ["2026-07-01T08:00:00Z", "2026-07-01T10:00:00Z"]);
        for (refused, expect) in [
            (table.need(None, &["owner_id"]).unwrap_err(), "known as `owner_id`"),
            (table.position("wen").unwrap_err(), "did you mean `when`"),
            (table.numbers(2).map(|_| ()).unwrap_err(), "`n` holds `x`; expected numbers"),
            (table.moments(2, &mut issues).map(|_| ()).unwrap_err(), "expected moments"),
        ] {
            assert!(refused.to_string().contains(expect), "{refused}");
        }
    }
}
