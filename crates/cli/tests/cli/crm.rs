//! A small generated CRM and an experiment on it that takes a second.

use crate::shell::Shell;

/// The CRM in `crm/` and the experiment in `small.ron`.
pub fn small() -> Shell {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 1500 --seed 7 --quiet");
    shell.write(
        "small.ron",
        r#"Experiment(
            data: (
                leads: "crm/leads.csv",
                id: "lead_id",
                created: "created_at",
                join: [(file: "crm/accounts.csv", on: "account_id")],
                exclude: {"owner_id": "given after scoring", "email": "names a person"},
            ),
            label: Column(name: "converted"),
            features: (crosses: [("source", "form_type")], ratios: [("pricing_page_views", "pages_viewed")]),
            models: [Prior, Xgboost(rounds: 25, max_depth: 3)],
            leakage: (on_leak: Exclude),
            tuning: (folds: 2, threads: 1),
            report: (bootstrap: 50),
        )"#,
    );
    shell
}
