//! Batches: who gets what, by when, and why.

use crate::world::{BERLIN, at, leads, monday, router, routing};
use leadsight_route::{Assignment, Batch};

fn two() -> String {
    format!(
        r#"(id: "anna", {BERLIN}, territories: ["DACH"], languages: ["de", "en"], daily_cap: 2),
           (id: "ben", time_zone: "America/New_York", languages: ["en"], daily_cap: 2, escalate_to: "anna")"#
    )
}

#[track_caller]
fn batch(more: &str, reps: &str, lines: &str) -> Batch {
    let batch = router(&routing(more, reps)).batch(leads(lines).as_slice(), monday());
    assert!(batch.gap() < 0.01, "{batch:?}");
    batch
}

#[track_caller]
fn check(assignment: &Assignment, to: &str, reason: &str) {
    let found = assignment.owner_id.as_ref().or(assignment.queue.as_ref()).unwrap();
    assert_eq!(found, to, "{assignment:?}");
    assert!(assignment.route_reason.contains(reason), "{}", assignment.route_reason);
}

#[test]
fn every_lead_goes_somewhere_and_says_why() {
    let batch = batch(
        r#"skills: [(skill: "security", when: Is("industry", "Bank")), (skill: "health", when: Is("industry", "Hospital"), without: 0.5)],"#,
        &format!(
            "{}, (id: \"carl\", {BERLIN}, skills: [\"security\", \"health\"], languages: [\"fr\"], products: [\"X\"], daily_cap: 1, \
             absent: [(from: \"2026-11-20\", to: \"2026-11-27\")])",
            two()
        ),
        "a, 0.9, Hot, DE, de
         b, 0.5, Warm, US, en
         c, 0.8, Cold, DE, de
         d, 0.4, Warm, SE, sv
         e, 0.4, Warm, DE, en, , Bank
         f, 0.3, Warm, DE, fr, X
         g, 0.6, Hot, DE, en, , Hospital, , 5000
         h, 0.2, Warm, DE, de
         i, , Warm, DE, de",
    );
    let [a, b, c, d, e, f, g, h, i] = batch.assignments.as_slice() else { panic!() };
    check(
        a,
        "anna",
        "pipeline sales; anna is the only rep who may take it; expected value 900 (90 % of 1000)",
    );
    check(b, "ben", "ben is the only rep who may take it");
    check(c, "marketing", "pipeline nurture: `tier` is Cold; it goes to the queue, not to a rep");
    check(
        d,
        "open",
        "no rep may take it: 3 of 3 work the pipeline, 2 of 3 serve SE, none of 2 speaks sv",
    );
    check(e, "open", "none of 2 knows security");
    check(f, "open", "none of them is at work (carl is away until 2026-11-27)");
    check(
        g,
        "ben",
        "one of 2 reps who may take it, best for the whole; expected value 3000 (60 % of 5000), times 0.5 without health",
    );
    check(h, "anna", "anna is the only rep");
    check(
        i,
        "open",
        "no room: the only rep who may take it is full; its chance is unknown, so it goes last",
    );
    assert_eq!(g.expected_value, Some(1500.0));
    assert_eq!(i.expected_value, None);
    assert_eq!(batch.value, 900.0 + 500.0 + 1500.0 + 200.0);

    // Hot within an hour, others within eight, of the rep's own clock; New York opens at 14:00 UTC.
    let due = |assignment: &Assignment| assignment.respond_by.unwrap().to_string();
    assert_eq!(due(a), "2026-11-23T10:30:00+01:00");
    assert_eq!(due(b), "2026-11-23T17:00:00-05:00");
    assert_eq!(due(g), "2026-11-23T10:00:00-05:00");
    assert_eq!(due(h), "2026-11-24T09:30:00+01:00");
    // What waits is due on the clock of the queue.
    assert_eq!(due(d), "2026-11-24T09:30:00+01:00");
    assert_eq!(c.respond_by, None);
    let to = |assignment: &Assignment| assignment.escalate_to.clone().unwrap_or_default();
    assert_eq!([to(a), to(b), to(c), to(d)], ["open", "anna", "", "head"]);
    assert_eq!(a.sequence.as_deref(), Some("call first"));
    assert_eq!(b.sequence.as_deref(), Some("five touches"));
    assert_eq!(batch.issues.len(), 1, "{:?}", batch.issues);
    assert_eq!(batch.issues[0].kind, "unknown_chance");
}

