//! Nothing of the user's is lost: outputs spare inputs, runs spare what is foreign, pipes are read once, signals end what waits.

use crate::crm;
use crate::leads::{csv, experiment, good};
use crate::shell::Shell;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::process::Command;
use std::time::Duration;

const POLICY: &str = include_str!("../../../../examples/policies/crm.ron");
const ROUTING: &str = include_str!("../../../../examples/routing/demo.ron");
const SCORE: &str = "score --policy p.ron --now 2026-07-06T07:00:00Z --quiet";

/// A CRM in `crm/`, and a policy that scores it.
fn scores() -> Shell {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 100 --quiet");
    shell.write("p.ron", POLICY);
    shell
}

/// A pipe, which the test may read or write.
fn pipe(shell: &Shell, name: &str) -> std::path::PathBuf {
    let path = shell.path(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

#[test]
fn no_output_takes_the_place_of_an_input() {
    let shell = scores();
    shell.write("r.ron", ROUTING);
    shell.expect(0, &format!("{SCORE} --leads crm/leads.csv --out s.csv"));
    let add = "feedback add --store store.jsonl --lead L1 --outcome won --who anna";
    shell.expect(0, add);
    std::fs::hard_link(shell.path("crm/leads.csv"), shell.path("hard.csv")).unwrap();
    symlink("crm/events.csv", shell.path("soft.csv")).unwrap();
    shell.write("table.ron", include_str!("../../../../examples/lists/support_triage/table.ron"));
    shell.expect(0, "synth --table table.ron --rows 50 --out list --quiet");
    std::fs::rename(shell.path("table.ron"), shell.path("list/tickets.csv")).unwrap();
    shell.expect(0, "export --leads s.csv --with crm/leads.csv --to hubspot --out to --quiet");
    let before = shell.bytes_below(".");
    let leads = format!("{SCORE} --leads crm/leads.csv");
    let route = "route --leads s.csv --routing r.ron --with crm/leads.csv";
    let apply = "feedback apply --store store.jsonl --scores s.csv";
    let funnel = "profile crm/leads.csv --funnel";
    for (arguments, expected) in [
        (format!("{leads} --out p.ron"), "--out: `p.ron` is read as --policy"),
        (format!("{leads} --out ./crm/../crm/leads.csv"), "leads.csv` is read as --leads"),
        (format!("{leads} --out hard.csv"), "`hard.csv` is read as --leads"),
        (format!("{leads} --previous s.csv --out s.csv"), "`s.csv` is read as --previous"),
        (
            format!("{leads} --events crm/events.csv --out soft.csv"),
            "`soft.csv` is read as --events",
        ),
        (format!("{route} --out crm/leads.csv"), "`crm/leads.csv` is read as --with"),
        (format!("{route} --out r.ron"), "`r.ron` is read as --routing"),
        ("format crm/leads.csv --out hard.csv".to_owned(), "`hard.csv` is read as CONTACTS"),
        ("dedupe crm/leads.csv --out hard.csv".to_owned(), "`hard.csv` is read as CONTACTS"),
        ("profile crm/leads.csv --html hard.csv".to_owned(), "--html: `hard.csv` is read as LEADS"),
        (
            format!("{funnel} --history crm/history.csv --audience crm/history.csv"),
            "--audience: `crm/history.csv` is read as --history",
        ),
        (
            format!("{funnel} --campaigns crm/campaigns.csv --audience crm/campaigns.csv"),
            "--audience: `crm/campaigns.csv` is read as --campaigns",
        ),
        (format!("{apply} --out store.jsonl"), "`store.jsonl` is read as --store"),
        (format!("{apply} --out s.csv"), "`s.csv` is read as --scores"),
        (
            "feedback export --store store.jsonl --as labels --out store.jsonl".to_owned(),
            "`store.jsonl` is read as --store",
        ),
        ("synth --table list/tickets.csv --out list".to_owned(), "is read as --table"),
        ("export --leads to/leads.parquet --to hubspot --out to".to_owned(), "is read as --leads"),
        (format!("{leads} --out scored.xlsx"), "a name such as `scored.csv`"),
    ] {
        let output = shell.run(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}\n{said}");
        assert!(said.contains(expected), "{arguments}\n{said}");
    }
    assert!(shell.bytes_below(".") == before, "an input was changed");
}

#[test]
fn links_pipes_and_permissions_stay() {
    let shell = scores();
    let score = format!("{SCORE} --leads crm/leads.csv --out");
    shell.expect(0, &format!("{score} plain.csv"));
    let scored = shell.read("plain.csv");
    shell.write("private.csv", "old");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(shell.path("private.csv"), private).unwrap();
    symlink("private.csv", shell.path("link.csv")).unwrap();
    shell.expect(0, &format!("{score} link.csv"));
    assert!(shell.path("link.csv").is_symlink());
    assert_eq!(shell.read("private.csv"), scored);
    let mode = std::fs::metadata(shell.path("private.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let out = pipe(&shell, "out");
    let reader = std::thread::spawn(move || std::fs::read(out).unwrap());
    shell.expect(0, &format!("{score} out"));
    assert!(std::fs::metadata(shell.path("out")).unwrap().file_type().is_fifo());
    assert_eq!(reader.join().unwrap(), scored);

    let leads = shell.read("crm/leads.csv");
    let into = pipe(&shell, "in");
    let writer = std::thread::spawn(move || std::fs::write(into, leads).unwrap());
    shell.expect(0, &format!("{SCORE} --leads in --out piped.csv"));
    writer.join().unwrap();
    assert_eq!(shell.read("piped.csv"), scored);
}

#[test]
fn stdin_is_read_once() {
    let shell = scores();
    shell.write("r.ron", ROUTING);
    let twice =
        shell.piped("route --leads - --with - --routing r.ron", &shell.read("crm/leads.csv"));
    let said = String::from_utf8(twice.stderr).unwrap();
    assert_eq!(twice.status.code(), Some(2), "{said}");
    assert!(said.contains("--with: stdin is read as --leads already"), "{said}");
    let empty = shell.piped("route --leads - --routing r.ron", b"");
    let said = String::from_utf8(empty.stderr).unwrap();
    assert!(said.contains("stdin") && !said.contains(".tmp"), "{said}");
}

#[test]
fn what_waits_for_a_pipe_is_ended_by_a_second_signal() {
    let shell = scores();
    pipe(&shell, "in");
    for (signal, expected) in [("TERM", 143), ("INT", 130)] {
        let arguments: Vec<&str> = SCORE.split(' ').chain(["--leads", "in"]).collect();
        let child = shell.command(&arguments).spawn().unwrap();
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(500));
            let id = child.id().to_string();
            assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        }
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(expected), "{signal}");
    }
}

#[test]
fn a_run_spares_its_input_and_what_is_foreign() {
    let shell = Shell::new();
    experiment(&shell, "good", csv(&good(), ","));
    shell.expect(0, "run good.ron --quiet");
    shell.write("runs/good/my_notes.txt", "mine");
    shell.write("runs/good/data.csv", csv(&good(), ","));
    let before = shell.bytes_below(".");
    let refused = shell.run("run good.ron --set data.leads=runs/good/data.csv");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("`runs/good/data.csv` lies in `runs/good`"), "{said}");
    assert!(shell.bytes_below(".") == before);
    shell.expect(0, "run good.ron --quiet");
    assert_eq!(shell.text("runs/good/my_notes.txt"), "mine");

    shell.write("runs/good/bundle/notes.txt", "mine");
    let refused = shell.run("run good.ron");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        refused.status.code() == Some(2) && said.contains("notes.txt; move them away"),
        "{said}"
    );
}

