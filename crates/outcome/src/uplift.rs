//! What the model brings over a rule: two arms of leads, their differences with intervals, and whether these may be read as an effect.
//!
//! Differences of rates have Newcombe's interval (1998, method 10), those of value a stratified bootstrap's. They measure the model
//! only where chance decided who went to which arm. Three things speak against it, and are told: nobody declared it so; the arms'
//! sizes are not those that were meant (a *sample ratio mismatch*, exact binomial test, p < 0.001); columns known before differ
//! by more than 0.1 standard deviations.

mod balance;

pub use balance::Balance;

use crate::measure::{Judged, judge};
use crate::report::{known, of_word};
use crate::table::Table;
use crate::{Gathered, Holdout, LEVEL, OutcomeError, OutcomeSpec};
use leadsight_eval::{
    BootstrapOptions, IMBALANCE, Interval, Resampling, binomial_exact, bootstrap_rows,
    unpaired_difference, wilson,
};
use leadsight_schema::{Issue, Seed};
use serde::Serialize;
use std::collections::BTreeSet;

/// Shares this unlikely are no chance: the level that is usual for sample ratio mismatches.
const MISMATCH: f64 = 0.001;

/// Whether an arm did better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The model's, by more than noise.
    Better,
    /// The rule's, by more than noise.
    Worse,
    /// The difference may be luck.
    Unclear,
    /// Too few leads to say anything.
    TooFew,
}

/// A measure in both arms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    /// The measure.
    pub measure: &'static str,
    /// Of the leads worked by the model.
    pub model: Option<Interval>,
    /// Of the leads worked by the rule.
    pub baseline: Option<Interval>,
    /// Model minus rule; `None` where there are too few leads.
    pub difference: Option<Interval>,
    /// What that says.
    pub verdict: Verdict,
}

/// What the model brings over the rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uplift {
    /// Leads worked by the model.
    pub model: u64,
    /// Leads worked by the rule.
    pub baseline: u64,
    /// The measures.
    pub contrasts: Vec<Contrast>,
    /// p-value of the arms' sizes, where a share was meant.
    pub sample_ratio_p: Option<f64>,
    /// The columns known before.
    pub balance: Vec<Balance>,
    /// Whether the differences may be read as the model's effect.
    pub is_effect: bool,
    /// Why, or why not, in sentences.
    pub words: Vec<String>,
}

/// Compares the arms of a holdout.
///
/// # Errors
/// [`OutcomeError::Column`] for columns that are not there, [`OutcomeError::Nothing`] for an arm without leads.
pub fn uplift(
    gathered: &Gathered,
    table: Table<'_>,
    spec: &OutcomeSpec,
    holdout: &Holdout,
    seed: Seed,
    issues: &mut Vec<Issue>,
) -> Result<Uplift, OutcomeError> {
    let column = table.position(&holdout.column)?;
    let words = table.words(column);
    let leads = &gathered.leads;
    let arms = [&holdout.model, &holdout.baseline].map(|word| of_word(leads, &words, word));
    let outside: Vec<usize> = (0..leads.len())
        .filter(|lead| arms.iter().all(|arm| arm.binary_search(lead).is_err()))
        .map(|lead| leads[lead].row)
        .collect();
    for (arm, word) in arms.iter().zip([&holdout.model, &holdout.baseline]) {
        if arm.is_empty() {
            let known: BTreeSet<&str> =
                words.iter().flatten().map(String::as_str).take(1000).collect();
            let known: Vec<&str> = known.into_iter().take(8).collect();
            return Err(OutcomeError::Nothing {
                file: table.what,
                found: format!(
                    "no lead of the arm `{word}`; `{}` holds: {}",
                    holdout.column,
                    known.join(", ")
                ),
                expected: "leads in both arms, or their words under `holdout` in --config"
                    .to_owned(),
            });
        }
    }
    let first = outside.first().map(|row| table.shown(*row, column)).unwrap_or_default();
    let expected = format!("`{}` or `{}`; the lead is in no arm", holdout.model, holdout.baseline);
    issues.extend(table.issue("no_arm", &outside, column, first, &expected));
    let judged = judge(leads, known(gathered, spec));
    let mut contrasts = rates(&judged, &arms, spec.least);
    contrasts.extend(value(gathered, &judged, &arms, spec.least, seed)?);
    let balance = holdout
        .covariates
        .iter()
        .map(|name| balance::balance(table, name, gathered, &arms))
        .collect::<Result<Vec<_>, _>>()?;
    let [model, baseline] = [arms[0].len() as u64, arms[1].len() as u64];
    let sample_ratio_p = match holdout.share {
        Some(share) => Some(binomial_exact(model, model + baseline, share)?),
        None => None,
    };
    let mut found = Uplift {
        model,
        baseline,
        contrasts,
        sample_ratio_p,
        balance,
        is_effect: false,
        words: Vec::new(),
    };
    (found.is_effect, found.words) = reading(&found, holdout);
    Ok(found)
}

type Answer = fn(&Judged) -> Option<bool>;

