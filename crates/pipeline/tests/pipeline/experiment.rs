//! A whole experiment on a small generated CRM: same bytes twice, offline equals online, leaks stop, Ctrl-C leaves nothing.

use leadsight_ingest::{Split, SplitSpec};
use leadsight_pipeline::{
    Experiment, Observer, Outcome, PipelineError, Progress, RunOptions, prepare, run,
};
use leadsight_report::folder::{
    BESIDE, BUNDLE, CONFIG as CONFIG_FILE, LEADERBOARD, MANIFEST, METRICS, PREDICTIONS,
    PredictionRow, REPORT_HTML, REPORT_MARKDOWN, SplitKind, TEST,
};
use leadsight_schema::{Cells, Role, Seed, Timestamp};
use leadsight_score::Scorer;
use leadsight_synth::{SynthOptions, generate};
use leadsight_train::ModelSpec;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

const CONFIG: &str = r#"Experiment(
    name: "small",
    data: (
        leads: "leads.csv",
        created: "created_at",
        join: [(file: "accounts.csv", on: "account_id")],
        exclude: {"email": "names a person", "full_name": "names a person", "phone": "names a person"},
    ),
    label: Column(name: "converted"),
    leakage: (on_leak: Exclude),
    models: [Prior, Tree(), Xgboost(rounds: 30)],
    tuning: (folds: 2),
    report: (bootstrap: 50),
)"#;

#[test]
fn rows_of_one_id_stand_in_one_part() {
    let home = tempfile::tempdir().unwrap();
    let rows: String = (0..600)
        .map(|i| {
            format!(
                "L{},{},2026-{:02}-{:02},{}\n",
                i * 7 % 400,
                i % 13,
                1 + i / 60,
                1 + i % 28,
                u8::from(i % 3 == 0)
            )
        })
        .collect();
    std::fs::write(home.path().join("leads.csv"), format!("lead_id,visits,came,won\n{rows}"))
        .unwrap();
    for split in ["Stratified()", "Time(column: \"came\")", "Order()"] {
        let text = format!(
            r#"Experiment(data: (leads: "leads.csv", id: "lead_id"), label: Column(name: "won"), split: {split})"#
        );
        let experiment = Experiment::parse(&text, Path::new("test.ron")).unwrap();
        let prepared = prepare(&experiment, home.path(), Timestamp(1_800_000_000)).unwrap();
        let id = prepared.table.schema().find("lead_id").unwrap();
        let ids = |rows: &[usize]| -> BTreeSet<String> {
            rows.iter().map(|&row| format!("{:?}", prepared.table.cell(row, id))).collect()
        };
        let Split { train, valid, test } = &prepared.split;
        let [train, valid, test] = [ids(train), ids(valid), ids(test)];
        assert!(
            train.is_disjoint(&valid) && train.is_disjoint(&test) && valid.is_disjoint(&test),
            "{split}"
        );
    }
}

/// Stops after so many questions.
struct Patience(AtomicU32);

impl Observer for Patience {
    fn stage(&self, _: &str) {}
    fn progress(&self, _: &Progress) {}
    fn stopped(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) == 1
    }
    fn peak_memory_mib(&self) -> Option<f64> {
        None
    }
}

pub(crate) struct Place {
    home: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let options = SynthOptions { leads: 2_000, seed: Seed(11), ..SynthOptions::default() };
        generate(&options, &home.path().join("data")).unwrap();
        Self { home }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn out(&self) -> PathBuf {
        self.home.path().join("runs")
    }

    pub(crate) fn run(
        &self,
        experiment: &Experiment,
        patience: u32,
    ) -> Result<Outcome, PipelineError> {
        let options = RunOptions {
            base: self.home.path().join("data"),
            out: self.out(),
            now: Timestamp(1_790_000_000),
            versions: BTreeMap::new(),
        };
        run(experiment, &options, &Patience(AtomicU32::new(patience)))
    }
}

pub(crate) fn experiment() -> Experiment {
    Experiment::parse(CONFIG, Path::new("test.ron")).unwrap()
}

/// Every file below a folder with its bytes.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path.clone(), fs::read(&path).unwrap())),
        }
    }
    found
}

