//! Which leads train, which choose, which judge.

use crate::groups::keep_apart;
use crate::{IngestError, roles};
use leadsight_schema::{
    Cell, Cells, Column, FieldKind, Issue, Labels, LeadTable, Role, Seed, Severity, Timestamp,
    units,
};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// How the leads are split. `Stratified(train: 0.70, valid: 0.15, test: 0.15)` unless configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum SplitSpec {
    /// By chance, the share of conversions being the same in each part.
    Stratified {
        /// Share of the leads that train.
        #[serde(default = "train_share")]
        train: f64,
        /// Share that chooses.
        #[serde(default = "small_share")]
        valid: f64,
        /// Share that judges.
        #[serde(default = "small_share")]
        test: f64,
    },
    /// The oldest train, the youngest judge. Leads of one moment stay together.
    Time {
        /// The date column; the leads' moment of creation unless given.
        #[serde(default)]
        column: Option<String>,
        /// Share of the leads that train.
        #[serde(default = "train_share")]
        train: f64,
        /// Share that chooses.
        #[serde(default = "small_share")]
        valid: f64,
        /// Share that judges.
        #[serde(default = "small_share")]
        test: f64,
        /// Days before a part in which no lead of the part before it is used, since its outcome was not known yet. The label's horizon
        /// unless given, where it has one; else 0.
        #[serde(default)]
        embargo_days: Option<f64>,
    },
    /// The file is in order of time: its first rows train, its last ones judge.
    Order {
        /// Share of the leads that train.
        #[serde(default = "train_share")]
        train: f64,
        /// Share that chooses.
        #[serde(default = "small_share")]
        valid: f64,
        /// Share that judges.
        #[serde(default = "small_share")]
        test: f64,
    },
    /// A column says `train`, `valid` or `test`; rows where it is blank are left out.
    Column(String),
}

fn train_share() -> f64 {
    Shares::default().train
}

fn small_share() -> f64 {
    Shares::default().valid
}

/// The sizes of the three parts, summing to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Share of the leads that train.
    pub train: f64,
    /// Share that chooses.
    pub valid: f64,
    /// Share that judges.
    pub test: f64,
}

impl Default for Shares {
    fn default() -> Self {
        Self { train: 0.70, valid: 0.15, test: 0.15 }
    }
}

impl Default for SplitSpec {
    fn default() -> Self {
        let Shares { train, valid, test } = Shares::default();
        Self::Stratified { train, valid, test }
    }
}

impl SplitSpec {
    /// Whether later leads judge a model of earlier ones, so that choices are made by rolling-origin folds.
    pub fn by_time(&self) -> bool {
        matches!(self, SplitSpec::Time { .. } | SplitSpec::Order { .. })
    }

    /// Gives a split by time that names no embargo that of the label's horizon in days.
    pub fn embargo_by(&mut self, horizon: Option<u32>) {
        if let SplitSpec::Time { embargo_days: days @ None, .. } = self {
            *days = Some(horizon.map_or(0.0, f64::from));
        }
    }
}

/// Row positions of the three parts, each in ascending order (by time and then row for a split by time).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Rows that models are fitted on.
    pub train: Vec<usize>,
    /// Rows that calibrate and choose.
    pub valid: Vec<usize>,
    /// Rows that judge, read once.
    pub test: Vec<usize>,
}

/// Splits the leads; `labels` is one a row. A split column gets [`Role::Split`]; a time column gets
/// [`Role::Created`] where no column has it. Rows that fall into no part (embargo, blank split or time) are issues.
///
/// # Errors
/// Shares that do not sum to 1, an unknown or unfit column, a part without leads of both outcomes.
pub fn split(
    table: &mut LeadTable,
    labels: &Labels,
    spec: &SplitSpec,
    seed: Seed,
) -> Result<(Split, Vec<Issue>), IngestError> {
    split_groups(table, labels, spec, seed, &[])
}

/// As [`split`], with the leads of a person in one part: `group` is one a row, or empty. By chance they go there together;
/// elsewhere a lead is in no part where its person stands in a later one too, which is an issue.
///
/// # Errors
/// As [`split`].
pub fn split_groups(
    table: &mut LeadTable,
    labels: &Labels,
    spec: &SplitSpec,
    seed: Seed,
    group: &[Option<u32>],
) -> Result<(Split, Vec<Issue>), IngestError> {
    if labels.len() != table.rows() {
        return Err(IngestError::LabelCount { labels: labels.len(), rows: table.rows() });
    }
    let (mut split, mut issues) = match spec {
        SplitSpec::Stratified { train, valid, test } => {
            let shares = checked(*train, *valid, *test)?;
            (
                stratified(labels.as_slice(), shares, seed, group),
                time_hint(table).into_iter().collect(),
            )
        }
        SplitSpec::Order { train, valid, test } => {
            let rows: Vec<(Timestamp, usize)> =
                (0..table.rows()).map(|row| (Timestamp(row as i64), row)).collect();
            (cut(&rows, checked(*train, *valid, *test)?), Vec::new())
        }
        SplitSpec::Time { column, train, valid, test, embargo_days } => {
            let shares = checked(*train, *valid, *test)?;
            by_time(table, column.as_deref(), shares, embargo_days.unwrap_or(0.0))?
        }
        SplitSpec::Column(name) => by_column(table, name)?,
    };
    if !group.is_empty() {
        issues.extend(keep_apart(table, &mut split, group));
    }
    require_both(&split, labels.as_slice(), spec, group)?;
    Ok((split, issues))
}

