//! Leads whose cells have been read in place: no copy of their text.

use leadsight_schema::{Cell, Cells, SchemaError};

/// Some leads, their cells in the order of the recipe's fields.
#[derive(Debug, Default)]
pub(crate) struct Block<'a> {
    width: usize,
    cells: Vec<Cell<'a>>,
    /// What could not be read and is missing now: row, field, why.
    pub(crate) problems: Vec<(usize, usize, SchemaError)>,
}

impl<'a> Block<'a> {
    /// For leads of `width` fields.
    pub(crate) fn new(width: usize, rows: usize) -> Self {
        Self { width, cells: Vec::with_capacity(width * rows), problems: Vec::new() }
    }

    /// Adds the next cell of the lead being added.
    pub(crate) fn push(&mut self, cell: Result<Cell<'a>, SchemaError>) {
        let (row, field) = (self.cells.len() / self.width, self.cells.len() % self.width);
        self.cells.push(cell.unwrap_or_else(|problem| {
            self.problems.push((row, field, problem));
            Cell::Missing
        }));
    }
}

impl Cells for Block<'_> {
    fn rows(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    fn cell(&self, row: usize, field: usize) -> Cell<'_> {
        self.cells[row * self.width + field]
    }
}
