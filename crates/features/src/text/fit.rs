//! Learning the text step of a field: its language, its terms, its topics, and which of what was asked for tells anything.

use super::step::{TextNumber, TextReader, TextStep};
use super::terms::{self, Read, Term, weigh};
use super::tokens::Language;
use super::topics::{self, Row};
use super::{TextFeatures, grams::grams};
use crate::Unused;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Texts to learn from at most, spread evenly.
const TEXTS: usize = 20_000;

/// With fewer texts no topics are learned: two people's favourite words would be some.
const FEWEST: usize = 50;

/// Words of a topic's name, and words at most where two topics share the first ones.
const NAMED_BY: usize = 3;
const NAMED_BY_AT_MOST: usize = 8;

/// Weights of a topic below this share of its greatest are left out: they name nothing and change nothing.
const FAINT: f64 = 1e-3;

/// The step of a field called `name` from the texts of the training leads, `None` for a lead without, and what gives nothing.
pub(crate) fn fit(
    config: &TextFeatures,
    rare: usize,
    field: usize,
    name: &str,
    leads: &[Option<&str>],
) -> (Option<TextStep>, Vec<Unused>) {
    let all: Vec<&str> = leads.iter().copied().flatten().collect();
    let leave = |name: String, reason: String| Unused { name, reason };
    if all.is_empty() {
        let reason = "has no text in the training leads".to_owned();
        return (None, vec![leave(name.to_owned(), reason)]);
    }
    let every = all.len().div_ceil(TEXTS);
    let texts: Vec<&str> = all.iter().copied().step_by(every).collect();
    let language = usual(&texts);
    let read: Vec<Read<'_>> =
        texts.iter().map(|text| (*text, Language::of(text, language))).collect();
    let terms = match (config.topics, config.vocabulary) {
        (0, 0) => Vec::new(),
        _ => terms::learn(&read, config.ngrams, rare, config.vocabulary),
    };
    let mut unused = Vec::new();
    let mut gives = Vec::new();
    if config.length {
        gives.push(TextNumber::Words);
    }
    let signals = config.signals().into_iter();
    gives.extend(signals.map(|(signal, phrases)| TextNumber::Says { signal, phrases }));
    if config.topics > 0 && texts.len() < FEWEST {
        let reason = format!(
            "{} training texts are too few to learn from; {FEWEST} are needed",
            texts.len()
        );
        unused.push(leave(format!("topics of {name}"), reason));
    } else {
        gives.extend(learn_topics(config, &read, &terms));
    }
    let asked = terms.iter().take(config.vocabulary);
    gives.extend(asked.map(|t| TextNumber::Term { term: t.stem.clone(), spelt: t.spelt.clone() }));
    let of = config.hashed as u32;
    gives.extend((0..of).map(|bucket| TextNumber::Hashed { bucket, of }));

    let mut step = TextStep {
        field,
        language,
        ngrams: config.ngrams,
        terms: terms.into_iter().map(|term| (term.stem, term.idf)).collect(),
        gives,
    };
    let least = terms::least(texts.len(), rare);
    let reasons = silent(&step, &texts, all.len() < leads.len(), least);
    let mut kept = Vec::with_capacity(step.gives.len());
    let mut unheard = Vec::new();
    for (gives, reason) in step.gives.drain(..).zip(reasons) {
        match (reason, gives) {
            (None, gives) => kept.push(gives),
            // Of the built-in signals most texts give few: one line for all.
            (Some(_), TextNumber::Says { signal, .. }) => unheard.push(signal),
            (Some(reason), gives) => unused.push(leave(gives.name(name), reason)),
        }
    }
    if !unheard.is_empty() {
        let reason = format!(
            "fewer than {least} training texts give them, or all do: {}",
            unheard.join(", ")
        );
        unused.push(leave(format!("signals of {name}"), reason));
    }
    step.gives = kept;
    ((!step.gives.is_empty()).then_some(step), unused)
}

/// The language that most texts show.
fn usual(texts: &[&str]) -> Language {
    let mut counts = [0usize; 3];
    for text in texts {
        counts[Language::of(text, Language::Other) as usize] += 1;
    }
    // Short texts show none, so the other languages must have most of all.
    let [english, german, other] = counts;
    match () {
        () if other > 4 * (english + german) => Language::Other,
        () if german > english => Language::German,
        () if english > 0 => Language::English,
        () => Language::Other,
    }
}

fn learn_topics(config: &TextFeatures, texts: &[Read<'_>], terms: &[Term]) -> Vec<TextNumber> {
    let numbers: HashMap<&str, u32> = terms.iter().map(|t| t.stem.as_str()).zip(0..).collect();
    let idf: Vec<f64> = terms.iter().map(|term| f64::from(term.idf)).collect();
    let row = |(text, language): &Read<'_>| -> Row {
        let mut found = Vec::new();
        grams(text, *language, config.ngrams, |gram| found.extend(numbers.get(gram)));
        weigh(found, &idf)
    };
    let rows: Vec<Row> = texts.iter().map(row).collect();
    let mut names: HashSet<Vec<String>> = HashSet::new();
    let mut topics = Vec::new();
    for topic in topics::factorise(&rows, terms.len(), config.topics) {
        let greatest = topic.iter().copied().fold(0.0, f64::max);
        let mut order: Vec<usize> =
            (0..topic.len()).filter(|t| topic[*t] >= FAINT * greatest).collect();
        // A stable sort: equals stay in the order of the terms, the most frequent first.
        order.sort_by(|a, b| topic[*b].total_cmp(&topic[*a]));
        let words: Vec<String> = order.iter().map(|t| terms[*t].spelt.clone()).collect();
        let name = (NAMED_BY..=NAMED_BY_AT_MOST)
            .map(|length| words[..length.min(words.len())].to_vec())
            .find(|name| !names.contains(name));
        let Some(words) = name else { continue };
        names.insert(words.clone());
        let weights: BTreeMap<String, f32> =
            order.into_iter().map(|t| (terms[t].stem.clone(), topic[t] as f32)).collect();
        topics.push(TextNumber::Topic { words, weights });
    }
    topics
}

/// Why each number tells nothing, where it does not: the same for every lead, or for nearly every one. `blank` says that some
/// leads have no text.
fn silent(step: &TextStep, texts: &[&str], blank: bool, least: usize) -> Vec<Option<String>> {
    let reader = TextReader::new(step);
    let width = step.gives.len();
    let mut first = blank.then(|| vec![0.0f32; width]);
    let (mut varies, mut some) = (vec![false; width], vec![0usize; width]);
    let mut numbers = vec![0.0; width];
    for text in texts {
        numbers.fill(0.0);
        reader.read(text, &mut numbers);
        let first = first.get_or_insert_with(|| numbers.clone());
        for i in 0..width {
            varies[i] |= numbers[i].to_bits() != first[i].to_bits();
            some[i] += usize::from(numbers[i] != 0.0);
        }
    }
    let reason = |(i, gives): (usize, &TextNumber)| match gives {
        _ if !varies[i] => Some("is the same for every training lead".to_owned()),
        TextNumber::Words => None,
        _ if some[i] < least => {
            Some(format!("stands in only {} of {} training texts", some[i], texts.len()))
        }
        _ => None,
    };
    step.gives.iter().enumerate().map(reason).collect()
}
