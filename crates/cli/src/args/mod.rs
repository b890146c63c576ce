//! The command line: the commands here, the arguments of each in the file of its kind.

mod contacts;
mod delivery;
mod experiments;
mod judging;
mod outcomes;
mod policy;
mod reference;
mod scoring;
mod words;

pub use contacts::{ContactFile, Dedupe, FormatContacts, Keep};
pub use delivery::Export;
pub use experiments::{Audit, Company, FunnelPart, Profile, Run, Synth};
pub use judging::{Compare, Evaluate, Gate, Paired};
pub use outcomes::{
    Feedback, FeedbackAdd, FeedbackApply, FeedbackExport, FeedbackImport, FeedbackList,
    FeedbackRates, FeedbackVerb, Outcome, OutcomePart,
};
pub use policy::{CheckPolicy, Policy, PolicyVerb, Simulate};
pub use reference::{Completions, Man, Part, Schema};
pub use scoring::{Explain, Import, Language, Route, Score};
pub use words::LabelWords;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::Path;
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
    /// How data is printed on stdout; a table unless given (`format`, `dedupe`, `route`, `score` and `feedback apply|export` write CSV, or JSON where --out ends in .json)
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
            Command::Route(route) if route.list.is_some() => Format::Table,
            Command::Route(route) => of_file(route.out.as_deref()),
            Command::Feedback(feedback) => match &feedback.verb {
                FeedbackVerb::Apply(apply) => of_file(apply.out.as_deref()),
                FeedbackVerb::Export(export) => of_file(export.out.as_deref()),
                _ => Format::Table,
            },
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
    /// Describe each column of a CSV file: kind, missing, spread, correlations; or with --funnel the way of its leads
    #[command(
        after_help = "Example: leadsight profile leads.csv --label converted\n         leadsight profile leads.csv --funnel --history history.csv --campaigns campaigns.csv"
    )]
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
    /// Check a policy of tiers, actions and review, or try it on past leads
    #[command(
        after_help = "Example: leadsight policy check policy.ron --leads leads.csv\n         leadsight policy simulate --bundle runs/demo/bundle --policy policy.ron --leads leads.csv"
    )]
    Policy(Policy),
    /// Send scored leads to reps and queues: the assignment of highest expected value, with a reason for each
    #[command(
        after_help = "Example: leadsight route --leads scored.csv --routing routing.ron --out assignments.csv"
    )]
    Route(Route),
    /// Say what the scores brought: response, conversion, velocity and value with intervals, and what the model adds to a rule
    ///
    /// With --actions it judges instead what another policy of actions would have brought, by a log of actions with their probabilities:
    /// the columns action, action_probability, reward, and target_action or target_ACTION for each action.
    #[command(
        after_help = "Example: leadsight outcome --leads routed.csv --with crm/leads.csv --history crm/history.csv --deals crm/deals.csv\n         leadsight outcome --actions log.csv"
    )]
    Outcome(Outcome),
    /// Keep what people say of leads, overrides and outcomes, for scores, rates and the next training
    #[command(
        after_help = "Example: leadsight feedback add --store feedback.jsonl --lead L1 --tier Hot --who anna --why \"met them\"\n         leadsight feedback apply --store feedback.jsonl --scores scored.csv --out worked.csv"
    )]
    Feedback(Feedback),
    /// Put scored leads into a CRM: import files, call tasks, audiences, drafts, and messages to webhooks
    ///
    /// The folder receives the import file with a list of the fields to create first, tasks, audiences, the leads as JSON lines,
    /// and what is wrong with the leads, row by row. Messages are sent with --send only; what cannot be sent is kept and can be sent
    /// again. Exit status 1 where messages are left.
    #[command(
        after_help = "Example: leadsight export --leads assignments.csv --with leads.csv --to hubspot --out export\n         leadsight export --again export/unsent.jsonl --config export.ron"
    )]
    Export(Export),
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
    /// Generate a CRM, or any list that is declared, with a known truth, for trying things out
    #[command(
        after_help = "Example: leadsight synth --out crm --leads 20000 --seed 7\n         leadsight synth --table examples/lists/support_triage/table.ron --out tickets"
    )]
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
