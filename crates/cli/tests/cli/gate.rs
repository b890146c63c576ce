//! The gate on real runs: the same passes, one that learned from shuffled outcomes falls, damaged files are named.

use crate::crm;
use crate::shell::Shell;

/// Two runs on the same leads: `true` and, with the outcomes of all but the test leads moved by a row, `shuffled`.
fn two_runs() -> Shell {
    let shell = crm::small();
    let leads = shell.read("crm/leads.csv");
    let mut reader = csv::Reader::from_reader(leads.as_slice());
    let mut header: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let label = header.iter().position(|name| name == "converted").unwrap();
    header.push("part".to_owned());
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(String::from).collect()).collect();
    let part = |i: usize| ["train", "train", "train", "valid", "test"][i % 5];
    for (name, shuffled) in [("true", false), ("shuffled", true)] {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(&header).unwrap();
        for (i, row) in rows.iter().enumerate() {
            let mut row = row.clone();
            if shuffled && part(i) != "test" {
                row[label] = rows[(i + 7) % rows.len()][label].clone();
            }
            row.push(part(i).to_owned());
            out.write_record(&row).unwrap();
        }
        shell.write(&format!("crm/{name}.csv"), out.into_inner().unwrap());
        let config = shell.text("small.ron").replace("crm/leads.csv", &format!("crm/{name}.csv"));
        let config = config.replace("tuning:", "split: Column(\"part\"), tuning:");
        shell.write(&format!("{name}.ron"), config);
        shell.expect(0, &format!("run {name}.ron --out runs --quiet"));
    }
    shell
}

#[test]
fn a_run_is_held_against_its_baseline() {
    let shell = two_runs();
    let same = shell.expect(0, "gate runs/true --baseline runs/true --quiet");
    assert!(same.contains("in pairs, on the same 300 test leads\npassed"), "{same}");
    let worse = shell.expect(1, "gate runs/shuffled --baseline runs/true --quiet");
    // What learns nothing is no better than the base rate, which with seven conversions the log-loss need not show.
    assert!(worse.contains("failed: roc_auc, pr_auc"), "{worse}");
    shell.expect(0, "gate runs/true --baseline runs/shuffled --quiet");

    shell.expect(0, "gate runs/true/metrics.json --baseline runs/shuffled/metrics.json --quiet");
    let page = shell
        .expect(1, "gate runs/shuffled/metrics.json --baseline runs/true/metrics.json --quiet");
    assert!(
        page.contains("not in pairs: `runs/shuffled/metrics.json` is a metrics file"),
        "{page}"
    );

    let pairs = "gate runs/shuffled --baseline runs/true --quiet --metric roc_auc,ks";
    shell.expect(0, &format!("{pairs} --tolerance 0.9"));
    let json = shell.expect(1, &format!("{pairs} --format json"));
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["passed"], &report["form"]["name"]), (&false.into(), &"paired".into()));
    assert_eq!(report["metrics"][0]["verdict"], "fell");
    let csv = shell.expect(1, &format!("{pairs} --format csv"));
    assert!(csv.starts_with("metric,run,baseline,difference,low,high,verdict\nroc_auc,"), "{csv}");
}

#[test]
fn what_cannot_be_gated_is_named() {
    let shell = crm::small();
    shell.expect(0, "run small.ron --out runs --quiet");
    for (name, file) in [("cut", "metrics.json"), ("cells", "predictions.csv")] {
        for kept in ["metrics.json", "predictions.csv"] {
            shell.write(&format!("{name}/{kept}"), shell.read(&format!("runs/small/{kept}")));
        }
        let text = shell.text(&format!("{name}/{file}"));
        shell.write(&format!("{name}/{file}"), &text[..text.len() / 2 + 3]);
    }
    let cells = shell.text("cells/predictions.csv");
    shell.write("cells/predictions.csv", cells + "\nL1,test,yes,Prior,often\n");
    let base = "gate runs/small --baseline";
    insta::assert_snapshot!(
        "gate",
        shell.transcript(
            2,
            &[
                &format!("{base} nowhere"),
                &format!("{base} crm"),
                &format!("{base} small.ron"),
                &format!("{base} cut"),
                &format!("{base} cells"),
                &format!("{base} runs/small --metric roc_acu"),
                &format!("{base} runs/small --metric brier_uncertainty"),
                &format!("{base} runs/small --tolerance=-1"),
                &format!("{base} runs/small --level 2"),
            ],
        )
    );
}
