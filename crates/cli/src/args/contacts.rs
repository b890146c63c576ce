//! Files of contacts.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// A file of contacts, and where to write it.
#[derive(Debug, Args)]
pub struct ContactFile {
    /// A file of contacts (CSV, XLSX or Parquet), or `-` for stdin
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
    /// The sheet of an XLSX workbook, the first that holds anything unless given
    #[arg(long)]
    pub sheet: Option<String>,
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
