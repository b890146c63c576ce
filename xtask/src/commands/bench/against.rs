//! Head against base: both built with the same profile into the same target folder, so that no dependency is built twice,
//! then their bench programs run in turn (base, head, head, base, ...), so that a machine that slows down slows both.
//!
//! Cargo tells packages apart by name, version and place *within* their workspace: two checkouts would write the same files
//! in the target folder, and the later one's would count as the earlier one's. So the base is given a version of its own.

use super::ratio::{Ratio, Verdict};
use super::{BENCHES, COMMAND};
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What criterion may spend on a bench in one round: many short rounds in turn tell more than a few long ones.
const ROUND: [&str; 6] =
    ["--warm-up-time", "0.3", "--measurement-time", "1", "--sample-size", "10"];

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    rev: String,
    filter: Option<String>,
    threshold: f64,
    /// Odd, so that there is a middle one.
    rounds: usize,
}

impl Asked {
    pub fn parse(args: &[String]) -> Result<Self, XtaskError> {
        let mut asked = Self { rev: String::new(), filter: None, threshold: 1.10, rounds: 7 };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = |what| args.next().ok_or_else(|| COMMAND.missing(what));
            match arg.as_str() {
                "--against" => asked.rev = value("a revision after --against")?.clone(),
                "--threshold" => {
                    let what = "a ratio of 1 or more after --threshold, such as 1.10";
                    let ratio =
                        value(what)?.parse().ok().filter(|r: &f64| *r >= 1.0 && r.is_finite());
                    asked.threshold = ratio.ok_or_else(|| COMMAND.missing(what))?;
                }
                "--rounds" => {
                    let what = "an odd number of rounds, 5 or more, after --rounds";
                    let rounds = value(what)?.parse().ok().filter(|n| *n >= 5 && n % 2 == 1);
                    asked.rounds = rounds.ok_or_else(|| COMMAND.missing(what))?;
                }
                word if !word.starts_with('-') && asked.filter.is_none() => {
                    asked.filter = Some(word.to_owned());
                }
                other => return Err(COMMAND.unknown(other)),
            }
        }
        Ok(asked)
    }
}

/// Nanoseconds an iteration, by bench.
type Times = BTreeMap<String, f64>;

pub(super) fn run(workspace: &Workspace, asked: &Asked) -> Result<Answer, XtaskError> {
    let target = workspace.metadata()?.target_directory;
    let head = programs(workspace, &workspace.root, &target)?;
    let tree = Worktree::add(workspace, &target.join("bench/base"), &asked.rev)?;
    tree.set_apart()?;
    let base = programs(workspace, &tree.folder, &target)?;

    let mut rounds = [Vec::new(), Vec::new()];
    for round in 0..asked.rounds {
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        let mut times = [Times::new(), Times::new()];
        // Bench by bench, so that little time lies between the two.
        let names: BTreeSet<&String> = base.keys().chain(head.keys()).collect();
        for name in names {
            for side in order {
                if let Some(program) = [&base, &head][side].get(name) {
                    eprintln!(
                        "== round {} of {}: {name}, {}",
                        round + 1,
                        asked.rounds,
                        ["base", "head"][side]
                    );
                    let home = target.join("bench/criterion");
                    times[side].extend(measure(program, &home, asked.filter.as_deref())?);
                }
            }
        }
        let [base, head] = times;
        rounds[0].push(base);
        rounds[1].push(head);
    }
    let [base, head] = rounds;
    let (lines, answer) = judge(&base, &head, asked.threshold);
    lines.iter().for_each(shell::data);
    Ok(answer)
}

/// A checkout of a revision beside this one, removed when dropped; one that a killed call left behind is replaced.
struct Worktree<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
}

impl<'a> Worktree<'a> {
    fn add(workspace: &'a Workspace, folder: &Path, rev: &str) -> Result<Self, XtaskError> {
        let tree = Self { workspace, folder: folder.to_owned() };
        let commit = shell::output(
            tree.git()
                .args(["rev-parse", "--verify", "--end-of-options"])
                .arg(format!("{rev}^{{commit}}")),
        )?;
        tree.remove();
        shell::require(
            tree.git()
                .args(["worktree", "add", "--detach", "--force"])
                .arg(folder)
                .arg(commit.trim()),
        )?;
        Ok(tree)
    }

    fn git(&self) -> Command {
        let mut git = Command::new("git");
        git.current_dir(&self.workspace.root);
        git
    }