fn rates(judged: &[Judged], arms: &[Vec<usize>; 2], least: u64) -> Vec<Contrast> {
    let of: [(&str, Answer); 5] = [
        ("contacted", |j| j.contacted),
        ("in_time", |j| j.in_time),
        ("meeting", |j| j.met),
        ("lead_to_opportunity", |j| j.opportunity),
        ("lead_to_win", |j| j.won),
    ];
    of.into_iter()
        .filter_map(|(measure, answer)| {
            let counts = arms.each_ref().map(|arm| {
                let answers: Vec<bool> = arm.iter().filter_map(|i| answer(&judged[*i])).collect();
                (answers.iter().filter(|a| **a).count() as u64, answers.len() as u64)
            });
            let [model, baseline] = counts.map(|(hits, n)| wilson(hits, n, LEVEL).ok());
            if model.is_none() && baseline.is_none() {
                return None;
            }
            let enough = counts.iter().all(|(_, n)| *n >= least);
            let difference = model.zip(baseline).filter(|_| enough);
            let difference = difference.and_then(|(a, b)| unpaired_difference(&a, &b).ok());
            Some(Contrast { measure, model, baseline, difference, verdict: verdict(difference) })
        })
        .collect()
}

/// The value for each lead on which it is settled whether it was won.
fn value(
    gathered: &Gathered,
    judged: &[Judged],
    arms: &[Vec<usize>; 2],
    least: u64,
    seed: Seed,
) -> Result<Option<Contrast>, OutcomeError> {
    if !gathered.values_known {
        return Ok(None);
    }
    let settled = arms.each_ref().map(|arm| -> Vec<usize> {
        arm.iter().copied().filter(|i| judged[*i].won.is_some()).collect()
    });
    let wins = |arm: &Vec<usize>| arm.iter().filter(|i| judged[**i].won == Some(true)).count();
    let too_few = Contrast {
        measure: "value_per_lead",
        model: None,
        baseline: None,
        difference: None,
        verdict: Verdict::TooFew,
    };
    if settled.iter().any(|arm| (arm.len() as u64) < least)
        || settled.iter().map(wins).sum::<usize>() < 10
    {
        return Ok(Some(too_few));
    }
    let rows: Vec<usize> = settled.concat();
    let is_model: Vec<bool> = (0..rows.len()).map(|i| i < settled[0].len()).collect();
    let values: Vec<f64> = rows.iter().map(|i| gathered.leads[*i].value.unwrap_or(0.0)).collect();
    let options = BootstrapOptions {
        level: LEVEL,
        seed,
        resampling: Resampling::Stratified,
        ..BootstrapOptions::default()
    };
    let [model, baseline, difference] = bootstrap_rows(&is_model, &options, |counts| {
        let (mut sums, mut n) = ([0.0; 2], [0.0; 2]);
        for (i, count) in counts.iter().enumerate() {
            let arm = usize::from(!is_model[i]);
            sums[arm] += f64::from(*count) * values[i];
            n[arm] += f64::from(*count);
        }
        let [a, b] = [sums[0] / n[0], sums[1] / n[1]];
        [Some(a), Some(b), Some(a - b)]
    })?;
    Ok(Some(Contrast { model, baseline, difference, verdict: verdict(difference), ..too_few }))
}

fn verdict(difference: Option<Interval>) -> Verdict {
    match difference {
        None => Verdict::TooFew,
        Some(d) if d.low > 0.0 => Verdict::Better,
        Some(d) if d.high < 0.0 => Verdict::Worse,
        Some(_) => Verdict::Unclear,
    }
}

