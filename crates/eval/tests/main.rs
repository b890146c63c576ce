//! Tests of the public API: golden values, properties, whole evaluations.

mod evaluation;
mod golden;
mod properties;
