//! Conditions of which the first that holds decides.

use crate::cases::Work;
use crate::fact::check_words;
use crate::forestall::{Order, Verdict};
use crate::{Condition, Fact, RulesError, fields_used, reach};

/// Comparisons that the check of one list may take, about half a second. Conditions on one field each are quick at any number.
pub(crate) const MOST_COMPARISONS: usize = 4_000_000;

/// Checks conditions of which the first that holds decides, about leads of whom the facts are true; `place` names each by its position. What
/// always holds belongs into the key `instead`.
///
/// # Errors
/// A condition on no field, one that can never hold, one that earlier ones always forestall, a word that a field never holds, and a field
/// taken for two kinds.
pub fn check_order(
    conditions: &[&Condition],
    facts: &[Fact],
    place: impl Fn(usize) -> String,
    instead: &'static str,
) -> Result<(), RulesError> {
    fields_used(conditions.iter().copied())?;
    let mut order = Order::new(conditions, facts);
    for (i, when) in conditions.iter().enumerate() {
        if when.fields().is_empty() {
            return Err(RulesError::NoField { place: place(i), instead });
        }
        check_words(when, facts, || place(i))?;
        match order.next() {
            Verdict::Decides => {}
            Verdict::Never => return Err(never(when, facts, place(i))),
            Verdict::Forestalled => {
                let mut work = Work::new(MOST_COMPARISONS);
                let alone =
                    (0..i).find(|&j| reach::forestalls(conditions[j], when, facts, &mut work));
                let earlier = alone.map_or_else(
                    || "one of the rules before it".to_owned(),
                    |j| format!("{} ({})", place(j), conditions[j]),
                );
                let condition = when.to_string();
                return Err(RulesError::Unreachable { place: place(i), condition, earlier });
            }
        }
    }
    Ok(())
}

/// Whether it contradicts itself, or a fact.
fn never(when: &Condition, facts: &[Fact], place: String) -> RulesError {
    let condition = when.to_string();
    let mut work = Work::new(MOST_COMPARISONS);
    if reach::never(when, &[], &mut work) {
        return RulesError::Never { place, condition };
    }
    let own = when.fields();
    let about = |fact: &&Fact| fact.always.fields().iter().any(|field| own.contains(field));
    let about: Vec<&Fact> = facts.iter().filter(about).collect();
    let alone = |fact: &&Fact| reach::never(when, std::slice::from_ref(*fact), &mut work);
    let told = match about.iter().copied().find(alone) {
        Some(fact) => fact.told.clone(),
        None => about.iter().map(|f| f.told.as_str()).collect::<Vec<_>>().join(" and "),
    };
    RulesError::Beyond { place, condition, told }
}
