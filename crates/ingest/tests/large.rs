//! Ten million leads: every one is read, typed and profiled, and memory stays in bounds.
#![allow(clippy::unwrap_used)]

use leadsight_ingest::{LabelSpec, Sources, SplitSpec, audit, label, load, profile, split};
use leadsight_schema::{Cells, Seed};
use std::io::{BufWriter, Write};

#[test]
#[ignore = "ten million rows: 0.7 GB of disk, 4 GiB of memory, minutes"]
fn ten_million_leads_are_read_and_none_is_lost() {
    const ROWS: u64 = 10_000_000;
    let dir = tempfile::tempdir().unwrap();
    let mut out = BufWriter::new(std::fs::File::create(dir.path().join("leads.csv")).unwrap());
    writeln!(out, "lead_id,created_at,source,country,visits,pages,budget,score,campaign,won")
        .unwrap();
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for lead in 0..ROWS {
        let (day, hour, minute) = (1 + draw(28), draw(24), draw(60));
        let source = ["web", "ad", "fair", "partner"][draw(4) as usize];
        let (country, visits, pages, campaign) = (draw(60), draw(30), draw(200), draw(5000));
        let (budget, score) = (draw(900_000) as f64 / 100.0, draw(2_000_000) as f64 / 1e6 - 1.0);
        let won = u8::from(draw(300) < visits);
        writeln!(
            out,
            "L{lead},2026-01-{day:02} {hour:02}:{minute:02},{source},C{country},{visits},{pages},{budget},{score},campaign-{campaign},{won}"
        )
        .unwrap();
    }
    out.into_inner().unwrap();
    let (table, issues) = load(&Sources::file("leads.csv"), dir.path()).unwrap();
    assert_eq!(table.rows() as u64, ROWS);
    assert!(issues.iter().all(|issue| issue.kind == "id_assumed"), "{issues:?}");
    let labelled = label(table, &LabelSpec::column("won")).unwrap();
    let mut table = labelled.table;
    let (parts, _) = split(&mut table, &labelled.labels, &SplitSpec::default(), Seed(1)).unwrap();
    assert_eq!((parts.train.len() + parts.valid.len() + parts.test.len()) as u64, ROWS);
    assert_eq!(profile(&table, Some(&labelled.labels), &[])[0].distinct, ROWS);
    assert!(!audit(&table, &labelled.labels, &parts.train).is_empty());
}
