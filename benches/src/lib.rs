//! Criterion benches; see `benches/*.rs`.
