//! From a text to its words: split in any script, folded, stemmed by the text's language, stop words known.
//!
//! A word is a run of letters, digits and the marks on them, with apostrophes inside. Scripts written without blanks (Chinese,
//! Japanese without Katakana, Thai, Lao, Khmer, Burmese) have no such runs: there, each two neighbours are a word, as in Lucene's
//! CJK analyser. Words are folded as contact fields are, and stemmed by Snowball (Porter, 2001) where the language is known.
//! One pass, no look-back: the time is proportional to the length.

use leadsight_contact::fold;
use rust_stemmers::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;

/// The language of a text, as far as it is known here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// English stop words and stems.
    English,
    /// German stop words and stems.
    German,
    /// Any other: words as they are.
    #[default]
    Other,
}

/// What a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    Word {
        /// Folded and stemmed.
        stem: &'t str,
        /// As it stands in the text.
        spelt: &'t str,
        /// Whether it is a "not".
        negates: bool,
        /// Whether notes are made of it whatever they are about: "called", "next", "Tuesday". Phrases may have it, terms not.
        idle: bool,
    },
    /// A word that every text of the language has.
    Stop,
    /// A run too long for a word: an address, a picture in letters.
    Long,
    /// The end of a sentence or line.
    Break,
}

/// Bytes that a word may have.
const LONGEST: usize = 96;

/// Bytes of a text that tell its language.
const TELLING: usize = 2_000;

/// Texts of fewer words are too short to tell their language by themselves.
const FEWEST: usize = 8;

/// At least one word of so many must be a stop word of a language. English and German have about four in ten, and their lists
/// meet about one in twenty words of French or Spanish.
const ONE_OF: usize = 7;

static ENGLISH: LazyLock<HashSet<String>> =
    LazyLock::new(|| list(include_str!("../../tables/stop_words_english.txt")));
static GERMAN: LazyLock<HashSet<String>> =
    LazyLock::new(|| list(include_str!("../../tables/stop_words_german.txt")));
static IDLE_ENGLISH: LazyLock<HashSet<String>> =
    LazyLock::new(|| list(include_str!("../../tables/idle_words_english.txt")));
static IDLE_GERMAN: LazyLock<HashSet<String>> =
    LazyLock::new(|| list(include_str!("../../tables/idle_words_german.txt")));

fn list(text: &str) -> HashSet<String> {
    text.split_whitespace().map(fold).collect()
}

/// English and German alike; the folded words, without the English ones in `n't`.
const NEGATIONS: [&str; 16] = [
    "no", "not", "never", "without", "cannot", "nor", "dont", "kein", "keine", "keinen", "keinem",
    "keiner", "nicht", "nie", "niemals", "ohne",
];

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::German, Self::Other];

    /// The language of a text by its stop words. `usual` is that of a text too short or too even to tell.
    pub(crate) fn of(text: &str, usual: Self) -> Self {
        let (mut words, mut english, mut german) = (0, 0, 0);
        pieces(&text[..text.floor_char_boundary(TELLING)], |piece| {
            if let Piece::Word(word) = piece {
                let folded = folded(word);
                words += 1;
                english += usize::from(ENGLISH.contains(folded.as_ref()));
                german += usize::from(GERMAN.contains(folded.as_ref()));
            }
        });
        let most = english.max(german);
        if english == german && most > 0 {
            usual
        } else if most > 0 && (most * ONE_OF >= words || words < FEWEST) {
            if english > german { Self::English } else { Self::German }
        } else if words < FEWEST {
            usual
        } else {
            Self::Other
        }
    }

    /// Stop words and idle words.
    fn lists(self) -> Option<(&'static HashSet<String>, &'static HashSet<String>)> {
        match self {
            Self::English => Some((&ENGLISH, &IDLE_ENGLISH)),
            Self::German => Some((&GERMAN, &IDLE_GERMAN)),
            Self::Other => None,
        }
    }
}

