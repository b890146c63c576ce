//! What `score` and `explain` share: the options of a file of leads.

use crate::failure::Failure;
use crate::interrupt;
use std::ops::ControlFlow;
use std::path::Path;

/// The separator as the byte that CSV readers take.
///
/// # Errors
/// [`Failure::Argument`] for a separator beyond ASCII.
pub fn separator(given: Option<char>) -> Result<Option<u8>, Failure> {
    given
        .map(|c| {
            u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| Failure::Argument {
                argument: "--separator",
                found: c.to_string(),
                expected: "one ASCII character such as `;`".to_owned(),
            })
        })
        .transpose()
}

/// A file's name, for messages.
pub fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Goes on until Ctrl-C.
pub fn until_interrupted(_rows: u64) -> ControlFlow<()> {
    if interrupt::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
