//! The crate's one error type.

use std::path::PathBuf;
use thiserror::Error;

impl From<leadsight_behaviour::BehaviourError> for PipelineError {
    fn from(error: leadsight_behaviour::BehaviourError) -> Self {
        PipelineError::Behaviour(Box::new(error))
    }
}

/// Why an experiment could not be carried out.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// A file of the experiment's own cannot be read.
    #[error("cannot read `{}`, {what}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The configuration does not parse.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong, and what would be valid.
        message: String,
    },
    /// The file of rules or of a scorecard is unsound.
    #[error("{}: {source}", path.display())]
    Declared {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<leadsight_rules::RulesError>,
    },
    /// A configured value is out of range.
    #[error("`{key}` is {found}; expected {expected}")]
    Value {
        /// The key's path.
        key: &'static str,
        /// What would be valid.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// A `--set` cannot be applied.
    #[error("--set {text}: {message}")]
    Override {
        /// As given.
        text: String,
        /// What is wrong, and what would be valid.
        message: String,
    },
    /// Something could not be written out as text.
    #[error("cannot render {what}: {message}")]
    Render {
        /// The file or part.
        what: &'static str,
        /// Why.
        message: String,
    },
    /// The leakage audit found columns that know the outcome.
    #[error(
        "{} column{} know{} the outcome: {}. Exclude each under `data.exclude`, or keep it under `leakage.waive`, with the \
         reason; `leakage: (on_leak: Exclude)` leaves them out by itself",
        columns.len(),
        if columns.len() == 1 { "" } else { "s" },
        if columns.len() == 1 { "s" } else { "" },
        columns.join("; ")
    )]
    Leak {
        /// Each with its evidence.
        columns: Vec<String>,
    },
    /// The data do not hold what `data.checks` asks for under `on_fail: Stop`.
    #[error(
        "{} check{} of the data failed: {}. Mend the data, or set `on_fail: Warn` to go on all the same",
        failed.len(),
        if failed.len() == 1 { "" } else { "s" },
        failed.join("; ")
    )]
    Checks {
        /// Each with its column, the first case and the number of cases.
        failed: Vec<String>,
    },
    /// Every lead, or all of one outcome, was decided before its moment of scoring.
    #[error(
        "of {leads} leads {left} are undecided at their moment of scoring, and {converted} of these converted; an earlier `features.behaviour.moment` leaves \
         more of either outcome"
    )]
    NoneUndecided {
        /// Leads with a known outcome.
        leads: usize,
        /// Those that are left.
        left: usize,
        /// Of these, conversions.
        converted: usize,
    },
    /// The event log or the declared behaviour cannot be used.
    #[error(transparent)]
    Behaviour(Box<leadsight_behaviour::BehaviourError>),
    /// A waived or excluded column does not exist.
    #[error("`{key}` names the column `{column}`, which is not in the data{hint}")]
    UnknownColumn {
        /// The key's path.
        key: &'static str,
        /// The column.
        column: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// Nothing is left to predict from.
    #[error(
        "no column is left to predict from: {excluded} are excluded, and the others are the label, the id, or columns that are \
         empty, constant or different in every row; bring columns that tell leads apart, or exclude fewer under `data.exclude`"
    )]
    NoFeatures {
        /// How many were excluded.
        excluded: usize,
    },
    /// Every model failed or none can be judged.
    #[error(
        "none of the {models} models could be judged on the validation rows; see the warnings above"
    )]
    NoModel {
        /// How many were tried.
        models: usize,
    },
    /// The run folder's place is taken by something else.
    #[error("`{}` exists and is no run folder; move it away, or choose another name with `--set name=...` or `--out`", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// An input lies in the run folder that would be replaced.
    #[error(
        "`{}` lies in `{}`, which this run would replace; move it away, or choose another name with `--set name=...` or `--out`",
        path.display(),
        folder.display()
    )]
    InputInside {
        /// The input.
        path: PathBuf,
        /// The run folder.
        folder: PathBuf,
    },
    /// Two runs are of different tasks, so that neither is the other's baseline.
    #[error(
        "`{}` is no baseline for `{}`: {why}; give one of the same task, or its `metrics.json` alone to set the figures against each other all the same",
        baseline.display(),
        run.display()
    )]
    OtherTask {
        /// The run gated.
        run: PathBuf,
        /// What it was to be held against.
        baseline: PathBuf,
        /// What tells.
        why: String,
    },
    /// A row of a run's predictions cannot be one.
    #[error(
        "`{}` is damaged: line {line} has {found}; expected a label of 0 or 1 and a probability from 0 to 1; make the run again",
        path.display()
    )]
    Prediction {
        /// The file.
        path: PathBuf,
        /// The line, the header being 1.
        line: usize,
        /// What was found.
        found: String,
    },
    /// A run's predictions lack what is compared.
    #[error(
        "`{}` holds no row of the chosen model {model} on the split `{split}`; it may be cut short: make the run again",
        path.display()
    )]
    NoRows {
        /// The file.
        path: PathBuf,
        /// The run's chosen model.
        model: String,
        /// The split asked for.
        split: String,
    },
    /// Two runs did not judge the same leads.
    #[error(
        "the leads of `{}` and `{}` differ, first at the lead `{lead_id}`: paired tests need the same leads with the same \
         outcomes; runs have them on the same data with the same split and seed, or on another `--split`",
        run.display(),
        baseline.display()
    )]
    OtherLeads {
        /// One run folder.
        run: PathBuf,
        /// The other.
        baseline: PathBuf,
        /// A lead that only one has, or whose outcome differs, and which copy of its id.
        lead_id: String,
    },
    /// A file of a run folder is damaged, or no run wrote it.
    #[error("`{}` is not as a run writes it: {source}; run the experiment again", path.display())]
    RunFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: leadsight_report::ReportError,
    },
    /// A metrics file does not tell of the split asked for.
    #[error("`{}` has no metrics of the {split} rows; it has: {known}", path.display())]
    NoSplit {
        /// The file.
        path: PathBuf,
        /// The split asked for.
        split: String,
        /// Those there are.
        known: String,
    },
    /// No such metric, or none that can be better or worse.
    #[error("`{found}` is no metric that can fall{hint}; choose from {known}")]
    UnknownMetric {
        /// The name given.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The metrics there are.
        known: String,
    },
    /// A file or folder of the run cannot be written.
    #[error("cannot write `{}`: {source}{}", path.display(), leadsight_registry::space_hint(source))]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The user asked to stop.
    #[error("stopped; nothing was written")]
    Stopped,
    /// From reading, typing, labelling or splitting the data.
    #[error(transparent)]
    Ingest(#[from] leadsight_ingest::IngestError),
    /// The second split cannot be made.
    #[error("report.beside: {source}")]
    Beside {
        /// Why.
        source: Box<leadsight_ingest::IngestError>,
    },
    /// From the recipe.
    #[error(transparent)]
    Features(#[from] leadsight_features::FeatureError),
    /// From a trainer.
    #[error(transparent)]
    Train(#[from] leadsight_train::TrainError),
    /// From a fitted model.
    #[error(transparent)]
    Model(#[from] leadsight_models::ModelError),
    /// From a metric.
    #[error(transparent)]
    Eval(#[from] leadsight_eval::EvalError),
    /// From the policy or the score scale.
    #[error(transparent)]
    Decide(#[from] leadsight_decide::DecideError),
    /// From the scorer.
    #[error(transparent)]
    Score(#[from] leadsight_score::ScoreError),
    /// From the bundle's files.
    #[error(transparent)]
    Registry(#[from] leadsight_registry::RegistryError),
    /// From the report.
    #[error(transparent)]
    Report(#[from] leadsight_report::ReportError),
    /// From names and shapes.
    #[error(transparent)]
    Schema(#[from] leadsight_schema::SchemaError),
}
