//! `leadsight audit`: which columns know the outcome.

use super::Answer;
use super::run::{base, now};
use crate::args::{Audit, Common};
use crate::failure::Failure;
use crate::input::{config, name};
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_pipeline::{Experiment, measure_leakage, prepare};
use leadsight_schema::{LeakageFinding, Verdict};

pub fn run(args: &Audit, common: &Common) -> Result<Answer, Failure> {
    let experiment = Experiment::read(config(&args.config)?, &args.set)?;
    let work = Work::begin(common, format!("auditing the columns of {}", name(&args.config)));
    let mut prepared = prepare(&experiment, &base(&args.config, args.data_dir.as_deref()), now())?;
    let suspects = measure_leakage(&experiment, &mut prepared)?;
    drop(work);
    prepared.leakage.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    let mut rows =
        Rows::new(["column", "verdict", "AUC alone", "model with", "without", "evidence"]);
    let number = |auc: Option<f64>| auc.map_or(Cell::Blank, |auc| Cell::Number(auc, 3));
    for finding in &prepared.leakage {
        rows.push([
            finding.column.as_str().into(),
            word(finding.verdict).into(),
            number(finding.auc),
            number(finding.effect.map(|e| e.valid_auc_with)),
            number(finding.effect.map(|e| e.valid_auc_without)),
            Cell::Text(finding.evidence.join("; ")),
        ]);
    }
    let open = |f: &&LeakageFinding| {
        f.verdict == Verdict::Leak && !experiment.leakage.waive.contains_key(&f.column)
    };
    let leaks: Vec<&LeakageFinding> = prepared.leakage.iter().filter(open).collect();
    let count = |verdict| prepared.leakage.iter().filter(|f| f.verdict == verdict).count();
    rows.note(format!(
        "{} columns: {} leak, {} suspect, {} safe.",
        prepared.leakage.len(),
        count(Verdict::Leak),
        count(Verdict::Suspect),
        count(Verdict::Safe)
    ));
    rows.note("Model with, without: the ROC-AUC of a small boosted model on the validation leads.");
    if let Some(suspects) = &suspects {
        rows.note(format!("Together: {}.", suspects.words()));
    }
    if let Some(first) = leaks.first() {
        let run = format!("leadsight run {}", args.config.display());
        rows.next("To leave every leak out", &format!("{run} --set leakage.on_leak=Exclude"));
        let keep = format!("To keep `{}`, where it is known before a lead is scored", first.column);
        rows.next(&keep, &format!("{run} --set leakage.waive.{}=REASON", first.column));
    }
    print::data(common.format, &prepared.leakage, &rows)?;
    Ok(if leaks.is_empty() { Answer::Yes } else { Answer::No })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Safe => "safe",
        Verdict::Suspect => "suspect",
        Verdict::Leak => "leak",
    }
}
