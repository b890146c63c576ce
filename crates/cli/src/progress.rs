//! Logs and progress, on stderr only.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;
use tracing::Level;

/// Sends log lines up to a level to stderr.
pub fn log_to_stderr(level: Level) {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .without_time()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .finish();
    // A second subscriber only exists under tests, where the first one serves.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// A spinner with a message; hidden when quiet, and by itself where stderr is no terminal.
pub fn spinner(verbosity: Level) -> ProgressBar {
    if verbosity < Level::INFO {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
