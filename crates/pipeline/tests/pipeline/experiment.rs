//! A whole experiment on a small generated CRM: same bytes twice, offline equals online, leaks stop, Ctrl-C leaves nothing.

use leadsight_pipeline::{
    Experiment, Observer, Outcome, PipelineError, Progress, RunOptions, prepare, run,
};
use leadsight_report::folder::{BUNDLE, METRICS, PREDICTIONS, PredictionRow, TEST};
use leadsight_schema::{Seed, Timestamp};
use leadsight_score::Scorer;
use leadsight_synth::{SynthOptions, generate};
use std::collections::BTreeMap;
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
    let prepared = prepare(&experiment(), &place.home.path().join("data")).unwrap();
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
