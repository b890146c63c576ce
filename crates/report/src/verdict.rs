//! The verdict: what a sales lead needs to know of a run, in sentences, before any table.

use crate::base_rate;
use crate::beside;
use crate::folder::{Manifest, RunFolder, SplitKind, TEST, VALID};
use crate::sections::threshold::{Below, below_skip};
use crate::words::{count, decimals, percent};
use leadsight_eval::{Band, Edge, Evaluation, Interval, Side, clopper_pearson_upper};
use leadsight_schema::{Severity, Terms, Verdict as Leak};
use serde::{Deserialize, Serialize};

/// How a tier that begins at the threshold says so.
const AT_THRESHOLD: &str = "from 70";

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
        .filter(|b| b.side == side && b.edge == Edge::Share && (b.share - share).abs() < 0.12)
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
    calls(&mut verdict, run, split, found);
    skipping(&mut verdict, run, split, found);
    quality(&mut verdict, run, split, found);
    let mut verdict = said(verdict, &run.manifest.terms);
    // Names of columns are the user's own words, and keep theirs.
    if let Some(warning) = too_good(run) {
        verdict.headline = format!("{warning} {}", verdict.headline);
    }
    verdict.cautions.splice(0..0, may_know(run));
    verdict
}

/// The warning of columns that lift a model and may know the outcome, unless somebody said why they may stay.
fn too_good(run: &RunFolder) -> Option<String> {
    let waived = |column: &String| run.manifest.waived.iter().any(|w| w.column == *column);
    let suspects = run.manifest.suspects.as_ref()?;
    (suspects.lifts() && !suspects.columns.iter().any(waived)).then(|| suspects.warning())
}

/// The verdict in a field's own words.
fn said(verdict: Verdict, own: &Terms) -> Verdict {
    let all = |texts: Vec<String>| texts.iter().map(|text| own.say(text)).collect();
    let fact = |f: Fact| Fact { label: own.say(&f.label), value: f.value, note: own.say(&f.note) };
    Verdict {
        headline: own.say(&verdict.headline),
        facts: verdict.facts.into_iter().map(fact).collect(),
        sentences: all(verdict.sentences),
        cautions: all(verdict.cautions),
    }
}

fn ranking(verdict: &mut Verdict, found: &Evaluation) {
    let Some(top) = found.metrics.get("capture_at_35") else {
        verdict.headline = "What the best leads hold could not be computed.".into();
        return;
    };
    let by_chance = found.metrics.get("roc_auc").is_some_and(|auc| auc.low <= 0.5);
    let warning = if by_chance {
        "This ranking is not distinguishable from chance: do not call by it. "
    } else {
        ""
    };
    verdict.headline = format!(
        "{warning}The top 35\u{a0}% of leads hold {} of the conversions (95\u{a0}% interval: {}).",
        percent(top.value),
        between(top)
    );
    verdict.facts.push(Fact {
        label: "In the top 35\u{a0}%".into(),
        value: percent(top.value),
        note: format!(
            "of the conversions ({}); a random 35\u{a0}% would hold 35\u{a0}%",
            between(top)
        ),
    });
}

fn between(i: &Interval) -> String {
    format!("{} to {}", percent(i.low), percent(i.high))
}

