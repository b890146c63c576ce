//! A generated CRM with a known truth, for the demo, tests and benches.
