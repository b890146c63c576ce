//! The whole way from files to a table: read, join, type, assign roles, look for duplicates.

use crate::{
    IngestError, RawTable, Sources, checks, duplicates, events, join, read_csv, read_events, roles,
    type_table,
};
use leadsight_behaviour::LogFile;
use leadsight_schema::{Field, FieldKind, Issue, LeadTable, Role, or_nearest};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Reads the files of `sources` under `base` into one typed table, one row a lead.
///
/// Roles: the id, the moment of creation, excluded columns (by configuration, constant, or identifiers); everything
/// else is a feature until [`crate::label`] and [`crate::split`] take theirs.
///
/// # Errors
/// Any file of [`read_csv`]'s refusals, a failed [`join()`], a configured column that is not there.
pub fn load(sources: &Sources, base: &Path) -> Result<(LeadTable, Vec<Issue>), IngestError> {
    let log = read_events(sources, base, None)?;
    load_beside(sources, base, log.as_ref())
}

/// As [`load`], with the event log of `sources` already read.
///
/// # Errors
/// As [`load`].
pub fn load_beside(
    sources: &Sources,
    base: &Path,
    log: Option<&LogFile>,
) -> Result<(LeadTable, Vec<Issue>), IngestError> {
    let sources = &events::named(sources);
    let (raw, mut issues) = match (events::makes_leads(sources), log) {
        (Some(source), Some(log)) => {
            join_all(sources, base, events::leads(sources, source, log)?, Vec::new())?
        }
        _ => read_joined(sources, &sources.leads, &sources.more, base)?,
    };
    check_names(sources, &raw)?;
    let id = match &sources.id {
        Some(name) => Some(name.clone()),
        None => roles::guess_id(&raw).inspect(|name| issues.push(roles::guessed(&raw, name))),
    };
    let mut kinds = sources.kinds.clone();
    // An id is a name even where it is written in digits: "007" is not 7.
    if let Some(id) = &id {
        kinds.entry(id.clone()).or_insert(FieldKind::Category);
    }
    let (mut table, found) = type_table(&raw, &kinds, &sources.rules())?;
    issues.extend(found);
    issues.extend(checks::check(sources, &raw, &table, base)?);
    issues.extend(roles::assign(&mut table, sources, id.as_deref(), raw.file())?);
    // The text is not needed any more, and large.
    let RawTable { rows, .. } = raw;
    issues.extend(duplicates::find(&table, &rows));
    if let (Some(source), Some(log)) = (&sources.events, log) {
        table = events::add_outcomes(table, source, log)?;
        issues.extend(events::issues(&table, log)?);
    }
    Ok((table, issues))
}

/// Reads new leads from `file` as those of `sources` were read: joined alike, each of `fields` as the kind it had.
/// Columns may be missing or added; no outcome is asked for.
///
/// # Errors
/// As [`load`].
pub fn load_new(
    sources: &Sources,
    file: &Path,
    fields: &[Field],
    base: &Path,
) -> Result<(LeadTable, Vec<Issue>), IngestError> {
    let (raw, mut issues) = read_joined(sources, file, &[], base)?;
    let names = raw.names();
    let known = fields.iter().filter(|f| names.contains(&f.name));
    let mut kinds: BTreeMap<String, FieldKind> = known.map(|f| (f.name.clone(), f.kind)).collect();
    let id = sources.id.clone().or_else(|| roles::guess_id(&raw)).filter(|id| names.contains(id));
    if let Some(id) = &id {
        kinds.insert(id.clone(), FieldKind::Category);
    }
    let (mut table, found) = type_table(&raw, &kinds, &sources.rules())?;
    issues.extend(found);
    if let Some(position) = id.and_then(|id| table.schema().find(&id)) {
        table.schema_mut().set_role(position, Role::Id);
    }
    let RawTable { rows, .. } = raw;
    issues.extend(duplicates::find(&table, &rows));
    Ok((table, issues))
}

fn read_joined(
    sources: &Sources,
    leads: &Path,
    more: &[PathBuf],
    base: &Path,
) -> Result<(RawTable, Vec<Issue>), IngestError> {
    let (mut raw, mut issues) = read_csv(&base.join(leads), &sources.options(sources.separator))?;
    for file in more {
        let (next, found) = read_csv(&base.join(file), &sources.options(sources.separator))?;
        issues.extend(found);
        raw = raw.append(next)?;
    }
    join_all(sources, base, raw, issues)
}

fn join_all(
    sources: &Sources,
    base: &Path,
    mut raw: RawTable,
    mut issues: Vec<Issue>,
) -> Result<(RawTable, Vec<Issue>), IngestError> {
    for added in &sources.join {
        let (other, found) = read_csv(&base.join(&added.file), &sources.options(added.separator))?;
        issues.extend(found);
        let (joined, found) = join(raw, other, &added.on, added.key.as_deref())?;
        issues.extend(found);
        raw = joined;
    }
    Ok((raw, issues))
}

fn check_names(sources: &Sources, raw: &RawTable) -> Result<(), IngestError> {
    let known = raw.names();
    let named = (sources.id.iter().map(|n| ("data.id", n)))
        .chain(sources.created.iter().map(|n| ("data.created", n)))
        .chain(sources.exclude.keys().map(|n| ("data.exclude", n)))
        .chain(sources.kinds.keys().map(|n| ("data.kinds", n)));
    for (key, name) in named {
        if !known.contains(name) {
            return Err(IngestError::UnknownColumn {
                key,
                name: name.clone(),
                file: raw.file().to_owned(),
                hint: or_nearest(name, known.iter().map(String::as_str)),
                known,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
