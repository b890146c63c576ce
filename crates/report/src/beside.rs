//! Two splits side by side, in sentences: how much of a figure is owed to a kind split.

use crate::folder::{BesideFile, BesideMetric, SplitKind, SplitSide, TEST};
use crate::words::{count, decimals, percent};

/// What the two splits say, a sentence each; the first is the one to remember.
pub fn words(file: &BesideFile) -> Vec<String> {
    let mut told: Vec<String> = [ranking(file), capture(file)].into_iter().flatten().collect();
    told.push(choice(file));
    told.extend(rates(file));
    told.push(format!(
        "The intervals of the differences take the two tests as independent ({} leads stand in both, which makes them a little too wide) and tell of the luck of the test leads, not of that of the training leads.",
        count(file.shared_test_rows as u64)
    ));
    let left_out: u64 = file.issues.iter().map(|i| i.count).sum();
    if left_out > 0 {
        told.push(format!("The second split leaves {} leads out.", count(left_out)));
    }
    told
}

/// How a side's leads were divided, short enough for the head of a column.
pub fn name(file: &BesideFile, side: &SplitSide) -> &'static str {
    if file.main.kind == file.beside.kind {
        return if std::ptr::eq(side, &file.main) {
            "run\u{2019}s own split"
        } else {
            "second split"
        };
    }
    match side.kind {
        SplitKind::Random => "split by chance",
        SplitKind::Time => "split by time",
        SplitKind::Order => "split by the order of the file",
        SplitKind::Column => "given split",
    }
}

/// Whether a split by chance stands beside one by time, so that their difference is optimism: `Some(1.0)` where the run's own is
/// the one by time and `beside` minus `main` is chance minus time, `Some(-1.0)` the other way round.
fn optimism(file: &BesideFile) -> Option<f64> {
    match (file.main.kind, file.beside.kind) {
        (SplitKind::Time | SplitKind::Order, SplitKind::Random) => Some(1.0),
        (SplitKind::Random, SplitKind::Time | SplitKind::Order) => Some(-1.0),
        _ => None,
    }
}

/// A metric of the model that the run chose.
fn of_chosen<'a>(file: &'a BesideFile, key: &str) -> Option<&'a BesideMetric> {
    file.models.iter().find(|m| m.model == file.main.chosen_model)?.metrics.get(key)
}

fn ranking(file: &BesideFile) -> Option<String> {
    let auc = of_chosen(file, "roc_auc")?;
    let (main, beside) = (name(file, &file.main), name(file, &file.beside));
    let at = |x: f64| decimals(x, 3);
    let head = format!(
        "{}\u{2019}s ROC AUC is {} under the {main} and {} under the {beside}",
        file.main.chosen_model,
        at(auc.main.value),
        at(auc.beside.value)
    );
    let d = auc.difference;
    let noise = d.low <= 0.0 && d.high >= 0.0;
    let size = |sign: f64| {
        let (low, high) = if sign > 0.0 { (d.low, d.high) } else { (-d.high, -d.low) };
        let level = decimals(d.level * 100.0, 0);
        format!("{} ({level}\u{a0}% interval: {} to {})", at(sign * d.value), at(low), at(high))
    };
    Some(match optimism(file) {
        Some(sign) if noise => {
            format!("{head}: the difference, {}, is no more than noise.", size(sign))
        }
        Some(sign) if sign * d.value > 0.0 => {
            format!("{head}: {} is the optimism of the split by chance.", size(sign))
        }
        Some(sign) => format!("{head}: chance is not the kinder one here, by {}.", size(-sign)),
        None => {
            format!("{head}: a difference of {}.", size(if d.value < 0.0 { -1.0 } else { 1.0 }))
        }
    })
}

fn capture(file: &BesideFile) -> Option<String> {
    let found = of_chosen(file, "capture_at_35")?;
    Some(format!(
        "Its top 35\u{a0}% hold {} of the conversions under the {} and {} under the {}.",
        percent(found.main.value),
        name(file, &file.main),
        percent(found.beside.value),
        name(file, &file.beside)
    ))
}

