//! Talk on stderr: log lines, and the progress of anything that takes longer than a second. On a terminal progress is
//! one moving line; elsewhere a plain line when something new begins, and every ten seconds; nothing where quiet.

use crate::args::Common;
use crate::terminal;
use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::fmt;
use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

/// Work that is done before is not spoken of.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a plain line stands for what goes on.
const SILENCE: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(120);

/// Whatever moves on stderr, so that lines can be written above it.
static MOVING: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Sends log lines up to a level to stderr.
pub fn log_to_stderr(level: Level) {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(Above)
        .event_format(Plain)
        .finish();
    // A second subscriber only exists under tests, where the first one serves.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Writes a line on stderr, above whatever moves there. Where stderr has gone there is nobody to tell.
pub fn line(line: impl fmt::Display) {
    MOVING.suspend(|| {
        let _ = writeln!(std::io::stderr(), "{line}");
    });
}

/// Something that takes its time; its progress ends when this is dropped.
pub struct Work {
    bar: ProgressBar,
    total: Mutex<Option<u64>>,
    now: Arc<Mutex<Now>>,
    teller: Option<(Sender<()>, JoinHandle<()>)>,
}

/// What goes on.
#[derive(Default)]
struct Now {
    what: String,
    detail: String,
    told: bool,
}

impl Work {
    /// Begins with `what`, such as `reading leads.csv`.
    pub fn begin(common: &Common, what: impl Into<String>) -> Self {
        let now = Arc::new(Mutex::new(Now::default()));
        let quiet = common.verbosity() < Level::INFO;
        let teller = (MOVING.is_hidden() && !quiet).then(|| teller(Arc::clone(&now)));
        let bar =
            if quiet { ProgressBar::hidden() } else { MOVING.add(ProgressBar::new_spinner()) };
        bar.set_style(looks("{spinner} {wide_msg} {elapsed}"));
        bar.enable_steady_tick(TICK);
        let work = Self { bar, total: Mutex::new(None), now, teller };
        work.next(what);
        work
    }

    /// Goes on with something else.
    pub fn next(&self, what: impl Into<String>) {
        let what = what.into();
        self.bar.set_message(what.clone());
        *lock(&self.now) = Now { what, ..Now::default() };
    }

    /// Says more of it, in words that follow on: `, round 7 of 100`.
    pub fn say(&self, detail: String) {
        let mut now = lock(&self.now);
        self.bar.set_message(format!("{}{detail}", now.what));
        now.detail = detail;
    }

    /// Says how far it is: `done` of `total`, where that is known, in `unit`s.
    pub fn count(&self, done: u64, total: Option<u64>, unit: &str) {
        let mut now = lock(&self.now);
        now.detail = match total {
            Some(total) => format!(", {done} of {total} {unit}"),
            None => format!(", {done} {unit}"),
        };
        let mut known = lock(&self.total);
        match total {
            Some(total) => {
                if *known != Some(total) {
                    self.bar.set_length(total);
                    self.bar.set_style(looks(
                        "{spinner} {msg} [{bar:30}] {human_pos} of {human_len} {prefix} {elapsed}, {eta} to go",
                    ));
                    self.bar.set_prefix(unit.to_owned());
                }
                self.bar.set_position(done);
            }
            None => {
                if known.is_some() {
                    self.bar.set_style(looks("{spinner} {wide_msg} {elapsed}"));
                }
                self.bar.set_message(format!("{}{}", now.what, now.detail));
            }
        }
        *known = total;
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some((stop, teller)) = self.teller.take() {
            drop(stop);
            // A teller that panicked has told enough.
            let _ = teller.join();
        }
        self.bar.finish_and_clear();
        MOVING.remove(&self.bar);
    }
}

/// Tells on plain lines what goes on.
fn teller(now: Arc<Mutex<Now>>) -> (Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = mpsc::channel();
    let begun = Instant::now();
    let thread = std::thread::spawn(move || {
        let mut last = begun;
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(TICK) {
            let mut now = lock(&now);
            if begun.elapsed() < PATIENCE || (now.told && last.elapsed() < SILENCE) {
                continue;
            }
            now.told = true;
            last = Instant::now();
            let words = format!("[{} s] {}{}", begun.elapsed().as_secs(), now.what, now.detail);
            // A reader of stderr may be slow; the work is not to wait for it.
            drop(now);
            line(words);
        }
    });
    (stop, thread)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn looks(template: &str) -> ProgressStyle {
    let plain =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    let plain = plain.progress_chars("=> ");
    if terminal::speaks_utf8() { plain } else { plain.tick_chars("|/-\\ ") }
}

/// Writes to stderr above whatever moves there.
struct Above;

impl Write for Above {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // Where stderr has gone there is nobody to tell.
        let _ = MOVING.suspend(|| std::io::stderr().write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

impl MakeWriter<'_> for Above {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Above
    }
}

/// A log line as a person would write it: `warning: what happened`, and no word before plain news.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        match *event.metadata().level() {
            Level::ERROR => write!(out, "{} ", style("error:").for_stderr().red().bold())?,
            Level::WARN => write!(out, "{} ", style("warning:").for_stderr().yellow().bold())?,
            Level::INFO => {}
            Level::DEBUG | Level::TRACE => write!(out, "{} ", style("debug:").for_stderr().dim())?,
        }
        context.field_format().format_fields(out.by_ref(), event)?;
        writeln!(out)
    }
}
