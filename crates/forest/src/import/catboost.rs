//! CatBoost's JSON model (`save_model("x.json", format="json", pool=pool)`; tried with 1.2): numbers and one-hot categories, symmetric
//! trees and others.
//!
//! A number goes right where it is above the border, in f32. A missing one is to the library a number below all borders (`AsFalse`) or above
//! all (`AsTrue`). In a symmetric tree the answer to question k is bit k of the leaf's index. A one-hot split asks whether a category is
//! one word, known by its hash; the words stand in the file where it was saved with the pool. What was never seen, and a missing
//! word, is not that word. `scale` and `bias` go into leaves and base values. Cover is the weight of rows, gains are not in the file.
//!
//! Splits on statistics learned for categories (CTRs), texts and embeddings are refused: what they compare is no value of the lead.

use super::catboost_file::{FeaturesInfo, File, Grown, Oblivious, SplitInfo, Values};
use super::unsupported;
use crate::tree::finite_threshold_at_most;
use crate::{CategorySet, Forest, ForestError, Link, Rule, Split, Tree, TreeModel};
use std::collections::{BTreeMap, HashMap};

const FORMAT: &str = "CatBoost";

/// Reads a model saved as JSON.
///
/// # Errors
/// [`ForestError::Json`] for text that is not such a model; [`ForestError::Unsupported`] for learned statistics of categories, texts, embeddings,
/// categories whose words are not in the file, and losses without a known link; whatever [`Forest::from_trees`] finds wrong.
pub fn catboost_json(text: &str) -> Result<TreeModel, ForestError> {
    let json = |source| ForestError::Json { format: FORMAT, source };
    let file: File = serde_json::from_str(text).map_err(json)?;
    let inputs = Inputs::new(&file.features_info)?;
    let loss = file.model_info.params.loss_function.kind.as_str();
    let link = link(loss)?;
    let bias = file.scale_and_bias.1.list();
    let outputs = bias.len();
    if outputs == 0 || (outputs > 1) != matches!(link, Link::Softmax | Link::OneVsRest) {
        let expected = "1, or the classes of a multi-class loss";
        return unsupported(
            FORMAT,
            "the number of outputs",
            format!("{outputs} with the loss {loss}"),
            expected,
        );
    }
    let scale = file.scale_and_bias.0;
    let mut trees: Vec<Vec<Tree>> = vec![Vec::new(); outputs];
    for (at, tree) in file.oblivious_trees.iter().enumerate() {
        for (output, trees) in trees.iter_mut().enumerate() {
            trees.push(inputs.symmetric(at, tree, output, outputs, scale)?);
        }
    }
    for (at, tree) in file.trees.iter().enumerate() {
        for (output, trees) in trees.iter_mut().enumerate() {
            let mut out = Tree::default();
            inputs.grow(at, tree, output, outputs, scale, &mut out)?;
            trees.push(out);
        }
    }
    let forests = trees.into_iter().zip(&bias);
    let forests = forests.map(|(trees, bias)| Forest::from_trees(inputs.names.len(), *bias, trees));
    let classes = file.model_info.class_params.class_names.iter().map(word).collect();
    let model = TreeModel {
        outputs: forests.collect::<Result<_, _>>()?,
        link,
        feature_names: inputs.names,
        levels: inputs.levels,
        classes,
        trees_per_round: 1,
        best_rounds: None,
        source: FORMAT.to_owned(),
    };
    model.check()?;
    Ok(model)
}

fn link(loss: &str) -> Result<Link, ForestError> {
    Ok(match loss {
        "Logloss" | "CrossEntropy" | "Focal" => Link::Logistic,
        "MultiClass" => Link::Softmax,
        "MultiClassOneVsAll" => Link::OneVsRest,
        "Poisson" | "Tweedie" => Link::Exp,
        "RMSE" | "MAE" | "Quantile" | "MAPE" | "Huber" | "Expectile" | "LogCosh" | "Lq" => {
            Link::Identity
        }
        "YetiRank" | "PairLogit" | "PairLogitPairwise" | "YetiRankPairwise" | "QueryRMSE"
        | "QuerySoftMax" => Link::Identity,
        _ => {
            let supported = "Logloss, CrossEntropy, Focal, MultiClass, MultiClassOneVsAll, Poisson, Tweedie, RMSE, MAE, Quantile, MAPE, Huber, \
                Expectile, LogCosh, Lq, YetiRank, PairLogit, QueryRMSE, QuerySoftMax";
            return unsupported(FORMAT, "the loss", loss, supported);
        }
    })
}

