//! The experiment's configuration: one RON file, every key with a default but `data` and `label`.

use crate::PipelineError;
use leadsight_behaviour::BehaviourSpec;
use leadsight_eval::{EvalError, threshold::Rule};
use leadsight_features::Recipe;
use leadsight_ingest::{LabelSpec, Sources, SplitSpec};
use leadsight_schema::{Seed, or_nearest};
use leadsight_train::{CalibrationKind, ModelSpec};
use ron::extensions::Extensions;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A whole experiment. `Experiment(data: (leads: "leads.csv"), label: Column(name: "converted"))` is enough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// Names the run folder; the file's stem unless given.
    #[serde(default)]
    pub name: Option<String>,
    /// The files, and what their columns are for.
    pub data: Sources,
    /// What became of the leads.
    pub label: LabelSpec,
    /// Which leads train, which choose, which judge.
    #[serde(default)]
    pub split: SplitSpec,
    /// What to do about columns that know the outcome.
    #[serde(default)]
    pub leakage: LeakageSpec,
    /// From fields to features.
    #[serde(default)]
    pub features: Recipe,
    /// The models that compete. Beside them stands `Baseline` on every leaderboard: a scorecard of what the training leads that converted have
    /// in common, which a model must beat and which never wins.
    #[serde(default = "default_models")]
    pub models: Vec<ModelSpec>,
    /// How the models' own choices are made.
    #[serde(default)]
    pub tuning: Tuning,
    /// From log-odds to probabilities.
    #[serde(default)]
    pub calibration: CalibrationSpec,
    /// When a lead counts as worth a call.
    #[serde(default = "default_threshold")]
    pub threshold: Rule,
    /// Tiers and actions.
    #[serde(default)]
    pub policy: PolicySpec,
    /// What the report shows.
    #[serde(default)]
    pub report: ReportSpec,
    /// Where every random choice starts.
    #[serde(default = "default_seed")]
    pub seed: Seed,
}

/// What to do about columns that know the outcome.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LeakageSpec {
    /// Stop, or go on without them.
    pub on_leak: OnLeak,
    /// Columns that stay whatever the audit says, each with the reason.
    pub waive: BTreeMap<String, String>,
}

/// What a leak does to a run.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
pub enum OnLeak {
    /// The run stops until each leak is excluded or waived.
    #[default]
    Stop,
    /// The column is left out and the report says so.
    Exclude,
}

/// How the models' own choices (rounds, strength of regularisation) are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tuning {
    /// Folds of the training rows, 2 to 20; rolling-origin where the split goes by time, stratified otherwise.
    pub folds: usize,
    /// Threads for training, 1 to 1024. Fixed, not "all cores": XGBoost's sums depend on it, and a run must repeat elsewhere.
    pub threads: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { folds: 4, threads: 2 }
    }
}

/// Which calibrators compete. Identity stays unless another gains on rows it was not fitted on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CalibrationSpec {
    /// The candidates.
    pub candidates: Vec<CalibrationKind>,
}

impl Default for CalibrationSpec {
    fn default() -> Self {
        use CalibrationKind::{Beta, Identity, Isotonic, Platt};
        Self { candidates: vec![Identity, Platt, Beta, Isotonic] }
    }
}

/// Where the policy comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PolicySpec {
    /// A policy file, from the experiment's own; the built-in policy unless given.
    pub file: Option<PathBuf>,
    /// A policy file of rules and points that scores where the model cannot: see `fallback` in the policy.
    pub fallback: Option<PathBuf>,
    /// The share of validation conversions that must lie above the safe-to-skip threshold (score 40); above 0, below 1.
    pub skip_capture: f64,
}

impl Default for PolicySpec {
    fn default() -> Self {
        Self { file: None, fallback: None, skip_capture: 0.95 }
    }
}

/// What the report shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSpec {
    /// Leads explained one by one.
    pub explained: usize,
    /// Worst errors of each kind, explained one by one.
    pub errors: usize,
    /// Confidence level of the intervals; above 0.5, below 1.
    pub level: f64,
    /// Bootstrap resamples where no analytic interval is known, 20 to 100,000.
    pub bootstrap: usize,
    /// Columns by whose groups the chosen model is judged on the test rows; they need not be features.
    pub segments: Vec<String>,
    /// A second split under which the same models are trained and judged, to stand beside `split` in the report: what a split by
    /// chance shows beyond one by time is optimism. It touches no choice and no other file, and doubles the training time.
    pub beside: Option<SplitSpec>,
}

impl Default for ReportSpec {
    fn default() -> Self {
        Self {
            explained: 10,
            errors: 4,
            level: 0.95,
            bootstrap: 500,
            segments: Vec::new(),
            beside: None,
        }
    }
}

fn default_models() -> Vec<ModelSpec> {
    ModelSpec::all()
}

fn default_threshold() -> Rule {
    Rule::F1
}

fn default_seed() -> Seed {
    Seed(42)
}

/// The bytes that file systems give to a name.
const LONGEST_NAME: usize = 255;