#[test]
fn a_run_repeats_to_the_byte_and_speaks_through_its_bundle() {
    let place = Place::new();
    let outcome = place.run(&experiment(), u32::MAX).unwrap();
    let lasting = |folder: &Path| {
        let mut kept = files(&folder.join(BUNDLE));
        for file in [METRICS, PREDICTIONS] {
            kept.insert(folder.join(file), fs::read(folder.join(file)).unwrap());
        }
        kept
    };
    let first = lasting(&outcome.folder);
    let again = place.run(&experiment(), u32::MAX).unwrap();
    assert_eq!(first, lasting(&again.folder));

    // Offline equals online: the bundle gives the test rows the very probabilities of predictions.csv.
    let prepared = prepare(&experiment(), &place.home.path().join("data"), Timestamp(0)).unwrap();
    let scorer = Scorer::load(&outcome.folder.join(BUNDLE)).unwrap();
    let now = Timestamp(0);
    let scored = scorer.score_table(&prepared.table, &prepared.split.test, now).unwrap();
    let chosen = &outcome.run.manifest.chosen_model;
    let bytes = fs::read(outcome.folder.join(PREDICTIONS)).unwrap();
    let written: Vec<PredictionRow> =
        leadsight_report::files::from_csv(PREDICTIONS, &bytes).unwrap();
    let written: Vec<_> =
        written.into_iter().filter(|row| row.model == *chosen && row.split == TEST).collect();
    assert_eq!(written.len(), scored.len());
    let threshold = outcome.run.metrics.threshold;
    for (row, lead) in written.iter().zip(&scored) {
        assert_eq!(
            (&row.lead_id, Some(row.probability.to_bits())),
            (&lead.lead_id, lead.probability.map(f64::to_bits))
        );
        assert_eq!(row.probability >= threshold, lead.lead_score >= 70);
    }
}

#[test]
fn the_tiers_of_the_policy_hold_the_test_leads() {
    let place = Place::new();
    let run = place.run(&experiment(), u32::MAX).unwrap().run;
    let tiers = &run.metrics.tiers;
    let names: Vec<(&str, &str)> =
        tiers.iter().map(|t| (t.tier.as_str(), t.begins.as_str())).collect();
    assert_eq!(names, [("Hot", "from 70"), ("Warm", "from 40"), ("Cold", "the rest")]);
    let test = &run.metrics.splits[TEST];
    assert_eq!(tiers.iter().map(|t| t.leads).sum::<usize>(), test.rows);
    assert_eq!(tiers.iter().map(|t| t.conversions).sum::<usize>(), test.positives);
    // Hot begins where the threshold lies.
    assert_eq!(tiers[0].leads, test.confusion["chosen"].flagged());
    assert!(run.manifest.fields.iter().any(|field| field == "pages_viewed"));
}

#[test]
fn people_are_no_features_unless_asked_for() {
    let place = Place::new();
    let roles = |text: &str| {
        let text = text.split_once("exclude: {").unwrap();
        let rest = text.1.split_once('}').unwrap().1;
        let config = format!("{}exclude: {{}}{rest}", text.0);
        let experiment = Experiment::parse(&config, Path::new("test.ron")).unwrap();
        let prepared = prepare(&experiment, &place.data(), Timestamp(1_790_000_000))?;
        let field = |name: &str| {
            let schema = prepared.table.schema();
            schema.fields()[schema.find(name).unwrap()].role
        };
        let roles = ["full_name", "email", "phone", "title"].map(field);
        let told = prepared.issues.iter().find(|issue| issue.kind == "personal_columns");
        Ok::<_, PipelineError>((roles, told.map(|issue| issue.found.clone())))
    };
    let (out, feature) = (Role::Excluded, Role::Feature);
    let (kept, told) = roles(CONFIG).unwrap();
    assert_eq!(kept, [out, out, out, feature]);
    let told = told.unwrap();
    assert!(told.contains("`full_name`"), "{told}");
    let asking =
        |features: &str| CONFIG.replace("models:", &format!("features: ({features}), models:"));
    let (kept, _) =
        roles(&asking("personal: [\"full_name\"], contacts: (email: \"email\")")).unwrap();
    // What names every lead apart is no feature either way.
    assert_eq!(kept, [feature, feature, out, feature]);
    let error = roles(&asking("personal: [\"phon\"]")).unwrap_err().to_string();
    assert!(error.contains("features.personal") && error.contains("`phone`"), "{error}");
}

