//! What repeats within hours: counted in any order and in any parts, told, and what a policy can say wrong of it.

use super::*;
use crate::{Conduct, DeclaredPolicy, Lead, Policy, PolicyFile};
use leadsight_schema::{DateFormat, Language, Probability};
use proptest::prelude::*;

const SCALE: &str = "score: (p0: 0.002, p40: 0.02, p70: 0.08, p100: 0.5)";

fn policy(review: &str) -> Result<Policy, DecideError> {
    Policy::from_ron(&format!("Policy(version: 1, {SCALE},\nreview: [{review}])"))
}

fn date() -> FieldKind {
    FieldKind::Date(DateFormat::Iso)
}

/// A value and a moment: the cells of the two fields, in the order of [`Policy::fields`], moment first.
type Row<'a> = (Cell<'a>, Cell<'a>);

fn at(text: &str) -> Cell<'_> {
    DateFormat::Iso.parse(text).map_or(Cell::Missing, Cell::Date)
}

fn cells<'a>((value, moment): Row<'a>) -> impl Fn(usize) -> Cell<'a> + Copy {
    move |field| if field == 0 { moment } else { value }
}

/// The flags of each lead, counted in parts of these many leads.
fn flags(policy: &Policy, rows: &[Row<'_>], part: usize) -> Vec<Vec<String>> {
    let fields = policy.fields().unwrap();
    assert_eq!(fields.iter().map(|f| f.kind).collect::<Vec<_>>(), [date(), FieldKind::Text]);
    let conduct = Conduct::bind(&policy.actions, &policy.review, &fields).unwrap();
    let mut repeats = Repeats::default();
    for rows in rows.chunks(part) {
        let mut own = Repeats::default();
        rows.iter().for_each(|row| conduct.review().count(&mut own, cells(*row)));
        repeats.add(own);
    }
    let shared = Shared::of(repeats, conduct.review());
    let made = Made {
        tier: "Hot",
        lead_score: 80,
        probability: None,
        score_percentile: None,
        fit_score: None,
        intent_score: None,
        icp_match_pct: None,
        data_completeness: 1.0,
        scorer_used: "model",
    };
    let mut decision = policy.decide(Probability::new(0.3).unwrap(), None);
    let (now, vocabulary) = (Timestamp(0), policy.vocabulary());
    let lead = Lead { id: "L1", made, position: 80.0, now, vocabulary };
    let of = |row: &Row<'_>| {
        let found = conduct.decide(&lead, &mut decision.clone(), cells(*row), Some(&shared));
        found.flags.into_iter().map(|flag| flag.text).collect()
    };
    let found = rows.iter().map(of).collect();
    let alone = conduct.decide(&lead, &mut decision, cells(rows[0]), None);
    assert!(alone.flags.is_empty(), "a lead alone repeats nothing");
    found
}

const DOMAIN: &str =
    r#"RepeatedDomain(field: "email", more_than: 2, within: (hours: 24, at: "created_at"))"#;

#[test]
fn a_burst_is_flagged_and_what_is_spread_is_not() {
    let mut policy = policy(DOMAIN).unwrap();
    let mail = |text| Cell::Text(text);
    let rows = [
        (mail("a@acme.test"), at("2026-03-01T23:30:00Z")),
        (mail("B@ACME.test"), at("2026-03-02T00:10:00Z")),
        (mail("c@eu.acme.test"), at("2026-03-02T01:00:00Z")),
        // A day and more from the others, a moment that nobody knows, a domain for everybody.
        (mail("d@acme.test"), at("2026-03-09")),
        (mail("e@acme.test"), Cell::Missing),
        (mail("f@gmail.com"), at("2026-03-02")),
        (mail("g@gmail.com"), at("2026-03-02")),
        (mail("h@gmail.com"), at("2026-03-02")),
        (Cell::Missing, at("2026-03-02")),
    ];
    let found = flags(&policy, &rows, 2);
    assert_eq!(found[0], ["3 leads with this domain acme.test within a day"]);
    assert_eq!((&found[1], &found[2]), (&found[0], &found[0]));
    assert!(found[3..].iter().all(Vec::is_empty), "{found:?}");
    policy.speak(Language::German);
    let german = flags(&policy, &rows, 9);
    assert_eq!(german[2], ["3 Leads innerhalb von einem Tag mit der Domain acme.test"]);
}

#[test]
fn addresses_numbers_and_moments_repeat_too() {
    let text = DOMAIN.replace("RepeatedDomain", "Repeated").replace("hours: 24", "hours: 0.5");
    let policy = policy(&text.replace("email", "ip")).unwrap();
    for value in [Cell::Text("10.0.0.1"), Cell::Number(7.0), at("2026-01-01")] {
        let minute = |m: i64| (value, Cell::Date(Timestamp(m * 60)));
        let found = flags(&policy, &[0, 29, 15, 61].map(minute), 1);
        assert_eq!(found[1], ["3 leads with this ip within 0.5 hours"]);
        assert!(found[3].is_empty());
    }
}