fn calls(verdict: &mut Verdict, run: &RunFolder, split: &str, found: &Evaluation) {
    let Some(at) = found.confusion.get("chosen") else { return };
    let (rows, wins) = (at.rows() as f64, at.positives() as f64);
    let threshold = format!(
        "A lead that scores 70 or more has a chance of {} or more to convert: this is the threshold ({}).{}",
        percent(run.metrics.threshold),
        run.metrics.threshold_rule,
        own_tiers(run)
    );
    if at.tp == 0 || wins == 0.0 {
        verdict.sentences.push(format!(
            "{threshold} Of the {} {split} leads {} reach it, and none of them converted.",
            count(at.rows() as u64),
            count(at.flagged() as u64)
        ));
        return;
    }
    let (each, random) = (at.flagged() as f64 / at.tp as f64, rows / wins);
    // The interval of calls for one win is that of the precision, turned over.
    let precision = found.metrics.get("precision").filter(|i| i.low > 0.0);
    let range = precision.map_or(String::new(), |i| {
        format!(" ({} to {})", decimals(1.0 / i.high, 1), decimals(1.0 / i.low, 1))
    });
    verdict.facts.push(Fact {
        label: "Calls for one win".into(),
        value: decimals(each, 1),
        note: format!("from leads that score 70 or more{range}; {} at random", decimals(random, 1)),
    });
    let recall = found.metrics.get("recall");
    let recall = recall.map_or(String::new(), |i| format!(" (95\u{a0}% interval: {})", between(i)));
    verdict.sentences.push(format!(
        "{threshold} Of the {} {split} leads {} reach it, and {} of them converted: one win in {} calls{range}, where calling at random takes {}. They are {} of the {} conversions{recall}.",
        count(at.rows() as u64),
        count(at.flagged() as u64),
        count(at.tp as u64),
        decimals(each, 1),
        decimals(random, 1),
        percent(at.tp as f64 / wins),
        count(at.positives() as u64),
    ));
    verdict.sentences.extend(longer_list(found, at.flagged()));
}

/// Where the policy acts by other scores than the threshold's.
fn own_tiers(run: &RunFolder) -> &'static str {
    let tiers = &run.metrics.tiers;
    match tiers.is_empty() || tiers.iter().any(|tier| tier.begins == AT_THRESHOLD) {
        true => "",
        false => " No tier of the policy begins there: what is done with a lead, the tiers say.",
    }
}

/// What calling the whole top 35 % takes, where the threshold's list is shorter.
fn longer_list(found: &Evaluation, flagged: usize) -> Option<String> {
    let top = found.metrics.get("capture_at_35")?;
    let called = ((found.rows as f64 * 0.35) as usize).max(1);
    let won = (top.value * found.positives as f64).round();
    (won > 0.0 && called > flagged).then(|| {
        format!(
            "Calling the whole top 35\u{a0}%, {} leads, reaches {} of {}: one win in {} calls.",
            count(called as u64),
            count(won as u64),
            count(found.positives as u64),
            decimals(called as f64 / won, 1)
        )
    })
}

/// What may be left alone: the leads below the safe-to-skip threshold, and the band that was clean where it was fixed.
fn skipping(verdict: &mut Verdict, run: &RunFolder, split: &str, found: &Evaluation) {
    match below_skip(run, split).filter(|below| below.rows > 0 && below.positives > 0) {
        Some(below) => verdict.sentences.push(cold(&below)),
        None => half(verdict, found),
    }
    if let Some(clean) = found.bands.iter().find(|b| b.edge == Edge::Clean) {
        verdict.sentences.push(format!(
            "The largest bottom band that held no conversion on the validation rows takes {} of the {split} leads: {} of {} converted, with 95\u{a0}% confidence no more than {}.",
            percent(clean.share),
            count(clean.conversions as u64),
            count(clean.rows as u64),
            percent(clean.rate_upper)
        ));
    }
}

fn cold(below: &Below) -> String {
    let (rows, wins) = (below.rows as u64, below.wins as u64);
    let most = clopper_pearson_upper(wins, rows, 0.95).map_or(String::new(), |most| {
        format!(", with 95\u{a0}% confidence no more than {}", percent(most))
    });
    format!(
        "Leads that score less than 40 can be called last: {} of the leads do, and {} of those {} converted{most}. They are {} of the conversions.",
        percent(below.rows as f64 / below.all as f64),
        count(wins),
        count(rows),
        percent(below.wins as f64 / below.positives as f64)
    )
}

fn half(verdict: &mut Verdict, found: &Evaluation) {
    let Some(bottom) = band(found, Side::Bottom, 0.5) else { return };
    verdict.sentences.push(format!(
        "The bottom {} of leads hold {} of the conversions: {} of {} leads there converted, and with 95\u{a0}% confidence no more than {} do.",
        percent(bottom.share),
        percent(bottom.capture.value),
        count(bottom.conversions as u64),
        count(bottom.rows as u64),
        percent(bottom.rate_upper)
    ));
}

