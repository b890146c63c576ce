//! `leadsight audit`: which columns know the outcome.

use super::Answer;
use super::run::base;
use crate::args::{Audit, Common};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_pipeline::{Experiment, prepare};
use leadsight_schema::Verdict;

pub fn run(args: &Audit, common: &Common) -> Result<Answer, Failure> {
    let experiment = Experiment::read(&args.config, &args.set)?;
    let mut prepared = prepare(&experiment, &base(&args.config, args.data_dir.as_deref()))?;
    prepared.leakage.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    let mut rows = Rows::new(["column", "verdict", "AUC alone", "evidence"]);
    for finding in &prepared.leakage {
        rows.push([
            finding.column.clone(),
            format!("{:?}", finding.verdict).to_lowercase(),
            finding.auc.map_or_else(|| "-".to_owned(), |auc| format!("{auc:.3}")),
            finding.evidence.join("; "),
        ]);
    }
    print::data(common.format, &prepared.leakage, &rows)?;
    let open = |column: &String| !experiment.leakage.waive.contains_key(column);
    let leak = prepared.leakage.iter().any(|f| f.verdict == Verdict::Leak && open(&f.column));
    Ok(if leak { Answer::No } else { Answer::Yes })
}
