//! The crate's one error type.

use thiserror::Error;

/// What can be wrong with a forest, a file of one, or a row given to it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ForestError {
    /// A forest over no feature.
    #[error("a forest needs at least one feature; a model without features is a prior")]
    NoFeatures,
    /// More of something than the layout can count.
    #[error("{found} {what} are too many; at most {limit} fit")]
    TooMany {
        /// What was counted.
        what: &'static str,
        /// The count.
        found: usize,
        /// The largest count that works.
        limit: usize,
    },
    /// A tree without a node.
    #[error("tree {tree} has no node; a tree is at least one leaf")]
    EmptyTree {
        /// Zero-based tree.
        tree: usize,
    },
    /// A root or child that does not exist.
    #[error("tree {tree}, node {node}: child {child} does not exist; the tree has {nodes} nodes")]
    ChildOutOfRange {
        /// Zero-based tree.
        tree: usize,
        /// The node that names the child; the child itself where the root is meant.
        node: usize,
        /// The index that does not exist.
        child: usize,
        /// The number of nodes.
        nodes: usize,
    },
    /// A node that two ways lead to: a cycle or a shared branch.
    #[error(
        "tree {tree}: node {node} is reached twice; every node has one parent and the root none"
    )]
    ReachedTwice {
        /// Zero-based tree.
        tree: usize,
        /// The node.
        node: usize,
    },
    /// A stored tree with nodes that its root does not reach.
    #[error(
        "tree {tree}: {found} of {expected} nodes are reached from the root; the file is damaged"
    )]
    Unreached {
        /// Zero-based tree.
        tree: usize,
        /// Nodes in the file.
        expected: usize,
        /// Nodes reached.
        found: usize,
    },
    /// A chain longer than any sound tree.
    #[error("tree {tree}, node {node}: deeper than {limit} splits")]
    TooDeep {
        /// Zero-based tree.
        tree: usize,
        /// The first node below the limit.
        node: usize,
        /// The limit, [`crate::MAX_DEPTH`].
        limit: usize,
    },
    /// A split on a feature that the forest does not have.
    #[error("tree {tree}, node {node}: feature {feature} does not exist; the forest has features 0 to {}", n_features.saturating_sub(1))]
    FeatureOutOfRange {
        /// Zero-based tree.
        tree: usize,
        /// The node.
        node: usize,
        /// The feature named.
        feature: usize,
        /// The number of features.
        n_features: usize,
    },
    /// A split by a set that its tree does not have.
    #[error("tree {tree}, node {node}: category set {set} does not exist; the tree has {sets}")]
    NoSet {
        /// Zero-based tree.
        tree: usize,
        /// The node.
        node: usize,
        /// The set named.
        set: u32,
        /// The number of sets.
        sets: usize,
    },
    /// A stored set whose words do not hold its levels.
    #[error(
        "a set of {levels} categories (at most {limit}) has {found} words of 64 bits where {expected} hold them, or marks a category beyond the last"
    )]
    Set {
        /// The levels.
        levels: u32,
        /// Words that hold them.
        expected: usize,
        /// Words found.
        found: usize,
        /// The most levels.
        limit: u32,
    },
    /// A parameter of a trainer is out of its range.
    #[error("`{name}` is {found}; expected {expected}")]
    Param {
        /// The parameter.
        name: &'static str,
        /// The value given.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// There is nothing to learn from.
    #[error("there are no rows to learn from, or none that counts (weights of 0)")]
    NoRows,
    /// Every row that counts has the same outcome or class.
    #[error("all of the {rows} rows that count have one outcome; at least two are needed")]
    OneClass {
        /// The number of rows.
        rows: usize,
    },
    /// Something that should be given for each row (input, output) is not.
    #[error("{what} are {found} where {expected} were expected")]
    Length {
        /// What was counted.
        what: &'static str,
        /// The number expected.
        expected: usize,
        /// The number found.
        found: usize,
    },
    /// A row that nothing can be learned from.
    #[error("row {row}: the {what} is {found}; expected {expected}")]
    BadRow {
        /// Weight, number to learn, class.
        what: &'static str,
        /// Zero-based row.
        row: usize,
        /// The value found.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// A NaN or infinite threshold, leaf value, base value or gain, or a cover that is not at least zero.
    #[error("{place}: the {what} is {found}; expected {expected}")]
    BadNumber {
        /// Where it stands.
        place: String,
        /// Threshold, leaf value, cover, gain, base value, ...
        what: &'static str,
        /// The number found, as text.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// A column of a stored tree with another length than its `right` column.
    #[error("tree {tree}: column `{column}` has {found} values where {expected} were expected")]
    Column {
        /// Zero-based tree.
        tree: usize,
        /// The column.
        column: &'static str,
        /// The number of nodes.
        expected: usize,
        /// The values found.
        found: usize,
    },
    /// A row (or block of rows, or output) that does not fit the number of features.
    #[error("{what} has {found} values; the forest has {expected} features")]
    Width {
        /// What was measured.
        what: &'static str,
        /// The number of features.
        expected: usize,
        /// The values found.
        found: usize,
    },
    /// Text that is not the expected JSON.
    #[error("not a readable {format} model: {source}")]
    Json {
        /// Whose format.
        format: &'static str,
        /// The cause, with line and column.
        source: serde_json::Error,
    },
    /// Bytes that are not the expected UBJSON.
    #[error("not a readable {format} model: {problem} at byte {offset}")]
    Ubjson {
        /// Whose format.
        format: &'static str,
        /// How far the bytes could be read.
        offset: usize,
        /// What was found there.
        problem: String,
    },
    /// A text format in bytes that are no text.
    #[error("not a readable {format} model: no UTF-8 text from byte {offset} on")]
    NotText {
        /// Whose format.
        format: &'static str,
        /// The first such byte.
        offset: usize,
    },
    /// A line of a text model.
    #[error("not a readable {format} model: line {line}: {what} is {found}; expected {expected}")]
    Line {
        /// Whose format.
        format: &'static str,
        /// The line, from 1.
        line: usize,
        /// The key.
        what: String,
        /// Its value, or that it is absent.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// Content of no known format.
    #[error(
        "not a model that can be read, but {found}; {hint} (known: XGBoost JSON and UBJSON, LightGBM text, CatBoost JSON, \
         scikit-learn by the exporting script, Leadsight's own)"
    )]
    Unrecognised {
        /// What it looks like.
        found: String,
        /// How to go on.
        hint: &'static str,
    },
    /// A file of ours that is cut short, damaged, or says what cannot be.
    #[error("byte {offset} of the forest file: the {what} is {found}; expected {expected}")]
    Damaged {
        /// Where the part begins.
        offset: usize,
        /// The part.
        what: &'static str,
        /// What was found.
        found: String,
        /// What would be valid.
        expected: String,
    },
    /// A file of ours from a later version.
    #[error(
        "the forest file has format version {found}; this program reads versions 1 to {newest}"
    )]
    FutureFormat {
        /// The file's version.
        found: u32,
        /// The newest version known.
        newest: u32,
    },
    /// A model of a sort that cannot be imported.
    #[error("cannot import this {format} model: {what} is {found}; supported: {supported}")]
    Unsupported {
        /// Whose format.
        format: &'static str,
        /// The property.
        what: &'static str,
        /// Its value.
        found: String,
        /// The values that work.
        supported: &'static str,
    },
}

/// Refuses a tree whose columns differ in length; each is given with the number of values found.
pub(crate) fn check_columns(
    tree: usize,
    expected: usize,
    columns: &[(&'static str, usize)],
) -> Result<(), ForestError> {
    match columns.iter().find(|(_, found)| *found != expected) {
        None => Ok(()),
        Some(&(column, found)) => Err(ForestError::Column { tree, column, expected, found }),
    }
}
