//! LightGBM's text model (`save_model("x.txt")`; versions v3 and v4, tried with 4.7): boosting, DART and random forests.
//!
//! A number goes left where it is at most the threshold, in f64; the importer finds the f32 threshold that says the same of every f32. How a
//! missing value goes is told by two bits of a split: *none* takes it for 0, *NaN* sends it to the default side, *zero* sends it and
//! every |x| <= 1e-35 there. A categorical split sends the codes of a bitset to the left and all else, missing too, to the
//! right. `sigmoid` is multiplied into the leaves, so that a margin is in log-odds; a random forest's mean (`average_output`) becomes
//! a sum of shares. DART's weights are in the leaves already. Cover is the count of rows, gain the split's gain.

use super::unsupported;
use crate::set::MAX_LEVELS;
use crate::tree::finite_threshold_at_most;
use crate::{CategorySet, Forest, ForestError, Link, Node, Rule, Split, Tree, TreeModel};
use std::collections::BTreeMap;
use std::str::FromStr;

const FORMAT: &str = "LightGBM";

/// Reads a model saved as text.
///
/// # Errors
/// [`ForestError::Line`] with the line, the key, what it holds and what was expected; [`ForestError::Unsupported`] for an objective without a known
/// link, linear leaves, or another version; whatever [`Forest::from_trees`] finds wrong with the trees.
pub fn lightgbm_text(text: &str) -> Result<TreeModel, ForestError> {
    let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim_end())).peekable();
    let head = Section::read(&mut lines, 1);
    let version: String = head.one("version", "v3 or v4")?;
    if !matches!(version.as_str(), "v2" | "v3" | "v4") {
        return unsupported(FORMAT, "the version", version, "v2, v3, v4");
    }
    let feature_names: Vec<String> = head.many("feature_names", "names")?;
    let last: usize = head.one("max_feature_idx", "the last feature's index")?;
    if last.checked_add(1) != Some(feature_names.len()) {
        let found = format!("{last} beside {} names of features", feature_names.len());
        return Err(head.wrong("max_feature_idx", found, "one less than there are names"));
    }
    let outputs: usize = head.one("num_tree_per_iteration", "a count from 1")?;
    if outputs == 0 || outputs > text.len() {
        return Err(head.wrong("num_tree_per_iteration", outputs.to_string(), "a count from 1"));
    }
    let (link, sigmoid) = objective(head.get("objective").unwrap_or("custom"))?;
    if (outputs > 1) != matches!(link, Link::Softmax | Link::OneVsRest) {
        return unsupported(
            FORMAT,
            "the number of trees a round",
            outputs,
            "1, or the classes of a multiclass objective",
        );
    }

    let mut trees: Vec<Vec<Tree>> = vec![Vec::new(); outputs];
    let mut count = 0;
    while let Some((at, _)) = lines.next_if(|(_, line)| line.starts_with("Tree=")) {
        let section = Section::read(&mut lines, at);
        trees[count % outputs].push(tree(count, &section)?);
        count += 1;
    }
    let end = lines.next();
    let Some((at, _)) = end.filter(|(_, line)| *line == "end of trees") else {
        let (line, found) = end.unwrap_or((text.lines().count(), "the end of the file"));
        return Err(wrong(
            line,
            "the line",
            short(found),
            "`Tree=...` or `end of trees`; is the file whole?",
        ));
    };
    if count % outputs != 0 {
        return Err(wrong(
            at,
            "the number of trees",
            count.to_string(),
            "whole rounds of a tree for each class",
        ));
    }
    // A forest's margin is the mean over its trees, which are one round.
    let trees_per_round = if head.has("average_output") { (count / outputs).max(1) } else { 1 };
    let share = 1.0 / trees_per_round as f64;
    for node in trees.iter_mut().flatten().flat_map(|tree| &mut tree.nodes) {
        if let Node::Leaf { value, .. } = node {
            *value *= sigmoid * share;
        }
    }
    let n_features = feature_names.len();
    let forests = trees.into_iter().map(|trees| Forest::from_trees(n_features, 0.0, trees));
    let forests: Vec<Forest> = forests.collect::<Result<_, _>>()?;
    let mut model = TreeModel {
        outputs: forests,
        link,
        feature_names,
        levels: BTreeMap::new(),
        classes: Vec::new(),
        trees_per_round,
        best_rounds: None,
        source: format!("{FORMAT} {version}"),
    };
    // Words of categories stand at the very end: a file without its end may have lost them.
    let last = text.lines().count();
    if version != "v2" && !lines.any(|(_, line)| line == "end of parameters") {
        return Err(wrong(
            last,
            "the end of the file",
            "too early".to_owned(),
            "`end of parameters`; is the file whole?",
        ));
    }
    let words = lines.find_map(|(at, line)| Some((at, line.strip_prefix("pandas_categorical:")?)));
    if let Some((at, words)) = words {
        model.levels = levels(&model, &head, at, words)?;
    }
    model.check()?;
    Ok(model)
}

