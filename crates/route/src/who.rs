//! Who may take a lead: sets of reps, one for each thing that a lead can ask for.

use crate::check::serves;
use crate::routing::{Pipeline, Rep, Routing, Takers};
use fixedbitset::FixedBitSet;
use leadsight_schema::{Cell, Folded};

/// What a lead asks for. Leads of equal demands may be taken by the same reps, at the same share of their value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Demand {
    pub(crate) pipeline: usize,
    pub(crate) territory: Word,
    pub(crate) language: Word,
    pub(crate) product: Word,
    pub(crate) seniority: u8,
    /// Bit i: entry i of the routing's skills.
    pub(crate) skills: u64,
}

/// A word of a lead, as far as it tells reps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Word {
    /// Nothing is known, or nothing asked: it restricts nobody.
    Open,
    /// One that somebody lists, by its set.
    Listed(usize),
    /// One that nobody lists: only reps who list none at all.
    Unlisted,
}

/// Who serves which words.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    /// Each word with its set, in order without case.
    words: Vec<(String, usize)>,
    sets: Vec<FixedBitSet>,
    unlisted: FixedBitSet,
}

impl Serving {
    /// `words` with the name that reps list for each; a rep who lists nothing serves all.
    fn new<'a>(
        words: impl Iterator<Item = (&'a str, &'a str)>,
        reps: &[Rep],
        list: impl Fn(&Rep) -> &[String],
    ) -> Self {
        let set = |name: &str| pick(reps, |rep| serves(list(rep), name));
        let mut words: Vec<(String, FixedBitSet)> =
            words.map(|(word, name)| (word.trim().to_owned(), set(name))).collect();
        words.sort_by(|a, b| Folded(&a.0).cmp(&Folded(&b.0)));
        words.dedup_by(|a, b| Folded(&a.0) == Folded(&b.0));
        let (words, sets): (Vec<String>, Vec<FixedBitSet>) = words.into_iter().unzip();
        Self {
            words: words.into_iter().enumerate().map(|(set, word)| (word, set)).collect(),
            sets,
            unlisted: pick(reps, |rep| list(rep).is_empty()),
        }
    }

    pub(crate) fn word(&self, cell: Cell<'_>) -> Word {
        let Cell::Text(text) = cell else { return Word::Open };
        let found = self.words.binary_search_by(|(word, _)| Folded(word).cmp(&Folded(text)));
        found.map_or(Word::Unlisted, |place| Word::Listed(self.words[place].1))
    }

    fn set(&self, word: Word) -> Option<&FixedBitSet> {
        match word {
            Word::Open => None,
            Word::Listed(set) => Some(&self.sets[set]),
            Word::Unlisted => Some(&self.unlisted),
        }
    }
}

/// The reps of a routing by what they can do.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    reps: usize,
    pipelines: Vec<FixedBitSet>,
    pub(crate) territories: Serving,
    pub(crate) languages: Serving,
    pub(crate) products: Serving,
    seniority: Vec<u8>,
    /// For each entry of the routing's skills who has it, and what share the others bring.
    skills: Vec<(FixedBitSet, f64)>,
}

/// What a lead asks of reps, in the order in which it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Pipeline,
    Territory,
    Language,
    Product,
    Seniority,
    /// An entry of the routing's skills.
    Skill(usize),
}

impl Who {
    pub(crate) fn new(routing: &Routing) -> Self {
        let reps = &routing.reps;
        fn words(reps: &[Rep], list: fn(&Rep) -> &[String]) -> impl Iterator<Item = (&str, &str)> {
            reps.iter().flat_map(list).map(|word| (word.as_str(), word.as_str()))
        }
        let territories = if routing.territories.is_empty() {
            Serving::new(words(reps, |r| &r.territories), reps, |r| &r.territories)
        } else {
            let named = routing.territories.iter().flat_map(|(name, words)| {
                words.iter().map(move |word| (word.as_str(), name.as_str()))
            });
            Serving::new(named, reps, |r| &r.territories)
        };
        let serves_pipeline = |pipeline: &Pipeline| match pipeline.to {
            Takers::Queue => FixedBitSet::with_capacity(reps.len()),
            Takers::Reps => pick(reps, |rep| serves(&rep.pipelines, &pipeline.id)),
        };
        Self {
            reps: reps.len(),
            pipelines: routing.pipelines.iter().map(serves_pipeline).collect(),
            territories,
            languages: Serving::new(words(reps, |r| &r.languages), reps, |r| &r.languages),
            products: Serving::new(words(reps, |r| &r.products), reps, |r| &r.products),
            seniority: reps.iter().map(|rep| rep.seniority).collect(),
            skills: (routing.skills.iter())
                .map(|need| (pick(reps, |rep| rep.skills.contains(&need.skill)), need.without))
                .collect(),
        }
    }

    /// Who is left after each thing that the demand asks for; absence is not looked at.
    pub(crate) fn narrowed(&self, demand: &Demand) -> Vec<(Asked, FixedBitSet)> {
        let mut left = self.pipelines[demand.pipeline].clone();
        let mut steps = vec![(Asked::Pipeline, left.clone())];
        let mut narrow = |asked, set: &FixedBitSet| {
            left.intersect_with(set);
            steps.push((asked, left.clone()));
        };
        for (asked, set) in [
            (Asked::Territory, self.territories.set(demand.territory)),
            (Asked::Language, self.languages.set(demand.language)),
            (Asked::Product, self.products.set(demand.product)),
        ] {
            if let Some(set) = set {
                narrow(asked, set);
            }
        }
        if demand.seniority > 0 {
            let senior = self.seniority.iter().enumerate().filter(|(_, s)| **s >= demand.seniority);
            narrow(Asked::Seniority, &senior.map(|(rep, _)| rep).collect());
        }
        for (i, (set, _)) in self.asked(demand).filter(|(_, (_, without))| *without == 0.0) {
            narrow(Asked::Skill(i), set);
        }
        steps
    }

    /// Who may take a lead of the demand.
    pub(crate) fn may(&self, demand: &Demand) -> FixedBitSet {
        self.narrowed(demand).pop().map(|(_, set)| set).unwrap_or_default()
    }

    /// For each rep the share of the lead's value that the rep brings: 0 where the rep may not take it, else the product of
    /// `without` over the skills asked for that the rep lacks.
    pub(crate) fn fits(&self, demand: &Demand) -> Vec<f64> {
        let mut fits = vec![0.0; self.reps];
        for rep in self.may(demand).ones() {
            fits[rep] = self.lacks(demand, rep).map(|i| self.skills[i].1).product();
        }
        fits
    }

    /// The skills asked for that a rep lacks.
    pub(crate) fn lacks(&self, demand: &Demand, rep: usize) -> impl Iterator<Item = usize> {
        self.asked(demand).filter(move |(_, (set, _))| !set.contains(rep)).map(|(i, _)| i)
    }

    fn asked(&self, demand: &Demand) -> impl Iterator<Item = (usize, &(FixedBitSet, f64))> {
        let skills = demand.skills;
        self.skills.iter().enumerate().filter(move |(i, _)| skills >> i & 1 == 1)
    }
}

fn pick(reps: &[Rep], is: impl Fn(&Rep) -> bool) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(reps.len());
    set.extend(reps.iter().enumerate().filter(|(_, rep)| is(rep)).map(|(i, _)| i));
    set
}
