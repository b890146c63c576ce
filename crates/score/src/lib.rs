//! The scorer: a bundle and a lead in, a scored lead out. What a Rust service imports.
