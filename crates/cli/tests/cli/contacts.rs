//! Contacts as people type them, through `leadsight format`.

use crate::shell::Shell;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

const FIRST: [&str; 8] = ["Anna-Lena", "JOHN", "Jürgen", "maria", "Søren", "李", "דוד", "محمد"];
const LAST: [&str; 7] = ["Berg", "von der Heide", "Müller", "O'Neil", "SMITH", "Łukasz", "Weiß"];
const PHONE: [&str; 7] = [
    "030 / 901820",
    "+49 (0)30 901820",
    "0049 30 901820",
    "(030) 901-820",
    "+1 415 555 2671",
    "",
    "call me",
];
const TITLE: [&str; 6] =
    ["Geschäftsführerin", "VP of Sales", "IT-Leiter", "Head of Marketing", "", "Wizard of Light"];
const COMPANY: [&str; 5] =
    ["ACME Maschinenbau GmbH & Co. KG", "Globex, Inc.", "Müller & Söhne", "", "株式会社"];
const SIZE: [&str; 5] = ["51-200", "1.001–5.000 Mitarbeiter", "10,000+", "n/a", "many"];
const REVENUE: [&str; 5] = ["$1.2M", "1,5 Mio. €", "", "10-50 million", "undisclosed"];
const COUNTRY: [&str; 5] = ["Deutschland", "US", "Österreich", "", "Atlantis"];

/// A sheet of contacts in which every way of writing meets many others.
pub fn sheet(contacts: usize) -> String {
    let mut sheet =
        "Nr;Name;E-Mail;Telefon;Position;Firma;Mitarbeiter;Umsatz;Land;Notiz\n".to_owned();
    for i in 0..contacts {
        let (first, last) = (FIRST[i % 8], LAST[i % 7]);
        let name = match i % 3 {
            0 => format!("{first} {last}"),
            1 => format!("{last}, {first}"),
            _ => format!("Dr. {first} {last}"),
        };
        let host = ["acme.de", "gmail.com", "mailinator.com", "sales.globex.co.uk"][i % 4];
        let mail = match i % 9 {
            7 => String::new(),
            8 => "unknown@".to_owned(),
            n => format!("Person.{n}@{host}"),
        };
        sheet += &format!(
            "{i};\"{name}\";{mail};{};{};\"{}\";{};{};{};note {i}\n",
            PHONE[i % 7],
            TITLE[i % 6],
            COMPANY[i % 5],
            SIZE[i % 5],
            REVENUE[i * 3 % 5],
            COUNTRY[i * 2 % 5],
        );
    }
    sheet
}

#[test]
fn contacts_in_one_form_beside_the_originals() {
    let shell = Shell::new();
    shell.write("contacts.csv", sheet(500));
    let page = shell.run("format contacts.csv --region DE --format table --out out.csv");
    let mut told = String::from_utf8(page.stdout).unwrap();
    told += &String::from_utf8(page.stderr).unwrap();
    for row in shell.text("out.csv").lines().take(12) {
        told += row;
        told.push('\n');
    }
    insta::assert_snapshot!("format", told);

    let rows = shell.rows("out.csv");
    assert_eq!(rows.len(), 500, "no contact is lost");
    for (i, row) in rows.iter().enumerate() {
        assert_eq!((&row["Nr"], &row["Notiz"]), (&i.to_string(), &format!("note {i}")));
        // Every cell that holds something is read or told.
        for (column, given) in [("Telefon", "contact_phone"), ("E-Mail", "contact_email")] {
            let silent = !row[column].is_empty() && row[given].is_empty();
            assert_eq!(silent, row["contact_problems"].contains(&format!("{column}: ")), "{row:?}");
        }
    }
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    zipped.write_all(sheet(500).as_bytes()).unwrap();
    shell.write("zipped", zipped.finish().unwrap());
    assert_eq!(shell.expect(0, "format zipped --region Germany"), shell.text("out.csv"));
    shell.expect(0, "format contacts.csv --region de --out out.json");
    assert_eq!(shell.json("out.json").as_array().unwrap().len(), 500);
}

#[test]
fn the_country_of_a_number_is_the_rows_or_the_given_one() {
    let shell = Shell::new();
    shell.write(
        "c.csv",
        "Spalte1,Country\n030 901820,DE\n030 901820,\n1 58858 0,Austria\n+999 1,DE\n",
    );
    let phones = |arguments: &str| -> Vec<String> {
        shell.expect(0, &format!("format c.csv --column phone=Spalte1 --out o.csv {arguments}"));
        let rows = shell.rows("o.csv").into_iter();
        rows.map(|mut row| row.remove("contact_phone").unwrap()).collect()
    };
    assert_eq!(phones(""), ["+4930901820", "", "+431588580", ""]);
    assert_eq!(phones("--region DE"), ["+4930901820", "+4930901820", "+431588580", ""]);
}

