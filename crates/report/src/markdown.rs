//! The summary in Markdown: the verdict, the leaks and the leaderboard, for a chat or a pull request.

use crate::beside;
use crate::folder::{LeaderboardRow, RunFolder, TEST, VALID};
use crate::verdict::verdict;
use crate::words::{calibration, count, decimals, percent, signed};
use leadsight_schema::Verdict as Leak;
use std::fmt::Write as _;

/// The summary of a run. Values from the data are escaped, so that a column's name cannot break a table.
pub fn summary(run: &RunFolder) -> String {
    let told = verdict(run);
    let m = &run.manifest;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let mut line = |args: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{args}");
    };
    line(format_args!("# {}\n\n**{}**\n", plain(&m.name), plain(&told.headline)));
    for sentence in &told.sentences {
        line(format_args!("{}\n", plain(sentence)));
    }
    if !run.metrics.tiers.is_empty() {
        line(format_args!("{}", plain_tiers(run)));
    }
    for caution in &told.cautions {
        line(format_args!("- Caution: {}", plain(caution)));
    }
    let rate = if m.rows > 0 { m.positives as f64 / m.rows as f64 } else { f64::NAN };
    let size = format!(
        "{} leads, {} conversions ({})",
        count(m.rows as u64),
        count(m.positives as u64),
        percent(rate)
    );
    line(format_args!(
        "\n{}. Chosen model: {} ({}). Calibration: {}.\n",
        plain(&m.terms.say(&size)),
        plain(&m.chosen_model),
        plain(m.terms.say(&m.choice_reason).trim_end_matches('.')),
        plain(&calibration(&m.calibration))
    ));
    let leaks = run.leakage.iter().filter(|f| f.verdict == Leak::Leak);
    for leak in leaks {
        line(format_args!(
            "- Leak, {}: {} ({})",
            if m.excluded.iter().any(|e| e.column == leak.column) {
                "kept out of the model"
            } else {
                "in the model"
            },
            plain(&leak.column),
            plain(&m.terms.say(&leak.evidence.join("; ")))
        ));
    }
    if let Some(file) = &run.beside {
        line(format_args!("\n## Two splits side by side\n"));
        for sentence in beside::words(file) {
            line(format_args!("- {}", plain(&m.terms.say(&sentence))));
        }
        line(format_args!(
            "\n| ROC AUC | {} | {} | difference | interval |",
            beside::name(file, &file.main),
            beside::name(file, &file.beside)
        ));
        line(format_args!("|---|---:|---:|---:|---|"));
        for model in &file.models {
            let Some(auc) = model.metrics.get("roc_auc") else { continue };
            line(format_args!(
                "| {} | {} | {} | {} | {} to {} |",
                plain(&model.model),
                decimals(auc.main.value, 4),
                decimals(auc.beside.value, 4),
                signed(auc.difference.value, 4),
                signed(auc.difference.low, 4),
                signed(auc.difference.high, 4)
            ));
        }
    }
    for split in [TEST, VALID] {
        let rows: Vec<&LeaderboardRow> =
            run.leaderboard.iter().filter(|r| r.split == split).collect();
        if rows.is_empty() {
            continue;
        }
        line(format_args!("\n| {split} | ROC AUC | 95 % | PR AUC | log-loss | Brier | ECE |"));
        line(format_args!("|---|---:|---|---:|---:|---:|---:|"));
        let n = |x: Option<f64>| x.map_or_else(|| "\u{2013}".into(), |x| decimals(x, 4));
        for r in rows {
            line(format_args!(
                "| {} | {} | {} to {} | {} | {} | {} | {} |",
                plain(&r.model),
                n(r.roc_auc),
                n(r.roc_auc_low),
                n(r.roc_auc_high),
                n(r.pr_auc),
                n(r.log_loss),
                n(r.brier),
                n(r.ece)
            ));
        }
    }
    text
}

/// The policy's tiers as a table.
fn plain_tiers(run: &RunFolder) -> String {
    let own = &run.manifest.terms;
    let head = own.say("leads | conversions | conversion rate");
    let mut text = format!("| tier | begins | {head} | action |\n|---|---|---:|---:|---|---|\n");
    for tier in &run.metrics.tiers {
        let rate = tier.rate.map_or_else(
            || "\u{2013}".to_owned(),
            |r| format!("{} ({} to {})", percent(r.value), percent(r.low), percent(r.high)),
        );
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {rate} | {} |",
            plain(&tier.tier),
            plain(&own.say(&tier.begins)),
            count(tier.leads as u64),
            count(tier.conversions as u64),
            plain(&tier.next_action)
        );
    }
    text
}

/// Text without Markdown's and HTML's special meaning, on one line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_cannot_break_the_table() {
        assert_eq!(super::plain("a|b\n<img>_x"), "a\\|b &lt;img>\\_x");
    }
}
