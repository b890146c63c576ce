//! Test leads with their reasons: some from all over the ranking, and those misjudged worst.

use crate::PipelineError;
use crate::write::Findings;
use leadsight_report::folder::{ErrorsFile, ExplainedFactor, ExplainedLead};
use leadsight_score::ExplainedField;

/// Test leads from the top to the bottom of the ranking, evenly spread.
///
/// # Errors
/// From the scorer.
pub fn spread(f: &Findings<'_>) -> Result<Vec<ExplainedLead>, PipelineError> {
    explained(f, &evenly(&ranked(f), f.experiment.report.explained))
}

/// The leads that did not convert at the top of the ranking, and those that did at its bottom.
///
/// # Errors
/// From the scorer.
pub fn errors(f: &Findings<'_>) -> Result<ErrorsFile, PipelineError> {
    let (ranked, labels) = (ranked(f), f.prepared.labels.as_slice());
    let most = f.experiment.report.errors;
    let lost: Vec<usize> = ranked.iter().copied().filter(|&r| !labels[r]).take(most).collect();
    let won: Vec<usize> = ranked.iter().rev().copied().filter(|&r| labels[r]).take(most).collect();
    Ok(ErrorsFile { in_vain: explained(f, &lost)?, missed: explained(f, &won)? })
}

/// The table's rows of the test split, the best first.
fn ranked(f: &Findings<'_>) -> Vec<usize> {
    let probabilities = &f.judged[f.chosen].test.probabilities;
    let test = &f.prepared.split.test;
    let mut ranked: Vec<usize> = (0..test.len()).collect();
    ranked.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]).then(a.cmp(&b)));
    ranked.into_iter().map(|i| test[i]).collect()
}

/// Rows of the table, scored and with their reasons.
fn explained(f: &Findings<'_>, rows: &[usize]) -> Result<Vec<ExplainedLead>, PipelineError> {
    let scored = f.scorer.score_table(&f.prepared.table, rows, f.options.now)?;
    let reasons = f.scorer.explain_table(&f.prepared.table, rows)?;
    let leads = scored.into_iter().zip(reasons).zip(rows);
    leads
        .map(|((lead, reason), &row)| {
            let factor = |c: ExplainedField| ExplainedFactor {
                field: c.field,
                value: c.value,
                contribution: c.contribution,
                points: c.points,
            };
            Ok(ExplainedLead {
                lead_id: lead.lead_id,
                probability: f.scorer.probability(reason.margin)?.get(),
                lead_score: lead.lead_score,
                tier: lead.tier,
                label: Some(f.prepared.labels.as_slice()[row]),
                base_value: reason.base_value,
                margin: reason.margin,
                next_action: lead.next_action,
                factors: reason.contributions.into_iter().map(factor).collect(),
            })
        })
        .collect()
}

/// At most `most` of the items, evenly spread from the first to the last.
pub fn evenly(items: &[usize], most: usize) -> Vec<usize> {
    if items.len() <= most || most < 2 {
        return items.iter().copied().take(most).collect();
    }
    (0..most).map(|i| items[i * (items.len() - 1) / (most - 1)]).collect()
}
