//! The run folder: its file names and the shape of each file that the report reads.
//!
//! `crates/pipeline` fills these and writes them; nothing else about a run is known to the report, so a page can be
//! made again from a folder at any time. `config.resolved.ron` is kept as text, `issues.json`, `profile.json` and
//! `leakage.json` are lists of the types of `schema`.

mod suspects;
mod sweep;
mod text;
mod tiers;
mod timeline;

pub use suspects::SuspectEffect;
pub use sweep::{Money, SweepCounts, SweepFile};
pub use text::{TextField, TextReading};
pub use tiers::TierResult;
pub use timeline::{Period, TimeUnit, Timeline};

use leadsight_eval::{Comparison, Curves, Evaluation, Interval, Segment};
use leadsight_schema::{
    Cohort, ColumnProfile, Fingerprint, Issue, LeakageFinding, Seed, Terms, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every key of the configuration with its value.
pub const CONFIG: &str = "config.resolved.ron";
/// [`Manifest`].
pub const MANIFEST: &str = "manifest.json";
/// A list of [`Issue`].
pub const ISSUES: &str = "issues.json";
/// A list of [`ColumnProfile`].
pub const PROFILE: &str = "profile.json";
/// A list of [`LeakageFinding`].
pub const LEAKAGE: &str = "leakage.json";
/// Rows of [`Cohort`].
pub const COHORTS: &str = "cohorts.csv";
/// Rows of [`LeaderboardRow`].
pub const LEADERBOARD: &str = "leaderboard.csv";
/// [`ModelsFile`].
pub const MODELS: &str = "models.json";
/// [`MetricsFile`].
pub const METRICS: &str = "metrics.json";
/// [`CurvesFile`].
pub const CURVES: &str = "curves.json";
/// [`ImportanceFile`].
pub const IMPORTANCE: &str = "importance.json";
/// A list of [`ExplainedLead`].
pub const EXPLAINED: &str = "explained.json";
/// [`ErrorsFile`].
pub const ERRORS: &str = "errors.json";
/// [`SweepFile`].
pub const SWEEP: &str = "sweep.json";
/// A list of [`TextField`], where a text is used.
pub const TEXTS: &str = "texts.json";
/// [`Timeline`].
pub const TIMELINE: &str = "timeline.json";
/// A list of [`SegmentAudit`].
pub const SEGMENTS: &str = "segments.json";
/// [`BesideFile`], where `report.beside` asks for a second split.
pub const BESIDE: &str = "beside.json";
/// Rows of [`PredictionRow`].
pub const PREDICTIONS: &str = "predictions.csv";
/// The chosen model's full output, written by the scorer.
pub const SCORED: &str = "scored.csv";
/// The page.
pub const REPORT_HTML: &str = "report.html";
/// The summary in Markdown.
pub const REPORT_MARKDOWN: &str = "report.md";
/// The folder that the registry stores.
pub const BUNDLE: &str = "bundle";
/// Everything that a run may leave in its folder; anything else there is somebody's own.
pub const NAMES: [&str; 23] = [
    CONFIG,
    MANIFEST,
    ISSUES,
    PROFILE,
    LEAKAGE,
    COHORTS,
    LEADERBOARD,
    MODELS,
    METRICS,
    CURVES,
    IMPORTANCE,
    EXPLAINED,
    ERRORS,
    SWEEP,
    TEXTS,
    TIMELINE,
    SEGMENTS,
    BESIDE,
    PREDICTIONS,
    SCORED,
    REPORT_HTML,
    REPORT_MARKDOWN,
    BUNDLE,
];
/// The split on which choices are made.
pub const VALID: &str = "valid";
/// The split that is read once, at the end.
pub const TEST: &str = "test";

/// Everything that the report reads from a run folder.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFolder {
    /// How the run was made.
    pub manifest: Manifest,
    /// The configuration's text.
    pub config: String,
    /// Data problems.
    pub issues: Vec<Issue>,
    /// What is known of each column.
    pub profile: Vec<ColumnProfile>,
    /// Leads by the month they came in; empty where no column holds that date.
    pub cohorts: Vec<Cohort>,
    /// The leakage audit.
    pub leakage: Vec<LeakageFinding>,
    /// One row a model and split.
    pub leaderboard: Vec<LeaderboardRow>,
    /// Every model's metrics, and how it compares with the chosen one; `None` in a folder of a version without.
    pub models: Option<ModelsFile>,
    /// The chosen model's metrics.
    pub metrics: MetricsFile,
    /// Curves of every model.
    pub curves: CurvesFile,
    /// What the chosen model looks at.
    pub importance: ImportanceFile,
    /// The chosen model by groups of test leads.
    pub segments: Vec<SegmentAudit>,
    /// What free texts say; none in a folder of a version without.
    pub texts: Vec<TextField>,
    /// Some test leads with their reasons.
    pub explained: Vec<ExplainedLead>,
    /// The test leads that the model misjudged worst.
    pub errors: ErrorsFile,
    /// Counts by threshold, for the page's slider.
    pub sweep: Option<SweepFile>,
    /// Leads and conversions in the order of time.
    pub timeline: Option<Timeline>,
    /// The same models under a second split.
    pub beside: Option<BesideFile>,
}

