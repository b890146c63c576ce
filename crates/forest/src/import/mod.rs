//! Readers of other libraries' model files, one file a library; [`read`] knows them apart by their content.
//!
//! An imported model predicts what its library predicts for rows of f32, up to the rounding of sums: each importer says how it
//! maps the library's rules of comparison, missing values and categories to ours.
//!
//! ```no_run
//! let model = leadsight_forest::import::read(&std::fs::read("model.json")?)?;
//! let row = vec![f32::NAN; model.n_features()];
//! println!("{} predicts {:?}", model.source, model.predict(&row)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod catboost;
mod catboost_file;
mod lightgbm;
mod sklearn;
mod ubjson;
mod xgboost;
mod xgboost_file;

pub use catboost::catboost_json;
pub use lightgbm::lightgbm_text;
pub use sklearn::{SKLEARN_EXPORTER, sklearn_json};
pub use xgboost::{xgboost_json, xgboost_ubjson};

use crate::{ForestError, TreeModel};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// A kind of model file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelFormat {
    /// Our own, [`TreeModel::to_bytes`].
    Leadsight,
    /// XGBoost, `save_model("x.json")`.
    XgboostJson,
    /// XGBoost, `save_model("x.ubj")`.
    XgboostUbjson,
    /// LightGBM, `save_model("x.txt")`.
    LightgbmText,
    /// CatBoost, `save_model("x.json", format="json", pool=pool)`.
    CatboostJson,
    /// scikit-learn, by the exporting script.
    SklearnJson,
}

/// Reads a model file of any known format.
///
/// # Errors
/// [`ForestError::Unrecognised`] where the content is of no known format, else those of the format's reader.
pub fn read(bytes: &[u8]) -> Result<TreeModel, ForestError> {
    match recognise(bytes)? {
        ModelFormat::Leadsight => TreeModel::from_bytes(bytes),
        ModelFormat::XgboostJson => xgboost_json(text("XGBoost", bytes)?),
        ModelFormat::XgboostUbjson => xgboost_ubjson(bytes),
        ModelFormat::LightgbmText => lightgbm_text(text("LightGBM", bytes)?),
        ModelFormat::CatboostJson => catboost_json(text("CatBoost", bytes)?),
        ModelFormat::SklearnJson => sklearn_json(text("scikit-learn", bytes)?),
    }
}

/// The top of a JSON model, whatever library it is from.
#[derive(Deserialize)]
struct Top {
    learner: Option<IgnoredAny>,
    oblivious_trees: Option<IgnoredAny>,
    trees: Option<IgnoredAny>,
    features_info: Option<IgnoredAny>,
    tree_info: Option<IgnoredAny>,
    format: Option<String>,
}

/// What a file is, by its content.
///
/// # Errors
/// [`ForestError::Unrecognised`] with what it looks like and what would do; [`ForestError::Json`] where it begins like JSON and is none.
pub fn recognise(bytes: &[u8]) -> Result<ModelFormat, ForestError> {
    let unknown =
        |found: &str, hint| Err(ForestError::Unrecognised { found: found.to_owned(), hint });
    if bytes.starts_with(&crate::binary::MAGIC) {
        return Ok(ModelFormat::Leadsight);
    }
    let start = bytes.trim_ascii_start();
    let of_trees = "save the model by `save_model(\"model.json\")`";
    match start {
        [] => return unknown("an empty file", "is it the right file?"),
        // A length follows a key's marker in UBJSON; in JSON a quote, a brace or space follows.
        [b'{', b'L' | b'i' | b'U' | b'I' | b'l' | b'#' | b'$', ..] => {
            return Ok(ModelFormat::XgboostUbjson);
        }
        [b'{', ..] => {}
        [b't', b'r', b'e', b'e', b'\r' | b'\n', ..] => return Ok(ModelFormat::LightgbmText),
        [b'b', b'i', b'n', b'f', ..] => return unknown("XGBoost's old binary format", of_trees),
        [b'b', b's', b'6', b'4', ..] => return unknown("XGBoost's old text format", of_trees),
        [b'C', b'B', b'M', b'1', ..] => {
            let hint = "save the model by `save_model(\"model.json\", format=\"json\", pool=pool)`";
            return unknown("CatBoost's binary format", hint);
        }
        [0x80, ..] | [b'P', b'K', 3, 4, ..] => {
            let hint = "a pickle can run any code and is not read; save the model by its library's own function, or a \
                scikit-learn forest by the exporting script (`leadsight import --sklearn-exporter`)";
            return unknown("a pickle or an archive", hint);
        }
        _ => {
            let first: String =
                String::from_utf8_lossy(&start[..start.len().min(20)]).chars().take(12).collect();
            return unknown(&format!("a file that begins with {first:?}"), "is it the right file?");
        }
    }
    let top: Top = serde_json::from_slice(bytes)
        .map_err(|source| ForestError::Json { format: "JSON", source })?;
    match top {
        Top { format: Some(format), .. } if format == sklearn::FORMAT_NAME => {
            Ok(ModelFormat::SklearnJson)
        }
        Top { learner: Some(_), .. } => Ok(ModelFormat::XgboostJson),
        Top { oblivious_trees: Some(_), .. }
        | Top { trees: Some(_), features_info: Some(_), .. } => Ok(ModelFormat::CatboostJson),
        Top { tree_info: Some(_), .. } => unknown(
            "LightGBM's JSON dump",
            "save the model as text, by `booster.save_model(\"model.txt\")`",
        ),
        _ => unknown("JSON of no known model", "is it the right file?"),
    }
}