#[test]
fn a_second_split_stands_beside_the_run_and_touches_nothing_of_it() {
    let place = Place::new();
    let alone = place.run(&experiment(), u32::MAX).unwrap();
    assert!(alone.run.beside.is_none() && !alone.folder.join(BESIDE).exists());
    let lasting = |folder: &Path| {
        let mut kept = files(folder);
        // Those that tell of the second split, or of the time that it took.
        for file in [BESIDE, CONFIG_FILE, MANIFEST, REPORT_HTML, REPORT_MARKDOWN, LEADERBOARD] {
            kept.remove(&folder.join(file));
        }
        kept
    };
    let first = lasting(&alone.folder);
    let second = experiment().with(r#"report.beside={"Time":{"embargo_days":1}}"#).unwrap();
    let both = place.run(&second, u32::MAX).unwrap();
    assert_eq!(first, lasting(&both.folder));

    // Judged alone, the second split gives the same figures.
    let mut alone = second.clone();
    alone.split = alone.report.beside.take().unwrap();
    alone.name = Some("alone".to_owned());
    let alone = place.run(&alone, u32::MAX).unwrap().run;
    let found = both.run.beside.unwrap();
    assert_eq!(found.beside.chosen_model, alone.manifest.chosen_model);
    assert_eq!(found.beside.splits, alone.manifest.splits);
    assert!(found.issues.iter().any(|issue| issue.kind == "embargo"));
    assert_eq!((found.main.kind, found.beside.kind), (SplitKind::Random, SplitKind::Time));
    for (model, row) in found.models.iter().zip(alone.leaderboard.iter().skip(1).step_by(2)) {
        assert_eq!((&model.model, TEST), (&row.model, row.split.as_str()));
        let auc = model.metrics["roc_auc"];
        assert_eq!(Some(auc.beside.value), row.roc_auc);
        assert!(auc.difference.low <= auc.difference.value);
        assert_eq!(auc.difference.value, auc.beside.value - auc.main.value);
    }
}

#[test]
fn a_second_split_that_cannot_be_made_stops_the_run_before_it_fits_anything() {
    let place = Place::new();
    for (split, expect) in
        [(r#"{"Time":{"column":"created"}}"#, "created_at"), (r#"{"Order":{"train":0.9}}"#, "0.9")]
    {
        let second = experiment().with(&format!("report.beside={split}")).unwrap();
        let error = place.run(&second, u32::MAX).unwrap_err();
        assert!(matches!(error, PipelineError::Beside { .. }), "{error}");
        let told = error.to_string();
        assert!(told.contains("report.beside") && told.contains(expect), "{told}");
    }
}

#[test]
fn planted_leaks_stop_a_run_that_does_not_exclude_them() {
    let place = Place::new();
    let strict = experiment().with("leakage.on_leak=Stop").unwrap();
    let error = place.run(&strict, u32::MAX).unwrap_err();
    assert!(matches!(&error, PipelineError::Leak { columns } if columns.len() == 2), "{error}");
    assert!(!place.out().join("small").exists());
}

#[test]
fn a_stopped_run_leaves_nothing() {
    let place = Place::new();
    for patience in [1, 3, 5, 12] {
        let error = place.run(&experiment(), patience).unwrap_err();
        assert!(matches!(error, PipelineError::Stopped), "{error}");
        assert_eq!(fs::read_dir(place.out()).unwrap().count(), 0, "after {patience}");
    }
}

#[test]
fn the_baseline_stands_on_every_leaderboard_and_wins_none() {
    let place = Place::new();
    let beside = SplitSpec::Stratified { train: 0.6, valid: 0.2, test: 0.2 };
    let mut listed = Experiment { models: vec![ModelSpec::Prior], ..experiment() };
    listed.report.beside = Some(beside);
    let outcome = place.run(&listed, u32::MAX).unwrap();
    let board = fs::read_to_string(outcome.folder.join(LEADERBOARD)).unwrap();
    let auc = |model: &str| -> f64 {
        let row = board.lines().find(|line| line.starts_with(&format!("{model},test,"))).unwrap();
        row.split(',').nth(2).unwrap().parse().unwrap()
    };
    assert!(auc("Baseline") > 0.6 && auc("Prior") == 0.5, "{board}");
    assert_eq!(outcome.run.metrics.model, "Prior");
    let told = outcome.run.issues.iter().any(|issue| issue.kind == "baseline_not_beaten");
    assert!(told, "{:?}", outcome.run.issues);
    let beside = outcome.run.beside.unwrap();
    let models: Vec<&str> = beside.models.iter().map(|model| model.model.as_str()).collect();
    assert_eq!(models, ["Prior", "Baseline"]);

    let trees = place.run(&experiment(), u32::MAX).unwrap();
    assert_ne!(trees.run.metrics.model, "Baseline");
}
