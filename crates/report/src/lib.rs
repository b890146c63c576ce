//! The run folder's shapes, and what is made from them: the page, the Markdown summary, the verdict in words.
//!
//! [`folder`] says what a run folder holds, [`files`] turns its files from and to bytes, [`html::render`] makes the page
//! and [`markdown::summary`] the summary; [`profile::render`] makes the page about a table without any run. [`verdict::verdict`] is what both say first.

mod base_rate;
mod chart;
mod error;
mod sections;
mod terms;
mod words;

pub mod beside;
pub mod files;
pub mod folder;
pub mod html;
pub mod markdown;
pub mod profile;
pub mod verdict;

pub use error::ReportError;
pub use folder::{Manifest, RunFolder};
