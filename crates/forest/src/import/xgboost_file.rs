//! The parts of XGBoost's model file that are read, by their names there.

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, de};
use std::collections::BTreeMap;
use std::fmt;

#[derive(Deserialize)]
pub(super) struct File<L> {
    pub(super) learner: L,
    #[serde(default)]
    pub(super) version: Vec<u64>,
}

#[derive(Deserialize)]
pub(super) struct Head {
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) feature_names: Vec<String>,
    #[serde(default)]
    pub(super) feature_types: Vec<String>,
    pub(super) learner_model_param: LearnerParam,
    pub(super) objective: Named,
    pub(super) gradient_booster: Named,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct LearnerParam {
    pub(super) base_score: String,
    pub(super) num_feature: Count,
    #[serde(default)]
    pub(super) num_class: Count,
    #[serde(default)]
    pub(super) num_target: Count,
}

#[derive(Deserialize)]
pub(super) struct Body {
    pub(super) gradient_booster: Booster,
}

/// `gbtree` has its model at once, `dart` within a `gbtree` and with weights beside it.
#[derive(Deserialize)]
pub(super) struct Booster {
    #[serde(default)]
    pub(super) model: Option<Model>,
    #[serde(default)]
    pub(super) gbtree: Option<Inner>,
    #[serde(default)]
    pub(super) weight_drop: Vec<f32>,
}

#[derive(Deserialize)]
pub(super) struct Inner {
    pub(super) model: Model,
}

#[derive(Deserialize)]
pub(super) struct Model {
    #[serde(default)]
    pub(super) gbtree_model_param: ModelParam,
    #[serde(default)]
    pub(super) tree_info: Vec<i64>,
    #[serde(default)]
    pub(super) cats: Cats,
    pub(super) trees: Vec<Columns>,
}

#[derive(Deserialize, Default)]
pub(super) struct ModelParam {
    #[serde(default)]
    pub(super) num_parallel_tree: Count,
}

#[derive(Deserialize)]
pub(super) struct Columns {
    pub(super) left_children: Vec<i64>,
    pub(super) right_children: Vec<i64>,
    pub(super) split_indices: Vec<i64>,
    pub(super) split_conditions: Vec<f32>,
    pub(super) default_left: Vec<Flag>,
    pub(super) sum_hessian: Vec<f32>,
    pub(super) loss_changes: Vec<f32>,
    #[serde(default)]
    pub(super) split_type: Vec<i64>,
    #[serde(default)]
    pub(super) categories: Vec<i64>,
    #[serde(default)]
    pub(super) categories_nodes: Vec<i64>,
    #[serde(default)]
    pub(super) categories_segments: Vec<i64>,
    #[serde(default)]
    pub(super) categories_sizes: Vec<i64>,
    #[serde(default)]
    pub(super) tree_param: TreeParam,
}

#[derive(Deserialize, Default)]
pub(super) struct TreeParam {
    #[serde(default)]
    pub(super) size_leaf_vector: Count,
}

/// The categories of each feature, since 3.1.
#[derive(Deserialize, Default)]
pub(super) struct Cats {
    #[serde(default)]
    pub(super) enc: Vec<Words>,
}

/// The words of one feature: their bytes one after another and where each begins and ends. Empty where categories are numbers.
pub(super) struct Words(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordsVisitor;
        impl<'de> Visitor<'de> for WordsVisitor {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the categories of a feature")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
                let (mut offsets, mut bytes) = (Vec::<usize>::new(), Vec::<i64>::new());
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "offsets" => offsets = map.next_value()?,
                        // Numbers as categories have no offsets, and may be no integers.
                        "values" => bytes = map.next_value::<Bytes>()?.0,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                let word = |ends: &[usize]| {
                    let part = bytes.get(ends[0]..ends[1])?;
                    let part = part.iter().map(|b| *b as u8).collect();
                    String::from_utf8(part).ok()
                };
                let words: Option<Vec<String>> = offsets.windows(2).map(word).collect();
                let wrong = || {
                    A::Error::custom(
                        "the words of a category are cut short (XGBoost 3.2 does so where they are not ASCII; train with plain words or codes)",
                    )
                };
                words.map(Words).ok_or_else(wrong)
            }
        }
        deserializer.deserialize_map(WordsVisitor)
    }
}

/// Bytes as integers; nothing where they are other numbers.
struct Bytes(Vec<i64>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let numbers = Vec::<f64>::deserialize(deserializer)?;
        Ok(Self(numbers.into_iter().map(|n| n as i64).collect()))
    }
}

/// A count that XGBoost writes as text; 0 where absent.
#[derive(Clone, Copy, Default)]
pub(super) struct Count(pub(super) usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::invalid_value(Unexpected::Str(&text), &"a count written as text");
        text.parse().map(Count).map_err(|_| wrong())
    }
}

/// `true` or `1`: versions before 1.6 write the former, later ones the latter.
pub(super) struct Flag(pub(super) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, 0 or 1")
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(value))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Flag, E> {
                match value {
                    0 | 1 => Ok(Flag(value == 1)),
                    _ => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
                }
            }
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}
