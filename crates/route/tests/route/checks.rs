//! Routing files that are wrong: what is told, and where.

use crate::world::{BERLIN, routing, schema};
use leadsight_route::{RouteError, Router, Routing};
use leadsight_rules::RulesError;
use leadsight_schema::{Field, FieldKind, Schema};

fn good() -> String {
    routing("", &format!(r#"(id: "anna", {BERLIN}, daily_cap: 5)"#))
}

#[track_caller]
fn refused(text: &str, expect: &str) {
    let error = Routing::from_ron(text).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

/// The good routing with one piece replaced, refused on the line where it stands.
#[track_caller]
fn refused_at(from: &str, to: &str, expect: &str) {
    let good = good();
    assert!(good.contains(from), "{from}");
    let line = 1 + good.split(from).next().unwrap().matches('\n').count();
    let error = Routing::from_ron(&good.replacen(from, to, 1)).unwrap_err();
    let RouteError::Rules(RulesError::Text { line: found, .. }) = &error else { panic!("{error}") };
    assert!(error.to_string().contains(expect), "{error}");
    assert_eq!(*found, line, "{error}");
}

#[test]
fn what_is_read_wrong_is_told_with_its_line() {
    refused_at("value: (", "vlaue: (", "did you mean `value`?");
    refused_at(
        r#"time_zone: "Europe/Berlin", daily_cap"#,
        r#"time_zone: "Berlin", daily_cap"#,
        "`Berlin` is no time zone",
    );
    refused_at(
        r#"time_zone: "Europe/Berlin", daily_cap"#,
        "daily_cap",
        "missing field named `time_zone`",
    );
    refused_at("daily_cap: 5", "daily_cap: -5", "`daily_cap: -5` is out of range");
    refused_at("daily_cap: 5", "daily_cap: 5, weight: 0", "0 is not a weight above 0");
    refused_at("daily_cap: 5", "daily_cap: 5, skils: []", "did you mean `skills`?");
    refused_at(
        "daily_cap: 5",
        r#"daily_cap: 5, hours: [(from: "18:00", to: "9:00")]"#,
        "an end after the start",
    );
    refused_at(
        "daily_cap: 5",
        r#"daily_cap: 5, hours: [(from: "9", to: "18:00")]"#,
        "`9` is no time of day",
    );
    refused_at(
        "daily_cap: 5",
        r#"daily_cap: 5, absent: [(from: "2026-12-02", to: "2026-12-01")]"#,
        "two dates",
    );
    refused_at("otherwise: 1000", "otherwise: -1", "-1 is not an amount of money");
    refused_at("otherwise: 1000", "otherwise: 1e13", "0 to 1e12");
    refused_at("respond_within_hours: 8", "respond_within_hours: 0", "0 is not hours above 0");
    refused_at("to: Queue", "to: Quee", "did you mean `Queue`?");
    refused_at(r#"Is("tier", "Hot")"#, r#"Ist("tier", "Hot")"#, "did you mean `Is`?");
    refused("", "routing, line 1");
}

#[test]
fn what_does_not_fit_together_is_told_by_name() {
    let with = |more: &str, reps: &str| routing(more, &reps.replace("BERLIN", BERLIN));
    let anna = r#"(id: "anna", BERLIN, daily_cap: 5)"#;
    refused(&good().replace("version: 1", "version: 2"), "version 2");
    refused(&with("", ""), "`reps` has 0 entries");
    refused(
        &with("", &format!("{anna}, {anna}")),
        "`anna` stands twice: as reps[1] and as reps[2]",
    );
    refused(
        &with("", &anna.replace("anna", "open")),
        "`open` stands twice: as queues[2] and as reps[1]",
    );
    refused(&with("", &anna.replace("anna", " ")), "reps[1] has a blank name");
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, pipelines: ["sale"])"#),
        "the rep `anna` names the pipeline `sale`, which there is not (did you mean `sales`?); there are: nurture, sales",
    );
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, territories: ["DE"])"#),
        "names the territory `DE`, which there is not; there are: DACH, Nordics",
    );
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, skills: ["law"])"#),
        "names the skill `law`, which there is not; there are: none",
    );
    refused(
        &good().replacen(r#"queue: "open""#, r#"queue: "opne""#, 1),
        "the pipeline `sales` names the queue `opne`, which there is not (did you mean `open`?)",
    );
    refused(&with("", r#"(id: "anna", BERLIN, daily_cap: 0)"#), "every `daily_cap` is used up");
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, taken: 5)"#),
        "every `daily_cap` is used up",
    );
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, hours: [])"#),
        "the rep `anna` has no working hours",
    );
    refused(
        &with(
            "",
            r#"(id: "anna", BERLIN, daily_cap: 5, escalate_to: "ben"),
               (id: "ben", BERLIN, daily_cap: 5, escalate_to: "carl"), (id: "carl", BERLIN, daily_cap: 5, escalate_to: "ben")"#,
        ),
        "escalation goes in a circle: ben -> carl -> ben",
    );
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, escalate_to: "anna")"#),
        "escalation goes in a circle: anna -> anna",
    );
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, escalate_to: "opn")"#),
        "`escalate_to` of `anna` names the queue or rep `opn`, which there is not (did you mean `open`?)",
    );
    refused(
        &with(
            "",
            r#"(id: "anna", BERLIN, daily_cap: 5, territories: ["DACH"]), (id: "ben", BERLIN, daily_cap: 0)"#,
        ),
        "the territory `Nordics` has no rep: 1 of 2 reps have a `daily_cap` above 0, and none of them serves it",
    );
    refused(
        &with("", r#"(id: "anna", BERLIN, daily_cap: 5, pipelines: ["nurture"])"#),
        "the pipeline `sales` has no rep",
    );
    refused(
        &with(r#"skills: [(skill: "law", when: Is("industry", "legal"))],"#, anna),
        "the skill `law` has no rep",
    );
    refused(
        &with(r#"seniority: [(at_least: 3, when: AtLeast("employees", 1000))],"#, anna),
        "seniority 3 or above has no rep",
    );
    refused(&with("band: (at_least: 0.5, at_most: 0.9),", anna), "the band goes from 0.5 to 0.9");
    refused(
        &good().replace(r#""Nordics": ["SE", "NO"]"#, r#""Nordics": ["SE", "at"]"#),
        "the territory word `at` stands twice: as a word of `DACH` and as a word of `Nordics`",
    );
    refused(
        &good().replace(r#"(id: "sales", "#, r#"(id: "sales", when: Is("tier", "Hot"), "#),
        "the last pipeline, `sales`, takes leads only `when` something holds",
    );
    refused(
        &good().replace(r#"(id: "nurture", when: Is("tier", "Cold"), "#, r#"(id: "nurture", "#),
        "the pipeline `sales` is never reached: the pipeline `nurture` before it takes every lead",
    );
    refused(
        &good().replace(r#"(when: Is("tier", "Hot"), sequence"#, "(sequence"),
        "outreach[2] of the pipeline `sales` is never reached",
    );
    refused(
        &good().replace(r#"Is("tier", "Hot")"#, r#"AtLeast("tier", 3)"#),
        "the field `tier` is taken for words by",
    );
}

#[test]
fn columns_that_do_not_fit_are_named() {
    let told = |text: &str, schema: &Schema| {
        Router::new(&Routing::from_ron(text).unwrap(), schema).unwrap_err().to_string()
    };
    let slip = good().replace(r#"territory: "country""#, r#"territory: "contry""#);
    let error = told(&slip, &schema());
    assert!(
        error.contains(
            "`columns.territory` of the routing: no field `contry` (did you mean `country`?)"
        ),
        "{error}"
    );
    let mut fields = schema().fields().to_vec();
    fields[1] = Field::feature("probability", FieldKind::Category);
    let error = told(&good(), &Schema::new(fields).unwrap());
    assert!(
        error.contains("needs the column `probability` to be a number, but it is a category"),
        "{error}"
    );
    let rule = good().replace(r#"Is("tier", "Hot")"#, r#"Is("teir", "Hot")"#);
    let error = told(&rule, &schema());
    assert!(
        error.contains("the pipeline `sales`") && error.contains("did you mean `tier`?"),
        "{error}"
    );
}
