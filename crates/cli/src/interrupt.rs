//! Ctrl-C and SIGTERM: the first asks the work to stop at the next safe point, so that nothing is left half-written.

use crate::{input, progress};
use nix::sys::signal::{SigSet, Signal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static ASKED: AtomicBool = AtomicBool::new(false);

/// How long the work has to reach a safe point. What waits for a pipe never does.
const GRACE: Duration = Duration::from_secs(10);

/// Whether the user has asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Listens for both, and is called before any other thread begins, for each thread takes over what is blocked. A second one ends
/// the process at once, and so does the end of the grace period, which is safe too: files are renamed into place whole.
pub fn listen() {
    let signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    if let Err(error) = signals.thread_block() {
        tracing::debug!(%error, "Ctrl-C keeps its default meaning");
        return;
    }
    std::thread::spawn(move || {
        while let Ok(signal) = signals.wait() {
            if ASKED.swap(true, Ordering::Relaxed) {
                end(signal);
            }
            progress::line(format_args!(
                "stopping at the next safe point, or in {} s; press Ctrl-C again to end at once",
                GRACE.as_secs()
            ));
            std::thread::spawn(move || {
                std::thread::sleep(GRACE);
                end(signal);
            });
        }
    });
}

/// Ends the process with the status that shells give to one ended by this signal.
#[allow(clippy::exit, reason = "it must not wait for anything")]
fn end(signal: Signal) {
    input::close();
    std::process::exit(128 + signal as i32);
}
