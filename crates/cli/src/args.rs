//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::{Path, PathBuf};
use tracing::Level;

/// Lead scoring you can trust: from CRM exports to calibrated probabilities, scores, tiers, reasons and next actions.
#[derive(Debug, Parser)]
#[command(
    name = "leadsight",
    version,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "Data goes to stdout, everything else to stderr. \
        Exit status: 0 done; 1 the answer is no (a leak was found, a gate fell); 2 it could not run."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Arguments that every command takes.
    #[command(flatten)]
    pub common: Common,
}

/// Arguments that every command takes.
#[derive(Debug, Args)]
pub struct Common {
    /// Only errors on stderr
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Say more on stderr
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// How data is printed on stdout; a table unless given (`format`, `dedupe`, `route` and `score` write CSV, or JSON where --out ends in .json)
    #[arg(long = "format", global = true, value_enum, value_name = "FORMAT")]
    given_format: Option<Format>,
    /// How data is printed, from what was given and what the command does without.
    #[arg(skip)]
    pub format: Format,
}

impl Cli {
    /// The arguments with whatever follows from others filled in.
    pub fn resolved(mut self) -> Self {
        self.common.format = self.common.given_format.unwrap_or(match &self.command {
            Command::Score(score) => of_file(score.out.as_deref()),
            Command::Format(format) => of_file(format.file.out.as_deref()),
            Command::Dedupe(dedupe) => of_file(dedupe.file.out.as_deref()),
            Command::Route(route) => of_file(route.out.as_deref()),
            _ => Format::Table,
        });
        self
    }
}

/// The form of a file of that name.
pub fn of_file(out: Option<&Path>) -> Format {
    match out.and_then(Path::extension) {
        Some(json) if json.eq_ignore_ascii_case("json") => Format::Json,
        _ => Format::Csv,
    }
}

impl Common {
    /// How much is said on stderr.
    pub fn verbosity(&self) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::ERROR,
            (_, true) => Level::DEBUG,
            _ => Level::INFO,
        }
    }
}

/// How data is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Carry out an experiment: from sources to a run folder with models, metrics, bundle and report
    #[command(
        after_help = "Example: leadsight run examples/experiments/bank_marketing.ron --data-dir data"
    )]
    Run(Run),
    /// Describe each column of a CSV file: kind, missing, spread, correlations
    #[command(after_help = "Example: leadsight profile leads.csv --label converted")]
    Profile(Profile),
    /// Find columns that know the outcome; exit status 1 where one is a leak
    #[command(after_help = "Example: leadsight audit examples/experiments/demo.ron --format json")]
    Audit(Audit),
    /// Bring contact fields into one form: e-mail, phone, name, title, company, country and more
    ///
    /// Columns are known by their headers, in English and German. Each gives columns of its own beside the originals:
    /// contact_email, contact_phone (E.164), contact_seniority, ... What cannot be read is left blank there and told in
    /// contact_problems. With --format table a page says what each column was taken for.
    #[command(
        after_help = "Example: leadsight format contacts.csv --region DE --out formatted.csv"
    )]
    Format(FormatContacts),
    /// Find the contacts that are one person, group them, and say which of each group stays
    ///
    /// Exact keys first, then a scored comparison of names, e-mail, phone and company. The file gets the columns
    /// duplicate_group_id, duplicate_keep and duplicate_ask: pairs about which somebody should decide. With --format table a
    /// page lists the pairs with what speaks for and against them.
    #[command(after_help = "Example: leadsight dedupe contacts.csv --region DE --out grouped.csv")]
    Dedupe(Dedupe),
    /// Score a file of leads with a bundle, or without any history by rules and points
    #[command(
        after_help = "Example: leadsight score --bundle runs/demo/bundle --leads new.csv --out scored.csv"
    )]
    Score(Score),
    /// Send scored leads to reps and queues: the assignment of highest expected value, with a reason for each
    #[command(
        after_help = "Example: leadsight route --leads scored.csv --routing routing.ron --out assignments.csv"
    )]
    Route(Route),
    /// Say which fields moved each lead's score, and by how much
    #[command(
        after_help = "Example: leadsight explain --bundle runs/demo/bundle --leads new.csv --format json"
    )]
    Explain(Explain),
    /// Judge any file of scores: metrics with intervals, confusion matrix, bands
    #[command(
        after_help = "Example: leadsight evaluate --scores scored.csv --label won --probability p"
    )]
    Evaluate(Evaluate),
    /// Test whether runs or score files differ by more than noise, on the same leads (paired DeLong and bootstrap)
    #[command(
        after_help = "Example: leadsight compare runs/new runs/old\n         leadsight compare a.csv b.csv --id lead_id --label won --probability p"
    )]
    Compare(Compare),
    /// Fail (exit status 1) where a run is worse than its baseline by more than noise
    ///
    /// On the same leads each difference is judged in pairs. Where the baseline is a metrics file alone, or judged other leads,
    /// the two intervals are combined as if independent: weaker, it finds great falls only.
    #[command(after_help = "Example: leadsight gate runs/new --baseline runs/old")]
    Gate(Gate),
    /// Read a model of XGBoost, LightGBM, CatBoost or scikit-learn, and make a bundle of it
    ///
    /// The format is known by the content: XGBoost JSON or UBJSON, LightGBM text, CatBoost JSON (saved with its pool), what the
    /// script of --sklearn-exporter writes, or a file of --forest. The model predicts what its library predicts, within 1e-5.
    #[command(
        after_help = "Example: leadsight import model.json --out bundle --threshold 0.2\n         leadsight score --bundle bundle --leads leads.csv"
    )]
    Import(Import),
    /// Generate a CRM with a known truth, for trying things out
    #[command(after_help = "Example: leadsight synth --out crm --leads 20000 --seed 7")]
    Synth(Synth),
    /// Print the reference: configuration, output columns, run folder, metrics, commands
    #[command(after_help = "Example: leadsight schema config")]
    Schema(Schema),
    /// Print completions for a shell
    #[command(
        after_help = "Example: leadsight completions bash > ~/.local/share/bash-completion/completions/leadsight"
    )]
    Completions(Completions),
    /// Print the manual page, of the whole or of one command
    #[command(after_help = "Example: leadsight man run | man -l -")]
    Man(Man),
}

