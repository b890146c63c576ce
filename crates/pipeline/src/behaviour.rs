//! Behaviour as columns: each lead's moment of scoring, who is left out by it, and what the events before it say.

use crate::{Experiment, PipelineError};
use leadsight_behaviour::{EventLog, FittedBehaviour, LogFile, Moment};
use leadsight_ingest::{LabelSpec, Labelled, ids};
use leadsight_schema::{
    Cell, Cells, Column, DateFormat, Field, FieldKind, Issue, LeadTable, Role, Severity, Timestamp,
    or_nearest,
};
use std::sync::Arc;

/// What leads did, fitted on training leads, and the log that tells it.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// What travels in the bundle.
    pub fitted: FittedBehaviour,
    /// The events.
    pub log: Arc<EventLog>,
}

/// The key in messages.
const MOMENT: &str = "features.behaviour.moment";

/// Leaves out leads whose fate was known before their moment of scoring, or who came later than it.
///
/// # Errors
/// [`PipelineError::Value`] where the moment has no column to be counted from, [`PipelineError::UnknownColumn`] for a date of decision that
/// is not there, [`PipelineError::NoneUndecided`].
pub(crate) fn leave_out_decided(
    experiment: &Experiment,
    labelled: Labelled,
    log: &EventLog,
) -> Result<Labelled, PipelineError> {
    let Labelled { table, labels, rows, mut issues, cohorts } = labelled;
    let moment = &experiment.features.behaviour.moment;
    let moments = moments(moment, &table, date_column(moment, &table)?, None);
    let decided = decisions(experiment, &table)?;
    let created = table.schema().with_role(Role::Created).next();
    let date = |row, column| match table.cell(row, column) {
        Cell::Date(at) => Some(at),
        _ => None,
    };
    let before = |row: usize, column: usize| {
        moments[row].zip(date(row, column)).is_some_and(|(moment, at)| at < moment)
    };
    let early = |row: usize| decided.iter().any(|&column| before(row, column));
    let late = |row: usize| {
        let came = created.and_then(|column| date(row, column));
        moments[row].zip(came).is_some_and(|(moment, came)| came > moment)
    };
    let all = || 0..table.rows();
    let end = log.end();
    let told = [
        tell(
            &table,
            "decided_before_moment",
            Severity::Info,
            all().filter(|&row| early(row)),
            "decided before its moment of scoring",
            "an open lead; the lead was left out: nobody would have scored it",
        ),
        tell(
            &table,
            "created_after_moment",
            Severity::Info,
            all().filter(|&row| late(row)),
            "came in after its moment of scoring",
            "a lead that is there; it was left out",
        ),
        tell(
            &table,
            "no_moment",
            Severity::Warning,
            all().filter(|&row| moments[row].is_none()),
            "no date to count its moment of scoring from",
            "a date; the lead stays, but nothing is known of its behaviour",
        ),
        tell(
            &table,
            "moment_after_log",
            Severity::Warning,
            all().filter(|&row| {
                !early(row) && moments[row].zip(end).is_some_and(|(moment, end)| moment > end)
            }),
            "a moment of scoring after the last event of the log",
            "events up to the moment; it counts what is there",
        ),
    ];
    issues.extend(told.into_iter().flatten());
    let kept: Vec<usize> = all().filter(|&row| !early(row) && !late(row)).collect();
    if kept.len() == table.rows() {
        return Ok(Labelled { table, labels, rows, issues, cohorts });
    }
    let labels = labels.take(&kept);
    if labels.positives() == 0 || labels.positives() == labels.len() {
        let (leads, left) = (table.rows(), kept.len());
        return Err(PipelineError::NoneUndecided { leads, left, converted: labels.positives() });
    }
    let rows = kept.iter().map(|&row| rows[row]).collect();
    Ok(Labelled { table: table.take(&kept), labels, rows, issues, cohorts })
}

/// Fits the behaviour on training rows; the table has its columns then.
///
/// # Errors
/// From the declared behaviour.
pub(crate) fn fit(
    experiment: &Experiment,
    table: LeadTable,
    train: &[usize],
    file: LogFile,
) -> Result<(LeadTable, Behaviour, Vec<Issue>), PipelineError> {
    let spec = &experiment.features.behaviour;
    let LogFile { log, columns, .. } = file;
    let date = date_column(&spec.moment, &table)?;
    let moments = moments(&spec.moment, &table, date, None);
    let ids = ids(&table)?;
    let leads: Vec<(&str, Option<Timestamp>)> = (train.iter())
        .map(|&row| (ids[row].as_deref().unwrap_or_default(), moments[row]))
        .collect();
    let (mut fitted, mut issues) = spec.fit(&log, &leads)?;
    if let (Some(source), Some(issue)) = (&experiment.data.events, issues.first_mut()) {
        issue.file = source.file.to_string_lossy().into_owned();
    }
    fitted.events = columns;
    fitted.date = date.map(|column| {
        let field = &table.schema().fields()[column];
        let format = match field.kind {
            FieldKind::Date(format) => format,
            _ => DateFormat::Iso,
        };
        (field.name.clone(), format)
    });
    let behaviour = Behaviour { fitted, log: Arc::new(log) };
    let table = behaviour.add_to(table, None)?;
    Ok((table, behaviour, issues))
}

