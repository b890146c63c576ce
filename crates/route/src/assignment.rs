//! What becomes of a lead, and why, in words.

use crate::due::Due;
use crate::hours::Duty;
use crate::router::{Claim, Lead, Router};
use crate::routing::{Chance, Owned};
use crate::who::Asked;
use leadsight_schema::{Cell, Cells, Timestamp, fill};
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
        let language = self.routing.language;
        let p = language.phrases();
        let pipeline = &self.routing.pipelines[lead.demand.pipeline];
        let mut words = fill(p.route_pipeline, |_| &pipeline.id);
        if let Some(when) = &pipeline.when {
            words += ": ";
            words += &when.words_in(language, &|name| format!("`{name}`"));
        }
        let mut add = |text: &str| {
            words.push_str("; ");
            words.push_str(text);
        };
        if let Some(note) = self.owner_note(lead, place, duty) {
            add(&note);
        }
        let worth = self.worth(lead);
        let say = |phrase: &str, number: &str| {
            fill(phrase, |word| if word == "worth" { &worth } else { number })
        };
        add(&match place {
            Place::Owner(rep) => {
                let entry = lead.owner.as_ref().map_or(0, |claim| claim.entry);
                let phrase = match self.routing.owners[entry].of {
                    Owned::Account => p.route_owns,
                    Owned::Reengaged => p.route_worked,
                };
                fill(phrase, |_| self.name(rep))
            }
            Place::Best { rep, fit, of } => {
                let lacks = self.lacks(lead, rep, fit);
                let number = of.to_string();
                fill(if of > 1 { p.route_best } else { p.route_only }, |word| match word {
                    "rep" => self.name(rep),
                    "number" => &number,
                    "worth" => &worth,
                    _ => &lacks,
                })
            }
            Place::Queue(Wait::Pipeline) => p.route_to_queue.to_owned(),
            Place::Queue(Wait::Owner(_)) => p.route_nobody_else.to_owned(),
            Place::Queue(Wait::Nobody) => self.nobody(cells, lead, duty),
            Place::Queue(Wait::Full { of: 1 }) => say(p.route_one_full, ""),
            Place::Queue(Wait::Full { of }) => say(p.route_all_full, &of.to_string()),
            Place::Queue(Wait::Price { price }) => {
                say(p.route_price, &language.decimal(money(price)))
            }
            Place::Again { .. } => p.route_again.to_owned(),
        });
        words
    }

    /// The skills that a rep lacks, and the share of the value that is left without them.
    fn lacks(&self, lead: &Lead, rep: usize, fit: f64) -> String {
        let language = self.routing.language;
        let p = language.phrases();
        let lacks: Vec<&str> = (self.who.lacks(&lead.demand, rep))
            .map(|i| self.routing.skills[i].skill.as_str())
            .collect();
        if lacks.is_empty() {
            return String::new();
        }
        let (skills, number) = (lacks.join(p.and), language.decimal(fit.to_string()));
        fill(p.route_lacks, |word| if word == "skills" { &skills } else { &number })
    }

    /// What became of the one whose lead it is, where it goes to somebody else.
    fn owner_note(&self, lead: &Lead, place: Place, duty: &[Duty]) -> Option<String> {
        let language = self.routing.language;
        let p = language.phrases();
        let Claim { entry, rep } = lead.owner.as_ref()?;
        let (name, why) = match (rep, place) {
            (_, Place::Owner(_) | Place::Again { .. }) => return None,
            (Err(name), _) => (format!("`{name}`"), p.route_is_no_rep.to_owned()),
            (Ok(rep), _) => {
                let why = match duty[*rep] {
                    Duty::On { .. } => p.route_is_full.to_owned(),
                    away => {
                        let duty = away.words(language);
                        fill(p.route_is_away, |_| &duty)
                    }
                };
                (self.name(*rep).to_owned(), why)
            }
        };
        let phrase = match self.routing.owners[*entry].of {
            Owned::Account => p.route_owner,
            Owned::Reengaged => p.route_worker,
        };
        Some(fill(phrase, |word| if word == "rep" { &name } else { &why }))
    }

    /// Why nobody may take a lead: who was left after each thing that it asks for.
    fn nobody(&self, cells: &(impl Cells + ?Sized), lead: &Lead, duty: &[Duty]) -> String {
        let language = self.routing.language;
        let p = language.phrases();
        let cell = |column: Option<usize>| match column.map(|c| cells.cell(lead.row, c)) {
            Some(Cell::Text(text)) => text.to_owned(),
            _ => String::new(),
        };
        let mut told = Vec::new();
        let mut left = self.routing.reps.len();
        let steps = self.who.narrowed(&lead.demand);
        for (asked, set) in &steps {
            let count = set.count_ones(..);
            let (one, several, word) = match asked {
                Asked::Pipeline => (p.route_works, p.route_work, String::new()),
                Asked::Territory => (p.route_serves, p.route_serve, cell(self.territory)),
                Asked::Language => (p.route_speaks, p.route_speak, cell(self.language)),
                Asked::Product => (p.route_sells, p.route_sell, cell(self.product)),
                Asked::Seniority => {
                    (p.route_is_senior, p.route_are_senior, lead.demand.seniority.to_string())
                }
                Asked::Skill(i) => {
                    (p.route_knows, p.route_know, self.routing.skills[*i].skill.clone())
                }
            };
            let does = fill(if count < 2 { one } else { several }, |_| &word);
            let (count_told, left_told) = (count.to_string(), left.to_string());
            told.push(fill(
                if count == 0 { p.route_none } else { p.route_some },
                |word| match word {
                    "count" => &count_told,
                    "left" => &left_told,
                    _ => &does,
                },
            ));
            left = count;
            if count == 0 {
                break;
            }
        }
        if let Some((_, set)) = steps.last().filter(|(_, set)| !set.is_clear()) {
            let off = |rep: usize| {
                let duty = duty[rep].words(language);
                fill(p.route_rep_off, |word| if word == "rep" { self.name(rep) } else { &duty })
            };
            let mut away: Vec<String> = set.ones().take(3).map(off).collect();
            if left > away.len() {
                away.push("...".to_owned());
            }
            let away = away.join(", ");
            told.push(fill(p.route_off, |_| &away));
        }
        let steps = told.join(", ");
        fill(p.route_nobody, |_| &steps)
    }

    fn name(&self, rep: usize) -> &str {
        &self.routing.reps[rep].id
    }

    /// Chance times worth, in words.
    fn worth(&self, lead: &Lead) -> String {
        let language = self.routing.language;
        let p = language.phrases();
        match (lead.chance, &self.routing.columns.chance) {
            (None, _) => p.route_unknown.to_owned(),
            (Some(chance), Chance::Probability(_)) => {
                let told = |x: f64| language.decimal(money(x));
                let (value, worth) = (told(lead.base()), told(lead.worth));
                let number = language.percent(chance);
                fill(p.route_value, |word| match word {
                    "value" => &value,
                    "worth" => &worth,
                    _ => &number,
                })
            }
            (Some(chance), Chance::Score(_)) => {
                let number = format!("{:.0}", chance * 100.0);
                fill(p.route_score, |_| &number)
            }
        }
    }
}

/// Money, as exact as it matters.
pub(crate) fn money(x: f64) -> String {
    if x.abs() < 100.0 { format!("{x:.2}") } else { format!("{x:.0}") }
}
