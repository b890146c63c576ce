//! A table of leads, as training and evaluation hold it.

use crate::{
    Explained, ScoreError, ScoredLead, Scorer,
    rows::cell_of,
    scorer::{Call, Detail, row_id},
};
use leadsight_decide::{Repeats, Shared};
use leadsight_features::Bound;
use leadsight_schema::{Cell, Cells, LeadTable, Role, Timestamp};
use rayon::prelude::*;

/// Rows that go through the model at a time.
pub(crate) const BLOCK: usize = 256;

impl Scorer {
    /// Scores some rows of a table, in the order given, with ranks among them. Fields that the table lacks are missing
    /// and warned of.
    ///
    /// # Errors
    /// [`ScoreError::NoKnownField`] where the table has none of the bundle's fields; a field of another kind; a row
    /// that does not exist.
    pub fn score_table(
        &self,
        table: &LeadTable,
        rows: &[usize],
        now: Timestamp,
    ) -> Result<Vec<ScoredLead>, ScoreError> {
        let (bound, absent) = self.bind(table)?;
        let warnings: Vec<String> = absent.iter().map(|name| self.absent(name)).collect();
        let id = self.id_column(table);
        let mut repeats = Repeats::default();
        if self.conduct().review().counts() {
            rows.iter().filter(|row| **row < table.rows()).for_each(|&row| {
                self.conduct().review().count(&mut repeats, cell_of(&bound, table, row));
            });
        }
        let shared = Shared::of(repeats, self.conduct().review());
        let call = Call { detail: Detail::Reasons, shared: Some(&shared), now };
        let mut leads = by_blocks(rows, |rows| {
            let name = |i: usize| table_id(table, id, rows[i]);
            let mut leads = self.score(&bound, table, rows, name, call)?;
            for lead in &mut leads {
                lead.warnings.extend_from_slice(&warnings);
            }
            Ok(leads)
        })?;
        let ranks = Ranks::new(leads.iter().map(|lead| lead.margin).collect());
        for lead in &mut leads {
            lead.rank = Some(ranks.of(lead.margin));
        }
        Ok(leads)
    }

    /// The log-odds of some rows of a table, before calibration.
    ///
    /// # Errors
    /// As [`Scorer::score_table`].
    pub fn margins_of_table(
        &self,
        table: &LeadTable,
        rows: &[usize],
    ) -> Result<Vec<f64>, ScoreError> {
        self.model()?;
        let (bound, _) = self.bind(table)?;
        by_blocks(rows, |rows| self.margins(&bound, table, rows, None))
    }

    /// The calibrated probabilities of some rows of a table.
    ///
    /// # Errors
    /// As [`Scorer::score_table`].
    pub fn probabilities_of_table(
        &self,
        table: &LeadTable,
        rows: &[usize],
    ) -> Result<Vec<f64>, ScoreError> {
        let margins = self.margins_of_table(table, rows)?;
        margins.into_iter().map(|m| Ok(self.probability(m)?.get())).collect()
    }

    /// Explains some rows of a table, in the order given.
    ///
    /// # Errors
    /// As [`Scorer::score_table`].
    pub fn explain_table(
        &self,
        table: &LeadTable,
        rows: &[usize],
    ) -> Result<Vec<Explained>, ScoreError> {
        let (bound, _) = self.bind(table)?;
        let id = self.id_column(table);
        by_blocks(rows, |rows| {
            let ids = rows.iter().map(|&row| table_id(table, id, row));
            self.explain(&bound, table, rows, ids)
        })
    }

    /// The identifier of a row, or `row-N` where it has none.
    pub fn lead_id(&self, table: &LeadTable, row: usize) -> String {
        table_id(table, self.id_column(table), row)
    }

    fn bind(&self, table: &LeadTable) -> Result<(Bound, Vec<String>), ScoreError> {
        let (bound, absent) = self.recipe().bind_partial(table.schema())?;
        if absent.len() == self.width() {
            let found = table.schema().names().map(str::to_owned).collect();
            return Err(ScoreError::NoKnownField { expected: absent, found });
        }
        Ok((bound, absent))
    }

    fn id_column(&self, table: &LeadTable) -> Option<usize> {
        let named = self.id().and_then(|id| table.schema().find(id));
        named.or_else(|| table.schema().with_role(Role::Id).next())
    }
}

/// Where margins stand among all of a batch: 8 bytes a lead.
pub(crate) struct Ranks(Vec<f64>);

impl Ranks {
    pub(crate) fn new(mut margins: Vec<f64>) -> Self {
        margins.sort_unstable_by(|a, b| b.total_cmp(a));
        Self(margins)
    }

    /// 1 for the best; equals share a place.
    pub(crate) fn of(&self, margin: f64) -> u64 {
        self.0.partition_point(|other| *other > margin) as u64 + 1
    }
}

fn by_blocks<T: Send>(
    rows: &[usize],
    work: impl Fn(&[usize]) -> Result<Vec<T>, ScoreError> + Sync,
) -> Result<Vec<T>, ScoreError> {
    let blocks: Result<Vec<Vec<T>>, ScoreError> = rows.par_chunks(BLOCK).map(&work).collect();
    Ok(blocks?.into_iter().flatten().collect())
}

fn table_id(table: &LeadTable, id: Option<usize>, row: usize) -> String {
    match id.filter(|_| row < table.rows()).map(|id| table.cell(row, id)) {
        None | Some(Cell::Missing) => row_id(row as u64 + 1),
        Some(Cell::Text(text)) => text.to_owned(),
        Some(Cell::Number(number)) => number.to_string(),
        Some(Cell::Date(moment)) => moment.to_date(),
    }
}
