//! The files, CRM by CRM.

use crate::world::{ORIGINAL, SCORED, delivery, export, leads, now, read, text};
use leadsight_deliver::{Crm, DeliverError, Export, Key, Leads, deliver};

#[test]
fn each_crm_gets_its_own() {
    for crm in Crm::names() {
        let delivery = delivery(crm);
        assert_eq!((delivery.written, delivery.left_out), (3, 2));
        let files = ["{crm}.csv", "{crm}-fields.json", "tasks.csv"].map(|name| {
            let name = name.replace("{crm}", crm);
            format!("== {name}\n{}", text(&delivery, &name))
        });
        insta::assert_snapshot!(crm, files.concat());
    }
}

#[test]
fn the_files_that_are_the_same_for_all() {
    let delivery = delivery("hubspot");
    let names = ["audience-warm.csv", "leads.jsonl", "issues.csv"];
    let files = names.map(|name| format!("== {name}\n{}", text(&delivery, name)));
    let manifest = String::from_utf8(delivery.manifest().unwrap().bytes).unwrap();
    let files = format!("{}== manifest.json\n{manifest}", files.concat());
    insta::assert_snapshot!("shared", files);
    insta::assert_json_snapshot!("messages", delivery.messages);
}

#[test]
fn german_words() {
    let mut export = export();
    export.language = leadsight_deliver::Language::German;
    let crm = Crm::named("hubspot").unwrap();
    let delivery = deliver(leads(), &export, &crm, "hubspot", now(), Vec::new()).unwrap();
    let tasks = text(&delivery, "tasks.csv");
    assert!(tasks.contains("\"Anna Berg, ACME GmbH: call today (Hot, Score 92)\""), "{tasks}");
    assert!(tasks.contains("Dafür spricht: asked for a demo"), "{tasks}");
    let import = text(&delivery, "hubspot.csv");
    assert!(import.contains("ENTWURF - vor dem Senden prüfen"), "{import}");
    assert!(import.contains("Hallo Anna Berg,"), "{import}");
    assert!(delivery.messages[1].body.contains("Zuständig: anna"), "{:?}", delivery.messages[1]);
}

#[test]
fn records_are_known_by_their_ids_where_those_are_the_crms() {
    let own = SCORED.replace("\nL", "\n90210");
    let known = read("leads.csv", &ORIGINAL.replace("\nL", "\n90210"));
    let (leads, issues) = read("assigned.csv", &own).beside(&known).unwrap();
    assert!(issues.is_empty());
    let crm = Crm::named("hubspot").unwrap();
    let delivery = deliver(leads, &export(), &crm, "hubspot", now(), Vec::new()).unwrap();
    assert_eq!((delivery.key, delivery.written, delivery.left_out), (Key::Id, 5, 0));
    assert!(text(&delivery, "hubspot.csv").starts_with("Record ID,Email,First Name"));
}

#[test]
fn an_owner_that_the_crm_does_not_know_is_told() {
    let mut export = export();
    export.owners.remove("ben");
    let crm = Crm::named("zoho").unwrap();
    let delivery = deliver(leads(), &export, &crm, "zoho", now(), Vec::new()).unwrap();
    let told: Vec<_> = delivery.issues.iter().filter(|i| i.kind == "unknown_owner").collect();
    assert_eq!((told.len(), told[0].found.as_str(), told[0].row), (1, "ben", Some(3)));
    assert!(told[0].expected.starts_with("one of `owners` of the export;"), "{:?}", told[0]);
}

#[test]
fn an_owner_who_is_none_of_the_crms_is_told_of_every_lead_that_is_called() {
    // L2 has neither an address to be known by nor an entry in `owners`: it is called all the same.
    let leads = "lead_id,email,owner_id\nL1,a@x.example,anna\nL2,,R7\nL3,c@x.example,\n";
    let of = |owners: &str, crm: &str| {
        let export = Export::from_ron(&format!("Export(version: 1, owners: {owners})")).unwrap();
        let (leads, found) = (read("assigned.csv", leads), Crm::named(crm).unwrap());
        let delivery = deliver(leads, &export, &found, crm, now(), Vec::new()).unwrap();
        let told = delivery.issues.into_iter().filter(|issue| issue.kind == "unknown_owner");
        told.map(|issue| (issue.row.unwrap(), issue.found)).collect::<Vec<_>>()
    };
    let (anna, none) = ((1, "anna".to_owned()), (2, "R7".to_owned()));
    assert_eq!(of("{}", "hubspot"), [anna.clone(), none.clone()]);
    assert_eq!(of("{}", "dynamics365"), []);
    assert_eq!(of("{\"anna\": \"a@s.example\"}", "zoho"), std::slice::from_ref(&none));
    let mail = (1, "a@s.example".to_owned());
    assert_eq!(of("{\"anna\": \"a@s.example\"}", "salesforce"), [mail, none.clone()]);
    assert_eq!(of("{\"anna\": \"005xx000001Sv6A\"}", "salesforce"), [none]);
}

