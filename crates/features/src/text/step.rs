//! The step that turns one text into its numbers, and what it keeps ready for that. A text is read once a lead, however many
//! numbers it gives.

use super::grams::Grams;
use super::phrases::{Phrases, Sentence};
use super::terms::{hash, weigh};
use super::tokens::{Language, Token, tokens};
use super::topics;
use crate::step::word;
use leadsight_schema::{Cell, Feature, FeatureKind, Field, fill};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A step that gives several numbers of one text, in the order of `gives`. A lead without text has 0 for each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextStep {
    /// The text.
    pub field: usize,
    /// The language of a text that does not show its own.
    pub language: Language,
    /// Terms have at most so many words.
    pub ngrams: usize,
    /// The terms that were learned, stemmed, with their inverse document frequency.
    pub terms: BTreeMap<String, f32>,
    /// What it gives.
    pub gives: Vec<TextNumber>,
}

/// A number that a text gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum TextNumber {
    /// How many words it has.
    Words,
    /// 1 where it has one of the phrases, else 0.
    Says {
        /// The signal's name.
        signal: String,
        /// Its phrases.
        phrases: Vec<String>,
    },
    /// How much it is about a topic: 0 for not a word, about 1 for nothing else.
    Topic {
        /// The topic's strongest words, which name it.
        words: Vec<String>,
        /// Its terms, stemmed, and their weights.
        weights: BTreeMap<String, f32>,
    },
    /// The TF-IDF of a term.
    Term {
        /// The term, stemmed.
        term: String,
        /// The term as it is usually spelt.
        spelt: String,
    },
    /// The share of its terms that fall into one of several buckets.
    Hashed {
        /// Which, from 0.
        bucket: u32,
        /// Of how many.
        of: u32,
    },
}

impl TextNumber {
    /// The feature's name.
    pub fn name(&self, field: &str) -> String {
        match self {
            Self::Words => format!("words({field})"),
            Self::Says { signal, .. } => format!("says({field}, {signal})"),
            Self::Topic { words, .. } => format!("{field}: {}", words.join(", ")),
            Self::Term { spelt, .. } => format!("tfidf({field}, {spelt})"),
            Self::Hashed { bucket, .. } => format!("hash({field}, {bucket})"),
        }
    }

    /// Whether a text of this value gives the signal, has the term or is about the topic; `None` of what cannot be told so.
    pub fn holds(&self, value: f32) -> Option<bool> {
        /// Below this a text only brushes a topic.
        const ABOUT: f32 = 0.1;
        match self {
            Self::Says { .. } | Self::Term { .. } => Some(value > 0.0),
            Self::Topic { .. } => Some(value >= ABOUT),
            Self::Words | Self::Hashed { .. } => None,
        }
    }

    /// What it says of a lead that has `value`, worded to follow the name of the field.
    pub fn said(&self, value: f32, told: leadsight_schema::Language) -> String {
        let p = told.phrases();
        let holds = self.holds(value) == Some(true);
        let say = |phrase: &str, what: &str| fill(phrase, |_| what);
        match self {
            Self::Words => {
                let number = told.decimal(value.to_string());
                say(if value == 1.0 { p.text_word } else { p.text_words }, &number)
            }
            Self::Says { signal, .. } => {
                say(if holds { p.text_with } else { p.text_without }, signal)
            }
            Self::Topic { words, .. } => {
                say(if holds { p.text_about } else { p.text_not_about }, &words.join(", "))
            }
            Self::Term { spelt, .. } => {
                say(if holds { p.text_term } else { p.text_no_term }, spelt)
            }
            Self::Hashed { .. } => p.text_hashed.to_owned(),
        }
    }
}

impl TextStep {
    pub(crate) fn features<'a>(
        &'a self,
        fields: &'a [Field],
    ) -> impl Iterator<Item = Feature> + 'a {
        let field = &fields[self.field].name;
        self.gives.iter().map(move |gives| Feature {
            name: gives.name(field),
            sources: vec![field.clone()],
            kind: FeatureKind::Number,
        })
    }
}

