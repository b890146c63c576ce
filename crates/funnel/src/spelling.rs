//! Words that differ in case and signs alone are one: `paid_social`, `Paid Social` and `PAID-SOCIAL`.

use std::collections::HashMap;

/// Each word in the spelling that most of its like have; of equals the first in the alphabet.
pub fn one_spelling<'a>(words: &[Option<&'a str>]) -> Vec<Option<&'a str>> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for word in words.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    // Each distinct word is folded once.
    let plain: HashMap<&str, String> = counts.keys().map(|word| (*word, plain(word))).collect();
    let mut usual: HashMap<&str, &'a str> = HashMap::new();
    for (word, like) in &plain {
        let best = usual.entry(like).or_insert(word);
        let (rank, of_best) = (counts[word], counts[*best]);
        if rank > of_best || (rank == of_best && word < best) {
            *best = word;
        }
    }
    words.iter().map(|word| word.map(|word| usual[plain[word].as_str()])).collect()
}

fn plain(word: &str) -> String {
    let kept: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    // Signs alone stay what they are.
    if kept.is_empty() { word.to_owned() } else { kept.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spelling_stands_for_all() {
        let words = [
            Some("paid_social"),
            Some("Paid Social"),
            None,
            Some("paid_social"),
            Some("b"),
            Some("B"),
            Some("--"),
        ];
        assert_eq!(
            one_spelling(&words),
            [
                Some("paid_social"),
                Some("paid_social"),
                None,
                Some("paid_social"),
                Some("B"),
                Some("B"),
                Some("--")
            ]
        );
    }
}
