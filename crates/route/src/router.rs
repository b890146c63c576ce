//! A routing made ready for leads of one shape: what each lead asks for, is worth, and whose it is already.

use crate::RouteError;
use crate::check::check;
use crate::routing::{Chance, MOST_MONEY, Outreach, Rep, Routing, Takers};
use crate::who::{Demand, Who};
use leadsight_rules::{Condition, RulesError, fields_used};
use leadsight_schema::{Cell, Cells, FieldKind, Schema, Timestamp};
use std::collections::HashMap;

/// A column of leads that a routing reads.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRead {
    /// Its name.
    pub name: String,
    /// What its cells are to hold.
    pub kind: FieldKind,
    /// The key of the routing that asks for it.
    pub key: &'static str,
}

/// A routing bound to the columns of leads. Reps stand in the order of their ids, so that no choice among equals depends on
/// the order of a file.
#[derive(Debug, Clone)]
pub struct Router {
    pub(crate) routing: Routing,
    pub(crate) who: Who,
    id: usize,
    chance: usize,
    value: Option<usize>,
    pub(crate) territory: Option<usize>,
    pub(crate) language: Option<usize>,
    pub(crate) product: Option<usize>,
    owners: Vec<usize>,
    skills: Vec<Condition<usize>>,
    seniority: Vec<Condition<usize>>,
    pipelines: Vec<Way>,
    reps: HashMap<String, usize>,
    queues: HashMap<String, usize>,
}

/// A pipeline's conditions, bound; `None` holds for every lead.
#[derive(Debug, Clone)]
struct Way {
    when: Option<Condition<usize>>,
    outreach: Vec<Option<Condition<usize>>>,
}

/// A lead as routing sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lead {
    /// Its place among the leads.
    pub(crate) row: usize,
    pub(crate) id: String,
    /// Whether the id is its own; one without is called by its row, and is nobody else's double.
    pub(crate) named: bool,
    /// `None` where nothing, or no probability, is known.
    pub(crate) chance: Option<f64>,
    pub(crate) worth: f64,
    /// What its column tells and no lead is worth.
    pub(crate) absurd: Option<f64>,
    pub(crate) demand: Demand,
    /// The pipeline's outreach that holds.
    pub(crate) outreach: Option<usize>,
    pub(crate) owner: Option<Claim>,
}

/// Whose a lead is already.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claim {
    /// The entry of the routing's owners.
    pub(crate) entry: usize,
    /// The rep, or the name that is none.
    pub(crate) rep: Result<usize, String>,
}

impl Lead {
    /// The id, where it is no row.
    pub(crate) fn own_id(&self) -> Option<&str> {
        self.named.then_some(self.id.as_str())
    }

    /// Chance times worth; 0 where the chance is unknown.
    pub(crate) fn base(&self) -> f64 {
        self.chance.unwrap_or(0.0) * self.worth
    }
}

impl Routing {
    /// The columns that routing reads, each once.
    ///
    /// # Errors
    /// [`RouteError::Rules`] where conditions take one column for two kinds.
    pub fn columns_read(&self) -> Result<Vec<ColumnRead>, RouteError> {
        let mut read: Vec<ColumnRead> = Vec::new();
        let mut add = |name: &str, kind: FieldKind, key: &'static str| {
            if !read.iter().any(|column| column.name == name) {
                read.push(ColumnRead { name: name.to_owned(), kind, key });
            }
        };
        add(&self.columns.id, FieldKind::Text, "columns.id");
        add(self.columns.chance.column(), FieldKind::Number, "columns.chance");
        for (name, key) in self.words() {
            add(name, FieldKind::Category, key);
        }
        if let Some(value) = &self.value.column {
            add(value, FieldKind::Number, "value.column");
        }
        for owner in &self.owners {
            add(&owner.column, FieldKind::Text, "owners.column");
        }
        for field in fields_used(self.conditions())? {
            add(&field.name, field.used.kind(), "when");
        }
        Ok(read)
    }

    fn words(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let columns = &self.columns;
        let all = [
            (&columns.territory, "columns.territory"),
            (&columns.language, "columns.language"),
            (&columns.product, "columns.product"),
        ];
        all.into_iter().filter_map(|(name, key)| Some((name.as_deref()?, key)))
    }
}