/// How the same document is written.
#[derive(Debug, Clone, Copy)]
enum Encoding {
    Json,
    Ubjson,
}

fn parse<T: DeserializeOwned>(
    format: &'static str,
    encoding: Encoding,
    bytes: &[u8],
) -> Result<T, ForestError> {
    match encoding {
        Encoding::Json => {
            serde_json::from_slice(bytes).map_err(|source| ForestError::Json { format, source })
        }
        Encoding::Ubjson => ubjson::from_slice(bytes).map_err(|e| ForestError::Ubjson {
            format,
            offset: e.offset,
            problem: e.problem,
        }),
    }
}

fn text<'a>(format: &'static str, bytes: &'a [u8]) -> Result<&'a str, ForestError> {
    std::str::from_utf8(bytes)
        .map_err(|source| ForestError::NotText { format, offset: source.valid_up_to() })
}

/// Refuses what a file of this format may hold and we cannot predict with.
fn unsupported<T>(
    format: &'static str,
    what: &'static str,
    found: impl ToString,
    supported: &'static str,
) -> Result<T, ForestError> {
    Err(ForestError::Unsupported { format, what, found: found.to_string(), supported })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_content() {
        let check = |bytes: &[u8], expect| assert_eq!(recognise(bytes).unwrap(), expect);
        check(b" {\"learner\":{}}", ModelFormat::XgboostJson);
        check(b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner{", ModelFormat::XgboostUbjson);
        check(b"tree\nversion=v4\n", ModelFormat::LightgbmText);
        check(b"{\"features_info\":{},\"oblivious_trees\":[]}", ModelFormat::CatboostJson);
        check(b"{\"features_info\":{},\"trees\":[]}", ModelFormat::CatboostJson);
        check(b"{\"format\":\"leadsight-sklearn\"}", ModelFormat::SklearnJson);
        check(b"LSFOREST\x01", ModelFormat::Leadsight);
    }

    #[test]
    fn what_is_no_model_is_told_with_what_would_do() {
        let check = |bytes: &[u8], expect: &str| {
            let error = recognise(bytes).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check(b"", "an empty file");
        check(
            b"binf1234",
            "XGBoost's old binary format; save the model by `save_model(\"model.json\")`",
        );
        check(b"CBM1\x00", "CatBoost's binary format");
        check(b"\x80\x04\x95", "a pickle");
        check(b"a,b,c\n1,2,3\n", "a file that begins with \"a,b,c\\n1,2,3\\n\"");
        check(
            b"{\"name\":\"tree\",\"tree_info\":[]}",
            "LightGBM's JSON dump; save the model as text",
        );
        check(b"{\"a\":1}", "JSON of no known model");
        check(b"{\"a\":", "not a readable JSON model: EOF");
    }
}
