//! Labels from words and from dates.

use super::*;
use leadsight_schema::{DateFormat, Field, FieldKind, Schema, TextRules};

/// A table of one category column `y`, blanks missing.
fn words(values: &[&str]) -> LeadTable {
    table(&[("y", FieldKind::Category, values)])
}

fn table(columns: &[(&str, FieldKind, &[&str])]) -> LeadTable {
    let rules = TextRules::default();
    let fields = columns.iter().map(|(name, kind, _)| Field::feature(*name, *kind)).collect();
    let cells = columns
        .iter()
        .map(|(_, kind, values)| match kind {
            FieldKind::Number | FieldKind::DecimalComma => leadsight_schema::Column::Number(
                values.iter().map(|v| v.parse().unwrap_or(f64::NAN)).collect(),
            ),
            FieldKind::Date(format) => leadsight_schema::Column::Date(
                values.iter().map(|v| format.parse(v).ok()).collect(),
            ),
            _ => leadsight_schema::Column::from_words(
                values.iter().map(|v| (!rules.is_missing(v)).then_some(*v)),
            ),
        })
        .collect();
    let lines = (0..columns[0].2.len() as u64).map(|i| i + 2).collect();
    LeadTable::new(Schema::new(fields).unwrap(), cells, lines).unwrap()
}

fn spec<const P: usize, const N: usize>(
    positive: [&str; P],
    negative: [&str; N],
    blank: Otherwise,
) -> LabelSpec {
    let (positive, negative) = (positive.into(), negative.into());
    let others = Otherwise::LeaveOut;
    LabelSpec::Column(ColumnSpec { name: "y".into(), positive, negative, others, blank })
}

#[track_caller]
fn check(table: LeadTable, spec: &LabelSpec, expect: &[bool], issues: &[&str]) {
    let found = label(table, spec).unwrap();
    assert_eq!(found.labels.as_slice(), expect);
    assert_eq!(found.rows.len(), expect.len());
    assert_eq!(found.table.rows(), expect.len());
    let kinds: Vec<String> =
        found.issues.iter().map(|i| format!("{} {:?} x{}", i.kind, i.line, i.count)).collect();
    assert_eq!(kinds, issues);
}

