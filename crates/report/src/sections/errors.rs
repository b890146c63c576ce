//! The leads where the model was most sure and wrong.

use super::leads::{Lead, lead};
use crate::folder::RunFolder;
use serde::Serialize;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Errors<'a> {
    in_vain: Vec<Lead<'a>>,
    missed: Vec<Lead<'a>>,
}

/// The section of a run.
pub(crate) fn errors(run: &RunFolder) -> Errors<'_> {
    Errors {
        in_vain: run.errors.in_vain.iter().map(lead).collect(),
        missed: run.errors.missed.iter().map(lead).collect(),
    }
}
