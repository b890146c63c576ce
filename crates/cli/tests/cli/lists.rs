//! A list that is not of leads: a declared table, its run, and the words that people read.

use crate::shell::Shell;

fn example(shell: &Shell, field: &str) {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/lists").join(field);
    for file in ["table.ron", "experiment.ron", "policy.ron"] {
        shell.write(file, std::fs::read(folder.join(file)).unwrap());
    }
}

#[test]
fn tickets_are_ranked_and_called_tickets() {
    let shell = Shell::new();
    example(&shell, "support_triage");
    let told =
        shell.expect(0, "synth --table table.ron --rows 2500 --out history --quiet --format csv");
    assert!(told.contains("\nrows,2500\n"), "{told}");
    // The policy stands beside the experiment, not beside the data.
    let page =
        shell.expect(0, "run experiment.ron --data-dir history --set report.bootstrap=20 --quiet");
    assert!(page.contains("% of tickets hold") && page.contains("To score new tickets:"), "{page}");
    assert!(!page.contains(" leads ") && !page.contains("conver"), "{page}");
    let report = shell.text("runs/support_triage/report.html");
    assert!(report.contains("Tickets with their reasons") && !report.contains(" leads "));
    let leak = shell
        .json("runs/support_triage/leakage.json")
        .as_array()
        .unwrap()
        .iter()
        .any(|f| f["column"] == "resolution_code" && f["verdict"] == "leak");
    assert!(leak);

    shell.expect(0, "synth --table table.ron --rows 200 --seed 8 --out today --quiet");
    shell.expect(0, "score --bundle runs/support_triage/bundle --leads today/tickets.csv --out scored.csv --quiet");
    let scored = shell.rows("scored.csv");
    assert_eq!(scored.len(), 200);
    let actions = ["hand to the engineer on duty", "queue of the senior agents", "the usual queue"];
    for row in &scored {
        assert!(
            row["lead_id"].starts_with("T-") && actions.contains(&row["next_action"].as_str()),
            "{row:?}"
        );
    }
    // Higher scores are truer.
    let truth = shell.rows("today/truth.csv");
    let chance = |id: &str| {
        truth.iter().find(|t| t["ticket_id"] == id).unwrap()["true_probability"]
            .parse::<f64>()
            .unwrap()
    };
    let mut by_score: Vec<(f64, f64)> = scored
        .iter()
        .map(|row| (row["probability"].parse().unwrap(), chance(&row["lead_id"])))
        .collect();
    by_score.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mean = |rows: &[(f64, f64)]| rows.iter().map(|(_, p)| p).sum::<f64>() / rows.len() as f64;
    assert!(
        mean(&by_score[..50]) > 1.5 * mean(&by_score),
        "{}",
        mean(&by_score[..50]) / mean(&by_score)
    );
}

#[test]
fn a_table_that_makes_no_sense_is_refused_and_nothing_is_overwritten() {
    let shell = Shell::new();
    example(&shell, "support_triage");
    let table = shell.text("table.ron");
    for (ours, bad, expect) in [
        ("rate: 0.09", "rate: 1", "outcome.rate is 1; expected a share above 0 and below 1"),
        (
            "\"e-mail\": 5, \"chat\": 3, \"phone\": 2",
            "\"e-mail\": 0",
            "the weights of `channel` are e-mail: 0",
        ),
        (
            "by: (column: \"plan\"",
            "by: (column: \"hours_to_first_reply\"",
            "depends on `hours_to_first_reply`",
        ),
        ("Is(\"product\", \"API\")", "Is(\"produkt\", \"API\")", "did you mean `product`?"),
        ("Is(\"product\", \"API\")", "Is(\"product\", \"APY\")", "did you mean `API`?"),
        ("effects:", "efects:", "did you mean `effects`?"),
    ] {
        assert!(table.contains(ours), "{ours}");
        shell.write("bad.ron", table.replacen(ours, bad, 1));
        let found = shell.run("synth --table bad.ron --out bad");
        let told = String::from_utf8_lossy(&found.stderr);
        assert!(found.status.code() == Some(2) && told.contains(expect), "{bad}: {told}");
    }
    assert!(!shell.path("bad").exists());
    shell.write("mine/tickets.csv", "ticket_id\n1\n");
    let found = shell.run("synth --table table.ron --out mine");
    assert!(String::from_utf8_lossy(&found.stderr).contains("exists and was not generated"));
    assert_eq!(shell.text("mine/tickets.csv"), "ticket_id\n1\n");
}
