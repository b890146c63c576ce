//! A table as a Parquet file, for whoever reads it with a data frame library.

use crate::IngestError;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// The values of a column, row by row; `None` where nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Text in UTF-8.
    Text(Vec<Option<String>>),
    /// Numbers as f64.
    Number(Vec<Option<f64>>),
}

/// Writes named columns of the same length as one row group, compressed by Snappy.
///
/// # Errors
/// [`IngestError::WriteParquet`] where `out` cannot be written, or columns differ in length.
pub fn write_parquet(
    columns: &[(String, Values)],
    out: impl Write + Send,
) -> Result<(), IngestError> {
    write(columns, out).map_err(|source| IngestError::WriteParquet { reason: source.to_string() })
}

fn write(columns: &[(String, Values)], out: impl Write + Send) -> Result<(), ParquetError> {
    let field = |(name, values): &(String, Values)| {
        let (physical, logical) = match values {
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Number(_) => (Physical::DOUBLE, None),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        field.build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("leads").with_fields(fields).build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("leadsight ", env!("CARGO_PKG_VERSION")).to_owned());
    let mut file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build()))?;
    let mut group = file.next_row_group()?;
    let mut left = columns.iter();
    while let (Some(mut column), Some((_, values))) = (group.next_column()?, left.next()) {
        match (column.untyped(), values) {
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Text(cells)) => {
                let known = cells.iter().flatten().map(|text| ByteArray::from(text.as_str()));
                writer.write_batch(&known.collect::<Vec<_>>(), Some(&levels(cells)), None)?;
            }
            (ColumnWriter::DoubleColumnWriter(writer), Values::Number(cells)) => {
                let known: Vec<f64> = cells.iter().flatten().copied().collect();
                writer.write_batch(&known, Some(&levels(cells)), None)?;
            }
            _ => return Err(ParquetError::General("a column of another type".to_owned())),
        }
        column.close()?;
    }
    group.close()?;
    file.close()?;
    Ok(())
}

/// For each row 1 where something is known.
fn levels<T>(cells: &[Option<T>]) -> Vec<i16> {
    cells.iter().map(|cell| i16::from(cell.is_some())).collect()
}
