//! The parts of CatBoost's JSON model that are read, by their names there.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) features_info: FeaturesInfo,
    #[serde(default)]
    pub(super) model_info: ModelInfo,
    #[serde(default)]
    pub(super) oblivious_trees: Vec<Oblivious>,
    #[serde(default)]
    pub(super) trees: Vec<Grown>,
    #[serde(default)]
    pub(super) scale_and_bias: ScaleAndBias,
}

#[derive(Deserialize)]
pub(super) struct FeaturesInfo {
    #[serde(default, deserialize_with = "or_none")]
    pub(super) float_features: Vec<FloatFeature>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) categorical_features: Vec<CategoricalFeature>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) text_features: Vec<IgnoredAny>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) embedding_features: Vec<IgnoredAny>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) cat_features_hash: Vec<Hashed>,
}

/// CatBoost writes an empty list as null at times.
fn or_none<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(from)?.unwrap_or_default())
}

#[derive(Deserialize)]
pub(super) struct FloatFeature {
    pub(super) feature_index: usize,
    pub(super) flat_feature_index: usize,
    #[serde(default)]
    pub(super) feature_id: String,
    #[serde(default)]
    pub(super) nan_value_treatment: String,
}

#[derive(Deserialize)]
pub(super) struct CategoricalFeature {
    pub(super) feature_index: usize,
    pub(super) flat_feature_index: usize,
    #[serde(default)]
    pub(super) feature_id: String,
    #[serde(default)]
    pub(super) values: Vec<i64>,
}

/// A hash is unsigned here and signed in splits: the same 32 bits.
#[derive(Deserialize)]
pub(super) struct Hashed {
    pub(super) hash: i64,
    pub(super) value: String,
}

#[derive(Deserialize, Default)]
pub(super) struct ModelInfo {
    #[serde(default)]
    pub(super) params: Params,
    #[serde(default)]
    pub(super) class_params: ClassParams,
}

#[derive(Deserialize, Default)]
pub(super) struct ClassParams {
    #[serde(default)]
    pub(super) class_names: Vec<serde_json::Value>,
}

#[derive(Deserialize, Default)]
pub(super) struct Params {
    #[serde(default)]
    pub(super) loss_function: Loss,
}

#[derive(Deserialize, Default)]
pub(super) struct Loss {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
}

#[derive(Deserialize)]
pub(super) struct Oblivious {
    pub(super) splits: Vec<SplitInfo>,
    pub(super) leaf_values: Vec<f64>,
    #[serde(default)]
    pub(super) leaf_weights: Vec<f64>,
}

#[derive(Deserialize)]
pub(super) struct SplitInfo {
    pub(super) split_type: String,
    #[serde(default)]
    pub(super) float_feature_index: Option<usize>,
    #[serde(default)]
    pub(super) border: Option<f64>,
    #[serde(default)]
    pub(super) cat_feature_index: Option<usize>,
    #[serde(default)]
    pub(super) value: Option<i64>,
}

/// A node of a tree that is not symmetric: a split with two nodes, or a leaf.
#[derive(Deserialize)]
pub(super) struct Grown {
    #[serde(default)]
    pub(super) left: Option<Box<Grown>>,
    #[serde(default)]
    pub(super) right: Option<Box<Grown>>,
    #[serde(default)]
    pub(super) split: Option<SplitInfo>,
    #[serde(default)]
    pub(super) value: Option<Values>,
    #[serde(default)]
    pub(super) weight: Option<f64>,
}

/// A number, or one for each output.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
pub(super) enum Values {
    One(f64),
    Each(Vec<f64>),
}

impl Values {
    pub(super) fn list(&self) -> Vec<f64> {
        match self {
            Values::One(one) => vec![*one],
            Values::Each(all) => all.clone(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ScaleAndBias(pub(super) f64, pub(super) Values);

impl Default for ScaleAndBias {
    fn default() -> Self {
        Self(1.0, Values::One(0.0))
    }
}
