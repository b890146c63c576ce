//! All that scoring needs, and its folder.
//!
//! | file | content |
//! |---|---|
//! | `manifest.json`, `manifest.sha256` | name, what else the run says, lengths and checksums (the registry's) |
//! | `schema.json` | the source fields that are read, the identifier's column, how text is read; of an export also its headers |
//! | `recipe.json` | the fitted recipe |
//! | `model.json` | the model |
//! | `calibrator.json` | the calibrator |
//! | `behaviour.json` | what is asked of a lead's events, and how an event log is read; absent where the model reads none |
//! | `percentiles.json` | quantiles of the validation margins; absent where none are known, as of an imported model |
//! | `policy.ron` | score scale, tiers, next actions, wording |
//! | `fallback.ron` | rules and points that score where the model cannot; absent unless given |

use crate::{Percentiles, ScoreError};
use leadsight_behaviour::FittedBehaviour;
use leadsight_decide::Policy;
use leadsight_features::FittedRecipe;
use leadsight_models::{Calibrator, Classifier, Model};
use leadsight_registry::{BundleFiles, read_bundle, write_bundle};
use leadsight_schema::{Field, Fingerprint, Headers, TextRules};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::path::Path;

const SCHEMA: &str = "schema.json";
const RECIPE: &str = "recipe.json";
const MODEL: &str = "model.json";
const CALIBRATOR: &str = "calibrator.json";
const BEHAVIOUR: &str = "behaviour.json";
const PERCENTILES: &str = "percentiles.json";
const POLICY: &str = "policy.ron";
const FALLBACK: &str = "fallback.ron";

/// A trained scorer as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// Its name; with the manifest's fingerprint it is the `model_version` of every scored lead.
    pub name: String,
    /// The column that names the lead, if there is one.
    pub id: Option<String>,
    /// How text becomes values.
    pub rules: TextRules,
    /// Other headers that the fields and the identifier may have.
    pub headers: Headers,
    /// From fields to features.
    pub recipe: FittedRecipe,
    /// From features to log-odds.
    pub model: Model,
    /// From log-odds to probability.
    pub calibrator: Calibrator,
    /// From a lead's events to fields of the recipe, where the model reads any.
    pub behaviour: Option<FittedBehaviour>,
    /// Where a margin stands among those of the validation leads, where there were any.
    pub percentiles: Option<Percentiles>,
    /// From probability to decision.
    pub policy: Policy,
    /// The text of a policy of rules and points that scores where the model cannot: see [`leadsight_decide::Fallback`].
    pub fallback: Option<String>,
    /// What else the manifest says: seed, data fingerprints, versions.
    pub more: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    id: Option<String>,
    rules: TextRules,
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    headers: Headers,
    fields: Vec<Field>,
}

impl Bundle {
    /// Writes the bundle's folder, whole or not at all, and returns its version.
    ///
    /// # Errors
    /// [`ScoreError::Mismatch`] where model and recipe differ; what the registry refuses.
    pub fn write(&self, dir: &Path) -> Result<Fingerprint, ScoreError> {
        self.check()?;
        let mut head = self.more.clone();
        head.insert("name".to_owned(), self.name.clone().into());
        let schema = SchemaFile {
            id: self.id.clone(),
            rules: self.rules.clone(),
            headers: self.headers.clone(),
            fields: self.recipe.fields().to_vec(),
        };
        let mut files = vec![
            (SCHEMA, to_json(SCHEMA, &schema)?),
            (RECIPE, to_json(RECIPE, &self.recipe)?),
            (MODEL, self.model.to_bytes()?),
            (CALIBRATOR, to_json(CALIBRATOR, &self.calibrator)?),
            (POLICY, self.policy.to_ron()?.into_bytes()),
        ];
        if let Some(percentiles) = &self.percentiles {
            files.push((PERCENTILES, to_json(PERCENTILES, percentiles)?));
        }
        if let Some(fallback) = &self.fallback {
            files.push((FALLBACK, fallback.clone().into_bytes()));
        }
        if let Some(behaviour) = &self.behaviour {
            files.push((BEHAVIOUR, to_json(BEHAVIOUR, behaviour)?));
        }
        Ok(write_bundle(dir, head.into(), &files)?)
    }

    /// Reads and verifies a bundle's folder; returns it with its version.
    ///
    /// # Errors
    /// What the registry finds (missing, cut or changed files, a later format), and parts that cannot be read or do not
    /// belong together.
    pub fn read(dir: &Path) -> Result<(Self, Fingerprint), ScoreError> {
        let found = read_bundle(dir)?;
        let schema: SchemaFile = from_json(&found, SCHEMA)?;
        let bundle = Self {
            id: schema.id,
            rules: schema.rules,
            headers: schema.headers,
            recipe: from_json(&found, RECIPE)?,
            model: Model::from_bytes(part(&found, MODEL)?)?,
            calibrator: from_json(&found, CALIBRATOR)?,
            behaviour: (found.files.contains_key(BEHAVIOUR))
                .then(|| from_json(&found, BEHAVIOUR))
                .transpose()?,
            percentiles: (found.files.contains_key(PERCENTILES))
                .then(|| from_json(&found, PERCENTILES))
                .transpose()?,
            policy: Policy::from_ron(text(&found, POLICY)?)?,
            fallback: (found.files.contains_key(FALLBACK))
                .then(|| text(&found, FALLBACK).map(str::to_owned))
                .transpose()?,
            name: found.manifest.name,
            more: found.manifest.more,
        };
        bundle.check()?;
        if schema.fields != bundle.recipe.fields() {
            let difference = "they list other fields".to_owned();
            return Err(ScoreError::Mismatch { part: "schema", difference });
        }
        Ok((bundle, found.version))
    }

    /// The model must have been fitted on what the recipe makes.
    pub(crate) fn check(&self) -> Result<(), ScoreError> {
        if let Some(behaviour) = &self.behaviour {
            behaviour.check()?;
            let fields = [self.recipe.fields(), &self.policy.fields()?].concat();
            if let Some(made) = behaviour
                .fields()
                .iter()
                .find(|made| !fields.iter().any(|f| f.name == made.name && f.kind.alike(made.kind)))
            {
                let difference = format!("`{}` is no field of the recipe", made.name);
                return Err(ScoreError::Mismatch { part: "behaviour", difference });
            }
        }
        let (made, expected) = (self.recipe.features(), self.model.features());
        let difference = if made.len() != expected.len() {
            format!("{} features against {}", expected.len(), made.len())
        } else if let Some((a, b)) = expected.iter().zip(made.iter()).find(|(a, b)| a != b) {
            format!("the feature `{}` against `{}`", a.name, b.name)
        } else {
            return Ok(());
        };
        Err(ScoreError::Mismatch { part: "model", difference })
    }
}

fn to_json(file: &'static str, value: &impl Serialize) -> Result<Vec<u8>, ScoreError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| ScoreError::Part { file, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn from_json<T: DeserializeOwned>(
    bundle: &BundleFiles,
    file: &'static str,
) -> Result<T, ScoreError> {
    serde_json::from_slice(part(bundle, file)?).map_err(|source| ScoreError::Part { file, source })
}

fn text<'a>(bundle: &'a BundleFiles, file: &'static str) -> Result<&'a str, ScoreError> {
    std::str::from_utf8(part(bundle, file)?).map_err(|source| ScoreError::PartText { file, source })
}

fn part<'a>(bundle: &'a BundleFiles, file: &'static str) -> Result<&'a [u8], ScoreError> {
    bundle.files.get(file).map(Vec::as_slice).ok_or(ScoreError::NoPart { file })
}
