//! An experiment's configuration, and the same bytes as an override of one.

use leadsight_pipeline::Experiment;
use std::path::Path;

const SMALLEST: &str = r#"Experiment(data: (leads: "leads.csv"), label: Column(name: "won"))"#;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parse = |text: &str| Experiment::parse(text, Path::new("experiment.ron"));
    if let Ok(experiment) = parse(text)
        && let Ok(written) = experiment.to_ron()
    {
        let again = parse(&written).and_then(|again| again.to_ron()).expect("our own text reads");
        assert_eq!(again, written);
    }
    let smallest = parse(SMALLEST).expect("the smallest experiment reads");
    if let Ok(overridden) = smallest.with(text) {
        let _ = overridden.to_ron();
    }
}
