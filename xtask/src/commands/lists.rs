//! `lists`: the engine on twelve other fields, each over a generated table of its own, held to its truth.
//!
//! A field is a folder of `examples/lists` with a table, an experiment and a policy. Its run must rank the test rows better than chance
//! by what happened, put rows of a higher true chance first, and speak the field's words.

use super::Command;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process;

/// Where the fields are, from the root.
const FIELDS: &str = "examples/lists";
/// Where their tables go.
const GENERATED: &str = "datasets/generated/lists";
/// Where their runs go.
const RUNS: &str = "runs/lists";
/// The mean true chance of the best-scored tenth is at least this many times that of all.
const LEAST_LIFT: f64 = 1.5;

pub(crate) const COMMAND: Command = Command {
    name: "lists",
    about: "Ranks tickets, alerts, carts and nine other kinds of rows: generates each table, runs it, holds it to its truth",
    usage: "cargo xtask lists [FIELD...]",
    example: "cargo xtask lists support_triage",
    forwards: false,
    run,
};

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let fields = fields(workspace)?;
    if let Some(unknown) = args.iter().find(|arg| !fields.contains(arg)) {
        return Err(COMMAND.unknown(unknown));
    }
    let leadsight = workspace.build()?;
    let mut lines = vec![format!(
        "{:<18} {:>6} {:>9} {:>6} {:>14}  {:>14} {:>9}",
        "field", "rows", "base rate", "AUC", "capture at 10%", "of true chance", "possible"
    )];
    let mut answer = Answer::Done;
    for field in fields.iter().filter(|field| args.is_empty() || args.contains(field)) {
        let data = format!("{GENERATED}/{field}");
        let (table, config) =
            (format!("{FIELDS}/{field}/table.ron"), format!("{FIELDS}/{field}/experiment.ron"));
        let quiet = |arguments: &[&str]| {
            let mut command = process::Command::new(&leadsight);
            command
                .current_dir(&workspace.root)
                .args(arguments)
                .args(["--quiet", "--format", "csv"]);
            command.stdout(process::Stdio::null());
            shell::check(&mut command)
        };
        let ran = quiet(&["synth", "--table", &table, "--out", &data])? == Answer::Done
            && quiet(&["run", &config, "--data-dir", &data, "--out", RUNS])? == Answer::Done;
        let faults = if ran {
            let found = judge(&workspace.root.join(RUNS).join(field), &workspace.root.join(&data))?;
            lines.push(found.line(field));
            found.faults()
        } else {
            vec!["it did not run; the reason stands above".to_owned()]
        };
        for fault in faults {
            lines.push(format!("{field}: {fault}"));
            answer = Answer::No;
        }
    }
    lines.iter().for_each(shell::data);
    Ok(answer)
}

