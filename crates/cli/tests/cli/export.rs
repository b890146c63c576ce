//! Scored leads into a CRM, and messages over a connection to this machine.

use crate::shell::Shell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const AT: &str = "--at 2026-07-06T07:30:00Z";

/// Leads that a policy scored, with the file that was scored.
fn scored() -> Shell {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 400 --quiet");
    shell.write("crm.ron", include_str!("../../../../examples/policies/crm.ron"));
    shell.expect(
        0,
        "score --policy crm.ron --leads crm/leads.csv --out scored.csv --now 2026-07-06T07:00:00Z --quiet",
    );
    shell
}

#[test]
fn scored_leads_become_files() {
    let shell = scored();
    shell.write("export.ron", include_str!("../../../../examples/delivery/export.ron"));
    let export =
        format!("export --leads scored.csv --with crm/leads.csv --config export.ron {AT} --quiet");
    let page = shell.expect(0, &format!("{export} --to hubspot --out out"));
    assert!(page.contains("hubspot.csv") && page.contains("audience-warm.csv"), "{page}");
    let leads = shell.rows("scored.csv").len();
    let json = shell.expect(0, &format!("{export} --to salesforce --out out2 --format json"));
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    let count = |key: &str| usize::try_from(told[key].as_u64().unwrap()).unwrap();
    assert_eq!(count("written") + count("left_out"), leads);
    let issues = shell.rows("out2/issues.csv");
    let left_out = issues.iter().filter(|row| row["severity"] == "error").count();
    assert_eq!(left_out, count("left_out"));
    let rows = shell.rows("out2/salesforce.csv");
    assert_eq!(rows.len(), count("written"));
    assert!(
        rows.iter().all(|row| row["Email"].contains('@') && !row["Leadsight_Score__c"].is_empty())
    );
    // The same leads as Parquet, which reads back.
    let profile = shell.expect(0, "profile out2/leads.parquet --format csv --quiet");
    assert!(profile.contains("lead_score"), "{profile}");
    // Messages wait until somebody says that they are to be sent.
    let hot = shell.rows("scored.csv").iter().filter(|row| row["tier"] == "Hot").count();
    assert!(hot > 0 && shell.text("out/unsent.jsonl").lines().count() <= 2 * hot);

    // A second export to the same folder takes the place of the first.
    shell.write("parts.ron", "Export(version: 1, rows_per_file: 100)");
    let parts = export.replace("export.ron", "parts.ron");
    let error = shell.expect(2, &format!("{parts} --to hubspot --out out"));
    assert!(error.is_empty());
    shell.write(
        "parts.ron",
        include_str!("../../../../examples/delivery/export.ron")
            .replace("version: 1,", "version: 1, rows_per_file: 100,"),
    );
    shell.expect(0, &format!("{parts} --to hubspot --out out"));
    assert!(shell.path("out/hubspot-2.csv").exists() && !shell.path("out/hubspot.csv").exists());
}

#[test]
fn what_no_export_made_is_not_overwritten() {
    let shell = scored();
    let export =
        format!("export --leads scored.csv --with crm/leads.csv --to hubspot {AT} --quiet");
    // A file of one's own, and the folder of something else that has a manifest.
    std::fs::create_dir_all(shell.path("own")).unwrap();
    std::fs::create_dir_all(shell.path("bundle")).unwrap();
    let manifest = r#"{"format": 1, "files": [{"name": "model.json"}]}"#;
    let files = [
        ("own/hubspot.csv", "mine"),
        ("bundle/manifest.json", manifest),
        ("bundle/model.json", "{}"),
    ];
    files.iter().for_each(|(name, text)| shell.write(name, text));
    for folder in ["own", "bundle"] {
        let output = shell.run(&format!("{export} --out {folder}"));
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("is there, and no export made it"), "{told}");
    }
    for (name, text) in files {
        assert_eq!(shell.text(name), text);
    }
    assert_eq!(std::fs::read_dir(shell.path("own")).unwrap().count(), 1);
}

