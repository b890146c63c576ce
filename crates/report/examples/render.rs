//! Makes the page again from a run folder: `cargo run -p leadsight-report --example render -- runs/demo > report.html`.

use leadsight_report::{ReportError, files, html};
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(dir) = std::env::args_os().nth(1) else {
        return failed("give the run folder, such as runs/demo");
    };
    match page(Path::new(&dir)) {
        Ok(page) => match std::io::stdout().write_all(page.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => failed(&problem.to_string()),
        },
        Err(problem) => failed(&problem.to_string()),
    }
}

fn page(dir: &Path) -> Result<String, ReportError> {
    html::render(&files::read(dir)?)
}

fn failed(problem: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{problem}");
    ExitCode::from(2)
}
