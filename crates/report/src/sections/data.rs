//! Data problems, columns kept out, the split, the columns.

use crate::folder::RunFolder;
use crate::words::count;
use leadsight_schema::{ColumnProfile, Issue, LeakageEffect, Severity, Verdict as Leak};
use serde::Serialize;

/// Data problems shown at once; the others unfold.
const ISSUES: usize = 8;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Data<'a> {
    issues: Vec<&'a Issue>,
    more_issues: Vec<&'a Issue>,
    issues_told: String,
    kept_out: Vec<KeptOut<'a>>,
    /// Whether some effect was measured.
    effects: bool,
    profile: &'a [ColumnProfile],
}

#[derive(Debug, Serialize)]
struct KeptOut<'a> {
    column: &'a str,
    verdict: &'static str,
    used: &'static str,
    auc: Option<f64>,
    effect: Option<LeakageEffect>,
    reasons: Vec<&'a str>,
}

/// The section of a run.
pub(crate) fn data(run: &RunFolder) -> Data<'_> {
    let mut issues: Vec<&Issue> = run.issues.iter().collect();
    issues.sort_by_key(|i| (std::cmp::Reverse(i.severity), std::cmp::Reverse(i.count)));
    let issues_told = issues_told(&issues);
    // A list of one more than is shown is not worth folding.
    let more_issues = if issues.len() > ISSUES + 1 { issues.split_off(ISSUES) } else { Vec::new() };
    Data {
        issues,
        more_issues,
        issues_told,
        kept_out: kept_out(run),
        effects: run.leakage.iter().any(|f| f.effect.is_some()),
        profile: &run.profile,
    }
}

/// Leaks and suspects, then the other excluded columns.
fn kept_out(run: &RunFolder) -> Vec<KeptOut<'_>> {
    let reason = |column: &str| {
        run.manifest.excluded.iter().find(|e| e.column == column).map(|e| e.reason.as_str())
    };
    let fields = &run.manifest.fields;
    let unread = |column: &String| !fields.is_empty() && !fields.contains(column);
    let mut found: Vec<KeptOut<'_>> = run
        .leakage
        .iter()
        .filter(|f| f.verdict != Leak::Safe)
        .map(|f| {
            let excluded = reason(&f.column);
            let waived = run.manifest.waived.iter().find(|w| w.column == f.column);
            let waiver = waived.map(|w| w.reason.as_str());
            // An exclusion's reason is often the audit's own evidence; say it once.
            let mut reasons: Vec<&str> = f.evidence.iter().map(String::as_str).collect();
            let told = |reason: &&str| {
                let words = reason.strip_prefix("leak: ").unwrap_or(reason);
                words == f.evidence.join("; ") || f.evidence.iter().any(|e| e == words)
            };
            reasons.extend(excluded.or(waiver).filter(|reason| !told(reason)));
            KeptOut {
                column: &f.column,
                verdict: if f.verdict == Leak::Leak { "leak" } else { "suspect" },
                used: match (excluded, waiver) {
                    (Some(_), _) => "kept out",
                    (None, Some(_)) => "waived: in the model",
                    (None, None) if unread(&f.column) => "in no feature",
                    (None, None) => "in the model",
                },
                auc: f.auc,
                effect: f.effect,
                reasons,
            }
        })
        .collect();
    let others =
        run.manifest.excluded.iter().filter(|e| {
            !run.leakage.iter().any(|f| f.column == e.column && f.verdict != Leak::Safe)
        });
    found.extend(others.map(|e| KeptOut {
        column: &e.column,
        verdict: "",
        used: "kept out",
        auc: run.leakage.iter().find(|f| f.column == e.column).and_then(|f| f.auc),
        effect: None,
        reasons: vec![&e.reason],
    }));
    found
}

/// How many problems there are, by severity.
fn issues_told(issues: &[&Issue]) -> String {
    let kinds = match issues.len() {
        1 => "One kind of problem".to_owned(),
        n => format!("{} kinds of problem", count(n as u64)),
    };
    let counted = |severity: Severity, name: &str| {
        let cases: u64 = issues.iter().filter(|i| i.severity == severity).map(|i| i.count).sum();
        (cases > 0).then(|| format!("{} {name}", count(cases)))
    };
    let cases: Vec<String> = [
        counted(Severity::Error, "serious"),
        counted(Severity::Warning, "to look at"),
        counted(Severity::Info, "for information"),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{}; cases: {}. Lines are those of the first case", kinds, cases.join(", "))
}