#[test]
fn what_cannot_be_formatted_is_told() {
    let shell = Shell::new();
    shell.write("other.csv", "a,b\n1,2\n");
    shell.write("again.csv", "email,contact_email\na@b.de,a@b.de\n");
    shell.write("good.csv", "email,x\na@b.de,1\n");
    let cases = [
        "format nowhere.csv",
        "format other.csv",
        "format again.csv",
        "format good.csv --region Atlantis",
        "format good.csv --column phone",
        "format good.csv --column phne=x",
        "format good.csv --column phone=emial",
        "format good.csv --out good.csv",
        "format good.csv --out nowhere/out.csv",
    ];
    insta::assert_snapshot!("format_refused", shell.transcript(2, &cases));
}

#[test]
fn a_cell_of_ten_megabytes_is_an_issue() {
    let shell = Shell::new();
    let header =
        "name,email,phone,title,company,employees,revenue,country,industry,technologies,website";
    let long = ["x".repeat(10_000_000), "١ ".repeat(3_000_000), "מ\u{202e}".repeat(2_000_000)];
    let mut sheet = format!("{header}\n");
    for cell in &long {
        let note: String = cell.chars().take(20_001).collect();
        sheet += &format!("{cell},{}\n", [note.as_str(); 10].join(","));
    }
    shell.write("long.csv", sheet);
    let output = shell.run("format long.csv --out out.csv --region DE");
    assert_eq!(output.status.code(), Some(0));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.len() < 5_000 && told.matches("x3, first on line 2").count() == 11, "{told}");
    let rows = shell.rows("out.csv");
    assert_eq!(rows.len(), 3);
    for (row, cell) in rows.iter().zip(&long) {
        assert_eq!(row["name"], cell.trim(), "the original stays");
        assert!(row["contact_email"].is_empty() && row["contact_problems"].len() < 5_000);
    }
}

/// 600 leads of which those of high rank, at companies of their own, convert more often.
fn scored_leads() -> String {
    let mut leads = "lead_id,mail,position,stack,size,won\n".to_owned();
    for i in 0..600_usize {
        let draw = (i * 7919) % 600;
        let title = TITLE[draw % 6];
        let host = ["acme.de", "gmail.com"][draw % 2];
        let won = (draw % 6 == 0 && i % 5 < 2) || i % 17 == 0;
        let stack = ["AWS; SAP", "Postgres", ""][draw % 3];
        leads +=
            &format!("L{i},p{i}@{host},{title},{stack},\"{}\",{}\n", SIZE[i % 5], u8::from(won));
    }
    leads
}

const EXPERIMENT: &str = r#"Experiment(
    data: (leads: "leads.csv"),
    label: Column(name: "won"),
    features: (contacts: (email: "mail", title: "position", technologies: "stack", employees: "size")),
    models: [Logistic(), Tree()],
    report: (bootstrap: 20),
)"#;

#[test]
fn formatting_is_part_of_the_recipe() {
    let shell = Shell::new();
    shell.write("leads.csv", scored_leads());
    shell.write("c.ron", EXPERIMENT);
    shell.expect(0, "run c.ron --quiet");
    let recipe = shell.text("runs/c/bundle/model.json");
    for part in ["mailbox", "seniority", "department", "employees", "uses(stack, postgresql)"] {
        assert!(recipe.contains(part), "{part}: {recipe}");
    }
    let issues = shell.json("runs/c/issues.json");
    let unreadable = |column: &str| {
        let mut issues = issues.as_array().unwrap().iter();
        issues.find(|i| i["kind"] == "unreadable_contact" && i["column"] == column).cloned()
    };
    assert_eq!(unreadable("size").unwrap()["count"], 120);
    assert!(unreadable("position").is_some() && unreadable("mail").is_none());
    // A new lead, typed in another way, goes through the same lines as the table.
    let now = "--now 2026-11-22T00:00:00Z --quiet --columns lead_id,probability";
    shell.write(
        "new.csv",
        "lead_id,position,mail,stack,size\n\
         a,Geschäftsführerin,x@acme.de,AWS; SAP,51-200\n\
         b,GESCHAEFTSFUEHRER,Max <y@globex.com>,\"sap, amazon web services\",51 to 200 employees\n\
         c,IT-Leiter,y@gmail.com,,\n",
    );
    let scored = shell.expect(0, &format!("score --bundle runs/c/bundle --leads new.csv {now}"));
    let probability: Vec<&str> =
        scored.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert_eq!(probability[0], probability[1], "{scored}");
    assert_ne!(probability[0], probability[2], "{scored}");
    let transcript = shell.transcript(2, &["run c.ron --set features.contacts.email=mial"]);
    assert!(
        transcript.contains("features.contacts") && transcript.contains("`mail`"),
        "{transcript}"
    );
}

