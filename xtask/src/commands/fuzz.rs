//! `fuzz`: hostile bytes for everything that reads a file, by libFuzzer on the stable compiler.
//!
//! Only our own crates are instrumented (`fuzz/rustc`), so that no dependency is built again. What reaches new code is kept
//! under the target folder and is where the next call starts; `--keep` adds it, minimised, to the committed `fuzz/corpus`.

use super::Command;
use crate::error::XtaskError;
use crate::workspace::{SELECTION, Workspace};
use crate::{Answer, prerequisites, shell};
use std::path::Path;
use std::process;
use std::time::Instant;

pub(crate) const COMMAND: Command = Command {
    name: "fuzz",
    about: "Throws hostile bytes at everything that reads a file; exit 1 where one does harm",
    usage: "cargo xtask fuzz [TARGET] [--seconds N] [--keep]   (each target for N seconds, 60 unless given; \
            --keep adds what reached new code to fuzz/corpus)",
    example: "cargo xtask fuzz leads_csv --seconds 600",
    forwards: false,
    run,
};

const CORPUS: &str = "fuzz/corpus";

/// Longer inputs find no more, and slow the search.
const LONGEST: &str = "-max_len=65536";

/// An input that takes more is a finding: MiB, seconds.
const BOUNDS: [&str; 2] = ["-rss_limit_mb=2048", "-timeout=20"];

#[derive(Debug, PartialEq)]
struct Asked {
    target: Option<String>,
    seconds: u32,
    keep: bool,
}

impl Asked {
    fn parse(args: &[String]) -> Result<Self, XtaskError> {
        let mut asked = Self { target: None, seconds: 60, keep: false };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--keep" => asked.keep = true,
                "--seconds" => {
                    let number = args.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                    asked.seconds = number
                        .ok_or_else(|| COMMAND.missing("a number of seconds after --seconds"))?;
                }
                name if !name.starts_with('-') && asked.target.is_none() => {
                    asked.target = Some(name.to_owned());
                }
                other => return Err(COMMAND.unknown(other)),
            }
        }
        Ok(asked)
    }
}

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let mut asked = Asked::parse(args)?;
    let known = targets(&workspace.root.join(CORPUS))?;
    let chosen = match asked.target.take() {
        None => known,
        Some(found) if known.contains(&found) => vec![found],
        Some(found) => return Err(XtaskError::UnknownTarget { found, known }),
    };
    prerequisites::ensure()?;
    shell::require(
        workspace
            .cargo()
            .env("RUSTC_WORKSPACE_WRAPPER", workspace.root.join("fuzz/rustc"))
            .arg("build")
            .args(SELECTION)
            .args(["--bin", "leadsight-fuzz", "--features", "leadsight-fuzz/libfuzzer"]),
    )?;
    let build = workspace.metadata()?.target_directory;
    let program = build.join("release/leadsight-fuzz");

    let mut lines = Vec::new();
    let mut answer = Answer::Done;
    for target in &chosen {
        let started = Instant::now();
        let (runs, found) = fuzz(workspace, &program, &build.join("fuzz"), target, &asked)?;
        let seconds = started.elapsed().as_secs();
        let word = if found { "FOUND: see above" } else { "nothing found" };
        lines.push(format!("{target:<12} {runs:>12} inputs {seconds:>6} s  {word}"));
        if found {
            answer = Answer::No;
        }
    }
    lines.iter().for_each(shell::data);
    Ok(answer)
}

/// Each target has a folder of kept inputs.
fn targets(corpus: &Path) -> Result<Vec<String>, XtaskError> {
    let file = |source| XtaskError::File { path: corpus.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(corpus).map_err(file)? {
        names.push(entry.map_err(file)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Fuzzes one target; the inputs tried, and whether one of them did harm.
fn fuzz(
    workspace: &Workspace,
    program: &Path,
    folder: &Path,
    target: &str,
    asked: &Asked,
) -> Result<(u64, bool), XtaskError> {
    let kept = workspace.root.join(CORPUS).join(target);
    let (grown, findings) = (folder.join(target), folder.join("findings").join(target));
    for path in [&grown, &findings] {
        std::fs::create_dir_all(path)
            .map_err(|source| XtaskError::File { path: path.clone(), source })?;
    }
    let command = || {
        let mut command = process::Command::new(program);
        command.env("LEADSIGHT_FUZZ_TARGET", target).current_dir(&workspace.root);
        // One input at a time, and none of them worth a wait for the disk.
        command.env("RAYON_NUM_THREADS", "1").env("POLARS_MAX_THREADS", "1");
        if Path::new("/dev/shm").is_dir() {
            command.env("TMPDIR", "/dev/shm");
        }
        command.arg(LONGEST).args(BOUNDS);
        command
    };
    let mut runs = 0;
    let search = shell::watch(
        command()
            .arg(format!("-max_total_time={}", asked.seconds))
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/", findings.display()))
            .args([&grown, &kept]),
        shell::Stream::Stderr,
        |line| runs = executed(line).unwrap_or(runs),
    );
    // libFuzzer ends by a signal where the target aborts: that, too, is a finding.
    let found = !matches!(search, Ok(Answer::Done));
    if asked.keep && !found {
        shell::require(command().arg("-merge=1").args([&kept, &grown]))?;
    }
    Ok((runs, found))
}

/// The number in libFuzzer's `stat::number_of_executed_units: 12345`.
fn executed(line: &str) -> Option<u64> {
    line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Asked, executed};

    #[test]
    fn arguments_are_read() {
        let parse = |text: &str| {
            Asked::parse(&text.split_whitespace().map(String::from).collect::<Vec<_>>())
        };
        let asked = |target: Option<&str>, seconds, keep| Asked {
            target: target.map(String::from),
            seconds,
            keep,
        };
        assert_eq!(parse("").unwrap(), asked(None, 60, false));
        assert_eq!(parse("--seconds 5 bundle --keep").unwrap(), asked(Some("bundle"), 5, true));
        for wrong in ["--seconds", "--seconds 0", "--seconds x", "a b", "--fast"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_count_is_read_from_the_statistics() {
        assert_eq!(executed("stat::number_of_executed_units: 4599"), Some(4599));
        assert_eq!(executed("#4599 DONE cov: 1"), None);
    }
}