    /// Gives the packages another version, which every requirement on them still accepts.
    fn set_apart(&self) -> Result<(), XtaskError> {
        let path = self.folder.join("Cargo.toml");
        let file = |source| XtaskError::File { path: path.clone(), source };
        let manifest = std::fs::read_to_string(&path).map_err(file)?;
        let apart = set_apart(&manifest).ok_or_else(|| XtaskError::Unreadable {
            what: format!("{} of the base", path.display()),
            reason: "no version under [workspace.package]".into(),
        })?;
        std::fs::write(&path, apart).map_err(file)
    }

    /// Whether there was one matters to nobody.
    fn remove(&self) {
        shell::succeeds(self.git().args(["worktree", "remove", "--force"]).arg(&self.folder));
    }
}

impl Drop for Worktree<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

/// The manifest with `+base` behind the workspace's version.
fn set_apart(manifest: &str) -> Option<String> {
    let section = manifest.find("[workspace.package]")?;
    let version = section + manifest[section..].find("\nversion = \"")? + "\nversion = \"".len();
    let end = version + manifest[version..].find('"')?;
    Some(format!("{}+base{}", &manifest[..end], &manifest[end..]))
}

/// Builds the benches of a tree; their programs by name.
fn programs(
    workspace: &Workspace,
    root: &Path,
    target: &Path,
) -> Result<BTreeMap<String, PathBuf>, XtaskError> {
    let told = shell::output(
        workspace.cargo().current_dir(root).env("CARGO_TARGET_DIR", target).args(BENCHES).args([
            "--no-run",
            "--message-format",
            "json-render-diagnostics",
        ]),
    )?;
    Ok(told.lines().filter_map(program).collect())
}

/// The bench's name and program in a line of cargo's messages.
fn program(line: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(line).ok()?;
    let target = &message["target"];
    let is_bench = target["kind"].as_array()?.iter().any(|kind| kind == "bench");
    let program = message["executable"].as_str().filter(|_| is_bench)?;
    Some((target["name"].as_str()?.to_owned(), program.into()))
}

/// Runs a bench program once; what criterion wrote of each of its benches.
fn measure(program: &Path, home: &Path, filter: Option<&str>) -> Result<Times, XtaskError> {
    // What an earlier round left would be taken for this one's.
    if home.exists() {
        std::fs::remove_dir_all(home)
            .map_err(|source| XtaskError::File { path: home.to_owned(), source })?;
    }
    let mut command = Command::new(program);
    command.arg("--bench").args(ROUND).args(filter).env("CRITERION_HOME", home);
    command.stdout(std::process::Stdio::null());
    shell::require(&mut command)?;
    let mut times = Times::new();
    if home.exists() {
        collect(home, &mut times)?;
    }
    Ok(times)
}

/// `benchmark.json` names a bench, `estimates.json` beside it has its median.
fn collect(folder: &Path, times: &mut Times) -> Result<(), XtaskError> {
    #[derive(Deserialize)]
    struct Bench {
        full_id: String,
    }
    #[derive(Deserialize)]
    struct Estimates {
        median: Estimate,
    }
    #[derive(Deserialize)]
    struct Estimate {
        point_estimate: f64,
    }
    let file = |source| XtaskError::File { path: folder.to_owned(), source };
    if folder.file_name() == Some(OsStr::new("new")) {
        let bench: Bench = json(&folder.join("benchmark.json"))?;
        let estimates: Estimates = json(&folder.join("estimates.json"))?;
        times.insert(bench.full_id, estimates.median.point_estimate);
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        if path.is_dir() {
            collect(&path, times)?;
        }
    }
    Ok(())
}

