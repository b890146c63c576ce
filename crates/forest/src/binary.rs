//! The binary file of a [`TreeModel`]: small, quick to read, and checked before anything in it is believed.
//!
//! | bytes | content (numbers are little-endian) |
//! |---|---|
//! | 8 | `LSFOREST` |
//! | 4 | format version, u32 |
//! | 8, 8 | length of the header h and of the body b, u64 |
//! | h | header, JSON: inputs, link, names, and for each output its base value and its number of trees |
//! | b | body: the trees of the first output, of the second, ... |
//! | 4 | CRC-32 (that of gzip) of all bytes before it |
//!
//! A tree is its number of nodes n and of sets, u32, then columns over the nodes in preorder (the left child is the next node):
//! right child, u32, 0 at a leaf; feature, u32; f32 threshold or u32 set; a byte (bit 0: missing goes left; bits 1 and 2: 0 below, 1 nonzero
//! below, 2 one of a set); leaf value or gain, f64; cover, f64. Each set is its levels and its number of words, u32, and the words,
//! u64. So a node takes 29 bytes. That a tree is symmetric is not stored, but found anew when the trees are checked.
//!
//! A later version of the format is refused for its version. Every file of a released version reads for ever: `tests/compat/`.

use crate::file::from_stored;
use crate::{CategorySet, Forest, ForestError, Link, Node, Rule, Split, Tree, TreeModel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The newest version of the binary format that this program reads, and the one it writes.
pub const FORMAT_VERSION: u32 = 1;

pub(crate) const MAGIC: [u8; 8] = *b"LSFOREST";

/// Magic, version and two lengths.
const FRONT: usize = 28;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    source: String,
    n_features: usize,
    link: Link,
    outputs: Vec<Output>,
    trees_per_round: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best_rounds: Option<usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    classes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    feature_names: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    levels: BTreeMap<usize, Vec<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    base: f64,
    trees: usize,
}

impl TreeModel {
    /// The file. The same model gives the same bytes.
    ///
    /// # Errors
    /// As [`TreeModel::check`]; [`ForestError::Json`] where a part of the header cannot be written, which no sound model has.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ForestError> {
        self.check()?;
        let outputs = self.outputs.iter().map(|f| Output { base: f.base(), trees: f.n_trees() });
        let header = Header {
            source: self.source.clone(),
            n_features: self.n_features(),
            link: self.link,
            outputs: outputs.collect(),
            trees_per_round: self.trees_per_round,
            best_rounds: self.best_rounds,
            classes: self.classes.clone(),
            feature_names: self.feature_names.clone(),
            levels: self.levels.clone(),
        };
        let header = serde_json::to_vec(&header)
            .map_err(|source| ForestError::Json { format: "forest file", source })?;
        let mut out = Vec::new();
        out.extend(MAGIC);
        out.extend(FORMAT_VERSION.to_le_bytes());
        out.extend((header.len() as u64).to_le_bytes());
        out.extend([0; 8]);
        out.extend(header);
        let body = out.len();
        self.outputs.iter().flat_map(Forest::trees).for_each(|tree| put_tree(&mut out, tree));
        let length = (out.len() - body) as u64;
        out[FRONT - 8..FRONT].copy_from_slice(&length.to_le_bytes());
        out.extend(crc32fast::hash(&out).to_le_bytes());
        Ok(out)
    }

    /// Reads and checks a file. Memory stays within a small multiple of the file's size.
    ///
    /// # Errors
    /// [`ForestError::Damaged`] with the byte where the file is cut short, changed or unsound, [`ForestError::FutureFormat`], and whatever
    /// [`Forest::from_trees`] and [`TreeModel::check`] find wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ForestError> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.array("magic")? != MAGIC {
            let found = format!("{:?}", String::from_utf8_lossy(&bytes[..8]));
            return Err(reader.damaged(0, "magic", found, "`LSFOREST`"));
        }
        let version = reader.u32("format version")?;
        if !(1..=FORMAT_VERSION).contains(&version) {
            return Err(ForestError::FutureFormat { found: version, newest: FORMAT_VERSION });
        }
        let (header, body) = (reader.u64("header's length")?, reader.u64("body's length")?);
        let expected = header.checked_add(body).and_then(|n| n.checked_add(FRONT as u64 + 4));
        if expected != Some(bytes.len() as u64) {
            let found = format!("{header} + {body} in a file of {} bytes", bytes.len());
            return Err(reader.damaged(
                12,
                "header's and body's length",
                found,
                "all of the file but 32 bytes",
            ));
        }
        let end = bytes.len() - 4;
        let (found, expected) = (crc32fast::hash(&bytes[..end]).to_le_bytes(), &bytes[end..]);
        if found != expected {
            let found = "that of other bytes";
            return Err(reader.damaged(
                end,
                "checksum",
                found,
                "that of the bytes before it; the file was changed or damaged",
            ));
        }
        reader.bytes = &bytes[..end];
        let header: Header = serde_json::from_slice(reader.take(header as usize, "header")?)
            .map_err(|source| ForestError::Json { format: "forest file", source })?;
        let mut outputs = Vec::new();
        for output in &header.outputs {
            let mut trees = Vec::new();
            for _ in 0..output.trees {
                trees.push(reader.tree()?);
            }
            outputs.push(from_stored(header.n_features, output.base, trees)?);
        }
        if reader.at != end {
            let found = format!("{} bytes longer than its trees", end - reader.at);
            return Err(reader.damaged(
                reader.at,
                "body",
                found,
                "as many trees as the header tells",
            ));
        }
        let model = Self {
            outputs,
            link: header.link,
            feature_names: header.feature_names,
            levels: header.levels,
            classes: header.classes,
            trees_per_round: header.trees_per_round,
            best_rounds: header.best_rounds,
            source: header.source,
        };
        model.check()?;
        Ok(model)
    }
}

