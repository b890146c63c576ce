//! Ctrl-C: the first press asks the work to stop at the next safe point, so that nothing is left half-written.

use crate::progress;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Whether the user has asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Listens for Ctrl-C. A second press ends the process at once, which is safe too: files are renamed into place whole.
#[allow(clippy::exit, reason = "the second Ctrl-C must not wait for anything")]
pub fn listen() {
    let listening = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        progress::line("stopping at the next safe point; press Ctrl-C again to end at once");
    });
    if let Err(error) = listening {
        tracing::debug!(%error, "Ctrl-C keeps its default meaning");
    }
}