/// A value as an error shows it: its beginning where it is long.
fn cut(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

impl Experiment {
    /// Reads an experiment and checks it. `overrides` are `path.to.key=value` as given to `--set`.
    ///
    /// # Errors
    /// The file cannot be read; a key or name is unknown (the nearest known one is named); a value is out of range.
    pub fn read(path: &Path, overrides: &[String]) -> Result<Self, PipelineError> {
        let text = std::fs::read_to_string(path).map_err(|source| PipelineError::Unreadable {
            path: path.to_owned(),
            what: "the experiment's configuration (a RON file)",
            source,
        })?;
        let mut experiment = Self::parse(&text, path)?;
        for text in overrides {
            experiment = experiment.with(text)?;
        }
        for spec in &mut experiment.models {
            if let Some(declared) = read_declared(spec, path)? {
                *spec = declared;
            }
        }
        // They belong to the experiment, not to the data, which may lie elsewhere.
        let folder = path.parent().unwrap_or(Path::new(""));
        let PolicySpec { file, fallback, .. } = &mut experiment.policy;
        file.iter_mut().chain(fallback).for_each(|file| *file = folder.join(&*file));
        if experiment.name.is_none() {
            let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned());
            experiment.name = Some(stem.unwrap_or_else(|| "experiment".to_owned()));
        }
        let horizon = experiment.label.primary_horizon();
        let own = std::iter::once(&mut experiment.split);
        own.chain(&mut experiment.report.beside).for_each(|split| split.embargo_by(horizon));
        experiment.check()?;
        Ok(experiment)
    }

    /// Reads an experiment's text; `path` is for messages.
    ///
    /// # Errors
    /// [`PipelineError::Config`], with line, column and the nearest known name.
    pub fn parse(text: &str, path: &Path) -> Result<Self, PipelineError> {
        // What some editors put before a text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        options().from_str(text).map_err(|error| PipelineError::Config {
            path: path.to_owned(),
            line: error.span.start.line,
            column: error.span.start.col,
            message: explain(&error.code, text, &error.span.start),
        })
    }

    /// The experiment as RON, every key with its value.
    ///
    /// # Errors
    /// [`PipelineError::Render`] where a value cannot be written.
    pub fn to_ron(&self) -> Result<String, PipelineError> {
        let pretty =
            ron::ser::PrettyConfig::new().struct_names(false).extensions(Extensions::empty());
        options().to_string_pretty(self, pretty).map(|text| format!("Experiment{text}\n")).map_err(
            |e| PipelineError::Render { what: "config.resolved.ron", message: e.to_string() },
        )
    }

    /// The experiment with one key replaced. The value is JSON (`7`, `0.2`, `["Prior"]`), or else a plain word.
    ///
    /// # Errors
    /// [`PipelineError::Override`] for a missing `=`, an unknown key, or a value of another shape.
    pub fn with(&self, text: &str) -> Result<Self, PipelineError> {
        let given = text.split_once('=').map_or(text, |(_, value)| value);
        // An error says what was given once, and not all of it where it is long.
        let fail = |message: String| PipelineError::Override {
            text: cut(text),
            message: message.replace(given, &cut(given)),
        };
        let (path, value) =
            text.split_once('=').ok_or_else(|| fail("expected path.to.key=value".to_owned()))?;
        let value = serde_json::from_str(value)
            .unwrap_or_else(|_| serde_json::Value::String(value.to_owned()));
        let mut whole = serde_json::to_value(self).map_err(|e| fail(e.to_string()))?;
        let mut place = &mut whole;
        let mut parent = "";
        for key in path.split('.') {
            // Maps by column start empty and take any key; everything else has its keys from the start.
            let by_column =
                matches!(parent, "exclude" | "waive" | "kinds" | "columns" | "outcomes");
            if !by_column {
                place = within_variant(place, key);
            }
            let known: Vec<String> =
                place.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
            let here = place
                .as_object_mut()
                .ok_or_else(|| fail(format!("`{key}` has no parent that holds keys")))?;
            if !here.contains_key(key) && !by_column {
                let hint = or_nearest(key, known.iter().map(String::as_str));
                return Err(fail(format!(
                    "no key `{key}`{hint}; the keys there are: {}",
                    known.join(", ")
                )));
            }
            place = here.entry(key).or_insert(serde_json::Value::Null);
            parent = key;
        }
        *place = value;
        serde_json::from_value(whole).map_err(|e| fail(suggest(&e.to_string())))
    }

    fn check(&self) -> Result<(), PipelineError> {
        let wrong = |key: &'static str, expected: &'static str, found: String| {
            Err(PipelineError::Value { key, expected, found })
        };
        if self.models.is_empty() {
            return wrong("models", "at least one model", "none".to_owned());
        }
        self.features.text.check()?;
        if !(2..=20).contains(&self.tuning.folds) {
            return wrong("tuning.folds", "from 2 to 20 folds", self.tuning.folds.to_string());
        }
        if !(1..=1024).contains(&self.tuning.threads) {
            return wrong(
                "tuning.threads",
                "from 1 to 1024 threads",
                self.tuning.threads.to_string(),
            );
        }
        if self.data.events.is_none() && self.features.behaviour != BehaviourSpec::default() {
            return wrong(
                "features.behaviour",
                "an event log to ask: set `data.events`",
                "given, but there is no event log".to_owned(),
            );
        }
        self.features.behaviour.check()?;
        if self.calibration.candidates.is_empty() {
            return wrong(
                "calibration.candidates",
                "at least one calibrator, such as Identity",
                "none".to_owned(),
            );
        }
        if !(self.policy.skip_capture > 0.0 && self.policy.skip_capture < 1.0) {
            return wrong(
                "policy.skip_capture",
                "a share between 0 and 1",
                self.policy.skip_capture.to_string(),
            );
        }
        if !(self.report.level > 0.5 && self.report.level < 1.0) {
            return wrong(
                "report.level",
                "a confidence level between 0.5 and 1",
                self.report.level.to_string(),
            );
        }
        if !(20..=100_000).contains(&self.report.bootstrap) {
            return wrong(
                "report.bootstrap",
                "from 20 to 100000 resamples",
                self.report.bootstrap.to_string(),
            );
        }
        if self.report.beside.as_ref() == Some(&self.split) {
            return wrong(
                "report.beside",
                "another split than `split`, such as `Stratified()`, `Time()` or `Order()`",
                "the same split".to_owned(),
            );
        }
        let name = self.name.as_deref().unwrap_or_default();
        if self.name.is_some()
            && (name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.'))
        {
            return wrong("name", "a plain folder name", format!("`{}`", cut(name)));
        }
        if name.len() > LONGEST_NAME {
            let found = format!("`{}` of {} bytes", cut(name), name.len());
            return wrong("name", "a folder name of at most 255 bytes", found);
        }
        if let Err(EvalError::Argument { expected, .. }) = self.threshold.check() {
            return wrong("threshold", expected, format!("{:?}", self.threshold));
        }
        Ok(())
    }
}

