//! One file a target.

pub(crate) mod bundle;
pub(crate) mod event_log;
pub(crate) mod experiment;
pub(crate) mod export;
pub(crate) mod feedback;
pub(crate) mod forest;
pub(crate) mod forest_file;
pub(crate) mod lead_json;
pub(crate) mod leads_csv;
pub(crate) mod model;
pub(crate) mod outcome;
pub(crate) mod parquet;
pub(crate) mod policy;
pub(crate) mod scoring_csv;
pub(crate) mod table;
pub(crate) mod workbook;
