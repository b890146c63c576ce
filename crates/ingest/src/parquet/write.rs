//! Values as the text that a CSV export would hold: numbers to their last digit, dates and moments in ISO 8601 (UTC),
//! nothing for a null or a NaN.

use super::meaning::Meaning;
use super::{Fault, Flat};
use leadsight_schema::Timestamp;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use std::fmt::Write;

/// Cells of a column as text, one after another.
pub(super) struct Texts {
    text: String,
    /// Where each cell ends.
    ends: Vec<usize>,
}

impl Texts {
    fn cell(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text[start..self.ends[row]].trim().as_bytes()
    }
}

/// A line of CSV.
pub(super) fn record<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Result<Vec<u8>, Fault> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(cells).map_err(damaged)?;
    out.into_inner().map_err(|e| damaged(csv::Error::from(e.into_error())))
}

/// Rows of columns as lines of CSV.
pub(super) fn records(columns: &[Texts], rows: usize) -> Result<Vec<u8>, Fault> {
    let length = columns.iter().map(|column| column.text.len() + rows).sum();
    let mut out = csv::Writer::from_writer(Vec::with_capacity(length));
    for row in 0..rows {
        out.write_record(columns.iter().map(|column| column.cell(row))).map_err(damaged)?;
    }
    out.into_inner().map_err(|e| damaged(csv::Error::from(e.into_error())))
}

/// Writing into memory does not fail, but the types allow for it.
fn damaged(error: csv::Error) -> Fault {
    Fault::Damaged(parquet::errors::ParquetError::External(Box::new(error)))
}

/// The next `rows` cells of a column; `before` rows were read already.
pub(super) fn texts(
    column: &Flat,
    reader: &mut ColumnReader,
    rows: usize,
    before: u64,
) -> Result<Texts, Fault> {
    let meaning = column.meaning;
    let batch = Batch { column, rows, before };
    match reader {
        ColumnReader::BoolColumnReader(r) => batch.texts(r, |v, out| write(out, v)),
        ColumnReader::Int32ColumnReader(r) => batch.texts(r, |v, out| match meaning {
            Meaning::Unsigned => write(out, &v.cast_unsigned()),
            _ => whole(i64::from(*v), meaning, out),
        }),
        ColumnReader::Int64ColumnReader(r) => batch.texts(r, |v, out| match meaning {
            Meaning::Unsigned => write(out, &v.cast_unsigned()),
            _ => whole(*v, meaning, out),
        }),
        ColumnReader::Int96ColumnReader(r) => {
            batch.texts(r, |v, out| write(out, &Timestamp(v.to_seconds()).to_rfc3339()))
        }
        ColumnReader::FloatColumnReader(r) => batch.texts(r, |v, out| v.is_nan() || write(out, v)),
        ColumnReader::DoubleColumnReader(r) => batch.texts(r, |v, out| v.is_nan() || write(out, v)),
        ColumnReader::ByteArrayColumnReader(r) => {
            batch.texts(r, |v, out| bytes(v.data(), meaning, out))
        }
        ColumnReader::FixedLenByteArrayColumnReader(r) => {
            batch.texts(r, |v, out| bytes(v.data(), meaning, out))
        }
    }
}

struct Batch<'a> {
    column: &'a Flat,
    rows: usize,
    before: u64,
}

impl Batch<'_> {
    /// `write` adds a value to the text, or says that it is none.
    fn texts<T: DataType>(
        &self,
        reader: &mut ColumnReaderImpl<T>,
        write: impl Fn(&T::T, &mut String) -> bool,
    ) -> Result<Texts, Fault> {
        let (mut levels, mut values) = (Vec::new(), Vec::with_capacity(self.rows));
        let wanted = self.column.optional.then_some(&mut levels);
        let (rows, ..) = reader.read_records(self.rows, wanted, None, &mut values)?;
        let name = || self.column.name.clone();
        if rows < self.rows {
            return Err(Fault::Short { column: name(), row: self.before + rows as u64 + 1 });
        }
        let mut values = values.iter();
        let mut texts = Texts { text: String::new(), ends: Vec::with_capacity(rows) };
        for row in 0..rows {
            let known = !self.column.optional || levels.get(row).is_some_and(|level| *level > 0);
            let place = self.before + row as u64 + 1;
            if known {
                let value = values.next();
                let value = value.ok_or_else(|| Fault::Short { column: name(), row: place })?;
                if !write(value, &mut texts.text) {
                    return Err(Fault::NotText { column: name(), row: place });
                }
            }
            texts.ends.push(texts.text.len());
        }
        Ok(texts)
    }
}

/// Writing to a string does not fail.
fn write(out: &mut String, value: &impl std::fmt::Display) -> bool {
    write!(out, "{value}").is_ok()
}

fn whole(value: i64, meaning: Meaning, out: &mut String) -> bool {
    match meaning {
        Meaning::Date => write(out, &Timestamp(value.saturating_mul(86_400)).to_date()),
        Meaning::Moment { per_second } => write(out, &Timestamp(value / per_second).to_rfc3339()),
        Meaning::Clock { per_second } => {
            let seconds = value / per_second;
            let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            write!(out, "{hour:02}:{minute:02}:{second:02}").is_ok()
        }
        Meaning::Decimal { scale } => decimal(i128::from(value), scale, out),
        Meaning::Plain | Meaning::Unsigned | Meaning::Uuid => write(out, &value),
    }
}

fn bytes(bytes: &[u8], meaning: Meaning, out: &mut String) -> bool {
    match meaning {
        Meaning::Decimal { scale } => match big_endian(bytes) {
            Some(value) => decimal(value, scale, out),
            // Beyond 38 digits a number holds no more than its first seventeen anyway.
            None => write(out, &(float(bytes) / 10_f64.powi(scale as i32))),
        },
        Meaning::Uuid => bytes.iter().enumerate().all(|(i, byte)| {
            let dash = if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(out, "{dash}{byte:02x}").is_ok()
        }),
        _ => std::str::from_utf8(bytes).is_ok_and(|text| {
            out.push_str(text);
            true
        }),
    }
}

/// A whole number of two's complement, highest byte first, where it has at most sixteen bytes.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let sign: u8 = if bytes.first().is_some_and(|b| *b > 127) { 255 } else { 0 };
    let mut whole = [sign; 16];
    let start = 16_usize.checked_sub(bytes.len())?;
    whole[start..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(whole))
}

fn float(bytes: &[u8]) -> f64 {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(b, rest)| (*b, rest));
    let sum = f64::from(first.cast_signed());
    rest.iter().fold(sum, |sum, byte| sum * 256.0 + f64::from(*byte))
}

pub(super) fn decimal(value: i128, scale: usize, out: &mut String) -> bool {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if scale == 0 { "" } else { "." };
    write!(out, "{sign}{whole}{point}{fraction}").is_ok()
}
