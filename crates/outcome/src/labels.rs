//! Outcomes and overrides as a table that an experiment can join: a row a lead.

use crate::{End, Standing};
use leadsight_schema::LeadId;
use std::collections::BTreeMap;

/// The columns of [`labels`].
pub const LABEL_COLUMNS: [&str; 9] = [
    "lead_id",
    "outcome",
    "won_on",
    "lost_on",
    "value",
    "human_tier",
    "human_action",
    "overridden_on",
    "overridden_by",
];

/// A row a lead, in order of id, with the cells of [`LABEL_COLUMNS`]; blank where nothing was said. `won_on` and `lost_on` are the dates
/// that a label `Outcome(event: "won_on", lost: "lost_on", ...)` reads. Everything but the id is known after the score: no model
/// may see it.
pub fn labels(standing: &BTreeMap<&LeadId, Standing<'_>>) -> Vec<[String; 9]> {
    let told = |(lead, own): (&&LeadId, &Standing<'_>)| {
        let ended = own.outcome.map(|word| (word.said.0, word.said.1, word.record.at.to_date()));
        let on = |wanted: &End| ended.as_ref().filter(|e| e.0 == wanted).map(|e| e.2.clone());
        let by = own.overridden_by();
        let word = |text: Option<&str>| text.unwrap_or_default().to_owned();
        [
            lead.0.clone(),
            word(ended.as_ref().map(|e| e.0.word())),
            on(&End::Won).unwrap_or_default(),
            on(&End::Lost).unwrap_or_default(),
            ended.as_ref().and_then(|e| e.1).map_or_else(String::new, |value| value.to_string()),
            word(own.tier.map(|w| w.said)),
            word(own.action.map(|w| w.said)),
            by.map_or_else(String::new, |record| record.at.to_date()),
            word(by.map(|record| record.who.as_str())),
        ]
    };
    standing.iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{hot, record};
    use crate::{What, standing};

    #[test]
    fn one_row_a_lead_with_dates_under_their_outcome() {
        let end = |end: End, value| What::Outcome { end, value };
        let records = [
            record("L2", 1, end(End::Lost, None)),
            record("L2", 5, end(End::Won, Some(9000.0))),
            record("L3", 2, end(End::Lost, None)),
            record("L4", 2, end(End::Other("no budget".into()), None)),
            hot("L1", 1),
        ];
        let rows: Vec<String> =
            labels(&standing(&records, None)).iter().map(|r| r.join(",")).collect();
        assert_eq!(
            rows,
            [
                "L1,,,,,Hot,,2026-05-29,anna",
                "L2,won,2026-06-02,,9000,,,,",
                "L3,lost,,2026-05-30,,,,,",
                "L4,no budget,,,,,,,",
            ]
        );
    }
}
