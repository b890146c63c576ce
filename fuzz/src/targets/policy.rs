//! A policy file of either kind is read or refused; what is accepted decides about every probability, never downwards, and is written as it
//! reads.

use leadsight_decide::{Policy, PolicyFile};
use leadsight_schema::Probability;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(error) = PolicyFile::from_ron(text) {
        assert!(!error.to_string().is_empty());
    }
    let Ok(policy) = Policy::from_ron(text) else { return };
    let mut last = 0;
    for p in [0.0, 1e-300, 1e-9, 0.01, 0.5, 0.99, 1.0 - 1e-16, 1.0] {
        let decision = policy.decide(Probability::new(p).expect("a probability"), None);
        assert!((last..=100).contains(&decision.score), "{p}: {} after {last}", decision.score);
        last = decision.score;
    }
    let written = policy.to_ron().expect("a policy can be written");
    assert_eq!(Policy::from_ron(&written).expect("our own text reads"), policy);
}
