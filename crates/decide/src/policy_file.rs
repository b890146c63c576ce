//! A policy file of either kind: one for a model, or one that scores by itself.

use crate::{Actions, DecideError, DeclaredPolicy, PolicyDraft, Suspicion, Tiers, Vocabulary};
use leadsight_rules::RulesError;
use leadsight_schema::Field;

/// What a policy file is for.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicyFile {
    /// Decides over a model's probabilities.
    Model(Box<PolicyDraft>),
    /// Scores by rules and points, without a model.
    Declared(Box<DeclaredPolicy>),
}

impl PolicyFile {
    /// Reads and checks a policy file's text; the file that has `rules` or a `scorecard` scores by itself.
    ///
    /// # Errors
    /// What is wrong with it, with the line where that can be told.
    pub fn from_ron(text: &str) -> Result<Self, DecideError> {
        let as_model = match PolicyDraft::from_ron(text) {
            Ok(draft) => return Ok(Self::Model(Box::new(draft))),
            Err(error) => error,
        };
        if !scores_by_itself(&as_model) {
            return Err(as_model.on_line_of(text));
        }
        let declared = DeclaredPolicy::from_ron(text).map_err(|error| error.on_line_of(text))?;
        Ok(Self::Declared(Box::new(declared)))
    }

    /// The tiers.
    pub fn tiers(&self) -> &Tiers {
        match self {
            Self::Model(draft) => draft.tiers(),
            Self::Declared(policy) => &policy.tiers,
        }
    }

    /// What is done beside and against the tiers' own actions.
    pub fn actions(&self) -> &Actions {
        match self {
            Self::Model(draft) => draft.actions(),
            Self::Declared(policy) => &policy.actions,
        }
    }

    /// Which leads a person looks at.
    pub fn review(&self) -> &[Suspicion] {
        match self {
            Self::Model(draft) => draft.review(),
            Self::Declared(policy) => &policy.review,
        }
    }

    /// How it speaks of fields, and tells its texts.
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        match self {
            Self::Model(draft) => draft.vocabulary(),
            Self::Declared(policy) => policy.vocabulary(),
        }
    }

    /// The fields that it asks of a lead itself.
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Model(draft) => draft.fields(),
            Self::Declared(policy) => policy.fields(),
        }
    }
}

/// Whether a file was refused for having what only one without a model has.
fn scores_by_itself(error: &DecideError) -> bool {
    let DecideError::Rules(rules) = error else { return false };
    let RulesError::Text { problem, .. } = &**rules else { return false };
    let own = ["rules", "scorecard", "missing", "id", "events"];
    matches!(&**problem, ron::Error::NoSuchStructField { found, .. } if own.contains(&found.as_str()))
}

impl DecideError {
    /// The error with the line where its offender first stands in the file, unless it names one already.
    fn on_line_of(self, text: &str) -> Self {
        let offender = match &self {
            DecideError::UnknownAction { action, .. } => Some(format!("\"{action}\"")),
            DecideError::UnusedKind { field, .. } => Some(format!("\"{field}\"")),
            DecideError::OpenCut { name, .. }
            | DecideError::CutRange { name, .. }
            | DecideError::TierCut { name, .. } => Some(format!("\"{name}\"")),
            DecideError::Translation { text, .. } => Some(format!("\"{text}\"")),
            DecideError::Explore { .. } => Some("explore".to_owned()),
            DecideError::Review { .. } => Some("review".to_owned()),
            DecideError::TwoTierLists { .. } => Some("preset".to_owned()),
            DecideError::Rules(rules) => match &**rules {
                RulesError::Unreachable { place, .. }
                | RulesError::Never { place, .. }
                | RulesError::NoField { place, .. } => {
                    return self.clone().at_entry(text, place);
                }
                RulesError::WrongKind { field, .. } | RulesError::TwoUses { field, .. } => {
                    Some(format!("\"{field}\""))
                }
                _ => None,
            },
            _ => None,
        };
        let line = offender.and_then(|o| text.lines().position(|line| line.contains(&o)));
        match line {
            Some(line) => DecideError::Line { line: line + 1, source: Box::new(self) },
            None => self,
        }
    }

    /// With the line of the entry that a place such as `actions.rules[2]` names: the second `when` behind its key.
    fn at_entry(self, text: &str, place: &str) -> Self {
        let (path, entry) = place.trim_end_matches(']').rsplit_once('[').unwrap_or((place, "1"));
        let key = format!("{}:", path.rsplit('.').next().unwrap_or(path));
        let mut from = 0;
        for part in path.split('.') {
            from += text[from..].find(&format!("{part}:")).unwrap_or(0);
        }
        let nth = entry.parse::<usize>().unwrap_or(1);
        let found = text[from..].match_indices("when").nth(nth - 1).map(|(at, _)| from + at);
        match found.filter(|_| text.contains(&key)) {
            Some(at) => {
                let line = text[..at].matches('\n').count() + 1;
                DecideError::Line { line, source: Box::new(self) }
            }
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expect: &str) {
        let error = PolicyFile::from_ron(text).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn knows_what_the_file_is_for() {
        let model = PolicyFile::from_ron("Policy(version: 1, preset: AToD)").unwrap();
        assert!(matches!(model, PolicyFile::Model(_)));
        let card = r#"Policy(version: 1, scorecard: (points: [(when: Is("x", "y"), points: 3)], threshold: 2))"#;
        let declared = PolicyFile::from_ron(card).unwrap();
        assert!(matches!(declared, PolicyFile::Declared(_)));
        assert_eq!(declared.fields().len(), 1);
    }

    #[test]
    fn names_the_line() {
        refused(
            "Policy(\n version: 1,\n actions: (\n  rules: [\n   (when: AtLeast(\"lead_score\", 5), action: \"a\"),\n   (when: AtLeast(\"lead_score\", 9), action: \"b\"),\n  ],\n ),\n)",
            "line 6: actions.rules[2]",
        );
        refused(
            "Policy(\n version: 1,\n actions: (never: [\n  (action: \"call\", when: Is(\"x\", \"y\"), reason: \"\"),\n ]),\n)",
            "line 4: actions.never[1] forbids `call`",
        );
        refused("Policy(\n version: 1,\n scorcard: (),\n)", "line 3");
        refused(
            "Policy(\n version: 1,\n preset: EightyFifty,\n scorecard: (points: [(when: Is(\"x\", \"y\"), points: 3)], threshold: 2),\n)",
            "no probability is claimed",
        );
    }
}
