//! Bundles, and what they are used for.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `score`.
#[derive(Debug, Args)]
pub struct Score {
    /// The bundle folder of a run
    #[arg(long, required_unless_present = "policy")]
    pub bundle: Option<PathBuf>,
    /// A policy (RON). Beside --bundle it decides in place of the bundle's own; alone it has rules, a scorecard or both, scores without
    /// any history and claims no probability
    #[arg(long)]
    pub policy: Option<PathBuf>,
    /// A policy with rules or a scorecard that scores where the bundle cannot be read
    #[arg(long, value_name = "POLICY", requires = "bundle")]
    pub fallback: Option<PathBuf>,
    /// A file of leads (CSV, Parquet or XLSX), or `-` for stdin; columns are matched by name
    #[arg(long)]
    pub leads: PathBuf,
    /// The event log of the leads, for a bundle that was trained with one; same columns, any order, `-` for stdin
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// The file to write; stdout where it is `-` or not given
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// The columns to write, by comma; all that can be filled unless given
    #[arg(long, value_delimiter = ',')]
    pub columns: Vec<String>,
    /// The separator, found by itself unless given
    #[arg(long)]
    pub separator: Option<char>,
    /// The sheet of an XLSX workbook, the first that holds anything unless given
    #[arg(long)]
    pub sheet: Option<String>,
    /// The moment of scoring as RFC 3339, the clock's unless given
    #[arg(long)]
    pub now: Option<String>,
    /// The scored file (CSV) of the last time, for the columns trend, score_delta and previous_tier
    #[arg(long, value_name = "SCORED")]
    pub previous: Option<PathBuf>,
    /// The leads as they were then, to tell what moved their scores; the moment of scoring is that of the scored file
    #[arg(long, value_name = "LEADS", requires = "previous", conflicts_with = "policy")]
    pub previous_leads: Option<PathBuf>,
    /// The language of reasons and trends, the policy's unless given
    #[arg(long, value_enum, ignore_case = true)]
    pub language: Option<Language>,
}

/// What leads are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl From<Language> for leadsight_schema::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::German => Self::German,
        }
    }
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The bundle folder of a run
    #[arg(long)]
    pub bundle: PathBuf,
    /// A file of leads (CSV, Parquet or XLSX), or `-` for stdin
    #[arg(long)]
    pub leads: PathBuf,
    /// The event log of the leads, for a bundle that was trained with one, `-` for stdin
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// The moment of scoring as RFC 3339, the clock's unless given; no later event counts
    #[arg(long)]
    pub now: Option<String>,
    /// The scored file (CSV) of the last time, to tell what became of each lead
    #[arg(long, value_name = "SCORED")]
    pub previous: Option<PathBuf>,
    /// The leads as they were then, to tell what moved their scores
    #[arg(long, value_name = "LEADS", requires = "previous")]
    pub previous_leads: Option<PathBuf>,
    /// The language of values and trends, the policy's unless given
    #[arg(long, value_enum, ignore_case = true)]
    pub language: Option<Language>,
    /// Only these leads, by comma; all unless given
    #[arg(long, value_delimiter = ',')]
    pub id: Vec<String>,
    /// The separator, found by itself unless given
    #[arg(long)]
    pub separator: Option<char>,
    /// The sheet of an XLSX workbook, the first that holds anything unless given
    #[arg(long)]
    pub sheet: Option<String>,
}

/// Arguments of `route`.
#[derive(Debug, Args)]
pub struct Route {
    /// A file of scored leads, or `-` for stdin
    #[arg(long)]
    pub leads: PathBuf,
    /// The sheet where the leads are an XLSX workbook, the first that holds anything unless given
    #[arg(long)]
    pub sheet: Option<String>,
    /// What the team declares: pipelines, queues, reps (RON)
    #[arg(long)]
    pub routing: PathBuf,
    /// A file with more columns of the same leads, such as the one that was scored; matched by the lead's id
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// The sheet of that file where it is an XLSX workbook, the first that holds anything unless given
    #[arg(long, value_name = "SHEET", requires = "with")]
    pub with_sheet: Option<String>,
    /// The moment of routing as RFC 3339, the clock's unless given
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// The file to write: the leads with pipeline, owner_id, queue and so on; stdout where it is `-` or not given
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Print so many leads to work first, with reasons, action, owner, promise and value; as CSV or JSON their whole rows. Those that a rep
    /// has come first, by the moment that they are due, then by expected value
    #[arg(long, value_name = "N")]
    pub list: Option<usize>,
    /// Columns of either file to stand beside each lead of the list, such as its name
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', requires = "list")]
    pub show: Vec<String>,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The model's file, or `-` for stdin
    #[arg(required_unless_present = "sklearn_exporter")]
    pub model: Option<PathBuf>,
    /// Folder that receives the bundle, for `score` and `explain`
    #[arg(long, value_name = "BUNDLE")]
    pub out: Option<PathBuf>,
    /// The bundle's name; the model file's unless given
    #[arg(long)]
    pub name: Option<String>,
    /// The column that names the lead; `lead_id` unless given
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Of a model of several classes the one whose probability is wanted, by name or by position from 0
    #[arg(long, requires = "out")]
    pub class: Option<String>,
    /// Leads that scored ones are held against in `score_percentile`; without them the column is absent
    #[arg(long, value_name = "LEADS", requires = "out")]
    pub sample: Option<PathBuf>,
    /// The probability from which a lead is worth a call: score 70
    #[arg(long, default_value_t = 0.5, value_name = "P")]
    pub threshold: f64,
    /// The probability below which a lead can wait: score 40; a quarter of the threshold's odds unless given
    #[arg(long, value_name = "P")]
    pub skip_threshold: Option<f64>,
    /// Names for the inputs, by comma, in the model's order
    #[arg(long, value_delimiter = ',', value_name = "NAME,...")]
    pub features: Vec<String>,
    /// Keep the first rounds of boosting only
    #[arg(long)]
    pub rounds: Option<usize>,
    /// File that receives the trees in Leadsight's binary format, which `leadsight_forest` reads
    #[arg(long, value_name = "FILE")]
    pub forest: Option<PathBuf>,
    /// Print the trees as text in place of the summary
    #[arg(long)]
    pub dump: bool,
    /// Print the Python script that exports scikit-learn's trees, and do nothing else
    #[arg(long)]
    pub sklearn_exporter: bool,
}
