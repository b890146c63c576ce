//! One lead as a JSON object, the way a service meets it.

use crate::{
    Explained, ScoreError, ScoredLead, Scorer, block::Block, explain::Parts, scorer::row_id,
};
use leadsight_schema::{Cell, SchemaError, Timestamp};
use serde_json::{Map, Value};
use std::borrow::Cow;

impl Scorer {
    /// Scores one lead: field names to strings (read by the bundle's text rules), numbers, booleans or null. Other keys are
    /// ignored; absent fields are missing and warned of. What the lead did may stand under `events`, an array of objects with the
    /// column names of the event log that the model was trained with.
    ///
    /// # Errors
    /// [`ScoreError::NoKnownField`] where none of the bundle's fields is among the keys.
    pub fn score_json(
        &self,
        lead: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<ScoredLead, ScoreError> {
        let named = self.named(lead);
        let whole = self.with_own_events(&named, now)?;
        let lead = whole.as_ref().map_or(&*named, |whole| &whole.lead);
        let texts = self.texts(lead)?;
        let (block, absent) = self.read(lead, &texts);
        let mut scored = self.one(&self.json_id(lead), &block, now)?;
        scored.warnings.extend(absent.into_iter().map(|name| self.absent(name)));
        let problems = block.problems.iter();
        scored.warnings.extend(problems.map(|(_, field, p)| self.warning(*field, p)));
        scored.warnings.extend(whole.into_iter().flat_map(|whole| whole.warnings));
        Ok(scored)
    }

    /// Explains one lead given as for [`Scorer::score_json`].
    ///
    /// # Errors
    /// As [`Scorer::score_json`].
    pub fn explain_json(&self, lead: &Map<String, Value>) -> Result<Explained, ScoreError> {
        let lead = &*self.named(lead);
        let texts = self.texts(lead)?;
        let (block, _) = self.read(lead, &texts);
        let id = self.json_id(lead);
        let mut explained = self.explain(self.own(), &block, &[0], std::iter::once(id))?;
        explained.pop().ok_or_else(|| {
            SchemaError::Length { what: "the lead".to_owned(), expected: 1, found: 0 }.into()
        })
    }

    /// What the log-odds of a lead are made of at a moment, given as for [`Scorer::score_json`].
    pub(crate) fn parts_json(
        &self,
        lead: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<Parts, ScoreError> {
        let named = self.named(lead);
        let whole = self.with_own_events(&named, now)?;
        let lead = whole.as_ref().map_or(&*named, |whole| &whole.lead);
        let texts = self.texts(lead)?;
        let (block, _) = self.read(lead, &texts);
        let mut parts = self.parts(self.own(), &block, &[0], Some(now))?;
        parts.pop().ok_or_else(|| {
            SchemaError::Length { what: "the lead".to_owned(), expected: 1, found: 0 }.into()
        })
    }

    /// The lead with the names of fields as keys, where the bundle knows other headers for them.
    fn named<'a>(&self, lead: &'a Map<String, Value>) -> Cow<'a, Map<String, Value>> {
        if self.bundle().is_none_or(|bundle| bundle.headers.is_empty()) {
            return Cow::Borrowed(lead);
        }
        let names = self.rename(lead.keys().cloned().collect());
        Cow::Owned(names.into_iter().zip(lead.values().cloned()).collect())
    }

    /// What is not text but stands in a field of words, as the text that a CSV file would hold.
    fn texts(&self, lead: &Map<String, Value>) -> Result<Vec<String>, ScoreError> {
        let fields = self.recipe().fields();
        if !fields.iter().any(|f| lead.contains_key(&f.name)) {
            return Err(ScoreError::NoKnownField {
                expected: fields.iter().map(|f| f.name.clone()).collect(),
                found: lead.keys().cloned().collect(),
            });
        }
        Ok(fields.iter().map(|f| lead.get(&f.name).map(plain).unwrap_or_default()).collect())
    }

    fn read<'a>(
        &'a self,
        lead: &'a Map<String, Value>,
        texts: &'a [String],
    ) -> (Block<'a>, Vec<&'a str>) {
        let mut block = self.block(1);
        let mut absent = Vec::new();
        for (field, text) in self.recipe().fields().iter().zip(texts) {
            let value = lead.get(&field.name);
            block.push(match (value, field.kind) {
                (None, _) => {
                    absent.push(field.name.as_str());
                    Ok(Cell::Missing)
                }
                // Not through text: a decimal comma is for text alone.
                (Some(Value::Number(number)), kind) if kind.is_number() => {
                    number.as_f64().filter(|v| v.is_finite()).map(Cell::Number).ok_or_else(|| {
                        SchemaError::Unreadable {
                            expected: field.kind.describe(),
                            found: number.to_string(),
                        }
                    })
                }
                (Some(Value::Array(_) | Value::Object(_)), kind) => Err(SchemaError::Unreadable {
                    expected: kind.describe(),
                    found: text.chars().take(80).collect(),
                }),
                (Some(_), kind) => self.text_rules().read(kind, text),
            });
        }
        (block, absent)
    }

    pub(crate) fn json_id(&self, lead: &Map<String, Value>) -> String {
        let id = self.id().unwrap_or("lead_id");
        lead.get(id).map(plain).filter(|id| !id.is_empty()).unwrap_or_else(|| row_id(1))
    }
}

pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
