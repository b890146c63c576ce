//! One live lead as a service hands it over.

use super::scoring_csv::SCORER;
use leadsight_schema::Timestamp;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(lead) = serde_json::from_slice(bytes) else { return };
    if let Ok(scored) = SCORER.score_json(&lead, Timestamp(0)) {
        let probability = scored.probability.is_none_or(|p| (0.0..=1.0).contains(&p));
        assert!(probability && scored.lead_score <= 100);
    }
    if let Ok(explained) = SCORER.explain_json(&lead) {
        let sum: f64 = explained.contributions.iter().map(|c| c.contribution).sum();
        let error = (explained.base_value + sum - explained.margin).abs();
        assert!(error <= 1e-6 * (1.0 + explained.margin.abs()), "contributions miss by {error}");
    }
}