fn put_tree(out: &mut Vec<u8>, tree: &Tree) {
    let splits = || {
        tree.nodes.iter().map(|node| match node {
            Node::Split(split) => Some(split),
            Node::Leaf { .. } => None,
        })
    };
    out.extend((tree.nodes.len() as u32).to_le_bytes());
    out.extend((tree.sets.len() as u32).to_le_bytes());
    splits().for_each(|s| out.extend(s.map_or(0, |s| s.right).to_le_bytes()));
    splits().for_each(|s| out.extend(s.map_or(0, |s| s.feature).to_le_bytes()));
    let rules = || splits().map(|s| s.map_or((0, 0), |s| code(s.rule)));
    rules().for_each(|(bits, _)| out.extend(bits.to_le_bytes()));
    splits().zip(rules()).for_each(|(s, (_, kind))| {
        out.push(kind << 1 | u8::from(s.is_some_and(|s| s.default_left)));
    });
    for node in &tree.nodes {
        let number = match node {
            Node::Split(split) => split.gain,
            Node::Leaf { value, .. } => *value,
        };
        out.extend(number.to_le_bytes());
    }
    tree.nodes.iter().for_each(|node| out.extend(node.cover().to_le_bytes()));
    for set in &tree.sets {
        out.extend(set.levels().to_le_bytes());
        out.extend((set.words().len() as u32).to_le_bytes());
        set.words().iter().for_each(|word| out.extend(word.to_le_bytes()));
    }
}

