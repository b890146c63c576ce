//! XGBoost's model as JSON or UBJSON (schema of 1.3 and later; tried with 1.6 and 3.2), boosted trees and DART.
//!
//! `base_score` is a prediction in the file, `"5E-1"`, `"[5E-1]"` or one number a class, and becomes a margin. Leaf values are f32 there and
//! are summed in f64 here, which moves a margin by about 1e-7 a tree. DART's weights are multiplied into the leaves. Cover is the
//! sum of hessians, gain the loss change.
//!
//! A categorical split sends its codes to the right and every other code to the left, whether training knew it or not; only what
//! is missing takes the default. Here the sides are exchanged, with all 2^24 codes known. (A negative code, or one from 2^24 on, is missing here
//! and goes left there.)

use super::xgboost_file::{Body, Booster, Columns, File, Head, Model};
use super::{Encoding, parse, unsupported};
use crate::error::check_columns;
use crate::set::MAX_LEVELS;
use crate::{CategorySet, Forest, ForestError, Link, Node, Rule, Split, Tree, TreeModel};
use leadsight_schema::logit;
use std::collections::BTreeMap;

const FORMAT: &str = "XGBoost";

/// The newest major version whose files were tried; a later one may mean something else by the same fields.
const NEWEST: u64 = 3;

/// Words of all category sets together: a code of 16 million, a few bytes in the file, takes 2 MB as a set.
const MAX_SET_WORDS: usize = 1 << 23;

/// Reads a model saved as JSON (`save_model("x.json")`, `save_raw("json")`, `save_to_buffer("json")`).
///
/// # Errors
/// [`ForestError::Json`] for text that is not such a model, [`ForestError::Unsupported`] for an objective without a known link, a booster
/// that is not of trees, leaves of several values, or a later version, and whatever [`Forest::from_trees`] finds wrong with the trees.
pub fn xgboost_json(text: &str) -> Result<TreeModel, ForestError> {
    read(text.as_bytes(), Encoding::Json)
}

/// Reads a model saved as UBJSON (`save_model("x.ubj")`, the default of `save_raw()`).
///
/// # Errors
/// As [`xgboost_json`]; [`ForestError::Ubjson`] with the offset of what is not UBJSON.
pub fn xgboost_ubjson(bytes: &[u8]) -> Result<TreeModel, ForestError> {
    read(bytes, Encoding::Ubjson)
}

fn read(bytes: &[u8], encoding: Encoding) -> Result<TreeModel, ForestError> {
    // The head first: a model of another sort has another shape below, and deserves a better message than a missing key.
    let head: File<Head> = parse(FORMAT, encoding, bytes)?;
    let version = head.version;
    let source = match version.as_slice() {
        [] => FORMAT.to_owned(),
        v => format!("{FORMAT} {}", v.iter().map(u64::to_string).collect::<Vec<_>>().join(".")),
    };
    if version.first().is_some_and(|major| *major > NEWEST) {
        return unsupported(FORMAT, "the version", &source, "XGBoost 1 to 3");
    }
    let head = head.learner;
    let booster = head.gradient_booster.name.as_str();
    if !matches!(booster, "gbtree" | "dart") {
        return unsupported(FORMAT, "the booster", booster, "gbtree, dart");
    }
    let param = &head.learner_model_param;
    if param.num_target.0 > 1 {
        return unsupported(FORMAT, "the number of targets", param.num_target.0, "1");
    }
    let (link, to_margin) = link(&head.objective.name, &version)?;
    let outputs = param.num_class.0.max(1);
    if (outputs > 1) != (link == Link::Softmax) {
        let expected = "2 or more for an objective multi:..., 0 or 1 for any other";
        return unsupported(FORMAT, "the number of classes", param.num_class.0, expected);
    }

    let body: File<Body> = parse(FORMAT, encoding, bytes)?;
    let (model, weights) = match body.learner.gradient_booster {
        Booster { model: Some(model), .. } => (model, None),
        Booster { gbtree: Some(inner), weight_drop, .. } => (inner.model, Some(weight_drop)),
        _ => return unsupported(FORMAT, "the booster", "without a model", "gbtree, dart"),
    };
    if let Some(weights) = weights.as_ref().filter(|w| w.len() != model.trees.len()) {
        let (expected, found) = (model.trees.len(), weights.len());
        return Err(ForestError::Length { what: "the weights of trees", expected, found });
    }
    // Nothing is made for classes that no tree is for.
    if outputs > model.trees.len().max(1) {
        let found = format!("{outputs} with {} trees", model.trees.len());
        return unsupported(FORMAT, "the number of classes", found, "one tree or more for each");
    }
    let parallel = model.gbtree_model_param.num_parallel_tree.0.max(1);
    let bases = bases(&param.base_score, outputs, to_margin)?;
    let trees = trees(&model, outputs, parallel, weights.as_deref())?;
    let forests = trees.into_iter().zip(bases);
    let forests = forests.map(|(trees, base)| Forest::from_trees(param.num_feature.0, base, trees));
    let best = head.attributes.get("best_iteration").and_then(|text| text.parse::<usize>().ok());
    let out = TreeModel {
        outputs: forests.collect::<Result<_, _>>()?,
        link,
        levels: levels(&model, &head.feature_types),
        feature_names: head.feature_names,
        classes: Vec::new(),
        trees_per_round: parallel,
        best_rounds: best.map(|last| last.saturating_add(1)),
        source,
    };
    out.check()?;
    let rounds = out.rounds();
    Ok(TreeModel { best_rounds: out.best_rounds.filter(|best| *best < rounds), ..out })
}