impl Behaviour {
    /// The table with the columns of behaviour; `now` is the moment of scoring new leads.
    ///
    /// # Errors
    /// Where no column names the leads, or a column of theirs has the name of one of these.
    pub fn add_to(
        &self,
        table: LeadTable,
        now: Option<Timestamp>,
    ) -> Result<LeadTable, PipelineError> {
        let date = self.fitted.date.as_ref().and_then(|(name, _)| table.schema().find(name));
        let moments = moments(&self.fitted.moment, &table, date, now);
        let leads: Vec<_> = (ids(&table)?.iter().zip(moments))
            .map(|(id, moment)| (id.as_deref().map_or(&[][..], |id| self.log.events(id)), moment))
            .collect();
        let columns: Vec<Column> = self.fitted.bind(&self.log)?.columns(&leads);
        Ok(table.with_columns(self.fitted.fields().into_iter().zip(columns))?)
    }

    /// The fields that new leads must be read with so that their moments are known.
    pub fn date_field(&self) -> Option<Field> {
        let (name, format) = self.fitted.date.clone()?;
        Some(Field::feature(name, FieldKind::Date(format)))
    }
}

/// The moment of each lead.
fn moments(
    moment: &Moment,
    table: &LeadTable,
    column: Option<usize>,
    now: Option<Timestamp>,
) -> Vec<Option<Timestamp>> {
    let date = |row| match column.map(|column| table.cell(row, column)) {
        Some(Cell::Date(at)) => Some(at),
        _ => None,
    };
    (0..table.rows()).map(|row| moment.of(date(row), now)).collect()
}

/// The column that moments are counted from.
fn date_column(moment: &Moment, table: &LeadTable) -> Result<Option<usize>, PipelineError> {
    let schema = table.schema();
    let is_date = |column: &usize| matches!(schema.fields()[*column].kind, FieldKind::Date(_));
    match moment {
        Moment::Date { .. } => Ok(None),
        Moment::AfterCreated { .. } => match schema.with_role(Role::Created).find(is_date) {
            Some(column) => Ok(Some(column)),
            None => Err(PipelineError::Value {
                key: MOMENT,
                expected: "a column with the date a lead came in: set `data.created`",
                found: "`AfterCreated`, and no such column".to_owned(),
            }),
        },
        Moment::Column { name } => {
            let column = find(table, MOMENT, name)?;
            match is_date(&column) {
                true => Ok(Some(column)),
                false => Err(PipelineError::Value {
                    key: MOMENT,
                    expected: "a column of dates",
                    found: format!(
                        "`{name}`, which holds {}",
                        schema.fields()[column].kind.describe()
                    ),
                }),
            }
        }
    }
}

/// The columns with dates of decisions.
fn decisions(experiment: &Experiment, table: &LeadTable) -> Result<Vec<usize>, PipelineError> {
    let key = "features.behaviour.decided";
    let declared = &experiment.features.behaviour.decided;
    let mut columns =
        declared.iter().map(|name| find(table, key, name)).collect::<Result<Vec<_>, _>>()?;
    if let LabelSpec::Outcome(outcome) = &experiment.label {
        columns.extend(table.schema().find(&outcome.event));
    }
    let made = experiment.data.events.iter().flat_map(|events| events.outcome_dates());
    columns.extend(made.filter_map(|name| table.schema().find(&name)));
    Ok(columns)
}

fn find(table: &LeadTable, key: &'static str, name: &str) -> Result<usize, PipelineError> {
    table.schema().find(name).ok_or_else(|| PipelineError::UnknownColumn {
        key,
        column: name.to_owned(),
        hint: or_nearest(name, table.schema().names()),
    })
}

/// One issue for some rows, if there are any.
fn tell(
    table: &LeadTable,
    kind: &str,
    severity: Severity,
    rows: impl Iterator<Item = usize>,
    found: &str,
    expected: &str,
) -> Option<Issue> {
    let mut rows = rows.peekable();
    let first = *rows.peek()?;
    Some(Issue {
        severity,
        kind: kind.to_owned(),
        file: table.file(first).to_owned(),
        row: None,
        line: Some(table.lines()[first]),
        column: None,
        found: found.to_owned(),
        expected: expected.to_owned(),
        count: rows.count() as u64,
    })
}
