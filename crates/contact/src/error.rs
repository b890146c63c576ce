//! What a contact field can be wrong about. Each names the text that was found; nothing is guessed.

use thiserror::Error;

/// A text that is not what its field says.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContactError {
    /// Nothing but blanks.
    #[error("the {field} is empty")]
    Empty {
        /// The field, such as `e-mail address`.
        field: &'static str,
    },
    /// More letters than any such field has.
    #[error("`{found}` is no {field}: it has more than {longest} letters")]
    Long {
        /// The field.
        field: &'static str,
        /// The text's beginning.
        found: String,
        /// The most that is read.
        longest: usize,
    },
    /// Another shape than the field's.
    #[error("`{found}` is no {field}: {expected}")]
    Shape {
        /// The field.
        field: &'static str,
        /// The text, cut where long.
        found: String,
        /// What would do.
        expected: &'static str,
    },
    /// A text that the tables do not know.
    #[error("`{found}` is no {field} that the table `{table}` knows")]
    Unknown {
        /// The field.
        field: &'static str,
        /// The text, cut where long.
        found: String,
        /// The table under `tables/` that would name it.
        table: &'static str,
    },
}

impl ContactError {
    pub(crate) fn long(field: &'static str, found: &str, longest: usize) -> Self {
        Self::Long { field, found: cut(found), longest }
    }

    pub(crate) fn shape(field: &'static str, found: &str, expected: &'static str) -> Self {
        Self::Shape { field, found: cut(found), expected }
    }

    pub(crate) fn unknown(field: &'static str, found: &str, table: &'static str) -> Self {
        Self::Unknown { field, found: cut(found), table }
    }
}

/// At most 60 letters: a message is no place for a novel.
fn cut(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
