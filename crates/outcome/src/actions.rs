//! What another policy of actions would have brought, from a log of actions with their probabilities.
//!
//! The log has a row a decision: the action, the probability with which it was chosen (`action_probability`), what it brought
//! (`reward`), and what the target policy does: `target_action`, or a column `target_ACTION` with the probability of each action.
//! Columns `q_ACTION` are a model's expected reward of each action; without them the mean reward of each action over the other
//! decisions stands in. The estimates are those of `leadsight_eval::off_policy`.

use crate::spec::{ACTION, ID, PROBABILITY, REWARD, TARGET};
use crate::table::Table;
use crate::{LEVEL, OutcomeError, OutcomeSpec};
use leadsight_eval::{
    Decisions, LEAST_EFFECTIVE, OffPolicy, OffPolicyOptions, RewardModel, mean_rewards, off_policy,
};
use leadsight_schema::Issue;
use serde::Serialize;
use std::collections::BTreeSet;

/// Target probabilities of a decision may miss 1 by this.
const ROUNDING: f64 = 1e-3;

/// Where the model of the reward comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardModelFrom {
    /// The columns `q_ACTION`.
    Columns,
    /// The mean reward of each action over the other decisions.
    Means,
}

/// An action of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionTally {
    /// The action.
    pub action: String,
    /// How often it was taken.
    pub decisions: u64,
    /// What it brought on average.
    pub mean_reward: Option<f64>,
    /// The share of the decisions in which the target policy takes it.
    pub target_share: f64,
}

/// A target policy, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionReport {
    /// The estimates.
    #[serde(flatten)]
    pub estimates: OffPolicy,
    /// Where the model of the reward comes from.
    pub reward_model: RewardModelFrom,
    /// The actions, by name.
    pub actions: Vec<ActionTally>,
}

/// Judges a target policy by the log of another.
///
/// # Errors
/// [`OutcomeError::Column`] and [`OutcomeError::Kind`] for columns that are not there or hold something else, [`OutcomeError::Cell`] with
/// row and value for a probability that is none or 0, an action that is blank or that the log never took,
/// [`OutcomeError::Eval`] where the effective sample is too small.
pub fn actions(
    table: Table<'_>,
    spec: &OutcomeSpec,
    issues: &mut Vec<Issue>,
) -> Result<ActionReport, OutcomeError> {
    let columns = &spec.actions;
    let action = table.need(columns.action.as_deref(), ACTION)?;
    let probability = table.need(columns.probability.as_deref(), PROBABILITY)?;
    let reward = table.need(columns.reward.as_deref(), REWARD)?;
    let (words, logged, rewards) =
        (table.words(action), table.numbers(probability)?, table.numbers(reward)?);
    let cell = |row: usize, column: usize, expected: String| OutcomeError::Cell {
        file: table.what,
        column: table.name(column).to_owned(),
        row: row + 1,
        found: table.shown(row, column),
        expected,
    };
    let without: Vec<usize> = (0..table.rows()).filter(|row| rewards[*row].is_none()).collect();
    let expected = "a number; the decision was left out, which is fair only where rewards are missing for no reason of the action";
    issues.extend(table.issue("unknown_reward", &without, reward, "nothing".to_owned(), expected));
    let rows: Vec<usize> = (0..table.rows()).filter(|row| rewards[*row].is_some()).collect();
    for &row in &rows {
        if words[row].is_none() {
            return Err(cell(row, action, "the action that was taken".to_owned()));
        }
        if !logged[row].is_some_and(|p| p > 0.0 && p <= 1.0) {
            let expected = "the probability with which the action was chosen, above 0 and at most 1: without it nothing can be estimated";
            return Err(cell(row, probability, expected.to_owned()));
        }
    }
    if let Some(id) = table.find(None, ID)? {
        let ids = table.words(id);
        let mut seen = BTreeSet::new();
        let again: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|row| ids[*row].as_ref().is_some_and(|id| !seen.insert(id)))
            .collect();
        let first = again.first().map(|row| table.shown(*row, id)).unwrap_or_default();
        let expected = "one decision a lead; several are taken as independent, which makes intervals too narrow";
        issues.extend(table.issue("repeated_lead", &again, id, first, expected));
    }
    let names: BTreeSet<&str> = rows.iter().filter_map(|row| words[*row].as_deref()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let place = |name: &str| names.binary_search(&name).ok();
    let target = target(table, spec, &rows, &names, &cell)?;
    let taken: Vec<usize> = rows.iter().filter_map(|row| place(words[*row].as_deref()?)).collect();
    let k = names.len();
    let own_reward: Vec<f64> = rows.iter().filter_map(|row| rewards[*row]).collect();
    let own_logged: Vec<f64> = rows.iter().filter_map(|row| logged[*row]).collect();
    let own_target: Vec<f64> = taken.iter().enumerate().map(|(i, a)| target[i * k + a]).collect();
    let (model, from) = match model_columns(table, &names)? {
        Some(columns) => {
            (by_columns(table, &columns, &rows, &taken, &target, &cell)?, RewardModelFrom::Columns)
        }
        None => (mean_rewards(&taken, &own_reward, &target, k)?, RewardModelFrom::Means),
    };
    let options = OffPolicyOptions {
        least_effective: columns.least_effective.unwrap_or(LEAST_EFFECTIVE),
        level: LEVEL,
    };
    let decisions = Decisions {
        rewards: &own_reward,
        logged: &own_logged,
        target: &own_target,
        model: Some(RewardModel { taken: &model.0, target: &model.1 }),
    };
    let estimates = off_policy(decisions, &options)?;
    let tally = |(a, name): (usize, &&str)| {
        let brought: Vec<f64> =
            (0..taken.len()).filter(|i| taken[*i] == a).map(|i| own_reward[i]).collect();
        ActionTally {
            action: (*name).to_owned(),
            decisions: brought.len() as u64,
            mean_reward: (!brought.is_empty())
                .then(|| brought.iter().sum::<f64>() / brought.len() as f64),
            target_share: (0..taken.len()).map(|i| target[i * k + a]).sum::<f64>()
                / taken.len() as f64,
        }
    };
    Ok(ActionReport {
        estimates,
        reward_model: from,
        actions: names.iter().enumerate().map(tally).collect(),
    })
}