fn quality(verdict: &mut Verdict, run: &RunFolder, split: &str, found: &Evaluation) {
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
            "Its probabilities differ from what happened by {} points on average, over ten groups of leads{}.",
            decimals(ece.value * 100.0, 1),
            by_chance(run, split).map_or(String::new(), |x| format!(
                "; chance alone would make it about {}",
                decimals(x * 100.0, 1)
            ))
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

/// The calibration error that perfect probabilities would show in groups of these sizes: the mean of a binomial share's
/// absolute deviation, sqrt(2 p (1 - p) / (pi n)), over the leads.
fn by_chance(run: &RunFolder, split: &str) -> Option<f64> {
    let model = run.curves.models.iter().find(|m| m.model == run.metrics.model)?;
    let bins = &model.splits.get(split)?.calibration;
    let rows: usize = bins.iter().map(|b| b.rows).sum();
    let deviation = |p: f64, n: f64| (2.0 * p * (1.0 - p) / (std::f64::consts::PI * n)).sqrt();
    let sum: f64 = bins
        .iter()
        .filter(|b| b.rows > 0)
        .map(|b| b.rows as f64 * deviation(b.predicted, b.rows as f64))
        .sum();
    (rows > 0 && sum.is_finite()).then(|| sum / rows as f64)
}

/// What the same models are worth by time, or how to find out where the leads are dated.
fn by_time(run: &RunFolder) -> String {
    if let Some(file) = &run.beside {
        return beside::words(file).first().map_or(String::new(), |told| format!(" {told}"));
    }
    run.profile.iter().find(|column| column.role == "created").map_or(String::new(), |column| {
        format!(
            " `{}` dates the leads: `split: Time()` judges forward in time, `report: (beside: Time())` sets both splits side by side.",
            column.column
        )
    })
}

fn cautions(run: &RunFolder, split: &str, found: &Evaluation) -> Vec<String> {
    let mut cautions = Vec::new();
    if split != TEST {
        cautions.push("There is no test split: these figures come from the rows on which choices were made, and flatter.".into());
    }
    let moving = base_rate::caution(run);
    let steady = moving.is_none();
    cautions.extend(moving);
    // A base rate that moves says as much, and more.
    if steady && run.manifest.split_kind == Some(SplitKind::Random) {
        cautions.push(format!("The leads were split at random, not by time: the figures say how the model does on leads like these, not how it holds up on next month\u{2019}s.{}", by_time(run)));
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
            "ROC AUC fell from {} on the validation rows to {} on the test rows, more than chance explains: the future may differ from the past again.",
            decimals(valid.value, 3),
            decimals(test.value, 3)
        ));
    }
    if auc(split).is_some_and(|i| i.value > 0.98) {
        cautions.push("A ranking this good is rare with real leads: look for a column that knows the outcome.".into());
    }
    let errors: u64 =
        run.issues.iter().filter(|i| i.severity == Severity::Error).map(|i| i.count).sum();
    if errors > 0 {
        cautions.push(format!("{} rows or columns could not be used.", count(errors)));
    }
    cautions
}

/// The columns in the model that may know the outcome; the names and reasons are the user's own words.
fn may_know(run: &RunFolder) -> Option<String> {
    let Manifest { excluded, fields, .. } = &run.manifest;
    let unread = |column: &str| !fields.is_empty() && !fields.iter().any(|field| field == column);
    let kept_out = |column: &str| excluded.iter().any(|e| e.column == column) || unread(column);
    let waiver = |column: &str| run.manifest.waived.iter().find(|w| w.column == column);
    let names: Vec<String> = run
        .leakage
        .iter()
        .filter(|f| f.verdict != Leak::Safe && !kept_out(&f.column))
        .map(|f| match waiver(&f.column) {
            Some(waived) => format!("{} (waived: {})", f.column, waived.reason),
            None => f.column.clone(),
        })
        .collect();
    let listed = names.join(", ");
    (!names.is_empty()).then(|| format!("In the model though they may know the outcome: {listed}."))
}