fn json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, XtaskError> {
    let bytes =
        std::fs::read(path).map_err(|source| XtaskError::File { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|error| XtaskError::Unreadable {
        what: path.display().to_string(),
        reason: error.to_string(),
    })
}

/// The table, and no where a bench is slower. A bench of one side only is listed.
fn judge(base: &[Times], head: &[Times], threshold: f64) -> (Vec<String>, Answer) {
    let ids = |rounds: &[Times]| -> BTreeSet<String> {
        rounds.iter().flat_map(|times| times.keys().cloned()).collect()
    };
    let (of_base, of_head) = (ids(base), ids(head));
    let mut lines = vec![format!(
        "{:<40} {:>10} {:>10}  {:>5}  95 % interval",
        "bench", "base", "head", "ratio"
    )];
    let mut answer = Answer::Done;
    for id in of_base.union(&of_head) {
        let pairs: Vec<(f64, f64)> = base
            .iter()
            .zip(head)
            .filter_map(|(base, head)| Some((*base.get(id)?, *head.get(id)?)))
            .collect();
        if pairs.is_empty() {
            let side = if of_head.contains(id) { "head" } else { "base" };
            lines.push(format!("{id:<40} in {side} only"));
            continue;
        }
        let ratio = Ratio::of(pairs.iter().map(|(base, head)| head / base).collect());
        let word = match ratio.verdict(threshold) {
            Verdict::Slower => {
                answer = Answer::No;
                "  SLOWER"
            }
            Verdict::Faster => "  faster",
            Verdict::Same => "",
        };
        let middle = |mut times: Vec<f64>| {
            times.sort_unstable_by(f64::total_cmp);
            time(times[times.len() / 2])
        };
        lines.push(format!(
            "{id:<40} {:>10} {:>10}  {:>5.3}  {:.3} to {:.3}{word}",
            middle(pairs.iter().map(|pair| pair.0).collect()),
            middle(pairs.iter().map(|pair| pair.1).collect()),
            ratio.median,
            ratio.low,
            ratio.high,
        ));
    }
    if of_base.is_empty() && of_head.is_empty() {
        lines.push("no bench has this name".to_owned());
    }
    (lines, answer)
}

/// Nanoseconds in a unit that a person reads.
fn time(nanoseconds: f64) -> String {
    let (scale, unit) = match nanoseconds {
        n if n < 1e3 => (1.0, "ns"),
        n if n < 1e6 => (1e3, "us"),
        n if n < 1e9 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    format!("{:.1} {unit}", nanoseconds / scale)
}

#[cfg(test)]
mod tests {
    use super::{Asked, Times, judge, program, set_apart};
    use crate::Answer;

    #[test]
    fn arguments_are_read() {
        let parse = |text: &str| {
            Asked::parse(&text.split_whitespace().map(String::from).collect::<Vec<_>>())
        };
        let asked = parse("score --against HEAD~3 --rounds 9 --threshold 1.2").unwrap();
        let expect =
            Asked { rev: "HEAD~3".into(), filter: Some("score".into()), threshold: 1.2, rounds: 9 };
        assert_eq!(asked, expect);
        for wrong in [
            "--against",
            "--against a --rounds 4",
            "--against a --rounds 6",
            "--against a --threshold 0.5",
            "--against a b c",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    fn rounds(id: &str, times: [f64; 5]) -> Vec<Times> {
        times.map(|time| Times::from([(id.to_owned(), time)])).to_vec()
    }

    #[test]
    fn a_slower_bench_fails_and_one_of_one_side_is_listed() {
        let base = rounds("walk", [100.0, 110.0, 90.0, 105.0, 95.0]);
        let slower = rounds("walk", [130.0, 143.0, 117.0, 136.5, 123.5]);
        let (lines, answer) = judge(&base, &slower, 1.1);
        assert_eq!(answer, Answer::No);
        assert!(lines[1].contains("1.300") && lines[1].ends_with("SLOWER"), "{lines:?}");
        assert_eq!(judge(&base, &slower, 1.4).1, Answer::Done);
        let (lines, answer) = judge(&slower, &base, 1.1);
        assert!(lines[1].ends_with("faster") && answer == Answer::Done, "{lines:?}");
        assert_eq!(judge(&base, &base, 1.1).1, Answer::Done);

        let (lines, answer) = judge(&base, &rounds("jump", [9e9; 5]), 1.1);
        assert_eq!(answer, Answer::Done);
        assert!(lines[1].starts_with("jump") && lines[1].ends_with("in head only"), "{lines:?}");
        assert!(lines[2].ends_with("in base only"), "{lines:?}");
        assert!(judge(&[], &[], 1.1).0[1].contains("no bench"));
    }

    #[test]
    fn the_base_is_another_version() {
        let manifest =
            "[workspace]\n[workspace.package]\nedition = \"2024\"\nversion = \"0.1.0\"\n";
        let apart = set_apart(manifest).unwrap();
        assert!(apart.ends_with("edition = \"2024\"\nversion = \"0.1.0+base\"\n"), "{apart}");
        assert_eq!(set_apart("[workspace]\n"), None);
    }

    #[test]
    fn programs_are_found_among_cargos_messages() {
        let line = |kind: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"name":"score"}},"executable":"x/score-1"}}"#
            )
        };
        assert_eq!(program(&line("bench")), Some(("score".into(), "x/score-1".into())));
        assert_eq!(program(&line("bin")), None);
        assert_eq!(program(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(program("no json"), None);
    }
}