impl Command {
    /// Whether the command looks for Ctrl-C and cleans up; the others leave nothing behind when they are ended at once.
    pub fn stops_by_itself(&self) -> bool {
        matches!(
            self,
            Command::Run(_) | Command::Score(_) | Command::Explain(_) | Command::Synth(_)
        )
    }
}

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
    /// A CSV file, or `-` for stdin
    pub leads: PathBuf,
    /// The column that tells the outcome
    #[arg(long)]
    pub label: Option<String>,
    /// The label's word for success; 1, true, yes and the like unless given
    #[arg(long, requires = "label")]
    pub positive: Option<String>,
    /// The label's words for failure, by comma, where there are several outcomes; rows with others are left out
    #[arg(long, requires = "positive", value_delimiter = ',')]
    pub negative: Vec<String>,
    /// The separator, found by itself unless given
    #[arg(long)]
    pub separator: Option<char>,
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

/// A file of contacts, and where to write it.
#[derive(Debug, Args)]
pub struct ContactFile {
    /// A CSV file of contacts, or `-` for stdin
    pub contacts: PathBuf,
    /// The file to write; stdout where it is `-` or not given
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// The country of phone numbers without a country's code, where the row names none: DE, Germany, Deutschland
    #[arg(long, value_name = "COUNTRY")]
    pub region: Option<String>,
    /// What a column holds whose header says nothing: phone=Spalte7
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub column: Vec<String>,
    /// The separator, found by itself unless given
    #[arg(long)]
    pub separator: Option<char>,
}

/// Arguments of `format`.
#[derive(Debug, Args)]
pub struct FormatContacts {
    /// The contacts.
    #[command(flatten)]
    pub file: ContactFile,
}

/// Arguments of `dedupe`.
#[derive(Debug, Args)]
pub struct Dedupe {
    /// The contacts.
    #[command(flatten)]
    pub file: ContactFile,
    /// Points from which two contacts are one person
    #[arg(long, value_name = "POINTS", default_value_t = leadsight_dedupe::Limits::default().same)]
    pub same: f64,
    /// Points from which somebody should look
    #[arg(long, value_name = "POINTS", default_value_t = leadsight_dedupe::Limits::default().ask)]
    pub ask: f64,
    /// Which contact of a group stays
    #[arg(long, value_enum, default_value_t = Keep::MostComplete)]
    pub keep: Keep,
    /// Write only the contacts that stay
    #[arg(long)]
    pub survivors: bool,
}

/// Which contact of a group stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Keep {
    /// The one with most fields known, of several the first
    MostComplete,
    /// The first of the file
    First,
    /// The last of the file
    Last,
}

/// Arguments of `score`.
#[derive(Debug, Args)]
pub struct Score {
    /// The bundle folder of a run
    #[arg(long, required_unless_present = "policy", conflicts_with = "policy")]
    pub bundle: Option<PathBuf>,
    /// A policy (RON) with rules, a scorecard or both, to score without any history; it claims no probability
    #[arg(long)]
    pub policy: Option<PathBuf>,
    /// A CSV file of leads, or `-` for stdin; columns are matched by name
    #[arg(long)]
    pub leads: PathBuf,
    /// The file to write; stdout where it is `-` or not given
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// The columns to write, by comma; all that can be filled unless given
    #[arg(long, value_delimiter = ',')]
    pub columns: Vec<String>,
    /// The separator, found by itself unless given
    #[arg(long)]
    pub separator: Option<char>,
    /// The moment of scoring as RFC 3339, the clock's unless given
    #[arg(long)]
    pub now: Option<String>,
}

