//! What became of the leads: the label, from a column of outcomes or from dates.

use crate::{IngestError, OutcomeSpec, Words, cohort, outcome, roles};
use leadsight_schema::{Cell, Cells, Cohort, Issue, Labels, LeadTable, Role, Severity, or_nearest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the outcome stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum LabelSpec {
    /// A column that holds the outcome.
    Column(ColumnSpec),
    /// "Became a customer within H days", from dates.
    Outcome(OutcomeSpec),
}

/// A column that holds the outcome, and what its words mean.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// The column.
    pub name: String,
    /// The word that means "converted", or a list of them. Without it 1, true, yes, won, converted and the like do, or their German.
    #[serde(default)]
    pub positive: Words,
    /// The word that means "not converted", or a list of them; without it every other word does, if there is only one.
    #[serde(default)]
    pub negative: Words,
    /// What a word means that is in neither: the lead is left out, or did not convert.
    #[serde(default)]
    pub others: Otherwise,
    /// What a blank means: the lead is left out, or did not convert.
    #[serde(default)]
    pub blank: Otherwise,
}

/// What a label means that is none of the words.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
pub enum Otherwise {
    /// The outcome is not known: the lead is left out.
    #[default]
    LeaveOut,
    /// The lead did not convert.
    Negative,
}

impl LabelSpec {
    /// A label column with the usual words.
    pub fn column(name: impl Into<String>) -> Self {
        Self::Column(ColumnSpec { name: name.into(), ..ColumnSpec::default() })
    }

    /// The horizon of the label in days, where it has one.
    pub fn primary_horizon(&self) -> Option<u32> {
        match self {
            LabelSpec::Column(_) => None,
            LabelSpec::Outcome(spec) => spec.primary_horizon(),
        }
    }
}

/// Leads whose outcome is known.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Those leads, with the columns of the outcome marked [`Role::Label`].
    pub table: LeadTable,
    /// What became of each.
    pub labels: Labels,
    /// Their rows in the table given.
    pub rows: Vec<usize>,
    /// Leads by the month they came in, those left out included; empty where no column holds that date.
    pub cohorts: Vec<Cohort>,
    /// What was left out, and why.
    pub issues: Vec<Issue>,
}

/// Finds the outcome of each lead. Leads without a known one (blank, neither value, not yet followed for the horizon)
/// are left out and counted, never called negative.
///
/// # Errors
/// An unknown column; a label that is all blank, has one outcome only, or words of which it is not said what they mean; dates that are
/// none; no lead followed for long enough.
pub fn label(mut table: LeadTable, spec: &LabelSpec) -> Result<Labelled, IngestError> {
    let (outcomes, issues) = match spec {
        LabelSpec::Column(spec) => {
            let position = roles::position(&table, &spec.name, "label.name")?;
            not_the_id(&table, position)?;
            let found = by_value(&table, position, spec)?;
            table.schema_mut().set_role(position, Role::Label);
            found
        }
        LabelSpec::Outcome(spec) => outcome::by_dates(&mut table, spec)?,
    };
    let cohorts = cohort::by_month(&table, &outcomes);
    let rows: Vec<usize> = (0..table.rows()).filter(|&row| outcomes[row].is_some()).collect();
    let labels = Labels::new(outcomes.iter().copied().flatten().collect());
    let table = if rows.len() == table.rows() { table } else { table.take(&rows) };
    Ok(Labelled { table, labels, rows, cohorts, issues })
}

/// A column cannot both name the leads and tell what became of them.
pub(crate) fn not_the_id(table: &LeadTable, position: usize) -> Result<(), IngestError> {
    let field = &table.schema().fields()[position];
    match field.role {
        Role::Id => Err(IngestError::LabelIsId { column: field.name.clone() }),
        _ => Ok(()),
    }
}

/// The outcome of each row, `None` where unknown.
pub(crate) type Outcomes = Vec<Option<bool>>;

