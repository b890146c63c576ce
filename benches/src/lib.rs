//! What the benches (`benches/*.rs`) and the comparisons of `cargo xtask compare` (`src/bin/*.rs`) share.

pub mod reference;