/// A step made ready to read.
#[derive(Debug, Clone)]
pub(crate) struct TextReader {
    field: usize,
    language: Language,
    ngrams: usize,
    width: usize,
    words: Option<usize>,
    /// In the order of [`Language::ALL`]; signals are positions in what is given.
    phrases: [Phrases; 3],
    terms: HashMap<String, u32>,
    idf: Vec<f64>,
    /// Where each topic's weight goes, and the topics over the terms.
    topics: Vec<usize>,
    h: Vec<Vec<f64>>,
    gram: Vec<Vec<f64>>,
    /// Where each term's weight goes, where it goes anywhere.
    features: HashMap<u32, usize>,
    /// Where each bucket goes, and of how many they are.
    buckets: HashMap<u32, usize>,
    of: u32,
}

impl TextReader {
    pub(crate) fn new(step: &TextStep) -> Self {
        let TextStep { field, language, ngrams, terms, gives } = step;
        let numbers: HashMap<String, u32> = terms.keys().cloned().zip(0..).collect();
        let signals = || {
            gives.iter().enumerate().filter_map(|(place, gives)| match gives {
                TextNumber::Says { phrases, .. } => Some((place, phrases.as_slice())),
                _ => None,
            })
        };
        let mut reader = Self {
            field: *field,
            language: *language,
            ngrams: *ngrams,
            width: gives.len(),
            words: gives.iter().position(|gives| *gives == TextNumber::Words),
            phrases: Language::ALL.map(|language| Phrases::new(signals(), language)),
            idf: terms.values().map(|idf| f64::from(*idf)).collect(),
            topics: Vec::new(),
            h: Vec::new(),
            gram: Vec::new(),
            features: HashMap::new(),
            buckets: HashMap::new(),
            of: 0,
            terms: numbers,
        };
        for (place, gives) in gives.iter().enumerate() {
            match gives {
                TextNumber::Words | TextNumber::Says { .. } => {}
                TextNumber::Topic { weights, .. } => {
                    let mut topic = vec![0.0; reader.idf.len()];
                    for (term, weight) in weights {
                        if let Some(number) = reader.terms.get(term) {
                            topic[*number as usize] = f64::from(*weight);
                        }
                    }
                    reader.topics.push(place);
                    reader.h.push(topic);
                }
                TextNumber::Term { term, .. } => {
                    reader.features.extend(reader.terms.get(term).map(|number| (*number, place)));
                }
                TextNumber::Hashed { bucket, of } => {
                    reader.buckets.insert(*bucket, place);
                    reader.of = *of;
                }
            }
        }
        reader.gram = topics::gram(&reader.h);
        reader
    }

    /// Appends the numbers of a lead.
    pub(crate) fn numbers(&self, cells: &[Cell<'_>], out: &mut Vec<f32>) {
        let start = out.len();
        out.resize(start + self.width, 0.0);
        if let Some(text) = word(cells[self.field]) {
            self.read(text, &mut out[start..]);
        }
    }

    /// The numbers of one text, into zeros.
    pub(crate) fn read(&self, text: &str, out: &mut [f32]) {
        let language = Language::of(text, self.language);
        let phrases = &self.phrases[language as usize];
        let (mut sentence, mut grams) = (Sentence::default(), Grams::new(self.ngrams));
        let (mut count, mut found, mut hashed) = (0u64, Vec::new(), Vec::new());
        tokens(text, language, |token| {
            count += u64::from(token != Token::Break);
            phrases.next(&mut sentence, token, |place| out[place] = 1.0);
            grams.next(token, |gram| {
                found.extend(self.terms.get(gram));
                if let Some(bucket) = hash(gram).checked_rem(u64::from(self.of)) {
                    hashed.push(bucket as u32);
                }
            });
        });
        self.words.into_iter().for_each(|place| out[place] = count as f32);
        let row = weigh(found, &self.idf);
        for (term, weight) in &row {
            if let Some(place) = self.features.get(term) {
                out[*place] = *weight as f32;
            }
        }
        let along: Vec<f64> = self.h.iter().map(|topic| topics::dot(&row, topic)).collect();
        for (place, weight) in self.topics.iter().zip(topics::weights(&along, &self.gram)) {
            out[*place] = weight as f32;
        }
        let all = hashed.len() as f32;
        for place in hashed.iter().filter_map(|bucket| self.buckets.get(bucket)) {
            out[*place] += 1.0 / all;
        }
    }
}
