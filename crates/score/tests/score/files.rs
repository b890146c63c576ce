//! Files as they come.

use crate::fixture::{HEADER, NOW, file, leads, scorer};
use leadsight_score::{CsvOptions, CsvSummary, OutputColumn, ScoreError};
use std::ops::ControlFlow;

const COLUMNS: [OutputColumn; 3] =
    [OutputColumn::LeadId, OutputColumn::Probability, OutputColumn::Warnings];

fn score(bytes: &[u8]) -> Result<(String, CsvSummary), ScoreError> {
    let mut out = Vec::new();
    let options = CsvOptions { file: "new.csv", ..CsvOptions::new(&COLUMNS) };
    let summary = scorer().score_csv(|| Ok(bytes), &mut out, &options, NOW)?;
    Ok((String::from_utf8(out).unwrap(), summary))
}

#[test]
fn order_and_extra_columns_do_not_matter() {
    let rows = leads(40);
    let (expect, _) = score(file(&rows, &HEADER, ',').as_bytes()).unwrap();
    let shuffled = ["last_seen", "campaign", "job", "visits", "lead_id", "notes", "created", "age"];
    for (columns, separator) in
        [(&shuffled[..], ','), (&shuffled, ';'), (&HEADER, '\t'), (&HEADER, '|')]
    {
        let text = file(&rows, columns, separator);
        assert_eq!(score(text.as_bytes()).unwrap().0, expect, "{separator}");
        let bom = [b"\xef\xbb\xbf", text.replace('\n', "\r\n").as_bytes()].concat();
        assert_eq!(score(&bom).unwrap().0, expect, "BOM and CRLF");
    }
}

#[test]
fn lines_are_those_of_an_editor() {
    for (end, line) in [("\n", 3), ("\r\n", 3)] {
        let text =
            [HEADER.join(",").as_str(), "L-1,2026-06-30,1,,CTO,", "L-1,2026-06-30,1", ""].join(end);
        let (_, summary) = score(text.as_bytes()).unwrap();
        assert_eq!(summary.issues[0].line, Some(line), "{end:?}: {:?}", summary.issues);
    }
}

#[test]
fn an_identifier_that_repeats_is_told() {
    let [a, b] = ["L-1,2026-06-30,1,,CTO,", "L-2,2026-06-30,1,,CTO,"];
    let text = [HEADER.join(",").as_str(), a, b, a, a, ",,1,,,", ",,1,,,", ""].join("\n");
    let (out, summary) = score(text.as_bytes()).unwrap();
    assert_eq!(out.lines().count(), 7);
    let [again] = summary.issues.as_slice() else { panic!("{:?}", summary.issues) };
    assert_eq!((again.kind.as_str(), again.row, again.count), ("duplicate_id", Some(3), 2));
    assert_eq!(again.found, "`L-1` again");
}

#[test]
fn leads_come_with_the_text_of_a_column_beside() {
    let rows = leads(600);
    let (expect, _) = score(file(&rows, &HEADER, ',').as_bytes()).unwrap();
    let text = file(&rows, &HEADER, ',');
    let mut options = CsvOptions::new(&COLUMNS);
    options.beside = Some("visits");
    let mut found = Vec::new();
    scorer()
        .score_leads(|| Ok(text.as_bytes()), &options, NOW, |l, text| found.push((l, text)))
        .unwrap();
    let ids: Vec<&str> = expect.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(found.iter().map(|(lead, _)| lead.lead_id.as_str()).collect::<Vec<_>>(), ids);
    let place = HEADER.iter().position(|name| *name == "visits").unwrap();
    for ((_, visits), row) in found.iter().zip(text.lines().skip(1)) {
        let cell = row.split(',').nth(place).unwrap();
        assert_eq!(visits.as_deref().unwrap_or(""), cell);
    }
    options.beside = Some("visit");
    let open = || Ok(text.as_bytes());
    let error = scorer().score_leads(open, &options, NOW, |_, _| ()).unwrap_err().to_string();
    assert!(error.contains("did you mean `visits`?"), "{error}");
}

#[test]
fn missing_columns_are_named() {
    let (text, summary) =
        score(file(&leads(3), &["created", "visits", "job"], ',').as_bytes()).unwrap();
    let kinds: Vec<_> = (summary.issues.iter())
        .map(|i| (i.kind.as_str(), i.column.as_deref().unwrap_or(""), i.count))
        .collect();
    let absent = |name| ("missing_column", name, 1);
    assert_eq!(kinds, [absent("lead_id"), absent("age"), absent("last_seen")]);
    let first = text.lines().nth(1).unwrap();
    assert!(first.starts_with("row-1,0."), "{first}");
    let expect = "age: not given, taken as missing; last_seen: not given, taken as missing";
    assert!(first.contains(expect), "{first}");
}

