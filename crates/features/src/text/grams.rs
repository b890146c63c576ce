//! Terms of a text: its words and, up to a length, the runs of them within a sentence, stop words and idle
//! words passed over.

use super::tokens::{Language, Token, tokens};
use std::collections::VecDeque;

/// The words before, as long as they can be part of a term; the nearest first.
#[derive(Debug)]
pub(crate) struct Grams {
    longest: usize,
    before: VecDeque<String>,
}

impl Grams {
    /// Terms of one to `longest` words.
    pub(crate) fn new(longest: usize) -> Self {
        Self { longest, before: VecDeque::new() }
    }

    /// Takes the next token of a text and tells the terms that end with it.
    pub(crate) fn next(&mut self, token: Token<'_>, mut found: impl FnMut(&str)) {
        match token {
            Token::Word { stem, idle: false, .. } => {
                found(stem);
                if self.longest < 2 {
                    return;
                }
                let mut term = stem.to_owned();
                for word in &self.before {
                    term = format!("{word} {term}");
                    found(&term);
                }
                self.before.truncate(self.longest.saturating_sub(2));
                self.before.push_front(stem.to_owned());
            }
            Token::Break | Token::Long => self.before.clear(),
            Token::Stop | Token::Word { .. } => {}
        }
    }
}

/// The terms of a text, in order, as often as they stand in it.
pub(crate) fn grams(text: &str, language: Language, longest: usize, mut found: impl FnMut(&str)) {
    let mut grams = Grams::new(longest);
    tokens(text, language, |token| grams.next(token, &mut found));
}
