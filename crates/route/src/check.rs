//! What must hold of a routing before any lead is routed by it.

use crate::RouteError;
use crate::routing::{Pipeline, ROUTING_VERSION, Rep, Routing, Takers};
use leadsight_rules::{Condition, fields_used};
use leadsight_schema::{Folded, or_nearest};
use std::collections::{BTreeMap, BTreeSet};

/// More skill entries do not fit into the set of a lead's needs.
const MOST_SKILLS: usize = 64;

pub(crate) fn check(routing: &Routing) -> Result<(), RouteError> {
    let found = routing.version;
    if !(1..=ROUTING_VERSION).contains(&found) {
        return Err(RouteError::Version { found, newest: ROUTING_VERSION });
    }
    counts(routing)?;
    names(routing)?;
    pipelines(&routing.pipelines)?;
    references(routing)?;
    escalation(routing)?;
    working(routing)?;
    served(routing)?;
    if let Some(band) = routing.band {
        let sound = (0.0..=1.0).contains(&band.at_least) && band.at_most >= 1.0;
        if !(sound && band.at_most.is_finite()) {
            return Err(RouteError::Band { at_least: band.at_least, at_most: band.at_most });
        }
    }
    fields_used(routing.conditions())?;
    Ok(())
}

impl Routing {
    /// Every condition in it.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let pipelines = self.pipelines.iter().flat_map(|pipeline| {
            pipeline.when.iter().chain(pipeline.outreach.iter().filter_map(|o| o.when.as_ref()))
        });
        let needs = self.skills.iter().map(|need| &need.when);
        needs.chain(self.seniority.iter().map(|need| &need.when)).chain(pipelines)
    }
}

fn counts(routing: &Routing) -> Result<(), RouteError> {
    let some = "at least one";
    for (list, found) in [
        ("pipelines", routing.pipelines.len()),
        ("queues", routing.queues.len()),
        ("reps", routing.reps.len()),
    ] {
        if found == 0 {
            return Err(RouteError::Count { list, found, expected: some });
        }
    }
    let found = routing.skills.len();
    if found > MOST_SKILLS {
        return Err(RouteError::Count { list: "skills", found, expected: "64 at most" });
    }
    Ok(())
}

/// Each name once. Reps and queues share theirs, since leads escalate to either.
fn names(routing: &Routing) -> Result<(), RouteError> {
    let mut pipelines = Names::new("the pipeline");
    for (i, pipeline) in routing.pipelines.iter().enumerate() {
        pipelines.add(&pipeline.id, format!("pipelines[{}]", i + 1))?;
    }
    let mut takers = Names::new("the rep or queue");
    for (i, queue) in routing.queues.iter().enumerate() {
        takers.add(&queue.id, format!("queues[{}]", i + 1))?;
    }
    for (i, rep) in routing.reps.iter().enumerate() {
        takers.add(&rep.id, format!("reps[{}]", i + 1))?;
    }
    let mut words = Names::new("the territory word");
    for (name, list) in &routing.territories {
        if list.is_empty() {
            return Err(RouteError::Nobody {
                what: format!("the territory `{name}`"),
                found: "it lists no word of the territory column either".to_owned(),
                expected: "list its words or remove it".to_owned(),
            });
        }
        for word in list {
            words.add(word, format!("a word of `{name}`"))?;
        }
    }
    Ok(())
}

/// Names without case, each with its place.
struct Names {
    what: &'static str,
    seen: BTreeMap<String, String>,
}

impl Names {
    fn new(what: &'static str) -> Self {
        Self { what, seen: BTreeMap::new() }
    }

    fn add(&mut self, name: &str, place: String) -> Result<(), RouteError> {
        if name.trim().is_empty() {
            return Err(RouteError::Blank { place });
        }
        match self.seen.insert(name.to_lowercase(), place.clone()) {
            None => Ok(()),
            Some(first) => Err(RouteError::Duplicate {
                what: self.what,
                name: name.to_owned(),
                first,
                second: place,
            }),
        }
    }
}

fn pipelines(pipelines: &[Pipeline]) -> Result<(), RouteError> {
    let every = pipelines.iter().position(|pipeline| pipeline.when.is_none());
    match (every, pipelines.last()) {
        (None, Some(last)) => return Err(RouteError::LastPipeline { id: last.id.clone() }),
        (Some(place), _) if place + 1 < pipelines.len() => {
            return Err(RouteError::Unreachable {
                place: format!("the pipeline `{}`", pipelines[place + 1].id),
                earlier: format!("the pipeline `{}` before it", pipelines[place].id),
            });
        }
        _ => {}
    }
    for pipeline in pipelines {
        let every = pipeline.outreach.iter().position(|outreach| outreach.when.is_none());
        if let Some(place) = every.filter(|place| place + 1 < pipeline.outreach.len()) {
            return Err(RouteError::Unreachable {
                place: format!("outreach[{}] of the pipeline `{}`", place + 2, pipeline.id),
                earlier: format!("outreach[{}]", place + 1),
            });
        }
    }
    Ok(())
}

