//! Files as they come: whole, crooked, and not CSV at all.

use super::*;
use proptest::prelude::*;

fn read(bytes: &[u8], separator: Option<char>) -> Result<(RawTable, Vec<Issue>), IngestError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("leads.csv");
    std::fs::write(&path, bytes).unwrap();
    read_csv(&path, &ReadOptions { separator, ..ReadOptions::default() })
}

/// The file reads; its cells and issues are those.
#[track_caller]
fn check(bytes: &[u8], cells: &[&[&str]], issues: &[&str]) {
    let (table, found) = read(bytes, None).unwrap();
    let names = table.names();
    let read: Vec<Vec<String>> = std::iter::once(names.clone())
        .chain((0..table.height()).map(|row| {
            (0..names.len()).map(|c| table.cell(row, c).unwrap_or("").to_owned()).collect()
        }))
        .collect();
    assert_eq!(read, cells);
    let found: Vec<String> =
        found.iter().map(|i| format!("{} {:?} {:?} x{}", i.kind, i.row, i.line, i.count)).collect();
    assert_eq!(found, issues);
}

/// The file is refused in these words.
#[track_caller]
fn refused(bytes: &[u8], separator: Option<char>, words: &[&str]) {
    let message = read(bytes, separator).unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

#[test]
fn reads_the_usual_forms() {
    check(b"a,b\n1,2\n", &[&["a", "b"], &["1", "2"]], &[]);
    check(b"a;b\r\n1;2\r\n", &[&["a", "b"], &["1", "2"]], &[]);
    check(b"\xEF\xBB\xBFa\tb\n1\t2", &[&["a", "b"], &["1", "2"]], &[]);
    check(b"a,b\n\"x, y\", z \n", &[&["a", "b"], &["x, y", "z"]], &[]);
    check(b"a,b\n\"x\ny\",1\n,2\n", &[&["a", "b"], &["x\ny", "1"], &["", "2"]], &[]);
}

#[test]
fn reads_other_encodings_and_says_so() {
    let cells: &[&[&str]] = &[&["a", "b"], &["1", "Müller"]];
    check(b"a;b\n1;M\xFCller\n", cells, &["encoding None Some(2) x1"]);
    let utf16: Vec<u8> =
        "\u{FEFF}a\tb\r\n1\tMüller\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&utf16, cells, &["encoding None None x1"]);
    check(
        b"a\x00,\x00b\x00\n\x001\x00,\x002\x00",
        &[&["a", "b"], &["1", "2"]],
        &["encoding None None x1"],
    );
}

#[test]
fn tells_of_rows_that_a_stray_quote_swallows() {
    let text = "id,city,note\n1,Bonn,x\n2,Köln,\"5\n3,Bonn,x\n4,Bonn,y\n5,Bonn,5\"\n6,Ulm,x\n";
    let (table, issues) = read(text.as_bytes(), None).unwrap();
    assert_eq!(table.height(), 3);
    let told: Vec<_> =
        issues.iter().map(|i| (i.kind.as_str(), i.severity, i.line, i.column.as_deref())).collect();
    assert_eq!(told, [("swallowed_rows", Severity::Error, Some(3), Some("note"))]);
    assert!(issues[0].found.contains("over 4 lines"), "{issues:?}");
    // A text may go over lines; a word among short words hardly does.
    let texts = "id,note\n1,\"Please call\nme back, soon\"\n2,not now\n3,they want a demo\n";
    check(
        texts.replace("back, soon", "back").as_bytes(),
        &[
            &["id", "note"],
            &["1", "Please call\nme back"],
            &["2", "not now"],
            &["3", "they want a demo"],
        ],
        &[],
    );
    let (_, issues) = read(b"id,city\n1,\"Bonn\nsued\"\n2,Bonn\n3,Ulm\n", None).unwrap();
    assert_eq!((issues.len(), issues[0].severity), (1, Severity::Warning));
}

#[test]
fn says_what_it_sets_aside() {
    check(
        b"a,b,\n1,2,\n3,4,\n",
        &[&["a", "b"], &["1", "2"], &["3", "4"]],
        &["nameless_column None Some(1) x1"],
    );
    check(b"a,b,\n1,2\n", &[&["a", "b"], &["1", "2"]], &["nameless_column None Some(1) x1"]);
    check(
        b"a,,c\n1,2,3\n",
        &[&["a", "column_2", "c"], &["1", "2", "3"]],
        &["nameless_column None Some(1) x1"],
    );
    check(b"a,b\n1,2,\n3,4,\n", &[&["a", "b"], &["1", "2"], &["3", "4"]], &[]);
    check(
        b"a,b\n1,2\n\n3\n4,5,6\n7,8\n9,10\n11,12\n",
        &[&["a", "b"], &["1", "2"], &["7", "8"], &["9", "10"], &["11", "12"]],
        &["ragged_row Some(2) Some(4) x2"],
    );
    check(b"a,b\n1,2\n,\n,\n", &[&["a", "b"], &["1", "2"]], &["blank_row Some(2) Some(3) x2"]);
}

#[test]
fn refuses_what_is_no_table_and_says_why() {
    refused(b"", None, &["leads.csv", "is empty"]);
    refused(b"\xEF\xBB\xBF \r\n", None, &["is empty"]);
    refused(b"a,b\n", None, &["header (2 columns)", "no row"]);
    refused(b"a,b\n,\n", None, &["no row"]);
    refused(b"\x1F\x8B\x08\x00", None, &["gzip", "break off"]);
    refused(b"PK\x03\x04....", None, &["workbook is damaged", "save it again as .xlsx"]);
    refused(b"a,b\n1,\x00\x01\x02", None, &["binary"]);
    refused(b"a,b\n1,2\n3,caf\x81\n", None, &["row 2", "line 3", "0x81", "save the file as UTF-8"]);
    let broken = ["a,b\n1,Müller\n2,Köln\n3,caf".as_bytes(), b"\xE9\n"].concat();
    refused(&broken, None, &["row 3", "line 4", "0xE9"]);
    refused(b"a\n1\n2\n", None, &["one column", "`a`"]);
    refused(b"a;b\n1;2\n", Some(','), &["one column", "';' would give more"]);
    refused(b"a,b\n1,2\n", Some('"'), &["cannot separate"]);
    refused("a,b\n1,2\n".as_bytes(), Some('\u{2192}'), &["cannot separate"]);
    refused(b"a,b,a,b,c\n1,2,3,4,5\n", None, &["`a`, `b`", "more than once"]);
    refused(b"a,b\n1\n2\n3,4\n", None, &["2 of 3 rows", "row 1, line 2 with 1"]);
    refused(b"a,b\n1,2\n3,\"4\n5,6\n7,8\n9,\n", None, &["quote"]);
}

#[test]
fn names_the_file_that_is_missing() {
    let message =
        read_csv(Path::new("no/such.csv"), &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.contains("such.csv") && message.contains("--data-dir"), "{message}");
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, None);
    }

    #[test]
    fn every_row_of_arbitrary_text_is_accounted_for(text in "[ab,;\"\n\r ]{0,200}") {
        if let Ok((table, issues)) = read(text.as_bytes(), Some(',')) {
            let aside: u64 = issues
                .iter()
                .filter(|i| i.kind == "ragged_row" || i.kind == "blank_row")
                .map(|i| i.count)
                .sum();
            let last = table.rows.last().copied().unwrap_or(0);
            prop_assert!(table.height() as u64 + aside >= last);
        }
    }
}
