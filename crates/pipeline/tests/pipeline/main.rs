//! The configuration and the experiment from outside, on a small generated CRM.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod behaviour;
mod config;
mod experiment;
mod gate;
mod page;