/// How a run was made, and on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Manifest {
    /// The experiment's name.
    pub name: String,
    /// When the run started.
    pub started_at: Timestamp,
    /// The files that were read.
    pub data: Vec<DataFile>,
    /// Where every random choice started.
    pub seed: Seed,
    /// Versions by name: `leadsight`, `rustc`, `xgboost`...
    pub versions: BTreeMap<String, String>,
    /// Threads that training used.
    pub threads: usize,
    /// Wall seconds by stage, in order.
    pub stages: Vec<Stage>,
    /// Peak memory in MiB, where the system tells.
    pub peak_memory_mib: Option<f64>,
    /// What counts as converted, in words: `converted is 1, true or yes`.
    pub label: String,
    /// What a row, its outcome and a call are called; empty where they are leads, conversions and calls.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// Leads with a known outcome.
    pub rows: usize,
    /// Those that converted.
    pub positives: usize,
    /// How the leads were split, in words.
    pub split_rule: String,
    /// How the leads were split; `None` in folders that are older than this field.
    #[serde(default)]
    pub split_kind: Option<SplitKind>,
    /// `train`, `valid`, `test`, in this order.
    pub splits: Vec<SplitSize>,
    /// Columns kept out of the model, with reasons.
    pub excluded: Vec<Excluded>,
    /// Columns in the model though the audit warns of them, with the reasons given.
    #[serde(default)]
    pub waived: Vec<Waived>,
    /// What the columns that may know the outcome do to a model, where some are in it and it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspects: Option<SuspectEffect>,
    /// The columns that the chosen model's features read; empty in folders that are older than this field.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Columns in the model whose names say that they may be protected by law.
    #[serde(default)]
    pub sensitive: Vec<String>,
    /// The chosen model.
    pub chosen_model: String,
    /// Why it was chosen, in a sentence.
    pub choice_reason: String,
    /// The chosen calibration in words.
    pub calibration: String,
    /// `name` and hash of the bundle, as in `model_version`.
    pub model_version: String,
    /// Anything else the reader should know, a sentence each.
    pub notes: Vec<String>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DataFile {
    /// Its name as the configuration gives it.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: Fingerprint,
    /// Its length.
    pub bytes: u64,
    /// Leads read, those without a known outcome included; `None` for a joined file.
    pub rows: Option<u64>,
}

/// A stage of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Stage {
    /// Its name: `read`, `audit`, `fit Xgboost`...
    pub stage: String,
    /// Wall seconds.
    pub seconds: f64,
}