/// What an objective's margins mean, and what they are multiplied by to be log-odds.
fn objective(line: &str) -> Result<(Link, f64), ForestError> {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or("custom");
    let rest: Vec<&str> = words.collect();
    let sigmoid = rest.iter().find_map(|word| word.strip_prefix("sigmoid:"));
    let sigmoid: f64 = match sigmoid.map(str::parse) {
        None => 1.0,
        Some(Ok(sigmoid)) => sigmoid,
        Some(Err(_)) => f64::NAN,
    };
    if !(sigmoid > 0.0 && sigmoid.is_finite()) {
        return unsupported(FORMAT, "the objective", short(line), "a sigmoid above 0");
    }
    if rest.contains(&"sqrt") {
        return unsupported(FORMAT, "the objective", short(line), "regression without reg_sqrt");
    }
    let link = match name {
        "binary" => Link::Logistic,
        "cross_entropy" | "xentropy" => Link::Logistic,
        "multiclass" | "softmax" => Link::Softmax,
        "multiclassova" | "multiclass_ova" | "ova" | "ovr" => Link::OneVsRest,
        "poisson" | "gamma" | "tweedie" => Link::Exp,
        "regression" | "regression_l1" | "regression_l2" | "huber" | "fair" | "quantile"
        | "mape" => Link::Identity,
        "lambdarank" | "rank_xendcg" | "custom" | "none" => Link::Identity,
        _ => {
            let supported = "binary, cross_entropy, multiclass, multiclassova, regression, regression_l1, huber, fair, quantile, mape, poisson, \
                gamma, tweedie, lambdarank, rank_xendcg, custom";
            return unsupported(FORMAT, "the objective", short(line), supported);
        }
    };
    Ok((link, sigmoid))
}

fn tree(at: usize, section: &Section<'_>) -> Result<Tree, ForestError> {
    let leaves: usize = section.one("num_leaves", "a count from 1")?;
    if section.get("is_linear").is_some_and(|linear| linear != "0") {
        return unsupported(FORMAT, "a leaf", "a linear model (linear_tree)", "one number a leaf");
    }
    let values: Vec<f64> = section.column("leaf_value", leaves)?;
    let counts: Vec<f64> = section.column_or_zeros("leaf_count", leaves)?;
    let leaf = |i: usize| Node::Leaf { value: values[i], cover: counts[i] };
    if leaves <= 1 {
        let nodes = (0..leaves).map(leaf).collect();
        return Ok(Tree { nodes, ..Tree::default() });
    }
    let splits = leaves - 1;
    let feature: Vec<u32> = section.column("split_feature", splits)?;
    let threshold: Vec<f64> = section.column("threshold", splits)?;
    let kind: Vec<u8> = section.column("decision_type", splits)?;
    let left: Vec<i64> = section.column("left_child", splits)?;
    let right: Vec<i64> = section.column("right_child", splits)?;
    let gain: Vec<f64> = section.column_or_zeros("split_gain", splits)?;
    let cover: Vec<f64> = section.column_or_zeros("internal_count", splits)?;
    let sets = sets(section)?;
    // A leaf is the complement of its number; the leaves stand behind the splits here. What is neither is named by the check.
    let child = |i: i64| match i {
        i if i >= 0 => u32::try_from(i).unwrap_or(u32::MAX),
        i => u32::try_from(splits as i64 - i - 1).unwrap_or(u32::MAX),
    };
    let mut nodes = Vec::with_capacity(splits + leaves);
    for i in 0..splits {
        let (default_bit, t) = (kind[i] & 2 != 0, threshold[i]);
        if t.is_nan() {
            return Err(ForestError::BadNumber {
                place: format!("tree {at}, node {i}"),
                what: "threshold",
                found: "NaN".to_owned(),
                expected: "a number",
            });
        }
        let (rule, default_left) = match (kind[i] & 1, kind[i] >> 2 & 3) {
            // A place that is no whole number becomes one that no tree has, and is named as such by the check.
            (1, _) => (Rule::OneOf(if t >= 0.0 { t as u32 } else { u32::MAX }), false),
            (_, 0) => (Rule::Below(finite_threshold_at_most(t)), 0.0 <= t),
            (_, 1) => (Rule::NonzeroBelow(finite_threshold_at_most(t)), default_bit),
            (_, 2) => (Rule::Below(finite_threshold_at_most(t)), default_bit),
            (_, missing) => {
                let found = format!("{missing} at node {i} of tree {at}");
                return unsupported(
                    FORMAT,
                    "the kind of missing",
                    found,
                    "0 (none), 1 (zero), 2 (NaN)",
                );
            }
        };
        nodes.push(Node::Split(Split {
            feature: feature[i],
            rule,
            default_left,
            left: child(left[i]),
            right: child(right[i]),
            cover: cover[i],
            gain: gain[i],
        }));
    }
    nodes.extend((0..leaves).map(leaf));
    Ok(Tree { nodes, root: 0, sets })
}

