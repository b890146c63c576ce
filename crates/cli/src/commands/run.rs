//! `leadsight run`: an experiment, and what it found, on one screen.

use super::Answer;
use crate::args::{Common, Format, Run};
use crate::failure::Failure;
use crate::print::{self, Rows};
use crate::{interrupt, progress};
use indicatif::ProgressBar;
use leadsight_pipeline::{Experiment, Observer, Outcome, Progress, RunOptions, Stage};
use leadsight_report::files::to_csv;
use leadsight_report::folder::{BUNDLE, LEADERBOARD, REPORT_HTML, RunFolder, TEST};
use leadsight_report::verdict::verdict;
use leadsight_schema::{Severity, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Data problems shown; the rest is counted.
const SHOWN: usize = 8;

pub fn run(args: &Run, common: &Common) -> Result<Answer, Failure> {
    let mut set = args.set.clone();
    set.extend(args.seed.map(|seed| format!("seed={seed}")));
    let experiment = Experiment::read(&args.config, &set)?;
    let options = RunOptions {
        base: base(&args.config, args.data_dir.as_deref()),
        out: args.out.clone(),
        now: now(),
        versions: BTreeMap::from([
            ("leadsight".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
            ("xgboost".to_owned(), "1.6.2".to_owned()),
        ]),
    };
    let watcher = Watcher { bar: progress::spinner(common.verbosity()) };
    let outcome = leadsight_pipeline::run(&experiment, &options, &watcher);
    watcher.bar.finish_and_clear();
    let outcome = outcome?;
    match common.format {
        Format::Table => print::text(&page(&outcome))?,
        Format::Json => print::data(Format::Json, &outcome.run.metrics, &Rows::default())?,
        Format::Csv => print::rendered(&to_csv(LEADERBOARD, &outcome.run.leaderboard)?)?,
    }
    Ok(Answer::Yes)
}

/// Where relative data paths start: the folder given, or the configuration's own.
pub fn base(config: &Path, data_dir: Option<&Path>) -> PathBuf {
    data_dir.map_or_else(|| config.parent().map(Path::to_owned).unwrap_or_default(), Path::to_owned)
}

/// The clock, read here and nowhere below.
pub fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_second())
}

struct Watcher {
    bar: ProgressBar,
}

impl Observer for Watcher {
    fn stage(&self, name: &str) {
        self.bar.set_message(name.to_owned());
        tracing::debug!(stage = name, "begins");
    }

    fn progress(&self, progress: &Progress) {
        let what = match progress.stage {
            Stage::Choosing => "choosing",
            Stage::Fitting => "fitting",
        };
        self.bar
            .set_message(format!("{what}, step {} of at most {}", progress.done, progress.total));
    }

    fn stopped(&self) -> bool {
        interrupt::asked()
    }

    fn peak_memory_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some((kib / 1024.0).round())
    }
}

fn page(outcome: &Outcome) -> String {
    let run = &outcome.run;
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = problems(&mut page, run);
    let _ = leaks(&mut page, run);
    let _ = writeln!(
        page,
        "\nLeaderboard (test rows, {})\n{}",
        run.manifest.split_rule,
        leaderboard(run).to_table()
    );
    let _ = writeln!(page, "Chosen: {}, {}", run.manifest.chosen_model, run.manifest.choice_reason);
    let _ = words(&mut page, run);
    let _ = writeln!(
        page,
        "\nEverything is in {0}; open {1}\nTo score new leads: leadsight score --bundle {2} --leads new.csv --out scored.csv",
        outcome.folder.display(),
        outcome.folder.join(REPORT_HTML).display(),
        outcome.folder.join(BUNDLE).display()
    );
    page
}

fn problems(page: &mut String, run: &RunFolder) -> std::fmt::Result {
    let mut issues: Vec<_> = run.issues.iter().collect();
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.severity));
    writeln!(page, "Data problems: {}", issues.len())?;
    for issue in issues.iter().take(SHOWN) {
        let severity = match issue.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        writeln!(page, "  {severity}: {}", print::issue(issue))?;
    }
    if issues.len() > SHOWN {
        writeln!(page, "  and {} more in issues.json", issues.len() - SHOWN)?;
    }
    Ok(())
}

fn leaks(page: &mut String, run: &RunFolder) -> std::fmt::Result {
    let excluded = &run.manifest.excluded;
    if excluded.is_empty() && run.manifest.notes.is_empty() {
        return Ok(());
    }
    writeln!(page, "\nKept out of the models:")?;
    for column in excluded {
        writeln!(page, "  {}: {}", column.column, column.reason)?;
    }
    for note in &run.manifest.notes {
        writeln!(page, "  {note}")?;
    }
    Ok(())
}

fn words(page: &mut String, run: &RunFolder) -> std::fmt::Result {
    let verdict = verdict(run);
    writeln!(page, "\n{}", verdict.headline)?;
    for sentence in verdict.sentences.iter().chain(&verdict.cautions) {
        writeln!(page, "  - {sentence}")?;
    }
    Ok(())
}

fn leaderboard(run: &RunFolder) -> Rows {
    let mut rows = Rows::new([
        "model",
        "ROC-AUC",
        "95 % interval",
        "PR-AUC",
        "log-loss",
        "Brier",
        "ECE",
        "F1",
        "fit s",
        "us/lead",
    ]);
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.4}"));
    for row in run.leaderboard.iter().filter(|row| row.split == TEST) {
        let mark = if row.model == run.manifest.chosen_model { "* " } else { "  " };
        rows.push([
            format!("{mark}{}", row.model),
            shown(row.roc_auc),
            format!("{} to {}", shown(row.roc_auc_low), shown(row.roc_auc_high)),
            shown(row.pr_auc),
            shown(row.log_loss),
            shown(row.brier),
            shown(row.ece),
            shown(row.f1),
            format!("{:.1}", row.fit_seconds),
            format!("{:.1}", row.predict_us_per_row),
        ]);
    }
    rows
}
