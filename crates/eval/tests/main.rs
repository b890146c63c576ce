//! Tests of the public API: golden values, properties, whole evaluations.

#![allow(clippy::unwrap_used)]

mod evaluation;
mod golden;
mod properties;
