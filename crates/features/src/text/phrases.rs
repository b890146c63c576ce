//! Buying signals: phrases found in a text as runs of words, whatever their case, accents, inflection and the stop words between
//! them.
//!
//! A phrase is stemmed in each language, and a text is searched with those of its own. "No", "not" and the like at most
//! [`REACH`] words before, in the same sentence, take a signal back: "we do not need a quote" asks for none.

use super::tokens::{Language, Token, tokens};
use std::collections::{BTreeMap, HashMap};

/// How far a "not" reaches.
const REACH: usize = 3;

/// The built-in signals, English and German.
pub(crate) fn built_in() -> BTreeMap<String, Vec<String>> {
    let mut signals: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let lines = include_str!("../../tables/signals.csv").lines().skip(1);
    for (signal, phrase) in lines.filter_map(|line| line.split_once(',')) {
        signals.entry(signal.to_owned()).or_default().push(phrase.to_owned());
    }
    signals
}

/// The words of a phrase in a language.
pub(crate) fn words(phrase: &str, language: Language) -> Vec<String> {
    let mut words = Vec::new();
    tokens(phrase, language, |token| {
        if let Token::Word { stem, .. } = token {
            words.push(stem.to_owned());
        }
    });
    words
}

/// The phrases of all signals in one language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phrases {
    words: HashMap<String, u32>,
    /// By its last word: the words before it, the nearest last, and the signal.
    ending: Vec<Vec<(Vec<u32>, usize)>>,
}

/// What stands before a word in its sentence.
#[derive(Debug, Default)]
pub(crate) struct Sentence {
    /// Words by number, unknown ones as `u32::MAX`, and whether each is a "not".
    words: Vec<(u32, bool)>,
}

impl Phrases {
    /// Of signals by position.
    pub(crate) fn new<'a>(
        signals: impl Iterator<Item = (usize, &'a [String])>,
        language: Language,
    ) -> Self {
        let mut made = Self::default();
        for (signal, phrases) in signals {
            for phrase in phrases {
                let mut numbers: Vec<u32> =
                    words(phrase, language).into_iter().map(|word| made.number(word)).collect();
                if let Some(last) = numbers.pop() {
                    made.ending[last as usize].push((numbers, signal));
                }
            }
        }
        made
    }

    fn number(&mut self, word: String) -> u32 {
        let next = self.words.len() as u32;
        let number = *self.words.entry(word).or_insert(next);
        if number == next {
            self.ending.push(Vec::new());
        }
        number
    }

    /// Takes the next token of a text and tells the signals that end with it.
    pub(crate) fn next(
        &self,
        sentence: &mut Sentence,
        token: Token<'_>,
        mut found: impl FnMut(usize),
    ) {
        let (stem, negates) = match token {
            Token::Word { stem, negates, .. } => (stem, negates),
            Token::Long => ("", false),
            Token::Stop => return,
            Token::Break => return sentence.words.clear(),
        };
        let number = self.words.get(stem).copied().unwrap_or(u32::MAX);
        for (before, signal) in self.ending.get(number as usize).into_iter().flatten() {
            let Some(start) = sentence.words.len().checked_sub(before.len()) else { continue };
            let stands = sentence.words[start..].iter().map(|w| w.0).eq(before.iter().copied());
            let reach = &sentence.words[start.saturating_sub(REACH)..start];
            if stands && !reach.iter().any(|w| w.1) {
                found(*signal);
            }
        }
        sentence.words.push((number, negates));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(signals: &BTreeMap<String, Vec<String>>, text: &str) -> Vec<String> {
        let names: Vec<&String> = signals.keys().collect();
        let language = Language::of(text, Language::English);
        let phrases = signals.values().map(Vec::as_slice).enumerate();
        let phrases = Phrases::new(phrases, language);
        let (mut sentence, mut hits) = (Sentence::default(), Vec::new());
        tokens(text, language, |token| {
            phrases.next(&mut sentence, token, |signal| hits.push(names[signal].clone()));
        });
        hits.dedup();
        hits
    }

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        assert_eq!(found(&built_in(), text), expect, "{text}");
    }

    #[test]
    fn signals_are_found_in_any_inflection() {
        check("We booked our demo for Friday.", &["asks for a demo"]);
        check("BOOK A DEMO", &["asks for a demo"]);
        check("K\u{f6}nnten wir eine Demo vereinbaren?", &["asks for a demo"]);
        check(
            "Wir h\u{e4}tten gern die Angebote und Preise f\u{fc}r 40 Pl\u{e4}tze",
            &["asks for a price"],
        );
        check("so bald wie moeglich, bitte", &["wants it soon"]);
        check("They looked at the book. Demos are fine.", &[]);
        check("\u{7d66}\u{6211}\u{50f9}\u{683c}", &[]);
    }

    #[test]
    fn a_not_takes_it_back() {
        check("We do not need a quote now.", &[]);
        check("There is no budget", &[]);
        check("I don't want to book a demo", &[]);
        check("Wir brauchen keine Demo", &[]);
        check("No. Please send a quote.", &["asks for a price"]);
        check("not interested", &["is not interested"]);
        check("Wir haben leider kein Interesse", &["is not interested"]);
    }

    #[test]
    fn every_built_in_phrase_has_words_in_every_language() {
        let signals = built_in();
        assert!(signals.len() >= 10);
        for phrase in signals.values().flatten() {
            for language in Language::ALL {
                assert!(!words(phrase, language).is_empty(), "{phrase} {language:?}");
            }
        }
    }
}
