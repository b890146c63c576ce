//! What a lead does, by name: a kind of event (`page_view`), or a kind and a detail (`page_view: pricing`).

use crate::log::Vocabulary;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Events of one kind, or of one kind and detail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Action {
    pub(crate) kind: String,
    pub(crate) detail: Option<String>,
}

/// The codes of an action in a log; `None` where the log has no such event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) kind: u32,
    pub(crate) detail: Option<u32>,
}

impl Action {
    /// Reads a name. A kind may itself hold `: `, so the longest kind that the log has wins.
    pub(crate) fn read(name: &str, words: &Vocabulary) -> Option<Self> {
        if words.kind(name).is_some() {
            return Some(Self { kind: name.to_owned(), detail: None });
        }
        let found = name.rmatch_indices(": ").find_map(|(at, _)| {
            let (kind, detail) = (&name[..at], &name[at + 2..]);
            (words.kind(kind).is_some() && words.detail(detail).is_some())
                .then(|| (kind.to_owned(), detail.to_owned()))
        });
        found.map(|(kind, detail)| Self { kind, detail: Some(detail) })
    }

    pub(crate) fn code(&self, words: &Vocabulary) -> Option<Code> {
        let kind = words.kind(&self.kind)?;
        let detail = match &self.detail {
            Some(detail) => Some(words.detail(detail)?),
            None => None,
        };
        Some(Code { kind, detail })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        self.detail.iter().try_for_each(|detail| write!(f, ": {detail}"))
    }
}

impl Code {
    pub(crate) fn is(self, kind: u32, detail: u32) -> bool {
        self.kind == kind && self.detail.is_none_or(|wanted| wanted == detail)
    }
}
