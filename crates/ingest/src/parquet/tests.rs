//! Files made by the crate's own writer: every type, every codec, damage at any place.

use super::*;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use std::sync::Arc;

const SCHEMA: &str = "message leads {
    required binary lead_id (UTF8);
    optional int32 visits;
    optional double budget;
    optional boolean active;
    optional int32 day (DATE);
    optional int64 seen (TIMESTAMP(MICROS, true));
    optional int64 price (DECIMAL(12, 2));
    optional int32 code (INTEGER(32, false));
    optional fixed_len_byte_array(16) key (UUID);
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
}";

const TEXT: &str = "lead_id,visits,budget,active,day,seen,price,code,key
L1,3,0.1,true,2026-11-22,2026-11-22T14:03:05Z,-0.05,4294967295,00112233-4455-6677-8899-aabbccddeeff
\"L2, \"\"x\"\"\",,,,,,,,
L3,-7,1000000000000000000000,false,1969-12-31,1970-01-01T00:00:00Z,12345.67,0,00112233-4455-6677-8899-aabbccddeeff
";

/// Three rows, the second of which knows nothing but its name.
fn file(compression: Compression, dictionary: bool) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(dictionary)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let levels: &[i16] = &[1, 0, 1];
    macro_rules! column {
        ($type:ty, $values:expr, $levels:expr) => {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<$type>().write_batch($values, $levels, None).unwrap();
            column.close().unwrap();
        };
    }
    let names = ["L1", "L2, \"x\"", "L3"].map(ByteArray::from);
    column!(ByteArrayType, &names, None);
    column!(Int32Type, &[3, -7], Some(levels));
    column!(DoubleType, &[0.1, 1e21], Some(levels));
    column!(BoolType, &[true, false], Some(levels));
    column!(Int32Type, &[20_779, -1], Some(levels));
    column!(Int64Type, &[1_795_356_185_000_000, 999_999], Some(levels));
    column!(Int64Type, &[-5, 1_234_567], Some(levels));
    column!(Int32Type, &[-1, 0], Some(levels));
    let key: Vec<u8> = (0..16).map(|i| i * 0x11).collect();
    let key = FixedLenByteArray::from(key);
    column!(FixedLenByteArrayType, &[key.clone(), key], Some(levels));
    let mut column = group.next_column().unwrap().unwrap();
    let tags = column.typed::<ByteArrayType>();
    tags.write_batch(&[ByteArray::from("a")], Some(&[3, 0, 0]), Some(&[0, 0, 0])).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

fn read(bytes: &[u8]) -> io::Result<(String, Vec<LeftOut>)> {
    let mut file = tempfile::tempfile()?;
    io::Write::write_all(&mut file, bytes)?;
    let mut table = CsvText::new(file)?;
    let mut text = String::new();
    table.read_to_string(&mut text)?;
    Ok((text, table.left_out))
}

#[test]
fn every_type_and_codec_reads_as_the_csv_of_the_same_cells() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::BROTLI(parquet::basic::BrotliLevel::default()),
    ] {
        for dictionary in [true, false] {
            let (text, left_out) = read(&file(compression, dictionary)).unwrap();
            assert_eq!(text, TEXT, "{compression}");
            assert_eq!((left_out.len(), left_out[0].name.as_str()), (1, "tags"));
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_refused_at_any_place() {
    let whole = file(Compression::SNAPPY, true);
    for length in (0..whole.len()).step_by(7) {
        let error = read(&whole[..length]).unwrap_err();
        assert!(fault(&error).unwrap().to_string().contains("Parquet"), "{error}");
    }
}

#[test]
fn decimals_keep_every_digit() {
    let text = |value, scale| {
        let mut out = String::new();
        assert!(write::decimal(value, scale, &mut out));
        out
    };
    assert_eq!(text(5, 0), "5");
    assert_eq!(text(-5, 3), "-0.005");
    assert_eq!(text(i128::MAX, 2), "1701411834604692317316873037158841057.27");
}

proptest! {
    #[test]
    fn damaged_bytes_never_panic(at in 0..2_000_usize, byte: u8, more in 0..2_000_usize) {
        let mut bytes = file(Compression::UNCOMPRESSED, true);
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes[more % length] ^= 0x55;
        let _ = read(&bytes);
    }
}

#[test]
fn a_table_that_is_written_reads_back() {
    let text =
        |cells: [Option<&str>; 3]| Values::Text(cells.map(|c| c.map(str::to_owned)).to_vec());
    let columns = [
        ("lead_id".to_owned(), text([Some("L1"), Some("L2, \"x\""), Some("\u{e9};=1")])),
        ("probability".to_owned(), Values::Number(vec![Some(0.1), None, Some(-3.0)])),
        ("nothing".to_owned(), text([None, None, None])),
    ];
    let mut bytes = Vec::new();
    write_parquet(&columns, &mut bytes).unwrap();
    let (csv, left_out) = read(&bytes).unwrap();
    assert!(left_out.is_empty());
    assert_eq!(csv, "lead_id,probability,nothing\nL1,0.1,\n\"L2, \"\"x\"\"\",,\n\u{e9};=1,-3,\n");
    let uneven = [columns[0].clone(), ("b".to_owned(), Values::Number(vec![None]))];
    let error = write_parquet(&uneven, Vec::new()).unwrap_err().to_string();
    assert!(error.contains("cannot write Parquet"), "{error}");
}
