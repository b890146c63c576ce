//! From files on disk to typed tables with roles.

use super::*;
use crate::Join;
use leadsight_schema::{Cell, Cells, Column, DateFormat, Role, Severity};
use proptest::prelude::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        Self(dir)
    }

    fn load(&self, sources: &Sources) -> Result<(LeadTable, Vec<Issue>), IngestError> {
        load(sources, self.0.path())
    }
}

fn joined(file: &str, on: &str, key: Option<&str>) -> Sources {
    let join = Join {
        file: PathBuf::from(file),
        on: on.into(),
        key: key.map(str::to_owned),
        ..Join::default()
    };
    Sources { join: vec![join], ..Sources::file("leads.csv") }
}

#[track_caller]
fn issue<'a>(issues: &'a [Issue], kind: &str) -> &'a Issue {
    issues.iter().find(|i| i.kind == kind).unwrap_or_else(|| panic!("no {kind} in {issues:?}"))
}

#[track_caller]
fn refused(folder: &Folder, sources: &Sources, words: &[&str]) {
    let message = folder.load(sources).unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}

#[test]
fn types_columns_and_names_the_cells_it_could_not_read() {
    let rows: String =
        (0..60).map(|i| format!("00{i},{},2026-01-{:02},a\n", i * i % 7, i % 28 + 1)).collect();
    let text = format!("lead_id,visits,seen,source\n{rows}0099,many,2026-02-30,\n");
    let folder = Folder::new(&[("leads.csv", &text)]);
    let (table, issues) = folder.load(&Sources::file("leads.csv")).unwrap();
    let kinds: Vec<(FieldKind, Role)> =
        table.schema().fields().iter().map(|f| (f.kind, f.role)).collect();
    assert_eq!(
        kinds,
        [
            (FieldKind::Category, Role::Id),
            (FieldKind::Number, Role::Feature),
            (FieldKind::Date(DateFormat::Iso), Role::Feature),
            (FieldKind::Category, Role::Feature),
        ]
    );
    assert_eq!(table.cell(3, 0), Cell::Text("003"));
    assert_eq!(table.cell(60, 1), Cell::Missing);
    assert_eq!(table.cell(60, 3), Cell::Missing);
    let unreadable: Vec<&Issue> = issues.iter().filter(|i| i.kind == "unreadable_cell").collect();
    assert_eq!(unreadable.len(), 2);
    assert_eq!(unreadable[0].column.as_deref(), Some("visits"));
    assert_eq!((unreadable[0].found.as_str(), unreadable[0].count), ("many", 1));
    assert_eq!((unreadable[0].row, unreadable[0].line), (Some(61), Some(62)));
    assert_eq!(issue(&issues, "id_assumed").column.as_deref(), Some("lead_id"));
}

#[test]
fn takes_the_configuration_over_inference() {
    let folder = Folder::new(&[(
        "leads.csv",
        "id;zip;when;x;y\n1;8001;1.2.2026;unknown;1,5\n2;8002;28.2.2026;b;2,5\n",
    )]);
    let sources = Sources {
        id: Some("id".into()),
        created: Some("when".into()),
        exclude: [("y".to_owned(), "known only later".to_owned())].into(),
        kinds: [("zip".to_owned(), FieldKind::Category)].into(),
        missing: vec!["unknown".into()],
        decimal_comma: true,
        ..Sources::file("leads.csv")
    };
    let (table, _) = folder.load(&sources).unwrap();
    let roles: Vec<Role> = table.schema().fields().iter().map(|f| f.role).collect();
    assert_eq!(roles, [Role::Id, Role::Feature, Role::Created, Role::Feature, Role::Excluded]);
    assert_eq!(table.cell(0, 1), Cell::Text("8001"));
    assert_eq!(table.cell(0, 3), Cell::Missing);
    assert_eq!(table.cell(0, 4), Cell::Number(1.5));
}

#[test]
fn leaves_out_columns_that_tell_nothing_and_says_so() {
    let rows: String = (0..60).map(|i| format!("x,{},{i},{}\n", 1000 - i, i % 3)).collect();
    let folder = Folder::new(&[("leads.csv", &format!("same,number,name_{{}},n\n{rows}"))]);
    let (table, issues) = folder.load(&Sources::file("leads.csv")).unwrap();
    let roles: Vec<Role> = table.schema().fields().iter().map(|f| f.role).collect();
    assert_eq!(roles, [Role::Excluded, Role::Excluded, Role::Excluded, Role::Feature]);
    assert_eq!(issue(&issues, "constant_column").column.as_deref(), Some("same"));
    assert_eq!(issues.iter().filter(|i| i.kind == "identifier").count(), 2);
    assert!(issues.iter().all(|i| i.severity == Severity::Info));
}

