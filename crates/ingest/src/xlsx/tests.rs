//! Workbooks written part by part: what a cell becomes, where the table is, what is refused.

use super::*;
use proptest::prelude::*;
use std::io::Write;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// Formats by position: none, a date, a moment, a percentage, five digits, hours, a sum of money.
const STYLES: &str = r##"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3"><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="#,##0.00\ &quot;€&quot;"/></numFmts><cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>"##;

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Sheets by name; `strings` are the texts that cells share.
fn workbook_with(sheets: &[(&str, &str)], strings: &str, attributes: &str) -> Vec<u8> {
    let ns = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let list: String = (sheets.iter().enumerate())
        .map(|(i, (name, _))| format!(r#"<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>"#))
        .collect();
    let book = format!(
        r#"<workbook xmlns:r="{ns}"><workbookPr {attributes}/><sheets>{list}</sheets></workbook>"#
    );
    let relations: String = (0..sheets.len())
        .map(|i| {
            format!(
                r#"<Relationship Id="r{i}" Type="{ns}/worksheet" Target="worksheets/s{i}.xml"/>"#
            )
        })
        .collect();
    let relations = format!("<Relationships>{relations}</Relationships>");
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), TYPES.to_owned()),
        ("_rels/.rels".to_owned(), RELATIONS.to_owned()),
        ("xl/workbook.xml".to_owned(), book),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
        ("xl/sharedStrings.xml".to_owned(), strings.to_owned()),
    ];
    for (i, (_, cells)) in sheets.iter().enumerate() {
        let sheet = if cells.contains("<sheetData") {
            format!("<worksheet>{cells}</worksheet>")
        } else {
            format!("<worksheet><sheetData>{cells}</sheetData></worksheet>")
        };
        parts.push((format!("xl/worksheets/s{i}.xml"), sheet));
    }
    let parts: Vec<(&str, &str)> = parts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    archive(&parts)
}

fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    workbook_with(
        sheets,
        r#"<sst uniqueCount="2"><si><t>Zoë</t></si><si><t>Łódź</t></si></sst>"#,
        "",
    )
}

/// A row of the sheet, from 1, of words; a blank word makes no cell.
fn row(number: u32, words: &[&str]) -> String {
    let cells: String = (words.iter().zip('A'..='Z').filter(|(word, _)| !word.is_empty()))
        .map(|(word, column)| {
            format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{word}</t></is></c>"#)
        })
        .collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn open(bytes: &[u8], sheet: Option<&str>) -> Result<Table, Fault> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    read(file, sheet)
}

#[track_caller]
fn table(bytes: &[u8]) -> (String, Vec<Issue>) {
    let table = open(bytes, None).unwrap();
    (String::from_utf8(table.text).unwrap(), table.issues)
}

#[track_caller]
fn refused(bytes: &[u8], sheet: Option<&str>, word: &str) {
    let fault = open(bytes, sheet).unwrap_err().to_string();
    assert!(fault.contains(word), "{fault}");
}

#[test]
fn a_title_sheet_is_passed_over_and_the_sheets_are_named() {
    let title = [row(1, &["Leads 2026"]), row(3, &["as of November"])].concat();
    let leads = [row(1, &["id", "v"]), row(2, &["x", "1"])].concat();
    let book = workbook(&[("Titel", &title), ("Leads", &leads), ("More", &leads)]);
    let (text, issues) = table(&book);
    assert_eq!(text, "id,v\nx,1\n");
    assert!(issues[0].expected.contains("`Leads` was read"), "{issues:?}");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("leads.xlsx");
    std::fs::write(&path, &book).unwrap();
    let options = crate::ReadOptions { sheet: Some("Titel".into()), ..Default::default() };
    let told = crate::read_csv(&path, &options).unwrap_err().to_string();
    assert!(told.contains("`Leads 2026`") && told.contains("`Titel`, `Leads`, `More`"), "{told}");
}