fn choice(file: &BesideFile) -> String {
    let (main, beside) = (&file.main, &file.beside);
    if main.chosen_model == beside.chosen_model {
        return format!("{} would be chosen under either.", main.chosen_model);
    }
    format!(
        "{} is chosen under the {}; {} would be chosen under the {}.",
        main.chosen_model,
        name(file, main),
        beside.chosen_model,
        name(file, beside)
    )
}

/// Where the tests differ in how many convert, what that does to metrics that hang on it.
fn rates(file: &BesideFile) -> Option<String> {
    let rate = |side: &SplitSide| {
        let test = side.splits.iter().find(|s| s.split == TEST)?;
        (test.rows > 0).then(|| test.positives as f64 / test.rows as f64)
    };
    let (main, beside) = (rate(&file.main)?, rate(&file.beside)?);
    ((main - beside).abs() > 0.05 * main.max(beside)).then(|| {
        format!(
            "Of the test leads {} convert under the {} and {} under the {}: PR AUC, log-loss and Brier score move with that rate, so compare them with those of Prior in the same column, not across.",
            percent(main),
            name(file, &file.main),
            percent(beside),
            name(file, &file.beside)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::{BesideModel, SplitSize};
    use leadsight_eval::{Interval, Method, unpaired_difference};
    use std::collections::BTreeMap;

    fn interval(value: f64) -> Interval {
        let (low, high) = (value - 0.01, value + 0.01);
        Interval { value, low, high, level: 0.95, method: Method::DeLong }
    }

    fn file(kinds: [SplitKind; 2], auc: [f64; 2]) -> BesideFile {
        let side = |kind, positives| SplitSide {
            kind,
            split_rule: String::new(),
            splits: vec![SplitSize { split: TEST.into(), rows: 1000, positives }],
            chosen_model: "Logistic".into(),
            choice_reason: String::new(),
        };
        let [main, beside] = auc.map(interval);
        let difference = unpaired_difference(&beside, &main).unwrap();
        let metrics =
            BTreeMap::from([("roc_auc".to_owned(), BesideMetric { main, beside, difference })]);
        BesideFile {
            main: side(kinds[0], 100),
            beside: side(kinds[1], 101),
            shared_test_rows: 150,
            models: vec![BesideModel { model: "Logistic".into(), metrics }],
            issues: Vec::new(),
        }
    }

    #[test]
    fn optimism_is_what_chance_shows_beyond_time_whichever_is_the_runs_own() {
        use SplitKind::{Column, Random, Time};
        let first = |kinds, auc| words(&file(kinds, auc)).remove(0);
        let optimistic = "0.100 (95\u{a0}% interval: 0.086 to 0.114) is the optimism";
        let told = first([Time, Random], [0.7, 0.8]);
        assert!(told.contains(optimistic), "{told}");
        let told = first([Random, Time], [0.8, 0.7]);
        assert!(told.contains(optimistic), "{told}");
        let told = first([Random, Time], [0.7, 0.8]);
        assert!(told.contains("not the kinder one here, by 0.100"), "{told}");
        let told = first([Random, Time], [0.7, 0.705]);
        assert!(told.contains("no more than noise"), "{told}");
        let told = first([Column, Random], [0.7, 0.8]);
        assert!(told.contains("the given split") && !told.contains("optimism"), "{told}");
    }

    #[test]
    fn a_base_rate_that_moves_is_a_caution_and_one_that_stays_is_none() {
        let kinds = [SplitKind::Time, SplitKind::Random];
        let mut found = file(kinds, [0.7, 0.8]);
        assert!(!words(&found).iter().any(|w| w.contains("Prior")));
        found.beside.splits[0].positives = 300;
        assert!(
            words(&found).iter().any(|w| w.contains("10.0\u{a0}% convert under the split by time"))
        );
    }
}