/// The size of a split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SplitSize {
    /// `train`, `valid` or `test`.
    pub split: String,
    /// Leads.
    pub rows: usize,
    /// Those that converted.
    pub positives: usize,
}

/// A column kept out of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Excluded {
    /// The column.
    pub column: String,
    /// Why, in words.
    pub reason: String,
}

/// A column that stays in the model whatever the leakage audit says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Waived {
    /// The column.
    pub column: String,
    /// Why, in the words of the configuration.
    pub reason: String,
}

/// How the leads were split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SplitKind {
    /// By chance: train and test leads are of one time.
    Random,
    /// By date: the youngest leads judge.
    Time,
    /// By the order of the file: its last rows judge.
    Order,
    /// By a column of the data.
    Column,
}

/// A row of `leaderboard.csv`. An undefined metric is an empty cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LeaderboardRow {
    /// The model's name.
    pub model: String,
    /// `valid` or `test`.
    pub split: String,
    /// Area under the ROC curve.
    pub roc_auc: Option<f64>,
    /// Its lower bound.
    pub roc_auc_low: Option<f64>,
    /// Its upper bound.
    pub roc_auc_high: Option<f64>,
    /// Average precision.
    pub pr_auc: Option<f64>,
    /// Mean negative log-likelihood.
    pub log_loss: Option<f64>,
    /// Mean squared error of the probability.
    pub brier: Option<f64>,
    /// Expected calibration error.
    pub ece: Option<f64>,
    /// Kolmogorov-Smirnov distance.
    pub ks: Option<f64>,
    /// F1 at the model's threshold.
    pub f1: Option<f64>,
    /// Wall seconds of the fit.
    pub fit_seconds: f64,
    /// Microseconds a lead.
    pub predict_us_per_row: f64,
}

/// A row of `predictions.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PredictionRow {
    /// The lead.
    pub lead_id: String,
    /// `valid` or `test`.
    pub split: String,
    /// 1 where it converted.
    pub label: u8,
    /// The model's name.
    pub model: String,
    /// Calibrated probability.
    pub probability: f64,
    /// The person's group, blank for a lead that is alone; only with `data.duplicates`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_group_id: Option<String>,
}

/// `metrics.json`: the chosen model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MetricsFile {
    /// The chosen model.
    pub model: String,
    /// The working threshold: score 70.
    pub threshold: f64,
    /// How it was chosen, in words: `greatest F1 on the validation rows`.
    pub threshold_rule: String,
    /// The safe-to-skip threshold: score 40.
    pub skip_threshold: f64,
    /// Metrics, confusion matrices and bands by split.
    pub splits: BTreeMap<String, Evaluation>,
    /// The policy's tiers from the highest down, on the test leads; empty in folders that are older than this field.
    #[serde(default)]
    pub tiers: Vec<TierResult>,
}

/// `errors.json`: the test leads where the chosen model was most sure and wrong.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ErrorsFile {
    /// The highest chances among leads that did not convert, highest first.
    pub in_vain: Vec<ExplainedLead>,
    /// The lowest chances among leads that converted, lowest first.
    pub missed: Vec<ExplainedLead>,
}

/// `models.json`: every model, in the order of the leaderboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ModelsFile {
    /// The chosen model.
    pub chosen: String,
    /// One entry a model.
    pub models: Vec<ModelJudged>,
}

/// A model's metrics, and how it compares with the chosen one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ModelJudged {
    /// Its name.
    pub model: String,
    /// By split, the metrics by key; one that is not defined is absent.
    pub splits: BTreeMap<String, BTreeMap<String, Interval>>,
    /// On the test rows; `None` for the chosen model itself.
    pub against_chosen: Option<AgainstChosen>,
    /// Mean log-loss on the training rows, each by the trees that did not see it and uncalibrated; only of forests whose trees draw rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_bag_log_loss: Option<f64>,
}

