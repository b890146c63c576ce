//! What becomes of a lead, and why, in words.

use crate::due::Due;
use crate::hours::Duty;
use crate::router::{Claim, Lead, Router};
use crate::routing::Chance;
use crate::who::Asked;
use leadsight_schema::{Cell, Cells, Timestamp};
use serde::Serialize;

/// What becomes of a lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assignment {
    /// The lead.
    pub lead_id: String,
    /// Its pipeline.
    pub pipeline: String,
    /// The rep who takes it.
    pub owner_id: Option<String>,
    /// The queue where it waits, if no rep takes it.
    pub queue: Option<String>,
    /// The outreach sequence.
    pub sequence: Option<String>,
    /// By when it is to be answered, in working hours of the rep or of the queue, on their clock.
    pub respond_by: Option<Due>,
    /// Who takes over after that.
    pub escalate_to: Option<String>,
    /// Chance times value times the rep's fit; without a rep that of the lead alone. `None` where the chance is unknown.
    pub expected_value: Option<f64>,
    /// Why.
    pub route_reason: String,
}

/// Where a lead goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Place {
    /// To its owner.
    Owner(usize),
    /// To the rep with whom the whole is worth most.
    Best {
        /// The rep.
        rep: usize,
        /// The share of the lead's value that the rep brings.
        fit: f64,
        /// How many may take it, at work and with room when the day began.
        of: usize,
    },
    /// To the queue.
    Queue(Wait),
    /// Where the same lead went already.
    Again {
        /// The rep, if one took it.
        rep: Option<usize>,
    },
}

impl Place {
    /// The rep who takes the lead.
    pub(crate) fn rep(self) -> Option<usize> {
        match self {
            Place::Owner(rep) | Place::Best { rep, .. } => Some(rep),
            Place::Again { rep } => rep,
            Place::Queue(_) => None,
        }
    }
}

/// Why a lead waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wait {
    /// Its pipeline goes to the queue.
    Pipeline,
    /// Its owner is away or full, and nobody else may have it.
    Owner(usize),
    /// Nobody may take it.
    Nobody,
    /// Places are kept for better leads.
    Price {
        /// What a place is worth, with the rep where the least is missing.
        price: f64,
    },
    /// All who may take it are full.
    Full {
        /// How many they are.
        of: usize,
    },
}

impl Router {
    /// The assignment of a lead that goes to `place`. `duty` tells for each rep what comes next, as of `at`.
    pub(crate) fn assign(
        &self,
        cells: &(impl Cells + ?Sized),
        lead: &Lead,
        place: Place,
        duty: &[Duty],
        at: Timestamp,
    ) -> Assignment {
        let routing = &self.routing;
        let pipeline = &routing.pipelines[lead.demand.pipeline];
        let outreach = self.outreach(lead);
        let hours = outreach.and_then(|o| o.respond_within_hours);
        let rep = place.rep();
        let fit = if let Place::Best { fit, .. } = place { fit } else { 1.0 };
        let queue = self.queue(lead.demand.pipeline).map(|queue| &routing.queues[queue]);
        let (calendar, escalate_to) = match (rep.map(|rep| &routing.reps[rep]), queue) {
            (Some(rep), _) => (Some(rep.calendar()), self.after(rep, &pipeline.queue)),
            (None, queue) => {
                (queue.map(|q| q.calendar()), queue.and_then(|q| q.escalate_to.as_deref()))
            }
        };
        let respond_by = hours.and_then(|hours| calendar?.due(at, hours));
        Assignment {
            lead_id: lead.id.clone(),
            pipeline: pipeline.id.clone(),
            owner_id: rep.map(|rep| routing.reps[rep].id.clone()),
            queue: rep.is_none().then(|| pipeline.queue.clone()),
            sequence: outreach.and_then(|o| o.sequence.clone()),
            respond_by,
            escalate_to: escalate_to.filter(|_| respond_by.is_some()).map(str::to_owned),
            expected_value: lead
                .chance
                .filter(|_| !matches!(place, Place::Again { .. }))
                .map(|_| lead.base() * fit),
            route_reason: self.reason(cells, lead, place, duty),
        }
    }

