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
        match PolicyDraft::from_ron(text) {
            Ok(draft) => Ok(Self::Model(Box::new(draft))),
            Err(error) if error.is_for_no_model() => {
                Ok(Self::Declared(Box::new(DeclaredPolicy::from_ron(text)?)))
            }
            Err(error) => Err(error),
        }
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

/// What only a policy that scores by itself has.
const WITHOUT_MODEL: [&str; 5] = ["rules", "scorecard", "missing", "id", "events"];
/// What only a policy for a model has.
const FOR_MODEL: [&str; 4] = ["score", "ranges", "intent", "fallback"];

impl DecideError {
    fn is_for_no_model(&self) -> bool {
        match self {
            DecideError::ForNoModel { .. } => true,
            DecideError::Line { source, .. } => source.is_for_no_model(),
            _ => false,
        }
    }

    /// Whether a policy for a model was refused for what only one without has, in which case that is said.
    pub(crate) fn of_model(self) -> Self {
        match self.unknown_key(&WITHOUT_MODEL) {
            Some((line, key)) => {
                DecideError::Line { line, source: Box::new(DecideError::ForNoModel { key }) }
            }
            None => self,
        }
    }

    /// Whether a policy without a model was refused for what only one for a model has, in which case that is said.
    pub(crate) fn without_model(self) -> Self {
        match self.unknown_key(&FOR_MODEL) {
            Some((line, key)) => {
                DecideError::Line { line, source: Box::new(DecideError::ForModel { key }) }
            }
            None => self,
        }
    }

    /// The key that a file was refused for, and its line, if it is one of these.
    fn unknown_key(&self, keys: &[&str]) -> Option<(usize, String)> {
        let DecideError::Rules(rules) = self else { return None };
        let RulesError::Text { problem, line, .. } = &**rules else { return None };
        match &**problem {
            ron::Error::NoSuchStructField { found, outer: Some(outer), .. }
                if outer == "Policy" && keys.contains(&found.as_str()) =>
            {
                Some((*line, found.clone()))
            }
            _ => None,
        }
    }

    /// The error with the line where its offender first stands in the file, unless it names one already.
    pub(crate) fn on_line_of(self, text: &str) -> Self {
        let offender = match &self {
            DecideError::UnknownAction { action, .. } => Some(format!("\"{action}\"")),
            DecideError::UnusedKind { field, .. } => Some(format!("\"{field}\"")),
            DecideError::OpenCut { name, .. }
            | DecideError::CutRange { name, .. }
            | DecideError::TierCut { name, .. }
            | DecideError::TierTwice { name, .. }
            | DecideError::TierTaken { name, .. }
            | DecideError::BlankTier { name, .. } => Some(format!("\"{name}\"")),
            DecideError::Translation { text, .. } => Some(format!("\"{text}\"")),
            DecideError::Explore { .. } => Some("explore".to_owned()),
            DecideError::Review { .. } => Some("review".to_owned()),
            DecideError::TwoTierLists { .. } => Some("preset".to_owned()),
            DecideError::BlankAction { place } => return self.clone().at_entry(text, place),
            DecideError::Rules(rules) => match &**rules {
                RulesError::Unreachable { place, .. }
                | RulesError::Never { place, .. }
                | RulesError::Beyond { place, .. }
                | RulesError::NoSuchWord { place, .. }
                | RulesError::NoField { place, .. } => {
                    return self.clone().at_entry(text, place);
                }
                RulesError::WrongKind { place, .. } if place.ends_with(']') => {
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

    /// With the line of the entry that a place such as `actions.rules[2]` names.
    fn at_entry(self, text: &str, place: &str) -> Self {
        match entry(&bare(text), place) {
            Some(at) => {
                let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                DecideError::Line { line, source: Box::new(self) }
            }
            None => self,
        }
    }
}

/// The text with blanks in place of what stands in quotes and comments, byte for byte.
fn bare(text: &str) -> Vec<u8> {
    let mut bare = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bare.len() {
        let from = at;
        let rest = &text.as_bytes()[at..];
        let ends = |end: &[u8]| {
            rest.windows(end.len()).skip(2).position(|w| w == end).map(|p| p + 2 + end.len())
        };
        at += match rest {
            [b'"', ..] => {
                let mut quoted = 1;
                while quoted < rest.len() && rest[quoted] != b'"' {
                    quoted += if rest[quoted] == b'\\' { 2 } else { 1 };
                }
                quoted + 1
            }
            [b'/', b'/', ..] => rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => ends(b"*/").unwrap_or(rest.len()),
            _ => {
                at += 1;
                continue;
            }
        };
        at = at.min(bare.len());
        bare[from..at].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'_');
    }
    bare
}

/// Where the entry begins that a place such as `actions.rules[2]` names, in a [`bare`] text.
fn entry(bare: &[u8], place: &str) -> Option<usize> {
    let (path, nth) = place.strip_suffix(']')?.rsplit_once('[')?;
    let nth: usize = nth.parse().ok()?;
    let mut at = 0;
    for part in path.split('.') {
        let key = format!("{part}:");
        let is_key = |(i, found): &(usize, &[u8])| {
            let before = at + i;
            *found == key.as_bytes()
                && (before == 0
                    || !(bare[before - 1].is_ascii_alphanumeric() || bare[before - 1] == b'_'))
        };
        at += bare[at..].windows(key.len()).enumerate().find(is_key)?.0 + key.len();
    }
    at += bare[at..].iter().position(|byte| *byte == b'[')? + 1;
    let (mut depth, mut entry, mut begun) = (0_usize, 0, false);
    for (i, byte) in bare.iter().enumerate().skip(at) {
        if !begun && !byte.is_ascii_whitespace() {
            begun = true;
            entry += 1;
            if entry == nth {
                return Some(i);
            }
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => begun = false,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