#[test]
fn messages_are_sent_and_what_is_not_is_kept() {
    let shell = scored();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Refuses the first message and takes all others.
    let server = thread::spawn(move || {
        let mut bodies: Vec<String> = Vec::new();
        loop {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                let lower = line.to_lowercase();
                if let Some(text) = lower.strip_prefix("content-length: ") {
                    length = text.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let status = if bodies.is_empty() { "400 Bad" } else { "200 OK" };
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            (&stream).write_all(answer.as_bytes()).unwrap();
            if body == b"stop" {
                return bodies;
            }
            bodies.push(String::from_utf8(body).unwrap());
        }
    });
    shell.write(
        "export.ron",
        format!(
            "Export(version: 1, webhooks: [(id: \"hot\", url: \"http://{address}/\", when: Is(\"tier\", \"Hot\"), form: Json)])"
        ),
    );
    let export = format!(
        "export --leads scored.csv --with crm/leads.csv --to zoho --config export.ron {AT} --out out --quiet"
    );
    shell.expect(1, &format!("{export} --send"));
    let unsent = shell.text("out/unsent.jsonl");
    assert_eq!(unsent.lines().count(), 1, "{unsent}");
    assert!(unsent.contains("answered with 400") && !unsent.contains("127.0.0.1"), "{unsent}");
    let page = shell.expect(0, "export --again out/unsent.jsonl --config export.ron --quiet");
    assert!(page.contains("1 of 1 messages sent"), "{page}");
    assert!(!shell.path("out/unsent.jsonl").exists());

    let mut stop = TcpStream::connect(address).unwrap();
    stop.write_all(b"POST / HTTP/1.1\r\ncontent-length: 4\r\n\r\nstop").unwrap();
    let bodies = server.join().unwrap();
    let hot = shell.rows("scored.csv").iter().filter(|row| row["tier"] == "Hot").count();
    assert!(bodies.len() > 1 && bodies.len() <= hot + 1, "{} of {hot}", bodies.len());
    assert!(bodies.iter().all(|body| body.starts_with("{\"lead\":{")), "{bodies:?}");
    assert_eq!(bodies[0], bodies[bodies.len() - 1]);
}

#[test]
fn what_is_wrong_is_told() {
    let shell = scored();
    shell.write("key.ron", "Export(version: 1, owner: {})");
    shell.write("name.ron", "Export(version: 1, tasks: (when: Is(\"teir\", \"Hot\")))");
    shell.write("draft.ron", "Export(version: 1, draft: (template: \"{{ firstname }}\"))");
    shell.write("hook.ron", "Export(version: 1, webhooks: [(id: \"a\", url_env: \"NO_SUCH_VARIABLE\", when: Known(\"tier\"), form: Chat)])");
    shell.write("unsent.jsonl", "{\"webhook\": 1}\n");
    let leads = "export --leads scored.csv --with crm/leads.csv --to hubspot --out out";
    for (command, expect) in [
        ("export --leads scored.csv --to hubspit --out out".to_owned(), "did you mean `hubspot`?"),
        (
            "export --leads scored.csv --to hubspot --out out".to_owned(),
            "there is no column `email`",
        ),
        ("export --leads scored.csv --to hubspot --out scored.csv".to_owned(), "is a file"),
        (format!("{leads} --id lead"), "has no column `lead`"),
        (format!("{leads} --config key.ron"), "did you mean `owners`?"),
        (format!("{leads} --config name.ron"), "did you mean `tier`?"),
        (format!("{leads} --config draft.ron"), "did you mean `first_name`?"),
        (format!("{leads} --config hook.ron --send"), "NO_SUCH_VARIABLE, which is not set"),
        ("export --again unsent.jsonl --config key.ron".to_owned(), "line 1, column"),
        ("export --again unsent.jsonl --config name.ron".to_owned(), "line 1 is no unsent message"),
        ("export --again unsent.jsonl".to_owned(), "--config"),
        ("export --leads scored.csv --to hubspot".to_owned(), "--out"),
    ] {
        let output = shell.run(&command);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}\n{told}");
        assert!(told.contains(expect), "{command}\n{told}");
    }
    assert!(!shell.path("out/manifest.json").exists());
}