#[test]
fn long_values_are_refused_early_and_shown_short() {
    let shell = Shell::new();
    experiment(&shell, "good", csv(&good(), ","));
    for set in ["name", "seed", "data.leads.x"] {
        let given = format!("{set}={}", "x".repeat(20_000));
        let refused = shell.command(&["run", "good.ron", "--set", &given]).output().unwrap();
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.len() < 1000, "{set}: {} bytes", said.len());
    }
    assert!(!shell.path("runs").exists());
}

#[test]
fn a_gate_checks_its_options_always_and_refuses_another_task() {
    let shell = crm::small();
    experiment(&shell, "good", csv(&good(), ","));
    shell.expect(0, "run small.ron --quiet");
    shell.expect(0, "run good.ron --quiet");
    let said = |status, arguments: &str| {
        let output = shell.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments}\n{said}");
        said
    };
    let alone = "gate runs/small/metrics.json --baseline runs/small/metrics.json";
    assert!(said(2, &format!("{alone} --level 2")).contains("the confidence level is 2"));
    assert!(said(2, &format!("{alone} --level NaN")).contains("the confidence level is NaN"));
    assert!(said(2, &format!("{alone} --bootstrap 0")).contains("bootstrap replicates is 0"));
    let other = said(2, "gate runs/good --baseline runs/small");
    assert!(
        other.contains("`runs/small` is no baseline for `runs/good`: there converted"),
        "{other}"
    );
    // The figures alone can be compared, and it is told that nobody knows whether they should.
    let figures = "gate runs/small --baseline runs/good/metrics.json --tolerance 1 --format json";
    assert!(said(0, figures).contains("does not tell what was predicted"));
}