/// Hands over the words of a text, in order.
pub(crate) fn tokens(text: &str, language: Language, mut each: impl FnMut(Token<'_>)) {
    let lists = language.lists();
    let stemmer = match language {
        Language::English => Some(Stemmer::create(Algorithm::English)),
        Language::German => Some(Stemmer::create(Algorithm::German)),
        Language::Other => None,
    };
    pieces(text, |piece| match piece {
        Piece::Break => each(Token::Break),
        Piece::Word(spelt) if spelt.len() > LONGEST => each(Token::Long),
        Piece::Word(spelt) => {
            let folded = folded(spelt);
            if lists.is_some_and(|(stop, _)| stop.contains(folded.as_ref())) {
                return each(Token::Stop);
            }
            let idle = lists.is_some_and(|(_, idle)| idle.contains(folded.as_ref()));
            let negates = NEGATIONS.contains(&folded.as_ref()) || folded.ends_with("n't");
            let folded = match language {
                Language::German => with_umlauts(folded),
                _ => folded,
            };
            let stem = stemmer.as_ref().map_or(Cow::Borrowed(&*folded), |s| s.stem(&folded));
            each(Token::Word { stem: &stem, spelt, negates, idle });
        }
    });
}

/// In lower case, without accents, umlauts written out.
fn folded(word: &str) -> Cow<'_, str> {
    if !word.is_ascii() {
        return Cow::Owned(fold(&word.replace('\u{2019}', "'")));
    }
    if word.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// `ae`, `oe` and `ue` as the German stemmer wants them, which finds `Vorschlag` in `Vorschlaege`. Behind a vowel or a `q` the
/// two letters are no umlaut: `neue`, `Frequenz`.
fn with_umlauts(word: Cow<'_, str>) -> Cow<'_, str> {
    if !["ae", "oe", "ue"].iter().any(|pair| word.contains(pair)) {
        return word;
    }
    let mut umlauted = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let umlaut = match letter {
            'a' => Some('ä'),
            'o' => Some('ö'),
            'u' => Some('ü'),
            _ => None,
        };
        let stands = !matches!(before, 'a' | 'e' | 'i' | 'o' | 'u' | 'q');
        match umlaut.filter(|_| stands && letters.peek() == Some(&'e')) {
            Some(umlaut) => {
                letters.next();
                umlauted.push(umlaut);
                before = 'e';
            }
            None => {
                umlauted.push(letter);
                before = letter;
            }
        }
    }
    Cow::Owned(umlauted)
}

#[derive(Debug, PartialEq)]
enum Piece<'t> {
    Word(&'t str),
    Break,
}

enum Class {
    Letter,
    /// A letter of a script without blanks.
    Unspaced,
    /// Belongs to the letter before it.
    Mark,
    Apostrophe,
    End,
    Other,
}

fn class(c: char) -> Class {
    match c {
        '\'' | '\u{2019}' => Class::Apostrophe,
        '.' | '!' | '?' | ';' | '\n' | '\u{61f}' | '\u{964}' | '\u{2026}' | '\u{3002}'
        | '\u{ff01}' | '\u{ff1f}' => Class::End,
        c if c.is_ascii() => {
            if c.is_ascii_alphanumeric() {
                Class::Letter
            } else {
                Class::Other
            }
        }
        '\u{ad}' | '\u{200c}' | '\u{200d}' => Class::Mark,
        c if is_combining_mark(c) => Class::Mark,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{309f}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
            if c.is_alphanumeric() =>
        {
            Class::Unspaced
        }
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// The words of a text as they stand in it, and where its sentences end.
fn pieces<'t>(text: &'t str, mut each: impl FnMut(Piece<'t>)) {
    // The start of a word of letters; of the last two letters of a script without blanks.
    let (mut word, mut pair) = (None, (None, None));
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| class(*c));
        match class(c) {
            Class::Mark => continue,
            Class::Letter => {
                close_pair(text, &mut pair, at, &mut each);
                word.get_or_insert(at);
                continue;
            }
            Class::Apostrophe if word.is_some() && matches!(next, Some(Class::Letter)) => continue,
            Class::Unspaced => {
                close_word(text, &mut word, at, &mut each);
                if let (Some(first), Some(_)) = pair {
                    each(Piece::Word(&text[first..at]));
                }
                pair = (pair.1, Some(at));
                continue;
            }
            // A full stop inside a number or a name ends nothing.
            Class::End if c == '.' && matches!(next, Some(Class::Letter)) => {
                close_word(text, &mut word, at, &mut each);
                close_pair(text, &mut pair, at, &mut each);
            }
            Class::End => {
                close_word(text, &mut word, at, &mut each);
                close_pair(text, &mut pair, at, &mut each);
                each(Piece::Break);
            }
            Class::Apostrophe | Class::Other => {
                close_word(text, &mut word, at, &mut each);
                close_pair(text, &mut pair, at, &mut each);
            }
        }
    }
    close_word(text, &mut word, text.len(), &mut each);
    close_pair(text, &mut pair, text.len(), &mut each);
}

fn close_word<'t>(
    text: &'t str,
    word: &mut Option<usize>,
    at: usize,
    each: &mut impl FnMut(Piece<'t>),
) {
    if let Some(start) = word.take() {
        each(Piece::Word(&text[start..at]));
    }
}

/// The last pair of a run, or its only letter.
fn close_pair<'t>(
    text: &'t str,
    pair: &mut (Option<usize>, Option<usize>),
    at: usize,
    each: &mut impl FnMut(Piece<'t>),
) {
    if let Some(start) = pair.0.or(pair.1) {
        each(Piece::Word(&text[start..at]));
    }
    *pair = (None, None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stems(text: &str, language: Language) -> Vec<String> {
        let mut found = Vec::new();
        tokens(text, language, |token| match token {
            Token::Word { stem, .. } => found.push(stem.to_owned()),
            Token::Break => found.push("|".to_owned()),
            Token::Long => found.push("~".to_owned()),
            Token::Stop => {}
        });
        found
    }

    #[track_caller]
    fn check(text: &str, language: Language, expect: &[&str]) {
        assert_eq!(stems(text, language), expect, "{text}");
    }

    #[test]
    fn words_of_any_script() {
        check(
            "What would 40 seats cost a year?",
            Language::English,
            &["40", "seat", "cost", "year", "|"],
        );
        check(
            "Booked the DEMOS, don't wait",
            Language::English,
            &["book", "demo", "don't", "wait"],
        );
        check("don\u{2019}t", Language::English, &["don't"]);
        check("v2.5 at acme.com", Language::English, &["v2", "5", "acm", "com"]);
        check("Vorschl\u{e4}ge, Vorschlaege", Language::German, &["vorschlag", "vorschlag"]);
        check("die neue Frequenz", Language::German, &["neu", "frequenz"]);
        check(
            "Prix: \u{e9}l\u{e8}ve E\u{301}LE\u{300}VE",
            Language::Other,
            &["prix", "eleve", "eleve"],
        );
        // Right to left, with and without points.
        check(
            "\u{5d4}\u{5e6}\u{5e2}\u{5ea} \u{5de}\u{5d7}\u{5d9}\u{5e8}",
            Language::Other,
            &["\u{5d4}\u{5e6}\u{5e2}\u{5ea}", "\u{5de}\u{5d7}\u{5d9}\u{5e8}"],
        );
        // Without blanks: in pairs, Katakana as words, a lone letter by itself.
        check(
            "\u{6211}\u{4eec}\u{60f3}\u{8981}",
            Language::Other,
            &["\u{6211}\u{4eec}", "\u{4eec}\u{60f3}", "\u{60f3}\u{8981}"],
        );
        check(
            "CRM\u{306e}\u{4fa1} \u{51fa}",
            Language::Other,
            &["crm", "\u{306e}\u{4fa1}", "\u{51fa}"],
        );
        check("", Language::English, &[]);
        check(&"x".repeat(5_000), Language::English, &["~"]);
        check("\u{301}\u{301} \u{200d} ' . \u{1f600}", Language::Other, &["|"]);
    }

    #[test]
    fn the_language_shows_in_the_stop_words() {
        let of = |text| Language::of(text, Language::Other);
        assert_eq!(of("We would like to see what it can do for our team"), Language::English);
        assert_eq!(of("Wir m\u{f6}chten gern wissen, was das f\u{fc}r uns tut"), Language::German);
        assert_eq!(of("Nous voulons remplacer notre outil et recevoir une offre"), Language::Other);
        // Too short: the usual one of the field.
        assert_eq!(Language::of("Pricing", Language::English), Language::English);
        assert_eq!(Language::of("", Language::German), Language::German);
    }

    proptest! {
        #[test]
        fn any_text_has_words(text in "\\PC{0,80}|[ -~\u{300}\u{200d}\u{4e00}\u{e01}\u{e31}'.\n\u{df}\u{e4}]{0,80}") {
            for language in Language::ALL {
                let mut spelt_by = 0;
                tokens(&text, language, |token| {
                    if let Token::Word { spelt, .. } = token {
                        spelt_by += 1;
                        assert!(text.contains(spelt));
                    }
                });
                prop_assert!(spelt_by <= text.chars().count());
            }
            Language::of(&text, Language::Other);
        }
    }
}
