//! The declaration of an outcome: what is accepted measures a small world, or says what is wrong with it.

use leadsight_ingest::{RawTable, ReadOptions, ZoneName, read_csv, type_table};
use leadsight_outcome::{Files, OutcomeSpec, Part, Table, actions, gather, report, uplift};
use leadsight_schema::{LeadTable, Seed, TextRules};
use std::sync::LazyLock;

/// Files of one small world, in the order of [`PARTS`].
static WORLD: LazyLock<[RawTable; 5]> = LazyLock::new(|| {
    let read = |name: &str, text: &str| {
        let path = crate::scratch().join(name);
        std::fs::write(&path, text).expect("the temporary folder can be written");
        read_csv(&path, &ReadOptions::default()).expect("a sound file").0
    };
    [
        read(
            "leads.csv",
            "lead_id,created_at,respond_by,tier,owner_id,source,arm,employees,contract_value\n\
             L1,2026-07-01 10:00,2026-07-01 12:00,Hot,anna,web,model,20,900\n\
             L2,2026-07-01 11:00,,Cold,ben,mail,baseline,,\n\
             L3,2026-07-02,2026-07-03,hot,anna,web,model,7,\n\
             L4,soon,,,,fair,baseline,300,50\n",
        ),
        read(
            "history.csv",
            "lead_id,stage,entered_at\nL1,MQL,2026-07-01 10:30\nL1,Closed won,2026-07-09\nL2,Parked,2026-07-02\nL3,Meeting held,2026-07-04\n",
        ),
        read(
            "events.csv",
            "lead_id,event,occurred_at\nL1,call,2026-07-01 11:00\nL3,meeting held,2026-07-04\nL9,call,2026-07-01\n",
        ),
        read(
            "deals.csv",
            "lead_id,stage,opened_on,close_date,amount\nL1,won,2026-07-02,2026-07-09,900\nL2,open,2026-07-03,,70\n",
        ),
        read(
            "actions.csv",
            "lead_id,action,action_probability,reward,target_action\nL1,call,0.5,1,call\nL2,mail,0.5,0,call\nL3,mail,0.25,0,mail\n",
        ),
    ]
});

const PARTS: [Part; 5] = [Part::Leads, Part::History, Part::Events, Part::Deals, Part::Actions];

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let spec = match OutcomeSpec::from_ron(text) {
        Ok(spec) => spec,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let Ok(zone) = spec.time_zone.clone().map(ZoneName::try_from).transpose() else { return };
    let time_zone = zone.map(|name| name.zone().clone());
    let rules = TextRules { time_zone, ..TextRules::default() };
    let mut typed: Vec<LeadTable> = Vec::new();
    for (part, raw) in PARTS.into_iter().zip(&*WORLD) {
        let names = raw.names();
        assert!(spec.columns(part, &names).iter().all(|name| names.contains(name)));
        let Ok((table, _)) = type_table(raw, &spec.kinds(part, &names), &rules) else { return };
        typed.push(table);
    }
    let table = |part: usize| {
        let table = Table::new(&typed[part], typed[part].schema(), PARTS[part].what());
        table.in_zone(rules.time_zone.as_ref())
    };
    let _ = actions(table(4), &spec, &mut Vec::new());
    let (leads, history, events, deals) =
        (table(0), Some(table(1)), Some(table(2)), Some(table(3)));
    for files in [
        Files { leads, history, events, deals },
        Files { leads, history: None, events: None, deals },
    ] {
        let mut issues = Vec::new();
        let Ok(gathered) = gather(files, &spec, None, &mut issues) else { return };
        let told = report(&gathered, &spec, Seed(1));
        assert!(told.groups.iter().all(|group| group.measures.leads <= 4));
        if let Some(holdout) = &spec.holdout {
            let _ = uplift(&gathered, leads, &spec, holdout, Seed(1), &mut issues);
        }
    }
}