#[test]
fn unreadable_cells_and_ragged_rows_are_counted() {
    let mut text = file(&leads(30), &HEADER, ',');
    text += "L-x,2026-06-30,1\n";
    text += "L-y,2026-06-30,a few,30,CTO,2026-06-01\n";
    let (out, summary) = score(text.as_bytes()).unwrap();
    assert_eq!((summary.rows, summary.scored), (32, 31));
    assert_eq!(out.lines().count(), 32);
    let [ragged, unreadable] = summary.issues.as_slice() else { panic!("{:?}", summary.issues) };
    assert_eq!((ragged.kind.as_str(), ragged.row, ragged.line), ("ragged_row", Some(31), Some(32)));
    assert_eq!(ragged.file, "new.csv");
    // Rows 4, 15 and 26 say `many`, and the last one `a few`.
    assert_eq!((unreadable.kind.as_str(), unreadable.count), ("unreadable_cell", 4));
    assert_eq!((unreadable.row, unreadable.found.as_str()), (Some(4), "many"));
    let warned = out.lines().last().unwrap();
    assert!(
        warned.contains("visits: `a few` is not a finite number, taken as missing"),
        "{warned}"
    );
    // Bytes that are no text count as unreadable, where the model reads them.
    let latin = b"lead_id,created,visits,age,job,last_seen\nL,2026-06-30,1,30,caf\xe9,2026-06-01\n";
    let (_, summary) = score(latin).unwrap();
    assert_eq!(summary.issues[0].column.as_deref(), Some("job"));
}

#[test]
fn files_that_cannot_be_scored_say_why() {
    let check = |bytes: &[u8], expect: &str| {
        let error = score(bytes).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(b"", "`new.csv` is empty");
    check(b"\xef\xbb\xbf\n\n", "`new.csv` is empty");
    check(b"\n\nName,Mail\nx,y\n", "found `Name`, `Mail`");
    check(b"\xff\xfea\0b\0\n\0", "UTF-16");
    check(b"\x7fELF\0\0\0\x01\n", "binary");
    check(b"vis\xefts,job\n1,2\n", "UTF-8");
    check(b"Name,Mail\nx,y\n", "such as `created`, `visits`");
    check(b"visits,job,visits\n1,2,3\n", "`visits` stands twice in the header, as columns 1 and 3");
    let ragged = b"visits,job\n1,2,3\n1,2,3\n1,2\n";
    check(
        ragged,
        "2 of 3 rows of `new.csv` do not have the 2 fields of the header (line 2: 3 fields)",
    );
    let (text, summary) = score(file(&[], &HEADER, ',').as_bytes()).unwrap();
    assert_eq!((text.lines().count(), summary.issues[0].kind.as_str()), (1, "no_rows"));
}

#[test]
fn trailing_separators_and_blank_rows_are_no_harm() {
    let text = file(&leads(5), &HEADER, ',');
    let expect = score(text.as_bytes()).unwrap().0;
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(2, ",,,,,");
    let blank = lines.join("\n");
    let (out, summary) = score(blank.as_bytes()).unwrap();
    assert_eq!((out, summary.rows, summary.scored), (expect.clone(), 6, 5));
    assert_eq!((summary.issues[0].kind.as_str(), summary.issues[0].line), ("blank_row", Some(3)));
    for header in [lines[0].to_owned(), format!("{},", lines[0])] {
        let trailing = text.lines().skip(1).map(|line| format!("{line},"));
        let trailing: Vec<String> = std::iter::once(header).chain(trailing).collect();
        assert_eq!(score(trailing.join("\n").as_bytes()).unwrap().0, expect);
    }
}

#[test]
fn stops_when_asked() {
    let text = file(&leads(1000), &HEADER, ',');
    let stop = |rows| if rows >= 200 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let options = CsvOptions { chunk_rows: 100, watch: &stop, ..CsvOptions::new(&COLUMNS) };
    let found = scorer().score_csv(|| Ok(text.as_bytes()), Vec::new(), &options, NOW);
    assert!(matches!(found, Err(ScoreError::Stopped { .. })), "{found:?}");
}
