//! What the policy's tiers hold of the test leads.

use crate::PipelineError;
use crate::write::Findings;
use leadsight_eval::wilson;
use leadsight_report::folder::TierResult;
use leadsight_schema::Probability;

/// Each tier from the highest down, with what became of the test leads in it.
///
/// # Errors
/// [`PipelineError::Eval`] where an interval cannot be computed.
pub fn tiers(f: &Findings<'_>) -> Result<Vec<TierResult>, PipelineError> {
    let policy = &f.bundle.policy;
    let all = policy.tiers.as_slice();
    let mut counts = vec![(0_usize, 0_usize); all.len()];
    let (labels, test) = (f.prepared.labels.as_slice(), &f.prepared.split.test);
    for (&row, &p) in test.iter().zip(&f.judged[f.chosen].test.probabilities) {
        let Ok(p) = Probability::new(p) else { continue };
        let tier = policy.tiers.of(policy.score(p), Some(p.get()));
        if let Some(place) = all.iter().position(|other| other.name == tier.name) {
            counts[place].0 += 1;
            counts[place].1 += usize::from(labels[row]);
        }
    }
    let result = |(tier, (leads, conversions)): (&leadsight_decide::Tier, (usize, usize))| {
        let rate = (leads > 0).then(|| wilson(conversions as u64, leads as u64, 0.95));
        Ok(TierResult {
            tier: tier.name.clone(),
            begins: tier.begins(),
            leads,
            conversions,
            rate: rate.transpose()?,
            next_action: tier.next_action.clone(),
        })
    };
    all.iter().zip(counts).map(result).collect()
}
