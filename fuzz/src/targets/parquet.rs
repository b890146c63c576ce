//! A Parquet file.

use crate::scratch;
use std::io::Read;

pub(crate) fn run(bytes: &[u8]) {
    let file = scratch().join("leads.parquet");
    std::fs::write(&file, bytes).expect("the temporary folder can be written");
    let Ok(opened) = leadsight_ingest::open(&file, None) else { return };
    // No more than a small file should hold: what a page claims to unpack to is the writer's word.
    let mut text = Vec::new();
    let _ = opened.text.take(64 << 20).read_to_end(&mut text);
}