type ToMargin = fn(f64) -> f64;

/// What an objective's margins mean, and how its `base_score` becomes one.
fn link(objective: &str, version: &[u64]) -> Result<(Link, ToMargin), ForestError> {
    let same: ToMargin = |x| x;
    Ok(match objective {
        "binary:logistic" | "reg:logistic" => (Link::Logistic, log_odds),
        // Its `base_score` was a probability once and is a margin now; where that changed has not been tried.
        "binary:logitraw" if version.first() >= Some(&3) => (Link::Logistic, same),
        "multi:softprob" | "multi:softmax" => (Link::Softmax, same),
        "count:poisson" | "reg:gamma" | "reg:tweedie" => (Link::Exp, f64::ln),
        "reg:squarederror"
        | "reg:squaredlogerror"
        | "reg:absoluteerror"
        | "reg:pseudohubererror"
        | "reg:quantileerror" => (Link::Identity, same),
        "rank:pairwise" | "rank:ndcg" | "rank:map" => (Link::Identity, same),
        _ => {
            let supported = "binary:logistic, binary:logitraw (from 3.0), reg:logistic, multi:softprob, multi:softmax, count:poisson, reg:gamma, \
                reg:tweedie, reg:squarederror, reg:squaredlogerror, reg:absoluteerror, reg:pseudohubererror, reg:quantileerror, \
                rank:pairwise, rank:ndcg, rank:map";
            return unsupported(FORMAT, "the objective", objective, supported);
        }
    })
}

/// Of a probability; NaN of what is none.
fn log_odds(p: f64) -> f64 {
    if p > 0.0 && p < 1.0 { logit(p) } else { f64::NAN }
}

/// The margin that each output starts from.
fn bases(text: &str, outputs: usize, to_margin: ToMargin) -> Result<Vec<f64>, ForestError> {
    let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
    let numbers: Vec<f64> = inner
        .split(',')
        .map(|number| number.trim().parse().map(to_margin).unwrap_or(f64::NAN))
        .collect();
    match numbers.as_slice() {
        [one] if one.is_finite() => Ok(vec![*one; outputs]),
        all if all.len() == outputs && all.iter().all(|b| b.is_finite()) => Ok(numbers),
        _ => Err(ForestError::BadNumber {
            place: "learner_model_param".to_owned(),
            what: "base_score",
            found: text.chars().take(100).collect(),
            expected: "one prediction for all classes or one for each; a probability lies between 0 and 1, a count above 0",
        }),
    }
}

