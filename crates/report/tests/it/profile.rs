//! The page about a table, of a profile with hostile names.

use leadsight_report::profile::render;
use leadsight_schema::{
    Association, ColumnProfile, Correlation, Distribution, Issue, LevelCount, Meaning, Severity,
};

const HOSTILE: &str = "<script>alert(1)</script>";

fn column(name: &str, kind: &str, distribution: Distribution) -> ColumnProfile {
    let association = |value| Association {
        measure: "pearson".into(),
        value,
        spearman: Some(0.31),
        mutual_information: 0.0421,
    };
    ColumnProfile {
        column: name.into(),
        kind: kind.into(),
        kind_confidence: 0.985,
        meaning: Some(Meaning { field: "email".into(), confidence: 0.97 }),
        role: "feature".into(),
        rows: 1200,
        missing_rate: 0.25,
        distinct: 40,
        distribution,
        target_auc: Some(0.661),
        target: Some(association(0.22)),
        correlations: vec![Correlation { column: HOSTILE.into(), association: association(-0.5) }],
        contributes_nothing: None,
    }
}

#[test]
fn the_page_shows_every_column_and_escapes_names() {
    let numeric = Distribution::Numeric {
        min: 0.0,
        q25: 1.0,
        median: 2.5,
        q75: 7.0,
        max: 4000.0,
        mean: 3.25,
        sd: 12.0,
        histogram: vec![10, 5, 1, 0, 0, 0, 0, 0, 0, 2],
    };
    let top = vec![LevelCount { level: HOSTILE.into(), count: 700, rate: Some(0.1) }];
    let columns = [
        column("pages", "number", numeric),
        column(HOSTILE, "category", Distribution::Levels { top }),
        column("empty", "category", Distribution::Empty),
    ];
    let issue = Issue {
        severity: Severity::Warning,
        kind: "unreadable_cell".into(),
        file: HOSTILE.into(),
        row: Some(1),
        line: Some(2),
        column: Some("pages".into()),
        found: "many".into(),
        expected: "a number".into(),
        count: 18,
    };
    let page = render("leads.csv", &columns, &[issue]).unwrap();
    assert!(!page.contains("<script>alert"));
    assert_eq!(page.matches("<article").count(), 3);
    for words in
        ["1,200 leads", "98.5", "looks like email", "r 0.22, Spearman", "many", "height:100%"]
    {
        assert!(page.contains(words), "{words}");
    }
}
