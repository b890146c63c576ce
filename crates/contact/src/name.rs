//! Names of people.

use crate::ContactError;
use crate::text::{fold, read};
use serde::{Deserialize, Serialize};

const FIELD: &str = "name";

/// Before a name, without dots.
const HONORIFICS: [&str; 16] = [
    "mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "hr", "fr", "mme", "m", "sr", "sra",
    "monsieur", "madame",
];
const DEGREES: [&str; 20] = [
    "dr",
    "prof",
    "professor",
    "med",
    "phil",
    "rer",
    "nat",
    "ing",
    "dipl",
    "mag",
    "h",
    "c",
    "hc",
    "phd",
    "mba",
    "msc",
    "bsc",
    "ma",
    "ba",
    "md",
];
const SUFFIXES: [&str; 8] = ["jr", "sr", "ii", "iii", "iv", "esq", "cpa", "junior"];
/// Particles that begin a family name.
const PARTICLES: [&str; 18] = [
    "von", "van", "de", "der", "den", "zu", "zur", "vom", "del", "della", "di", "da", "la", "le",
    "ter", "ten", "al", "bin",
];

/// A person's name in its parts. Empty where the text had none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Name {
    /// Given names, `Anna-Lena Maria`.
    pub given: String,
    /// The family name with its particles, `von der Leyen`.
    pub family: String,
    /// Academic titles, `Prof. Dr.`
    pub degrees: String,
    /// `Jr.`, `III`.
    pub suffix: String,
}

impl Name {
    /// From one field: `Dr. Anna Berg`, `Berg, Anna`, `BERG ANNA` keeps the order given. Names in one case get the usual
    /// letters; a name in mixed case is left as its owner wrote it.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`]; [`ContactError::Shape`] where no letter is left.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let tidied = read(FIELD, text)?;
        let mut name = Self::default();
        let (mut before, mut after) = match tidied.split_once(',') {
            // `Berg, Anna`, but `Anna Berg, MBA`.
            Some((family, rest)) if !rest.split_whitespace().all(is_appendix) => {
                (rest.to_owned(), family.to_owned())
            }
            Some((all, rest)) => (format!("{all} {rest}"), String::new()),
            None => (tidied.clone(), String::new()),
        };
        before = name.take_appendices(&before);
        after = name.take_appendices(&after);
        if after.is_empty() {
            let words: Vec<&str> = before.split_whitespace().collect();
            let particle = words.iter().skip(1).position(|w| PARTICLES.contains(&fold(w).as_str()));
            let family = particle.map_or(words.len().saturating_sub(1), |p| p + 1);
            name.given = words[..family].join(" ");
            name.family = words[family..].join(" ");
        } else {
            (name.given, name.family) = (before, after);
        }
        if !name.given.chars().chain(name.family.chars()).any(char::is_alphabetic) {
            return Err(ContactError::shape(FIELD, text, "expected letters, such as `Anna Berg`"));
        }
        name.given = usual_letters(&name.given);
        name.family = usual_letters(&name.family);
        Ok(name)
    }

    /// Given and family name.
    pub fn full(&self) -> String {
        format!("{} {}", self.given, self.family).trim().to_owned()
    }

    /// Folded, for comparing: `anna berg`.
    pub fn key(&self) -> String {
        fold(&self.full())
    }

    /// Takes honorifics, degrees and suffixes out; what is left.
    fn take_appendices(&mut self, text: &str) -> String {
        let mut left = Vec::new();
        let words: Vec<&str> = text.split_whitespace().collect();
        for (i, word) in words.iter().enumerate() {
            let plain = fold(word).replace('.', "");
            let first = left.is_empty();
            let last = i + 1 == words.len() && !first;
            if first && words.len() > 1 && HONORIFICS.contains(&plain.as_str()) {
                continue;
            }
            let dotted = word.contains('.');
            if DEGREES.contains(&plain.as_str())
                && (first || dotted || last)
                && words.len() > 1
                && (plain.len() > 1 || dotted)
            {
                append(&mut self.degrees, word.trim_end_matches(','));
            } else if last && SUFFIXES.contains(&plain.as_str()) {
                append(&mut self.suffix, word);
            } else {
                left.push(*word);
            }
        }
        left.join(" ")
    }
}

fn append(to: &mut String, word: &str) {
    if !to.is_empty() {
        to.push(' ');
    }
    to.push_str(word);
}

fn is_appendix(word: &str) -> bool {
    let plain = fold(word).replace(['.', ','], "");
    SUFFIXES.contains(&plain.as_str()) || DEGREES.contains(&plain.as_str())
}

/// `BERG-MEIER` and `berg-meier` to `Berg-Meier`; particles stay small; `McDonald` stays.
fn usual_letters(name: &str) -> String {
    let upper = name.chars().filter(|c| c.is_uppercase()).count();
    let lower = name.chars().filter(|c| c.is_lowercase()).count();
    if upper > 0 && lower > 0 {
        return name.to_owned();
    }
    let word = |word: &str| {
        let small = word.to_lowercase();
        if PARTICLES.contains(&small.as_str()) {
            return small;
        }
        let mut start = true;
        let raise = |c: char| {
            let raised = if start { c.to_uppercase().to_string() } else { c.to_string() };
            start = !c.is_alphabetic();
            raised
        };
        small.chars().map(raise).collect()
    };
    name.split(' ').map(word).collect::<Vec<String>>().join(" ")
}
