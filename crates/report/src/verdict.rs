//! The verdict: what a sales lead needs to know of a run, in sentences, before any table.

use crate::folder::{RunFolder, TEST, VALID};
use crate::words::{count, decimals, percent};
use leadsight_eval::{Band, Evaluation, Side};
use leadsight_schema::{Severity, Verdict as Leak};
use serde::{Deserialize, Serialize};

/// The verdict in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The one sentence to remember.
    pub headline: String,
    /// Four figures at most.
    pub facts: Vec<Fact>,
    /// What the figures mean.
    pub sentences: Vec<String>,
    /// What speaks against relying on them.
    pub cautions: Vec<String>,
}

/// A figure with its name and meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it measures.
    pub label: String,
    /// The figure.
    pub value: String,
    /// What it compares with.
    pub note: String,
}

/// The split that the verdict is read on: test, else valid.
pub fn judged(run: &RunFolder) -> Option<(&str, &Evaluation)> {
    [TEST, VALID]
        .into_iter()
        .find_map(|split| run.metrics.splits.get(split).map(|found| (split, found)))
}

/// The band nearest to a share. A cut that was fixed on validation rows holds a slightly other share of the test rows, and
/// more than a slightly other one where many leads have one score.
pub fn band(evaluation: &Evaluation, side: Side, share: f64) -> Option<&Band> {
    evaluation
        .bands
        .iter()
        .filter(|b| b.side == side && (b.share - share).abs() < 0.12)
        .min_by(|a, b| (a.share - share).abs().total_cmp(&(b.share - share).abs()))
}

/// The verdict on a run.
pub fn verdict(run: &RunFolder) -> Verdict {
    let Some((split, found)) = judged(run) else {
        let headline = "This run holds no evaluation, so nothing can be said of its model.".into();
        return Verdict { headline, ..Verdict::default() };
    };
    let mut verdict = Verdict { cautions: cautions(run, split, found), ..Verdict::default() };
    ranking(&mut verdict, found);
    calls(&mut verdict, run, found);
    skipping(&mut verdict, found);
    quality(&mut verdict, split, found);
    verdict
}

fn ranking(verdict: &mut Verdict, found: &Evaluation) {
    let Some(top) = found.metrics.get("capture_at_35") else {
        verdict.headline = "What the best leads hold could not be computed.".into();
        return;
    };
    verdict.headline = format!(
        "The best-scored 35\u{a0}% of leads hold {} of all conversions.",
        percent(top.value)
    );
    verdict.facts.push(Fact {
        label: "In the top 35\u{a0}%".into(),
        value: percent(top.value),
        note: format!(
            "of all conversions; {} to {} with 95\u{a0}% confidence",
            percent(top.low),
            percent(top.high)
        ),
    });
}

fn calls(verdict: &mut Verdict, run: &RunFolder, found: &Evaluation) {
    let Some(at) = found.confusion.get("chosen") else { return };
    let (rows, wins) = (at.rows() as f64, at.positives() as f64);
    let threshold = percent(run.metrics.threshold);
    if at.tp == 0 || wins == 0.0 {
        verdict.sentences.push(format!(
            "At the chosen threshold ({threshold}) {} of {} leads would be called and none of them converted.",
            count(at.flagged() as u64),
            count(at.rows() as u64)
        ));
        return;
    }
    let (each, random) = (at.flagged() as f64 / at.tp as f64, rows / wins);
    verdict.facts.push(Fact {
        label: "Calls for one win".into(),
        value: decimals(each, 1),
        note: format!("from leads scoring 70 or more; {} at random", decimals(random, 1)),
    });
    verdict.sentences.push(format!(
        "The threshold is a chance of {threshold}: from there on a lead scores 70 or more and is worth a call. Calling these {} of {} leads wins {} of {} conversions ({}): one win in {} calls, where calling at random takes {}.",
        count(at.flagged() as u64),
        count(at.rows() as u64),
        count(at.tp as u64),
        count(at.positives() as u64),
        percent(at.tp as f64 / wins),
        decimals(each, 1),
        decimals(random, 1),
    ));
}

fn skipping(verdict: &mut Verdict, found: &Evaluation) {
    let Some(bottom) = band(found, Side::Bottom, 0.5) else { return };
    verdict.sentences.push(format!(
        "The worst-scored {} of leads hold {} of the conversions: {} of {} leads there converted, and with 95\u{a0}% confidence no more than {} do.",
        percent(bottom.share),
        percent(bottom.capture.value),
        count(bottom.conversions as u64),
        count(bottom.rows as u64),
        percent(bottom.rate_upper)
    ));
}

fn quality(verdict: &mut Verdict, split: &str, found: &Evaluation) {
    if let Some(auc) = found.metrics.get("roc_auc") {
        verdict.facts.push(Fact {
            label: "ROC AUC".into(),
            value: decimals(auc.value, 3),
            note: format!(
                "{} to {}; 0.5 is chance, 1 is perfect",
                decimals(auc.low, 3),
                decimals(auc.high, 3)
            ),
        });
        verdict.sentences.push(format!(
            "Of a lead that converts and one that does not, the model puts the right one first {} of the time.",
            percent(auc.value)
        ));
    }
    if let Some(ece) = found.metrics.get("ece") {
        verdict.sentences.push(format!(
            "Its probabilities are off by {} points on average.",
            decimals(ece.value * 100.0, 1)
        ));
    }
    if found.rows > 0 {
        verdict.facts.push(Fact {
            label: "Base rate".into(),
            value: percent(found.positives as f64 / found.rows as f64),
            note: format!(
                "{} of {} {split} leads converted",
                count(found.positives as u64),
                count(found.rows as u64)
            ),
        });
    }
}

fn cautions(run: &RunFolder, split: &str, found: &Evaluation) -> Vec<String> {
    let mut cautions = Vec::new();
    if split != TEST {
        cautions.push("There is no test split: these figures come from the rows on which choices were made, and flatter.".into());
    }
    if found.positives < 100 {
        cautions.push(format!(
            "Only {} of the {split} leads converted: read every figure with its interval.",
            count(found.positives as u64)
        ));
    }
    let auc = |split: &str| run.metrics.splits.get(split).and_then(|e| e.metrics.get("roc_auc"));
    if let (Some(valid), Some(test)) = (auc(VALID), auc(TEST))
        && valid.low > test.high
    {
        cautions.push(format!(
            "ROC AUC fell from {} on valid to {} on test, more than chance explains: the future may differ from the past again.",
            decimals(valid.value, 3),
            decimals(test.value, 3)
        ));
    }
    if auc(split).is_some_and(|i| i.low <= 0.5) {
        cautions.push("The ranking is not distinguishable from chance.".into());
    }
    if auc(split).is_some_and(|i| i.value > 0.98) {
        cautions.push("A ranking this good is rare with real leads: look for a column that knows the outcome.".into());
    }
    let kept_out = |column: &str| run.manifest.excluded.iter().any(|e| e.column == column);
    let names: Vec<&str> = run
        .leakage
        .iter()
        .filter(|f| f.verdict != Leak::Safe && !kept_out(&f.column))
        .map(|f| f.column.as_str())
        .collect();
    if !names.is_empty() {
        cautions
            .push(format!("In the model though they may know the outcome: {}.", names.join(", ")));
    }
    let errors: u64 =
        run.issues.iter().filter(|i| i.severity == Severity::Error).map(|i| i.count).sum();
    if errors > 0 {
        cautions.push(format!("{} rows or columns could not be used.", count(errors)));
    }
    cautions
}
