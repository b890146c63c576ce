//! What comes out: a scored lead, an explained lead.

use crate::{Change, OutputColumn};
use leadsight_decide::{Factors, Flag};
use leadsight_schema::Timestamp;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};
use std::{fmt::Write, sync::Arc};

/// What a score was made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScorerUsed {
    /// A trained model.
    Model,
    /// The points of a declared scorecard.
    Scorecard,
    /// A declared rule, or that none decided.
    Rules,
}

impl ScorerUsed {
    /// Its name in the output.
    pub fn name(self) -> &'static str {
        match self {
            ScorerUsed::Model => "model",
            ScorerUsed::Scorecard => "scorecard",
            ScorerUsed::Rules => "rules",
        }
    }
}

/// A lead with its score, and what to do with it. It serialises under the names of the output columns.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredLead {
    /// The lead's identifier, or `row-N` where there is none.
    pub lead_id: String,
    /// The moment of scoring, as passed in.
    pub scored_at: Timestamp,
    /// The bundle's name and the first digits of its manifest's hash.
    pub model_version: Arc<str>,
    /// What scored it.
    pub scorer_used: ScorerUsed,
    /// What ranks the lead, and no column: the log-odds before calibration; without a model the score before rounding.
    pub margin: f64,
    /// The calibrated probability; `None` where no model claims one.
    pub probability: Option<f64>,
    /// 0 to 100; 70 is the working threshold.
    pub lead_score: u8,
    /// Place among the validation leads, 0 to 100; `None` where there are none.
    pub score_percentile: Option<f64>,
    /// Place in the batch, 1 the best; `None` for a lead scored alone.
    pub rank: Option<u64>,
    /// The tier's name.
    pub tier: String,
    /// Who the lead is, 0 to 100: its score if nothing were known of what it does; `None` where the policy names no fields of intent, or
    /// no column asked for it.
    pub fit_score: Option<u8>,
    /// What the lead does, 0 to 100: its score if nothing were known of who it is.
    pub intent_score: Option<u8>,
    /// How much of the ideal customer profile it meets, 0 to 100; `None` without a profile.
    pub icp_match_pct: Option<f64>,
    /// What speaks for and against it; `None` where no column asked for it.
    pub factors: Option<Factors>,
    /// What to do next.
    pub next_action: String,
    /// Why; `None` where no column asked for it.
    pub action_reason: Option<String>,
    /// The probability that the action had of being chosen; `None` where the policy tries nothing out.
    pub action_probability: Option<f64>,
    /// The product to offer, where a rule of action names one.
    pub recommended_product: Option<String>,
    /// Why somebody should look at it first.
    pub review_flags: Vec<Flag>,
    /// What became of the score since the last time; `None` where no last time was given.
    pub change: Option<Box<Change>>,
    /// The share of the fields that the model reads that is known, 0 to 1.
    pub data_completeness: f64,
    /// What could not be read.
    pub warnings: Vec<String>,
}

/// A value of the output.
enum Value<'a> {
    Nothing,
    Text(&'a str),
    Made(String),
    Number(f64),
    Count(u64),
    Delta(i16),
}

