//! Records from a table: many overrides and outcomes at once.

use crate::table::Table;
use crate::{End, Given, OutcomeError, Record, What};
use leadsight_schema::{DateFormat, FieldKind, Issue, LeadId};
use std::collections::BTreeMap;

/// The columns of a file of feedback, each with its usual names; the first is what messages call it.
const COLUMNS: [(&str, &[&str]); 11] = [
    ("lead_id", &["lead_id", "id", "record_id"]),
    ("who", &["who", "rep", "user", "owner_id"]),
    ("at", &["at", "date", "changed_at"]),
    ("why", &["why", "reason", "comment"]),
    ("tier", &["tier", "human_tier"]),
    ("action", &["action", "next_action", "human_action"]),
    ("accept", &["accept", "accepted"]),
    ("outcome", &["outcome", "result"]),
    ("value", &["value", "amount"]),
    ("feedback_id", &["feedback_id", "record_key"]),
    ("model_tier", &["model_tier"]),
];

/// The kinds of a file's columns: all words, but for the value.
pub fn kinds_of_records(names: &[String]) -> BTreeMap<String, FieldKind> {
    names
        .iter()
        .map(|name| {
            let value = COLUMNS[8].1.iter().any(|usual| usual.eq_ignore_ascii_case(name));
            (name.clone(), if value { FieldKind::Number } else { FieldKind::Category })
        })
        .collect()
}

