//! Readers, joins, typing, labels, splits, profile and leakage audit; the only crate that sees polars.
