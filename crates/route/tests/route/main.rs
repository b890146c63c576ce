//! Leads through routings: what a sales team would see.
#![allow(clippy::unwrap_used, clippy::panic)]

mod batch;
mod checks;
mod promises;
mod properties;
mod size;
mod stream;
mod world;
