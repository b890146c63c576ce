//! What `score` and `explain` share: the bundle, and the options of a file of leads.

use crate::failure::Failure;
use crate::interrupt;
use leadsight_report::folder::{BUNDLE, CONFIG};
use leadsight_score::Scorer;
use std::ops::ControlFlow;
use std::path::Path;

/// The scorer of a bundle.
///
/// # Errors
/// [`Failure::Argument`] for a run folder in place of its bundle, [`Failure::Score`] for anything else that is no whole bundle.
pub fn scorer(bundle: &Path) -> Result<Scorer, Failure> {
    let inner = bundle.join(BUNDLE);
    if bundle.join(CONFIG).is_file() && inner.is_dir() {
        return Err(Failure::Argument {
            argument: "--bundle",
            found: format!("`{}` is a run folder", bundle.display()),
            expected: format!("the bundle in it, `{}`", inner.display()),
        });
    }
    Ok(Scorer::load(bundle)?)
}

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
