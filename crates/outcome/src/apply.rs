//! Overrides laid over a scored file: where a person has decided, the person's tier and action stand, with who, when and why.
//!
//! The model's view is kept beside them as `model_tier`, `model_next_action` and `model_action_reason`. Factors are the model's reasons for the model's score:
//! beside a person's decision they would read as its reasons, so they are left blank there. Probability and score stay what
//! the model said.

use crate::{OutcomeError, Standing};
use leadsight_schema::{Language, LeadId, fill, or_nearest};
use std::collections::BTreeMap;

/// A file of text cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, a cell for each column; blank where nothing is known.
    pub rows: Vec<Vec<String>>,
}

/// A scored file with overrides over it.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The file.
    pub sheet: Sheet,
    /// Rows whose tier or action is a person's.
    pub overridden: usize,
    /// Overridden leads that the file does not hold.
    pub elsewhere: usize,
}

/// The columns that a person decides, and what the model said in them.
const DECIDED: [(&str, &str); 3] = [
    ("tier", "model_tier"),
    ("next_action", "model_next_action"),
    ("action_reason", "model_action_reason"),
];

/// Lays what stands over a scored file. Where a person gave another tier and no action, the action is the one that most leads of that tier
/// have. A file that has been through this before is laid over anew: what its `model_` columns hold is
/// the model's view, and an override that was withdrawn is gone. The reason is told in `language`.
///
/// # Errors
/// [`OutcomeError::Column`] for a file without the column `id`, or without both `tier` and `next_action`.
pub fn apply(
    mut sheet: Sheet,
    id: &str,
    standing: &BTreeMap<&LeadId, Standing<'_>>,
    language: Language,
) -> Result<Applied, OutcomeError> {
    let find = |header: &[String], name: &str| header.iter().position(|column| column == name);
    let missing = |header: &[String], name: &str, expected: &str| OutcomeError::Column {
        file: "the scored leads",
        missing: format!("`{name}`"),
        expected: format!("{expected}{}", or_nearest(name, header.iter().map(String::as_str))),
        columns: header.join(", "),
    };
    let id = find(&sheet.header, id)
        .ok_or_else(|| missing(&sheet.header, id, "the column that names the lead"))?;
    if DECIDED[..2].iter().all(|(name, _)| find(&sheet.header, name).is_none()) {
        return Err(missing(
            &sheet.header,
            "tier",
            "a scored file, as `leadsight score` writes it",
        ));
    }
    let decided = DECIDED.map(|(name, _)| column(&mut sheet, name));
    let before = DECIDED.map(|(_, name)| find(&sheet.header, name));
    let model = DECIDED.map(|(_, name)| column(&mut sheet, name));
    let factors: Vec<usize> = (0..sheet.header.len())
        .filter(|i| {
            ["positive_factor_", "negative_factor_"].iter().any(|p| sheet.header[*i].starts_with(p))
        })
        .collect();
    let (mut overridden, mut seen) = (0, std::collections::BTreeSet::new());
    for row in &mut sheet.rows {
        for k in 0..DECIDED.len() {
            match before[k] {
                // What an earlier laying over left is the person's; the model's own goes back first.
                Some(model) => row[decided[k]] = row[model].clone(),
                None => row[model[k]] = row[decided[k]].clone(),
            }
        }
    }
    let usual = usual_actions(&sheet.rows, decided[0], decided[1]);
    for row in &mut sheet.rows {
        let lead = LeadId(row[id].clone());
        let Some(own) = standing.get(&lead) else { continue };
        let Some(latest) = own.overridden_by() else { continue };
        let p = language.phrases();
        let date = language.date(latest.at);
        let reason = fill(p.set_by, |word| match word {
            "who" => &latest.who,
            "date" => &date,
            _ => latest.why.as_deref().unwrap_or(p.set_without_reason),
        });
        let (tier, action) = (own.tier.map(|word| word.said), own.action.map(|word| word.said));
        // What was to be done in the old tier says nothing of the new one.
        let of_tier = tier.filter(|tier| *tier != row[decided[0]]);
        let of_tier = of_tier.map(|tier| usual.get(tier).map_or("", String::as_str));
        let said = [tier, action.or(of_tier), Some(&reason)];
        for (place, said) in decided.iter().zip(said) {
            row[*place] = said.map_or_else(|| row[*place].clone(), str::to_owned);
        }
        for &factor in &factors {
            row[factor].clear();
        }
        overridden += 1;
        seen.insert(lead);
    }
    let elsewhere =
        standing.iter().filter(|(lead, own)| own.is_overridden() && !seen.contains(**lead)).count();
    Ok(Applied { sheet, overridden, elsewhere })
}