/// Words for "converted", in the order in which they are looked for.
const POSITIVE: [&str; 20] = [
    "1",
    "true",
    "wahr",
    "yes",
    "ja",
    "y",
    "j",
    "t",
    "won",
    "gewonnen",
    "closed won",
    "converted",
    "konvertiert",
    "customer",
    "kunde",
    "success",
    "erfolgreich",
    "positive",
    "positiv",
    "subscribed",
];

fn by_value(
    table: &LeadTable,
    position: usize,
    spec: &ColumnSpec,
) -> Result<(Outcomes, Vec<Issue>), IngestError> {
    let column = table.schema().fields()[position].name.clone();
    let values = Values::of(table, position);
    let names = values.names();
    let find = |key: &'static str, wanted: &String| {
        names.iter().position(|name| same(name, wanted)).ok_or_else(|| {
            IngestError::UnknownLabelValue {
                key,
                value: wanted.clone(),
                column: column.clone(),
                hint: or_nearest(wanted, names.iter().map(String::as_str)),
                found: names.clone(),
            }
        })
    };
    let blanks = values.blank;
    if names.is_empty() {
        return Err(IngestError::NoLabel { column, rows: table.rows() });
    }
    let given = |key, Words(words): &Words| -> Result<Vec<usize>, IngestError> {
        words.iter().map(|word| find(key, word)).collect()
    };
    let mut positives = given("positive", &spec.positive)?;
    if positives.is_empty() {
        let known = |word: &str| names.iter().position(|name| same(name, word));
        positives.extend(POSITIVE.iter().find_map(|word| known(word)));
    }
    let fill = spec.blank == Otherwise::Negative && blanks > 0;
    if names.len() == 1 && (positives.is_empty() || !fill) {
        let hint = if blanks > 0 {
            "; if a blank means that the lead did not convert, set `label.blank: Negative`"
        } else {
            ""
        };
        let (found, count) = (names[0].clone(), values.counts[0].1);
        return Err(IngestError::OneClass { column, found, count, blank: blanks, hint });
    }
    let unclear = |expected| IngestError::LabelValues {
        column: column.clone(),
        found: names.clone(),
        expected,
    };
    if positives.is_empty() {
        return Err(unclear(
            "set `label.positive` to the value that means a conversion, or to a list of them",
        ));
    }
    let mut negatives = given("negative", &spec.negative)?;
    let option = |key, found, expected| Err(IngestError::LabelOption { key, found, expected });
    if let Some(both) = negatives.iter().find(|value| positives.contains(value)) {
        let found = format!("`{}`, which is positive as well", names[*both]);
        return option("negative", found, "words that are not in `label.positive`");
    }
    let others = || (0..names.len()).filter(|value| !positives.contains(value));
    let said = !negatives.is_empty();
    if spec.others == Otherwise::Negative || (!said && others().count() <= 1) {
        negatives = others().collect();
    } else if !said && !fill {
        return Err(unclear(
            "a label has two outcomes; say which words mean a conversion with `label.positive: [...]`, and with `label.negative: [...]` which \
             mean none (rows with others are left out), or that all others do with `label.others: Negative`",
        ));
    }
    if negatives.is_empty() && !fill {
        let expected = "a word that is left to mean no conversion, or `label.blank: Negative`";
        return option("positive", format!("all that the label `{column}` holds"), expected);
    }
    let judge = |value: usize| match positives.contains(&value) {
        true => Some(true),
        false => negatives.contains(&value).then_some(false),
    };
    let of_blank = (spec.blank == Otherwise::Negative).then_some(false);
    let outcomes: Outcomes = values.codes.iter().map(|code| code.map_or(of_blank, judge)).collect();
    let issues = left_out(table, &column, &values, &outcomes, spec.blank);
    Ok((outcomes, issues))
}

