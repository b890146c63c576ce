//! Numbers and names as a reader wants them: `12,345`, `92 %`, `0.812`, `one win in 3.4 calls`.

use crate::folder::VALID;

/// What stands for a number that is not defined.
pub const NONE: &str = "\u{2013}";

/// A whole number with commas: `12,345`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in per cent with about three figures, finer near 0 and near 1: `0.012 %`, `3.1 %`, `92.4 %`, `99.99 %`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return NONE.to_owned();
    }
    let x = share * 100.0;
    let from_end = x.abs().min((100.0 - x).abs());
    let decimals = match from_end {
        0.0 => 0,
        d if d < 0.001 => 5,
        d if d < 0.1 => 3,
        d if d < 1.0 => 2,
        _ => 1,
    };
    format!("{x:.decimals$}\u{a0}%")
}

/// A number with so many decimals.
pub fn decimals(x: f64, places: usize) -> String {
    if x.is_finite() { format!("{x:.places$}").replace('-', "\u{2212}") } else { NONE.to_owned() }
}

/// A number with its sign: `+0.31`, `−2.10`.
pub fn signed(x: f64, places: usize) -> String {
    if x.is_finite() { format!("{x:+.places$}").replace('-', "\u{2212}") } else { NONE.to_owned() }
}

/// A p-value with three decimals, `<0.001` below.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { "<\u{a0}0.001".to_owned() } else { decimals(p, 3) }
}

/// Seconds or microseconds with about three figures.
pub fn seconds(x: f64) -> String {
    if x > 0.0 && x < 0.005 {
        return "<\u{a0}0.01".to_owned();
    }
    decimals(x, if x < 10.0 { 2 } else { 1 })
}

/// A sentence: first letter upper-case, full stop at the end; nothing for an empty text.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    // A name such as `is_won` keeps its spelling.
    let word = text.split_whitespace().next().unwrap_or_default();
    let head = if word.contains('_') { first.to_string() } else { first.to_uppercase().collect() };
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{head}{}{stop}", letters.as_str())
}

/// A text of at most so many letters, the last of them an ellipsis where it was longer.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}\u{2026}", head.trim_end())
}

/// The pieces of a text between backticks and outside them, in turn: outside first. A backtick without a partner stays.
pub fn quoted(text: &str) -> Vec<&str> {
    if text.matches('`').count().is_multiple_of(2) { text.split('`').collect() } else { vec![text] }
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The chosen calibration in words.
pub fn calibration(kind: &str) -> String {
    match kind {
        "identity" => "none, as nothing tried was better than the model\u{2019}s own probabilities by more than noise".into(),
        "platt" => "Platt scaling (a logistic curve over the model\u{2019}s log-odds)".into(),
        "beta" => "beta calibration".into(),
        "isotonic" => "isotonic regression (a rising staircase)".into(),
        other => other.trim_end_matches('.').to_owned(),
    }
}

/// A split before "rows" and "leads": `valid` is a name in files and columns, and `validation` the word.
pub fn part(split: &str) -> &str {
    if split == VALID { "validation" } else { split }
}

/// A fixed word such as `ragged_row` as words.
pub fn spaced(kind: &str) -> String {
    kind.replace('_', " ")
}

/// A metric key as a name: `roc_auc` becomes `ROC AUC`.
pub fn metric_name(key: &str) -> String {
    let name = match key {
        "roc_auc" => "ROC AUC",
        "pr_auc" => "PR AUC (average precision)",
        "log_loss" => "Log-loss",
        "brier" => "Brier score",
        "brier_reliability" => "Brier: reliability",
        "brier_resolution" => "Brier: resolution",
        "brier_uncertainty" => "Brier: uncertainty",
        "ece" => "Expected calibration error",
        "ks" => "Kolmogorov-Smirnov",
        "mcc" => "Matthews correlation",
        "f1" => "F1",
        "npv" => "Negative predictive value",
        "lift_at_10" => "Lift, top 10 %",
        "capture_at_10" => "Capture, top 10 %",
        "capture_at_35" => "Capture, top 35 %",
        "precision_at_10" => "Precision, top 10 %",
        other => return sentence(&spaced(other)).trim_end_matches('.').to_owned(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1,234,567");
        for (share, expect) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.924, "92.4 %"),
            (0.0312, "3.1 %"),
            (0.0042, "0.42 %"),
            (0.00012, "0.012 %"),
            (0.9999, "99.990 %"),
            (f64::NAN, "\u{2013}"),
        ] {
            assert_eq!(percent(share).replace('\u{a0}', " "), expect);
        }
        assert_eq!(signed(-2.1, 2), "\u{2212}2.10");
    }

    #[test]
    fn words_read_well() {
        assert_eq!(sentence("greatest F1"), "Greatest F1.");
        assert_eq!(sentence("is_won is yes."), "is_won is yes.");
        assert_eq!(sentence(" "), "");
        assert_eq!(shortened("Looking around", 14), "Looking around");
        assert_eq!(shortened("Looking around for now", 9), "Looking\u{2026}");
        assert_eq!(quoted("a `b` c"), ["a ", "b", " c"]);
        assert_eq!(quoted("5` wide"), ["5` wide"]);
        assert_eq!(seconds(0.001), "<\u{a0}0.01");
        assert_eq!(metric_name("specificity"), "Specificity");
    }
}
