//! From pairs to groups.

use crate::block::candidates;
use crate::compare::{Comparison, Evidence, Frequencies, compare};
use crate::{DedupeError, Limits, Person, Survivor};
use rayon::prelude::*;

/// What is said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// One person.
    Same,
    /// Somebody should look.
    Ask,
}

/// Two contacts that may be one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The position of the earlier.
    pub first: usize,
    /// The position of the later.
    pub second: usize,
    /// How much speaks for it.
    pub points: f64,
    /// What follows.
    pub verdict: Verdict,
    /// What speaks for it and against it.
    pub evidence: Vec<Evidence>,
}

/// The groups, and the questions left.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Duplicates {
    /// For each contact the number of its group, from 1 in the order of their first members; `None` where it is alone.
    pub group: Vec<Option<u32>>,
    /// Pairs that are one person or may be, most points first.
    pub pairs: Vec<Pair>,
}

/// Groups of more would join a crowd by chance.
const LARGEST: usize = 50;

/// Finds the contacts that are one person. Groups grow from the surest pair to the least sure one; a pair that would put two
/// contacts into one group whose given names differ becomes a question.
///
/// # Errors
/// [`DedupeError::Limits`].
pub fn find(people: &[Person], limits: Limits) -> Result<Duplicates, DedupeError> {
    let limits = limits.check()?;
    let frequencies = Frequencies::count(people);
    let judge = |&(a, b): &(u32, u32)| {
        let (first, second) = (a as usize, b as usize);
        let Comparison { points, evidence, possible, askable } =
            compare(people, &frequencies, first, second);
        let verdict = match () {
            () if possible && points >= limits.same => Verdict::Same,
            () if askable && points >= limits.ask => Verdict::Ask,
            () => return None,
        };
        Some(Pair { first, second, points, verdict, evidence })
    };
    let mut pairs: Vec<Pair> = candidates(people).par_iter().filter_map(judge).collect();
    pairs.sort_by(|p, q| {
        q.points.total_cmp(&p.points).then((p.first, p.second).cmp(&(q.first, q.second)))
    });
    let mut clusters = Clusters::alone(people.len());
    for pair in pairs.iter_mut().filter(|pair| pair.verdict == Verdict::Same) {
        let fits = |a: usize, b: usize| compare(people, &frequencies, a, b).possible_beside();
        if !clusters.join(pair.first, pair.second, fits) {
            pair.verdict = Verdict::Ask;
            pair.evidence.push(Evidence::OtherGroup);
        }
    }
    // A question within a group has been answered by the others of the group.
    pairs.retain(|p| p.verdict == Verdict::Same || clusters.of[p.first] != clusters.of[p.second]);
    Ok(Duplicates { group: clusters.numbered(), pairs })
}

impl Comparison {
    /// Whether nothing says that two are different people, where a third is the same as either.
    fn possible_beside(&self) -> bool {
        const AGAINST: f64 = -6.0;
        !self.evidence.contains(&Evidence::OtherGivenName) && self.points > AGAINST
    }
}

/// Contacts in clusters; each starts alone.
struct Clusters {
    /// The cluster of a contact.
    of: Vec<usize>,
    members: Vec<Vec<usize>>,
}

impl Clusters {
    fn alone(contacts: usize) -> Self {
        Self { of: (0..contacts).collect(), members: (0..contacts).map(|c| vec![c]).collect() }
    }

    /// Joins the clusters of two contacts unless two members do not fit; whether they are one now.
    fn join(&mut self, a: usize, b: usize, fits: impl Fn(usize, usize) -> bool) -> bool {
        let (mut into, mut from) = (self.of[a], self.of[b]);
        if into == from {
            return true;
        }
        if self.members[into].len() < self.members[from].len() {
            std::mem::swap(&mut into, &mut from);
        }
        let (larger, smaller) = (&self.members[into], &self.members[from]);
        let sound = larger.len() + smaller.len() <= LARGEST
            && larger.iter().all(|&x| smaller.iter().all(|&y| fits(x, y)));
        if sound {
            let moved = std::mem::take(&mut self.members[from]);
            for &member in &moved {
                self.of[member] = into;
            }
            self.members[into].extend(moved);
        }
        sound
    }

    fn numbered(&self) -> Vec<Option<u32>> {
        let mut numbers = vec![None; self.members.len()];
        let mut next = 0;
        let number = |&cluster: &usize| {
            if self.members[cluster].len() < 2 {
                return None;
            }
            if numbers[cluster].is_none() {
                next += 1;
                numbers[cluster] = Some(next);
            }
            numbers[cluster]
        };
        self.of.iter().map(number).collect()
    }
}

impl Duplicates {
    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.group.iter().flatten().max().map_or(0, |last| *last as usize)
    }

    /// The number of contacts that are in a group.
    pub fn grouped(&self) -> usize {
        self.group.iter().flatten().count()
    }

    /// The name of a contact's group, for files: `D17`.
    pub fn group_id(&self, contact: usize) -> Option<String> {
        self.group.get(contact).copied().flatten().map(|number| format!("D{number}"))
    }

    /// Of each contact whether it stays: alone, or the one of its group that `rule` chooses.
    pub fn survivors(&self, people: &[Person], rule: Survivor) -> Vec<bool> {
        let mut kept: Vec<Option<usize>> = vec![None; self.groups() + 1];
        for (contact, group) in self.group.iter().enumerate() {
            let Some(group) = group else { continue };
            let kept = &mut kept[*group as usize];
            let known = |contact: usize| people.get(contact).map_or(0, |person| person.known);
            let better = kept.is_none_or(|before| match rule {
                Survivor::MostComplete => known(contact) > known(before),
                Survivor::First => false,
                Survivor::Last => true,
            });
            if better {
                *kept = Some(contact);
            }
        }
        let stays = |(contact, group): (usize, &Option<u32>)| {
            group.is_none_or(|group| kept[group as usize] == Some(contact))
        };
        self.group.iter().enumerate().map(stays).collect()
    }
}