#[test]
fn reasons_are_told_in_german_too() {
    let batch = batch(
        r#"language: German, skills: [(skill: "Klinik", when: Is("industry", "Hospital"), without: 0.5)],"#,
        &format!(
            "{}, (id: \"carl\", {BERLIN}, skills: [\"Klinik\"], languages: [\"fr\"], products: [\"X\"], daily_cap: 1, absent: [(from: \"2026-11-20\", to: \"2026-11-27\")])",
            two()
        ),
        "a, 0.9, Hot, DE, de
         c, 0.8, Cold, DE, de
         d, 0.4, Warm, SE, sv
         f, 0.3, Warm, DE, fr, X
         g, 0.6, Hot, DE, en, , Hospital, , 5000
         h, 0.2, Warm, DE, de
         i, , Warm, DE, de",
    );
    let [a, c, d, f, g, h, i] = batch.assignments.as_slice() else { panic!() };
    check(a, "anna", "Pipeline sales; nur anna kommt infrage; erwarteter Wert 900 (90 % von 1000)");
    check(c, "marketing", "Pipeline nurture: `tier` ist Cold; geht in die Warteschlange");
    check(
        d,
        "open",
        "niemand kommt infrage: Pipeline: 3 von 3, Gebiet SE: 2 von 3, Sprache sv: niemand von 2",
    );
    check(f, "open", "niemand davon ist im Dienst (carl abwesend bis 27.11.2026)");
    check(
        g,
        "ben",
        "ben ist unter 2, die infrage kommen, f\u{fc}r das Ganze am besten; erwarteter Wert 3000 (60 % von 5000), mal 0,5 ohne Klinik",
    );
    check(h, "anna", "nur anna kommt infrage");
    check(
        i,
        "open",
        "kein Platz: die einzige Person, die infrage kommt, ist ausgelastet; Chance unbekannt, kommt daher zuletzt",
    );
}

#[test]
fn owners_come_first() {
    let reps = two();
    let lines = "a, 0.1, Hot, US, en, , , , , anna
                 b, 0.2, Hot, US, en, , , , , anna
                 c, 0.3, Hot, US, en, , , , , anna
                 d, 0.3, Hot, US, en, , , , , gone
                 e, 0.9, Hot, DE, de";
    let first = batch("", &reps, lines);
    let [a, b, c, d, e] = first.assignments.as_slice() else { panic!() };
    check(c, "anna", "anna owns the account");
    check(b, "anna", "anna owns the account");
    check(a, "ben", "anna, who owns the account, is full; ben is the only rep who may take it");
    check(d, "ben", "`gone`, who owns the account, is no rep");
    check(e, "open", "no room");
    assert_eq!(first.issues[0].kind, "unknown_owner");

    let only = r#"owners: [(column: "account_owner", of: Reengaged, hold: Only)],"#;
    let held = batch(only, &reps, lines);
    check(
        &held.assignments[0],
        "open",
        "anna, who worked the lead before, is full; nobody else may take it",
    );
    let away = reps.replacen(
        "daily_cap: 2",
        r#"daily_cap: 2, absent: [(from: "2026-11-23", to: "2026-11-24")]"#,
        1,
    );
    let held = batch(only, &away, lines);
    check(
        &held.assignments[2],
        "open",
        "anna, who worked the lead before, is away until 2026-11-24",
    );
    check(&batch("", &away, lines).assignments[2], "ben", "is away until 2026-11-24; ben is");
}

#[test]
fn rows_of_one_id_take_one_place() {
    let lines = "a, 0.1, Hot, DE, de
                 a, 0.3, Hot, DE, de
                 b, 0.2, Hot, DE, de
                 c, 0.05, Hot, DE, de";
    let batch = batch("", &two(), lines);
    check(&batch.assignments[0], "anna", "a lead of this id was routed already");
    check(&batch.assignments[1], "anna", "the only rep");
    check(&batch.assignments[2], "anna", "the only rep");
    check(&batch.assignments[3], "open", "no room");
    assert_eq!(batch.reps[0].leads, 2);
    assert_eq!(batch.issues[0].kind, "repeated_lead");
}

