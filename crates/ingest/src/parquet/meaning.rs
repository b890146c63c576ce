//! What the stored values of a Parquet column stand for.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescPtr;

/// What a value stands for, beyond its storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Itself: a number, a truth value, text.
    Plain,
    /// A whole number without sign.
    Unsigned,
    /// Days since 1970.
    Date,
    /// A moment: so many ticks a second since 1970.
    Moment {
        /// Ticks.
        per_second: i64,
    },
    /// A time of day, from midnight.
    Clock {
        /// Ticks.
        per_second: i64,
    },
    /// A number with digits behind the point.
    Decimal {
        /// How many.
        scale: usize,
    },
    /// Sixteen bytes that name something.
    Uuid,
}

/// `None` where a cell of text cannot tell it. Files by old writers have a converted type only.
pub(super) fn of(column: &ColumnDescPtr) -> Option<Meaning> {
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    // The widest decimals have 76 digits.
    let decimal = |scale: i32| {
        let scale = usize::try_from(scale).ok().filter(|scale| *scale <= 76)?;
        Some(Meaning::Decimal { scale })
    };
    Some(match column.logical_type_ref() {
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) => Meaning::Plain,
        Some(LogicalType::Decimal(decimals)) => decimal(decimals.scale)?,
        Some(LogicalType::Date) => Meaning::Date,
        Some(LogicalType::Time(time)) => Meaning::Clock { per_second: per_second(&time.unit) },
        Some(LogicalType::Timestamp(time)) => {
            Meaning::Moment { per_second: per_second(&time.unit) }
        }
        Some(LogicalType::Integer(whole)) if whole.is_signed => Meaning::Plain,
        Some(LogicalType::Integer(_)) => Meaning::Unsigned,
        Some(LogicalType::Uuid) => Meaning::Uuid,
        Some(LogicalType::Unknown) | None => match column.converted_type() {
            ConvertedType::DECIMAL => decimal(column.type_scale())?,
            ConvertedType::DATE => Meaning::Date,
            ConvertedType::TIME_MILLIS => Meaning::Clock { per_second: 1_000 },
            ConvertedType::TIME_MICROS => Meaning::Clock { per_second: 1_000_000 },
            ConvertedType::TIMESTAMP_MILLIS => Meaning::Moment { per_second: 1_000 },
            ConvertedType::TIMESTAMP_MICROS => Meaning::Moment { per_second: 1_000_000 },
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Meaning::Unsigned,
            ConvertedType::BSON | ConvertedType::INTERVAL => return None,
            // Some writers do not mark text as such.
            _ => Meaning::Plain,
        },
        Some(_)
            if matches!(column.physical_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) =>
        {
            return None;
        }
        Some(_) => Meaning::Plain,
    })
}