impl ScoredLead {
    fn value(&self, column: OutputColumn) -> Value<'_> {
        let factor = |side: fn(&Factors) -> &[leadsight_decide::Factor], i: u8| {
            let factors = self.factors.as_ref().map(side).unwrap_or_default();
            factors.get(usize::from(i)).map_or(Value::Nothing, |f| Value::Text(&f.text))
        };
        let change = |of: for<'c> fn(&'c Change) -> Option<Value<'c>>| {
            self.change.as_deref().and_then(of).unwrap_or(Value::Nothing)
        };
        let count = |score: Option<u8>| score.map_or(Value::Nothing, |s| Value::Count(s.into()));
        match column {
            OutputColumn::LeadId => Value::Text(&self.lead_id),
            OutputColumn::ScoredAt => Value::Made(self.scored_at.to_rfc3339()),
            OutputColumn::ModelVersion => Value::Text(&self.model_version),
            OutputColumn::ScorerUsed => Value::Text(self.scorer_used.name()),
            OutputColumn::Probability => self.probability.map_or(Value::Nothing, Value::Number),
            OutputColumn::LeadScore => Value::Count(u64::from(self.lead_score)),
            OutputColumn::ScorePercentile => {
                self.score_percentile.map_or(Value::Nothing, |p| Value::Number(two_digits(p)))
            }
            OutputColumn::Rank => self.rank.map_or(Value::Nothing, Value::Count),
            OutputColumn::Tier => Value::Text(&self.tier),
            OutputColumn::FitScore => count(self.fit_score),
            OutputColumn::IntentScore => count(self.intent_score),
            OutputColumn::IcpMatchPct => {
                self.icp_match_pct.map_or(Value::Nothing, |p| Value::Number(p.round()))
            }
            OutputColumn::PositiveFactor(i) => factor(|f| &f.positive, i),
            OutputColumn::NegativeFactor(i) => factor(|f| &f.negative, i),
            OutputColumn::NextAction => Value::Text(&self.next_action),
            OutputColumn::ActionReason => {
                self.action_reason.as_deref().map_or(Value::Nothing, Value::Text)
            }
            OutputColumn::ActionProbability => {
                self.action_probability.map_or(Value::Nothing, Value::Number)
            }
            OutputColumn::RecommendedProduct => {
                self.recommended_product.as_deref().map_or(Value::Nothing, Value::Text)
            }
            OutputColumn::ReviewFlag if self.review_flags.is_empty() => Value::Nothing,
            OutputColumn::ReviewFlag => {
                let texts: Vec<&str> = self.review_flags.iter().map(|f| f.text.as_str()).collect();
                Value::Made(texts.join("; "))
            }
            OutputColumn::Trend => change(|c| Some(Value::Text(&c.trend))),
            OutputColumn::ScoreDelta => change(|c| c.score_delta.map(Value::Delta)),
            OutputColumn::PreviousTier => change(|c| c.previous_tier.as_deref().map(Value::Text)),
            OutputColumn::DataCompleteness => Value::Number(two_digits(self.data_completeness)),
            OutputColumn::Warnings if self.warnings.is_empty() => Value::Nothing,
            OutputColumn::Warnings => Value::Made(self.warnings.join("; ")),
        }
    }

    /// The text of a column, empty where there is nothing to say; numbers in the shortest form that reads back to the
    /// same bits. `buffer` is overwritten where text has to be made.
    pub fn text<'a>(&'a self, column: OutputColumn, buffer: &'a mut String) -> &'a str {
        buffer.clear();
        // Writing to a string cannot fail.
        let _ = match self.value(column) {
            Value::Nothing => Ok(()),
            Value::Text(text) => return text,
            Value::Made(text) => {
                *buffer = text;
                Ok(())
            }
            Value::Number(number) => write!(buffer, "{number}"),
            Value::Count(count) => write!(buffer, "{count}"),
            Value::Delta(delta) => write!(buffer, "{delta}"),
        };
        buffer
    }
}

impl ScoredLead {
    /// The lead with these columns only.
    pub(crate) fn only<'a>(&'a self, columns: &'a [OutputColumn]) -> impl Serialize + 'a {
        Only { lead: self, columns }
    }
}

struct Only<'a> {
    lead: &'a ScoredLead,
    columns: &'a [OutputColumn],
}

impl Serialize for ScoredLead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns: Vec<OutputColumn> = OutputColumn::all().collect();
        self.only(&columns).serialize(serializer)
    }
}

impl Serialize for Only<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for &column in self.columns {
            match self.lead.value(column) {
                Value::Nothing => {}
                Value::Text(text) => map.serialize_entry(column.name(), text)?,
                Value::Made(text) => map.serialize_entry(column.name(), &text)?,
                Value::Number(number) => map.serialize_entry(column.name(), &number)?,
                Value::Count(count) => map.serialize_entry(column.name(), &count)?,
                Value::Delta(delta) => map.serialize_entry(column.name(), &delta)?,
            }
        }
        map.end()
    }
}

fn two_digits(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Whether contributions sum to the margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Explanation {
    /// Base value and contributions sum to the margin within 1e-6 (1 + |margin|).
    Exact,
}

/// What one source field does to a lead's score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExplainedField {
    /// The field's name in the source.
    pub field: String,
    /// The field's name in words.
    pub words: String,
    /// Its value in words.
    pub value: String,
    /// Its value as a number, where it is one.
    pub number: Option<f64>,
    /// Log-odds added.
    pub contribution: f64,
    /// Its share of the way from the base score to this lead's score, in points before rounding.
    pub points: f64,
}

/// Why a lead has its log-odds, its probability and its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// The lead's identifier, or `row-N` where there is none.
    pub lead_id: String,
    /// The log-odds expected of a lead of which nothing is known.
    pub base_value: f64,
    /// The uncalibrated log-odds.
    pub margin: f64,
    /// The calibrated probability at the base value.
    pub base_probability: f64,
    /// The calibrated probability of this lead.
    pub probability: f64,
    /// The score at the base value, before rounding.
    pub base_score: f64,
    /// The score of this lead: base score and points, rounded down.
    pub lead_score: u8,
    /// One for each source field that a feature is made from, in the recipe's order.
    pub contributions: Vec<ExplainedField>,
    /// Whether they sum.
    pub explanation: Explanation,
    /// What became of it since it was scored last, where that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}
