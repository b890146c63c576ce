//! Which terms count, and what they weigh in a text.
//!
//! TF-IDF: a term that stands n times in a text weighs (1 + ln n) (1 + ln((1 + N) / (1 + d))), where d of N training texts have
//! it; a text's weights are scaled to unit length (Salton and Buckley, 1988; scikit-learn's `TfidfVectorizer` with
//! `sublinear_tf`).

use super::grams::grams;
use super::tokens::{Language, Token, tokens};
use std::collections::{BTreeMap, HashMap};

/// Terms known at most, unless the configuration asks for more as features.
const KNOWN: usize = 1_000;

/// A term that more than this share of the texts has tells nothing.
const COMMON: f64 = 0.5;

/// A text and its language.
pub(crate) type Read<'t> = (&'t str, Language);

/// A term as it was learned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub(crate) stem: String,
    /// The way in which it is spelt most often.
    pub(crate) spelt: String,
    pub(crate) idf: f32,
}

/// The terms of the texts, the most frequent first, equals by name. A term must stand in at least [`least`] texts and in at most
/// half of them.
pub(crate) fn learn(texts: &[Read<'_>], longest: usize, rare: usize, wanted: usize) -> Vec<Term> {
    let mut kept: HashMap<String, usize> = HashMap::new();
    // Longer terms are made of kept ones, so they are counted after them.
    for length in 1..=longest {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (text, language) in texts {
            let mut found: Vec<String> = Vec::new();
            grams(text, *language, length, |gram| {
                let of_kept = |gram: &str| gram.split(' ').all(|word| kept.contains_key(word));
                let words = gram.matches(' ').count() + 1;
                if words == length && (length == 1 && tells(gram) || length > 1 && of_kept(gram)) {
                    found.push(gram.to_owned());
                }
            });
            found.sort_unstable();
            found.dedup();
            found.into_iter().for_each(|gram| *counts.entry(gram).or_default() += 1);
        }
        let least = least(texts.len(), rare);
        let most = (texts.len() as f64 * COMMON) as usize;
        kept.extend(counts.into_iter().filter(|(_, n)| (least..=most).contains(n)));
    }
    let mut kept: Vec<(String, usize)> = kept.into_iter().collect();
    kept.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    kept.truncate(KNOWN.max(wanted));
    let spelt = spellings(texts, kept.iter().map(|(stem, _)| stem.as_str()).collect());
    let idf = |n: usize| 1.0 + ((1 + texts.len()) as f64 / (1 + n) as f64).ln();
    let term = |(stem, n): (String, usize)| {
        let words = stem.split(' ').map(|word| spelt.get(word).map_or(word, String::as_str));
        Term { spelt: words.collect::<Vec<_>>().join(" "), idf: idf(n) as f32, stem }
    };
    kept.into_iter().map(term).collect()
}

/// In how many texts a term must stand: in `rare`, but where texts are few one in 200 and 3 will do.
pub(crate) fn least(texts: usize, rare: usize) -> usize {
    (texts / 200).max(3).min(rare)
}

/// A single letter or a number is no subject of a text; a single sign of a script without blanks may be.
fn tells(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && (word.len() > 1 && word.chars().nth(1).is_some() || !word.is_ascii())
}

/// The usual spelling of each word: the most frequent, of equals the first in order.
fn spellings(texts: &[Read<'_>], terms: Vec<&str>) -> HashMap<String, String> {
    let mut found: HashMap<&str, BTreeMap<String, usize>> =
        terms.iter().flat_map(|term| term.split(' ')).map(|word| (word, BTreeMap::new())).collect();
    for (text, language) in texts {
        tokens(text, *language, |token| {
            if let Token::Word { stem, spelt, .. } = token
                && let Some(counts) = found.get_mut(stem)
            {
                match counts.get_mut(spelt) {
                    Some(count) => *count += 1,
                    None => drop(counts.insert(spelt.to_owned(), 1)),
                }
            }
        });
    }
    let usual = |(stem, counts): (&str, BTreeMap<String, usize>)| {
        // The last of equals wins in `max_by_key`, so the order is turned round.
        let (spelt, _) = counts.into_iter().rev().max_by_key(|(_, count)| *count)?;
        Some((stem.to_owned(), spelt))
    };
    found.into_iter().filter_map(usual).collect()
}

/// The weights of one text from its terms' numbers, in any order: (term, weight), by term.
pub(crate) fn weigh(mut terms: Vec<u32>, idf: &[f64]) -> Vec<(u32, f64)> {
    terms.sort_unstable();
    let mut weights: Vec<(u32, f64)> = terms
        .chunk_by(|a, b| a == b)
        .map(|same| (same[0], (1.0 + (same.len() as f64).ln()) * idf[same[0] as usize]))
        .collect();
    let length = weights.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
    if length > 0.0 {
        weights.iter_mut().for_each(|(_, w)| *w /= length);
    }
    weights
}

/// FNV-1a (Fowler, Noll and Vo) of a term: the same on every machine and in every version.
pub(crate) fn hash(term: &str) -> u64 {
    term.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_what_is_neither_rare_nor_everywhere() {
        let texts = [
            "Prices for the team",
            "the Price of a quote",
            "price, please",
            "A quote for 7 seats",
            "quotes and a budget x",
            "budget of the team",
            "next Tuesday a budget",
        ];
        let read: Vec<Read<'_>> = texts.iter().map(|t| (*t, Language::English)).collect();
        let terms = learn(&read, 2, 2, 0);
        let spelt: Vec<&str> = terms.iter().map(|t| t.spelt.as_str()).collect();
        assert_eq!(spelt, ["budget", "Price", "quote", "team"]);
        assert!(terms[0].idf < terms[3].idf);
        assert_eq!(learn(&[], 3, 20, 5), []);
        let twice: Vec<Read<'_>> =
            ["annual plan now", "Annual plan", "an annual plan", "b", "c", "d"]
                .map(|t| (t, Language::English))
                .to_vec();
        let pairs = learn(&twice, 3, 3, 0);
        let spelt: Vec<&str> = pairs.iter().map(|t| t.spelt.as_str()).collect();
        assert_eq!(spelt, ["annual", "annual plan", "plan"]);
    }

    #[test]
    fn weights_have_unit_length() {
        let weights = weigh(vec![1, 0, 1], &[2.0, 1.0]);
        let expect = [2.0, 1.0 + 2f64.ln()];
        let length = (expect[0] * expect[0] + expect[1] * expect[1]).sqrt();
        assert_eq!(weights, [(0, expect[0] / length), (1, expect[1] / length)]);
        assert_eq!(weigh(Vec::new(), &[]), []);
        // Reference values of FNV-1a, 64 bits.
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
