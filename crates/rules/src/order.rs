//! Conditions of which the first that holds decides.

use crate::{Condition, RulesError, fields_used, reach};

/// Checks conditions of which the first that holds decides; `place` names each by its position. What always holds belongs into the key
/// `instead`.
///
/// # Errors
/// A condition on no field, one that can never hold, one that earlier ones always forestall, and a field taken for two kinds.
pub fn check_order(
    conditions: &[&Condition],
    place: impl Fn(usize) -> String,
    instead: &'static str,
) -> Result<(), RulesError> {
    fields_used(conditions.iter().copied())?;
    for (i, when) in conditions.iter().enumerate() {
        if when.fields().is_empty() {
            return Err(RulesError::NoField { place: place(i), instead });
        }
        let condition = when.to_string();
        if reach::never(when) {
            return Err(RulesError::Never { place: place(i), condition });
        }
        let earlier = &conditions[..i];
        if reach::forestalled(when, earlier) {
            let alone = (0..i).find(|&j| reach::forestalled(when, &earlier[j..=j]));
            let earlier = alone.map_or_else(
                || "one of the rules before it".to_owned(),
                |j| format!("{} ({})", place(j), conditions[j]),
            );
            return Err(RulesError::Unreachable { place: place(i), condition, earlier });
        }
    }
    Ok(())
}
