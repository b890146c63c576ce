//! What the scores brought, and what people say of them.

use super::Language;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Arguments of `outcome`.
#[derive(Debug, Args)]
pub struct Outcome {
    /// A file of leads, such as the routed ones (CSV, Parquet or XLSX), or `-` for stdin
    #[arg(long, required_unless_present = "actions", conflicts_with = "actions")]
    pub leads: Option<PathBuf>,
    /// A file with more columns of the same leads, such as the one that was scored; matched by the lead's id
    #[arg(long, value_name = "FILE", requires = "leads")]
    pub with: Option<PathBuf>,
    /// A file with a row for each stage that a lead entered
    #[arg(long, value_name = "FILE", requires = "leads")]
    pub history: Option<PathBuf>,
    /// The event log: contacts and meetings among other things
    #[arg(long, value_name = "FILE", requires = "leads")]
    pub events: Option<PathBuf>,
    /// A file of deals: what won leads brought, and without a history their stages
    #[arg(long, value_name = "FILE", requires = "leads")]
    pub deals: Option<PathBuf>,
    /// What the team declares: columns, stages, contacts, cost, holdout (RON)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The columns by which leads are grouped, by comma; tier, owner and source unless given
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,...", requires = "leads")]
    pub by: Vec<String>,
    /// What a contact costs, for the return on effort
    #[arg(long, value_name = "MONEY", requires = "leads")]
    pub cost_per_contact: Option<f64>,
    /// The column that says which leads were worked by the model (`model`) and which by a rule (`baseline`)
    #[arg(long, value_name = "COLUMN", requires = "leads")]
    pub holdout: Option<String>,
    /// A log of actions with their probabilities, to judge what another policy would have brought
    #[arg(long, value_name = "FILE")]
    pub actions: Option<PathBuf>,
    /// The moment of looking as RFC 3339, the latest in the files unless given; what came later does not count
    #[arg(long, value_name = "MOMENT", requires = "leads")]
    pub at: Option<String>,
    /// Only this part of the page; all of them unless given
    #[arg(long, value_enum, requires = "leads")]
    pub part: Option<OutcomePart>,
    /// Where the resampling starts
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
}

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomePart {
    /// How soon leads are answered, and whether somebody meets them
    Response,
    /// From lead to opportunity to win
    Conversion,
    /// Contacts, value and return
    Value,
    /// What the model brings over the rule
    Holdout,
}

/// Arguments of `feedback`.
#[derive(Debug, Args)]
pub struct Feedback {
    /// What to do.
    #[command(subcommand)]
    pub verb: FeedbackVerb,
}

/// What to do with feedback.
#[derive(Debug, Subcommand)]
pub enum FeedbackVerb {
    /// Keep what somebody says of a lead: an override, consent, or an outcome
    #[command(
        after_help = "Example: leadsight feedback add --store feedback.jsonl --lead L1 --tier Hot --who anna --why \"met them\"\n         leadsight feedback add --store feedback.jsonl --lead L1 --outcome won --value 9000 --who anna"
    )]
    Add(FeedbackAdd),
    /// Keep many records at once, from a file with the columns lead_id, who, at, and why, tier, action, accept, outcome, value
    #[command(after_help = "Example: leadsight feedback import week.csv --store feedback.jsonl")]
    Import(FeedbackImport),
    /// Show what was said
    #[command(after_help = "Example: leadsight feedback list --store feedback.jsonl --lead L1")]
    List(FeedbackList),
    /// Lay overrides over a scored file: the person's tier and action stand, with who, when and why
    #[command(
        after_help = "Example: leadsight feedback apply --store feedback.jsonl --scores scored.csv --out worked.csv"
    )]
    Apply(FeedbackApply),
    /// How often people override or accept, by tier and rep, with intervals
    #[command(
        after_help = "Example: leadsight feedback rates --store feedback.jsonl --scores routed.csv"
    )]
    Rates(FeedbackRates),
    /// Write outcomes and overrides as a table that an experiment can join
    #[command(
        after_help = "Example: leadsight feedback export --store feedback.jsonl --as labels --out labels.csv"
    )]
    Export(FeedbackExport),
}

/// The store of every verb.
#[derive(Debug, Args)]
pub struct Store {
    /// The file of records, a JSON object a line; only ever appended to
    #[arg(long)]
    pub store: PathBuf,
}

/// Arguments of `feedback add`.
#[derive(Debug, Args)]
pub struct FeedbackAdd {
    #[command(flatten)]
    pub store: Store,
    /// The lead
    #[arg(long)]
    pub lead: String,
    /// The tier that counts
    #[arg(long, conflicts_with_all = ["accept", "outcome"])]
    pub tier: Option<String>,
    /// The action that counts
    #[arg(long, conflicts_with_all = ["accept", "outcome"])]
    pub action: Option<String>,
    /// The model is right; an earlier override no longer counts
    #[arg(long, conflicts_with = "outcome")]
    pub accept: bool,
    /// What became of the lead: `won`, `lost` or a word of your own
    #[arg(long, required_unless_present_any = ["tier", "action", "accept"])]
    pub outcome: Option<String>,
    /// What it brought
    #[arg(long, requires = "outcome", allow_negative_numbers = true)]
    pub value: Option<f64>,
    /// Who says so
    #[arg(long)]
    pub who: String,
    /// Why; an override needs it
    #[arg(long)]
    pub why: Option<String>,
    /// When as RFC 3339, the clock's unless given
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// The scored file, from which the model's score, tier and action are noted
    #[arg(long, value_name = "FILE")]
    pub scores: Option<PathBuf>,
    /// Names the record, so that sending it again adds nothing; made of its content unless given
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
}

/// Arguments of `feedback import`.
#[derive(Debug, Args)]
pub struct FeedbackImport {
    /// The file (CSV, Parquet or XLSX), or `-` for stdin
    pub file: PathBuf,
    #[command(flatten)]
    pub store: Store,
}

/// Arguments of `feedback list`.
#[derive(Debug, Args)]
pub struct FeedbackList {
    #[command(flatten)]
    pub store: Store,
    /// Only this lead
    #[arg(long)]
    pub lead: Option<String>,
}

/// Arguments of `feedback apply`.
#[derive(Debug, Args)]
pub struct FeedbackApply {
    #[command(flatten)]
    pub store: Store,
    /// The scored file, or `-` for stdin
    #[arg(long)]
    pub scores: PathBuf,
    /// The column that names the lead
    #[arg(long, value_name = "COLUMN", default_value = "lead_id")]
    pub id: String,
    /// The language of the reason that is written
    #[arg(long, value_enum, ignore_case = true, default_value = "english")]
    pub language: Language,
    /// The file to write; stdout where it is `-` or not given
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// Arguments of `feedback rates`.
#[derive(Debug, Args)]
pub struct FeedbackRates {
    #[command(flatten)]
    pub store: Store,
    /// The scored or routed file that people worked from: who overrode nothing counts too
    #[arg(long)]
    pub scores: Option<PathBuf>,
}

/// Arguments of `feedback export`.
#[derive(Debug, Args)]
pub struct FeedbackExport {
    #[command(flatten)]
    pub store: Store,
    /// What to write
    #[arg(long = "as", value_enum)]
    pub form: FeedbackForm,
    /// Only what was said by this moment, as RFC 3339
    #[arg(long, value_name = "MOMENT")]
    pub until: Option<String>,
    /// The file to write; stdout where it is `-` or not given
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// A form of feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FeedbackForm {
    /// A row a lead: outcome, its date and value, and the person's tier and action
    Labels,
}
