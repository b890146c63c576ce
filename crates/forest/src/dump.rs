//! A model as text for people: every tree with its questions, indented by level.

use crate::{Forest, Link, Node, Rule, Split, Tree, TreeModel};
use std::fmt;

/// The most words or codes of a category that one question names.
const MOST_WORDS: usize = 20;

/// [`TreeModel::dump`].
#[derive(Debug, Clone, Copy)]
pub struct Dump<'a>(&'a TreeModel);

impl TreeModel {
    /// All trees as text, for reading and for comparing two models by eye; no program should read it.
    ///
    /// Covers are as in [`Split::cover`], gains as in [`Split::gain`]. A question ends in `or missing` where a missing value follows it too.
    pub fn dump(&self) -> Dump<'_> {
        Dump(self)
    }
}

impl fmt::Display for Dump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = self.0;
        let sum = match model.link {
            Link::Identity => "a number",
            Link::Exp => "the logarithm of a number",
            Link::Logistic => "log-odds",
            Link::OneVsRest => "each class's log-odds",
            Link::Softmax => "the logarithm of each class's probability, up to a constant",
            Link::Probability => "a probability",
        };
        writeln!(f, "{}: base and leaves add up to {sum}", model.source)?;
        for (output, forest) in model.outputs.iter().enumerate() {
            match (model.outputs.len(), model.classes.get(output)) {
                (1, _) => {}
                (_, Some(class)) => writeln!(f, "class {class}")?,
                (_, None) => writeln!(f, "class {output}")?,
            }
            writeln!(f, "base {}", forest.base())?;
            for tree in 0..forest.n_trees() {
                self.tree(f, forest, tree)?;
            }
        }
        Ok(())
    }
}

impl Dump<'_> {
    fn tree(&self, f: &mut fmt::Formatter<'_>, forest: &Forest, at: usize) -> fmt::Result {
        let tree = &forest.trees()[at];
        let symmetric = if forest.is_symmetric(at) { ", symmetric" } else { "" };
        writeln!(f, "tree {at}: {} nodes{symmetric}", tree.nodes.len())?;
        // In preorder the node that follows has the level left open last; a right child has an `else` before it.
        let mut open = vec![(1, false)];
        for node in &tree.nodes {
            let (level, right) = open.pop().unwrap_or((1, false));
            let indent = 2 * level;
            if right {
                writeln!(f, "{:1$}else", "", indent - 2)?;
            }
            match node {
                Node::Leaf { value, cover } => {
                    writeln!(f, "{:indent$}{value:+} [cover {cover}]", "")?
                }
                Node::Split(split) => {
                    write!(f, "{:indent$}if ", "")?;
                    self.question(f, tree, split)?;
                    writeln!(f, " [cover {}, gain {}]", split.cover, split.gain)?;
                    open.extend([(level + 1, true), (level + 1, false)]);
                }
            }
        }
        Ok(())
    }

    fn question(&self, f: &mut fmt::Formatter<'_>, tree: &Tree, split: &Split) -> fmt::Result {
        let feature = split.feature as usize;
        let name = self.0.name(feature);
        match split.rule {
            Rule::Below(threshold) => write!(f, "{name} < {threshold}")?,
            Rule::NonzeroBelow(threshold) => write!(f, "{name} < {threshold}, 0 being missing,")?,
            Rule::OneOf(set) => {
                let words = self.0.levels.get(&feature);
                write!(f, "{name} in {{")?;
                let mut codes = tree.sets[set as usize].codes();
                for (i, code) in codes.by_ref().take(MOST_WORDS).enumerate() {
                    let comma = if i > 0 { ", " } else { "" };
                    match words.and_then(|words| words.get(code as usize)) {
                        Some(word) => write!(f, "{comma}{word}")?,
                        None => write!(f, "{comma}{code}")?,
                    }
                }
                match codes.count() {
                    0 => write!(f, "}}")?,
                    more => write!(f, ", and {more} more}}")?,
                }
            }
        }
        if split.default_left { write!(f, " or missing") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CategorySet;
    use std::collections::BTreeMap;

    #[test]
    fn a_tree_reads_as_questions() {
        let mut tree = Tree::default();
        let ask = |feature, rule, default_left, left, right| Split {
            feature,
            rule,
            default_left,
            left,
            right,
            cover: 10.0,
            gain: 2.5,
        };
        tree.sets.push(CategorySet::new(100, [0, 1, 40]));
        let (a, b) = (tree.leaf(-0.5, 6.0), tree.leaf(0.25, 4.0));
        let inner = tree.split(ask(1, Rule::OneOf(0), true, a, b));
        let c = tree.leaf(1.0, 3.0);
        let inner = tree.split(ask(2, Rule::NonzeroBelow(0.5), false, inner, c));
        let d = tree.leaf(2.0, 1.0);
        tree.split(ask(0, Rule::Below(7.25), true, inner, d));
        let model = TreeModel {
            feature_names: vec!["age".into(), "source".into(), "visits".into()],
            levels: BTreeMap::from([(1, vec!["web".into(), "fair".into()])]),
            ..Forest::from_trees(3, 0.125, vec![tree]).unwrap().into()
        };
        let expect = "\
Leadsight: base and leaves add up to log-odds
base 0.125
tree 0: 7 nodes
  if age < 7.25 or missing [cover 10, gain 2.5]
    if visits < 0.5, 0 being missing, [cover 10, gain 2.5]
      if source in {web, fair, 40} or missing [cover 10, gain 2.5]
        -0.5 [cover 6]
      else
        +0.25 [cover 4]
    else
      +1 [cover 3]
  else
    +2 [cover 1]
";
        assert_eq!(model.dump().to_string(), expect);
    }
}