#[test]
fn the_moment_is_a_field_of_its_own() {
    let fields = policy(DOMAIN).unwrap().fields().unwrap();
    assert_eq!(fields[0], Field::feature("created_at", date()));
    let german = policy(&format!(r#"{DOMAIN}], kinds: {{"created_at": Date(German)}}, intent: ["#));
    assert_eq!(german.unwrap().fields().unwrap()[0].kind, FieldKind::Date(DateFormat::German));
    let card =
        r#"scorecard: (points: [(when: LongerAgo("created_at", 9), points: 1)], threshold: 1)"#;
    let text = format!("Policy(version: 1, {card}, review: [{DOMAIN}])");
    let declared = DeclaredPolicy::from_ron(&text).unwrap();
    let names: Vec<&str> = declared.fields().iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["created_at", "email"]);
}

#[test]
fn what_was_written_before_reads_as_before() {
    let old = policy(
        r#"Repeated(field: "ip", more_than: 2), RepeatedDomain(field: "email", more_than: 9)"#,
    );
    let old = old.unwrap();
    assert!(old.review.iter().all(|suspicion| suspicion.within().is_none()));
    assert!(!old.to_ron().unwrap().contains("within"));
    for policy in [old, policy(DOMAIN).unwrap()] {
        let text = policy.to_ron().unwrap();
        assert_eq!(Policy::from_ron(&text).unwrap(), policy, "{text}");
    }
}

#[test]
fn says_what_is_wrong() {
    for (from, to, expect) in [
        ("hours: 24", "hours: 0", "`hours` above 0 and at most 8784"),
        ("hours: 24", "hours: -1", "line 2: review[1] is RepeatedDomain"),
        ("hours: 24", "hours: 8784.5", "`hours` above 0"),
        ("hours: 24", "hours: inf", "`hours` above 0"),
        ("hours: 24", "hours: NaN", "`hours` above 0"),
        ("hours: 24", "hour: 24", "did you mean `hours`?"),
        ("hours: 24, ", "", "`hours`"),
        (", at: \"created_at\"", "", "`at`"),
        ("within", "witin", "did you mean `within`?"),
        ("\"created_at\"", "\"tier\"", "needs `tier` to be a date"),
        ("\"email\", more", "\"email\", more_than: 1, more", "more_than"),
    ] {
        let text = format!("Policy(version: 1, {SCALE},\nreview: [{}])", DOMAIN.replace(from, to));
        let told = PolicyFile::from_ron(&text).unwrap_err().to_string();
        assert!(told.contains(expect), "{told}");
    }
    let two = policy(&format!(r#"{DOMAIN}, When(when: Is("created_at", "x"), reason: "")"#));
    let told = two.unwrap_err().to_string();
    assert!(told.contains("`created_at` is taken for"), "{told}");
    let words = [Field::feature("created_at", FieldKind::Text), Field::feature("email", date())];
    let told = Review::bind(&policy(DOMAIN).unwrap().review, &words).unwrap_err().to_string();
    assert!(told.contains("review[1]") && told.contains("`created_at` to be a date"), "{told}");
}

proptest! {
    /// A lead is flagged if some stretch of ten seconds around it holds more than two leads of its value, whatever the order and the parts.
    #[test]
    fn neither_order_nor_parts_matter(
        leads in prop::collection::vec((0..4_usize, prop::option::of(0..60_i64)), 1..40),
        part in 1..9_usize,
        turn in 0..40_usize,
    ) {
        let policy = policy(&DOMAIN.replace("hours: 24", &format!("hours: {}", 10.0 / 3600.0))).unwrap();
        let mails = ["a@one.test", "b@one.test", "c@two.test", "nobody"];
        let row = |&(mail, moment): &(usize, Option<i64>)| {
            (Cell::Text(mails[mail]), moment.map_or(Cell::Missing, |t| Cell::Date(Timestamp(t))))
        };
        let rows: Vec<Row<'_>> = leads.iter().map(row).collect();
        let found = flags(&policy, &rows, part);
        let firm = |mail: usize| [Some(1), Some(1), Some(2), None][mail];
        for ((mail, moment), flags) in leads.iter().zip(&found) {
            let most = moment.filter(|_| firm(*mail).is_some()).map_or(0, |t| {
                let among = |from: i64| {
                    let near = |at: i64| (from..from + 10).contains(&at);
                    let one = |(other, at): &&(usize, Option<i64>)| {
                        firm(*other) == firm(*mail) && at.is_some_and(near)
                    };
                    leads.iter().filter(one).count()
                };
                (t - 9..=t).map(among).max().unwrap_or(0)
            });
            let expect = (most > 2).then(|| format!("{most} leads with this domain"));
            prop_assert_eq!(flags.len(), usize::from(expect.is_some()));
            prop_assert!(expect.is_none_or(|told| flags[0].starts_with(&told)));
        }
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        let mut again = flags(&policy, &turned, rows.len());
        again.reverse();
        again.rotate_right(turn % rows.len());
        prop_assert_eq!(again, found);
    }
}

#[test]
fn a_suspicion_is_told_apart_from_others_and_alike_for_all_its_leads() {
    let review = r#"Repeated(field: "Telefon", more_than: 2), Repeated(field: "ip", more_than: 2),
        RepeatedDomain(field: "E-Mail", more_than: 2, within: (hours: 24, at: "created")),
        DisposableMail("E-Mail"), BrokenMail("E-Mail"), CountriesDiffer("Land", "Sitz"), LittleKnown(0.25)"#;
    let mut policy = policy(review).unwrap();
    let about = |policy: &Policy| -> Vec<String> {
        policy.review.iter().map(|suspicion| suspicion.about(policy.vocabulary())).collect()
    };
    assert_eq!(
        about(&policy)[..3],
        [
            "several leads with this telefon",
            "several leads with this ip",
            "several leads with one domain within a day: e-mail",
        ]
    );
    policy.speak(Language::German);
    assert_eq!(
        about(&policy),
        [
            "mehrere Leads mit demselben Wert: Telefon",
            "mehrere Leads mit demselben Wert: ip",
            "mehrere Leads innerhalb von einem Tag mit derselben Domain: E-Mail",
            "Wegwerfadresse: E-Mail",
            "E-Mail ist keine Adresse",
            "zwei L\u{e4}nder: Land und Sitz",
            "weniger als 25 % der Felder bekannt",
        ]
    );
}
