//! XGBoost's JSON model, imported.

use leadsight_forest::import::xgboost_json;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(mut imported) = xgboost_json(text) {
        imported.outputs.iter().for_each(super::forest::walk);
        let rounds = imported.rounds();
        imported.truncate_rounds(rounds / 2);
        assert_eq!(imported.rounds(), rounds / 2);
    }
}
