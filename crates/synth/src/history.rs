//! The stages that leads entered, as a CRM keeps them: `history.csv`, a row for each entry.
//!
//! New, marketing qualified (the interested, and whoever asks for a demo), demo requested, meeting booked and held, proposal sent,
//! closed won or lost. The moments are those of the events, so the weak step is theirs: about one demo request in four becomes a
//! meeting. Around it the usual dirt: two spellings of a stage, stages that nobody clicked, leads sent back to marketing, blanks,
//! a stage of somebody's own, a row that stands twice.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::journey::Event;
use crate::profile::{DAY, Profile};
use leadsight_schema::sigmoid;

/// A lead entered a stage.
pub struct Entered {
    pub at: i64,
    pub stage: &'static str,
}

/// The entries of a lead, in order of time. `events` holds what it did on its way through the funnel.
pub fn history(
    options: &SynthOptions,
    number: usize,
    p: &Profile,
    events: &[Event],
) -> Vec<Entered> {
    let dice = &mut Dice::new(options.seed, "history", number);
    let moment = |kind: &str| events.iter().filter(|e| e.kind == kind).map(|e| e.at).min();
    let spelled = |usual, other, dice: &mut Dice| if dice.chance(0.04) { other } else { usual };
    let mut rows = vec![Entered { at: p.created, stage: "New" }];
    let demo = moment("demo_requested");
    let interested = dice.chance(sigmoid(0.3 + 0.9 * p.interest));
    let looked = p.created + 60 + (dice.unit().powi(2) * 3.0 * DAY as f64) as i64;
    if interested || demo.is_some() {
        let stage = spelled("MQL", "Marketing Qualified Lead", dice);
        rows.push(Entered { at: demo.map_or(looked, |demo| looked.min(demo)), stage });
    }
    let names = [
        ("demo_requested", "Demo requested", "SQL"),
        ("meeting_booked", "Meeting booked", "meeting booked"),
        ("meeting_held", "Meeting held", "Discovery"),
        ("proposal_sent", "Proposal sent", "Proposal"),
        ("deal_won", "Closed won", "closedwon"),
        ("deal_lost", "Closed lost", "closedlost"),
    ];
    for (kind, usual, other) in names {
        let stage = spelled(usual, other, dice);
        // Nobody forgets to close a deal; a stage on the way is skipped now and then.
        let skipped = !stage.to_lowercase().starts_with("closed") && dice.chance(0.03);
        if let Some(at) = moment(kind).filter(|_| !skipped) {
            rows.push(Entered { at, stage });
        }
    }
    let (out, days, back) = (dice.unit(), 25.0 + 20.0 * dice.unit(), dice.chance(0.05));
    if let (Some(demo), None) = (demo, moment("meeting_booked")) {
        if back {
            rows.push(Entered { at: demo + 10 * DAY, stage: "MQL" });
        }
        if out < 0.6 {
            rows.push(Entered { at: demo + (days * DAY as f64) as i64, stage: "Unqualified" });
        }
    } else if demo.is_none() && interested && out < 0.2 {
        rows.push(Entered { at: p.created + (days * DAY as f64) as i64, stage: "Unqualified" });
    }
    match dice.unit() {
        roll if roll < 0.001 => rows.push(Entered { at: p.created + DAY, stage: "" }),
        roll if roll < 0.003 => {
            rows.push(Entered { at: p.created + 2 * DAY, stage: "Parked by Tom" })
        }
        roll if roll < 0.004 => rows.push(Entered { at: p.created, stage: "New" }),
        _ => {}
    }
    // Stable, so that entries of one second keep their order.
    rows.sort_by_key(|row| row.at);
    rows
}