type CellError<'a> = dyn Fn(usize, usize, String) -> OutcomeError + 'a;

/// The target policy's probability of each action, decision by decision.
fn target(
    table: Table<'_>,
    spec: &OutcomeSpec,
    rows: &[usize],
    names: &[&str],
    cell: &CellError<'_>,
) -> Result<Vec<f64>, OutcomeError> {
    let k = names.len();
    let known = || {
        format!(
            "an action that the log took at least once ({}); of another it knows nothing",
            names.join(", ")
        )
    };
    let mut target = vec![0.0; rows.len() * k];
    if let Some(column) = table.find(spec.actions.target.as_deref(), TARGET)? {
        let words = table.words(column);
        for (i, &row) in rows.iter().enumerate() {
            let place = words[row].as_deref().and_then(|word| names.binary_search(&word).ok());
            target[i * k + place.ok_or_else(|| cell(row, column, known()))?] = 1.0;
        }
        return Ok(target);
    }
    let columns = table.with_prefix("target_");
    if columns.is_empty() {
        table.need(None, TARGET)?;
    }
    let mut sums = vec![0.0; rows.len()];
    for (name, column) in &columns {
        let (numbers, place) = (table.numbers(*column)?, names.binary_search(name).ok());
        for (i, &row) in rows.iter().enumerate() {
            let p = numbers[row].unwrap_or(0.0);
            if !(0.0..=1.0).contains(&p) {
                return Err(cell(row, *column, "a probability from 0 to 1".to_owned()));
            }
            match place {
                Some(place) => target[i * k + place] = p,
                None if p > 0.0 => return Err(cell(row, *column, known())),
                None => {}
            }
            sums[i] += p;
        }
    }
    if let Some(i) = sums.iter().position(|sum| (sum - 1.0).abs() > ROUNDING) {
        let expected = format!("target probabilities that add up to 1, not to {:.3}", sums[i]);
        return Err(cell(rows[i], columns[0].1, expected));
    }
    Ok(target)
}

/// The columns `q_ACTION` in the order of the actions; `None` where there is none at all.
fn model_columns(table: Table<'_>, names: &[&str]) -> Result<Option<Vec<usize>>, OutcomeError> {
    let there = table.with_prefix("q_");
    if names.iter().all(|name| there.iter().all(|(own, _)| own != name)) {
        return Ok(None);
    }
    names
        .iter()
        .map(|name| table.position(&format!("q_{name}")))
        .collect::<Result<_, _>>()
        .map(Some)
}

