//! What a configuration may say, and what is answered when it may not.

use leadsight_pipeline::{Experiment, PipelineError};
use leadsight_schema::Seed;
use leadsight_train::ModelSpec;
use proptest::prelude::*;
use std::path::Path;

const SHORTEST: &str =
    r#"Experiment(data: (leads: "leads.csv"), label: Column(name: "converted"))"#;

fn parse(text: &str) -> Result<Experiment, PipelineError> {
    Experiment::parse(text, Path::new("test.ron"))
}

#[test]
fn data_and_label_are_a_whole_experiment() {
    let experiment = parse(SHORTEST).unwrap();
    assert_eq!(experiment.models, ModelSpec::all());
    insta::assert_snapshot!("resolved", experiment.to_ron().unwrap());
}

#[test]
fn what_is_resolved_reads_back_as_itself() {
    let experiment = parse(SHORTEST).unwrap();
    assert_eq!(parse(&experiment.to_ron().unwrap()).unwrap(), experiment);
}

#[test]
fn a_mistake_is_answered_with_its_place_and_the_nearest_name() {
    let cases = [
        ("key", r#"Experiment(data: (leads: "l.csv"), label: Column(name: "y"), sede: 7)"#),
        (
            "inner key",
            r#"Experiment(data: (leads: "l.csv", creatd: "c"), label: Column(name: "y"))"#,
        ),
        (
            "model",
            r#"Experiment(data: (leads: "l.csv"), label: Column(name: "y"), models: [Xgbost()])"#,
        ),
        ("missing", r#"Experiment(data: (leads: "l.csv"))"#),
        ("type", r#"Experiment(data: (leads: 7), label: Column(name: "y"))"#),
        ("cut", r#"Experiment(data: (leads: "l.csv""#),
    ];
    let told: Vec<String> =
        cases.iter().map(|(name, text)| format!("{name}: {}", parse(text).unwrap_err())).collect();
    insta::assert_snapshot!("mistakes", told.join("\n"));
}

#[test]
fn one_key_can_be_replaced_from_outside() {
    let experiment = parse(SHORTEST).unwrap();
    let set = |text: &str| experiment.with(text);
    assert_eq!(set("seed=9").unwrap().seed, Seed(9));
    assert_eq!(set("data.leads=other.csv").unwrap().data.leads, Path::new("other.csv"));
    assert_eq!(set(r#"models=["Prior"]"#).unwrap().models, [ModelSpec::Prior]);
    assert_eq!(set("data.exclude.age=too old").unwrap().data.exclude["age"], "too old");
    let positive = set("label.positive=won").unwrap();
    assert_eq!(set("label.Column.positive=won").unwrap(), positive);
    assert!(positive.to_ron().unwrap().contains(r#"positive: "won""#));
    assert_eq!(set("split.test=0.3").unwrap(), set("split.Stratified.test=0.3").unwrap());
    // A column may be named like a variant: a map of columns is no enum.
    let kinds = set(r#"data.kinds.Born={"Date":"Iso"}"#).unwrap();
    assert_eq!(kinds.with("data.kinds.zip=Category").unwrap().data.kinds.len(), 2);
    let told = ["label.positiv=won", "sede=9", "seed=many", "seed", "data.leads.x=1"]
        .map(|t| set(t).unwrap_err().to_string());
    insta::assert_snapshot!("overrides", told.join("\n"));
}

proptest! {
    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn a_damaged_configuration_parses_or_is_refused(at in 0..SHORTEST.len(), with in "\\PC") {
        let mut text = SHORTEST.to_owned();
        text.replace_range(at..=at, &with);
        let _ = parse(&text);
    }
}
