//! An XLSX workbook whose only sheet is the bytes, so that they get past the archive's checksums; bytes that are an
//! archive themselves are read as they stand.

use crate::scratch;
use std::io::{Cursor, Read, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const PARTS: [(&str, &str); 5] = [
    ("[Content_Types].xml", "<Types/>"),
    (
        "_rels/.rels",
        r#"<Relationships><Relationship Id="r0" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="r1" Type="x/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
    ("xl/sharedStrings.xml", "<sst><si><t>a</t></si><si><t>b</t></si></sst>"),
];
const STYLES: &str = r#"<styleSheet><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="10"/></cellXfs></styleSheet>"#;

pub(crate) fn run(bytes: &[u8]) {
    let file = scratch().join("leads.xlsx");
    let book = if bytes.starts_with(b"PK\x03\x04") { bytes.to_vec() } else { workbook(bytes) };
    std::fs::write(&file, book).expect("the temporary folder can be written");
    let Ok(mut opened) = leadsight_ingest::open(&file, None) else { return };
    let mut text = String::new();
    opened.text.read_to_string(&mut text).expect("a sheet's text is UTF-8 in memory");
    // A table: every row has the header's cells.
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert!(reader.records().all(|record| record.is_ok()));
}

fn workbook(sheet: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = PARTS.map(|(name, text)| (name, text.as_bytes()));
    for (name, content) in parts
        .into_iter()
        .chain([("xl/styles.xml", STYLES.as_bytes()), ("xl/worksheets/sheet1.xml", sheet)])
    {
        let written = archive
            .start_file(name, SimpleFileOptions::default())
            .and_then(|()| Ok(archive.write_all(content)?));
        written.expect("an archive in memory can be written");
    }
    archive.finish().expect("an archive in memory can be written").into_inner()
}