fn by_columns(
    table: Table<'_>,
    columns: &[usize],
    rows: &[usize],
    taken: &[usize],
    target: &[f64],
    cell: &CellError<'_>,
) -> Result<(Vec<f64>, Vec<f64>), OutcomeError> {
    let k = columns.len();
    let (mut of_taken, mut of_target) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
    for (a, &column) in columns.iter().enumerate() {
        let numbers = table.numbers(column)?;
        for (i, &row) in rows.iter().enumerate() {
            let q = numbers[row]
                .ok_or_else(|| cell(row, column, "the expected reward of the action".to_owned()))?;
            if taken[i] == a {
                of_taken[i] = q;
            }
            of_target[i] += target[i * k + a] * q;
        }
    }
    Ok((of_taken, of_target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{of, table};

    const NUMBERS: [&str; 7] = [
        "action_probability",
        "reward",
        "target_call",
        "target_mail",
        "target_visit",
        "q_call",
        "q_mail",
    ];

    fn judge(header: &str, rows: &[String]) -> Result<ActionReport, OutcomeError> {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let typed = table(header, &rows, &NUMBERS);
        actions(of(&typed, "the log of actions"), &OutcomeSpec::default(), &mut Vec::new())
    }

    /// 300 decisions, two in three calls; a call brings 1, a mail 0.
    fn log(tail: impl Fn(usize) -> String) -> Vec<String> {
        (0..300)
            .map(|i| {
                let (action, p, reward) =
                    if i % 3 < 2 { ("call", 0.6, 1) } else { ("mail", 0.4, 0) };
                format!("L{i},{action},{p},{reward},{}", tail(i))
            })
            .collect()
    }

    const HEAD: &str = "lead_id,action,action_probability,reward";

    #[test]
    fn an_action_a_probability_and_a_model_by_hand() {
        let found = judge(&format!("{HEAD},target_action"), &log(|_| "call".into())).unwrap();
        let e = &found.estimates;
        assert!(
            (e.ips.value - 2.0 / 3.0 / 0.6).abs() < 1e-12 && (e.snips.value - 1.0).abs() < 1e-12,
            "{e:?}"
        );
        assert!((e.effective_sample_size - 200.0).abs() < 1e-9);
        assert_eq!(
            (found.reward_model, e.doubly_robust.unwrap().value),
            (RewardModelFrom::Means, 1.0)
        );
        assert_eq!(
            (
                found.actions[1].action.as_str(),
                found.actions[1].mean_reward,
                found.actions[1].target_share
            ),
            ("mail", Some(0.0), 0.0)
        );
        let header = format!("{HEAD},target_call,target_mail,q_call,q_mail");
        let found = judge(&header, &log(|_| "0.5,0.5,0.9,0.2".into())).unwrap();
        // 0.55 + 2/3 (0.5 / 0.6) (0.1) + 1/3 (0.5 / 0.4) (-0.2).
        let expect = 0.55 + 2.0 / 3.0 / 12.0 - 0.25 / 3.0;
        assert_eq!(found.reward_model, RewardModelFrom::Columns);
        assert!((found.estimates.doubly_robust.unwrap().value - expect).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn what_proves_nothing_is_refused_with_row_and_value() {
        let with = |at: usize, row: &str| {
            let mut rows = log(|_| "call".into());
            rows[at] = row.to_owned();
            judge(&format!("{HEAD},target_action"), &rows).map(|_| ()).unwrap_err().to_string()
        };
        for (row, expect) in [
            ("L9,call,0,1,call", "`action_probability` in row 10 is 0"),
            ("L9,call,,1,call", "`action_probability` in row 10 is nothing"),
            ("L9,call,1.2,1,call", "`action_probability` in row 10 is 1.2"),
            ("L9,,0.5,1,call", "`action` in row 10 is nothing"),
            ("L9,call,0.5,1,visit", "`target_action` in row 10 is `visit`"),
        ] {
            let refused = with(9, row);
            assert!(refused.contains(expect), "{refused}");
        }
        let only = |n: usize| {
            judge(&format!("{HEAD},target_action"), &log(|_| "mail".into())[..n])
                .map(|_| ())
                .unwrap_err()
                .to_string()
        };
        assert!(only(90).contains("expected at least 50"), "{}", only(90));
        for (header, tail, expect) in [
            ("target_call,target_mail", "0.5,0.2", "add up to 1, not to 0.700"),
            ("target_call,target_mail", "1.5,0.2", "from 0 to 1"),
            ("target_call,target_visit", "0.5,0.5", "at least once (call, mail)"),
            ("target_action,q_call", "call,1", "`q_mail`"),
            ("note", "x", "`target_action`"),
        ] {
            let refused =
                judge(&format!("{HEAD},{header}"), &log(|_| tail.into())).unwrap_err().to_string();
            assert!(refused.contains(expect), "{refused}");
        }
    }
}