#[test]
fn a_band_shares_out_and_tells_where_it_cannot() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, daily_cap: 9), (id: "ben", {BERLIN}, daily_cap: 9, skills: ["law"]), (id: "carl", {BERLIN}, daily_cap: 9, languages: ["fr"])"#
    );
    let lines: String = (0..12)
        .map(|i| {
            format!(
                "l{i:02}, 0.{}, Hot, DE, de, , {}\n",
                9 - i % 5,
                if i < 6 { "Law" } else { "Bank" }
            )
        })
        .collect();
    let skill = r#"skills: [(skill: "law", when: Is("industry", "Law"), without: 0.95)],"#;
    let free = batch(skill, &reps, &lines);
    assert!(free.reps.iter().all(|rep| rep.fair_share.is_none() && rep.conflict.is_none()));
    let even = batch(&format!("{skill} band: (at_least: 0.9, at_most: 1.1),"), &reps, &lines);
    for rep in &even.reps[..2] {
        let fair = rep.fair_share.unwrap();
        assert!((0.9..=1.1).contains(&(rep.expected_value / fair)), "{rep:?}");
        assert_eq!(rep.conflict, None);
    }
    assert_eq!((even.reps[2].fair_share, even.reps[2].leads), (Some(0.0), 0));
    // One lead of twice the worth of all others cannot be shared.
    let one = lines + "big, 0.9, Hot, DE, de, , Bank, , 9000";
    let one = batch(
        "band: (at_least: 0.9, at_most: 1.1),",
        &reps.replace(r#", skills: ["law"]"#, ""),
        &one,
    );
    let told: Vec<&str> = one.reps.iter().filter_map(|rep| rep.conflict.as_deref()).collect();
    assert_eq!(
        told,
        [
            "9700 is more than 9240 (fair share 8400): nobody else who may take these leads has room for them in their band",
            "7100 is less than 7560 (fair share 8400): every place is taken, and nobody has better leads to swap for",
        ]
    );
}

#[test]
fn scores_stand_in_where_there_is_no_history() {
    let text =
        routing("", &two()).replace("columns: (", r#"columns: (chance: Score("employees"), "#);
    let batch = router(&text).batch(leads("a, , Hot, DE, de, , , 80").as_slice(), monday());
    check(&batch.assignments[0], "anna", "; score 80");
}

#[test]
fn no_leads_and_no_moment_are_no_trouble() {
    let router = router(&routing("band: (at_least: 0.5, at_most: 2),", &two()));
    let batch = router.batch(leads("").as_slice(), monday());
    assert_eq!((batch.value, batch.bound, batch.gap()), (0.0, 0.0, 0.0));
    let lines = leads("a, 0.5, Hot, DE, de");
    for moment in [i64::MIN, i64::MAX] {
        let batch = router.batch(lines.as_slice(), leadsight_schema::Timestamp(moment));
        check(&batch.assignments[0], "open", "anna is without any working day");
    }
    // On Saturday whoever is back on Monday is at work.
    let batch = router.batch(lines.as_slice(), at("2026-11-21T12:00:00Z"));
    assert_eq!(batch.assignments[0].respond_by.unwrap().at, at("2026-11-23T09:00:00Z"));
}

#[test]
fn a_rep_works_the_pipelines_named_and_no_others() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, pipelines: ["large"], daily_cap: 5), (id: "ben", {BERLIN}, pipelines: ["Sales"], daily_cap: 5)"#
    );
    let text = routing("", &reps.replace("Sales", "sales")).replace(
        r#"(id: "sales", "#,
        r#"(id: "large", when: AtLeast("employees", 250), queue: "head"), (id: "sales", "#,
    );
    let lines = "a, 0.9, Hot, DE, de, , , 500
                 b, 0.1, Hot, DE, de, , , 20
                 c, 0.5, Hot, DE, de";
    let batch = router(&text).batch(leads(lines).as_slice(), monday());
    let [a, b, c] = batch.assignments.as_slice() else { panic!() };
    check(a, "anna", "pipeline large: `employees` at least 250; anna is the only rep");
    check(b, "ben", "pipeline sales; ben is the only rep");
    check(c, "ben", "pipeline sales; ben is the only rep");
    // Nothing was promised in one of them.
    assert_eq!((a.respond_by, a.escalate_to.as_deref()), (None, None));
}

#[test]
fn territories_that_nobody_declared_are_the_words_of_the_column() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, territories: ["de", "Österreich"], daily_cap: 5), (id: "ben", {BERLIN}, territories: ["US"], daily_cap: 5)"#
    );
    let text = routing("", &reps)
        .replace(r#"territories: {"DACH": ["DE", "AT", "CH"], "Nordics": ["SE", "NO"]},"#, "");
    let lines = "a, 0.9, Hot, DE\nb, 0.9, Hot, ÖSTERREICH\nc, 0.9, Hot, us\nd, 0.9, Hot, FR";
    let batch = router(&text).batch(leads(lines).as_slice(), monday());
    let [a, b, c, d] = batch.assignments.as_slice() else { panic!() };
    check(a, "anna", "the only rep");
    check(b, "anna", "the only rep");
    check(c, "ben", "the only rep");
    check(d, "open", "2 of 2 work the pipeline, none of 2 serves FR");
}