#[test]
fn each_kind_of_cell_is_what_a_csv_export_would_hold() {
    #[track_caller]
    fn check(cell: &str, expect: &str) {
        let sheet = format!(
            "{}<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>x</t></is></c>{cell}</row>",
            row(1, &["id", "v"])
        );
        let (text, issues) = table(&workbook(&[("s", &sheet)]));
        assert_eq!(text, format!("id,v\nx,{expect}\n"), "{issues:?}");
    }
    check(r#"<c r="B2"><v>1200.5</v></c>"#, "1200.5");
    check(r#"<c r="B2"><v>1E+21</v></c>"#, "1000000000000000000000");
    check(r#"<c r="B2" t="s"><v>1</v></c>"#, "Łódź");
    check(r#"<c r="B2" t="inlineStr"><is><t>007</t></is></c>"#, "007");
    check(r#"<c r="B2" t="str"><f>"a,"&amp;"b"</f><v>a,b</v></c>"#, "\"a,b\"");
    check(r#"<c r="B2"><f>1+1</f><v>2</v></c>"#, "2");
    check(r#"<c r="B2" t="b"><v>1</v></c>"#, "true");
    check(r#"<c r="B2" s="1"><v>46348</v></c>"#, "2026-11-22");
    check(r#"<c r="B2" s="2"><v>46348.585474537</v></c>"#, "2026-11-22T14:03:05");
    check(r#"<c r="B2" s="2"><v>0.5</v></c>"#, "12:00:00");
    check(r#"<c r="B2" s="2"><v>-1</v></c>"#, "-1");
    check(r#"<c r="B2" t="d"><v>2026-11-22T14:03:05</v></c>"#, "2026-11-22T14:03:05");
    check(r#"<c r="B2" s="3"><v>0.07</v></c>"#, "7%");
    check(r#"<c r="B2" s="4"><v>815</v></c>"#, "00815");
    check(r#"<c r="B2" s="5"><v>1.5</v></c>"#, "36:00:00");
    check(r#"<c r="B2" s="6"><v>1200.5</v></c>"#, "1200.5");
    check(r#"<c r="B2"/>"#, "");
    check(r#"<c r="B2" s="99"><v>3</v></c>"#, "3");
}

#[test]
fn dates_of_old_macs_count_from_1904() {
    let sheet = format!(
        r#"{}<row r="2"><c r="A2"><v>7</v></c><c r="B2" s="1"><v>44886</v></c></row>"#,
        row(1, &["id", "day"])
    );
    let strings = "<sst/>";
    let (text, _) = table(&workbook_with(&[("s", &sheet)], strings, r#"date1904="1""#));
    assert_eq!(text, "id,day\n7,2026-11-22\n");
}

#[test]
fn titles_gaps_and_edges_are_found_and_told() {
    let sheet = [
        row(2, &["", "Leads of November"]),
        row(3, &["", "Created by", "Zoë"]),
        row(5, &["", "id", "name", "city", "note", "", ""]),
        row(6, &["", "1", "Ann", "Łódź"]),
        row(8, &["", "2", "Bob", "Rome", "", "x"]),
        row(9, &["", "3", "אבי", "تونس"]),
        r#"<row r="12"><c r="B12" s="1"/><c r="C12" t="inlineStr"><is><t> </t></is></c></row>"#
            .into(),
    ]
    .concat();
    let (text, issues) = table(&workbook(&[("s", &sheet)]));
    let expect = "id,name,city,note,\n1,Ann,Łódź,,\n,,,,\n2,Bob,Rome,,x\n3,אבי,تونس,,\n";
    assert_eq!(text, expect);
    let [told] = issues.as_slice() else { panic!("{issues:?}") };
    assert_eq!((told.kind.as_str(), told.line, told.count), ("rows_before_header", Some(2), 2));
    assert!(told.found.contains("Leads of November") && told.expected.contains("row 5"));
}

#[test]
fn errors_missing_results_and_merged_cells_are_told_by_column() {
    let sheet = [
        "<sheetData>",
        &row(1, &["id", "sum", "account"]),
        r#"<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#REF!</v></c><c r="C2" t="s"><v>0</v></c></row>"#,
        r#"<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f>A3*2</f></c></row>"#,
        r#"<row r="4"><c r="A4"><v>3</v></c><c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"#,
        r#"<row r="5"><c r="A5"><v>4</v></c></row>"#,
        r#"</sheetData><mergeCells><mergeCell ref="C2:C4"/></mergeCells>"#,
    ]
    .concat();
    let (text, issues) = table(&workbook(&[("s", &sheet)]));
    assert_eq!(text, "id,sum,account\n1,,Zoë\n2,,Zoë\n3,,Zoë\n4,,\n");
    let told: Vec<_> = (issues.iter())
        .map(|i| (i.kind.as_str(), i.row, i.line, i.column.as_deref().unwrap(), i.count))
        .collect();
    assert_eq!(
        told,
        [
            ("error_cell", Some(1), Some(2), "sum", 2),
            ("formula_without_result", Some(2), Some(3), "sum", 1),
            ("merged_cell", Some(2), Some(3), "account", 2),
        ]
    );
    assert_eq!(issues[0].found, "#REF!");
}

#[test]
fn the_sheet_is_named_or_the_first_that_holds_anything() {
    let (first, second) = (row(1, &["a", "b"]), row(1, &["c", "d"]));
    let book = workbook(&[("Cover", ""), ("Leads", &first), ("Old leads", &second)]);
    let (text, issues) = table(&book);
    assert_eq!((text.as_str(), issues.len()), ("a,b\n", 1));
    assert!(issues[0].found.contains("`Old leads`"), "{issues:?}");
    let named = open(&book, Some("Old leads")).unwrap();
    assert_eq!((named.text.as_slice(), named.issues.len()), (&b"c,d\n"[..], 0));
    refused(&book, Some("Lead"), "(did you mean `Leads`?)");
    refused(&workbook(&[("Cover", ""), ("Two", "")]), None, "Cover, Two");
}

#[test]
fn what_is_no_workbook_is_told_by_name() {
    refused(&archive(&[("leads.csv", "a,b\n1,2\n")]), None, "without a workbook");
    refused(
        &archive(&[("[Content_Types].xml", TYPES), ("word/document.xml", "")]),
        None,
        "without a workbook",
    );
    refused(&archive(&[("mimetype", "x"), ("content.xml", "")]), None, "OpenDocument");
    refused(&archive(&[("[Content_Types].xml", TYPES), ("xl/workbook.bin", "")]), None, ".xlsb");
    refused(b"PK\x03\x04 and nothing else", None, "damaged");
    refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 sheet", None, ".xls");
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&[b"\xD0\xCF\x11\xE0 ".as_slice(), &name].concat(), None, "password");
}

#[test]
fn a_workbook_that_swells_or_spreads_is_refused_before_it_fills_memory() {
    let long = format!("<row r=\"1\"><!--{}--></row>", " ".repeat(70 << 20));
    refused(&workbook(&[("s", &long)]), None, "times its size");
    let far =
        [row(1, &["a", "b"]), r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#.into()];
    refused(&workbook(&[("s", &far.concat())]), None, "16384 columns");
    for count in ["9999999999999", "18446744073709551615"] {
        let strings = format!(r#"<sst uniqueCount="{count}"><si><t>a</t></si></sst>"#);
        refused(&workbook_with(&[("s", &row(1, &["a"]))], &strings, ""), None, count);
    }
    let outside = r#"<row r="1"><c r="A99999999999"><v>1</v></c></row>"#;
    refused(&workbook(&[("s", outside)]), None, "damaged");
    let back = [row(2, &["a", "b"]), row(1, &["c", "d"])].concat();
    refused(&workbook(&[("s", &back)]), None, "not in order");
}

#[test]
fn a_workbook_that_breaks_off_is_refused_at_any_place() {
    let whole = workbook(&[("s", &row(1, &["a", "b"]))]);
    for length in (4..whole.len()).step_by(11) {
        refused(&whole[..length], None, "damaged");
    }
}

proptest! {
    #[test]
    fn damaged_cells_never_panic(at in 0..500_usize, byte in 32_u8..127) {
        let cells = format!(
            r#"{}<row r="2"><c r="A2" s="2"><v>46348.5</v></c><c r="B2" t="s"><v>0</v></c><c r="C2"><f t="shared" si="0" ref="C2:C3">A2</f><v>1</v></c></row>"#,
            row(1, &["a", "b", "c"])
        );
        let mut cells = cells.into_bytes();
        let length = cells.len();
        cells[at % length] = byte;
        let _ = open(&workbook(&[("s", std::str::from_utf8(&cells).unwrap())]), None);
    }
}

#[test]
fn two_writers_of_one_table_give_one_text() {
    let expect = "id,name,created,seen,share,revenue,active,note
007,Zoë Łukasik,2026-11-22,2026-11-22T14:03:05,7%,1200.5,true,\"says \"\"no\"\", twice\"
008,אבי כהן,1999-01-31,2026-03-29T02:30:00,12.3%,-5,false,\"two
lines\"
";
    let (openpyxl, told) = table(include_bytes!("../../tests/data/openpyxl.xlsx"));
    let kinds: Vec<&str> = told.iter().map(|issue| issue.kind.as_str()).collect();
    // openpyxl computes no formula.
    assert_eq!(kinds, ["rows_before_header", "formula_without_result"]);
    assert_eq!(openpyxl, format!("{expect}009,,,,,,,\n"));
    let (xlsxwriter, told) = table(include_bytes!("../../tests/data/xlsxwriter.xlsx"));
    assert_eq!((xlsxwriter, told.len()), (format!("{expect}009,,,,,,,2\n"), 1));
}
