//! Leads as `score` and `route` write them, with what the original file knows. Promises are on the clocks of those who keep them: Anna
//! is in Berlin, Ben in New York.

use leadsight_deliver::{Crm, Delivery, Export, Leads, Row, deliver};
use leadsight_schema::{DateFormat, Timestamp};

pub const SCORED: &str = "\
lead_id,scored_at,model_version,probability,lead_score,tier,positive_factor_1,positive_factor_2,negative_factor_1,next_action,action_reason,owner_id,queue,sequence,respond_by,expected_value,route_reason
L1,2026-07-06T07:00:00Z,leads@0123456789ab,0.41532,92,Hot,asked for a demo: +18 points,250 employees: +9 points,,call today,\"the strongest reasons, in order\",anna,,call first,2026-07-06T10:30:00+02:00,4983.84,pipeline sales
L2,2026-07-06T07:00:00Z,leads@0123456789ab,0.0312,38,Cold,,,a free mailbox: -12 points,newsletter,,,marketing,newsletter,,374.4,pipeline nurture
L3,2026-07-06T07:00:00Z,leads@0123456789ab,0.2,71,Warm,came by referral: +7 points,,,write,,ben,,five touches,2026-07-07T05:00:00-04:00,2400,pipeline sales
L4,2026-07-06T07:00:00Z,leads@0123456789ab,0.19,69,Warm,,,,write,,anna,,five touches,2026-07-07T11:00:00+02:00,2280,pipeline sales
L5,2026-07-06T07:00:00Z,leads@0123456789ab,,0,Cold,,,,newsletter,,,marketing,newsletter,,,pipeline nurture
";

pub const ORIGINAL: &str = "\
lead_id,email,first_name,last_name,company,phone,opted_in
L1,Anna.Berg@ACME.example,Anna,Berg,ACME GmbH,+49 (30) 901820,yes
L2,bob@mail.example,\"=cmd|' /c calc'!A1\",Müller,\"Müller & Söhne; =HYPERLINK(\"\"http://x\"\")\",-,no
L3,carla@firma.example,Carla,D'Arc,Firma,,yes
L4,anna.berg@acme.example,Anna,Berg,ACME GmbH,+49 30 901820,no
L5,not an address,Eve,,,,
";

pub fn read(file: &str, text: &str) -> Leads {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        let line = record.position().unwrap().line();
        Row { row: line - 1, line, cells: record.iter().map(str::to_owned).collect() }
    });
    Leads::new(file, columns, rows.collect()).unwrap()
}

pub fn leads() -> Leads {
    read("assigned.csv", SCORED).beside(&read("leads.csv", ORIGINAL)).unwrap().0
}

pub fn now() -> Timestamp {
    DateFormat::Iso.parse("2026-07-06T07:30:00Z").unwrap()
}

pub fn export() -> Export {
    Export::from_ron(
        r#"Export(
            version: 1,
            owners: {"anna": "anna@seller.example", "ben": "ben@seller.example"},
            tiers: ["Hot", "Warm", "Cold"],
            fields: [(from: "opted_in", label: "Opted In", kind: Flag)],
            time_zone: "Europe/Berlin",
            audiences: [(id: "warm", when: OneOf("tier", ["Warm", "Cold"]))],
            draft: (when: Is("tier", "Hot")),
            webhooks: [
                (id: "hot", url: "https://crm.example/hook", secret_env: "HOOK", when: Is("tier", "Hot"), form: Json),
                (id: "chat", url_env: "CHAT", when: AtLeast("lead_score", 70), form: Chat),
            ],
        )"#,
    )
    .unwrap()
}

pub fn delivery(crm: &str) -> Delivery {
    deliver(leads(), &export(), &Crm::named(crm).unwrap(), crm, now(), Vec::new()).unwrap()
}

pub fn text(delivery: &Delivery, name: &str) -> String {
    let file = delivery.files.iter().find(|file| file.name == name).unwrap();
    String::from_utf8(file.bytes.clone()).unwrap()
}