#[test]
fn products_and_seniority_are_asked_for_by_name() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, products: ["X"], seniority: 1, daily_cap: 5), (id: "ben", {BERLIN}, products: ["Y"], seniority: 3, daily_cap: 5)"#
    );
    let senior = r#"seniority: [(at_least: 1, when: AtLeast("employees", 100)), (at_least: 3, when: AtLeast("employees", 1000))],"#;
    let lines = "a, 0.5, Hot, DE, de, X, , 500
                 b, 0.5, Hot, DE, de, X, , 5000
                 c, 0.5, Hot, DE, de, Y, , 5000
                 d, 0.5, Hot, DE, de, Z, , 5000";
    let batch = batch(senior, &reps, lines);
    let [a, b, c, d] = batch.assignments.as_slice() else { panic!() };
    check(a, "anna", "the only rep");
    check(b, "open", "1 of 2 sells X, none of 1 is of seniority 3");
    check(c, "ben", "the only rep");
    check(d, "open", "none of 2 sells Z");
}

#[test]
fn who_worked_a_lead_before_takes_it_where_the_accounts_owner_has_left() {
    let owners = r#"owners: [(column: "account_owner", of: Account, hold: First), (column: "worked_by", of: Reengaged, hold: First)],"#;
    let lines = "a, 0.1, Hot, US, en, , , , , anna, ben
                 b, 0.1, Hot, US, en, , , , , gone, anna
                 c, 0.1, Hot, DE, de, , , , , , ben
                 d, 0.1, Hot, DE, de, , , , , gone, left";
    let batch = batch(owners, &two(), lines);
    let [a, b, c, d] = batch.assignments.as_slice() else { panic!() };
    check(a, "anna", "anna owns the account");
    check(b, "anna", "anna worked the lead before");
    // Ben speaks no German: the lead was his all the same.
    check(c, "ben", "ben worked the lead before");
    check(d, "open", "`gone`, who owns the account, is no rep; no room");
}

#[test]
fn escalation_comes_to_an_end() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, territories: ["DACH"], daily_cap: 5), (id: "dana", {BERLIN}, territories: ["Nordics"], daily_cap: 5),
           (id: "eve", {BERLIN}, daily_cap: 0, escalate_to: "head")"#
    );
    let text = routing("", &reps).replace(r#"escalate_to: "head"),"#, r#"escalate_to: "dana"),"#);
    let of = |text: &str| {
        let lines = leads("a, 0.5, Hot, DE, de\nb, 0.5, Hot, SE, de\nc, 0.5, Hot, US, en");
        let batch = router(text).batch(lines.as_slice(), monday());
        batch.assignments.iter().map(|a| a.escalate_to.clone()).collect::<Vec<_>>()
    };
    let some = |to: &str| Some(to.to_owned());
    // Anna's lead goes back to the queue, which escalates to Dana; Dana's own would come back to her, so she is the last.
    assert_eq!(of(&text), [some("open"), None, some("dana")]);
    // The way back may be longer.
    let long = text.replace(r#"escalate_to: "dana"),"#, r#"escalate_to: "eve"),"#);
    let long = long.replace(
        r#"(id: "head", time_zone: "Europe/Berlin")"#,
        r#"(id: "head", time_zone: "Europe/Berlin", escalate_to: "dana")"#,
    );
    assert_eq!(of(&long), [some("open"), None, some("eve")]);
}

#[test]
fn a_weight_is_a_share() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, daily_cap: 20, weight: 2), (id: "ben", {BERLIN}, daily_cap: 20)"#
    );
    let lines: String = (0..12).map(|i| format!("l{i:02}, 0.5, Hot, DE, de\n")).collect();
    let even = batch("band: (at_least: 0.95, at_most: 1.05),", &reps, &lines);
    let got: Vec<_> = even.reps.iter().map(|rep| (rep.leads, rep.fair_share.unwrap())).collect();
    assert_eq!(got, [(8, 4000.0), (4, 2000.0)]);
}