/// What is done most often in each tier.
fn usual_actions(rows: &[Vec<String>], tier: usize, action: usize) -> BTreeMap<String, String> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in rows {
        *counts.entry((&row[tier], &row[action])).or_default() += 1;
    }
    let mut usual: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for ((tier, action), count) in counts {
        let best = usual.entry(tier).or_default();
        if count > best.0 {
            *best = (count, action);
        }
    }
    usual.into_iter().map(|(tier, (_, action))| (tier.to_owned(), action.to_owned())).collect()
}

/// The position of a column, added blank where it is not there.
fn column(sheet: &mut Sheet, name: &str) -> usize {
    sheet.header.iter().position(|column| column == name).unwrap_or_else(|| {
        sheet.header.push(name.to_owned());
        sheet.rows.iter_mut().for_each(|row| row.push(String::new()));
        sheet.header.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{hot, record};
    use crate::{What, standing};

    fn sheet(text: &str) -> Sheet {
        let mut rows =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        Sheet { header: rows.next().unwrap(), rows: rows.collect() }
    }

    fn text(sheet: &Sheet) -> String {
        let lines = std::iter::once(&sheet.header).chain(&sheet.rows).map(|row| row.join(","));
        lines.collect::<Vec<_>>().join("\n")
    }

    const SCORED: &str = "lead_id,tier,positive_factor_1,next_action,action_reason\n\
        L1,Cold,opened mails,wait,score 31\n\
        L2,Cold,many visits,wait,score 35\n\
        L3,Hot,a demo,call,score 88";

    #[test]
    fn the_persons_decision_stands_and_factors_do_not_explain_it() {
        let records = [hot("L1", 1), hot("L9", 1)];
        let applied =
            apply(sheet(SCORED), "lead_id", &standing(&records, None), Language::English).unwrap();
        assert_eq!(
            text(&applied.sheet),
            "lead_id,tier,positive_factor_1,next_action,action_reason,model_tier,model_next_action,model_action_reason\n\
             L1,Hot,,call,set by anna on 2026-05-29: knows them,Cold,wait,score 31\n\
             L2,Cold,many visits,wait,score 35,Cold,wait,score 35\n\
             L3,Hot,a demo,call,score 88,Hot,call,score 88"
        );
        assert_eq!((applied.overridden, applied.elsewhere), (1, 1));
        // Again, and again after consent: the model's view is still the model's.
        let again =
            apply(applied.sheet.clone(), "lead_id", &standing(&records, None), Language::English)
                .unwrap();
        assert_eq!(again.sheet, applied.sheet);
        let withdrawn = [hot("L1", 1), record("L1", 2, What::Accept)];
        let back = apply(applied.sheet, "lead_id", &standing(&withdrawn, None), Language::English)
            .unwrap();
        assert_eq!(
            (back.sheet.rows[0][1].as_str(), back.sheet.rows[0][4].as_str()),
            ("Cold", "score 31")
        );
        assert_eq!(back.overridden, 0);
    }

    #[test]
    fn in_the_language_asked_for() {
        let records = [hot("L1", 1)];
        let standing = standing(&records, None);
        let applied = apply(sheet(SCORED), "lead_id", &standing, Language::German).unwrap();
        assert_eq!(applied.sheet.rows[0][4], "von anna am 29.05.2026 gesetzt: knows them");
    }

    #[test]
    fn what_is_no_scored_file_is_refused() {
        let standing = standing(&[], None);
        for (text, expect) in
            [("lead,tier\nL1,Hot", "`lead_id`"), ("lead_id,name\nL1,x", "`leadsight score`")]
        {
            let refused = apply(sheet(text), "lead_id", &standing, Language::English)
                .unwrap_err()
                .to_string();
            assert!(refused.contains(expect), "{refused}");
        }
    }
}