/// The trees of each output.
fn trees(
    model: &Model,
    outputs: usize,
    parallel: usize,
    weights: Option<&[f32]>,
) -> Result<Vec<Vec<Tree>>, ForestError> {
    let count = model.trees.len();
    if !count.is_multiple_of(parallel.saturating_mul(outputs)) {
        let found = format!("{count} with {parallel} parallel trees a round");
        return unsupported(FORMAT, "the number of trees", found, "whole rounds");
    }
    if !model.tree_info.is_empty() && model.tree_info.len() != count {
        let (expected, found) = (count, model.tree_info.len());
        return Err(ForestError::Length { what: "the classes of trees", expected, found });
    }
    let (mut out, mut words) = (vec![Vec::new(); outputs], 0);
    for (i, columns) in model.trees.iter().enumerate() {
        let class = model.tree_info.get(i).copied().unwrap_or(0);
        let Some(trees) = usize::try_from(class).ok().and_then(|class| out.get_mut(class)) else {
            return unsupported(FORMAT, "a tree's class", class, "one of the model's classes");
        };
        let weight = weights.and_then(|w| w.get(i)).map_or(1.0, |w| f64::from(*w));
        trees.push(tree(i, columns, weight, &mut words)?);
    }
    let each = count / outputs;
    if let Some(uneven) = out.iter().find(|trees| trees.len() != each) {
        let (expected, found) = (each, uneven.len());
        return Err(ForestError::Length { what: "the trees of a class", expected, found });
    }
    Ok(out)
}

fn tree(at: usize, c: &Columns, weight: f64, words: &mut usize) -> Result<Tree, ForestError> {
    let expected = c.left_children.len();
    let split_type = if c.split_type.is_empty() { expected } else { c.split_type.len() };
    check_columns(
        at,
        expected,
        &[
            ("right_children", c.right_children.len()),
            ("split_indices", c.split_indices.len()),
            ("split_conditions", c.split_conditions.len()),
            ("default_left", c.default_left.len()),
            ("sum_hessian", c.sum_hessian.len()),
            ("loss_changes", c.loss_changes.len()),
            ("split_type", split_type),
        ],
    )?;
    if c.tree_param.size_leaf_vector.0 > 1 {
        return unsupported(
            FORMAT,
            "the leaf size",
            c.tree_param.size_leaf_vector.0,
            "one value a leaf",
        );
    }
    let (sets, set_of) = sets(at, c, words)?;
    // A negative or huge index becomes one that no tree has, and is named as such by the check.
    let index = |i: i64| u32::try_from(i).unwrap_or(u32::MAX);
    let node = |i: usize| {
        let cover = f64::from(c.sum_hessian[i]);
        if c.left_children[i] == -1 {
            return Node::Leaf { value: weight * f64::from(c.split_conditions[i]), cover };
        }
        let split = Split {
            feature: index(c.split_indices[i]),
            rule: Rule::Below(c.split_conditions[i]),
            default_left: c.default_left[i].0,
            left: index(c.left_children[i]),
            right: index(c.right_children[i]),
            cover,
            gain: f64::from(c.loss_changes[i]),
        };
        if c.split_type.get(i) != Some(&1) {
            return Node::Split(split);
        }
        Node::Split(Split {
            rule: Rule::OneOf(set_of.get(&i).copied().unwrap_or(u32::MAX)),
            default_left: !split.default_left,
            left: split.right,
            right: split.left,
            ..split
        })
    };
    Ok(Tree { nodes: (0..expected).map(node).collect(), root: 0, sets })
}

/// The sets of codes that a tree's categorical splits send to the right, and the set of each such node.
#[allow(clippy::type_complexity, reason = "two parts of one thing")]
fn sets(
    tree: usize,
    c: &Columns,
    words: &mut usize,
) -> Result<(Vec<CategorySet>, BTreeMap<usize, u32>), ForestError> {
    let count = c.categories_nodes.len();
    for (column, found) in [
        ("categories_segments", c.categories_segments.len()),
        ("categories_sizes", c.categories_sizes.len()),
    ] {
        if found != count {
            return Err(ForestError::Column { tree, column, expected: count, found });
        }
    }
    let (mut sets, mut set_of) = (Vec::with_capacity(count), BTreeMap::new());
    for (i, node) in c.categories_nodes.iter().enumerate() {
        let place = |what, found: String, expected| ForestError::BadNumber {
            place: format!("tree {tree}, node {node}"),
            what,
            found,
            expected,
        };
        let [from, size] = [c.categories_segments[i], c.categories_sizes[i]]
            .map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let codes = from.checked_add(size).and_then(|to| c.categories.get(from..to));
        let Some(codes) = codes else {
            let found = format!("{from} and {size} more of {}", c.categories.len());
            return Err(place("segment of categories", found, "a part of `categories`"));
        };
        let known = |code: &i64| (0..i64::from(MAX_LEVELS)).contains(code);
        if let Some(code) = codes.iter().find(|code| !known(code)) {
            return Err(place("category", code.to_string(), "a code from 0 to 16777215"));
        }
        *words += codes.iter().max().map_or(0, |most| *most as usize / 64 + 1);
        if *words > MAX_SET_WORDS {
            let (what, found) = ("words of category sets", *words);
            return Err(ForestError::TooMany { what, found, limit: MAX_SET_WORDS });
        }
        set_of.insert(usize::try_from(*node).unwrap_or(usize::MAX), sets.len() as u32);
        sets.push(CategorySet::new(MAX_LEVELS, codes.iter().map(|code| *code as u32)));
    }
    Ok((sets, set_of))
}

