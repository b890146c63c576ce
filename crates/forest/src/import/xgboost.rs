//! XGBoost's JSON model (schema of 1.3 and later; tried with 1.6 and 3.2), boosted trees with one log-odds output.
//!
//! `base_score` is a probability in the file, `"5E-1"` or `"[5E-1]"`, and becomes log-odds. Leaf values are f32 there and are summed in f64
//! here, which moves a margin by about 1e-7 a tree. Cover is the sum of hessians, gain the loss change.

use super::ImportedForest;
use crate::error::check_columns;
use crate::{Forest, ForestError, Node, Rule, Split, Tree};
use leadsight_schema::logit;
use serde::de::{Deserializer, Error as _, Unexpected, Visitor};
use serde::{Deserialize, de};

const FORMAT: &str = "XGBoost";

/// Reads a model saved as JSON (`save_model("x.json")`, `save_raw("json")`, `save_to_buffer("json")`).
///
/// # Errors
/// [`ForestError::Json`] for text that is not such a model, [`ForestError::Unsupported`] for another objective than a logistic
/// one, another booster than `gbtree`, more than one output, or categorical splits, and whatever
/// [`Forest::from_trees`] finds wrong with the trees.
pub fn xgboost_json(text: &str) -> Result<ImportedForest, ForestError> {
    let json = |source| ForestError::Json { format: FORMAT, source };
    // The head first: a model of another sort has another shape below, and deserves a better message than a missing key.
    let head: File<Head> = serde_json::from_str(text).map_err(json)?;
    check_head(&head.learner)?;
    let file: File<Body> = serde_json::from_str(text).map_err(json)?;
    let model = file.learner.gradient_booster.model;
    let head = head.learner;

    if let Some(group) = model.tree_info.iter().find(|g| **g != 0) {
        return unsupported("a tree's class", group, "0 (one output)");
    }
    let per_round = model.gbtree_model_param.num_parallel_tree.0.max(1);
    if !model.trees.len().is_multiple_of(per_round) {
        let found = format!("{} with {per_round} parallel trees a round", model.trees.len());
        return unsupported("the number of trees", found, "whole rounds");
    }
    let trees = model
        .trees
        .iter()
        .enumerate()
        .map(|(i, columns)| tree(i, columns))
        .collect::<Result<_, _>>()?;
    let base = base_log_odds(&head.learner_model_param.base_score)?;
    let forest = Forest::from_trees(head.learner_model_param.num_feature.0, base, trees)?;
    Ok(ImportedForest { forest, trees_per_round: per_round, feature_names: head.feature_names })
}

fn check_head(head: &Head) -> Result<(), ForestError> {
    let objective = &head.objective.name;
    if !matches!(objective.as_str(), "binary:logistic" | "reg:logistic") {
        return unsupported("the objective", objective, "binary:logistic, reg:logistic");
    }
    if head.gradient_booster.name != "gbtree" {
        return unsupported("the booster", &head.gradient_booster.name, "gbtree");
    }
    let param = &head.learner_model_param;
    if param.num_class.0 > 1 {
        return unsupported("the number of classes", param.num_class.0, "one log-odds output");
    }
    if param.num_target.0 > 1 {
        return unsupported("the number of targets", param.num_target.0, "one log-odds output");
    }
    Ok(())
}

fn base_log_odds(text: &str) -> Result<f64, ForestError> {
    let number = text.trim().trim_start_matches('[').trim_end_matches(']');
    match number.parse::<f64>() {
        Ok(p) if p > 0.0 && p < 1.0 => Ok(logit(p)),
        _ => Err(ForestError::BadNumber {
            place: "learner_model_param".to_owned(),
            what: "base_score",
            found: text.to_owned(),
            expected: "one probability between 0 and 1",
        }),
    }
}

