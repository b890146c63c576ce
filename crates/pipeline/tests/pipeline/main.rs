//! The configuration and the experiment from outside, on a small generated CRM.

mod config;
mod experiment;