#[test]
fn finds_leads_that_stand_twice() {
    let folder = Folder::new(&[("leads.csv", "id,n,m\n1,5,a\n2,6,b\n1,7,c\n2,6,b\n,1,d\n")]);
    let sources = Sources { id: Some("id".into()), ..Sources::file("leads.csv") };
    let (_, issues) = folder.load(&sources).unwrap();
    let found = |kind| (issue(&issues, kind).line, issue(&issues, kind).count);
    assert_eq!(found("duplicate_id"), (Some(4), 2));
    assert_eq!(found("duplicate_row"), (Some(5), 1));
    assert_eq!(found("missing_id"), (Some(6), 1));
}

#[test]
fn joins_by_key_and_names_keys_that_are_not_there() {
    let leads = "id,product,size\n1,GTX Pro,3\n2,GTXPro,4\n3,,5\n";
    let products = "product,price,size\nGTX Pro,10,1\nGTX Basic,20,2\n";
    let folder = Folder::new(&[("leads.csv", leads), ("products.csv", products)]);
    let (table, issues) = folder.load(&joined("products.csv", "product", None)).unwrap();
    let names: Vec<&str> = table.schema().names().collect();
    assert_eq!(names, ["id", "product", "size", "price", "products.size"]);
    assert_eq!(table.cell(0, 3), Cell::Number(10.0));
    assert_eq!(table.cell(1, 3), Cell::Missing);
    assert_eq!(table.cell(2, 4), Cell::Missing);
    let unmatched = issue(&issues, "unmatched_key");
    assert_eq!((unmatched.line, unmatched.count), (Some(3), 1));
    assert!(unmatched.found.contains("`GTX Pro`"), "{}", unmatched.found);
}

#[test]
fn refuses_joins_that_multiply_or_find_nothing() {
    let folder = Folder::new(&[
        ("leads.csv", "id,product\n1,a\n2,b\n"),
        ("twice.csv", "product,x\na,1\nb,2\na,3\n"),
        ("other.csv", "code,x\nA-1,1\n"),
    ]);
    refused(&folder, &joined("twice.csv", "product", None), &["`a`", "lines 2 and 4", "multiply"]);
    refused(&folder, &joined("other.csv", "product", Some("code")), &["\"a\"", "\"A-1\""]);
    refused(
        &folder,
        &joined("other.csv", "prodct", Some("code")),
        &["join.on", "did you mean `product`?"],
    );
    refused(&folder, &joined("other.csv", "product", None), &["join.key", "other.csv", "code, x"]);
    refused(&folder, &joined("none.csv", "product", None), &["none.csv"]);
}

#[test]
fn names_the_nearest_column_for_a_misspelt_one() {
    let folder =
        Folder::new(&[("leads.csv", "lead_id,created_at,score\n1,2026-01-01,2\n2,2026-01-02,3\n")]);
    let file = || Sources::file("leads.csv");
    let some = |name: &str| Some(name.to_owned());
    refused(
        &folder,
        &Sources { id: some("leadid"), ..file() },
        &["data.id", "did you mean `lead_id`?"],
    );
    refused(
        &folder,
        &Sources { created: some("createdat"), ..file() },
        &["data.created", "`created_at`"],
    );
    refused(&folder, &Sources { created: some("score"), ..file() }, &["data.created", "a number"]);
    let exclude = [("scores".to_owned(), "late".to_owned())].into();
    refused(
        &folder,
        &Sources { exclude, ..file() },
        &["data.exclude", "`score`", "lead_id, created_at"],
    );
    let kinds = [("scor".to_owned(), FieldKind::Category)].into();
    refused(&folder, &Sources { kinds, ..file() }, &["data.kinds", "`score`"]);
}