/// Whatever is named exists.
fn references(routing: &Routing) -> Result<(), RouteError> {
    let queues: Vec<&str> = routing.queues.iter().map(|q| q.id.as_str()).collect();
    let pipelines: Vec<&str> = routing.pipelines.iter().map(|p| p.id.as_str()).collect();
    let takers: Vec<&str> =
        queues.iter().copied().chain(routing.reps.iter().map(|r| r.id.as_str())).collect();
    let skills: Vec<&str> = routing.skills.iter().map(|s| s.skill.as_str()).collect();
    for pipeline in &routing.pipelines {
        known(&pipeline.queue, "queue", &queues, || format!("the pipeline `{}`", pipeline.id))?;
    }
    for queue in &routing.queues {
        if let Some(to) = &queue.escalate_to {
            known(to, "queue or rep", &takers, || format!("`escalate_to` of `{}`", queue.id))?;
        }
    }
    for rep in &routing.reps {
        let place = || format!("the rep `{}`", rep.id);
        for pipeline in &rep.pipelines {
            known(pipeline, "pipeline", &pipelines, place)?;
        }
        for skill in &rep.skills {
            known(skill, "skill", &skills, place)?;
        }
        // Without declared territories the words of the column are theirs.
        if !routing.territories.is_empty() {
            let names: Vec<&str> = routing.territories.keys().map(String::as_str).collect();
            for territory in &rep.territories {
                known(territory, "territory", &names, place)?;
            }
        }
        if let Some(to) = &rep.escalate_to {
            known(to, "queue or rep", &takers, || format!("`escalate_to` of `{}`", rep.id))?;
        }
    }
    Ok(())
}

fn known(
    name: &str,
    what: &'static str,
    all: &[&str],
    place: impl Fn() -> String,
) -> Result<(), RouteError> {
    if all.contains(&name) {
        return Ok(());
    }
    let distinct: BTreeSet<&str> = all.iter().copied().collect();
    Err(RouteError::Unknown {
        place: place(),
        what,
        name: name.to_owned(),
        hint: or_nearest(name, all.iter().copied()),
        known: distinct.into_iter().map(str::to_owned).collect(),
    })
}

/// Whoever follows `escalate_to` comes to an end.
fn escalation(routing: &Routing) -> Result<(), RouteError> {
    let to: BTreeMap<&str, &str> = (routing.queues.iter())
        .map(|queue| (queue.id.as_str(), queue.escalate_to.as_deref()))
        .chain(routing.reps.iter().map(|rep| (rep.id.as_str(), rep.escalate_to.as_deref())))
        .filter_map(|(id, to)| Some((id, to?)))
        .collect();
    for start in to.keys() {
        let mut path = vec![*start];
        while let Some(next) = to.get(path[path.len() - 1]) {
            if let Some(again) = path.iter().position(|seen| seen == next) {
                path.push(next);
                let path = path[again..].iter().map(|id| (*id).to_owned()).collect();
                return Err(RouteError::Cycle { path });
            }
            path.push(next);
        }
    }
    Ok(())
}

/// Somebody has time, and somebody has room.
fn working(routing: &Routing) -> Result<(), RouteError> {
    let reps = routing.reps.iter().map(|r| ("rep", &r.id, &r.hours));
    let mut all = reps.chain(routing.queues.iter().map(|q| ("queue", &q.id, &q.hours)));
    if let Some((kind, id, _)) = all.find(|(_, _, hours)| hours.is_empty()) {
        return Err(RouteError::NoHours { place: format!("the {kind} `{id}`") });
    }
    if !routing.reps.iter().any(has_room) {
        return Err(RouteError::NoCapacity);
    }
    Ok(())
}

fn has_room(rep: &Rep) -> bool {
    rep.daily_cap > rep.taken
}

/// Whatever is declared has a rep with a daily cap.
fn served(routing: &Routing) -> Result<(), RouteError> {
    let at_work = || routing.reps.iter().filter(|rep| rep.daily_cap > 0);
    let nobody = |what: String, key: &str| {
        let idle = routing.reps.iter().filter(|rep| rep.daily_cap == 0).count();
        Err(RouteError::Nobody {
            what,
            found: format!(
                "{} of {} reps have a `daily_cap` above 0, and none of them serves it",
                routing.reps.len() - idle,
                routing.reps.len()
            ),
            expected: format!("add it to the `{key}` of a rep, or remove it"),
        })
    };
    for pipeline in routing.pipelines.iter().filter(|p| p.to == Takers::Reps) {
        if !at_work().any(|rep| serves(&rep.pipelines, &pipeline.id)) {
            return nobody(format!("the pipeline `{}`", pipeline.id), "pipelines");
        }
    }
    for name in routing.territories.keys() {
        if !at_work().any(|rep| serves(&rep.territories, name)) {
            return nobody(format!("the territory `{name}`"), "territories");
        }
    }
    for need in &routing.skills {
        if !at_work().any(|rep| rep.skills.contains(&need.skill)) {
            return nobody(format!("the skill `{}`", need.skill), "skills");
        }
    }
    for need in &routing.seniority {
        if !at_work().any(|rep| rep.seniority >= need.at_least) {
            return nobody(format!("seniority {} or above", need.at_least), "seniority");
        }
    }
    Ok(())
}

/// Whether a list that restricts nothing while it is empty lets a name through.
pub(crate) fn serves(list: &[String], name: &str) -> bool {
    list.is_empty() || list.iter().any(|entry| Folded(entry) == Folded(name))
}