#[test]
fn a_band_costs_no_more_than_it_may() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, daily_cap: 20, skills: ["law"]), (id: "ben", {BERLIN}, daily_cap: 20)"#
    );
    let lines: String = (0..12).map(|i| format!("l{i:02}, 0.5, Hot, DE, de, , Law\n")).collect();
    let with = |band: &str| {
        let skill = r#"skills: [(skill: "law", when: Is("industry", "Law"), without: 0.9)],"#;
        router(&routing(&format!("{skill} {band}"), &reps))
            .batch(leads(&lines).as_slice(), monday())
    };
    let best = with("");
    assert_eq!((best.value, best.reps[0].leads), (6000.0, 12));
    let free = with("band: (at_least: 0.9, at_most: 1.1, may_cost: 0),");
    assert_eq!(free.value, 6000.0);
    assert!(free.reps.iter().all(|rep| rep.conflict.is_some()), "{:?}", free.reps);
    // Each lead that Ben takes costs 50 of 6000: two of them at 2 %.
    let some = with("band: (at_least: 0.9, at_most: 1.1, may_cost: 0.02),");
    assert_eq!((some.value, some.reps[1].leads), (5900.0, 2));
    assert!(some.reps.iter().all(|rep| rep.conflict.is_some()), "{:?}", some.reps);
    let even = with("band: (at_least: 0.9, at_most: 1.1, may_cost: 0.1),");
    assert!(even.reps.iter().all(|rep| rep.conflict.is_none()), "{:?}", even.reps);
    assert!(even.value >= 0.9 * 6000.0 && even.bound == 6000.0, "{even:?}");
}

#[test]
fn what_is_absurd_is_told_and_nothing_is_lost_by_it() {
    let batch = batch(
        "",
        &two(),
        ", 0.5, Hot, DE, de, , , , 500
         , 0.4, Hot, DE, de, , , , 500
         row-1, 0.3, Hot, US, en, , , , 1e300
         d, 0.2, Hot, US, en, , , , -5
         e, 1.5, Hot, DE, de",
    );
    let [a, b, c, d, e] = batch.assignments.as_slice() else { panic!() };
    // Two leads without an id are two leads, and neither is the one that is called as the first of them.
    check(a, "anna", "50 % of 500");
    check(b, "anna", "40 % of 500");
    check(c, "ben", "expected value 300 (30 % of 1000)");
    check(d, "ben", "expected value 200 (20 % of 1000)");
    check(e, "open", "no room");
    assert_eq!((a.lead_id.as_str(), c.lead_id.as_str()), ("row-1", "row-1"));
    let kinds: Vec<_> =
        batch.issues.iter().map(|i| (i.kind.as_str(), i.count, i.row, i.found.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("unnamed_lead", 2, Some(1), "no id"),
            ("absurd_value", 2, Some(3), "1e300 of lead `row-1`"),
            ("unknown_chance", 1, Some(5), "lead `e` has none"),
        ]
    );
}

#[test]
fn a_promise_that_nobody_can_keep_is_told() {
    let hours = r#"hours: [(days: [Mon], from: "09:00", to: "10:00")]"#;
    let reps = format!(r#"(id: "anna", {BERLIN}, {hours}, daily_cap: 5)"#);
    let text = routing("", &reps).replace("respond_within_hours: 1,", "respond_within_hours: 100,");
    let text = text.replace("respond_within_hours: 1)", "respond_within_hours: 100)");
    let lines = leads("a, 0.5, Hot, DE, de\nb, 0.5, Warm, DE, de");
    let batch = router(&text).batch(lines.as_slice(), monday());
    let [a, b] = batch.assignments.as_slice() else { panic!() };
    assert_eq!((a.respond_by, a.escalate_to.as_deref()), (None, None));
    // Eight hours are eight Mondays, the first half an hour short.
    assert_eq!(b.respond_by.unwrap().to_string(), "2027-01-18T09:30:00+01:00");
    assert_eq!(batch.issues.len(), 1);
    assert_eq!(batch.issues[0].kind, "no_promise");
    assert_eq!(batch.issues[0].found, "lead `a` within 100 working hours");
}

#[test]
fn what_waits_is_due_on_the_clock_of_its_queue() {
    let text = routing("", &two()).replace(
        r#"(id: "open", time_zone: "Europe/Berlin""#,
        r#"(id: "open", time_zone: "Asia/Tokyo""#,
    );
    let batch = router(&text).batch(leads("a, 0.4, Warm, SE, sv").as_slice(), monday());
    // It is half past five in Tokyo, so the eight hours are those of Tuesday.
    let due = batch.assignments[0].respond_by.unwrap();
    assert_eq!(due.to_string(), "2026-11-24T17:00:00+09:00");
}

#[test]
fn the_order_of_leads_without_an_id_does_not_matter() {
    let reps = format!(r#"(id: "anna", {BERLIN}, daily_cap: 1)"#);
    let lines = [", 0.5, Hot, DE, de", ", 0.5, Hot, US, en"];
    let german = |lines: &[&str], german: usize| {
        let batch = batch("", &reps, &lines.join("\n"));
        batch.assignments[german].owner_id.clone()
    };
    assert_eq!(german(&lines, 0), german(&[lines[1], lines[0]], 1));
}