/// The words of categories, which the file holds since 3.1 where a data frame had them; the types since 1.5 say what is a category.
fn levels(model: &Model, types: &[String]) -> BTreeMap<usize, Vec<String>> {
    let categories = types.iter().enumerate().filter(|(_, kind)| *kind == "c");
    let words =
        |feature: usize| model.cats.enc.get(feature).map_or_else(Vec::new, |words| words.0.clone());
    categories.map(|(feature, _)| (feature, words(feature))).collect()
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
        let model = xgboost_json(STUMP).unwrap();
        assert_eq!((model.trees_per_round, model.link), (1, Link::Logistic));
        assert_eq!(
            (model.feature_names.join(" "), model.source.as_str()),
            ("a b".into(), "XGBoost 1.6.2")
        );
        let forest = model.into_forest().unwrap();
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
            "binary:hinge",
            "the objective is binary:hinge; supported: binary:logistic",
        );
        check("\"gbtree\"", "\"gblinear\"", "the booster is gblinear; supported: gbtree, dart");
        check(
            "\"gradient_booster\":{\"model\"",
            "\"gradient_booster\":{\"forest\"",
            "without a model",
        );
        check(
            "\"num_class\":\"0\"",
            "\"num_class\":\"3\"",
            "the number of classes is 3; supported: 2 or more for",
        );
        let classes = STUMP.replace("binary:logistic", "multi:softprob");
        let classes = classes.replace("\"num_class\":\"0\"", "\"num_class\":\"999999999999999\"");
        let error = xgboost_json(&classes).unwrap_err().to_string();
        assert!(error.contains("the number of classes is 999999999999999 with 1 trees"), "{error}");
        check("\"num_target\":\"1\"", "\"num_target\":\"2\"", "the number of targets is 2");
        check("[1,6,2]", "[4,0,0]", "the version is XGBoost 4.0.0; supported: XGBoost 1 to 3");
        check("\"tree_info\":[0]", "\"tree_info\":[1]", "a tree's class is 1");
        check("\"split_type\":[0,", "\"split_type\":[1,", "category set 4294967295 does not exist");
        let segment = "\"categories\":[],\"categories_nodes\":[],\n        \"categories_segments\":[],\"categories_sizes\":[]";
        let of = |codes: &str, nodes: &str, size: &str| {
            format!(
                "\"categories\":{codes},\"categories_nodes\":{nodes},\"categories_segments\":[0],\"categories_sizes\":{size}"
            )
        };
        check(
            segment,
            &of("[1]", "[0]", "[2]"),
            "tree 0, node 0: the segment of categories is 0 and 2 more of 1",
        );
        check(
            segment,
            &of("[-1]", "[0]", "[1]"),
            "tree 0, node 0: the category is -1; expected a code from 0",
        );
        check(
            segment,
            &of("[1]", "[0,1]", "[1]"),
            "column `categories_segments` has 1 values where 2",
        );
        check("\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"2\"", "whole rounds");
        check("\"size_leaf_vector\":\"0\"}}]", "\"size_leaf_vector\":\"3\"}}]", "one value a leaf");
        check(
            "\"5E-1\"",
            "\"[1E-1,2E-1]\"",
            "the base_score is [1E-1,2E-1]; expected one prediction",
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
