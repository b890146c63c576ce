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