/// A rule's 32 bits and its kind.
fn code(rule: Rule) -> (u32, u8) {
    match rule {
        Rule::Below(threshold) => (threshold.to_bits(), 0),
        Rule::NonzeroBelow(threshold) => (threshold.to_bits(), 1),
        Rule::OneOf(set) => (set, 2),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn damaged(
        &self,
        offset: usize,
        what: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> ForestError {
        ForestError::Damaged { offset, what, found: found.into(), expected: expected.into() }
    }

    fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], ForestError> {
        let left = self.bytes.len() - self.at;
        if count > left {
            let expected = format!("{count} bytes");
            return Err(self.damaged(
                self.at,
                what,
                format!("cut short after {left} bytes"),
                expected,
            ));
        }
        let part = &self.bytes[self.at..self.at + count];
        self.at += count;
        Ok(part)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], ForestError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, what)?);
        Ok(out)
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, ForestError> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, ForestError> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// So many numbers of N bytes; nothing is allocated before the bytes are known to be there.
    fn column<const N: usize, T>(
        &mut self,
        count: usize,
        what: &'static str,
        from: fn([u8; N]) -> T,
    ) -> Result<Vec<T>, ForestError> {
        let bytes = self.take(count.saturating_mul(N), what)?;
        let (numbers, _) = bytes.as_chunks::<N>();
        Ok(numbers.iter().map(|number| from(*number)).collect())
    }

    fn tree(&mut self) -> Result<Tree, ForestError> {
        let nodes = self.u32("number of nodes")? as usize;
        let sets = self.u32("number of sets")? as usize;
        let right = self.column(nodes, "column of right children", u32::from_le_bytes)?;
        let feature = self.column(nodes, "column of features", u32::from_le_bytes)?;
        let bits = self.column(nodes, "column of thresholds", u32::from_le_bytes)?;
        let kinds_at = self.at;
        let kinds = self.take(nodes, "column of kinds")?;
        let numbers = self.column(nodes, "column of values", f64::from_le_bytes)?;
        let covers = self.column(nodes, "column of covers", f64::from_le_bytes)?;
        let mut out = Tree { nodes: Vec::with_capacity(nodes), root: 0, sets: Vec::new() };
        for (i, kind) in kinds.iter().enumerate() {
            let cover = covers[i];
            let rule = match kind >> 1 {
                0 => Rule::Below(f32::from_bits(bits[i])),
                1 => Rule::NonzeroBelow(f32::from_bits(bits[i])),
                2 => Rule::OneOf(bits[i]),
                _ => {
                    let (found, expected) = (kind.to_string(), "0 to 5");
                    return Err(self.damaged(kinds_at + i, "kind of a node", found, expected));
                }
            };
            out.nodes.push(match right[i] {
                0 => Node::Leaf { value: numbers[i], cover },
                right => Node::Split(Split {
                    feature: feature[i],
                    rule,
                    default_left: kind & 1 == 1,
                    left: u32::try_from(i + 1).unwrap_or(u32::MAX),
                    right,
                    cover,
                    gain: numbers[i],
                }),
            });
        }
        for _ in 0..sets {
            let (at, levels) = (self.at, self.u32("number of levels")?);
            let words = self.u32("number of words")? as usize;
            let words = self.column(words, "set", u64::from_le_bytes)?;
            out.sets.push(CategorySet::from_words(levels, words).map_err(|e| {
                self.damaged(at, "category set", e.to_string(), "words that hold its levels")
            })?);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, Shape};
    use proptest::prelude::*;

    fn sample(seed: u64, outputs: usize, depth: usize) -> TreeModel {
        let rng = &mut sample::rng(seed);
        let shape = Shape { trees: 3, depth, n_features: 3 };
        let outputs: Vec<Forest> = (0..outputs).map(|_| sample::forest(rng, &shape)).collect();
        let link = if outputs.len() > 1 { Link::Softmax } else { Link::Logistic };
        TreeModel {
            link,
            feature_names: vec!["a".into(), "b".into(), "c \u{e4}".into()],
            levels: BTreeMap::from([(1, vec!["x".into(), "y".into()])]),
            best_rounds: Some(2),
            ..TreeModel { outputs, ..Forest::from_trees(3, 0.0, vec![]).unwrap().into() }
        }
    }

    /// The bytes with what makes them pass the checksum.
    fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
        let end = bytes.len() - 4;
        let sum = crc32fast::hash(&bytes[..end]).to_le_bytes();
        bytes[end..].copy_from_slice(&sum);
        bytes
    }

    proptest! {
        #[test]
        fn nothing_is_lost(seed: u64, outputs in 1..4_usize, depth in 0..6_usize) {
            let model = sample(seed, outputs, depth);
            let bytes = model.to_bytes().unwrap();
            let back = TreeModel::from_bytes(&bytes).unwrap();
            prop_assert_eq!(&back, &model);
            prop_assert_eq!(back.to_bytes().unwrap(), bytes);
        }

        #[test]
        fn every_flipped_bit_is_found(seed: u64, at: prop::sample::Index, bit in 0..8_u32) {
            let mut bytes = sample(seed, 1, 4).to_bytes().unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(TreeModel::from_bytes(&bytes).is_err());
        }

        #[test]
        fn every_file_cut_short_is_found(seed: u64, at: prop::sample::Index) {
            let bytes = sample(seed, 1, 4).to_bytes().unwrap();
            let cut = &bytes[..at.index(bytes.len())];
            prop_assert!(TreeModel::from_bytes(cut).is_err());
        }

        #[test]
        fn damage_behind_a_right_checksum_never_panics(seed: u64, at: prop::sample::Index, with: u8) {
            let mut bytes = sample(seed, 1, 4).to_bytes().unwrap();
            let at = at.index(bytes.len());
            bytes[at] = with;
            if let Ok(model) = TreeModel::from_bytes(&sealed(bytes)) {
                prop_assume!(model.n_features() < 100);
                model.predict(&vec![1.0; model.n_features()]).unwrap();
            }
        }
    }

    #[test]
    fn damage_is_named_with_its_place() {
        let bytes = sample(1, 1, 3).to_bytes().unwrap();
        let check = |bytes: &[u8], expect: &str| {
            let error = TreeModel::from_bytes(bytes).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        let with = |at: usize, byte: u8| {
            let mut bytes = bytes.clone();
            bytes[at] = byte;
            bytes
        };
        check(
            &bytes[..3],
            "byte 0 of the forest file: the magic is cut short after 3 bytes; expected 8 bytes",
        );
        check(&with(0, b'X'), "the magic is \"XSFOREST\"; expected `LSFOREST`");
        check(
            &with(8, 2),
            "the forest file has format version 2; this program reads versions 1 to 1",
        );
        check(&with(8, 0), "the forest file has format version 0");
        check(&with(27, 0xff), "the header's and body's length is");
        check(&bytes[..bytes.len() - 1], "the header's and body's length is");
        check(
            &with(bytes.len() - 20, bytes[bytes.len() - 20] ^ 1),
            "the checksum is that of other bytes",
        );
        let header = u64::from_le_bytes(bytes[12..20].try_into().unwrap()) as usize;
        let body = FRONT + header;
        check(&sealed(with(body + 3, 0xff)), "the column of right children is cut short after");
        check(&sealed(with(FRONT, b'[')), "not a readable forest file model");
        let nodes = u32::from_le_bytes(bytes[body..body + 4].try_into().unwrap()) as usize;
        check(&sealed(with(body + 8 + 12 * nodes, 9)), "the kind of a node is 9; expected 0 to 5");
        check(&sealed(with(body + 8, 0)), "tree 0: 1 of");
    }

    #[test]
    fn a_chain_of_a_million_is_refused() {
        let mut tree = Tree::default();
        let mut at = tree.leaf(0.0, 1.0);
        for _ in 0..1_000_000 {
            let right = tree.leaf(0.0, 1.0);
            let rule = Rule::Below(0.0);
            let split = Split {
                feature: 0,
                rule,
                default_left: true,
                left: at,
                right,
                cover: 1.0,
                gain: 0.0,
            };
            at = tree.split(split);
        }
        let error = Forest::from_trees(1, 0.0, vec![tree]).unwrap_err().to_string();
        assert!(error.ends_with("deeper than 128 splits"), "{error}");
    }
}
