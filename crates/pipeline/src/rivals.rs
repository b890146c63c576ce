//! Every model beside the chosen one: all metrics with their intervals, and paired tests on the same test leads.

use crate::PipelineError;
use crate::judge::Judgement;
use crate::write::Findings;
use leadsight_eval::{EvaluateOptions, compare, holm};
use leadsight_report::folder::{AgainstChosen, ModelJudged, ModelsFile, TEST, VALID};
use std::collections::BTreeMap;

/// What `models.json` holds. The tests of one metric are corrected together for their number.
///
/// # Errors
/// From the tests.
pub fn rivals(f: &Findings<'_>) -> Result<ModelsFile, PipelineError> {
    let labels = f.prepared.labels.take(&f.prepared.split.test);
    let options = EvaluateOptions {
        level: f.experiment.report.level,
        bootstrap: f.experiment.report.bootstrap,
        seed: f.experiment.seed,
    };
    let chosen = &f.judged[f.chosen].test.probabilities;
    let others: Vec<usize> = (0..f.candidates.len()).filter(|&i| i != f.chosen).collect();
    let found = others
        .iter()
        .map(|&i| compare(labels.as_slice(), &f.judged[i].test.probabilities, chosen, &options))
        .collect::<Result<Vec<_>, _>>()?;
    let auc = holm(&found.iter().map(|c| c.roc_auc.p_value).collect::<Vec<_>>());
    let loss = holm(&found.iter().map(|c| c.log_loss.p_value).collect::<Vec<_>>());
    let mut against: BTreeMap<usize, AgainstChosen> = BTreeMap::new();
    for (k, (&i, &comparison)) in others.iter().zip(&found).enumerate() {
        let (roc_auc_p_holm, log_loss_p_holm) = (auc[k], loss[k]);
        against.insert(i, AgainstChosen { comparison, roc_auc_p_holm, log_loss_p_holm });
    }
    let metrics = |judgement: &Judgement| judgement.evaluation.metrics.clone();
    let models =
        f.candidates.iter().zip(f.judged).enumerate().map(|(i, (candidate, judged))| ModelJudged {
            model: candidate.name.clone(),
            splits: BTreeMap::from([
                (VALID.to_owned(), metrics(&judged.valid)),
                (TEST.to_owned(), metrics(&judged.test)),
            ]),
            against_chosen: against.remove(&i),
            out_of_bag_log_loss: candidate.out_of_bag,
        });
    Ok(ModelsFile { chosen: f.candidates[f.chosen].name.clone(), models: models.collect() })
}