/// What the file says of the inputs.
struct Inputs {
    names: Vec<String>,
    /// Of each number: its place among all inputs, and whether a missing one answers yes.
    numbers: Vec<(usize, bool)>,
    /// Of each category: its place, and the code of each hash.
    categories: Vec<(usize, HashMap<u32, u32>)>,
    levels: BTreeMap<usize, Vec<String>>,
}

impl Inputs {
    fn new(info: &FeaturesInfo) -> Result<Self, ForestError> {
        let mut places = BTreeMap::new();
        let mut place = |flat: usize, name: &str| {
            let name = if name.is_empty() { flat.to_string() } else { name.to_owned() };
            places.insert(flat, name);
        };
        let other = info.text_features.len() + info.embedding_features.len();
        if other > 0 {
            return unsupported(
                FORMAT,
                "an input",
                "a text or an embedding",
                "numbers and one-hot categories",
            );
        }
        let mut numbers = Vec::new();
        for (i, feature) in info.float_features.iter().enumerate() {
            place(feature.flat_feature_index, &feature.feature_id);
            expect_place("float feature", i, feature.feature_index)?;
            let missing_is_above = match feature.nan_value_treatment.as_str() {
                "AsTrue" => true,
                "AsIs" | "AsFalse" | "" => false,
                other => {
                    return unsupported(
                        FORMAT,
                        "nan_value_treatment",
                        other,
                        "AsIs, AsFalse, AsTrue",
                    );
                }
            };
            numbers.push((feature.flat_feature_index, missing_is_above));
        }
        let words: HashMap<u32, &str> =
            info.cat_features_hash.iter().map(|h| (h.hash as u32, h.value.as_str())).collect();
        let (mut categories, mut levels) = (Vec::new(), BTreeMap::new());
        for (i, feature) in info.categorical_features.iter().enumerate() {
            place(feature.flat_feature_index, &feature.feature_id);
            expect_place("categorical feature", i, feature.feature_index)?;
            let (mut codes, mut list) = (HashMap::new(), Vec::new());
            // The words' order in the file is that of a hash table; by name it is the same for every save.
            let mut known: Vec<(&str, u32)> = Vec::new();
            for hash in &feature.values {
                let hash = *hash as u32;
                let Some(word) = words.get(&hash) else {
                    let found =
                        format!("the hash {hash} without its word, of `{}`", feature.feature_id);
                    let expected = "a file saved with the training pool: save_model(path, format=\"json\", pool=pool)";
                    return unsupported(FORMAT, "a category", found, expected);
                };
                known.push((word, hash));
            }
            known.sort_unstable();
            for (word, hash) in known {
                codes.insert(hash, list.len() as u32);
                list.push(word.to_owned());
            }
            categories.push((feature.flat_feature_index, codes));
            levels.insert(feature.flat_feature_index, list);
        }
        let count = places.len();
        if places.keys().last().is_some_and(|last| *last >= count)
            || count != info.float_features.len() + info.categorical_features.len()
        {
            return Err(ForestError::BadNumber {
                place: "features_info".to_owned(),
                what: "flat_feature_index",
                found: "doubled or left out".to_owned(),
                expected: "each from 0 on once",
            });
        }
        Ok(Self { names: places.into_values().collect(), numbers, categories, levels })
    }

    /// The question of a split: the feature, our rule, whether missing goes left, and whether a yes of theirs is our left.
    fn question(
        &self,
        at: usize,
        split: &SplitInfo,
        sets: &mut Vec<CategorySet>,
    ) -> Result<(usize, Rule, bool, bool), ForestError> {
        let unknown = |what, found: Option<usize>| ForestError::BadNumber {
            place: format!("tree {at}"),
            what,
            found: found.map_or_else(|| "absent".to_owned(), |i| i.to_string()),
            expected: "a feature of features_info",
        };
        match split.split_type.as_str() {
            "FloatFeature" => {
                let index = split.float_feature_index;
                let number = index.and_then(|i| self.numbers.get(i));
                let Some(&(feature, missing_is_above)) = number else {
                    return Err(unknown("float_feature_index", index));
                };
                let border =
                    split.border.filter(|b| !b.is_nan()).ok_or_else(|| ForestError::BadNumber {
                        place: format!("tree {at}"),
                        what: "border",
                        found: "absent".to_owned(),
                        expected: "a number",
                    })?;
                let border = f64::from(border as f32);
                Ok((
                    feature,
                    Rule::Below(finite_threshold_at_most(border)),
                    !missing_is_above,
                    false,
                ))
            }
            "OneHotFeature" => {
                let index = split.cat_feature_index;
                let category = index.and_then(|i| self.categories.get(i));
                let Some((feature, codes)) = category else {
                    return Err(unknown("cat_feature_index", index));
                };
                // A hash that no training row had cannot be met.
                let code = split.value.and_then(|hash| codes.get(&(hash as u32)));
                sets.push(CategorySet::new(codes.len() as u32, code.copied()));
                Ok((*feature, Rule::OneOf(sets.len() as u32 - 1), false, true))
            }
            "OnlineCtr" => unsupported(
                FORMAT,
                "a split",
                format!("on a learned statistic of a category (OnlineCtr) in tree {at}"),
                "numbers and one-hot categories; train with one_hot_max_size of at least the largest number of levels",
            ),
            other => unsupported(FORMAT, "a split's type", other, "FloatFeature, OneHotFeature"),
        }
    }

