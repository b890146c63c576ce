//! The scorecard that every model should beat: points for what the training leads that converted have in common.
//!
//! The criteria are those of a learned profile of the ideal customer ([`Icp::learn`]), of who leads are and of what they do, each worth the
//! log of its odds ratio. Like a declared scorecard it is put on the scale of log-odds by two fitted numbers, so it is what
//! a team could write down without any model.

use crate::{Experiment, PipelineError, Prepared};
use leadsight_decide::Icp;
use leadsight_schema::{Field, Role};
use leadsight_train::{Declared, ModelSpec};
use serde_json::json;

/// The experiment with a scorecard learned from the training rows among its models, and its position there, where it names no models of its
/// own and the leads that converted have something in common. Beside a second split there is none: it would have to be learned anew.
///
/// # Errors
/// [`PipelineError::Render`] where the criteria cannot be written as a scorecard.
pub(crate) fn with_scorecard(
    experiment: &Experiment,
    prepared: &Prepared,
) -> Result<(Experiment, Option<usize>), PipelineError> {
    let mut experiment = experiment.clone();
    if experiment.models != ModelSpec::all() || experiment.report.beside.is_some() {
        return Ok((experiment, None));
    }
    let Prepared { table, labels, split, .. } = prepared;
    let fields = table.schema().with_role(Role::Feature);
    let fields: Vec<Field> = fields.map(|place| table.schema().fields()[place].clone()).collect();
    let Some(icp) = Icp::learn(table, labels, &split.train, &fields) else {
        return Ok((experiment, None));
    };
    let total: f64 = icp.criteria().iter().map(|criterion| criterion.weight).sum();
    let points: Vec<_> = (icp.criteria().iter())
        .map(|criterion| json!({ "when": criterion.when, "points": criterion.weight }))
        .collect();
    let card = json!({ "points": points, "threshold": total / 2.0 });
    let card = serde_json::from_value(card).map_err(|error| PipelineError::Render {
        what: "the scorecard of the baseline",
        message: error.to_string(),
    })?;
    // Behind the prior.
    const PLACE: usize = 1;
    experiment.models.insert(PLACE, ModelSpec::Scorecard(Declared::Inline(card)));
    Ok((experiment, Some(PLACE)))
}
