//! Experiments, and the data that they begin with.

use super::LabelWords;
use clap::{Args, ValueEnum};
use leadsight_ingest::FieldMap;
use leadsight_schema::or_nearest;
use std::path::PathBuf;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// The experiment's RON file
    pub config: PathBuf,
    /// Folder that relative data paths start from, in place of the configuration's own folder
    #[arg(long, env = "LEADSIGHT_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Folder that receives the run folder
    #[arg(long, default_value = "runs")]
    pub out: PathBuf,
    /// Replace a configuration key: path.to.key=value, the value as JSON or a plain word
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Where every random choice starts, in place of the configuration's
    #[arg(long)]
    pub seed: Option<u64>,
}

/// Arguments of `profile`.
#[derive(Debug, Args)]
pub struct Profile {
    /// A file of leads (CSV, Parquet or XLSX), or `-` for stdin
    pub leads: PathBuf,
    /// The column that tells the outcome
    #[arg(long)]
    pub label: Option<String>,
    /// What its words mean.
    #[command(flatten)]
    pub words: LabelWords,
    /// The separator, found by itself unless given
    #[arg(long)]
    pub separator: Option<char>,
    /// The sheet of an XLSX workbook, the first that holds a table unless given
    #[arg(long)]
    pub sheet: Option<String>,
    /// The CRM that the file is an export of (HubSpot, Salesforce, Dynamics365, Zoho): its headers get the names of `data.field_map`
    #[arg(long, value_name = "CRM", value_parser = field_map, conflicts_with = "funnel")]
    pub field_map: Option<FieldMap>,
    /// Writes a page to read: problems, and for each column its spread, its company and what it tells
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The funnel in place of the columns: where leads drop out, what sources and campaigns bring, what converters have in common
    #[arg(long, conflicts_with = "html")]
    pub funnel: bool,
    /// What only `--funnel` takes.
    #[command(flatten)]
    pub of_funnel: Funnel,
}

fn field_map(text: &str) -> Result<FieldMap, String> {
    let names = FieldMap::ALL.map(FieldMap::name);
    let found = FieldMap::ALL.into_iter().find(|map| map.name().eq_ignore_ascii_case(text));
    let hint = || or_nearest(text, names);
    found.ok_or_else(|| format!("no such map{}; expected one of {}", hint(), names.join(", ")))
}

/// Arguments of `profile --funnel`.
#[derive(Debug, Args)]
#[command(next_help_heading = "With --funnel")]
pub struct Funnel {
    /// A file with a row for each stage that a lead entered: lead, stage, moment
    #[arg(long, requires = "funnel")]
    pub history: Option<PathBuf>,
    /// A file of campaigns with their cost
    #[arg(long, requires = "funnel")]
    pub campaigns: Option<PathBuf>,
    /// The leads' column with the stage that each is at now, where there is no history
    #[arg(long, requires = "funnel", value_name = "COLUMN", conflicts_with = "history")]
    pub stage: Option<String>,
    /// The leads' column with what a conversion brought
    #[arg(long, requires = "funnel", value_name = "COLUMN")]
    pub value: Option<String>,
    /// Columns by which the steps are compared, by comma; the source unless given
    #[arg(long, requires = "funnel", value_name = "COLUMN", value_delimiter = ',')]
    pub by: Vec<String>,
    /// The moment of looking; the latest of the history unless given
    #[arg(long, requires = "funnel", value_name = "MOMENT")]
    pub at: Option<String>,
    /// A RON file that says what stages and columns mean
    #[arg(long, requires = "funnel")]
    pub config: Option<PathBuf>,
    /// One part alone; CSV has the steps unless given
    #[arg(long, requires = "funnel", value_enum)]
    pub part: Option<FunnelPart>,
    /// A file for the audience, as a policy that `leadsight score --policy` takes
    #[arg(long, requires = "funnel", value_name = "FILE")]
    pub audience: Option<PathBuf>,
}

/// A part of what `profile --funnel` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FunnelPart {
    /// The findings, a sentence each
    Summary,
    /// Stages and the steps between them
    Steps,
    /// Groups that go on less often than the others
    Spots,
    /// What each source brought
    Sources,
    /// What each campaign brought
    Campaigns,
    /// What converters have more often
    Traits,
}

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// The experiment's RON file
    pub config: PathBuf,
    /// Folder that relative data paths start from, in place of the configuration's own folder
    #[arg(long, env = "LEADSIGHT_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Replace a configuration key: path.to.key=value, the value as JSON or a plain word
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// Arguments of `synth`.
#[derive(Debug, Args)]
pub struct Synth {
    /// The folder that receives the files
    #[arg(long)]
    pub out: PathBuf,
    /// The company whose CRM is generated
    #[arg(long, value_enum, default_value_t = Company::Demo)]
    pub preset: Company,
    /// Number of leads; the preset's unless given
    #[arg(long)]
    pub leads: Option<usize>,
    /// A RON file that declares another list, in place of a CRM: its columns, and what its outcome depends on
    #[arg(long, value_name = "FILE", conflicts_with_all = ["preset", "leads"])]
    pub table: Option<PathBuf>,
    /// Number of rows of --table; its own unless given
    #[arg(long, requires = "table")]
    pub rows: Option<usize>,
    /// Where every random choice starts
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
}

/// A company whose CRM is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Company {
    /// Sells software to companies: 20,000 leads, 3 % convert, in ten files
    Demo,
    /// Rents e-bikes to consumers: 500,000 leads, 1 % convert, in one file
    B2c,
}
