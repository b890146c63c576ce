//! Contact fields through the recipe: what they give, and that table and live lead give the same bits.
#![allow(clippy::unwrap_used)]

use leadsight_features::{ContactFields, FeatureError, FittedRecipe, Recipe};
use leadsight_schema::{
    Column, FeatureKind, Field, FieldKind, LeadTable, Matrix, Record, Role, Schema, TextRules,
};
use proptest::prelude::*;

const COLUMNS: [&str; 8] = ["mail", "position", "site", "size", "sales", "land", "branch", "stack"];

fn table(rows: &[[String; 8]]) -> LeadTable {
    let fields = COLUMNS.map(|name| Field::feature(name, FieldKind::Category)).to_vec();
    let rules = TextRules::default();
    let columns = (0..8).map(|c| {
        let cells = rows.iter().map(|row| row[c].trim());
        Column::from_words(cells.map(|text| (!rules.is_missing(text)).then_some(text)))
    });
    let lines = (2..rows.len() as u64 + 2).collect();
    LeadTable::new(Schema::new(fields).unwrap(), columns.collect(), lines).unwrap()
}

fn recipe() -> Recipe {
    let name = |name: &str| Some(name.to_owned());
    Recipe {
        min_level_count: 1,
        contacts: ContactFields {
            email: name("mail"),
            title: name("position"),
            website: name("site"),
            employees: name("size"),
            revenue: name("sales"),
            country: name("land"),
            industry: name("branch"),
            technologies: name("stack"),
        },
        ..Recipe::default()
    }
}

fn row(texts: [&str; 8]) -> [String; 8] {
    texts.map(str::to_owned)
}

fn leads() -> Vec<[String; 8]> {
    vec![
        row([
            "a@acme.de",
            "Geschäftsführer",
            "www.acme.de",
            "51-200",
            "$1.2M",
            "Deutschland",
            "Software",
            "AWS, SAP",
        ]),
        row([
            "b@gmail.com",
            "VP of Sales",
            "globex.com",
            "10,000+",
            "1,5 Mio. €",
            "US",
            "Banking",
            "Postgres",
        ]),
        row(["info@x.co.uk", "Wizard", "https://shop.x.co.uk/a", "many", "", "Atlantis", "", ""]),
        row(["", "", "n/a", "", "2 Mrd", "Germany", "Bank", "amazon web services"]),
    ]
}

/// The features of the leads by name; codes as their levels.
fn features(fitted: &FittedRecipe, table: &LeadTable) -> Vec<(String, Vec<String>)> {
    let matrix = fitted.bind(table.schema()).unwrap().transform(table, 0..4).unwrap();
    let (mut number, mut code) = (0, 0);
    let feature = |feature: &leadsight_schema::Feature| {
        let shown = |row: usize| match &feature.kind {
            FeatureKind::Number => matrix.numbers(row)[number].to_string(),
            FeatureKind::Category { levels } => levels[matrix.codes(row)[code] as usize].clone(),
        };
        let values = (0..4).map(shown).collect();
        match feature.kind {
            FeatureKind::Number => number += 1,
            FeatureKind::Category { .. } => code += 1,
        }
        (feature.name.clone(), values)
    };
    matrix.features().iter().map(feature).collect()
}

#[test]
fn each_field_gives_what_it_says() {
    let table = table(&leads());
    let fitted = recipe().fit(&table, &[0, 1, 2, 3]).unwrap();
    let found = features(&fitted, &table);
    let expect = [
        ("employees(size)", ["100.99505", "10000", "NaN", "NaN"]),
        ("revenue(sales)", ["1200000", "1500000", "NaN", "2000000000"]),
        ("own_domain(mail, site)", ["1", "0", "1", "NaN"]),
        ("uses(stack, aws)", ["1", "0", "NaN", "1"]),
        ("uses(stack, postgresql)", ["0", "1", "NaN", "0"]),
        ("uses(stack, sap)", ["1", "0", "NaN", "0"]),
        ("mailbox(mail)", ["business", "free", "role", "missing"]),
        ("seniority(position)", ["c_level", "vice_president", "other", "missing"]),
        ("department(position)", ["management", "sales", "other", "missing"]),
        ("country(land)", ["DE", "US", "other", "DE"]),
        ("industry(branch)", ["software", "finance", "missing", "finance"]),
    ];
    for ((name, values), (expected, cells)) in found.iter().zip(expect) {
        assert_eq!(
            (name.as_str(), values.as_slice()),
            (expected, cells.map(str::to_owned).as_slice())
        );
    }
    assert_eq!(found.len(), expect.len());
    // Factors are told by the column that a feature comes from.
    let sources =
        |name: &str| fitted.features().iter().find(|f| f.name == name).unwrap().sources.clone();
    assert_eq!(sources("seniority(position)"), ["position"]);
    assert_eq!(sources("own_domain(mail, site)"), ["mail", "site"]);
    assert_eq!(sources("uses(stack, aws)"), ["stack"]);

    let problems = recipe().contacts.problems(&table);
    let told: Vec<(&str, u64)> =
        problems.iter().map(|i| (i.column.as_deref().unwrap(), i.line.unwrap())).collect();
    assert_eq!(told, [("position", 4), ("size", 4), ("land", 4)]);
}

#[test]
fn a_column_that_is_not_there_or_excluded_is_refused() {
    let mut table = table(&leads());
    let mut other = recipe();
    other.contacts.email = Some("mial".into());
    assert!(other.fit(&table, &[0, 1]).unwrap_err().to_string().contains("did you mean `mail`"));
    table.schema_mut().set_role(0, Role::Excluded);
    let refused = recipe().fit(&table, &[0, 1]).unwrap_err();
    assert!(matches!(refused, FeatureError::NotAFeature { step: "contacts", .. }), "{refused}");
}

fn cell() -> impl Strategy<Value = String> {
    let cells: Vec<String> = leads().into_iter().flatten().collect();
    prop_oneof![
        prop::sample::select(cells.clone()),
        prop::sample::select(cells).prop_map(|text| text.to_uppercase()),
        "\\PC{0,12}",
        "[0-9]{1,5}[-,.]?[0-9]{0,5}",
    ]
}

proptest! {
    #[test]
    fn table_and_live_lead_give_the_same_bits(
        rows in prop::collection::vec(prop::collection::vec(cell(), 8), 2..12),
    ) {
        let rows: Vec<[String; 8]> = rows.into_iter().map(|row| row.try_into().unwrap()).collect();
        let table = table(&rows);
        let train: Vec<usize> = (0..rows.len() / 2 + 1).collect();
        let Ok(fitted) = recipe().fit(&table, &train) else { return Ok(()) };
        let json = serde_json::to_string(&fitted).unwrap();
        let fitted: FittedRecipe = serde_json::from_str(&json).unwrap();
        let offline = fitted.bind(table.schema()).unwrap().transform(&table, 0..rows.len()).unwrap();
        let own = fitted.bind_own();
        for (i, texts) in rows.iter().enumerate() {
            let texts = fitted.fields().iter().map(|f| {
                Some(texts[table.schema().find(&f.name).unwrap()].as_str())
            });
            let (lead, _) = Record::read(fitted.fields(), &TextRules::default(), texts).unwrap();
            let online = own.transform(&lead, [0]).unwrap();
            let bits = |m: &Matrix, row| m.numbers(row).iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&online, 0), bits(&offline, i));
            prop_assert_eq!(online.codes(0), offline.codes(i));
        }
    }
}