#[track_caller]
fn refused(table: LeadTable, spec: &LabelSpec, words: &[&str]) {
    let message = label(table, spec).unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

#[test]
fn reads_the_usual_words() {
    let usual = LabelSpec::column("y");
    check(words(&["yes", "no"]), &usual, &[true, false], &[]);
    check(words(&["Won", "Lost", "won"][..2]), &usual, &[true, false], &[]);
    check(words(&["TRUE", "FALSE"]), &usual, &[true, false], &[]);
    check(words(&["Ja", "Nein"]), &usual, &[true, false], &[]);
    check(words(&["falsch", "wahr"]), &usual, &[false, true], &[]);
    check(words(&["gewonnen", "verloren"]), &usual, &[true, false], &[]);
    check(
        table(&[("y", FieldKind::Number, &["1", "0", ""])]),
        &usual,
        &[true, false],
        &["blank_label Some(4) x1"],
    );
    check(words(&["yes", "", "no"]), &usual, &[true, false], &["blank_label Some(3) x1"]);
}

#[test]
fn takes_the_configured_values() {
    let won = spec(["won"], [], Otherwise::LeaveOut);
    check(words(&["Won", "Open"]), &won, &[true, false], &[]);
    let closed = spec(["Won"], ["Lost"], Otherwise::LeaveOut);
    check(
        words(&["Won", "Lost", "Open", "Open"]),
        &closed,
        &[true, false],
        &["other_label Some(4) x2"],
    );
    let filled = spec([], [], Otherwise::Negative);
    check(words(&["won", "", "won"]), &filled, &[true, false, true], &["blank_label Some(3) x1"]);
    let number = spec(["2.0"], [], Otherwise::LeaveOut);
    check(table(&[("y", FieldKind::Number, &["2", "1"])]), &number, &[true, false], &[]);
}

#[test]
fn takes_several_words_and_all_others() {
    let outcomes = ["gewonnen", "Kunde", "Abschluss!", "verloren", "kein Interesse", "offen", ""];
    let won = ["Gewonnen", "kunde", "Abschluss!"];
    let said = spec(won, ["verloren", "kein Interesse"], Otherwise::LeaveOut);
    let blank = "blank_label Some(8) x1";
    check(
        words(&outcomes),
        &said,
        &[true, true, true, false, false],
        &[blank, "other_label Some(7) x1"],
    );
    let LabelSpec::Column(column) = spec(won, [], Otherwise::LeaveOut) else { panic!() };
    let others = LabelSpec::Column(ColumnSpec { others: Otherwise::Negative, ..column.clone() });
    check(words(&outcomes), &others, &[true, true, true, false, false, false], &[blank]);
    refused(words(&outcomes), &LabelSpec::Column(column), &["label.others: Negative", "`offen`"]);
    // Blanks are left out unless they are said to be negative, whatever the other words are.
    let all = ColumnSpec { name: "y".into(), positive: ["a", "b"].into(), ..ColumnSpec::default() };
    let refused_all = LabelSpec::Column(all.clone());
    refused(words(&["a", "b", ""]), &refused_all, &["label.positive", "label.blank: Negative"]);
    let filled = LabelSpec::Column(ColumnSpec { blank: Otherwise::Negative, ..all });
    check(
        words(&["a", "b", ""]),
        &filled,
        &[true, true, false],
        &[blank.replace('8', "4").as_str()],
    );
    let both = spec(["a"], ["A"], Otherwise::LeaveOut);
    refused(words(&["a", "b"]), &both, &["label.negative", "positive as well"]);
}

#[test]
fn names_ten_words_and_counts_the_others() {
    let many: Vec<String> = (0..13).map(|i| format!("stage {i:02}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    refused(words(&many), &LabelSpec::column("y"), &["`stage 09` and 3 more"]);
    let near = spec(["stage 01", "stage 1x2"], [], Otherwise::LeaveOut);
    refused(words(&many), &near, &["did you mean `stage 12`?", "and 3 more"]);
}

#[test]
fn words_are_one_or_a_list() {
    let read = |text: &str| ron::from_str::<Words>(text);
    assert_eq!(read(r#""won""#).unwrap(), ["won"].into());
    assert_eq!(read(r#"["won", "Kunde"]"#).unwrap(), ["won", "Kunde"].into());
    assert_eq!(read(r#"Some("won")"#).unwrap(), ["won"].into());
    assert_eq!(read("[1, true]").unwrap(), ["1", "true"].into());
    assert_eq!(read("None").unwrap(), Words::default());
    assert!(read("won").unwrap_err().to_string().contains("a word in quotes, or a list of them"));
    for words in [Words::default(), ["a"].into(), ["a", "b"].into()] {
        assert_eq!(read(&ron::to_string(&words).unwrap()).unwrap(), words);
        assert_eq!(serde_json::from_value::<Words>(serde_json::json!(words)).unwrap(), words);
    }
}

#[test]
fn refuses_labels_that_do_not_say_what_converted() {
    let usual = LabelSpec::column("y");
    refused(words(&["yes", "yes"]), &usual, &["one outcome only", "`yes`", "2 rows"]);
    refused(words(&["won", ""]), &usual, &["1 blank", "blank: Negative"]);
    refused(words(&["", ""]), &usual, &["blank in all 2 rows"]);
    refused(words(&["yes", "no", "maybe"]), &usual, &["`maybe`", "label.negative"]);
    refused(words(&["red", "blue"]), &usual, &["`blue`, `red`", "label.positive"]);
    refused(
        words(&["Won", "Lost"]),
        &spec(["Wonn"], [], Otherwise::LeaveOut),
        &["label.positive", "did you mean `Won`?"],
    );
    refused(
        words(&["Won", "Lost"]),
        &LabelSpec::column("yy"),
        &["label.name", "did you mean `y`?"],
    );
}

const DAY: FieldKind = FieldKind::Date(DateFormat::Iso);

fn dates(created: &[&str], won: &[&str]) -> LeadTable {
    table(&[("created", DAY, created), ("won", DAY, won)])
}

fn within(horizon_days: &[u32], primary: Option<u32>, observed_until: Option<&str>) -> LabelSpec {
    LabelSpec::Outcome(OutcomeSpec {
        event: "won".into(),
        created: "created".into(),
        horizon_days: horizon_days.to_vec(),
        primary,
        observed_until: observed_until.map(str::to_owned),
        ..OutcomeSpec::default()
    })
}

#[test]
fn calls_no_immature_lead_negative() {
    let created = ["2026-01-01", "2026-01-01", "2026-01-01", "2026-05-30", "2026-05-30", ""];
    let won = ["2026-01-20", "", "2026-04-30", "", "2026-06-01", "2026-06-01"];
    check(
        dates(&created, &won),
        &within(&[30, 90], None, None),
        &[true, false, false],
        &["missing_created Some(7) x1", "immature Some(5) x2"],
    );
    let table = label(dates(&created, &won), &within(&[30, 90], Some(30), Some("2026-06-29")));
    assert_eq!(table.unwrap().labels.as_slice(), &[true, false, false, false, true]);
    check(
        dates(&["2026-01-05", "2026-01-01"], &["2026-01-03", ""]),
        &within(&[1], None, Some("2026-01-09")),
        &[true, false],
        &["event_before_created Some(2) x1"],
    );
}

#[test]
fn refuses_dates_and_horizons_that_make_no_label() {
    let plain = || dates(&["2026-01-01", "2026-01-02"], &["2026-01-03", ""]);
    refused(plain(), &within(&[], None, None), &["horizon_days"]);
    refused(plain(), &within(&[30], Some(60), None), &["label.primary", "60"]);
    refused(plain(), &within(&[30], None, None), &["30 days", "2026-01-01", "2026-01-03"]);
    refused(plain(), &within(&[30], None, Some("soon")), &["observed_until", "soon"]);
    refused(
        dates(&["2026-01-01", "2026-02-01"], &["", ""]),
        &within(&[1], None, None),
        &["not converted"],
    );
    let text = table(&[("created", FieldKind::Category, &["a"]), ("won", DAY, &["2026-01-01"])]);
    refused(text, &within(&[30], None, None), &["label.created", "a category"]);
}

#[test]
fn counts_leads_that_were_opened_again_and_hides_when_they_were_lost() {
    let lost = ["2026-01-10", "2026-01-05", "2026-01-31", ""];
    let table = table(&[
        ("created", DAY, &["2026-01-01"; 4]),
        ("won", DAY, &["2026-01-20", "", "2026-01-20", ""]),
        ("lost", DAY, &lost),
    ]);
    let LabelSpec::Outcome(plain) = within(&[30], None, Some("2026-03-01")) else { unreachable!() };
    let spec = LabelSpec::Outcome(OutcomeSpec { lost: Some("lost".into()), ..plain });
    let found = label(table, &spec).unwrap();
    assert_eq!(found.labels.as_slice(), [true, false, true, false]);
    let kinds: Vec<(&str, u64)> = found.issues.iter().map(|i| (i.kind.as_str(), i.count)).collect();
    assert_eq!(kinds, [("reopened", 1), ("lost_after_conversion", 1)]);
    assert_eq!(found.table.schema().fields()[2].role, Role::Label);
}

/// One lead a day, each tenth of which converts after 20 days; conversions before `record` are not in the data.
fn daily(days: i64, record: i64) -> LeadTable {
    let day = |day: i64| leadsight_schema::Timestamp(day * 86_400).to_date();
    let won = |lead: i64| (lead % 10 == 3 && lead + 20 >= record).then(|| day(lead + 20));
    let created: Vec<String> = (0..days).map(day).collect();
    let won: Vec<String> = (0..days).map(|lead| won(lead).unwrap_or_default()).collect();
    let texts = |values: &[String]| values.iter().map(|v| DateFormat::Iso.parse(v).ok()).collect();
    let fields = ["created", "won"].map(|name| Field::feature(name, DAY)).to_vec();
    let columns = [&created, &won].map(|values| leadsight_schema::Column::Date(texts(values)));
    LeadTable::new(
        Schema::new(fields).unwrap(),
        columns.to_vec(),
        (2..).take(days as usize).collect(),
    )
    .unwrap()
}

#[test]
fn tells_a_record_that_begins_after_the_first_leads() {
    let told = |table: LeadTable, spec: &LabelSpec| -> Vec<(String, u64, String)> {
        let issues = label(table, spec).unwrap().issues.into_iter();
        issues.filter(|i| i.kind != "immature").map(|i| (i.kind, i.count, i.expected)).collect()
    };
    let spec = within(&[30], None, None);
    assert_eq!(told(daily(600, 0), &spec), []);
    let found = told(daily(600, 200), &spec);
    assert_eq!((found[0].0.as_str(), found[0].1), ("truncated_record", 203));
    assert!(found[0].2.contains("observed_from: \"1970-07-23\""), "{found:?}");
    let LabelSpec::Outcome(plain) = spec else { unreachable!() };
    let from = OutcomeSpec { observed_from: Some("1970-07-23".into()), ..plain };
    let found = told(daily(600, 200), &LabelSpec::Outcome(from));
    assert_eq!((found[0].0.as_str(), found[0].1, found.len()), ("before_record", 203, 1));
}

#[test]
fn counts_leads_by_month() {
    let found = label(daily(100, 0), &within(&[30], None, None)).unwrap();
    let shown: Vec<(&str, u64, u64, u64)> = (found.cohorts.iter())
        .map(|c| (c.month.as_str(), c.leads, c.mature, c.converted))
        .collect();
    let expect = [
        ("1970-01", 31, 31, 3),
        ("1970-02", 28, 28, 3),
        ("1970-03", 31, 25, 3),
        ("1970-04", 10, 0, 0),
    ];
    assert_eq!(shown, expect);
}
