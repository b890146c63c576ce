//! Planted leaks are found, honest columns are left alone.

use super::*;
use leadsight_schema::{DateFormat, Field, FieldKind, Schema};
use proptest::prelude::*;

const N: usize = 600;

fn labels() -> Labels {
    Labels::new((0..N).map(|i| i % 6 == 0).collect())
}

/// A number in [0, 1) that has nothing to do with the label.
fn noise(i: usize, stream: usize) -> f64 {
    let mut z = (i * 31 + stream * 7919 + 1) as u64;
    z = z.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (z ^ (z >> 31)) as f64 / u64::MAX as f64
}

/// The verdict on a column that stands beside an honest one.
#[track_caller]
fn check(name: &str, kind: FieldKind, column: Column, verdict: Verdict, words: &[&str]) {
    check_at(&|_| 0, name, kind, column, verdict, words);
}

/// As [`check`], of leads that came in on the days given.
#[track_caller]
fn check_at(
    day_of: &dyn Fn(usize) -> i64,
    name: &str,
    kind: FieldKind,
    column: Column,
    verdict: Verdict,
    words: &[&str],
) {
    let day = FieldKind::Date(DateFormat::Iso);
    let fields = vec![
        Field::feature(name, kind),
        Field::feature("honest", FieldKind::Number),
        Field { name: "created".into(), kind: day, role: Role::Created },
    ];
    let honest = Column::Number((0..N).map(|i| noise(i, 9)).collect());
    let moment = |i| Some(Timestamp(86_400 * day_of(i)));
    let created = Column::Date((0..N).map(moment).collect());
    let lines = (0..N as u64).collect();
    let table =
        LeadTable::new(Schema::new(fields).unwrap(), vec![column, honest, created], lines).unwrap();
    let rows: Vec<usize> = (0..N).collect();
    let findings = audit(&table, &labels(), &rows);
    assert_eq!(findings.len(), 2);
    assert_eq!(findings[0].verdict, verdict, "{findings:?}");
    assert_eq!(findings[1].verdict, Verdict::Safe, "{findings:?}");
    let evidence = findings[0].evidence.join("; ");
    for word in words {
        assert!(evidence.contains(word), "`{word}` is not in: {evidence}");
    }
}

fn number(value: impl Fn(usize, bool) -> f64) -> Column {
    Column::Number(labels().as_slice().iter().enumerate().map(|(i, l)| value(i, *l)).collect())
}

fn word<'a>(value: impl Fn(usize, bool) -> Option<&'a str>) -> Column {
    Column::from_words(labels().as_slice().iter().enumerate().map(|(i, l)| value(i, *l)))
}

#[test]
fn finds_planted_leaks() {
    let (number_kind, word_kind) = (FieldKind::Number, FieldKind::Category);
    let copy = number(|_, l| f64::from(u8::from(l)));
    check("x", number_kind, copy, Verdict::Leak, &["AUC 1.000"]);
    let filled_after = number(|i, l| if l { 100.0 * noise(i, 1) } else { f64::NAN });
    check(
        "x",
        number_kind,
        filled_after,
        Verdict::Leak,
        &["filled for 100.0 % of the conversions"],
    );
    let strong = number(|i, l| noise(i, 2) + if l { 0.65 } else { 0.0 });
    check("x", number_kind, strong, Verdict::Suspect, &["AUC 0.9"]);
    let stage = word(|i, l| Some(if l && i % 4 == 0 { "signed" } else { "open" }));
    check("x", word_kind, stage, Verdict::Leak, &["`signed`", "at least 99 % conversions"]);
    let lost = word(|i, l| (!l && i % 3 == 1).then_some("too dear"));
    check("x", word_kind, lost, Verdict::Suspect, &["filled for 0.0 % of the conversions"]);
    let named = number(|i, l| noise(i, 4) + if l { 0.3 } else { 0.0 });
    check("WonAmount", number_kind, named.clone(), Verdict::Suspect, &["\"won\""]);
    check("visits", number_kind, named.clone(), Verdict::Safe, &[]);
    check("last_visit", number_kind, named, Verdict::Suspect, &["\"last\""]);
    let few = number(|i, l| if l && i % 4 == 0 || i % 97 == 0 { noise(i, 3) } else { f64::NAN });
    check("x", number_kind, few, Verdict::Suspect, &["it is filled for"]);
    let lonely = number(|i, l| noise(i, 5) + if l { 0.45 } else { 0.0 });
    check("visits", number_kind, lonely, Verdict::Suspect, &["the next column"]);
    let later = Column::Date((0..N).map(|i| Some(Timestamp(86_400 * (i as i64 % 30)))).collect());
    check(
        "seen",
        FieldKind::Date(DateFormat::Iso),
        later,
        Verdict::Suspect,
        &["after the lead came in"],
    );
}