/// A model minus the chosen one on the same leads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgainstChosen {
    /// The paired tests, each as if it were the only one.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// The p-value of the ROC-AUC, corrected for the number of models compared (Holm).
    pub roc_auc_p_holm: f64,
    /// That of the log-loss.
    pub log_loss_p_holm: f64,
}

/// `curves.json`: every model, in the order of the leaderboard.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CurvesFile {
    /// One entry a model.
    pub models: Vec<ModelCurves>,
}

/// The curves of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ModelCurves {
    /// Its name.
    pub model: String,
    /// By split.
    pub splits: BTreeMap<String, Curves>,
    /// Loss by round, where the model is fitted in rounds.
    pub loss: Option<LossCurve>,
}

/// Log-loss after each round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LossCurve {
    /// On the rows fitted.
    pub train: Vec<f64>,
    /// On rows that decided nothing.
    pub valid: Vec<f64>,
    /// The number of rounds kept.
    pub best: Option<u32>,
}

/// `importance.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ImportanceFile {
    /// The chosen model.
    pub model: String,
    /// What the share measures, in words: `mean absolute contribution to the log-odds on the test rows`.
    pub measure: String,
    /// Greatest first.
    pub fields: Vec<Importance>,
}

/// How much a model looks at a source field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Importance {
    /// The field.
    pub field: String,
    /// Its share; all shares sum to 1, or all are 0.
    pub share: f64,
}

/// The chosen model judged for each group that a column makes of the test leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SegmentAudit {
    /// The column.
    pub column: String,
    /// Whether its name says that it may be protected by law (sex, age, origin...).
    pub sensitive: bool,
    /// The groups, largest first.
    pub groups: Vec<Segment>,
}

/// `beside.json`: the same models, fitted and judged under the run's split and under a second one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BesideFile {
    /// The run's own split.
    pub main: SplitSide,
    /// The second one.
    pub beside: SplitSide,
    /// Leads that stand in both test parts.
    pub shared_test_rows: usize,
    /// In the order of the leaderboard.
    pub models: Vec<BesideModel>,
    /// Leads that the second split leaves out.
    pub issues: Vec<Issue>,
}

/// One of two splits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SplitSide {
    /// What decides where a lead goes.
    pub kind: SplitKind,
    /// How the leads were split, in words.
    pub split_rule: String,
    /// `train`, `valid`, `test`, in this order.
    pub splits: Vec<SplitSize>,
    /// The model that wins under it.
    pub chosen_model: String,
    /// Why, in a sentence.
    pub choice_reason: String,
}
/// A model on the two tests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BesideModel {
    /// Its name.
    pub model: String,
    /// By metric key: `roc_auc, pr_auc, log_loss, brier, capture_at_35`; one that is not defined on both is absent.
    pub metrics: BTreeMap<String, BesideMetric>,
}

/// A metric on the two tests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BesideMetric {
    /// Under the run's own split.
    pub main: Interval,
    /// Under the second one.
    pub beside: Interval,
    /// `beside` minus `main`. The two tests count as independent; the luck of the training rows is not in the interval.
    pub difference: Interval,
}

/// A lead with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExplainedLead {
    /// The lead.
    pub lead_id: String,
    /// Calibrated probability.
    pub probability: f64,
    /// 0 to 100.
    pub lead_score: u8,
    /// The tier's name.
    pub tier: String,
    /// Whether it converted, where known.
    pub label: Option<bool>,
    /// Log-odds of an average lead.
    pub base_value: f64,
    /// The model's log-odds for this lead, before calibration.
    pub margin: f64,
    /// What to do next.
    pub next_action: String,
    /// The strongest fields, any order; the rest of the way is their difference to `margin - base_value`.
    pub factors: Vec<ExplainedFactor>,
}

/// What a field adds to a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExplainedFactor {
    /// The source field.
    pub field: String,
    /// Its value in words.
    pub value: String,
    /// Log-odds added.
    pub contribution: f64,
    /// Points of the score added.
    pub points: f64,
}
