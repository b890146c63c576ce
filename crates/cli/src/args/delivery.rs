//! Scored leads, and where they go.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// A file of scored leads, routed or not, or `-` for stdin
    #[arg(long, required_unless_present = "again", requires_all = ["to", "out"])]
    pub leads: Option<PathBuf>,
    /// A file with more columns of the same leads, such as the one that was scored: e-mail, names, company; matched by the lead's id
    #[arg(long, value_name = "FILE", requires = "leads")]
    pub with: Option<PathBuf>,
    /// The column of --with that names the lead; `lead_id`, or what the CRM calls it, unless given
    #[arg(long, value_name = "COLUMN", requires = "with")]
    pub id: Option<String>,
    /// The CRM: hubspot, salesforce, dynamics365, zoho, or a RON file with the conventions of another
    #[arg(long, value_name = "CRM")]
    pub to: Option<String>,
    /// What else is declared: owners, fields, tasks, audiences, drafts, webhooks (RON)
    #[arg(long, value_name = "EXPORT")]
    pub config: Option<PathBuf>,
    /// Folder that receives the files
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Send the messages to the webhooks; without it they are only kept in unsent.jsonl
    #[arg(long, requires = "leads")]
    pub send: bool,
    /// Send the messages that a file of unsent ones holds, and keep in it what cannot be sent
    #[arg(long, value_name = "FILE", conflicts_with_all = ["leads", "to", "out"], requires = "config")]
    pub again: Option<PathBuf>,
    /// The moment of the export as RFC 3339, the clock's unless given
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Draws how long is waited between two attempts to send
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}
