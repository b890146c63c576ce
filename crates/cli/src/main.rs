//! The leadsight binary: arguments in, calls out.
fn main() {}
