//! What is true of every lead, so that a condition against it can never hold.

use crate::{Condition, RulesError, Value};
use leadsight_schema::{Folded, or_nearest};

/// Something that is true of every lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// It, on one field. A field that only ever holds some words is `OneOf` them.
    pub always: Condition,
    /// It in words, behind "but".
    pub told: String,
}

/// Refuses a comparison with a word that its field never holds, wherever in the condition it stands.
pub(crate) fn check_words(
    condition: &Condition,
    facts: &[Fact],
    place: impl Fn() -> String,
) -> Result<(), RulesError> {
    for fact in facts {
        let Condition::OneOf(field, known) = &fact.always else { continue };
        let words = |values: &'_ [Value]| -> Vec<String> {
            let word = |value: &Value| match value {
                Value::Text(word) => Some(word.trim().to_owned()),
                Value::Number(_) => None,
            };
            values.iter().filter_map(word).collect()
        };
        let known = words(known);
        for leaf in condition.leaves().into_iter().filter(|leaf| leaf.field() == Some(field)) {
            let asked = match leaf {
                Condition::Is(_, value) | Condition::IsNot(_, value) => {
                    words(std::slice::from_ref(value))
                }
                Condition::OneOf(_, values) => words(values),
                _ => continue,
            };
            let unknown = |word: &String| !known.iter().any(|k| Folded(k) == Folded(word));
            if let Some(word) = asked.into_iter().find(unknown) {
                let hint = or_nearest(&word, known.iter().map(String::as_str));
                let (told, condition) = (fact.told.clone(), condition.to_string());
                let told = format!("{told}{hint}");
                return Err(RulesError::NoSuchWord { place: place(), condition, word, told });
            }
        }
    }
    Ok(())
}
