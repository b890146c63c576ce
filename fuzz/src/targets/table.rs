//! The declaration of a list: what is accepted can be generated, and has as many rows as were asked for.

use leadsight_schema::Seed;
use leadsight_synth::{Table, generate_list};

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(table) = Table::from_ron(text) else { return };
    let folder = crate::scratch().join("table");
    let written = generate_list(&table, Some(4), Seed(1), &folder, &|| false);
    assert_eq!(written.expect("a checked table can be generated").rows, 4);
}
