//! A set of category codes: what a split of a category sends to the left.

use crate::ForestError;
use serde::{Deserialize, Serialize};

/// The most levels of a category: an f32 tells no more codes apart.
pub(crate) const MAX_LEVELS: u32 = 1 << 24;

/// Some of the codes below a number of levels. A code from there on is unknown, which is not the same as not in the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct CategorySet {
    levels: u32,
    /// 64 codes a word, the lowest bit first; the last word is not 0.
    words: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    levels: u32,
    words: Vec<u64>,
}

impl CategorySet {
    /// The set of these codes; those from `levels` on are left out. More than 2^24 levels count as 2^24: an f32 tells no more
    /// codes apart.
    pub fn new(levels: u32, codes: impl IntoIterator<Item = u32>) -> Self {
        let levels = levels.min(MAX_LEVELS);
        let mut words = Vec::new();
        for code in codes.into_iter().filter(|code| *code < levels) {
            let at = code as usize / 64;
            if at >= words.len() {
                words.resize(at + 1, 0);
            }
            words[at] |= 1 << (code % 64);
        }
        Self { levels, words }
    }

    /// Codes below this are known.
    pub fn levels(&self) -> u32 {
        self.levels
    }

    /// Whether it holds a code.
    pub fn contains(&self, code: u32) -> bool {
        self.words.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    /// The codes that it holds, rising.
    pub fn codes(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.words.len() as u32 * 64).filter(|code| self.contains(*code))
    }

    pub(crate) fn from_words(levels: u32, mut words: Vec<u64>) -> Result<Self, ForestError> {
        let (expected, found) = (levels.div_ceil(64) as usize, words.len());
        let last = words.get(expected.saturating_sub(1));
        let beyond =
            !levels.is_multiple_of(64) && last.is_some_and(|word| word >> (levels % 64) != 0);
        if found > expected || beyond || levels > MAX_LEVELS {
            return Err(ForestError::Set { levels, expected, found, limit: MAX_LEVELS });
        }
        let held = words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        words.truncate(held);
        Ok(Self { levels, words })
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }
}

impl TryFrom<Parts> for CategorySet {
    type Error = ForestError;

    fn try_from(Parts { levels, words }: Parts) -> Result<Self, ForestError> {
        Self::from_words(levels, words)
    }
}

impl From<CategorySet> for Parts {
    fn from(set: CategorySet) -> Parts {
        Parts { levels: set.levels, words: set.words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_it_was_given_and_survives_a_file() {
        let set = CategorySet::new(70, [0, 3, 64, 69, 70, 1000]);
        let held: Vec<u32> = (0..200).filter(|code| set.contains(*code)).collect();
        assert_eq!(held, [0, 3, 64, 69]);
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(text, r#"{"levels":70,"words":[9,33]}"#);
        assert_eq!(serde_json::from_str::<CategorySet>(&text).unwrap(), set);
        assert_eq!(set.codes().collect::<Vec<_>>(), held);
        for bad in [
            r#"{"levels":70,"words":[9,0,0]}"#,
            r#"{"levels":70,"words":[9,64]}"#,
            r#"{"levels":16777217,"words":[9]}"#,
        ] {
            let error = serde_json::from_str::<CategorySet>(bad).unwrap_err().to_string();
            assert!(error.starts_with("a set of"), "{error}");
        }
    }

    #[test]
    fn few_codes_of_many_levels_take_little_and_equal_those_written_in_full() {
        let few = CategorySet::new(u32::MAX, [1]);
        assert_eq!((few.levels(), few.words()), (MAX_LEVELS, &[2][..]));
        let full = serde_json::from_str::<CategorySet>(r#"{"levels":200,"words":[2,0,0,0]}"#);
        assert_eq!(full.unwrap(), CategorySet::new(200, [1]));
        assert!(CategorySet::new(0, [0]).codes().next().is_none());
    }
}
