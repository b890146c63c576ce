//! The reference, made from the code that it describes: doc comments, serde attributes, clap, and the tables of metrics and
//! columns.

pub mod commands;
pub mod folder;
pub mod keys;