/// The bitsets of a tree's categorical splits: words of 32 bits, and where each set begins.
fn sets(section: &Section<'_>) -> Result<Vec<CategorySet>, ForestError> {
    if section.get("num_cat").is_none_or(|count| count == "0") {
        return Ok(Vec::new());
    }
    let starts: Vec<usize> = section.many("cat_boundaries", "rising places in cat_threshold")?;
    let words: Vec<u32> = section.many("cat_threshold", "words of 32 bits")?;
    let set = |ends: &[usize]| {
        let words = words.get(ends[0]..ends[1])?;
        let codes = words.iter().enumerate().flat_map(|(i, word)| {
            (0..32).filter(move |bit| word >> bit & 1 == 1).map(move |bit| 32 * i as u32 + bit)
        });
        (words.len() <= MAX_LEVELS as usize / 32).then(|| CategorySet::new(MAX_LEVELS, codes))
    };
    let sets: Option<Vec<CategorySet>> = starts.windows(2).map(set).collect();
    sets.ok_or_else(|| {
        section.wrong(
            "cat_boundaries",
            "no such places".to_owned(),
            "rising places in cat_threshold",
        )
    })
}

/// The words of a pandas data frame's categories: one list for each categorical column, those being the features whose
/// `feature_infos` lists codes (`0:1:2`) and those that a split asks for one.
fn levels(
    model: &TreeModel,
    head: &Section<'_>,
    line: usize,
    words: &str,
) -> Result<BTreeMap<usize, Vec<String>>, ForestError> {
    let lists: Option<Vec<Vec<serde_json::Value>>> = serde_json::from_str(words).map_err(|e| {
        wrong(
            line,
            "pandas_categorical",
            e.to_string(),
            "null, or a list of words for each category",
        )
    })?;
    let mut features = model.categories();
    let infos = head.get("feature_infos").unwrap_or_default().split(' ').enumerate();
    features.extend(
        infos.filter(|(_, info)| *info != "none" && !info.starts_with('[')).map(|(i, _)| i),
    );
    let lists = lists.unwrap_or_default();
    if lists.is_empty() {
        return Ok(features.into_iter().map(|feature| (feature, Vec::new())).collect());
    }
    if lists.len() != features.len() {
        let found = format!("{} lists for {} categories", lists.len(), features.len());
        return Err(wrong(line, "pandas_categorical", found, "a list of words for each category"));
    }
    let word = |value: serde_json::Value| match value {
        serde_json::Value::String(word) => word,
        other => other.to_string(),
    };
    let lists = lists.into_iter().map(|list| list.into_iter().map(word).collect());
    Ok(features.into_iter().zip(lists).collect())
}

/// Lines `key=value` up to an empty one.
struct Section<'a> {
    start: usize,
    values: BTreeMap<&'a str, (usize, &'a str)>,
}

impl<'a> Section<'a> {
    fn read(
        lines: &mut std::iter::Peekable<impl Iterator<Item = (usize, &'a str)>>,
        start: usize,
    ) -> Self {
        let mut values = BTreeMap::new();
        let open = |line: &str| !line.starts_with("Tree=") && line != "end of trees";
        while let Some((at, line)) = lines.next_if(|(_, line)| open(line)) {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            values.insert(key, (at, value));
        }
        Self { start, values }
    }

    fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.values.get(key).map(|(_, value)| *value)
    }

    fn wrong(&self, key: &str, found: String, expected: &'static str) -> ForestError {
        wrong(self.values.get(key).map_or(self.start, |(line, _)| *line), key, found, expected)
    }

    fn value(&self, key: &str, expected: &'static str) -> Result<&'a str, ForestError> {
        self.get(key).ok_or_else(|| {
            self.wrong(key, "absent from the part that begins here".to_owned(), expected)
        })
    }

    fn one<T: FromStr>(&self, key: &str, expected: &'static str) -> Result<T, ForestError> {
        let value = self.value(key, expected)?;
        value.parse().map_err(|_| self.wrong(key, short(value), expected))
    }

    fn many<T: FromStr>(&self, key: &str, expected: &'static str) -> Result<Vec<T>, ForestError> {
        let words = self.value(key, expected)?.split_whitespace();
        words.map(|word| word.parse().map_err(|_| self.wrong(key, short(word), expected))).collect()
    }

    fn column<T: FromStr>(&self, key: &str, length: usize) -> Result<Vec<T>, ForestError> {
        let column = self.many(key, "numbers")?;
        match column.len() {
            found if found == length => Ok(column),
            found => Err(self.wrong(
                key,
                format!("{found} numbers"),
                "one for each leaf or split, as num_leaves tells",
            )),
        }
    }

    /// A column that old versions leave out.
    fn column_or_zeros(&self, key: &str, length: usize) -> Result<Vec<f64>, ForestError> {
        if self.get(key).is_none_or(str::is_empty) {
            Ok(vec![0.0; length])
        } else {
            self.column(key, length)
        }
    }
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().take(60).collect();
    if out.len() < text.len() {
        out.push_str("...");
    }
    format!("`{out}`")
}

fn wrong(line: usize, what: &str, found: String, expected: &'static str) -> ForestError {
    ForestError::Line { format: FORMAT, line, what: what.to_owned(), found, expected }
}
