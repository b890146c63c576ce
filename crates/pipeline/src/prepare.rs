//! From the files to labelled, split, profiled and audited leads.

use crate::behaviour::{self, Behaviour};
use crate::{Experiment, OnLeak, PipelineError};
use leadsight_dedupe::Duplicates;
use leadsight_features::{ContactFields, Recipe, personal};
use leadsight_ingest::{
    IngestError, Sources, Split, audit, groups, label, load_beside, persons, profile, read_events,
    split_groups, stale, straddling,
};
use leadsight_report::folder::Excluded;
use leadsight_schema::{
    Cells, Cohort, ColumnProfile, FieldKind, Issue, Labels, LeadTable, LeakageFinding, Role,
    Severity, Timestamp, Verdict, or_nearest,
};
use std::path::Path;

/// Leads that a model may be fitted to, and what is known about them.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The leads with a known outcome.
    pub table: LeadTable,
    /// The columns of contact fields: those configured, and those that a field map found.
    pub contacts: ContactFields,
    /// Rows read, those without a known outcome included.
    pub rows_read: u64,
    /// Their outcomes.
    pub labels: Labels,
    /// All leads by the month they came in.
    pub cohorts: Vec<Cohort>,
    /// Which leads are one person; nobody where `data.duplicates` is not given.
    pub persons: Duplicates,
    /// The leads that must stand on one side of a split, by a number they share: those of an id, of a person and of a group (`data.group`).
    pub together: Vec<Option<u32>>,
    /// Which rows train, choose and judge.
    pub split: Split,
    /// What the leads did, where there is an event log; its columns are in the table.
    pub behaviour: Option<Behaviour>,
    /// Data problems.
    pub issues: Vec<Issue>,
    /// Of each column, from training and validation rows.
    pub profile: Vec<ColumnProfile>,
    /// The leakage audit, from training rows.
    pub leakage: Vec<LeakageFinding>,
    /// Columns kept out of the model, with reasons.
    pub excluded: Vec<Excluded>,
}

impl Prepared {
    /// Keeps leaking columns out, or refuses to go on, as the configuration says.
    ///
    /// # Errors
    /// [`PipelineError::Leak`] under [`OnLeak::Stop`], [`PipelineError::NoFeatures`] where nothing is left,
    /// [`PipelineError::UnknownColumn`] for a waiver of a column that does not exist.
    pub fn close_leaks(&mut self, experiment: &Experiment) -> Result<(), PipelineError> {
        let waive = &experiment.leakage.waive;
        if let Some(column) = waive.keys().find(|c| self.table.schema().find(c).is_none()) {
            let hint = or_nearest(column, self.table.schema().names());
            return Err(PipelineError::UnknownColumn {
                key: "leakage.waive",
                column: column.clone(),
                hint,
            });
        }
        let leaks: Vec<&LeakageFinding> = self
            .leakage
            .iter()
            .filter(|f| f.verdict == Verdict::Leak && !waive.contains_key(&f.column))
            .collect();
        if !leaks.is_empty() && experiment.leakage.on_leak == OnLeak::Stop {
            let columns = leaks
                .iter()
                .map(|f| format!("`{}` ({})", f.column, f.evidence.join("; ")))
                .collect();
            return Err(PipelineError::Leak { columns });
        }
        for finding in leaks {
            let position = self.table.schema().position(&finding.column)?;
            self.table.schema_mut().set_role(position, Role::Excluded);
            let reason = format!("leak: {}", finding.evidence.first().map_or("", String::as_str));
            self.excluded.push(Excluded { column: finding.column.clone(), reason });
        }
        match self.table.schema().with_role(Role::Feature).next() {
            Some(_) => Ok(()),
            None => Err(PipelineError::NoFeatures { excluded: self.excluded.len() }),
        }
    }

    /// The experiment's recipe, with the contact fields that a field map found.
    pub(crate) fn recipe(&self, experiment: &Experiment) -> Recipe {
        Recipe { contacts: self.contacts.clone(), ..experiment.features.clone() }
    }

    /// The name of the column that names a lead, if there is one.
    pub fn id_column(&self) -> Option<String> {
        let schema = self.table.schema();
        schema.with_role(Role::Id).next().map(|position| schema.fields()[position].name.clone())
    }
}

