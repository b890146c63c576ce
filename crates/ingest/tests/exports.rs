//! Exports of four CRMs, as their headers stand there, become tables of one set of names.
#![allow(clippy::unwrap_used, clippy::panic)]

use leadsight_ingest::{FieldMap, IngestError, Sources, load, load_new};
use leadsight_schema::{Cell, Cells, FieldKind, Issue, LeadTable, Role};
use std::path::{Path, PathBuf};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn mapped(file: &str, map: FieldMap) -> Result<(LeadTable, Vec<Issue>), IngestError> {
    load(&Sources { field_map: Some(map), ..Sources::file(file) }, &data())
}

const EXPORTS: [(&str, FieldMap); 4] = [
    ("hubspot.csv", FieldMap::HubSpot),
    ("salesforce.csv", FieldMap::Salesforce),
    ("dynamics365.csv", FieldMap::Dynamics365),
    ("zoho.csv", FieldMap::Zoho),
];

#[test]
fn four_exports_have_one_set_of_names() {
    for (file, map) in EXPORTS {
        let (table, _) = mapped(file, map).unwrap();
        let schema = table.schema();
        for name in
            ["first_name", "last_name", "email", "title", "company", "country", "source", "status"]
        {
            assert!(schema.find(name).is_some(), "{file}: {name}");
        }
        let field = |name: &str| &schema.fields()[schema.position(name).unwrap()];
        assert_eq!(field("lead_id").role, Role::Id, "{file}");
        assert_eq!(field("created_at").role, Role::Created, "{file}");
        assert_eq!(
            (field("email").kind, field("email").role),
            (FieldKind::Category, Role::Feature)
        );
        let cell = |name: &str| table.cell(1, schema.position(name).unwrap());
        assert_eq!(cell("last_name"), Cell::Text("حداد"), "{file}");
        let Cell::Date(created) = cell("created_at") else {
            panic!("{file}: {:?}", cell("created_at"))
        };
        assert_eq!(created.to_date(), "2026-02-01", "{file}");
        if map != FieldMap::HubSpot {
            assert_eq!(cell("annual_revenue"), Cell::Number(300_000.0), "{file}");
        }
    }
    let (table, _) = mapped("hubspot.csv", FieldMap::HubSpot).unwrap();
    assert!(table.schema().find("Favourite Colour").is_some());
}

#[test]
fn an_export_without_its_map_is_pointed_at_it_and_a_wrong_map_too() {
    for (file, map) in EXPORTS {
        let (_, issues) = load(&Sources::file(file), &data()).unwrap();
        let hint = issues.iter().find(|issue| issue.kind == "export_headers").unwrap();
        assert!(hint.expected.contains(&format!("field_map: {}", map.name())), "{hint:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("leads.csv"),
        "(Nicht ändern) Lead,Thema,Statusgrund,Geändert am,Quellkampagne\n1,a,b,c,d\n",
    )
    .unwrap();
    let sources = Sources { field_map: Some(FieldMap::HubSpot), ..Sources::file("leads.csv") };
    let error = load(&sources, folder.path()).unwrap_err().to_string();
    assert!(error.contains("`Dynamics365` knows 5 of them"), "{error}");
}

#[test]
fn new_leads_may_have_the_headers_or_the_names() {
    let sources = Sources { field_map: Some(FieldMap::Zoho), ..Sources::file("zoho.csv") };
    let (table, _) = load(&sources, &data()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("new.csv"),
        "lead_id,E-Mail,status\nzcrm_9,eva@acme.example,Contacted\n",
    )
    .unwrap();
    let (new, _) =
        load_new(&sources, Path::new("new.csv"), table.schema().fields(), folder.path()).unwrap();
    let names: Vec<&str> = new.schema().names().collect();
    assert_eq!(names, ["lead_id", "email", "status"]);
}

#[test]
fn of_two_headers_for_one_name_the_first_is_taken_and_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("leads.csv"), "Record ID,E-Mail,Email,Create Date\n1,a@b.example,c@d.example,2026-01-01\n2,e@f.example,,2026-01-02\n").unwrap();
    let sources = Sources { field_map: Some(FieldMap::HubSpot), ..Sources::file("leads.csv") };
    let (table, issues) = load(&sources, folder.path()).unwrap();
    assert_eq!(
        table.schema().names().collect::<Vec<_>>(),
        ["lead_id", "email", "Email", "created_at"]
    );
    let told = issues.iter().find(|issue| issue.kind == "header_twice").unwrap();
    assert_eq!(
        (told.column.as_deref(), told.found.as_str()),
        (Some("Email"), "`E-Mail` and `Email`")
    );
}
