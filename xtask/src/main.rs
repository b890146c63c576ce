//! Drives the demo, experiments, tests, benches and CI.
fn main() {}
