//! `datasets`: the real data sets that `datasets/manifest.ron` names, and the generated one.
//!
//! The project ships none of them: the manifest holds origin, licence and checksums; the files lie in a
//! folder of the user's.

use super::{Command, demo};
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process;

pub(crate) const COMMAND: Command = Command {
    name: "datasets",
    about: "Lists, fetches, verifies or generates data sets",
    usage: "cargo xtask datasets list | fetch [ID...] [--data-dir FOLDER] | verify [ID...] [--data-dir FOLDER] | generate [--out FOLDER] [--seed N]",
    example: "cargo xtask datasets verify --data-dir ../shared/data",
    forwards: false,
    run,
};

const MANIFEST: &str = "datasets/manifest.ron";

/// Where fetched sets go unless told otherwise; git does not see it.
const FETCHED: &str = "datasets/fetched";

/// The real sets, as `datasets/manifest.ron` names them.
#[derive(Debug, Deserialize)]
struct Manifest {
    sets: Vec<Dataset>,
}

/// One set: where it comes from, under which licence, and its files.
#[derive(Debug, Deserialize)]
struct Dataset {
    id: String,
    title: String,
    /// The page of the origin, for people.
    origin: String,
    licence: String,
    files: Vec<DataFile>,
}

/// One file of a set.
#[derive(Debug, Deserialize)]
struct DataFile {
    /// Relative to the data folder.
    path: String,
    sha256: String,
    /// An address that needs no login; `None` sends to the origin's page.
    #[serde(default)]
    url: Option<String>,
}

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
    match verb.as_str() {
        "list" => list(&load(workspace)?),
        "fetch" => fetch(workspace, &arguments),
        "verify" => verify(workspace, &arguments),
        "generate" => {
            let leadsight = workspace.build()?;
            let out = arguments.out.unwrap_or(demo::GENERATED);
            generate(workspace, &leadsight, out, arguments.seed.unwrap_or("7"))?;
            Ok(Answer::Done)
        }
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
    shell::require(
        process::Command::new(leadsight)
            .current_dir(&workspace.root)
            .args(["synth", "--out", out, "--seed", seed]),
    )
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

fn load(workspace: &Workspace) -> Result<Manifest, XtaskError> {
    let path = workspace.root.join(MANIFEST);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| XtaskError::File { path: path.clone(), source })?;
    read_manifest(&text).map_err(|error| XtaskError::Unreadable {
        what: path.display().to_string(),
        reason: error.to_string(),
    })
}

fn read_manifest(text: &str) -> Result<Manifest, ron::error::SpannedError> {
    ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .from_str(text)
}

fn chosen<'a>(manifest: &'a Manifest, ids: &[&str]) -> Result<Vec<&'a Dataset>, XtaskError> {
    if ids.is_empty() {
        return Ok(manifest.sets.iter().collect());
    }
    ids.iter()
        .map(|id| {
            manifest.sets.iter().find(|set| set.id == *id).ok_or_else(|| {
                XtaskError::UnknownDataset {
                    found: (*id).into(),
                    known: manifest.sets.iter().map(|set| set.id.clone()).collect(),
                }
            })
        })
        .collect()
}

fn list(manifest: &Manifest) -> Result<Answer, XtaskError> {
    for Dataset { id, title, origin, licence, files } in &manifest.sets {
        println!("{id}\n  {title}\n  licence: {licence}\n  origin: {origin}");
        for DataFile { path, .. } in files {
            println!("  file: {path}");
        }
    }
    Ok(Answer::Done)
}

fn fetch(workspace: &Workspace, arguments: &Arguments<'_>) -> Result<Answer, XtaskError> {
    let manifest = load(workspace)?;
    let folder =
        workspace.data_dir(arguments.data_dir).unwrap_or_else(|| workspace.root.join(FETCHED));
    let mut pages = Vec::new();
    let mut answer = Answer::Done;
    for set in chosen(&manifest, &arguments.ids)? {
        for file in &set.files {
            let path = folder.join(&file.path);
            if path.is_file() && digest(&path)? == file.sha256 {
                println!("{}: already there", file.path);
                continue;
            }
            let Some(url) = &file.url else {
                let page = (set.id.clone(), set.origin.clone());
                if !pages.contains(&page) {
                    pages.push(page);
                }
                continue;
            };
            if !download(url, &path, &file.sha256)? {
                answer = Answer::No;
            }
        }
    }
    if pages.is_empty() { Ok(answer) } else { Err(XtaskError::FetchByHand { pages }) }
}

/// Downloads beside `path` and moves it there once its checksum is right.
fn download(url: &str, path: &Path, sha256: &str) -> Result<bool, XtaskError> {
    let in_place = |source| XtaskError::File { path: path.into(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(in_place)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    shell::require(
        process::Command::new("curl")
            .args(["--fail", "--location", "--silent", "--show-error", "--retry", "3", "--output"])
            .arg(&partial)
            .arg(url),
    )?;
    let found = digest(&partial)?;
    if found != sha256 {
        std::fs::remove_file(&partial).map_err(in_place)?;
        println!("{}: the origin's file has checksum {found}, expected {sha256}", path.display());
        return Ok(false);
    }
    std::fs::rename(&partial, path).map_err(in_place)?;
    println!("{}: fetched", path.display());
    Ok(true)
}

fn verify(workspace: &Workspace, arguments: &Arguments<'_>) -> Result<Answer, XtaskError> {
    let manifest = load(workspace)?;
    let folder =
        workspace.data_dir(arguments.data_dir).unwrap_or_else(|| workspace.root.join(FETCHED));
    eprintln!("in {}", folder.display());
    let mut answer = Answer::Done;
    for file in chosen(&manifest, &arguments.ids)?.iter().flat_map(|set| &set.files) {
        let path = folder.join(&file.path);
        let word = if !path.is_file() {
            "missing"
        } else if digest(&path)? == file.sha256 {
            "ok"
        } else {
            "DIFFERS"
        };
        println!("{}: {word}", file.path);
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
