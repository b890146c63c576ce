//! `datasets`: the real data sets that `datasets/manifest.ron` names, and the generated one.
//!
//! The project ships none of the real ones: the manifest holds origin, licence and checksums; the files
//! lie in a folder of the user's.

mod fetch;
mod manifest;

use super::{Command, demo};
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};
use manifest::{DataFile, Dataset, Manifest};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process;

pub(crate) const COMMAND: Command = Command {
    name: "datasets",
    about: "Lists, fetches, verifies or generates data sets",
    usage: "cargo xtask datasets list | fetch [ID...] [--data-dir FOLDER] | \
            verify [ID...] [--data-dir FOLDER] | generate [--out FOLDER] [--seed N]",
    example: "cargo xtask datasets verify --data-dir ../shared/data",
    forwards: false,
    run,
};

/// Where fetched sets go unless told otherwise; git does not see it.
const FETCHED: &str = "datasets/fetched";

/// The arguments behind the verb.
#[derive(Debug, Default)]
struct Arguments<'a> {
    ids: Vec<&'a str>,
    data_dir: Option<&'a str>,
    out: Option<&'a str>,
    seed: Option<&'a str>,
}

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let Some((verb, rest)) = args.split_first() else {
        return Err(COMMAND.missing("one of list, fetch, verify, generate"));
    };
    let arguments = parse(rest)?;
    if verb == "generate" {
        let leadsight = workspace.build()?;
        let out = arguments.out.unwrap_or(demo::GENERATED);
        generate(workspace, &leadsight, out, arguments.seed.unwrap_or(demo::SEED))?;
        return Ok(Answer::Done);
    }
    let manifest = Manifest::load(&workspace.root.join("datasets/manifest.ron"))?;
    let sets = manifest.chosen(&arguments.ids)?;
    let folder = || {
        let given = workspace.data_dir(arguments.data_dir);
        given.unwrap_or_else(|| workspace.root.join(FETCHED))
    };
    match verb.as_str() {
        "list" => Ok(list(&sets)),
        "fetch" => fetch::fetch(&sets, &folder()),
        "verify" => verify(&sets, &folder()),
        other => Err(COMMAND.unknown(other)),
    }
}

/// Lets the binary generate a CRM into `out` (relative to the root).
pub(crate) fn generate(
    workspace: &Workspace,
    leadsight: &Path,
    out: &str,
    seed: &str,
) -> Result<(), XtaskError> {
    let mut command = process::Command::new(leadsight);
    command.current_dir(&workspace.root).args(["synth", "--out", out, "--seed", seed]);
    shell::require(&mut command)
}

fn parse(args: &[String]) -> Result<Arguments<'_>, XtaskError> {
    let mut parsed = Arguments::default();
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        let slot = match arg {
            "--data-dir" => &mut parsed.data_dir,
            "--out" => &mut parsed.out,
            "--seed" => &mut parsed.seed,
            flag if flag.starts_with('-') => return Err(COMMAND.unknown(flag)),
            id => {
                parsed.ids.push(id);
                continue;
            }
        };
        *slot = Some(args.next().ok_or_else(|| COMMAND.missing("a value after the flag"))?);
    }
    Ok(parsed)
}

fn list(sets: &[&Dataset]) -> Answer {
    for Dataset { id, title, origin, licence, archive, files } in sets {
        let way = if archive.is_some() { "fetch downloads it" } else { "by hand, from the origin" };
        shell::data(format_args!(
            "{id}\n  {title}\n  origin: {origin}\n  licence: {licence}\n  to get it: {way}"
        ));
        for DataFile { path, .. } in files {
            shell::data(format_args!("  file: {path}"));
        }
    }
    Answer::Done
}

fn verify(sets: &[&Dataset], folder: &Path) -> Result<Answer, XtaskError> {
    eprintln!("in {}", folder.display());
    let mut answer = Answer::Done;
    for file in sets.iter().flat_map(|set| &set.files) {
        let path: PathBuf = folder.join(&file.path);
        let word = if !path.is_file() {
            "missing"
        } else if digest(&path)? == file.sha256 {
            "ok"
        } else {
            "DIFFERS"
        };
        shell::data(format_args!("{}: {word}", file.path));
        if word != "ok" {
            answer = Answer::No;
        }
    }
    Ok(answer)
}

/// SHA-256 of a file, in lower-case hexadecimal digits.
fn digest(path: &Path) -> Result<String, XtaskError> {
    let error = |source| XtaskError::File { path: path.into(), source };
    let mut file = File::open(path).map_err(error)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(error)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
