//! The leads of a funnel: which rows count, and which columns say what.

use super::sheet::Sheet;
use crate::args::Profile;
use crate::commands::leads::moment;
use crate::failure::Failure;
use crate::input::input;
use leadsight_funnel::{FunnelSpec, Part, Spellings, Stage};
use leadsight_ingest::ReadOptions;
use leadsight_schema::{Cells, FieldKind, Issue, Timestamp};
use std::collections::HashMap;

/// The leads, and where the columns of the funnel stand.
pub struct Leads {
    pub sheet: Sheet,
    pub id: Option<usize>,
    pub created: Option<usize>,
    pub source: Option<usize>,
    pub campaign: Option<usize>,
    pub value: Option<usize>,
    /// The stage that each is at now.
    pub stage: Option<usize>,
    /// Columns with the day on which a stage was entered.
    pub dates: Vec<(usize, Stage)>,
    /// The rows that count: a lead that stands twice counts once, one that came in after the moment of looking not at all.
    pub rows: Vec<usize>,
    pub at: Option<Timestamp>,
}

impl Leads {
    pub fn read(
        args: &Profile,
        spec: &FunnelSpec,
        spellings: &Spellings,
        issues: &mut Vec<Issue>,
    ) -> Result<Self, Failure> {
        let at = args.of_funnel.at.as_deref().map(|at| moment("--at", Some(at))).transpose()?;
        let file = input("LEADS", &args.leads)?;
        let (separator, sheet) = (args.separator, args.sheet.clone());
        let options = ReadOptions { separator, sheet, ..ReadOptions::default() };
        let columns = &spec.columns;
        let named = [
            (&columns.id, Part::LeadId),
            (&columns.source, Part::Source),
            (&columns.campaign, Part::Campaign),
        ];
        let kinds = |names: &[String]| {
            // What names something is a word even where it is written in digits.
            let found = named.iter().filter_map(|(declared, part)| part.column(declared, names));
            let stage = args.of_funnel.stage.clone().or(columns.stage.clone());
            found
                .chain(stage)
                .filter(|name| names.contains(name))
                .map(|name| (name, FieldKind::Category))
                .collect()
        };
        let sheet = Sheet::read("LEADS", &file, &options, kinds, issues)?;
        let mut dates: Vec<(usize, Stage)> = Vec::new();
        for (name, stage) in &spec.dates {
            dates.push((sheet.position(name)?, *stage));
        }
        if dates.is_empty() {
            for (position, field) in sheet.table.schema().fields().iter().enumerate() {
                let stage = spellings.of_date_column(&field.name);
                if let (FieldKind::Date(_), Some(stage)) = (field.kind, stage) {
                    dates.push((position, stage));
                }
            }
        }
        let value = args.of_funnel.value.as_deref().or(columns.value.as_deref());
        let stage = args.of_funnel.stage.as_deref().or(columns.stage.as_deref());
        let mut leads = Self {
            id: sheet.find(columns.id.as_deref(), Part::LeadId)?,
            created: sheet.find(columns.created.as_deref(), Part::Created)?,
            source: sheet.find(columns.source.as_deref(), Part::Source)?,
            campaign: sheet.find(columns.campaign.as_deref(), Part::Campaign)?,
            value: value.map(|name| sheet.position(name)).transpose()?,
            stage: sheet.find(stage, Part::Stage)?,
            dates,
            rows: Vec::new(),
            at,
            sheet,
        };
        // A usual name that holds something else is somebody's, not an error; a declared one is.
        if columns.created.is_none()
            && leads.created.is_some_and(|c| leads.sheet.moments(c).is_err())
        {
            leads.created = None;
        }
        leads.rows = leads.keep(issues)?;
        Ok(leads)
    }

    fn keep(&self, issues: &mut Vec<Issue>) -> Result<Vec<usize>, Failure> {
        let created = match self.created {
            Some(position) => self.sheet.moments(position)?,
            None => vec![None; self.sheet.table.rows()],
        };
        let later = |row: &usize| self.at.zip(created[*row]).is_some_and(|(at, c)| c > at);
        let mut seen = HashMap::new();
        let ids = self.id.map(|id| self.sheet.words(id));
        let (mut again, mut rows) = (Vec::new(), Vec::new());
        for row in 0..self.sheet.table.rows() {
            let id = ids.as_ref().and_then(|ids| ids[row]);
            if id.is_some_and(|id| seen.insert(id, row).is_some()) {
                again.push(row);
            } else if !later(&row) {
                rows.push(row);
            }
        }
        if let Some(id) = self.id {
            let expected = "each lead once; its first row counts".to_owned();
            issues.extend(self.sheet.issue(
                "duplicate_id",
                &again,
                id,
                "the same id again".to_owned(),
                expected,
            ));
        }
        Ok(rows)
    }

    /// The moments at which the leads that count came in.
    pub fn created(&self) -> Result<Vec<Option<Timestamp>>, Failure> {
        let Some(position) = self.created else { return Ok(vec![None; self.rows.len()]) };
        let all = self.sheet.moments(position)?;
        Ok(self.rows.iter().map(|row| all[*row]).collect())
    }

    /// The words of a column, of the leads that count.
    pub fn words(&self, position: usize) -> Vec<Option<&str>> {
        let all = self.sheet.words(position);
        self.rows.iter().map(|row| all[*row]).collect()
    }
}
