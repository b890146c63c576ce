//! Scored leads as CSV lines.

use crate::{OutputColumn, ScoreError, ScoredLead};
use csv::Writer;

/// Scored leads as a CSV file with a header, as [`crate::Scorer::score_csv`] writes it.
///
/// # Errors
/// [`ScoreError::Csv`] where the writer fails, which in memory it does not.
pub fn to_csv(leads: &[ScoredLead], columns: &[OutputColumn]) -> Result<Vec<u8>, ScoreError> {
    let mut out = header(columns);
    out.append(&mut lines(leads, columns)?);
    Ok(out)
}

/// The header line.
pub(crate) fn header(columns: &[OutputColumn]) -> Vec<u8> {
    // The names hold nothing to quote.
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    format!("{}\n", names.join(",")).into_bytes()
}

/// A line for each lead.
pub(crate) fn lines(leads: &[ScoredLead], columns: &[OutputColumn]) -> Result<Vec<u8>, ScoreError> {
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