/// Two people who stand there twice, a family, and colleagues behind one address.
pub const DOUBLES: &str = "\
Vorname,Nachname,E-Mail,Telefon,Firma
Robert,Müller,r.mueller@acme.de,089 / 123456,ACME GmbH
Anna,Berg,berg@gmx.de,089 777777,
Bob,Mueller,,+49 89 123456,Acme
Jonas,Berg,berg@gmx.de,+49 89 777777,
Tom,Koch,info@globex.de,030 901820,Globex AG
Ina,Lang,info@globex.de,030 901820,Globex AG
Koch,Tom,tom.koch@globex.de,,Globex
Robert,Müller,mueller@initech.de,,Initech
";

#[test]
fn contacts_that_are_one_person_get_one_group() {
    let shell = Shell::new();
    shell.write("contacts.csv", DOUBLES);
    let page = shell.run("dedupe contacts.csv --region DE --format table --out out.csv");
    assert_eq!(page.status.code(), Some(0));
    let mut told = String::from_utf8(page.stdout).unwrap();
    told += &String::from_utf8(page.stderr).unwrap();
    told += &shell.text("out.csv");
    insta::assert_snapshot!("dedupe", told);
    let groups: Vec<String> = (shell.rows("out.csv").into_iter())
        .map(|mut row| row.remove("duplicate_group_id").unwrap())
        .collect();
    assert_eq!(groups, ["D1", "", "D1", "", "D2", "", "D2", ""]);
    let kept = shell.expect(0, "dedupe contacts.csv --region DE --survivors --keep last");
    let names: Vec<&str> = kept.lines().skip(1).map(|l| l.split(',').next().unwrap()).collect();
    assert_eq!(names, ["Anna", "Bob", "Jonas", "Ina", "Koch", "Robert"]);
    // A file whose rows stand in another order has the same groups.
    let mut lines: Vec<&str> = DOUBLES.lines().collect();
    lines[1..].reverse();
    shell.write("turned.csv", lines.join("\n"));
    shell.expect(0, "dedupe turned.csv --region DE --out turned.out");
    let turned: Vec<bool> = (shell.rows("turned.out").iter().rev())
        .map(|row| row["duplicate_group_id"].is_empty())
        .collect();
    assert_eq!(turned, groups.iter().map(String::is_empty).collect::<Vec<_>>());
    shell.write("again.csv", shell.text("out.csv"));
    shell.write("other.csv", "a,b\n1,2\n");
    let cases = [
        "dedupe again.csv",
        "dedupe other.csv",
        "dedupe contacts.csv --same 5",
        "dedupe contacts.csv --keep newest",
    ];
    insta::assert_snapshot!("dedupe_refused", shell.transcript(2, &cases));
}

/// 400 people, every fourth of whom comes twice, the second time typed otherwise and later.
fn leads_of_persons() -> String {
    let mut leads = "lead_id,created,vorname,nachname,email,telefon,firma,visits,won\n".to_owned();
    let mut row = |id: usize, who: usize, again: bool| {
        let name = format!("Person{}", (b'a' + (who / 26 % 26) as u8) as char);
        let family = format!("{}{}ler", (b'A' + (who % 26) as u8) as char, who);
        let (mail, phone) = match again {
            false => (format!("p{who}@firm{who}.de"), format!("089 {}", 200_000 + who)),
            true => (String::new(), format!("+49 89 {}", 200_000 + who)),
        };
        let visits = (who * 7919) % 30;
        let won = u8::from((visits > 20 && !who.is_multiple_of(5)) || who % 17 == 1);
        let day = 1 + id % 28;
        let month = 1 + id / 28 % 12;
        leads += &format!(
            "L{id},2025-{month:02}-{day:02},{name},{family},{mail},{phone},Firm {who},{visits},{won}\n"
        );
    };
    for id in 0..400 {
        row(id, id, false);
    }
    for id in 400..500 {
        row(id, (id - 400) * 4, true);
    }
    leads
}

