//! Scored leads as text: lines of CSV, or the elements of a JSON array.

use crate::{OutputColumn, ScoreError, ScoredLead};
use csv::Writer;

/// What scored leads are written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OutputForm {
    /// A header, and a line a lead.
    #[default]
    Csv,
    /// One array of objects, a lead a line; numbers are numbers, and a column with nothing to say is absent.
    Json,
}

impl OutputForm {
    /// What stands before the first lead.
    pub(crate) fn begin(self, columns: &[OutputColumn]) -> Vec<u8> {
        match self {
            Self::Csv => header(columns),
            Self::Json => b"[\n".to_vec(),
        }
    }

    /// Some leads.
    pub(crate) fn leads(
        self,
        leads: &[ScoredLead],
        columns: &[OutputColumn],
    ) -> Result<Vec<u8>, ScoreError> {
        match self {
            Self::Csv => lines(leads, columns),
            Self::Json => elements(leads, columns),
        }
    }

    /// What stands between two pieces.
    pub(crate) fn between(self) -> &'static [u8] {
        match self {
            Self::Csv => b"",
            Self::Json => b",\n",
        }
    }

    /// What stands behind the last of some leads.
    pub(crate) fn end(self, some: bool) -> &'static [u8] {
        match self {
            Self::Csv => b"",
            Self::Json if some => b"\n]\n",
            Self::Json => b"]\n",
        }
    }
}

/// Scored leads as a CSV file with a header, as [`crate::Scorer::score_csv`] writes it.
///
/// # Errors
/// [`ScoreError::Csv`] where the writer fails, which in memory it does not.
pub fn to_csv(leads: &[ScoredLead], columns: &[OutputColumn]) -> Result<Vec<u8>, ScoreError> {
    let mut out = header(columns);
    out.append(&mut lines(leads, columns)?);
    Ok(out)
}

/// Objects with a comma between two.
fn elements(leads: &[ScoredLead], columns: &[OutputColumn]) -> Result<Vec<u8>, ScoreError> {
    let mut out = Vec::with_capacity(leads.len() * columns.len() * 32);
    for lead in leads {
        if !out.is_empty() {
            out.extend_from_slice(OutputForm::Json.between());
        }
        serde_json::to_writer(&mut out, &lead.only(columns))
            .map_err(|source| ScoreError::Part { file: "the scores", source })?;
    }
    Ok(out)
}

/// The header line.
fn header(columns: &[OutputColumn]) -> Vec<u8> {
    // The names hold nothing to quote.
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    format!("{}\n", names.join(",")).into_bytes()
}

/// A line for each lead.
fn lines(leads: &[ScoredLead], columns: &[OutputColumn]) -> Result<Vec<u8>, ScoreError> {
    let failed = |source| ScoreError::Csv { file: "the scores".to_owned(), source };
    let mut out = Writer::from_writer(Vec::with_capacity(leads.len() * columns.len() * 16));
    let mut buffer = String::new();
    for lead in leads {
        for column in columns {
            out.write_field(lead.text(*column, &mut buffer)).map_err(failed)?;
        }
        out.write_record(None::<&[u8]>).map_err(failed)?;
    }
    out.into_inner().map_err(|e| failed(csv::Error::from(e.into_error())))
}
