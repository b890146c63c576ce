//! Small files of leads, good and bad.

use crate::shell::Shell;

/// 300 leads of which about a quarter convert, more of them the more they visit.
pub fn good() -> Vec<Vec<String>> {
    let head = ["lead_id", "source", "visits", "budget", "won"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for i in 0..300 {
        let visits = draw(30);
        let won = draw(60) < visits;
        rows.push(vec![
            format!("L{i}"),
            ["web", "ad", "fair"][draw(3) as usize].to_owned(),
            visits.to_string(),
            (100 + draw(9000)).to_string(),
            u8::from(won).to_string(),
        ]);
    }
    rows
}

pub fn csv(rows: &[Vec<String>], separator: &str) -> String {
    rows.iter().map(|row| row.join(separator) + "\n").collect()
}

/// The good leads with one column's cells replaced.
pub fn with(column: usize, cell: impl Fn(usize, &str) -> String) -> String {
    let mut rows = good();
    for (i, row) in rows.iter_mut().skip(1).enumerate() {
        row[column] = cell(i, &row[column]);
    }
    csv(&rows, ",")
}

/// Writes `NAME.csv` and the experiment `NAME.ron` that reads it.
pub fn experiment(shell: &Shell, name: &str, bytes: impl AsRef<[u8]>) {
    shell.write(&format!("{name}.csv"), bytes);
    config(
        shell,
        name,
        &format!(r#"data: (leads: "{name}.csv", id: "lead_id"), label: Column(name: "won")"#),
    );
}

/// Writes the experiment `NAME.ron` with these keys, and models that are quick.
pub fn config(shell: &Shell, name: &str, keys: &str) {
    let quick = "models: [Prior, Logistic(strengths: [10])], tuning: (folds: 2, threads: 1), report: (bootstrap: 50)";
    shell.write(&format!("{name}.ron"), format!("Experiment({keys}, {quick})\n"));
}