#[test]
fn no_person_stands_on_both_sides_of_a_split() {
    let shell = Shell::new();
    shell.write("leads.csv", leads_of_persons());
    let experiment = |split: &str, duplicates: &str| {
        format!(
            "Experiment(data: (leads: \"leads.csv\", id: \"lead_id\", created: \"created\"{duplicates}), \
             label: Column(name: \"won\"), split: {split}, models: [Prior, Logistic()], report: (bootstrap: 20))"
        )
    };
    let duplicates = ", duplicates: (region: \"DE\")";
    for (name, split) in [("chance", "Stratified()"), ("time", "Time()")] {
        shell.write(&format!("{name}.ron"), experiment(split, duplicates));
        shell.expect(0, &format!("run {name}.ron --quiet"));
        let issues = shell.json(&format!("runs/{name}/issues.json"));
        let issue =
            |kind: &str| issues.as_array().unwrap().iter().find(|i| i["kind"] == kind).cloned();
        assert_eq!(issue("one_person").unwrap()["found"], "200 leads of 100 people");
        assert_eq!(issue("group_in_later_part").is_some(), name == "time");
        let mut part_of = std::collections::BTreeMap::new();
        let rows = shell.rows(&format!("runs/{name}/predictions.csv"));
        for row in rows.iter().filter(|row| !row["duplicate_group_id"].is_empty()) {
            let part = part_of.entry(&row["duplicate_group_id"]).or_insert(&row["split"]);
            assert_eq!(*part, &row["split"], "{row:?}");
        }
        assert!(part_of.len() > 10, "{name}: {}", part_of.len());
    }
    // Without the key nothing changes: no column, no issue.
    shell.write("plain.ron", experiment("Stratified()", ""));
    shell.expect(0, "run plain.ron --quiet");
    let header = shell.text("runs/plain/predictions.csv");
    assert_eq!(header.lines().next().unwrap(), "lead_id,split,label,model,probability");
    shell.write("odd.csv", "a,b,won\n1,2,1\n2,3,0\n3,4,1\n4,5,0\n5,6,1\n6,7,0\n");
    shell.write(
        "odd.ron",
        experiment("Stratified()", duplicates)
            .replace("leads.csv", "odd.csv")
            .replace(", id: \"lead_id\", created: \"created\"", ""),
    );
    let cases = [
        "run odd.ron",
        "run chance.ron --set data.duplicates.region=Atlantis",
        "run chance.ron --set data.duplicates.limits.same=1",
        "run chance.ron --set data.duplicates.columns.frma=company",
    ];
    insta::assert_snapshot!("duplicates_refused", shell.transcript(2, &cases));
}

/// The generated CRM has second entries of a person, typed otherwise but for the address, and many firms of one name: a generator that
/// knows nothing of how duplicates are found.
#[test]
fn second_entries_of_the_generated_crm_are_found_and_namesakes_left_apart() {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 8000 --quiet");
    shell.expect(0, "dedupe crm/leads.csv --out grouped.csv --quiet");
    let rows = shell.rows("grouped.csv");
    let address = |row: &std::collections::BTreeMap<String, String>| {
        row["email"].to_lowercase().replace("+info@", "@")
    };
    let mut people = std::collections::BTreeMap::<String, Vec<&str>>::new();
    for row in rows.iter().filter(|row| !row["email"].is_empty()) {
        people.entry(address(row)).or_default().push(&row["duplicate_group_id"]);
    }
    let doubles: Vec<_> = people.values().filter(|groups| groups.len() > 1).collect();
    let found = doubles
        .iter()
        .filter(|groups| !groups[0].is_empty() && groups.iter().all(|g| *g == groups[0]))
        .count();
    let called: std::collections::BTreeSet<&str> = rows
        .iter()
        .map(|row| row["duplicate_group_id"].as_str())
        .filter(|g| !g.is_empty())
        .collect();
    assert!(doubles.len() > 50, "{}", doubles.len());
    assert!(found as f64 >= 0.95 * doubles.len() as f64, "{found} of {}", doubles.len());
    assert!(found as f64 >= 0.98 * called.len() as f64, "{found} of {} called", called.len());
}

#[test]
fn contacts_of_a_sheet() {
    let shell = Shell::new();
    shell.write("leads.csv", include_str!("../data/leads.csv"));
    shell.write("leads.xlsx", include_bytes!("../data/leads.xlsx"));
    let rows = |command: &str, file: &str| {
        shell.expect(0, &format!("{command} {file} --column company=source --out out.csv --quiet"));
        let added = |(name, _): &(String, String)| {
            name.starts_with("contact_") || name.starts_with("duplicate_")
        };
        let rows = shell.rows("out.csv").into_iter();
        rows.map(|row| row.into_iter().filter(added).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    for command in ["format", "dedupe"] {
        let plain = rows(command, "leads.csv");
        assert!(plain.len() == 300 && !plain[0].is_empty(), "{plain:?}");
        assert_eq!(plain, rows(command, "leads.xlsx --sheet Leads"));
    }
    let refused = shell.transcript(
        2,
        &[
            "format leads.xlsx --sheet Lead --column company=source",
            "dedupe leads.xlsx --sheet About",
        ],
    );
    insta::assert_snapshot!("sheet", refused);
}
