//! The configuration and the experiment from outside, on a small generated CRM.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

mod config;
mod experiment;
mod gate;