fn checked(train: f64, valid: f64, test: f64) -> Result<Shares, IngestError> {
    let sound = [train, valid, test].iter().all(|s| s.is_finite() && *s > 0.0)
        && (train + valid + test - 1.0).abs() <= 1e-6;
    sound.then_some(Shares { train, valid, test }).ok_or(IngestError::Shares { train, valid, test })
}

/// The first row positions of the validation and the test part of `n` rows.
fn cuts(n: usize, shares: Shares) -> (usize, usize) {
    let valid = (shares.train * n as f64).round() as usize;
    let test = ((shares.train + shares.valid) * n as f64).round() as usize;
    if n < 3 {
        return (valid.min(n), test.min(n));
    }
    // Rounding leaves a part empty only where there is no row for it.
    let valid = valid.clamp(1, n - 2);
    (valid, test.clamp(valid + 1, n - 1))
}

/// A person converted where one of the person's leads did.
fn stratified(labels: &[bool], shares: Shares, seed: Seed, group: &[Option<u32>]) -> Split {
    let mut rng = ChaCha8Rng::seed_from_u64(seed.stream("split"));
    let mut split = Split { train: Vec::new(), valid: Vec::new(), test: Vec::new() };
    let units = units(labels.len(), group);
    for class in [true, false] {
        let converted = |unit: &&Vec<usize>| unit.iter().any(|&row| labels[row]) == class;
        let mut units: Vec<&Vec<usize>> = units.iter().filter(converted).collect();
        units.shuffle(&mut rng);
        let (valid, test) = cuts(units.len(), shares);
        split.train.extend(units[..valid].iter().copied().flatten());
        split.valid.extend(units[valid..test].iter().copied().flatten());
        split.test.extend(units[test..].iter().copied().flatten());
    }
    split.train.sort_unstable();
    split.valid.sort_unstable();
    split.test.sort_unstable();
    split
}

/// Parts of rows in order of time; equal moments go to the part of the first of them.
fn cut(rows: &[(Timestamp, usize)], shares: Shares) -> Split {
    let (valid, test) = cuts(rows.len(), shares);
    let settle = |mut at: usize| {
        while at > 0 && at < rows.len() && rows[at].0 == rows[at - 1].0 {
            at += 1;
        }
        at
    };
    let valid = settle(valid);
    let test = settle(test.max(valid));
    let part = |range: std::ops::Range<usize>| rows[range].iter().map(|(_, row)| *row).collect();
    Split { train: part(0..valid), valid: part(valid..test), test: part(test..rows.len()) }
}

fn by_time(
    table: &mut LeadTable,
    column: Option<&str>,
    shares: Shares,
    embargo_days: f64,
) -> Result<(Split, Vec<Issue>), IngestError> {
    if !(0.0..=3650.0).contains(&embargo_days) {
        let (key, expected) = ("embargo_days", "a number of days from 0 to 3650");
        return Err(IngestError::SplitOption { key, found: embargo_days, expected });
    }
    let created = table.schema().with_role(Role::Created).next();
    let position = match column {
        Some(name) => roles::position(table, name, "split.column")?,
        None => created.ok_or_else(|| IngestError::NoTime { hint: date_columns(table) })?,
    };
    roles::require_dates(table, position, "split.column")?;
    if created.is_none() {
        table.schema_mut().set_role(position, Role::Created);
    }
    let moments: Vec<Option<Timestamp>> = match table.column(position) {
        Column::Date(moments) => moments.clone(),
        _ => Vec::new(),
    };
    let mut rows: Vec<(Timestamp, usize)> =
        moments.iter().enumerate().filter_map(|(row, m)| m.map(|m| (m, row))).collect();
    rows.sort_unstable();
    let mut split = cut(&rows, shares);
    let name = table.schema().fields()[position].name.clone();
    let blank: Vec<usize> = (0..moments.len()).filter(|&r| moments[r].is_none()).collect();
    let mut embargoed = Vec::new();
    let too_close = |row: usize, next: &[usize]| {
        let start = next.first().and_then(|&first| moments[first]);
        matches!((moments[row], start), (Some(m), Some(s)) if s.days_since(m) < embargo_days)
    };
    // The validation part is thinned against the test part, the training part against the whole validation part.
    let Split { train, valid, test } = &mut split;
    train.retain(|&row| {
        !too_close(row, valid) || {
            embargoed.push(row);
            false
        }
    });
    valid.retain(|&row| {
        !too_close(row, test) || {
            embargoed.push(row);
            false
        }
    });
    let issues = [
        set_aside(table, "missing_time", &name, &blank, "blank", "a date; the lead is in no part"),
        set_aside(
            table,
            "embargo",
            &name,
            &embargoed,
            &format!("less than {embargo_days} days before the next part begins"),
            "an outcome known before the next part begins; the lead is in no part",
        ),
    ];
    Ok((split, issues.into_iter().flatten().collect()))
}