/// The model as its own file declares it, so that the configuration of the run is whole; `None` where it has no file.
fn read_declared(spec: &ModelSpec, config: &Path) -> Result<Option<ModelSpec>, PipelineError> {
    let Some(file) = spec.file() else { return Ok(None) };
    let path = config.parent().unwrap_or(Path::new("")).join(file);
    let text = std::fs::read_to_string(&path).map_err(|source| PipelineError::Unreadable {
        path: path.clone(),
        what: "the declaration of a model (a RON file)",
        source,
    })?;
    let declared = spec
        .read(&text)
        .map_err(|source| PipelineError::Declared { path, source: Box::new(source) })?;
    Ok(Some(declared))
}

/// The fields of an enum's variant, so that `label.positive` is found below `label: Column(...)` without naming it. A variant is
/// the one key of its place and begins with a capital, which no field does.
fn within_variant<'a>(place: &'a mut serde_json::Value, key: &str) -> &'a mut serde_json::Value {
    let capital = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase());
    let variant = match place.as_object() {
        Some(only) if only.len() == 1 && !capital(key) => {
            only.iter().find(|(name, fields)| capital(name) && fields.is_object())
        }
        _ => None,
    };
    match variant.map(|(name, _)| name.clone()) {
        Some(name) => &mut place[name],
        None => place,
    }
}

fn options() -> ron::Options {
    ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES)
}

/// RON's error in our words: what was found, the nearest valid name, and all of them.
fn explain(error: &ron::Error, text: &str, place: &ron::error::Position) -> String {
    match error {
        ron::Error::NoSuchStructField { expected, found, .. } => format!(
            "unknown key `{found}`{}; the keys here are: {}",
            or_nearest(found, expected.iter().copied()),
            expected.join(", ")
        ),
        ron::Error::NoSuchEnumVariant { expected, found, .. } => format!(
            "unknown name `{found}`{}; the names here are: {}",
            or_nearest(found, expected.iter().copied()),
            expected.join(", ")
        ),
        ron::Error::MissingStructField { field, .. } => {
            format!("the key `{field}` is missing; add `{field}: ...`")
        }
        ron::Error::ExceededRecursionLimit => {
            "nested too deep; expected at most 128 brackets in each other".into()
        }
        ron::Error::ExpectedStructLike => {
            "expected `(` behind the name; with `()`, as in `Logistic()`, all of its keys have their defaults".into()
        }
        other => {
            let line = text.lines().nth(place.line.saturating_sub(1)).unwrap_or_default();
            let rest: String = line.chars().skip(place.col.saturating_sub(1)).take(40).collect();
            if rest.trim().is_empty() {
                format!("{other}; the line ends here")
            } else {
                format!("{other}, at `{}`", rest.trim())
            }
        }
    }
}

/// Serde's "unknown field `x`, expected one of `y`, `z`" with the nearest name.
fn suggest(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(found) if message.starts_with("unknown ") => {
            format!("{message}{}", or_nearest(found, quoted))
        }
        _ if message.contains("unit variant, expected newtype variant") => {
            "expected the name with its keys; `{\"Logistic\": {}}` stands for a name whose keys have their defaults".into()
        }
        _ => message.to_owned(),
    }
}
