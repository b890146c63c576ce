//! What became of a lead's score since the last time, and what moved it.
//!
//! The lead as it was and the lead as it is are explained by the same model. With the contributions c and c' of a field then and now, the
//! log-odds moved by the sum of all c' - c, exactly; each field's points are its share of the way between the two scores before
//! rounding, as those of a factor are ([`shares`]). Where another model gave the last score, the score that this model gives the
//! lead as it was is the stepping stone: up to it the model changed, from it on the lead, in whole points that sum to the change.

use crate::explain::{Parts, position};
use crate::{Bundle, ScoreError, ScoredLead, Scorer, ScorerUsed};
use leadsight_decide::{Vocabulary, shares};
use leadsight_schema::{Phrases, Timestamp, fill};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Fields that a trend names at most.
const NAMED: usize = 3;
/// Beside the first, those that moved the score by this share of the strongest.
const STRONG: f64 = 0.25;

/// What a lead got the last time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Previous {
    /// Its score; `None` where it could not be read.
    pub lead_score: Option<u8>,
    /// Its tier.
    pub tier: Option<Arc<str>>,
    /// The moment of scoring.
    pub scored_at: Option<Timestamp>,
    /// The bundle or policy that scored it, as [`Scorer::version`] tells.
    pub model_version: Option<Arc<str>>,
    /// What scored it; where it was no model, nothing tells what moved the score from there.
    pub scorer_used: Option<ScorerUsed>,
}

impl Previous {
    /// Whether a model gave the score, as far as is known.
    pub(crate) fn is_by_model(&self) -> bool {
        self.scorer_used.is_none_or(|used| used == ScorerUsed::Model)
    }
}

impl From<&ScoredLead> for Previous {
    fn from(lead: &ScoredLead) -> Self {
        Self {
            lead_score: Some(lead.lead_score),
            tier: Some(lead.tier.as_str().into()),
            scored_at: Some(lead.scored_at),
            model_version: Some(Arc::clone(&lead.model_version)),
            scorer_used: Some(lead.scorer_used),
        }
    }
}

/// What became of a lead's score since the last time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// In a sentence; empty where the last score could not be read.
    pub trend: String,
    /// The score now less the score then; `None` for a lead that is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_delta: Option<i16>,
    /// The tier then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_tier: Option<String>,
    /// Points of the change that are due to another model; with `by_lead` they sum to it. `None` where the model is the same, or the lead as
    /// it was is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_model: Option<i16>,
    /// Points of the change that are due to the lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_lead: Option<i16>,
    /// The fields that moved the score, strongest first; empty where the lead as it was is not known.
    pub moved: Vec<Moved>,
}

/// A field that moved a lead's score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// The field's name in the source.
    pub field: String,
    /// Its name in words.
    pub words: String,
    /// Its value then, in words.
    pub before: String,
    /// Its value now, in words.
    pub after: String,
    /// Log-odds that it adds now, less those that it added then.
    pub contribution: f64,
    /// Its share of the way from the score then to the score now, in points before rounding.
    pub points: f64,
}

/// A change, and whether the lead as it was gave the score that was told then.
pub(crate) struct Told {
    pub(crate) change: Change,
    /// The score that it gives instead.
    pub(crate) differs: Option<u8>,
}

impl Change {
    /// Of a lead that was never scored before.
    pub(crate) fn of_new(scorer: &Scorer) -> Self {
        let trend = scorer.vocabulary().language().phrases().change_new.to_owned();
        Self {
            trend,
            score_delta: None,
            previous_tier: None,
            by_model: None,
            by_lead: None,
            moved: Vec::new(),
        }
    }
}

/// The change from `previous` to `score`. `lead` is what the lead was made of then and is now, both by this scorer's model, where that is
/// known.
pub(crate) fn change(
    scorer: &Scorer,
    score: u8,
    previous: &Previous,
    lead: Option<(&Parts, &Parts)>,
) -> Result<Told, ScoreError> {
    let previous_tier = previous.tier.as_deref().map(str::to_owned);
    let Some(score_then) = previous.lead_score else {
        let change = Change { trend: String::new(), previous_tier, ..Change::of_new(scorer) };
        return Ok(Told { change, differs: None });
    };
    let delta = i16::from(score) - i16::from(score_then);
    let another = previous.model_version.as_deref().is_some_and(|v| v != scorer.version());
    let mut change = Change { score_delta: Some(delta), previous_tier, ..Change::of_new(scorer) };
    let mut differs = None;
    if let Some((then, now)) = lead.filter(|_| previous.is_by_model()) {
        let by_model = |parts: &Parts| -> Result<u8, ScoreError> {
            Ok(scorer.model()?.policy.score(scorer.probability(parts.margin)?))
        };
        let stone = by_model(then)?;
        if by_model(now)? != score {
            // Rules and points stepped in for the model.
        } else if !another && stone != score_then {
            differs = Some(stone);
        } else {
            change.moved = moved(scorer, then, now)?;
            if another {
                change.by_model = Some(i16::from(stone) - i16::from(score_then));
                change.by_lead = Some(i16::from(score) - i16::from(stone));
            }
        }
    }
    change.trend = trend(&scorer.vocabulary(), &change, delta, previous.scored_at, another);
    Ok(Told { change, differs })
}

