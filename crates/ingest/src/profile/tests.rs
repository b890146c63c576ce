//! Profiles of small columns, checked by hand.

use super::*;
use leadsight_schema::{Field, Schema};

fn table(columns: Vec<(&str, Column)>) -> LeadTable {
    let n = columns[0].1.len() as u64;
    let fields = columns
        .iter()
        .map(|(name, column)| {
            let kind = match column {
                Column::Text { .. } => FieldKind::Category,
                _ => FieldKind::Number,
            };
            Field::feature(*name, kind)
        })
        .collect();
    let columns = columns.into_iter().map(|c| c.1).collect();
    LeadTable::new(Schema::new(fields).unwrap(), columns, (2..n + 2).collect()).unwrap()
}

#[test]
fn describes_numbers_words_and_gaps() {
    let table = table(vec![
        ("a", Column::Number(vec![1.0, 2.0, 3.0, f64::NAN])),
        ("b", Column::from_words([Some("x"), Some("y"), Some("y"), Some("y")])),
        ("c", Column::from_words([None; 4])),
        ("d", Column::Number(vec![7.0; 4])),
        ("e", Column::from_words([Some("q"), Some("p"), Some("p"), Some("p")])),
    ]);
    let labels = Labels::new(vec![true, false, false, true]);
    let found = profile(&table, Some(&labels), &[]);
    assert_eq!((found[0].missing_rate, found[0].distinct), (0.25, 3));
    let Distribution::Numeric { min, q25, median, max, mean, sd, ref histogram, .. } =
        found[0].distribution
    else {
        panic!("{:?}", found[0].distribution)
    };
    assert_eq!((min, q25, median, max, mean, sd), (1.0, 1.5, 2.0, 3.0, 2.0, 1.0));
    assert_eq!(histogram.iter().sum::<u64>(), 3);
    let Distribution::Levels { top } = &found[1].distribution else { panic!() };
    assert_eq!((top[0].level.as_str(), top[0].count), ("y", 3));
    assert_eq!(top[0].rate, Some(1.0 / 3.0));
    let useless: Vec<Option<&str>> =
        found.iter().map(|p| p.contributes_nothing.as_deref()).collect();
    assert_eq!(useless, [None, None, Some("empty"), Some("constant"), Some("a copy of `b`")]);
    let best = &found[1].correlations[0];
    assert_eq!(
        (best.column.as_str(), best.association.measure.as_str(), best.association.value),
        ("e", "cramers_v", 1.0)
    );
}

#[test]
fn leaves_the_outcome_out_where_it_is_not_known() {
    let table = table(vec![("a", Column::Number(vec![1.0, 2.0]))]);
    for labels in [None, Some(Labels::new(vec![true]))] {
        assert_eq!(profile(&table, labels.as_ref(), &[])[0].target_auc, None);
    }
}

#[test]
fn extreme_numbers_stay_finite() {
    let table = table(vec![("a", Column::Number(vec![-1e308, 1e308, 1e308]))]);
    let json = serde_json::to_string(&profile(&table, None, &[])).unwrap();
    assert!(!json.contains("null,\"histogram"), "{json}");
}
