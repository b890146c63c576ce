//! From matrix features to the numbers that a model computes with.
//!
//! Every matrix feature becomes one or more f32 inputs. An encoder belongs to one model and is fitted on that model's training
//! rows only, so that nothing of a held-out row's outcome can reach it. It remembers which input came from which
//! feature, so that explanations go back to the features that a salesperson knows.

mod one_hot;
mod standardise;
mod target_mean;

pub use one_hot::OneHot;
pub use standardise::Standardise;
pub use target_mean::TargetMean;

use crate::ModelError;
use crate::classifier::check_features;
use leadsight_schema::{Feature, FeatureKind, Matrix};
use serde::{Deserialize, Serialize};

/// A raw number is kept within this: XGBoost refuses infinities, and its last cut lies at twice the largest number.
const BOUND: f32 = 1e30;

/// Codes up to here are exact in an f32.
const MAX_LEVELS: usize = 1 << 24;

/// How one matrix feature becomes inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FeatureEncoder {
    /// A number as it is (infinities as 1e30), NaN where missing: one input.
    Raw,
    /// A number imputed, scaled and clipped, with an indicator where it can be missing: one or two inputs.
    Standardise(Standardise),
    /// A category as 0 and 1: one input for each slot.
    OneHot(OneHot),
    /// A category as its code, a word never seen as "another word": one input, for trees that split by sets of codes.
    Code {
        /// The number of levels, at most 2^24: an f32 tells no more apart.
        levels: usize,
    },
    /// A category as the smoothed log-odds of its customers: one input.
    TargetMean(TargetMean),
}

impl FeatureEncoder {
    /// The number of inputs.
    pub fn width(&self) -> usize {
        match self {
            Self::Raw | Self::TargetMean(_) | Self::Code { .. } => 1,
            Self::Standardise(s) => s.width(),
            Self::OneHot(o) => o.width(),
        }
    }

    fn expects(&self) -> &'static str {
        match self {
            Self::Raw | Self::Standardise(_) => "a number",
            Self::OneHot(_) | Self::TargetMean(_) | Self::Code { .. } => "a category",
        }
    }
}

/// One [`FeatureEncoder`] for each matrix feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Encoder {
    features: Vec<Feature>,
    parts: Vec<FeatureEncoder>,
    width: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    features: Vec<Feature>,
    parts: Vec<FeatureEncoder>,
}

impl Encoder {
    /// # Errors
    /// [`ModelError::Length`] where there is not one part for each feature or a category's part knows another number of
    /// levels; [`ModelError::Feature`] where a part is of the wrong kind.
    pub fn new(features: Vec<Feature>, parts: Vec<FeatureEncoder>) -> Result<Self, ModelError> {
        let length = |what, expected, found| {
            if expected == found {
                Ok(())
            } else {
                Err(ModelError::Length { what, expected, found })
            }
        };
        length("the encoder", features.len(), parts.len())?;
        for (position, (feature, part)) in features.iter().zip(&parts).enumerate() {
            match (&feature.kind, part) {
                (FeatureKind::Number, FeatureEncoder::Raw | FeatureEncoder::Standardise(_)) => {}
                (FeatureKind::Category { levels }, FeatureEncoder::OneHot(o)) => {
                    length("a one-hot encoder", levels.len(), o.levels())?;
                }
                (FeatureKind::Category { levels }, FeatureEncoder::TargetMean(t)) => {
                    length("a target-mean encoder", levels.len(), t.values().len())?;
                }
                (FeatureKind::Category { levels }, FeatureEncoder::Code { levels: known }) => {
                    length("a category's codes", levels.len().min(MAX_LEVELS), *known)?;
                }
                _ => {
                    return Err(ModelError::Feature {
                        position,
                        expected: part.expects().to_owned(),
                        found: format!("`{}`, which is not", feature.name),
                    });
                }
            }
        }
        let width = parts.iter().map(FeatureEncoder::width).sum();
        Ok(Self { features, parts, width })
    }

