//! Scored leads to reps and queues.

use crate::shell::Shell;
use std::collections::BTreeMap;

const ROUTING: &str = include_str!("../../../../examples/routing/demo.ron");
const AT: &str = "--at 2026-07-06T07:30:00Z";

/// The CRM's leads with a score that a policy gave, and a probability made of it.
fn scored() -> Shell {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 400 --quiet");
    shell.write("crm.ron", include_str!("../../../../examples/policies/crm.ron"));
    let columns = "--columns lead_id,lead_score,tier";
    shell.expect(
        0,
        &format!("score --policy crm.ron --leads crm/leads.csv --out s.csv {columns} --now 2026-07-06T07:00:00Z --quiet"),
    );
    let mut text = "lead_id,probability,lead_score,tier\n".to_owned();
    for row in shell.rows("s.csv") {
        let p = row["lead_score"].parse::<f64>().unwrap() / 200.0;
        text += &format!("{},{p},{},{}\n", row["lead_id"], row["lead_score"], row["tier"]);
    }
    shell.write("scored.csv", text);
    shell.write("routing.ron", ROUTING);
    shell
}

#[test]
fn every_scored_lead_goes_to_a_rep_or_a_queue() {
    let shell = scored();
    let route = format!("route --leads scored.csv --with crm/leads.csv --routing routing.ron {AT}");
    shell.expect(0, &format!("{route} --out a.csv --quiet"));
    shell.expect(0, &format!("{route} --out b.csv --quiet"));
    assert_eq!(shell.read("a.csv"), shell.read("b.csv"));
    let rows = shell.rows("a.csv");
    assert_eq!(rows.len(), shell.rows("scored.csv").len());
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        assert!(row["owner_id"].is_empty() != row["queue"].is_empty(), "{row:?}");
        assert!(!row["route_reason"].is_empty() && !row["pipeline"].is_empty(), "{row:?}");
        assert_eq!(row["tier"] == "Cold", row["queue"] == "marketing", "{row:?}");
        assert_eq!(row["tier"] == "Cold", row["respond_by"].is_empty(), "{row:?}");
        *taken.entry(&row["owner_id"]).or_default() += 1;
    }
    // R02 is away; nobody has more than the cap.
    assert!(!taken.contains_key("R02"), "{taken:?}");
    assert!(taken.iter().all(|(rep, leads)| rep.is_empty() || *leads <= 12), "{taken:?}");
    assert!(taken.len() > 8, "{taken:?}");

    // Another order of rows, JSON, and the routed file routed again: the same assignments.
    let text = shell.text("scored.csv");
    let (head, body) = text.split_once('\n').unwrap();
    let reversed: Vec<&str> = body.lines().rev().collect();
    shell.write("reversed.csv", format!("{head}\n{}\n", reversed.join("\n")));
    let by_lead = |json: &str| -> BTreeMap<String, serde_json::Value> {
        let all: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
        all.into_iter().map(|lead| (lead["lead_id"].as_str().unwrap().to_owned(), lead)).collect()
    };
    let json =
        |leads: &str| {
            by_lead(&shell.expect(
                0,
                &format!("{} --format json --quiet", route.replace("scored.csv", leads)),
            ))
        };
    assert_eq!(json("scored.csv"), json("reversed.csv"));
    assert_eq!(json("scored.csv"), json("a.csv"));
    insta::assert_snapshot!("table", shell.expect(0, &format!("{route} --format table --quiet")));
}

/// The promise is told by the clock of whoever keeps it, and is the same moment wherever it is read.
#[test]
fn promises_are_on_the_clock_of_whoever_keeps_them() {
    let shell = scored();
    let route = format!("route --leads scored.csv --with crm/leads.csv --routing routing.ron {AT}");
    shell.expect(0, &format!("{route} --out a.csv --quiet"));
    let offsets = [("R03", "-04:00"), ("R06", "+02:00"), ("R11", "+05:30"), ("R12", "+10:00")];
    let rows = shell.rows("a.csv");
    for (rep, offset) in offsets {
        let mut of_rep = rows.iter().filter(|row| row["owner_id"] == rep).peekable();
        assert!(of_rep.peek().is_some(), "{rep}");
        assert!(of_rep.all(|row| row["respond_by"].ends_with(offset)), "{rep} {offset}");
    }
    let list = shell.expect(0, &format!("{route} --list 4 --out c.csv --quiet"));
    insta::assert_snapshot!("list", list);
    assert_eq!(shell.read("a.csv"), shell.read("c.csv"));
    // The same leads for programs: their whole rows.
    shell.write("d.csv", shell.expect(0, &format!("{route} --list 4 --format csv --quiet")));
    let first = shell.rows("d.csv");
    let ids: Vec<&str> = first.iter().map(|row| row["lead_id"].as_str()).collect();
    assert_eq!(ids.len(), 4);
    let place = |id: &str| list.find(id).unwrap_or_else(|| panic!("{id}: {list}"));
    assert!(ids.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{list}");
    assert!(first.iter().all(|row| rows.contains(row)), "{first:?}");
}

/// `leads.xlsx` has an empty sheet `About` and one, `Leads`, with the cells of `leads.csv`.
#[test]
fn a_sheet_of_a_workbook_is_routed() {
    let shell = Shell::new();
    shell.write("leads.csv", include_str!("../data/leads.csv"));
    shell.write("leads.xlsx", include_bytes!("../data/leads.xlsx"));
    shell.write(
        "routing.ron",
        r#"Routing(
            version: 1,
            columns: (chance: Score("visits")),
            value: (column: "budget", otherwise: 0),
            pipelines: [(id: "sales", queue: "open")],
            queues: [(id: "open", time_zone: "Europe/Vienna")],
            reps: [(id: "anna", time_zone: "Europe/Vienna", daily_cap: 9)],
        )"#,
    );
    let route = |leads: &str| {
        format!("route --routing routing.ron {AT} --format json --quiet --leads {leads}")
    };
    let owners = |json: String| -> Vec<serde_json::Value> {
        let all: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        all.into_iter().map(|lead| serde_json::json!([lead["lead_id"], lead["owner_id"]])).collect()
    };
    let plain = owners(shell.expect(0, &route("leads.csv")));
    assert_eq!(plain, owners(shell.expect(0, &route("leads.xlsx --sheet Leads"))));
    assert_eq!(
        plain,
        owners(shell.expect(0, &route("leads.csv --with leads.xlsx --with-sheet Leads")))
    );
    let cases = [
        route("leads.xlsx --sheet Lead"),
        route("leads.csv --with leads.xlsx --with-sheet Lead"),
        route("leads.csv --with-sheet Leads"),
    ];
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    insta::assert_snapshot!("sheets", shell.transcript(2, &cases));
}

