//! The pairs worth a look: those that share a key. Comparing all pairs of 100,000 contacts would be five billion.

use crate::Person;
use leadsight_contact::full_names;
use rayon::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};

/// In a block of more than this only neighbours by name are compared.
const LARGEST: usize = 60;
/// How far neighbours are apart at most, in a large block.
const NEAR: usize = 12;

/// Pairs of positions, the smaller first, each once and in order.
pub(crate) fn candidates(people: &[Person]) -> Vec<(u32, u32)> {
    let keyed = |(position, person): (usize, &Person)| {
        keys(person).into_iter().map(move |key| (key, position as u32)).collect::<Vec<_>>()
    };
    let mut entries: Vec<(u64, u32)> = people.par_iter().enumerate().flat_map_iter(keyed).collect();
    entries.par_sort_unstable();
    entries.dedup();
    let blocks: Vec<&[(u64, u32)]> =
        entries.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > 1).collect();
    let mut pairs: Vec<(u32, u32)> =
        blocks.par_iter().flat_map_iter(|block| within(block, people)).collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

fn within(block: &[(u64, u32)], people: &[Person]) -> Vec<(u32, u32)> {
    let mut members: Vec<u32> = block.iter().map(|(_, position)| *position).collect();
    let reach = if members.len() > LARGEST {
        let name = |position: &u32| people[*position as usize].name();
        members.sort_by_cached_key(|position| (name(position), *position));
        NEAR
    } else {
        members.len()
    };
    let mut pairs = Vec::new();
    for (at, &a) in members.iter().enumerate() {
        for &b in members[at + 1..].iter().take(reach) {
            pairs.push((a.min(b), a.max(b)));
        }
    }
    pairs
}

/// What a contact may be found by. A collision of hashes only adds a pair that its points refuse.
fn keys(person: &Person) -> Vec<u64> {
    let mut keys = Vec::new();
    let mut add = |kind: u8, parts: &[&str]| {
        if parts.iter().all(|part| !part.is_empty()) {
            let mut hasher = DefaultHasher::new();
            (kind, parts).hash(&mut hasher);
            keys.push(hasher.finish());
        }
    };
    for mail in &person.mails {
        add(0, &[&mail.key]);
        if !mail.shared && mail.local.len() >= 6 {
            add(1, &[&mail.local]);
        }
    }
    for phone in &person.phones {
        add(2, &[phone]);
    }
    let (given, family) = (person.given.as_str(), person.family.as_str());
    // In either order.
    add(3, &[given.min(family), given.max(family)]);
    let first = given.split(' ').next().unwrap_or_default();
    for name in full_names(first) {
        add(4, &[name, &start(&person.company, 5)]);
        add(5, &[name, &sound(family)]);
        for domain in &person.domains {
            add(6, &[name, domain]);
        }
    }
    for name in [family, given] {
        add(7, &[&sound(name), &start(&person.company, 5)]);
        for domain in &person.domains {
            add(8, &[&start(name, 3), domain]);
        }
    }
    keys
}

fn start(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

/// The first letter and the next three different consonants: slips in vowels and doubled letters do not change it.
fn sound(name: &str) -> String {
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else { return String::new() };
    let mut sound = first.to_string();
    let mut last = first;
    for c in letters {
        if !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h') && c != last {
            sound.push(c);
        }
        last = c;
        if sound.chars().count() == 4 {
            break;
        }
    }
    sound
}