fn left_out(
    table: &LeadTable,
    column: &str,
    values: &Values,
    outcomes: &[Option<bool>],
    blank: Otherwise,
) -> Vec<Issue> {
    let issue = |kind: &str, rows: Vec<usize>, found: String, expected: &str| {
        let first = *rows.first()?;
        Some(Issue {
            severity: Severity::Warning,
            kind: kind.into(),
            file: table.file(first).into(),
            row: None,
            line: Some(table.lines()[first]),
            column: Some(column.to_owned()),
            found,
            expected: expected.into(),
            count: rows.len() as u64,
        })
    };
    let rows = |keep: &dyn Fn(usize) -> bool| (0..table.rows()).filter(|&r| keep(r)).collect();
    let blanks: Vec<usize> = rows(&|r| values.codes[r].is_none());
    let others: Vec<usize> = rows(&|r| values.codes[r].is_some() && outcomes[r].is_none());
    let mut other: Vec<usize> = others.iter().filter_map(|&r| values.codes[r]).collect();
    other.sort_unstable();
    other.dedup();
    let mut told: Vec<String> = other
        .iter()
        .take(10)
        .map(|&v| format!("{} x{}", values.counts[v].0, values.counts[v].1))
        .collect();
    if other.len() > told.len() {
        told.push(format!("{} more", other.len() - told.len()));
    }
    let expected = match blank {
        Otherwise::LeaveOut => "an outcome; the lead was left out",
        Otherwise::Negative => "an outcome; the lead counts as not converted, as configured",
    };
    [
        issue("blank_label", blanks, "blank".into(), expected),
        issue(
            "other_label",
            others,
            told.join(", "),
            "a positive word or a negative one; the lead was left out (`label.others: Negative` takes all others as negative)",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The distinct values of a column, most frequent first.
struct Values {
    /// Each value as text with its number of rows.
    counts: Vec<(String, usize)>,
    /// For each row the position of its value.
    codes: Vec<Option<usize>>,
    blank: usize,
}

impl Values {
    fn of(table: &LeadTable, position: usize) -> Self {
        let texts: Vec<Option<String>> = (0..table.rows())
            .map(|row| match table.cell(row, position) {
                Cell::Missing => None,
                Cell::Number(value) => Some(value.to_string()),
                Cell::Text(text) => Some(text.to_owned()),
                Cell::Date(moment) => Some(moment.to_rfc3339()),
            })
            .collect();
        // `won`, `Won` and `WON` are one value, shown in its most frequent spelling.
        let mut tally = BTreeMap::<String, BTreeMap<&str, usize>>::new();
        for text in texts.iter().flatten() {
            *tally.entry(text.to_lowercase()).or_default().entry(text).or_default() += 1;
        }
        let mut values: Vec<(&String, &str, usize)> = tally
            .iter()
            .filter_map(|(folded, spellings)| {
                let shown =
                    spellings.iter().max_by_key(|(text, n)| (**n, std::cmp::Reverse(**text)))?;
                Some((folded, *shown.0, spellings.values().sum()))
            })
            .collect();
        values.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        let places: BTreeMap<&str, usize> =
            values.iter().enumerate().map(|(i, (folded, _, _))| (folded.as_str(), i)).collect();
        let place = |text: &String| places.get(text.to_lowercase().as_str()).copied();
        let codes: Vec<Option<usize>> =
            texts.iter().map(|text| text.as_ref().and_then(place)).collect();
        let counts = values.iter().map(|(_, shown, n)| ((*shown).to_owned(), *n)).collect();
        let blank = codes.iter().filter(|c| c.is_none()).count();
        Self { counts, codes, blank }
    }

    fn names(&self) -> Vec<String> {
        self.counts.iter().map(|(text, _)| text.clone()).collect()
    }
}

/// The same word without case, or the same number.
fn same(value: &str, wanted: &str) -> bool {
    let wanted = wanted.trim();
    value.eq_ignore_ascii_case(wanted)
        || matches!((value.parse::<f64>(), wanted.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests;