/// Whether the differences may be read as an effect, and what is to be said.
fn reading(found: &Uplift, holdout: &Holdout) -> (bool, Vec<String>) {
    let mut words = Vec::new();
    if !holdout.randomised {
        words.push(
            "Nobody declared that chance decided who went to which arm (`randomised: true`): the differences may be those of the \
             leads, and are no measure of the model."
                .to_owned(),
        );
    }
    let mismatch = found.sample_ratio_p.is_some_and(|p| p < MISMATCH);
    if let (true, Some(p), Some(share)) = (mismatch, found.sample_ratio_p, holdout.share) {
        words.push(format!(
            "Sample ratio mismatch: {} of {} leads are in the arm of the model where {:.0} % were meant (p = {p:.1e}). Something sorted leads \
             into or out of an arm; until it is found, the differences measure that too.",
            found.model,
            found.model + found.baseline,
            share * 100.0
        ));
    }
    let apart: Vec<&str> =
        found.balance.iter().filter(|b| !b.alike).map(|b| b.column.as_str()).collect();
    if !apart.is_empty() {
        words.push(format!(
            "The arms were not alike beforehand: {} differ by more than {IMBALANCE} standard deviations. The differences are partly those of the leads.",
            apart.join(", ")
        ));
    }
    let is_effect = holdout.randomised && !mismatch && apart.is_empty();
    if is_effect && holdout.covariates.is_empty() {
        words.push("No covariates are declared: whether the arms were alike beforehand has not been checked.".to_owned());
    }
    if is_effect && holdout.share.is_none() {
        words.push("No share is declared: whether the arms have the sizes that were meant has not been checked.".to_owned());
    }
    if is_effect {
        words.push(
            "The arms were drawn by chance: what differs by more than noise is what the model brings.".to_owned(),
        );
    }
    (is_effect, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{DAY, lead, of as typed_as, table};
    use leadsight_schema::{LeadTable, Timestamp};

    /// `n` leads, every other in each arm; of the model's one in `model` is won, of the rule's one in `rule`.
    fn world(n: usize, model: usize, rule: usize) -> (Gathered, LeadTable) {
        let mut leads = Vec::new();
        let mut rows = Vec::new();
        for row in 0..n {
            let (arm, one_in) = if row % 2 == 0 { ("model", model) } else { ("baseline", rule) };
            let won = ((row / 2) % one_in == 0).then_some(30);
            let mut own = lead(&[2], won.map(|_| 3), won);
            own.row = row;
            leads.push(own);
            rows.push(format!(
                "L{row},{arm},{},{}",
                row % 7,
                if row / 2 % 3 == 0 { "web" } else { "mail" }
            ));
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let typed = table("lead_id,arm,size,source", &rows, &["size"]);
        let gathered = Gathered {
            leads,
            groups: Vec::new(),
            at: Some(Timestamp(300 * DAY)),
            contacts_known: true,
            values_known: true,
            stages_known: true,
        };
        (gathered, typed)
    }

    fn compare(world: &(Gathered, LeadTable), holdout: &Holdout) -> Result<Uplift, OutcomeError> {
        let (gathered, typed) = world;
        let table = typed_as(typed, "the leads");
        uplift(gathered, table, &OutcomeSpec::default(), holdout, Seed(1), &mut Vec::new())
    }

    fn of<'a>(found: &'a Uplift, measure: &str) -> &'a Contrast {
        found.contrasts.iter().find(|c| c.measure == measure).unwrap()
    }

    fn random() -> Holdout {
        let covariates = vec!["size".to_owned(), "source".to_owned()];
        Holdout { randomised: true, share: Some(0.5), covariates, ..Holdout::of("arm") }
    }

    #[test]
    fn a_better_model_is_found_and_an_equal_one_is_not() {
        let found = compare(&world(1200, 4, 10), &random()).unwrap();
        let win = of(&found, "lead_to_win");
        assert_eq!((win.verdict, found.is_effect), (Verdict::Better, true));
        // 150 and 60 of 600 each.
        let newcombe =
            unpaired_difference(&wilson(150, 600, 0.95).unwrap(), &wilson(60, 600, 0.95).unwrap())
                .unwrap();
        assert_eq!(win.difference, Some(newcombe));
        let value = of(&found, "value_per_lead");
        assert_eq!((value.verdict, value.difference.unwrap().value), (Verdict::Better, 150.0));
        assert!(found.words[0].contains("is what the model brings"), "{:?}", found.words);
        let found = compare(&world(1200, 5, 5), &random()).unwrap();
        assert_eq!(
            (of(&found, "lead_to_win").verdict, of(&found, "value_per_lead").verdict),
            (Verdict::Unclear, Verdict::Unclear)
        );
        let found = compare(&world(1200, 10, 4), &random()).unwrap();
        assert_eq!(of(&found, "lead_to_win").verdict, Verdict::Worse);
    }

    #[test]
    fn what_is_no_experiment_is_not_called_one() {
        let world = world(1200, 4, 10);
        let plain = compare(&world, &Holdout::of("arm")).unwrap();
        assert!(
            !plain.is_effect && plain.words[0].contains("no measure of the model"),
            "{:?}",
            plain.words
        );
        let ratio = compare(&world, &Holdout { share: Some(0.9), ..random() }).unwrap();
        assert!(
            !ratio.is_effect && ratio.words[0].contains("Sample ratio mismatch: 600 of 1200"),
            "{:?}",
            ratio.words
        );
        // The arm itself as a covariate: nothing could be less alike.
        let apart =
            compare(&world, &Holdout { covariates: vec!["arm".into()], ..random() }).unwrap();
        assert!(
            !apart.is_effect && apart.words[0].contains("not alike beforehand: arm"),
            "{:?}",
            apart.words
        );
        assert_eq!(apart.balance[0].difference.map(f64::abs), Some(f64::INFINITY));
    }

    #[test]
    fn few_leads_and_an_empty_arm_give_no_claim() {
        let few = compare(&world(40, 2, 5), &random()).unwrap();
        assert!(
            few.contrasts.iter().all(|c| c.verdict == Verdict::TooFew && c.difference.is_none())
        );
        let refused = compare(&world(40, 2, 5), &Holdout { baseline: "rules".into(), ..random() })
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("no lead of the arm `rules`") && refused.contains("baseline, model"),
            "{refused}"
        );
        let refused = compare(&world(40, 2, 5), &Holdout::of("ram")).unwrap_err().to_string();
        assert!(refused.contains("no column `ram`"), "{refused}");
    }
}
