//! Every way in which a command cannot run, with the offender and what would help.

use std::fmt;
use std::path::PathBuf;

/// Why a command could not run (exit 2).
#[derive(Debug)]
pub(crate) enum XtaskError {
    /// No such command.
    UnknownCommand { found: String, nearest: Option<&'static str> },
    /// The command does not know this argument.
    UnknownArgument { command: &'static str, found: String, usage: &'static str },
    /// An argument the command cannot do without.
    MissingArgument { command: &'static str, expected: &'static str, usage: &'static str },
    /// Tools that the build needs and the machine lacks.
    MissingPrerequisites { missing: Vec<String>, remedy: String },
    /// A program could not be started at all.
    Spawn { program: String, source: std::io::Error },
    /// A program ran and failed where its success is a precondition.
    Failed { program: String, code: Option<i32> },
    /// A program answered something that cannot be read.
    Unreadable { what: String, reason: String },
    /// A file could not be read or written.
    File { path: PathBuf, source: std::io::Error },
    /// No workspace manifest at or above the current folder.
    NoWorkspace { from: PathBuf },
    /// A set that the datasets manifest does not know.
    UnknownDataset { found: String, known: Vec<String> },
    /// No such fuzz target.
    UnknownTarget { found: String, known: Vec<String> },
    /// A revision that git does not know, or from before the crates.
    UnknownRevision { found: String },
    /// Sets whose origin asks for a login or cannot be reached: a person has to fetch them.
    FetchByHand { pages: Vec<(String, String)> },
}

impl fmt::Display for XtaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand { found, nearest } => {
                write!(f, "no command `{found}`")?;
                if let Some(nearest) = nearest {
                    write!(f, "; did you mean `{nearest}`?")?;
                }
                write!(f, "\nhint: `cargo xtask` lists the commands")
            }
            Self::UnknownArgument { command, found, usage } => {
                write!(f, "`{command}` does not know the argument `{found}`\nhint: {usage}")
            }
            Self::MissingArgument { command, expected, usage } => {
                write!(f, "`{command}` needs {expected}\nhint: {usage}")
            }
            Self::MissingPrerequisites { missing, remedy } => {
                writeln!(f, "the build needs what this machine lacks:")?;
                for line in missing {
                    writeln!(f, "  {line}")?;
                }
                write!(f, "hint: {remedy}")
            }
            Self::Spawn { program, source } => write!(f, "cannot start `{program}`: {source}"),
            Self::Failed { program, code: Some(code) } => {
                write!(f, "`{program}` failed with exit code {code}")
            }
            Self::Failed { program, code: None } => write!(f, "`{program}` was ended by a signal"),
            Self::Unreadable { what, reason } => write!(f, "cannot read {what}: {reason}"),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::NoWorkspace { from } => {
                write!(f, "no workspace `Cargo.toml` at or above {}", from.display())
            }
            Self::UnknownDataset { found, known } => {
                write!(f, "no data set `{found}`; the manifest knows {}", known.join(", "))
            }
            Self::UnknownTarget { found, known } => {
                write!(f, "no fuzz target `{found}`; there are {}", known.join(", "))
            }
            Self::UnknownRevision { found } => write!(
                f,
                "there is no revision `{found}` with the crates in it\nhint: a shallow clone lacks it (`git fetch --unshallow`)"
            ),
            Self::FetchByHand { pages } => {
                write!(
                    f,
                    "these sets need a login, or their origin cannot be reached; fetch them by hand:"
                )?;
                for (id, page) in pages {
                    write!(f, "\n  {id}: {page}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for XtaskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Spawn { source, .. } | Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