/// Reads, joins, types, checks, labels, splits, profiles and audits. Relative paths start at `base`; `now` is the moment from which
/// the freshness of data counts and no later event can have happened.
///
/// # Errors
/// From ingest: files, columns, labels or splits that cannot be worked with; [`PipelineError::Checks`].
pub fn prepare(
    experiment: &Experiment,
    base: &Path,
    now: Timestamp,
) -> Result<Prepared, PipelineError> {
    let log = read_events(&experiment.data, base, Some(now))?;
    let (table, mut issues) = load_beside(&with_contacts(experiment), base, log.as_ref())
        .map_err(|error| under_contacts(experiment, error))?;
    issues.extend(stale(&experiment.data, &table, now));
    stop_on_checks(&issues)?;
    let contacts = contacts(experiment, &table);
    issues.extend(contacts.problems(&table));
    let rows_read = table.rows() as u64;
    let map = experiment.data.field_map;
    let mut labelled = label(table, &experiment.label).map_err(|error| error.renamed(map))?;
    if let Some(log) = &log {
        labelled = behaviour::leave_out_decided(experiment, labelled, &log.log)?;
    }
    let mut table = labelled.table;
    issues.extend(labelled.issues);
    let persons = match &experiment.data.duplicates {
        Some(spec) => persons(&table, spec).map(|(found, told)| {
            issues.extend(told);
            found
        })?,
        None => Duplicates::default(),
    };
    let together = groups(&table, experiment.data.group.as_deref(), &persons.group)
        .map_err(|error| error.renamed(map))?;
    let (split, found) =
        split_groups(&mut table, &labelled.labels, &experiment.split, experiment.seed, &together)
            .map_err(|error| error.renamed(map))?;
    issues.extend(found);
    if experiment.data.group.is_none() {
        issues.extend(straddling(&table, &split));
    }
    let behaviour = match log {
        None => None,
        Some(log) => {
            let (wider, behaviour, found) = behaviour::fit(experiment, table, &split.train, log)?;
            table = wider;
            issues.extend(found);
            Some(behaviour)
        }
    };
    let mut seen = [split.train.as_slice(), split.valid.as_slice()].concat();
    seen.sort_unstable();
    let mut profile = profile(&table.take(&seen), Some(&labelled.labels.take(&seen)), &issues);
    let recipe = Recipe { contacts: contacts.clone(), ..experiment.features.clone() };
    issues.extend(leave_out_persons(&recipe, &mut table, &mut profile)?);
    let leakage = audit(&table, &labelled.labels, &split.train);
    let excluded = experiment
        .data
        .exclude
        .iter()
        .map(|(column, reason)| Excluded { column: column.clone(), reason: reason.clone() })
        .collect();
    Ok(Prepared {
        table,
        contacts,
        rows_read,
        labels: labelled.labels,
        cohorts: labelled.cohorts,
        persons,
        together,
        split,
        behaviour,
        issues,
        profile,
        leakage,
        excluded,
    })
}

/// Keeps the columns that name people out of the features, but for those that are asked for.
///
/// # Errors
/// [`PipelineError::UnknownColumn`] where a column that is asked for does not exist.
fn leave_out_persons(
    recipe: &Recipe,
    table: &mut LeadTable,
    profile: &mut [ColumnProfile],
) -> Result<Option<Issue>, PipelineError> {
    let missing = |column: &&String| table.schema().find(column).is_none();
    if let Some(column) = recipe.personal.iter().find(missing) {
        let (key, hint) = ("features.personal", or_nearest(column, table.schema().names()));
        return Err(PipelineError::UnknownColumn { key, column: column.clone(), hint });
    }
    let columns = personal::personal(recipe, profile);
    let told = personal::kept_out(&columns, table.file(0));
    let columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
    for column in &columns {
        let position = table.schema().position(column)?;
        table.schema_mut().set_role(position, Role::Excluded);
    }
    let found = profile.iter_mut().filter(|profile| columns.contains(&profile.column));
    found.for_each(|profile| profile.role = "excluded".to_owned());
    Ok(told)
}

/// # Errors
/// [`PipelineError::Checks`] where a check failed that must not.
fn stop_on_checks(issues: &[Issue]) -> Result<(), PipelineError> {
    let stops =
        |issue: &&Issue| issue.severity == Severity::Error && issue.kind.starts_with("check_");
    let words = |issue: &Issue| {
        let line = issue.line.map_or_else(String::new, |line| format!(" on line {line}"));
        format!(
            "`{}` has `{}`{line} ({} in all), where {} was expected",
            issue.column.as_deref().unwrap_or_default(),
            issue.found,
            issue.count,
            issue.expected
        )
    };
    let failed: Vec<String> = issues.iter().filter(stops).map(words).collect();
    if failed.is_empty() { Ok(()) } else { Err(PipelineError::Checks { failed }) }
}

/// The sources, with columns of contact fields read as words: "2k" is a company size, and an address no mere identifier.
fn with_contacts(experiment: &Experiment) -> Sources {
    let mut sources = experiment.data.clone();
    for column in experiment.features.contacts.columns() {
        sources.kinds.entry(column.to_owned()).or_insert(FieldKind::Category);
    }
    sources
}

/// The contact fields that are configured, and those that a field map has given their names, where they hold words.
fn contacts(experiment: &Experiment, table: &LeadTable) -> ContactFields {
    let configured = experiment.features.contacts.clone();
    if experiment.data.field_map.is_none() {
        return configured;
    }
    let found = |name: &str| {
        let field = &table.schema().fields()[table.schema().find(name)?];
        let words = matches!(field.kind, FieldKind::Category | FieldKind::Text);
        (words && field.role == Role::Feature).then(|| name.to_owned())
    };
    ContactFields {
        email: configured.email.or_else(|| found("email")),
        title: configured.title.or_else(|| found("title")),
        website: configured.website.or_else(|| found("website")),
        employees: configured.employees.or_else(|| found("employees")),
        revenue: configured.revenue.or_else(|| found("annual_revenue")),
        country: configured.country.or_else(|| found("country")),
        industry: configured.industry.or_else(|| found("industry")),
        technologies: configured.technologies,
    }
}

/// Names the key that asked for a column.
fn under_contacts(experiment: &Experiment, error: IngestError) -> IngestError {
    match error {
        IngestError::UnknownColumn { key: "data.kinds", name, file, hint, known }
            if !experiment.data.kinds.contains_key(&name) =>
        {
            IngestError::UnknownColumn { key: "features.contacts", name, file, hint, known }
        }
        other => other,
    }
}