#[test]
fn finds_clocks_and_values_still_to_be_filled() {
    let (kind, day) = (FieldKind::Number, &|i: usize| i as i64);
    let counter = number(|i, _| 1000.0 + 3.0 * i as f64 + noise(i, 11));
    check_at(day, "case", kind, counter.clone(), Verdict::Suspect, &["rises with the moment"]);
    check("case", kind, counter, Verdict::Safe, &[]);
    let late = number(|i, l| noise(i, 12) + if l && i < 450 { 0.35 } else { 0.0 });
    check_at(day, "calls", kind, late, Verdict::Suspect, &["among the youngest quarter"]);
    let steady = number(|i, l| noise(i, 12) + if l { 0.2 } else { 0.0 });
    check_at(day, "calls", kind, steady, Verdict::Safe, &[]);
}

#[test]
fn finds_what_is_filled_together_with_a_telling_column() {
    let slip = |i: usize, l: bool| !l && i % 97 == 1;
    let telling = word(|i, l| (l && i % 4 == 2 || slip(i, l)).then_some("yes"));
    let few =
        word(|i, l| (l && i % 8 == 2 && i < 380 || slip(i, l)).then_some(["a", "b"][i % 3 % 2]));
    let fields = ["signed", "size"].map(|name| Field::feature(name, FieldKind::Category)).to_vec();
    let lines = (0..N as u64).collect();
    let table = LeadTable::new(Schema::new(fields).unwrap(), vec![telling, few], lines).unwrap();
    let findings = audit(&table, &labels(), &(0..N).collect::<Vec<_>>());
    assert!(findings.iter().all(|f| f.verdict == Verdict::Suspect), "{findings:?}");
    assert!(findings[1].evidence[0].contains("only where `signed` is"), "{findings:?}");
}

#[test]
fn leaves_honest_columns_alone() {
    let number_kind = FieldKind::Number;
    check("closest_office", number_kind, number(|i, _| noise(i, 6)), Verdict::Safe, &[]);
    check("duration", number_kind, number(|i, _| noise(i, 7)), Verdict::Safe, &[]);
    let names: Vec<String> = (0..N).map(|i| format!("n{i}")).collect();
    let unique = word(|i, _| Some(names[i].as_str()));
    check("name", FieldKind::Category, unique, Verdict::Safe, &[]);
    let gaps = word(|i, _| (noise(i, 8) < 0.3).then_some("known"));
    check("gaps", FieldKind::Category, gaps, Verdict::Safe, &[]);
    check("empty", FieldKind::Category, word(|_, _| None), Verdict::Safe, &[]);
}

#[test]
fn a_handful_of_leads_proves_nothing() {
    let fields = vec![Field::feature("x", FieldKind::Number)];
    let column = Column::Number((0..10).map(f64::from).collect());
    let table =
        LeadTable::new(Schema::new(fields).unwrap(), vec![column], (0..10).collect()).unwrap();
    let labels = Labels::new((0..10).map(|i| i >= 5).collect());
    let rows: Vec<usize> = (0..10).collect();
    assert_eq!(audit(&table, &labels, &rows)[0].verdict, Verdict::Safe);
    assert_eq!(audit(&table, &labels, &[])[0].auc, None);
}

proptest! {
    #[test]
    fn any_table_is_judged_without_panic(
        rows in prop::collection::vec((any::<bool>(), prop::option::of(-1e300_f64..1e300)), 0..80),
    ) {
        let n = rows.len() as u64;
        let column = Column::Number(rows.iter().map(|r| r.1.unwrap_or(f64::NAN)).collect());
        let fields = vec![Field::feature("x", FieldKind::Number)];
        let table = LeadTable::new(Schema::new(fields).unwrap(), vec![column], (0..n).collect()).unwrap();
        let labels = Labels::new(rows.iter().map(|r| r.0).collect());
        let all: Vec<usize> = (0..rows.len()).collect();
        prop_assert_eq!(audit(&table, &labels, &all).len(), 1);
        prop_assert_eq!(crate::profile(&table, Some(&labels), &[]).len(), 1);
    }
}

/// A note of a few words, with one more where `more` says.
fn notes(more: impl Fn(usize, bool) -> Option<&'static str>) -> Column {
    let words = ["asks", "price", "demo", "team", "call", "later", "budget", "offer"];
    let note = |i: usize| {
        let own = (0..4).map(|k| words[(noise(i, k) * 8.0) as usize]).collect::<Vec<_>>().join(" ");
        let more = more(i, labels().as_slice()[i]).unwrap_or("today");
        format!("{own} {more} case {i}")
    };
    let notes: Vec<String> = (0..N).map(note).collect();
    Column::from_words(notes.iter().map(|note| Some(note.as_str())))
}

#[test]
fn words_that_only_winners_have_are_found_in_texts() {
    let text = FieldKind::Text;
    check("notes", text, notes(|_, _| None), Verdict::Safe, &[]);
    let onboarding = |_, won: bool| won.then_some("onboarding");
    check("notes", text, notes(onboarding), Verdict::Leak, &["the word \"onboarding\" (100 rows)"]);
    let some = |i: usize, won: bool| (won && i % 5 < 2).then_some("kickoff");
    check("notes", text, notes(some), Verdict::Suspect, &["\"kickoff\" (40 rows)"]);
}
