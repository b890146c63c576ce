//! The scorecard that every model should beat: points for what the training leads that converted have in common.
//!
//! The criteria are those of a learned profile of the ideal customer ([`Icp::learn`]), of who leads are and of what they do, each worth the
//! log of its odds ratio. Like a declared scorecard it is put on the scale of log-odds by two fitted numbers, so it is what
//! a team could write down without any model. It stands on every leaderboard and wins none; there is none where nothing sets the converted
//! leads apart.

use crate::choose;
use crate::compete::Competition;
use crate::{PipelineError, Prepared};
use leadsight_decide::Icp;
use leadsight_schema::{Field, Issue, Role, Severity};
use leadsight_train::{Declared, ModelSpec};
use serde_json::json;

/// Its name on the leaderboard.
pub(crate) const NAME: &str = "Baseline";

/// The scorecard of the training rows; `None` where nothing sets the leads apart that converted.
///
/// # Errors
/// [`PipelineError::Render`] where the criteria cannot be written as a scorecard.
pub(crate) fn learn(prepared: &Prepared) -> Result<Option<ModelSpec>, PipelineError> {
    let Prepared { table, labels, split, .. } = prepared;
    let fields = table.schema().with_role(Role::Feature);
    let fields: Vec<Field> = fields.map(|place| table.schema().fields()[place].clone()).collect();
    let Some(icp) = Icp::learn(table, labels, &split.train, &fields) else { return Ok(None) };
    let total: f64 = icp.criteria().iter().map(|criterion| criterion.weight).sum();
    let points: Vec<_> = (icp.criteria().iter())
        .map(|criterion| json!({ "when": criterion.when, "points": criterion.weight }))
        .collect();
    let card = json!({ "points": points, "threshold": total / 2.0 });
    let card = serde_json::from_value(card).map_err(|error| PipelineError::Render {
        what: "the scorecard of the baseline",
        message: error.to_string(),
    })?;
    Ok(Some(ModelSpec::Scorecard(Declared::Inline(card))))
}

/// That the winner does not beat the baseline on the validation rows, where it does not.
pub(crate) fn not_beaten(competition: &Competition) -> Option<Issue> {
    let Competition { material, candidates, chosen } = competition;
    let winner = &candidates[*chosen];
    let baseline = candidates.iter().find(|candidate| !candidate.competes)?;
    (!choose::beats(winner, baseline, &material.valid_labels)).then(|| Issue {
        severity: Severity::Warning,
        kind: "baseline_not_beaten".to_owned(),
        file: "models".to_owned(),
        row: None,
        line: None,
        column: None,
        found: format!(
            "on the validation leads `{}` is not better, beyond noise, than points for what converted leads have in common",
            winner.name
        ),
        expected: "a model that beats what a team could write down: more leads or columns, other `models`, or a scorecard in their place".to_owned(),
        count: 1,
    })
}