impl Router {
    /// Binds a routing to the columns of leads.
    ///
    /// # Errors
    /// What [`Routing::from_ron`] refuses; [`RouteError::Column`] and [`RouteError::Kind`] for a column that is not there or
    /// holds another kind of value, [`RouteError::Rules`] for one of a condition.
    pub fn new(routing: &Routing, schema: &Schema) -> Result<Self, RouteError> {
        check(routing)?;
        let mut routing = routing.clone();
        routing.reps.sort_by(|a, b| a.id.cmp(&b.id));
        let column = |name: &str, key, expected, fits: fn(FieldKind) -> bool| {
            let place = schema.position(name);
            let place = place.map_err(|source| RouteError::Column { key, source })?;
            let kind = schema.fields()[place].kind;
            if fits(kind) {
                return Ok(place);
            }
            let column = name.to_owned();
            Err(RouteError::Kind { key, column, expected, found: kind.describe() })
        };
        let words = |name: &str, key| {
            let fits = |kind| matches!(kind, FieldKind::Category | FieldKind::Text);
            column(name, key, "words", fits)
        };
        let word =
            |name: &Option<String>, key| name.as_deref().map(|name| words(name, key)).transpose();
        let bind = |when: &Condition, place: String| when.bind(schema, &place);
        let bind_some = |when: &Option<Condition>, place: String| {
            when.as_ref().map(|when| bind(when, place)).transpose()
        };
        let chance = routing.columns.chance.column();
        let ids = |(i, id): (usize, &String)| (id.clone(), i);
        Ok(Self {
            who: Who::new(&routing),
            id: words(&routing.columns.id, "columns.id")?,
            chance: column(chance, "columns.chance", "a number", FieldKind::is_number)?,
            value: (routing.value.column.as_deref())
                .map(|name| column(name, "value.column", "a number", FieldKind::is_number))
                .transpose()?,
            territory: word(&routing.columns.territory, "columns.territory")?,
            language: word(&routing.columns.language, "columns.language")?,
            product: word(&routing.columns.product, "columns.product")?,
            owners: (routing.owners.iter())
                .map(|owner| words(&owner.column, "owners.column"))
                .collect::<Result<_, _>>()?,
            skills: (routing.skills.iter())
                .map(|need| bind(&need.when, format!("the skill `{}`", need.skill)))
                .collect::<Result<_, _>>()?,
            seniority: (routing.seniority.iter())
                .map(|need| bind(&need.when, format!("seniority {}", need.at_least)))
                .collect::<Result<_, _>>()?,
            pipelines: (routing.pipelines.iter())
                .map(|pipeline| {
                    let place = || format!("the pipeline `{}`", pipeline.id);
                    let outreach = pipeline.outreach.iter().map(|o| bind_some(&o.when, place()));
                    let when = bind_some(&pipeline.when, place())?;
                    Ok(Way { when, outreach: outreach.collect::<Result<_, RulesError>>()? })
                })
                .collect::<Result<_, RouteError>>()?,
            reps: routing.reps.iter().map(|rep| &rep.id).enumerate().map(ids).collect(),
            queues: routing.queues.iter().map(|queue| &queue.id).enumerate().map(ids).collect(),
            routing,
        })
    }

    /// The routing, its reps in the order of their ids.
    pub fn routing(&self) -> &Routing {
        &self.routing
    }

