//! The tables under `tables/`: one fact a line, `#` begins a remark.

use std::collections::HashMap;

/// The lines that hold facts.
pub(crate) fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The cells of a line; a table's last column may hold commas.
pub(crate) fn cells<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut cells = line.splitn(N, ',').map(str::trim);
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

/// Phrases of one or more folded words, looked up in a text; where several match one place the longest wins.
pub(crate) struct Phrases<T> {
    exact: HashMap<Vec<String>, T>,
    /// Parts of compounds (`vertriebs*`, `*leiter`), longest first.
    compounds: Vec<(Compound, T)>,
    longest: usize,
}

enum Compound {
    Begins(String),
    Ends(String),
}

impl Compound {
    fn of(phrase: &str) -> Option<Self> {
        let begins = phrase.strip_suffix('*').filter(|stem| !stem.ends_with(' '));
        let begins = begins.map(|stem| Self::Begins(stem.to_owned()));
        begins.or_else(|| phrase.strip_prefix('*').map(|stem| Self::Ends(stem.to_owned())))
    }

    fn stem(&self) -> &str {
        match self {
            Self::Begins(stem) | Self::Ends(stem) => stem,
        }
    }

    /// Whether it stands in a longer word.
    fn fits(&self, word: &str) -> bool {
        let longer = word.len() > self.stem().len();
        longer
            && match self {
                Self::Begins(stem) => word.starts_with(stem.as_str()),
                Self::Ends(stem) => word.ends_with(stem.as_str()),
            }
    }
}

/// The word in a phrase that stands for any word.
const ANY: &str = "*";

impl<T: Copy> Phrases<T> {
    pub(crate) fn new(facts: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut phrases = Self { exact: HashMap::new(), compounds: Vec::new(), longest: 1 };
        for (phrase, value) in facts {
            match Compound::of(phrase) {
                Some(compound) => phrases.compounds.push((compound, value)),
                None => {
                    let words: Vec<String> = phrase.split_whitespace().map(str::to_owned).collect();
                    phrases.longest = phrases.longest.max(words.len());
                    phrases.exact.insert(words, value);
                }
            }
        }
        phrases.compounds.sort_by_key(|(compound, _)| std::cmp::Reverse(compound.stem().len()));
        phrases
    }

    /// What matches, from left to right; a compound word may match at both of its ends.
    pub(crate) fn find(&self, words: &[String]) -> Vec<T> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let reach = self.longest.min(words.len() - at);
            let phrase =
                (1..=reach).rev().find_map(|n| Some((n, self.phrase(&words[at..at + n])?)));
            match phrase {
                Some((n, value)) => {
                    found.push(value);
                    at += n;
                }
                None => {
                    found.extend(self.ends(&words[at]));
                    at += 1;
                }
            }
        }
        found
    }

    fn phrase(&self, words: &[String]) -> Option<T> {
        let exact = self.exact.get(words).copied();
        exact.or_else(|| {
            let (last, first) = words.split_last()?;
            if first.is_empty() || last.is_empty() {
                return None;
            }
            let open: Vec<String> = first.iter().cloned().chain([ANY.to_owned()]).collect();
            self.exact.get(&open).copied()
        })
    }

    fn ends(&self, word: &str) -> impl Iterator<Item = T> {
        let fits = |begins: bool| {
            self.compounds.iter().find_map(|(compound, value)| {
                let side = matches!(compound, Compound::Begins(_)) == begins;
                (side && compound.fits(word)).then_some(*value)
            })
        };
        fits(true).into_iter().chain(fits(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn the_longest_phrase_wins_its_place() {
        let facts = [
            ("vice president", 1),
            ("president", 2),
            ("vertriebs*", 3),
            ("*leiter", 4),
            ("chief *", 5),
        ];
        let phrases = Phrases::new(facts.into_iter());
        let find = |text: &str| phrases.find(&words(text, &[]));
        assert_eq!(find("Vice President"), [1]);
        assert_eq!(find("President and Vice President"), [2, 1]);
        assert_eq!(find("Vertriebsleiter"), [3, 4]);
        assert_eq!(find("Chief Happiness Officer"), [5]);
        assert_eq!(find("leiter"), [0; 0]);
        assert_eq!(find(""), [0; 0]);
    }
}