/// Arguments of `route`.
#[derive(Debug, Args)]
pub struct Route {
    /// A file of scored leads, or `-` for stdin
    #[arg(long)]
    pub leads: PathBuf,
    /// What the team declares: pipelines, queues, reps (RON)
    #[arg(long)]
    pub routing: PathBuf,
    /// A file with more columns of the same leads, such as the one that was scored; matched by the lead's id
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// The moment of routing as RFC 3339, the clock's unless given
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// The file to write: the leads with pipeline, owner_id, queue and so on; stdout where it is `-` or not given
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The bundle folder of a run
    #[arg(long)]
    pub bundle: PathBuf,
    /// A CSV file of leads, or `-` for stdin
    #[arg(long)]
    pub leads: PathBuf,
    /// Only these leads, by comma; all unless given
    #[arg(long, value_delimiter = ',')]
    pub id: Vec<String>,
    /// The separator, found by itself unless given
    #[arg(long)]
    pub separator: Option<char>,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// A CSV file with a score and an outcome a row, or `-` for stdin
    #[arg(long)]
    pub scores: PathBuf,
    /// The column of outcomes (0/1, true/false, yes/no)
    #[arg(long)]
    pub label: String,
    /// The label's word for success
    #[arg(long)]
    pub positive: Option<String>,
    /// The label's words for failure, by comma, where there are several outcomes; rows with others are left out
    #[arg(long, requires = "positive", value_delimiter = ',')]
    pub negative: Vec<String>,
    /// The column of probabilities
    #[arg(long)]
    pub probability: String,
    /// Only rows where a column has a value; needed where a file holds several models or splits
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub only: Vec<String>,
    /// The threshold of the thresholded metrics; the one of highest F1 unless given
    #[arg(long)]
    pub threshold: Option<f64>,
    /// Confidence level
    #[arg(long, default_value_t = 0.95)]
    pub level: f64,
    /// Bootstrap resamples where no analytic interval is known
    #[arg(long, default_value_t = 500)]
    pub bootstrap: usize,
    /// Where the resampling starts
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// Run folders or CSV files of scores; the first is compared with each of the others
    #[arg(required = true, num_args = 2..)]
    pub runs: Vec<PathBuf>,
    /// Of files: the column that names the lead
    #[arg(long)]
    pub id: Option<String>,
    /// Of files: the column of outcomes
    #[arg(long)]
    pub label: Option<String>,
    /// Of files: the label's word for success
    #[arg(long, requires = "label")]
    pub positive: Option<String>,
    /// Of files: the label's words for failure, by comma
    #[arg(long, requires = "positive", value_delimiter = ',')]
    pub negative: Vec<String>,
    /// Of files: the column of probabilities
    #[arg(long)]
    pub probability: Option<String>,
    /// Of files: only rows where a column has a value
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub only: Vec<String>,
    /// How.
    #[command(flatten)]
    pub paired: Paired,
}

/// Arguments of `gate`.
#[derive(Debug, Args)]
pub struct Gate {
    /// The run to check: its folder, or its metrics.json
    pub run: PathBuf,
    /// The run that it must not fall behind: its folder, or its metrics.json
    #[arg(long)]
    pub baseline: PathBuf,
    /// The metrics that must not fall (`leadsight schema metrics` lists them)
    #[arg(long, value_name = "KEY,...", value_delimiter = ',', default_values = leadsight_pipeline::GATED)]
    pub metric: Vec<String>,
    /// A fall that is allowed, beyond noise, in the metric's own unit
    #[arg(long, value_name = "FALL", default_value_t = 0.0)]
    pub tolerance: f64,
    /// How.
    #[command(flatten)]
    pub paired: Paired,
}

/// How runs are compared.
#[derive(Debug, Args)]
pub struct Paired {
    /// The rows: valid or test
    #[arg(long, default_value = "test", value_parser = ["valid", "test"])]
    pub split: String,
    /// Confidence level
    #[arg(long, default_value_t = 0.95)]
    pub level: f64,
    /// Bootstrap resamples, for all but the AUC
    #[arg(long, default_value_t = 1000)]
    pub bootstrap: usize,
    /// Where the resampling starts
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
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
    /// Where every random choice starts
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
}

/// A company whose CRM is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Company {
    /// Sells software to companies: 20,000 leads, 3 % convert, in nine files
    Demo,
    /// Rents e-bikes to consumers: 500,000 leads, 1 % convert, in one file
    B2c,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which reference
    #[arg(value_enum)]
    pub part: Part,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell that is to complete commands
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// The command; the overview unless given
    pub verb: Option<String>,
}

/// A part of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Configuration keys: path, type, default, meaning
    Config,
    /// The shortest configuration with every key filled in, to start from
    Template,
    /// Columns of scored leads
    Output,
    /// Files of the run folder and their fields
    Folder,
    /// Metrics: definition, range, better direction, interval
    Metrics,
    /// Commands and their arguments
    Commands,
}
