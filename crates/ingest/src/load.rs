//! The whole way from files to a table: read, join, type, assign roles, look for duplicates.

use crate::{
    FieldMap, IngestError, RawTable, Sources, checks, dates, duplicates, events, field_map, join,
    many::{Reading, join_many},
    read_csv, read_events, roles, type_table,
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
    check_names(sources, &raw).map_err(|error| error.renamed(sources.field_map))?;
    let id = match sources.id.clone().or_else(|| mapped_id(sources, &raw)) {
        Some(name) => Some(name),
        None => roles::guess_id(&raw).inspect(|name| issues.push(roles::guessed(&raw, name))),
    };
    let mut kinds = sources.kinds.clone();
    if sources.field_map.is_some() {
        let words = raw.names().into_iter().filter(|name| FieldMap::WORDS.contains(&name.as_str()));
        for name in words {
            kinds.entry(name).or_insert(FieldKind::Category);
        }
    }
    // An id is a name even where it is written in digits: "007" is not 7.
    if let Some(id) = &id {
        kinds.entry(id.clone()).or_insert(FieldKind::Category);
    }
    let rules = sources.rules();
    let (mut table, found) = type_table(&raw, &kinds, &rules)?;
    dates::check(&raw, &table, &sources.kinds, &found, &rules)?;
    issues.extend(found);
    issues.extend(checks::check(sources, &raw, &table, base)?);
    let created = sources.created.clone().or_else(|| mapped_created(sources, &table));
    let sources = &Sources { created, kinds, ..sources.clone() };
    let assigned = roles::assign(&mut table, sources, id.as_deref(), raw.file());
    issues.extend(assigned.map_err(|error| dates::explain(error, &issues))?);
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
    let id = sources.id.clone().or_else(|| mapped_id(sources, &raw));
    let id = id.or_else(|| roles::guess_id(&raw)).filter(|id| names.contains(id));
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
    let (mut raw, mut issues) = read_leads(sources, &base.join(leads))?;
    for file in more {
        let (next, found) = read_leads(sources, &base.join(file))?;
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
        let (other, found) = read_csv(&base.join(&added.file), &sources.join_options(added))?;
        issues.extend(found);
        let (joined, found) = if added.many.is_empty() {
            join(raw, other, &added.on, added.key.as_deref())?
        } else {
            let created = sources.created.as_deref();
            let mapped = sources.field_map.map(|_| FieldMap::CREATED);
            let (kinds, rules) = (&sources.kinds, &sources.rules());
            join_many(raw, &other, added, &Reading { created: created.or(mapped), kinds, rules })?
        };
        issues.extend(found);
        raw = joined;
    }
    Ok((raw, issues))
}

/// The column that a field map names as the leads' own.
fn mapped_id(sources: &Sources, raw: &RawTable) -> Option<String> {
    sources.field_map?;
    raw.names().into_iter().find(|name| name == FieldMap::ID)
}

/// The column that a field map names as the moment of creation, if it holds dates.
fn mapped_created(sources: &Sources, table: &LeadTable) -> Option<String> {
    sources.field_map?;
    let field = &table.schema().fields()[table.schema().find(FieldMap::CREATED)?];
    matches!(field.kind, FieldKind::Date(_)).then(|| field.name.clone())
}

/// A file of leads, its columns named as the field map says.
fn read_leads(sources: &Sources, path: &Path) -> Result<(RawTable, Vec<Issue>), IngestError> {
    let (raw, mut issues) = read_csv(path, &sources.options())?;
    let Some(map) = sources.field_map else {
        issues.extend(field_map::suggest(&raw));
        return Ok((raw, issues));
    };
    let (raw, found) = field_map::apply(map, raw)?;
    issues.extend(found);
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
