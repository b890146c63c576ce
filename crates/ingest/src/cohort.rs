//! Leads by the month they came in: how many, of how many the outcome is known, how many converted.

use crate::label::Outcomes;
use leadsight_schema::{Cell, Cells, Cohort, LeadTable, Role};
use std::collections::BTreeMap;

/// In order of time; leads without a date come last, under a month that is blank. Empty without a created column.
pub(crate) fn by_month(table: &LeadTable, outcomes: &Outcomes) -> Vec<Cohort> {
    let Some(position) = table.schema().with_role(Role::Created).next() else { return Vec::new() };
    let mut months: BTreeMap<(bool, String), Cohort> = BTreeMap::new();
    for (row, outcome) in outcomes.iter().enumerate() {
        let month = match table.cell(row, position) {
            Cell::Date(moment) => moment.to_month(),
            _ => String::new(),
        };
        let cohort = months.entry((month.is_empty(), month)).or_default();
        cohort.leads += 1;
        cohort.mature += u64::from(outcome.is_some());
        cohort.converted += u64::from(*outcome == Some(true));
    }
    months.into_iter().map(|((_, month), cohort)| Cohort { month, ..cohort }).collect()
}
