//! Names of things: a lead, a random stream, a file's content.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The identifier of a lead, as its source wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct LeadId(pub String);

impl fmt::Display for LeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where every random choice starts. The same seed gives the same choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Seed(pub u64);

impl Seed {
    /// A stream of its own for one purpose, so that adding a random step leaves the others as they were.
    ///
    /// FNV-1a over the purpose (Fowler, Noll, Vo), mixed with the seed.
    pub fn stream(self, purpose: &str) -> u64 {
        purpose.bytes().fold(0xcbf2_9ce4_8422_2325 ^ self.0.rotate_left(17), |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    /// The first twelve digits: enough to tell versions apart in a table.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