    fn reason(
        &self,
        cells: &(impl Cells + ?Sized),
        lead: &Lead,
        place: Place,
        duty: &[Duty],
    ) -> String {
        let pipeline = &self.routing.pipelines[lead.demand.pipeline];
        let mut words = match &pipeline.when {
            Some(when) => format!("pipeline {}: {when}", pipeline.id),
            None => format!("pipeline {}", pipeline.id),
        };
        let mut add = |text: String| {
            words.push_str("; ");
            words.push_str(&text);
        };
        if let Some(note) = self.owner_note(lead, place, duty) {
            add(note);
        }
        let worth = self.worth(lead);
        add(match place {
            Place::Owner(rep) => {
                let entry = lead.owner.as_ref().map_or(0, |claim| claim.entry);
                format!("{} {}", self.name(rep), self.routing.owners[entry].of.words())
            }
            Place::Best { rep, fit, of } => {
                let choice = match of {
                    0 | 1 => "the only rep who may take it".to_owned(),
                    of => format!("one of {of} reps who may take it, best for the whole"),
                };
                let lacks: Vec<&str> = (self.who.lacks(&lead.demand, rep))
                    .map(|i| self.routing.skills[i].skill.as_str())
                    .collect();
                let lacks = if lacks.is_empty() {
                    String::new()
                } else {
                    format!(", times {fit} without {}", lacks.join(" and "))
                };
                format!("{} is {choice}; {worth}{lacks}", self.name(rep))
            }
            Place::Queue(Wait::Pipeline) => "it goes to the queue, not to a rep".to_owned(),
            Place::Queue(Wait::Owner(_)) => "nobody else may take it".to_owned(),
            Place::Queue(Wait::Nobody) => self.nobody(cells, lead, duty),
            Place::Queue(Wait::Full { of: 1 }) => {
                format!("no room: the only rep who may take it is full; {worth}")
            }
            Place::Queue(Wait::Full { of }) => {
                format!("no room: all {of} reps who may take it are full; {worth}")
            }
            Place::Queue(Wait::Price { price }) => {
                format!(
                    "places are kept for better leads: {worth}, a place is worth {}",
                    money(price)
                )
            }
            Place::Again { .. } => "a lead of this id was routed already".to_owned(),
        });
        words
    }

    /// What became of the one whose lead it is, where it goes to somebody else.
    fn owner_note(&self, lead: &Lead, place: Place, duty: &[Duty]) -> Option<String> {
        let Claim { entry, rep } = lead.owner.as_ref()?;
        let of = self.routing.owners[*entry].of.words();
        match (rep, place) {
            (_, Place::Owner(_) | Place::Again { .. }) => None,
            (Err(name), _) => Some(format!("`{name}`, who {of}, is no rep")),
            (Ok(rep), _) => {
                let why = match duty[*rep] {
                    Duty::On { .. } => "is full".to_owned(),
                    away => format!("is {away}"),
                };
                Some(format!("{}, who {of}, {why}", self.name(*rep)))
            }
        }
    }

    /// Why nobody may take a lead: who was left after each thing that it asks for.
    fn nobody(&self, cells: &(impl Cells + ?Sized), lead: &Lead, duty: &[Duty]) -> String {
        let cell = |column: Option<usize>| match column.map(|c| cells.cell(lead.row, c)) {
            Some(Cell::Text(text)) => text.to_owned(),
            _ => String::new(),
        };
        let mut told = Vec::new();
        let mut left = self.routing.reps.len();
        let steps = self.who.narrowed(&lead.demand);
        for (asked, set) in &steps {
            let count = set.count_ones(..);
            let does = match asked {
                Asked::Pipeline => format!("{} the pipeline", verb(count, "work")),
                Asked::Territory => format!("{} {}", verb(count, "serve"), cell(self.territory)),
                Asked::Language => format!("{} {}", verb(count, "speak"), cell(self.language)),
                Asked::Product => format!("{} {}", verb(count, "sell"), cell(self.product)),
                Asked::Seniority => {
                    format!("{} of seniority {}", verb(count, "be"), lead.demand.seniority)
                }
                Asked::Skill(i) => {
                    format!("{} {}", verb(count, "know"), self.routing.skills[*i].skill)
                }
            };
            told.push(if count == 0 {
                format!("none of {left} {does}")
            } else {
                format!("{count} of {left} {does}")
            });
            left = count;
            if count == 0 {
                break;
            }
        }
        if let Some((_, set)) = steps.last().filter(|(_, set)| !set.is_clear()) {
            let away: Vec<String> =
                set.ones().take(3).map(|r| format!("{} is {}", self.name(r), duty[r])).collect();
            let more = if left > away.len() { ", ..." } else { "" };
            told.push(format!("none of them is at work ({}{more})", away.join(", ")));
        }
        format!("no rep may take it: {}", told.join(", "))
    }

    fn name(&self, rep: usize) -> &str {
        &self.routing.reps[rep].id
    }

    /// Chance times worth, in words.
    fn worth(&self, lead: &Lead) -> String {
        match (lead.chance, &self.routing.columns.chance) {
            (None, _) => "its chance is unknown, so it goes last".to_owned(),
            (Some(p), Chance::Probability(_)) => {
                format!("expected value {} ({p:.3} x {})", money(lead.base()), money(lead.worth))
            }
            (Some(p), Chance::Score(_)) => format!("score {:.0}", p * 100.0),
        }
    }
}

fn verb(count: usize, verb: &str) -> String {
    match (count, verb) {
        (0 | 1, "be") => "is".to_owned(),
        (_, "be") => "are".to_owned(),
        (0 | 1, verb) => format!("{verb}s"),
        (_, verb) => verb.to_owned(),
    }
}

/// Money, as exact as it matters.
pub(crate) fn money(x: f64) -> String {
    if x.abs() < 100.0 { format!("{x:.2}") } else { format!("{x:.0}") }
}
