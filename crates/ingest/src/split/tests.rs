//! Parts that cover, do not overlap, and are balanced as asked.

use super::*;
use leadsight_schema::{DateFormat, Field, Schema};
use proptest::prelude::*;

fn table(dates: Vec<Option<Timestamp>>, words: Vec<Option<&str>>) -> LeadTable {
    let n = dates.len() as u64;
    let fields = vec![
        Field::feature("day", FieldKind::Date(DateFormat::Iso)),
        Field::feature("part", FieldKind::Category),
    ];
    let columns = vec![Column::Date(dates), Column::from_words(words)];
    LeadTable::new(Schema::new(fields).unwrap(), columns, (2..n + 2).collect()).unwrap()
}

fn days(days: &[i64]) -> LeadTable {
    table(days.iter().map(|d| Some(Timestamp(d * 86_400))).collect(), vec![None; days.len()])
}

fn every_other(n: usize) -> Labels {
    Labels::new((0..n).map(|i| i % 2 == 0).collect())
}

fn time(shares: [f64; 3], embargo_days: f64) -> SplitSpec {
    let [train, valid, test] = shares;
    SplitSpec::Time {
        column: Some("day".into()),
        train,
        valid,
        test,
        embargo_days: Some(embargo_days),
    }
}

#[track_caller]
fn refused(mut table: LeadTable, labels: &[u8], spec: &SplitSpec, words: &[&str]) {
    let labels = Labels::new(labels.iter().map(|l| *l == 1).collect());
    let message = split(&mut table, &labels, spec, Seed(1)).unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

proptest! {
    /// Whatever the split, a person's leads stand in one part; by chance, and where nobody comes twice, no lead is left out.
    #[test]
    fn a_person_stands_in_one_part(
        who in prop::collection::vec(0_u32..40, 60..120), alone: bool, seed: u64,
    ) {
        let labels = every_other(who.len());
        let group: Vec<Option<u32>> = who.iter().map(|w| (!alone && *w < 20).then_some(*w)).collect();
        let all: Vec<i64> = (0..who.len() as i64).collect();
        let shares = Shares::default();
        let Shares { train, valid, test } = shares;
        for spec in [SplitSpec::default(), time([train, valid, test], 0.0), SplitSpec::Order { train, valid, test }] {
            let Ok((parts, issues)) =
                split_groups(&mut days(&all), &labels, &spec, Seed(seed), &group) else { continue };
            let mut part_of = std::collections::BTreeMap::new();
            let mut seen = 0;
            for (part, rows) in [&parts.train, &parts.valid, &parts.test].into_iter().enumerate() {
                seen += rows.len();
                for group in rows.iter().filter_map(|&row| group[row]) {
                    prop_assert_eq!(*part_of.entry(group).or_insert(part), part);
                }
            }
            let left: u64 = issues.iter().filter(|i| i.kind == "group_in_later_part").map(|i| i.count).sum();
            prop_assert_eq!(seen as u64 + left, who.len() as u64);
            if alone || !spec.by_time() {
                prop_assert_eq!(left, 0);
            }
            if alone {
                prop_assert_eq!(parts, split(&mut days(&all), &labels, &spec, Seed(seed)).unwrap().0);
            }
        }
    }

    #[test]
    fn stratified_parts_cover_once_in_order_with_equal_rates(
        positives in 3_usize..80, negatives in 3_usize..400, seed: u64,
    ) {
        let labels = Labels::new((0..positives + negatives).map(|i| i < positives).collect());
        let mut leads = days(&vec![0; labels.len()]);
        let spec = SplitSpec::default();
        let (parts, issues) = split(&mut leads, &labels, &spec, Seed(seed)).unwrap();
        let kinds: Vec<&str> = issues.iter().map(|issue| issue.kind.as_str()).collect();
        prop_assert_eq!(kinds, ["split_by_chance"]);
        prop_assert_eq!(&parts, &split(&mut leads, &labels, &spec, Seed(seed)).unwrap().0);
        let mut all: Vec<usize> = [&parts.train, &parts.valid, &parts.test].into_iter().flatten().copied().collect();
        for part in [&parts.train, &parts.valid, &parts.test] {
            prop_assert!(part.is_sorted());
        }
        all.sort_unstable();
        prop_assert!(all.iter().copied().eq(0..labels.len()));
        let hits = parts.train.iter().filter(|&&r| labels.as_slice()[r]).count() as f64;
        prop_assert!((hits - 0.7 * positives as f64).abs() <= 1.5);
    }

    #[test]
    fn time_never_runs_backwards(moments in prop::collection::vec(0_i64..30, 40..120)) {
        let labels = every_other(moments.len());
        let mut leads = days(&moments);
        if let Ok((parts, _)) = split(&mut leads, &labels, &time([0.6, 0.2, 0.2], 0.0), Seed(1)) {
            let last = |part: &[usize]| part.iter().map(|&r| moments[r]).max();
            let first = |part: &[usize]| part.iter().map(|&r| moments[r]).min();
            prop_assert!(last(&parts.train) < first(&parts.valid));
            prop_assert!(last(&parts.valid) < first(&parts.test));
        }
    }
}

#[test]
fn the_embargo_keeps_unknown_outcomes_out() {
    let mut leads = days(&(0..100).collect::<Vec<_>>());
    let labels = every_other(100);
    let (parts, issues) =
        split(&mut leads, &labels, &time([0.7, 0.15, 0.15], 5.0), Seed(1)).unwrap();
    assert_eq!(parts.train, (0..66).collect::<Vec<_>>());
    assert_eq!(parts.valid, (70..81).collect::<Vec<_>>());
    assert_eq!(parts.test, (85..100).collect::<Vec<_>>());
    assert_eq!((issues[0].kind.as_str(), issues[0].count), ("embargo", 8));
    assert_eq!(leads.schema().fields()[0].role, Role::Created);
}

#[test]
fn order_cuts_the_file_and_a_column_says_it_outright() {
    let spec = SplitSpec::Order { train: 0.5, valid: 0.25, test: 0.25 };
    let (parts, _) = split(&mut days(&[9; 8]), &every_other(8), &spec, Seed(1)).unwrap();
    assert_eq!((parts.train.len(), parts.valid, parts.test), (4, vec![4, 5], vec![6, 7]));

    let words = ["train", "Train", "valid", "valid", "test", "test"].map(Some);
    let words: Vec<Option<&str>> = words.into_iter().chain([None, None]).collect();
    let mut leads = table(vec![None; 8], words);
    let spec = SplitSpec::Column("part".into());
    let (parts, issues) = split(&mut leads, &every_other(8), &spec, Seed(1)).unwrap();
    assert_eq!(parts, Split { train: vec![0, 1], valid: vec![2, 3], test: vec![4, 5] });
    assert_eq!((issues[0].kind.as_str(), issues[0].count), ("missing_split", 2));
    assert_eq!(leads.schema().fields()[1].role, Role::Split);
}

#[test]
fn refuses_splits_that_judge_nothing() {
    let four = || days(&[1, 2, 3, 4]);
    let stratified = |train, valid, test| SplitSpec::Stratified { train, valid, test };
    refused(four(), &[1, 0, 1, 0], &stratified(0.7, 0.2, 0.2), &["sum to 1", "0.7"]);
    refused(four(), &[1, 0, 1, 0], &stratified(1.2, -0.1, -0.1), &["above 0"]);
    refused(four(), &[1, 0, 1, 0], &stratified(f64::NAN, 0.5, 0.5), &["sum to 1"]);
    refused(
        four(),
        &[1, 0, 0, 0],
        &SplitSpec::default(),
        &["no conversion", "1 of all 4", "at least three"],
    );
    refused(four(), &[1, 1], &SplitSpec::default(), &["2 labels for 4 rows"]);
    refused(
        days(&[5; 9]),
        &[1, 0, 1, 0, 1, 0, 1, 0, 1],
        &time([0.4, 0.3, 0.3], 0.0),
        &["valid part has 0 rows"],
    );
    refused(four(), &[1, 0, 1, 0], &time([0.4, 0.3, 0.3], -1.0), &["embargo_days", "-1"]);
    let unnamed =
        SplitSpec::Time { column: None, train: 0.4, valid: 0.3, test: 0.3, embargo_days: None };
    refused(four(), &[1, 0, 1, 0], &unnamed, &["data.created", "date columns: day"]);
    refused(four(), &[1, 0, 1, 0], &SplitSpec::Column("prt".into()), &["did you mean `part`?"]);
    let odd = table(vec![None; 2], vec![Some("train"), Some("tset")]);
    refused(odd, &[1, 0], &SplitSpec::Column("part".into()), &["line 3", "`tset`"]);
}