#[test]
fn new_leads_are_read_as_the_old_ones() {
    let folder = Folder::new(&[
        ("leads.csv", "lead_id,zip,y\n1,8001,1\n2,8002,0\n"),
        ("new.csv", "extra,zip,lead_id\n1,8001,7\n2,x,8\n"),
    ]);
    let kinds = [("y".to_owned(), FieldKind::Number)].into();
    let sources = Sources { kinds, ..Sources::file("leads.csv") };
    let fields =
        [Field::feature("zip", FieldKind::Number), Field::feature("gone", FieldKind::Number)];
    let (table, issues) =
        load_new(&sources, Path::new("new.csv"), &fields, folder.0.path()).unwrap();
    assert_eq!(table.schema().names().collect::<Vec<_>>(), ["extra", "zip", "lead_id"]);
    assert_eq!(table.cell(0, 1), Cell::Number(8001.0));
    assert_eq!(issue(&issues, "unreadable_cell").line, Some(3));
}

#[test]
fn reads_its_part_of_a_configuration() {
    let sources: Sources = serde_json::from_str(r#"{"leads": "leads.csv"}"#).unwrap();
    assert_eq!(sources, Sources::file("leads.csv"));
    let wrong = serde_json::from_str::<Sources>(r#"{"leads": "leads.csv", "seperator": ";"}"#);
    assert!(wrong.unwrap_err().to_string().contains("separator"));
    let spec: crate::LabelSpec = serde_json::from_str(r#"{"Column": {"name": "y"}}"#).unwrap();
    assert_eq!(spec, crate::LabelSpec::column("y"));
    let split: crate::SplitSpec =
        serde_json::from_str(r#"{"Time": {"embargo_days": 30}}"#).unwrap();
    assert!(split.by_time());
}

#[test]
fn a_thousand_columns_and_three_rows() {
    let header: Vec<String> = (0..1000).map(|i| format!("c{i}")).collect();
    let row: Vec<String> = (0..1000).map(|i| format!("{}", i % 9)).collect();
    let text =
        format!("{}\n{}\n{}\n{}\n", header.join(","), row.join(","), row.join(","), row.join(","));
    let (table, _) =
        Folder::new(&[("leads.csv", &text)]).load(&Sources::file("leads.csv")).unwrap();
    assert_eq!((table.rows(), table.schema().fields().len()), (3, 1000));
    assert!(matches!(table.column(7), Column::Number(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn arbitrary_csv_loads_or_is_refused(text in "[ab1.,;\"\n\r \u{e9}-]{0,200}") {
        let folder = Folder::new(&[("leads.csv", &text)]);
        if let Ok((table, _)) = folder.load(&Sources::file("leads.csv")) {
            prop_assert_eq!(crate::profile(&table, None, &[]).len(), table.schema().fields().len());
        }
    }

    #[test]
    fn arbitrary_bytes_load_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let folder = Folder::new(&[]);
        let header = b"a,b\n".iter().copied();
        std::fs::write(folder.0.path().join("leads.csv"), header.chain(bytes).collect::<Vec<u8>>()).unwrap();
        let _ = folder.load(&Sources::file("leads.csv"));
    }

    /// Cells of any text, rows of any width, in any separator and way of quoting: no row is lost, no cell changed.
    #[test]
    fn every_row_is_kept_or_in_an_issue(
        rows in prop::collection::vec(prop::collection::vec("([^\\x00-\\x08]|[,;\"\n]){0,6}", 1..5), 1..20),
        separator in prop::sample::select(b",;\t|".to_vec()),
        crlf: bool,
        always: bool,
    ) {
        let mut out = csv::WriterBuilder::new()
            .flexible(true)
            .delimiter(separator)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .quote_style(if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .from_writer(Vec::new());
        out.write_record(["a", "b", "c"]).unwrap();
        rows.iter().for_each(|row| out.write_record(row).unwrap());
        let text = String::from_utf8(out.into_inner().unwrap()).unwrap();
        let folder = Folder::new(&[("leads.csv", &text)]);
        let separator = Some(char::from(separator));
        let texts = ["a", "b", "c"].map(|name| (name.to_owned(), FieldKind::Text));
        let sources = Sources { separator, kinds: texts.into(), ..Sources::file("leads.csv") };
        let blank = |row: &[String]| row.iter().all(|cell| cell.trim().is_empty());
        let fits = |row: &[String]| row.len() == 3 || (row.len() == 4 && row[3].trim().is_empty());
        let kept: Vec<&Vec<String>> = rows.iter().filter(|row| !blank(row) && fits(row)).collect();
        match folder.load(&sources) {
            Ok((table, issues)) => {
                prop_assert_eq!(table.rows(), kept.len());
                let aside = issues.iter().filter(|i| i.kind == "ragged_row" || i.kind == "blank_row");
                let aside: u64 = aside.map(|i| i.count).sum();
                prop_assert_eq!(table.rows() as u64 + aside, rows.len() as u64);
                let rules = sources.rules();
                for (row, cells) in kept.into_iter().enumerate() {
                    for (field, text) in cells.iter().take(3).enumerate() {
                        let expect = rules.read(FieldKind::Text, text).unwrap();
                        prop_assert_eq!(table.cell(row, field), expect);
                    }
                }
            }
            Err(IngestError::Ragged { .. } | IngestError::HeaderOnly { .. }) => {
                prop_assert!(kept.len() < rows.len());
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[test]
fn several_files_are_one_table_and_problems_keep_their_file() {
    let rows = |from: usize| -> String {
        (from..from + 40).map(|i| format!("L{i},{},web\n", i * 7 % 11)).collect()
    };
    let swapped: String = (80..120).map(|i| format!("web,L{i},{}\n", i % 9)).collect();
    let folder = Folder::new(&[
        ("leads.csv", &format!("lead_id,visits,source\n{}", rows(0))),
        ("2025.csv", &format!("lead_id,visits,source\n{}L3,many,ad\n", rows(40))),
        ("2026.csv", &format!("source;lead_id;visits\n{}", swapped.replace(',', ";"))),
        ("other.csv", "lead_id,visit,source\nL1,2,web\nL2,3,ad\n"),
    ]);
    let sources = |more: &[&str]| Sources {
        more: more.iter().map(PathBuf::from).collect(),
        ..Sources::file("leads.csv")
    };
    let (table, issues) = folder.load(&sources(&["2025.csv", "2026.csv"])).unwrap();
    assert_eq!(table.rows(), 121);
    assert_eq!(
        (table.file(39), table.file(40), table.file(120)),
        ("leads.csv", "2025.csv", "2026.csv")
    );
    assert_eq!((table.lines()[39], table.lines()[40], table.lines()[120]), (41, 2, 41));
    assert_eq!(table.cell(120, 0), Cell::Text("L119"));
    assert_eq!(table.cell(120, 1), Cell::Number(2.0));
    let last = table.take(&[120]);
    assert_eq!((last.file(0), last.lines()), ("2026.csv", &[41][..]));
    let unreadable = issue(&issues, "unreadable_cell");
    assert_eq!((unreadable.file.as_str(), unreadable.line), ("2025.csv", Some(42)));
    let again = issue(&issues, "duplicate_id");
    assert_eq!((again.file.as_str(), again.line), ("2025.csv", Some(42)));
    assert_eq!(again.found, "the id of leads.csv line 5 again");
    refused(
        &folder,
        &sources(&["2025.csv", "other.csv"]),
        &["other.csv does not have the columns of leads.csv", "lacks `visits`", "adds `visit`"],
    );
}

#[test]
fn currencies_in_one_column_are_told_and_not_converted() {
    let folder = Folder::new(&[(
        "leads.csv",
        "id,value\na,€1\nb,\"$1,200.50\"\nc,EUR 3\nd,(4)\ne,$5\nf,€7\n",
    )]);
    let (table, issues) = folder.load(&Sources::file("leads.csv")).unwrap();
    let told = issue(&issues, "mixed_currencies");
    assert_eq!(told.found, "EUR 3 times, USD 2 times, no currency 1 times");
    assert_eq!((told.row, told.count), (Some(2), 2));
    let Column::Number(values) = table.column(1) else { panic!("{table:?}") };
    assert_eq!(values, &[1.0, 1200.5, 3.0, -4.0, 5.0, 7.0]);
}

#[test]
fn a_decimal_mark_that_cannot_be_told_is_told_and_can_be_set() {
    let folder = Folder::new(&[("leads.csv", "id;value;rate\na;1.799;0.5\nb;12.000;0.25\n")]);
    let read = |sources: &Sources| {
        let (table, issues) = folder.load(sources).unwrap();
        let Column::Number(values) = table.column(1) else { panic!("{table:?}") };
        (values.clone(), issues.iter().filter(|i| i.kind == "decimal_mark").count())
    };
    assert_eq!(read(&Sources::file("leads.csv")), (vec![1.799, 12.0], 1));
    let comma = Sources { decimal_comma: true, ..Sources::file("leads.csv") };
    assert_eq!(read(&comma), (vec![1799.0, 12_000.0], 0));
    let kinds = [("value".to_owned(), FieldKind::DecimalComma)].into();
    assert_eq!(read(&Sources { kinds, ..Sources::file("leads.csv") }), (vec![1799.0, 12_000.0], 0));
}

#[test]
fn times_are_those_of_the_zone_and_hours_that_clocks_skip_or_repeat_are_told() {
    let rows = "id,created,day\na,2026-03-29 02:30,2026-03-29\nb,2026-10-25 02:30,2026-10-25\nc,2026-07-01 12:00,2026-07-01\nd,2026-07-01T12:00:00Z,2026-07-01\n";
    let folder = Folder::new(&[("leads.csv", rows)]);
    let created = Some("created".to_owned());
    let mut sources = Sources { created, ..Sources::file("leads.csv") };
    let (_, issues) = folder.load(&sources).unwrap();
    let mixed = issue(&issues, "mixed_offsets");
    assert_eq!((mixed.row, mixed.count, mixed.found.as_str()), (Some(1), 3, "2026-03-29 02:30"));
    sources.time_zone = Some("Europe/Berlin".to_owned().try_into().unwrap());
    let (table, issues) = folder.load(&sources).unwrap();
    let table = &table;
    let texts = |column| {
        (0..4).map(move |row| match table.cell(row, column) {
            Cell::Date(moment) => moment.to_rfc3339(),
            other => format!("{other:?}"),
        })
    };
    assert!(texts(1).eq([
        "2026-03-29T01:30:00Z",
        "2026-10-25T00:30:00Z",
        "2026-07-01T10:00:00Z",
        "2026-07-01T12:00:00Z"
    ]));
    assert!(texts(2).all(|day| day.ends_with("T00:00:00Z")));
    let (skipped, repeated) = (issue(&issues, "skipped_hour"), issue(&issues, "repeated_hour"));
    assert_eq!((skipped.row, skipped.found.as_str()), (Some(1), "2026-03-29 02:30"));
    assert_eq!((repeated.row, repeated.found.as_str()), (Some(2), "2026-10-25 02:30"));
    assert!(!issues.iter().any(|issue| issue.kind == "mixed_offsets"));
}

#[test]
fn a_date_in_another_form_is_unreadable_and_no_matter_of_offsets() {
    let rows: String = (1..29).map(|day| format!("L{day},2026-01-{day:02}T10:00:00Z\n")).collect();
    let text = format!("id,created\n{rows}L29,31 o'clock 14:34\n");
    let folder = Folder::new(&[("leads.csv", &text)]);
    let (_, issues) = folder.load(&Sources::file("leads.csv")).unwrap();
    assert_eq!(issue(&issues, "unreadable_cell").row, Some(29));
    assert!(!issues.iter().any(|issue| issue.kind == "mixed_offsets"), "{issues:?}");
}

#[test]
fn years_of_two_digits_are_read_and_dates_that_cannot_be_are_told() {
    let rows: String = (0..60)
        .map(|i| format!("L{i},{:02}.01.25,{:02}.03.2025,k.A.\n", i % 28 + 1, i % 28 + 1))
        .collect();
    let text = format!("lead_id,short,long,budget\n{rows}L60,02.02.25,31.12.9998,1200\n");
    let folder = Folder::new(&[("leads.csv", &text)]);
    let (table, issues) = folder.load(&Sources::file("leads.csv")).unwrap();
    assert_eq!(table.cell(60, 1), DateFormat::Iso.parse("2025-02-02").map(Cell::Date).unwrap());
    assert_eq!((table.cell(0, 3), table.cell(60, 3)), (Cell::Missing, Cell::Number(1200.0)));
    let told: Vec<&Issue> = issues.iter().filter(|i| i.kind == "impossible_date").collect();
    assert_eq!(told.len(), 1, "{issues:?}");
    assert_eq!((told[0].column.as_deref(), told[0].count), (Some("long"), 1));
    assert_eq!((told[0].found.as_str(), told[0].line), ("31.12.9998", Some(62)));
}