fn tree(tree: usize, c: &Columns) -> Result<Tree, ForestError> {
    let expected = c.left_children.len();
    check_columns(
        tree,
        expected,
        &[
            ("right_children", c.right_children.len()),
            ("split_indices", c.split_indices.len()),
            ("split_conditions", c.split_conditions.len()),
            ("default_left", c.default_left.len()),
            ("sum_hessian", c.sum_hessian.len()),
            ("loss_changes", c.loss_changes.len()),
        ],
    )?;
    if c.split_type.contains(&1) {
        return unsupported("a split's type", "categorical", "numerical (encode categories first)");
    }
    if c.tree_param.size_leaf_vector.0 > 1 {
        return unsupported("the leaf size", c.tree_param.size_leaf_vector.0, "one value a leaf");
    }
    // A negative or huge index becomes one that no tree has, and is named as such by the check.
    let index = |i: i64| u32::try_from(i).unwrap_or(u32::MAX);
    let node = |i: usize| {
        let cover = f64::from(c.sum_hessian[i]);
        if c.left_children[i] == -1 {
            Node::Leaf { value: f64::from(c.split_conditions[i]), cover }
        } else {
            Node::Split(Split {
                feature: index(c.split_indices[i]),
                rule: Rule::Below(c.split_conditions[i]),
                default_left: c.default_left[i].0,
                left: index(c.left_children[i]),
                right: index(c.right_children[i]),
                cover,
                gain: f64::from(c.loss_changes[i]),
            })
        }
    };
    Ok(Tree { nodes: (0..expected).map(node).collect(), ..Tree::default() })
}

fn unsupported<T>(
    what: &'static str,
    found: impl ToString,
    supported: &'static str,
) -> Result<T, ForestError> {
    Err(ForestError::Unsupported { format: FORMAT, what, found: found.to_string(), supported })
}

#[derive(Deserialize)]
struct File<L> {
    learner: L,
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    feature_names: Vec<String>,
    learner_model_param: LearnerParam,
    objective: Named,
    gradient_booster: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct LearnerParam {
    base_score: String,
    num_feature: Count,
    #[serde(default)]
    num_class: Count,
    #[serde(default)]
    num_target: Count,
}

#[derive(Deserialize)]
struct Body {
    gradient_booster: Booster,
}

#[derive(Deserialize)]
struct Booster {
    model: Model,
}

#[derive(Deserialize)]
struct Model {
    #[serde(default)]
    gbtree_model_param: ModelParam,
    #[serde(default)]
    tree_info: Vec<i64>,
    trees: Vec<Columns>,
}

#[derive(Deserialize, Default)]
struct ModelParam {
    #[serde(default)]
    num_parallel_tree: Count,
}

#[derive(Deserialize)]
struct Columns {
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<i64>,
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    sum_hessian: Vec<f32>,
    loss_changes: Vec<f32>,
    #[serde(default)]
    split_type: Vec<i64>,
    #[serde(default)]
    tree_param: TreeParam,
}

#[derive(Deserialize, Default)]
struct TreeParam {
    #[serde(default)]
    size_leaf_vector: Count,
}

/// A count that XGBoost writes as text; 0 where absent.
#[derive(Clone, Copy, Default)]
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::invalid_value(Unexpected::Str(&text), &"a count written as text");
        text.parse().map(Count).map_err(|_| wrong())
    }
}