    /// A lead; `at` is the moment of routing.
    pub(crate) fn lead(&self, cells: &(impl Cells + ?Sized), row: usize, at: Timestamp) -> Lead {
        let cell = |field: usize| cells.cell(row, field);
        let holds = |when: &Condition<usize>| when.holds(&|field| cell(*field), Some(at));
        let takes = |when: &Option<Condition<usize>>| when.as_ref().is_none_or(holds);
        // The last pipeline takes every lead, or the routing would not have been let through.
        let pipeline = self.pipelines.iter().position(|way| takes(&way.when)).unwrap_or_default();
        let word = |column: Option<usize>| column.map_or(Cell::Missing, cell);
        let needs = self.skills.iter().enumerate().filter(|(_, when)| holds(when));
        let seniority = self.routing.seniority.iter().zip(&self.seniority);
        let senior = seniority.filter(|(_, when)| holds(when)).map(|(need, _)| need.at_least);
        let scale = match self.routing.columns.chance {
            Chance::Probability(_) => 1.0,
            Chance::Score(_) => 0.01,
        };
        let (id, named) = match cell(self.id) {
            Cell::Text(id) => (id.to_owned(), true),
            _ => (format!("row-{}", row + 1), false),
        };
        let told = match self.value.map(cell) {
            Some(Cell::Number(x)) => Some(x),
            _ => None,
        };
        let sound = |x: &f64| (0.0..=MOST_MONEY).contains(x);
        Lead {
            row,
            id,
            named,
            chance: match cell(self.chance) {
                Cell::Number(x) => Some(x * scale).filter(|p| (0.0..=1.0).contains(p)),
                _ => None,
            },
            worth: told.filter(sound).unwrap_or(self.routing.value.otherwise),
            absurd: told.filter(|x| !sound(x)),
            demand: Demand {
                pipeline,
                territory: self.who.territories.word(word(self.territory)),
                language: self.who.languages.word(word(self.language)),
                product: self.who.products.word(word(self.product)),
                seniority: senior.max().unwrap_or(0),
                skills: needs.fold(0, |set, (i, _)| set | 1 << i),
            },
            outreach: self.pipelines[pipeline].outreach.iter().position(takes),
            owner: self.claim(&cell).filter(|_| self.takers(pipeline) == Takers::Reps),
        }
    }

    /// The first owner that is known.
    fn claim<'a>(&self, cell: &impl Fn(usize) -> Cell<'a>) -> Option<Claim> {
        let mut named = self.owners.iter().enumerate().filter_map(|(entry, column)| {
            let Cell::Text(name) = cell(*column) else { return None };
            let rep = self.reps.get(name).copied().ok_or_else(|| name.to_owned());
            Some(Claim { entry, rep })
        });
        // One who has left gives way to the next.
        let first = named.next()?;
        if first.rep.is_ok() { Some(first) } else { named.find(|c| c.rep.is_ok()).or(Some(first)) }
    }

    pub(crate) fn takers(&self, pipeline: usize) -> Takers {
        self.routing.pipelines[pipeline].to
    }

    pub(crate) fn outreach(&self, lead: &Lead) -> Option<&Outreach> {
        self.routing.pipelines[lead.demand.pipeline].outreach.get(lead.outreach?)
    }

    /// Who takes over from a rep: as declared, else the pipeline's queue, unless that one would bring the lead back to the rep.
    pub(crate) fn after<'a>(&'a self, rep: &'a Rep, queue: &'a str) -> Option<&'a str> {
        let mut chain = std::iter::successors(Some(queue), |id| self.takes_over(id));
        match &rep.escalate_to {
            Some(to) => Some(to),
            None if chain.any(|id| id == rep.id) => None,
            None => Some(queue),
        }
    }

    /// Who is declared to take over from a queue or rep. Whoever asks on comes to an end, or the routing would not have been let through.
    fn takes_over(&self, id: &str) -> Option<&str> {
        let queue =
            self.queues.get(id).and_then(|q| self.routing.queues[*q].escalate_to.as_deref());
        queue.or_else(|| self.routing.reps[*self.reps.get(id)?].escalate_to.as_deref())
    }

    /// The position of the pipeline's queue.
    pub(crate) fn queue(&self, pipeline: usize) -> Option<usize> {
        self.queues.get(&self.routing.pipelines[pipeline].queue).copied()
    }
}