/// The folders with a table.
fn fields(workspace: &Workspace) -> Result<Vec<String>, XtaskError> {
    let folder = workspace.root.join(FIELDS);
    let failed = |source| XtaskError::File { path: folder.clone(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().join("table.ron").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[derive(Deserialize)]
struct Manifest {
    rows: usize,
    positives: usize,
    chosen_model: String,
    #[serde(default)]
    terms: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Metrics {
    splits: BTreeMap<String, Split>,
}

#[derive(Deserialize)]
struct Split {
    metrics: BTreeMap<String, Interval>,
}

#[derive(Deserialize)]
struct Interval {
    value: f64,
    low: f64,
}

/// What a run came to.
struct Found {
    rows: usize,
    base_rate: f64,
    auc: f64,
    auc_low: f64,
    capture: f64,
    /// The share of the test rows' true chance in the tenth that the model puts first, and in the true first tenth.
    truth: (f64, f64),
    /// The field's own words are declared and stand in the report; ours do not.
    worded: bool,
}

impl Found {
    fn line(&self, field: &str) -> String {
        let percent = |x: f64| format!("{:.1} %", 100.0 * x);
        format!(
            "{field:<18} {:>6} {:>9} {:>6.3} {:>14}  {:>14} {:>9}",
            self.rows,
            percent(self.base_rate),
            self.auc,
            percent(self.capture),
            percent(self.truth.0),
            percent(self.truth.1)
        )
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.auc_low <= 0.5 {
            faults.push(format!(
                "the AUC's interval begins at {:.3}: no better than chance",
                self.auc_low
            ));
        }
        if self.truth.0 < 0.1 * LEAST_LIFT {
            faults.push(format!("the first tenth holds {:.3} of the true chance, less than {LEAST_LIFT} times its share", self.truth.0));
        }
        if !self.worded {
            faults.push("the report does not speak the field's words".into());
        }
        faults
    }
}

fn judge(run: &Path, data: &Path) -> Result<Found, XtaskError> {
    let manifest: Manifest = json(&run.join("manifest.json"))?;
    let mut metrics: Metrics = json(&run.join("metrics.json"))?;
    let test = metrics.splits.remove("test").map(|split| split.metrics).unwrap_or_default();
    let metric = |key: &str| {
        test.get(key).ok_or_else(|| XtaskError::Unreadable {
            what: run.join("metrics.json").display().to_string(),
            reason: format!("it has no `{key}` of the test rows"),
        })
    };
    let auc = metric("roc_auc")?;
    let predictions = text(&run.join("predictions.csv"))?;
    let chances = text(&data.join("truth.csv"))?;
    let chances = truth(&chances);
    let scored =
        predictions.lines().filter_map(|line| match line.split(',').collect::<Vec<_>>()[..] {
            [id, "test", _, model, p, ..] if model == manifest.chosen_model => {
                Some((p.parse().ok()?, *chances.get(id)?))
            }
            _ => None,
        });
    let scored: Vec<(f64, f64)> = scored.collect();
    let own: Vec<(f64, f64)> = scored.iter().map(|(_, chance)| (*chance, *chance)).collect();
    let page = text(&run.join("report.html"))?;
    let own_word =
        manifest.terms.get("leads").map(|rows| format!("{} with their reasons", capital(rows)));
    Ok(Found {
        rows: manifest.rows,
        base_rate: manifest.positives as f64 / manifest.rows.max(1) as f64,
        auc: auc.value,
        auc_low: auc.low,
        capture: metric("capture_at_10")?.value,
        truth: (first_tenth(scored), first_tenth(own)),
        worded: own_word.is_some_and(|heading| page.contains(&heading))
            && !page.contains(" leads "),
    })
}

/// The true chance of each row by its id.
fn truth(csv: &str) -> BTreeMap<&str, f64> {
    let rows = csv.lines().skip(1).filter_map(|line| line.split_once(','));
    rows.filter_map(|(id, chance)| Some((id, chance.parse().ok()?))).collect()
}

/// The share of all true chance in the tenth with the highest scores, of pairs (score, true chance).
fn first_tenth(mut scored: Vec<(f64, f64)>) -> f64 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let sum = |rows: &[(f64, f64)]| rows.iter().map(|(_, chance)| chance).sum::<f64>();
    sum(&scored[..scored.len() / 10]) / sum(&scored).max(f64::MIN_POSITIVE)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn text(path: &Path) -> Result<String, XtaskError> {
    fs::read_to_string(path).map_err(|source| XtaskError::File { path: path.to_owned(), source })
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, XtaskError> {
    serde_json::from_str(&text(path)?).map_err(|error| XtaskError::Unreadable {
        what: path.display().to_string(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tenth_holds_its_share_of_the_chance() {
        let rows = |sign: f64| (0..100).map(|i| (sign * f64::from(i), f64::from(i))).collect();
        assert!((first_tenth(rows(1.0)) - 945.0 / 4950.0).abs() < 1e-12);
        assert!((first_tenth(rows(-1.0)) - 45.0 / 4950.0).abs() < 1e-12);
        assert_eq!(first_tenth(Vec::new()), 0.0);
    }

    #[test]
    fn a_run_without_skill_or_words_has_faults() {
        let good = Found {
            rows: 10,
            base_rate: 0.1,
            auc: 0.8,
            auc_low: 0.7,
            capture: 0.4,
            truth: (0.3, 0.4),
            worded: true,
        };
        assert!(good.faults().is_empty());
        let bad = Found { auc_low: 0.49, truth: (0.11, 0.4), worded: false, ..good };
        assert_eq!(bad.faults().len(), 3);
    }
}
