//! Worked examples; see `examples/*.rs` and `experiments/*.ron`.
