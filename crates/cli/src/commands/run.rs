//! `leadsight run`: an experiment, and what it found, on one screen.

use super::Answer;
use crate::args::{Common, Format, Run};
use crate::failure::Failure;
use crate::input::config;
use crate::interrupt;
use crate::output::output_folder;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use crate::terminal::wrap;
use leadsight_pipeline::{Experiment, Observer, Outcome, Progress, RunOptions, Stage};
use leadsight_report::beside;
use leadsight_report::files::to_csv;
use leadsight_report::folder::{BUNDLE, LEADERBOARD, Manifest, REPORT_HTML, RunFolder, TEST};
use leadsight_report::verdict::verdict;
use leadsight_schema::{Severity, Timestamp, Verdict};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Data problems shown; the rest is counted.
const SHOWN: usize = 5;

pub fn run(args: &Run, common: &Common) -> Result<Answer, Failure> {
    let mut set = args.set.clone();
    set.extend(args.seed.map(|seed| format!("seed={seed}")));
    let experiment = Experiment::read(config(&args.config)?, &set)?;
    output_folder("--out", &args.out)?;
    let options = RunOptions {
        base: base(&args.config, args.data_dir.as_deref()),
        out: args.out.clone(),
        now: now(),
        versions: BTreeMap::from([("leadsight".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
    };
    let watcher = Watcher { work: Work::begin(common, "read the configuration") };
    let outcome = leadsight_pipeline::run(&experiment, &options, &watcher)?;
    drop(watcher);
    match common.format {
        Format::Table => print::text(&page(&outcome))?,
        Format::Json => print::data(Format::Json, &outcome.run.metrics, &Rows::default())?,
        Format::Csv => print::rendered(&to_csv(LEADERBOARD, &outcome.run.leaderboard)?)?,
    }
    if common.format != Format::Table {
        tracing::info!("everything is in {}", outcome.folder.display());
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
    work: Work,
}

impl Observer for Watcher {
    fn stage(&self, name: &str) {
        self.work.next(name);
        tracing::debug!("{name}");
    }

    fn progress(&self, progress: &Progress) {
        let what = match progress.stage {
            Stage::Choosing => "choosing by folds",
            Stage::Fitting => "on all training rows",
        };
        let loss = progress.valid_loss.map(|l| format!(", held-out log-loss {l:.4}"));
        let (done, total) = (progress.done, progress.total);
        self.work
            .say(format!(" {what}, step {done} of at most {total}{}", loss.unwrap_or_default()));
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
    let (run, folder) = (&outcome.run, &outcome.folder);
    let mut page = problems(run) + &kept_out(run);
    page += &format!(
        "\nLeaderboard (test rows, {})\n{}\n",
        run.manifest.terms.say(&run.manifest.split_rule),
        leaderboard(run).to_table()
    );
    let Manifest { chosen_model, choice_reason, .. } = &run.manifest;
    let own = &run.manifest.terms;
    page += &wrap(&format!("Chosen: {chosen_model}, {}", own.say(choice_reason)), "", "  ");
    page += &words(run);
    // Commands keep to one line, to be copied.
    page += &format!(
        "\nEverything is in {}; open {}\nTo score new {}: leadsight score --bundle {} --leads new.csv --out scored.csv\n",
        folder.display(),
        folder.join(REPORT_HTML).display(),
        own.say("leads"),
        folder.join(BUNDLE).display()
    );
    page
}

fn problems(run: &RunFolder) -> String {
    let mut issues: Vec<_> = run.issues.iter().collect();
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.severity));
    let mut page = format!("Data problems: {}\n", issues.len());
    for issue in issues.iter().take(SHOWN) {
        let severity = match issue.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        page += &wrap(
            &run.manifest.terms.say(&format!("{severity}: {}", print::issue(issue))),
            "  ",
            "    ",
        );
    }
    if issues.len() > SHOWN {
        page += &format!("  and {} more in issues.json\n", issues.len() - SHOWN);
    }
    page
}

/// Columns kept out: what the audit found first, since the others were named by the user.
fn kept_out(run: &RunFolder) -> String {
    let Manifest { excluded, notes, terms, .. } = &run.manifest;
    if excluded.is_empty() && notes.is_empty() {
        return String::new();
    }
    let mut page = "\nKept out of the models:\n".to_owned();
    let leak =
        |column: &str| run.leakage.iter().any(|f| f.column == column && f.verdict == Verdict::Leak);
    let (leaks, named): (Vec<_>, Vec<_>) = excluded.iter().partition(|c| leak(&c.column));
    for column in leaks {
        page += &wrap(&format!("{}: {}", column.column, terms.say(&column.reason)), "  ", "    ");
    }
    if !named.is_empty() {
        let named: Vec<&str> = named.iter().map(|c| c.column.as_str()).collect();
        page += &wrap(&format!("by the configuration: {}", named.join(", ")), "  ", "    ");
    }
    for note in notes {
        page += &wrap(&terms.say(note), "  ", "    ");
    }
    page
}

fn words(run: &RunFolder) -> String {
    let (verdict, own) = (verdict(run), &run.manifest.terms);
    let mut page = "\n".to_owned() + &wrap(&verdict.headline, "", "");
    for sentence in verdict.sentences.iter().chain(&verdict.cautions) {
        page += &wrap(sentence, "  - ", "    ");
    }
    page += &format!("\nTiers ({})\n{}", own.say("test leads"), tiers(run).to_table());
    if let Some(file) = &run.beside {
        page.push_str("\nTwo splits side by side\n");
        for sentence in beside::words(file) {
            page.push_str(&format!("  - {}\n", own.say(&sentence)));
        }
    }
    page
}

/// The policy's tiers: how many are in each, how many of them converted, what is done.
fn tiers(run: &RunFolder) -> Rows {
    let own = &run.manifest.terms;
    let [leads, converted] = ["leads", "converted"].map(|word| own.say(word));
    let mut rows = Rows::new(["tier", "begins", &leads, &converted, "rate %", "action"]);
    for tier in &run.metrics.tiers {
        rows.push([
            tier.tier.as_str().into(),
            Cell::Text(own.say(&tier.begins)),
            Cell::Count(tier.leads as u64),
            Cell::Count(tier.conversions as u64),
            tier.rate.map_or(Cell::Blank, |rate| Cell::Number(100.0 * rate.value, 1)),
            tier.next_action.as_str().into(),
        ]);
    }
    rows
}

fn leaderboard(run: &RunFolder) -> Rows {
    let each = run.manifest.terms.say("us/lead");
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
        &each,
    ]);
    let shown = |value: Option<f64>| value.map_or(Cell::Blank, |v| Cell::Number(v, 4));
    for row in run.leaderboard.iter().filter(|row| row.split == TEST) {
        let mark = if row.model == run.manifest.chosen_model { "* " } else { "  " };
        let interval = match (row.roc_auc_low, row.roc_auc_high) {
            (Some(low), Some(high)) => Cell::Text(format!("{low:.4} to {high:.4}")),
            _ => Cell::Blank,
        };
        rows.push([
            Cell::Text(format!("{mark}{}", row.model)),
            shown(row.roc_auc),
            interval,
            shown(row.pr_auc),
            shown(row.log_loss),
            shown(row.brier),
            shown(row.ece),
            shown(row.f1),
            Cell::Number(row.fit_seconds, 1),
            Cell::Number(row.predict_us_per_row, 1),
        ]);
    }
    rows
}