#[test]
fn amounts_are_read_as_in_training_and_the_list_goes_by_urgency() {
    let shell = Shell::new();
    shell.write(
        "leads.csv",
        "lead_id;firma;score;budget\nL1;Adler;0,5;80.000,00 €\nL2;Bär;0,25;12.500,50 €\nL3;Chur;0,5;900,00 €\n",
    );
    shell.write(
        "routing.ron",
        r#"Routing(
            version: 1,
            columns: (chance: Probability("score")),
            value: (column: "budget", otherwise: 1),
            pipelines: [(id: "sales", queue: "open", outreach: [
                (when: AtLeast("budget", 10000), sequence: "call", respond_within_hours: 8),
                (sequence: "soon", respond_within_hours: 2),
            ])],
            queues: [(id: "open", time_zone: "Europe/Vienna")],
            reps: [(id: "anna", time_zone: "Europe/Vienna", daily_cap: 9)],
        )"#,
    );
    let route = format!("route --leads leads.csv --routing routing.ron {AT}");
    shell.expect(0, &format!("{route} --out a.csv --quiet"));
    let values: Vec<String> =
        shell.rows("a.csv").iter().map(|row| row["expected_value"].clone()).collect();
    assert_eq!(values, ["40000.0", "3125.13", "450.0"]);
    let list = shell.expect(0, &format!("{route} --list 3 --show firma --out b.csv --quiet"));
    let place = |name: &str| list.find(name).unwrap_or_else(|| panic!("{list}"));
    assert!(place("Chur") < place("Adler") && place("Adler") < place("Bär"), "{list}");
    assert_eq!(shell.text("a.csv"), shell.text("b.csv"));
    let odd = shell.run(&format!("{route} --list 3 --show frima"));
    let told = String::from_utf8_lossy(&odd.stderr).into_owned();
    assert!(odd.status.code() == Some(2) && told.contains("did you mean `firma`?"), "{told}");
}

#[test]
fn what_is_wrong_is_told() {
    let shell = scored();
    let with = |name: &str, from: &str, to: &str| {
        assert!(ROUTING.contains(from), "{from}");
        shell.write(&format!("{name}.ron"), ROUTING.replacen(from, to, 1));
    };
    with("key", "daily_cap: 6", "daily_kap: 6");
    with("zone", r#""Europe/Madrid""#, r#""Europe/Madird""#);
    with(
        "circle",
        r#"(id: "head of sales", "#,
        r#"(id: "head of sales", escalate_to: "open leads", "#,
    );
    with("nobody", r#"territories: ["Latin America"]"#, r#"territories: ["Asia"]"#);
    with("twice", r#"id: "R03""#, r#"id: "R01""#);
    with("column", r#"territory: "country""#, r#"territory: "contry""#);
    shell.write("full.ron", ROUTING.replace("daily_cap: ", "taken: 99, daily_cap: "));
    shell.write("empty.csv", "");
    let line = |routing: &str, more: &str| {
        format!("route --leads scored.csv --routing {routing}.ron {more}")
    };
    let cases = [
        line("key", ""),
        line("zone", ""),
        line("circle", ""),
        line("nobody", ""),
        line("twice", ""),
        line("full", ""),
        line("none", ""),
        line("routing", ""),
        line("column", "--with crm/leads.csv"),
        line("routing", "--with crm/accounts.csv"),
        line("routing", "--with none.csv"),
        line("routing", "--at tomorrow"),
        line("routing", "--with crm/leads.csv --out scored.csv"),
        "route --leads empty.csv --routing routing.ron".to_owned(),
        "route --leads scored.csv".to_owned(),
    ];
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    insta::assert_snapshot!("refused", shell.transcript(2, &cases));
}