#[test]
fn a_full_name_becomes_two() {
    let leads = "lead_id,email,full_name\nL1,a@x.example,\"BERG, Dr. Anna-Lena\"\nL2,b@x.example,=cmd|' /c calc'!A1\nL3,c@x.example,\n";
    let (leads, crm) = (read("scored.csv", leads), Crm::named("salesforce").unwrap());
    let delivery =
        deliver(leads, &Export::default(), &crm, "salesforce", now(), Vec::new()).unwrap();
    insta::assert_snapshot!(text(&delivery, "salesforce.csv"), @r"
    Email,FirstName,LastName,Leadsight_Lead_Id__c
    a@x.example,Anna-Lena,Berg,L1
    b@x.example,,'=cmd|' /c calc'!A1,L2
    c@x.example,,,L3
    ");
}

#[test]
fn a_long_file_is_split_and_the_manifest_tells() {
    let mut export = export();
    export.rows_per_file = Some(2);
    let crm = Crm::named("zoho").unwrap();
    let delivery = deliver(leads(), &export, &crm, "zoho", now(), Vec::new()).unwrap();
    let rows = |name: &str| delivery.files.iter().find(|f| f.name == name).map(|f| f.rows);
    assert_eq!(
        (rows("zoho-1.csv"), rows("zoho-2.csv"), rows("zoho.csv")),
        (Some(2), Some(1), None)
    );
    let manifest = String::from_utf8(delivery.manifest().unwrap().bytes).unwrap();
    assert!(manifest.contains("\"name\": \"zoho-2.csv\""), "{manifest}");
}

#[track_caller]
fn refused(leads: Leads, fields: &str, expect: &str) {
    let export = Export::from_ron(&format!("Export(version: 1, {fields})")).unwrap();
    let crm = Crm::named("salesforce").unwrap();
    let error = deliver(leads, &export, &crm, "salesforce", now(), Vec::new()).unwrap_err();
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn what_cannot_be_delivered_is_refused_by_name() {
    let scored = || read("assigned.csv", SCORED);
    refused(scored(), "", "`L1` is no id of its records");
    refused(scored(), "key: Email", "needs the column `email`");
    refused(leads(), "columns: [\"teir\"]", "did you mean `tier`?");
    refused(leads(), "columns: [\"phone\"]", "say under `fields` what it is");
    refused(
        leads(),
        "fields: [(from: \"phone\", label: \"Leadsight Tier\", kind: Text)]",
        "the field `Leadsight_Tier__c` stands twice",
    );
    refused(leads(), "tasks: (when: Is(\"teir\", \"Hot\"))", "did you mean `tier`?");
    refused(leads(), "draft: (template: \"{{ firstname }}\")", "did you mean `first_name`?");
    refused(
        leads(),
        "audiences: [(id: \"x\", when: Above(\"tier\", 3)), (id: \"y\", when: Is(\"x\", 1))]",
        "`x`",
    );
    let other = read("other.csv", "lead_id,email\nX1,x@x.example\n");
    let error = scored().beside(&other).unwrap_err();
    assert!(matches!(error, DeliverError::OtherLeads { .. }), "{error}");
    let crm = Crm::named("zoho").unwrap();
    let error = deliver(leads(), &export(), &crm, "tasks", now(), Vec::new()).unwrap_err();
    assert!(error.to_string().contains("the file `tasks.csv` stands twice"), "{error}");
    let nothing = read("assigned.csv", "lead_id,email,tier\n");
    let crm = Crm::named("salesforce").unwrap();
    let delivery =
        deliver(nothing, &Export::default(), &crm, "salesforce", now(), Vec::new()).unwrap();
    assert_eq!((delivery.written, delivery.left_out), (0, 0));
}

#[test]
fn an_id_that_stands_twice_counts_once_and_a_lead_that_is_not_there_is_kept() {
    let more = read("leads.csv", "lead_id,email\nL1,a@x.example\nL1,b@x.example\n");
    let (leads, issues) = read("assigned.csv", SCORED).beside(&more).unwrap();
    assert_eq!(leads.cell(0, "email"), "a@x.example");
    assert_eq!(leads.rows().len(), 5);
    let kinds: Vec<&str> = issues.iter().map(|issue| issue.kind.as_str()).collect();
    assert_eq!(kinds, ["duplicate_id", "unknown_key", "unknown_key", "unknown_key", "unknown_key"]);
}
