//! The scorer from outside: every way in gives the same bits, and every way a file can be wrong has an answer.
#![allow(clippy::unwrap_used)]

mod bundle;
mod change;
mod compat;
mod conduct;
mod events;
mod files;
mod fixture;
mod imported;
mod policy;
mod sides;
mod text;
mod told;
mod ways;