/// `true` or `1`: versions before 1.6 write the former, later ones the latter.
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A stump as 1.6 writes it.
    const STUMP: &str = r#"{"learner":{"attributes":{"best_iteration":"0"},"feature_names":["a","b"],"feature_types":["float","float"],
        "gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1","size_leaf_vector":"0"},
        "tree_info":[0],"trees":[{"base_weights":[0E0,-4E-1,5E-1],"categories":[],"categories_nodes":[],
        "categories_segments":[],"categories_sizes":[],"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],
        "loss_changes":[2.5E1,0E0,0E0],"parents":[2147483647,0,0],"right_children":[2,-1,-1],
        "split_conditions":[1.5E0,-4E-1,5E-1],"split_indices":[1,0,0],"split_type":[0,0,0],"sum_hessian":[2E1,1.2E1,8E0],
        "tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"3","size_leaf_vector":"0"}}]},"name":"gbtree"},
        "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
        "objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,6,2]}"#;

    #[test]
    fn reads_a_stump() {
        let ImportedForest { forest, trees_per_round, feature_names } =
            xgboost_json(STUMP).unwrap();
        assert_eq!((trees_per_round, feature_names), (1, vec!["a".to_owned(), "b".to_owned()]));
        let margin = |x| forest.margin(&[0.0, x]).unwrap();
        let (low, high) = (f64::from(-0.4_f32), f64::from(0.5_f32));
        assert_eq!([margin(1.4), margin(1.5), margin(f32::NAN)], [low, high, low]);
        let mean = 0.6 * low + 0.4 * high;
        assert!((forest.expected_value() - mean).abs() < 1e-12);
    }

    #[test]
    fn other_shapes_of_the_same() {
        let expect = xgboost_json(STUMP).unwrap();
        let check = |from: &str, to: &str| {
            assert!(STUMP.contains(from), "{from}");
            assert_eq!(xgboost_json(&STUMP.replace(from, to)).unwrap(), expect);
        };
        check("[1,0,0],\"id\"", "[true,false,false],\"id\"");
        check("\"5E-1\"", "\"[5E-1]\"");
        check("\"5E-1\"", "\"0.5\"");
        check("\"num_parallel_tree\":\"1\",", "");
        check("\"split_type\":[0,0,0],", "");
        check("\"binary:logistic\"", "\"reg:logistic\"");
    }

    #[test]
    fn what_cannot_be_imported_is_named() {
        let check = |from: &str, to: &str, expect: &str| {
            assert!(STUMP.contains(from), "{from}");
            let error = xgboost_json(&STUMP.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check(
            "binary:logistic",
            "rank:pairwise",
            "the objective is rank:pairwise; supported: binary:logistic",
        );
        check("\"gbtree\"", "\"dart\"", "the booster is dart; supported: gbtree");
        check("\"gbtree\"", "\"gblinear\"", "the booster is gblinear");
        check("\"num_class\":\"0\"", "\"num_class\":\"3\"", "the number of classes is 3");
        check("\"num_target\":\"1\"", "\"num_target\":\"2\"", "the number of targets is 2");
        check("\"tree_info\":[0]", "\"tree_info\":[1]", "a tree's class is 1");
        check("\"split_type\":[0,", "\"split_type\":[1,", "categorical");
        check("\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"2\"", "whole rounds");
        check("\"size_leaf_vector\":\"0\"}}]", "\"size_leaf_vector\":\"3\"}}]", "one value a leaf");
        check(
            "\"5E-1\"",
            "\"[1E-1,2E-1]\"",
            "the base_score is [1E-1,2E-1]; expected one probability",
        );
        check("\"5E-1\"", "\"1E0\"", "between 0 and 1");
        check(
            "\"num_feature\":\"2\",\"num_target",
            "\"num_feature\":\"1\",\"num_target",
            "feature 1 does not exist",
        );
        check(
            "\"num_feature\":\"2\",\"num_target",
            "\"num_feature\":\"x\",\"num_target",
            "a count written as text",
        );
        check("[1,-1,-1]", "[0,-1,-1]", "node 0 is reached twice");
        check("[1,-1,-1]", "[-7,-1,-1]", "child 4294967295 does not exist");
        check("[1,0,0],\"id\"", "[7,0,0],\"id\"", "expected true, false, 0 or 1");
        check("[2E1,1.2E1,8E0]", "[2E1,1.2E1]", "column `sum_hessian` has 2 values where 3");
        check("\"trees\":[{", "\"forest\":[{", "missing field `trees`");
        assert!(
            xgboost_json("").unwrap_err().to_string().starts_with("not a readable XGBoost model")
        );
        assert!(xgboost_json("{L\u{0}\u{1}").is_err());
    }
}