/// The records of a table: a row gives an override (`tier`, `action`), consent (`accept`) or an outcome (`outcome`, `value`), or
/// one of the first two and an outcome. Rows that say nothing, or not enough, are told and left out; so is an id that stands twice.
///
/// # Errors
/// [`OutcomeError::Column`] for a file without `lead_id`, `who` or `at`, or with nothing that could be said.
pub fn read_records(table: Table<'_>) -> Result<(Vec<Record>, Vec<Issue>), OutcomeError> {
    let column = |name: &str| {
        COLUMNS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, usual)| usual)
    };
    let (lead, who, at) = (
        table.need(None, column("lead_id"))?,
        table.need(None, column("who"))?,
        table.need(None, column("at"))?,
    );
    let words = |name: &str| Ok::<_, OutcomeError>(table.words_of(table.find(None, column(name))?));
    let (tier, action, accept, outcome) =
        (words("tier")?, words("action")?, words("accept")?, words("outcome")?);
    let (why, key, model_tier) = (words("why")?, words("feedback_id")?, words("model_tier")?);
    if ["tier", "action", "accept", "outcome"]
        .iter()
        .all(|name| matches!(table.find(None, column(name)), Ok(None)))
    {
        table.need(None, &["tier, action, accept or outcome"])?;
    }
    let value = match table.find(None, column("value"))? {
        Some(position) => table.numbers(position)?,
        None => vec![None; table.rows()],
    };
    let (leads, people, moments) = (table.words(lead), table.words(who), table.words(at));
    let mut records: Vec<Record> = Vec::new();
    let mut issues = Vec::new();
    let mut ids = BTreeMap::new();
    for row in 0..table.rows() {
        let mut tell = |kind: &str, column: usize, found: String, expected: &str| {
            issues.extend(table.issue(kind, &[row], column, found, expected));
        };
        let read = |text: &String| DateFormat::ALL.into_iter().find_map(|f| f.parse(text).ok());
        let Some(at) = moments[row].as_ref().and_then(read) else {
            let expected = "a moment such as 2026-11-22T14:03:00Z; the row was left out";
            tell("unreadable_moment", at, table.shown(row, at), expected);
            continue;
        };
        let yes = accept[row]
            .as_deref()
            .is_some_and(|w| ["1", "true", "yes", "y", "ja"].contains(&w.to_lowercase().as_str()));
        let mut said = Vec::new();
        if tier[row].is_some() || action[row].is_some() {
            said.push(What::Override { tier: tier[row].clone(), action: action[row].clone() });
        } else if yes {
            said.push(What::Accept);
        }
        if let Some(word) = &outcome[row] {
            said.push(What::Outcome { end: End::read(word), value: value[row] });
        }
        if said.is_empty() {
            tell(
                "no_feedback",
                lead,
                table.shown(row, lead),
                "a tier, an action, consent or an outcome; the row was left out",
            );
        }
        let several = said.len() > 1;
        for what in said {
            let key = key[row].clone().unwrap_or_default();
            let record = Record {
                // One key, two records: each needs a name of its own.
                id: if several && !key.is_empty() && matches!(what, What::Outcome { .. }) {
                    format!("{key}-outcome")
                } else {
                    key
                },
                lead_id: LeadId(leads[row].clone().unwrap_or_default()),
                at,
                who: people[row].clone().unwrap_or_default(),
                why: why[row].clone(),
                what,
                model: Given { tier: model_tier[row].clone(), ..Given::default() },
            };
            match record.checked() {
                Ok(record) => match ids.insert(record.id.clone(), row) {
                    None => records.push(record),
                    Some(_) => tell(
                        "duplicate_id",
                        lead,
                        format!("`{}`", record.id),
                        "each record once; the first counts",
                    ),
                },
                Err(error) => tell(
                    "unusable_feedback",
                    lead,
                    error.to_string(),
                    "a record that says enough; it was left out",
                ),
            }
        }
    }
    Ok((records, issues))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{of, table};

    fn read(header: &str, rows: &[&str]) -> Result<(Vec<Record>, Vec<Issue>), OutcomeError> {
        let typed = table(header, rows, &["value"]);
        read_records(of(&typed, "the feedback"))
    }

    #[test]
    fn rows_become_records_and_bad_ones_are_told() {
        let (records, issues) = read(
            "lead_id,who,at,why,tier,outcome,value,accept",
            &[
                "L1,anna,2026-06-01,knows them,Hot,won,9000,",
                "L2,anna,2026-06-02,,,,,yes",
                "L3,anna,2026-06-02,,Hot,,,",
                "L4,anna,soon,,,lost,,",
                "L5,anna,2026-06-02,,,,,no",
                ",anna,2026-06-02,,,lost,,",
                "L2,anna,2026-06-02,,,,,yes",
            ],
        )
        .unwrap();
        let told: Vec<(&str, &str)> =
            records.iter().map(|r| (r.lead_id.0.as_str(), r.kind())).collect();
        assert_eq!(told, [("L1", "override"), ("L1", "outcome"), ("L2", "accept")]);
        let found: Vec<(&str, Option<u64>)> =
            issues.iter().map(|i| (i.kind.as_str(), i.row)).collect();
        assert_eq!(
            found,
            [
                ("unusable_feedback", Some(3)),
                ("unreadable_moment", Some(4)),
                ("no_feedback", Some(5)),
                ("unusable_feedback", Some(6)),
                ("duplicate_id", Some(7)),
            ]
        );
        assert!(issues[0].found.contains("without a reason"), "{}", issues[0].found);
    }

    #[test]
    fn one_key_of_two_records_names_both() {
        let (records, _) = read(
            "lead_id,who,at,why,tier,outcome,feedback_id",
            &["L1,anna,2026-06-01,so,Hot,won,k1"],
        )
        .unwrap();
        assert_eq!(records.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["k1", "k1-outcome"]);
    }

    #[test]
    fn a_file_without_the_columns_is_refused() {
        for (header, row, expect) in [
            ("lead,who,at,tier", "a,b,2026-06-01,Hot", "`lead_id`"),
            ("lead_id,at,tier", "a,2026-06-01,Hot", "`who`"),
            ("lead_id,who,at", "a,b,2026-06-01", "tier, action, accept or outcome"),
        ] {
            let refused = read(header, &[row]).unwrap_err().to_string();
            assert!(refused.contains(expect), "{refused}");
        }
    }
}
