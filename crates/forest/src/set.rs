//! A set of category codes: what a split of a category sends to the left.

use crate::ForestError;
use serde::{Deserialize, Serialize};

/// Some of the codes below a number of levels. A code from there on is unknown, which is not the same as not in the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct CategorySet {
    levels: u32,
    /// 64 codes a word, the lowest bit first.
    words: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    levels: u32,
    words: Vec<u64>,
}

impl CategorySet {
    /// The set of these codes; those from `levels` on are left out.
    pub fn new(levels: u32, codes: impl IntoIterator<Item = u32>) -> Self {
        let mut words = vec![0; levels.div_ceil(64) as usize];
        for code in codes.into_iter().filter(|code| *code < levels) {
            words[code as usize / 64] |= 1 << (code % 64);
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

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }
}

impl TryFrom<Parts> for CategorySet {
    type Error = ForestError;

    fn try_from(Parts { levels, words }: Parts) -> Result<Self, ForestError> {
        let (expected, found) = (levels.div_ceil(64) as usize, words.len());
        let beyond =
            levels % 64 != 0 && words.last().is_some_and(|word| word >> (levels % 64) != 0);
        if expected != found || beyond {
            return Err(ForestError::Set { levels, expected, found });
        }
        Ok(Self { levels, words })
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
        for bad in [r#"{"levels":70,"words":[9]}"#, r#"{"levels":70,"words":[9,64]}"#] {
            let error = serde_json::from_str::<CategorySet>(bad).unwrap_err().to_string();
            assert!(error.starts_with("a set of 70 categories"), "{error}");
        }
    }
}
