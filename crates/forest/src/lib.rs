//! One representation of any tree ensemble: prediction, exact SHAP, importers, a trainer.
//!
//! A [`Forest`] is a base value plus binary [`Tree`]s over a row of f32 inputs, NaN being missing. Trees are grown by
//! [`train`], written by hand or by another library's importer ([`import`]), checked once by [`Forest::from_trees`] and by deserialisation alike, and
//! from then on can be walked without a further check. What is stored is the trees; the flat layout that the
//! kernels read is built from them at load and is no part of any file.
//!
//! ```
//! use leadsight_forest::{Forest, Rule, Split, Tree};
//!
//! let mut tree = Tree::default();
//! let left = tree.leaf(-1.0, 30.0);
//! let right = tree.leaf(2.0, 10.0);
//! tree.split(Split { feature: 1, rule: Rule::Below(0.5), default_left: true, left, right, cover: 40.0, gain: 7.0 });
//! let forest = Forest::from_trees(2, 0.25, vec![tree])?;
//!
//! assert_eq!(forest.margin(&[9.0, 0.5])?, 2.25);
//! assert_eq!(forest.margin(&[9.0, f32::NAN])?, -0.75);
//! let mut contributions = [0.0; 2];
//! let base = forest.shap(&[9.0, 0.5], &mut contributions)?;
//! assert_eq!((base, contributions[0]), (0.0, 0.0));
//! assert!((contributions[1] - 2.25).abs() < 1e-12);
//! # Ok::<(), leadsight_forest::ForestError>(())
//! ```

mod binary;
mod dump;
mod error;
mod file;
mod forest;
mod grid;
pub mod import;
mod importance;
mod layout;
#[cfg(test)]
mod sample;
mod set;
mod shap;
#[cfg(feature = "train")]
pub mod train;
mod tree;
mod tree_model;
mod walk;

pub use binary::FORMAT_VERSION;
pub use dump::Dump;
pub use error::ForestError;
pub use forest::Forest;
pub use importance::Importance;
pub use set::CategorySet;
pub use tree::{
    MAX_DEPTH, Node, Rule, Split, Tree, ZERO, finite_threshold_at_most, threshold_at_most,
    threshold_below,
};
pub use tree_model::{Link, TreeModel};