    /// The matrix features, in order.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// How each feature is encoded.
    pub fn parts(&self) -> &[FeatureEncoder] {
        &self.parts
    }

    /// The number of inputs.
    pub fn width(&self) -> usize {
        self.width
    }

    /// For each input the position of the matrix feature that it came from.
    pub fn owners(&self) -> Vec<usize> {
        let parts = self.parts.iter().enumerate();
        parts.flat_map(|(position, part)| std::iter::repeat_n(position, part.width())).collect()
    }

    /// A name for each input: the feature's, with the level or `missing` behind it where there are several.
    pub fn input_names(&self) -> Vec<String> {
        let mut names = Vec::with_capacity(self.width);
        for (feature, part) in self.features.iter().zip(&self.parts) {
            match (part, &feature.kind) {
                (FeatureEncoder::OneHot(o), FeatureKind::Category { levels }) => {
                    let slots = o.slot_names(levels).into_iter();
                    names.extend(slots.map(|slot| format!("{} = {slot}", feature.name)));
                }
                _ => {
                    names.push(feature.name.clone());
                    if part.width() == 2 {
                        names.push(format!("{} is missing", feature.name));
                    }
                }
            }
        }
        names
    }

    /// All rows: rows x width, row by row.
    ///
    /// # Errors
    /// [`ModelError::FeatureCount`] or [`ModelError::Feature`] where `x` has other features.
    pub fn encode(&self, x: &Matrix) -> Result<Vec<f32>, ModelError> {
        let mut inputs = Vec::with_capacity(x.rows() * self.width);
        self.each_row(x, |row| inputs.extend_from_slice(row))?;
        Ok(inputs)
    }

    /// As [`Encoder::encode`], one row (width long) after another, for who does not need all of them at once.
    ///
    /// # Errors
    /// Those of [`Encoder::encode`].
    pub fn each_row(&self, x: &Matrix, mut of: impl FnMut(&[f32])) -> Result<(), ModelError> {
        check_features(&self.features, x)?;
        let mut inputs = vec![0.0; self.width];
        for row in 0..x.rows() {
            self.encode_row(x, row, &mut inputs);
            of(&inputs);
        }
        Ok(())
    }

    /// One row into `out` (width long). The caller has checked the features.
    pub(crate) fn encode_row(&self, x: &Matrix, row: usize, out: &mut [f32]) {
        let mut numbers = x.numbers(row).iter().copied();
        let mut codes = x.codes(row).iter().copied();
        let mut rest = out;
        for part in &self.parts {
            let (head, tail) = rest.split_at_mut(part.width());
            rest = tail;
            // The features were checked, so neither iterator runs dry; what could not be is treated as missing.
            match part {
                FeatureEncoder::Raw => {
                    head[0] = numbers.next().unwrap_or(f32::NAN).clamp(-BOUND, BOUND);
                }
                FeatureEncoder::Standardise(s) => {
                    s.encode(numbers.next().unwrap_or(f32::NAN), head)
                }
                FeatureEncoder::OneHot(o) => o.encode(codes.next().unwrap_or(0), head),
                FeatureEncoder::Code { levels } => {
                    let code = codes.next().unwrap_or(0);
                    // "Another word" has code 1.
                    head[0] = if (code as usize) < *levels { code as f32 } else { 1.0 };
                }
                FeatureEncoder::TargetMean(t) => head[0] = t.value(codes.next().unwrap_or(0)),
            }
        }
    }
}

impl TryFrom<Parts> for Encoder {
    type Error = ModelError;
    fn try_from(parts: Parts) -> Result<Self, ModelError> {
        Self::new(parts.features, parts.parts)
    }
}

impl From<Encoder> for Parts {
    fn from(encoder: Encoder) -> Parts {
        Parts { features: encoder.features, parts: encoder.parts }
    }
}