/// The fields that moved the log-odds, strongest first; their points sum to the way between the two scores before rounding.
fn moved(scorer: &Scorer, then: &Parts, now: &Parts) -> Result<Vec<Moved>, ScoreError> {
    let Bundle { policy, .. } = scorer.model()?;
    // Both have one entry for each field that a feature is made from, in the recipe's order.
    let pairs = || then.contributions.iter().zip(&now.contributions);
    let log_odds: Vec<f64> = pairs().map(|(a, b)| b.contribution - a.contribution).collect();
    let points = shares(&log_odds, then.margin, now.margin, |s| position(scorer, policy, s));
    let vocabulary = scorer.vocabulary();
    let moved = pairs().zip(log_odds.into_iter().zip(points));
    let mut moved: Vec<Moved> = moved
        .filter(|(_, (log_odds, _))| *log_odds != 0.0)
        .map(|((a, b), (contribution, points))| Moved {
            field: b.field.clone(),
            words: vocabulary.name(&b.field),
            before: a.value.clone(),
            after: b.value.clone(),
            contribution,
            points,
        })
        .collect();
    moved.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    Ok(moved)
}

fn trend(
    vocabulary: &Vocabulary<'_>,
    change: &Change,
    delta: i16,
    since: Option<Timestamp>,
    another: bool,
) -> String {
    let language = vocabulary.language();
    let p = language.phrases();
    let since = since.map_or(String::new(), |moment| {
        let date = language.date(moment);
        fill(p.change_since, |_| &date)
    });
    let phrase = match delta {
        0 => p.change_none,
        1.. => p.change_up,
        _ => p.change_down,
    };
    let number = delta.unsigned_abs().to_string();
    let mut trend = fill(phrase, |name| if name == "since" { &since } else { &number });
    match (change.by_model, change.by_lead) {
        (Some(model), Some(lead)) => {
            let (model, lead) = (format!("{model:+}"), format!("{lead:+}"));
            trend += &fill(p.change_parts, |name| if name == "model" { &model } else { &lead });
        }
        _ if another => trend += p.change_another_model,
        _ => {}
    }
    let lead = change.by_lead.unwrap_or(delta);
    let named: Vec<String> =
        strongest(&change.moved, lead).map(|moved| named(moved, vocabulary, p)).collect();
    if !named.is_empty() {
        let words = named.join(", ");
        trend += &fill(p.change_chiefly, |_| &words);
    }
    trend
}

/// The fields that moved the score in the direction that it went.
fn strongest(moved: &[Moved], lead: i16) -> impl Iterator<Item = &Moved> {
    let along = move |m: &&Moved| lead != 0 && (m.points > 0.0) == (lead > 0) && m.points != 0.0;
    let most = moved.iter().find(along).map_or(0.0, |m| m.points.abs());
    moved.iter().filter(along).filter(move |m| m.points.abs() >= STRONG * most).take(NAMED)
}

fn named(moved: &Moved, vocabulary: &Vocabulary<'_>, p: &Phrases) -> String {
    let points = vocabulary.points(moved.points);
    let points = fill(p.points, |_| &points);
    let phrase = if moved.before == moved.after { p.change_same } else { p.change_moved };
    fill(phrase, |name| match name {
        "words" => &moved.words,
        "before" => &moved.before,
        "after" => &moved.after,
        _ => &points,
    })
}

impl Scorer {
    /// What became of a live lead's score since the last time. `scored` is the lead's score now, `previous` what it got then, and `before`
    /// the lead as it was then, both given as for [`Scorer::score_json`]; without `before`, or without the moment of the last scoring,
    /// what moved the score is not told, nor by a scorer without a model. It is also not told where the same model gives the
    /// lead as it was another score than it got: then it was another.
    ///
    /// ```no_run
    /// # use leadsight_schema::Timestamp;
    /// # use leadsight_score::{Previous, Scorer};
    /// let scorer = Scorer::load("runs/demo/bundle".as_ref())?;
    /// let then = serde_json::from_str(r#"{"lead_id": "L-1", "page_views": 3}"#)?;
    /// let now = serde_json::from_str(r#"{"lead_id": "L-1", "page_views": 14}"#)?;
    /// let first = scorer.score_json(&then, Timestamp(1_790_000_000))?;
    /// let second = scorer.score_json(&now, Timestamp(1_791_000_000))?;
    /// let change = scorer.change_json(&now, &second, &Previous::from(&first), Some(&then))?;
    /// // "up 12 since 2026-09-21, chiefly page views 3 -> 14 (+9 points)"
    /// println!("{}", change.trend);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Scorer::score_json`].
    pub fn change_json(
        &self,
        lead: &Map<String, Value>,
        scored: &ScoredLead,
        previous: &Previous,
        before: Option<&Map<String, Value>>,
    ) -> Result<Change, ScoreError> {
        let parts = match (before, previous.scored_at, self.bundle()) {
            (Some(before), Some(then), Some(_)) => {
                Some((self.parts_json(before, then)?, self.parts_json(lead, scored.scored_at)?))
            }
            _ => None,
        };
        let parts = parts.as_ref().map(|(then, now)| (then, now));
        Ok(change(self, scored.lead_score, previous, parts)?.change)
    }
}
