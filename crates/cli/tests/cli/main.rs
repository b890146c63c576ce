//! The binary as its users meet it: arguments in; exit status, stdout, stderr and files out.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bad_bundles;
mod bad_config;
mod bad_data;
mod contacts;
mod crm;
mod exports;
mod files;
mod formats;
mod full_disk;
mod funnel;
mod gate;
mod help;
mod honest;
mod import;
mod interrupt;
mod large;
mod leads;
mod leaks;
mod outcome;
mod policy;
mod route;
mod run;
mod score;
mod scores;
mod shell;