/// That the leads could be split by time, and by which column.
fn time_hint(table: &LeadTable) -> Option<Issue> {
    let created = table.schema().with_role(Role::Created).next();
    let created = created.map(|position| table.schema().fields()[position].name.as_str());
    let name = created.or_else(|| dates(table).next())?;
    let found = "the leads are split by chance, though this column tells a time";
    let expected = format!(
        "`split: Time(column: \"{name}\")`, if models are to be judged by later leads than they learnt from"
    );
    let file = table.file(0);
    Some(roles::about(file, name, Severity::Info, "split_by_chance", found, &expected))
}

fn dates(table: &LeadTable) -> impl Iterator<Item = &str> {
    let fields = table.schema().fields().iter();
    fields
        .filter(|f| matches!(f.kind, FieldKind::Date(_)) && f.role == Role::Feature)
        .map(|f| f.name.as_str())
}

fn date_columns(table: &LeadTable) -> String {
    let dates: Vec<&str> = dates(table).collect();
    if dates.is_empty() { String::new() } else { format!(" (date columns: {})", dates.join(", ")) }
}

fn by_column(table: &mut LeadTable, name: &str) -> Result<(Split, Vec<Issue>), IngestError> {
    let position = roles::position(table, name, "split")?;
    let mut split = Split { train: Vec::new(), valid: Vec::new(), test: Vec::new() };
    let mut blank = Vec::new();
    for row in 0..table.rows() {
        let cell = table.cell(row, position);
        let word = match cell {
            Cell::Text(text) => text.to_lowercase(),
            _ => String::new(),
        };
        match (word.as_str(), cell) {
            ("train", _) => split.train.push(row),
            ("valid", _) => split.valid.push(row),
            ("test", _) => split.test.push(row),
            (_, Cell::Missing) => blank.push(row),
            (_, cell) => {
                let (line, column) = (table.lines()[row], name.to_owned());
                let file = table.file(row).to_owned();
                let found = match cell {
                    Cell::Number(value) => value.to_string(),
                    Cell::Text(text) => text.to_owned(),
                    Cell::Date(moment) => moment.to_date(),
                    Cell::Missing => String::new(),
                };
                return Err(IngestError::SplitValue { column, file, line, found });
            }
        }
    }
    table.schema_mut().set_role(position, Role::Split);
    let expected = "train, valid or test; the lead is in no part";
    let issue = set_aside(table, "missing_split", name, &blank, "blank", expected);
    Ok((split, issue.into_iter().collect()))
}

fn set_aside(
    table: &LeadTable,
    kind: &str,
    column: &str,
    rows: &[usize],
    found: &str,
    expected: &str,
) -> Option<Issue> {
    let first = *rows.first()?;
    Some(Issue {
        severity: Severity::Info,
        kind: kind.into(),
        file: table.file(first).into(),
        row: None,
        line: Some(table.lines()[first]),
        column: Some(column.into()),
        found: found.into(),
        expected: expected.into(),
        count: rows.len() as u64,
    })
}

/// Every part must hold leads of both outcomes, or nothing can be fitted or judged on it.
fn require_both(
    split: &Split,
    labels: &[bool],
    spec: &SplitSpec,
    group: &[Option<u32>],
) -> Result<(), IngestError> {
    let grouped = group.iter().flatten().count();
    let hint = match spec {
        // What stands together fills few parts.
        _ if grouped * 2 > labels.len() => {
            "most leads share an id, a person or a group with others, which stand in one part together: is `data.id` the lead's own column?"
        }
        SplitSpec::Stratified { .. } => {
            "at least three are needed, one for each part; bring more leads, or a label that is not as rare"
        }
        SplitSpec::Time { .. } | SplitSpec::Order { .. } => {
            "give that part a larger share, shorten the embargo, or use `split: Stratified()`"
        }
        SplitSpec::Column(_) => "mark some of them for that part in the split column",
    };
    for (part, rows) in [("train", &split.train), ("valid", &split.valid), ("test", &split.test)] {
        for (outcome, class) in [("conversion", true), ("non-conversion", false)] {
            if !rows.iter().any(|&row| labels[row] == class) {
                let total = labels.iter().filter(|l| **l == class).count();
                let (rows, all_rows) = (rows.len(), labels.len());
                return Err(IngestError::OneSided { part, rows, outcome, total, all_rows, hint });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