    fn symmetric(
        &self,
        at: usize,
        tree: &Oblivious,
        output: usize,
        outputs: usize,
        scale: f64,
    ) -> Result<Tree, ForestError> {
        let depth = tree.splits.len();
        let leaves = 1_usize.checked_shl(depth as u32).filter(|_| depth < 32);
        let expected = leaves.and_then(|n| n.checked_mul(outputs));
        if expected != Some(tree.leaf_values.len()) {
            let (column, found) = ("leaf_values", tree.leaf_values.len());
            return Err(ForestError::Column {
                tree: at,
                column,
                expected: expected.unwrap_or(usize::MAX),
                found,
            });
        }
        let leaves = leaves.unwrap_or(1);
        if !tree.leaf_weights.is_empty() && tree.leaf_weights.len() != leaves {
            let (column, found) = ("leaf_weights", tree.leaf_weights.len());
            return Err(ForestError::Column { tree: at, column, expected: leaves, found });
        }
        let mut out = Tree::default();
        let leaf = |i: usize| {
            (
                scale * tree.leaf_values[i * outputs + output],
                tree.leaf_weights.get(i).copied().unwrap_or(0.0),
            )
        };
        // From the leaves up, question 0 being the deepest: then siblings stand side by side, as bit 0 tells them apart.
        let mut level: Vec<(u32, f64)> =
            (0..leaves).map(leaf).map(|(value, cover)| (out.leaf(value, cover), cover)).collect();
        for split in &tree.splits {
            let question = self.question(at, split, &mut out.sets)?;
            let (pairs, _) = level.as_chunks::<2>();
            level = pairs.iter().map(|[no, yes]| ask(question, *no, *yes, &mut out)).collect();
        }
        Ok(out)
    }

    fn grow(
        &self,
        at: usize,
        node: &Grown,
        output: usize,
        outputs: usize,
        scale: f64,
        out: &mut Tree,
    ) -> Result<(u32, f64), ForestError> {
        let (Some(left), Some(right), Some(split)) = (&node.left, &node.right, &node.split) else {
            let value = node.value.as_ref().map(Values::list).unwrap_or_default();
            if value.len() != outputs {
                let (column, found) = ("value", value.len());
                return Err(ForestError::Column { tree: at, column, expected: outputs, found });
            }
            let cover = node.weight.unwrap_or(0.0);
            return Ok((out.leaf(scale * value[output], cover), cover));
        };
        let no = self.grow(at, left, output, outputs, scale, out)?;
        let yes = self.grow(at, right, output, outputs, scale, out)?;
        let question = self.question(at, split, &mut out.sets)?;
        Ok(ask(question, no, yes, out))
    }
}

fn expect_place(what: &'static str, expected: usize, found: usize) -> Result<(), ForestError> {
    if found == expected {
        return Ok(());
    }
    let place = format!("features_info, {what} {expected}");
    Err(ForestError::BadNumber {
        place,
        what: "feature_index",
        found: found.to_string(),
        expected: "its place in the list",
    })
}

/// A split over two branches, each its root and cover. The question is feature, rule, whether missing goes left, and whether
/// "yes" does.
fn ask(
    (feature, rule, default_left, yes_left): (usize, Rule, bool, bool),
    no: (u32, f64),
    yes: (u32, f64),
    out: &mut Tree,
) -> (u32, f64) {
    let [left, right] = if yes_left { [yes.0, no.0] } else { [no.0, yes.0] };
    let cover = no.1 + yes.1;
    let feature = feature as u32;
    (out.split(Split { feature, rule, default_left, left, right, cover, gain: 0.0 }), cover)
}

fn word(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
