//! A reader of UBJSON (draft 12, ubjson.org), as XGBoost writes it, for serde.
//!
//! Numbers are big-endian. A container may tell its count (`#`) and the type of all its members (`$`). Nothing is allocated for what the
//! bytes do not hold: a text borrows them, members are asked for one by one, and types that take no bytes are refused where a container
//! announces them, as a few bytes could then stand for any number of members.

use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt;

/// Containers within containers: XGBoost's models have eight.
const MAX_DEPTH: usize = 64;

/// What went wrong, and where.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) offset: usize,
    pub(super) problem: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.problem, self.offset)
    }
}

impl std::error::Error for Trouble {}

impl de::Error for Trouble {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self { offset: usize::MAX, problem: problem.to_string() }
    }
}

/// Reads one value that fills the bytes.
pub(super) fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Trouble> {
    let mut reader = Reader { bytes, at: 0, depth: 0 };
    // What the shape lacks is noticed where the reader then stands.
    let place = |e: Trouble, at: usize| Trouble { offset: e.offset.min(at), ..e };
    let found =
        reader.marker().and_then(|marker| T::deserialize(Value { reader: &mut reader, marker }));
    let value = found.map_err(|e| place(e, reader.at))?;
    match reader.bytes.get(reader.at) {
        None => Ok(value),
        Some(_) => Err(reader.trouble("something follows the model's end")),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn trouble(&self, problem: impl Into<String>) -> Trouble {
        Trouble { offset: self.at, problem: problem.into() }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Trouble> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let Some(end) = end else {
            let left = self.bytes.len() - self.at;
            return Err(self.trouble(format!(
                "the file ends: {count} more bytes were expected, {left} are left"
            )));
        };
        let part = &self.bytes[self.at..end];
        self.at = end;
        Ok(part)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Trouble> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    /// The next byte that is no padding.
    fn marker(&mut self) -> Result<u8, Trouble> {
        loop {
            let [marker] = self.array()?;
            if marker != b'N' {
                return Ok(marker);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn integer(&mut self, marker: u8) -> Result<i64, Trouble> {
        Ok(match marker {
            b'i' => i64::from(i8::from_be_bytes(self.array()?)),
            b'U' => i64::from(u8::from_be_bytes(self.array()?)),
            b'I' => i64::from(i16::from_be_bytes(self.array()?)),
            b'l' => i64::from(i32::from_be_bytes(self.array()?)),
            b'L' => i64::from_be_bytes(self.array()?),
            other => {
                return Err(self.trouble(format!("{} where an integer was expected", told(other))));
            }
        })
    }

    fn length(&mut self) -> Result<usize, Trouble> {
        let marker = self.marker()?;
        let length = self.integer(marker)?;
        usize::try_from(length).map_err(|_| self.trouble(format!("a length of {length}")))
    }

    fn text(&mut self) -> Result<&'a str, Trouble> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|e| self.trouble(format!("a text is not UTF-8: {e}")))
    }

    /// What a container says of its members: their type and their count.
    fn announced(&mut self) -> Result<(Option<u8>, Option<usize>), Trouble> {
        let mut kind = None;
        if self.peek() == Some(b'$') {
            self.at += 1;
            let [marker] = self.array()?;
            if !b"iUIlLdDSC[{".contains(&marker) {
                return Err(self.trouble(format!("members of type {}", told(marker))));
            }
            kind = Some(marker);
        }
        if self.peek() == Some(b'#') {
            self.at += 1;
            return Ok((kind, Some(self.length()?)));
        }
        match kind {
            Some(_) => Err(self.trouble("members of one type without their count")),
            None => Ok((None, None)),
        }
    }
}

fn told(marker: u8) -> String {
    format!("`{}`", marker.escape_ascii())
}

/// A value whose marker has been read.
struct Value<'r, 'a> {
    reader: &'r mut Reader<'a>,
    marker: u8,
}

impl<'de> de::Deserializer<'de> for Value<'_, 'de> {
    type Error = Trouble;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        let Self { reader, marker } = self;
        match marker {
            b'Z' => visitor.visit_unit(),
            b'T' => visitor.visit_bool(true),
            b'F' => visitor.visit_bool(false),
            b'd' => visitor.visit_f32(f32::from_be_bytes(reader.array()?)),
            b'D' => visitor.visit_f64(f64::from_be_bytes(reader.array()?)),
            b'S' => visitor.visit_borrowed_str(reader.text()?),
            b'C' => {
                let [byte] = reader.array()?;
                visitor.visit_char(char::from(byte))
            }
            b'[' | b'{' => {
                if reader.depth == MAX_DEPTH {
                    return Err(
                        reader.trouble("containers within containers, too deep for a model")
                    );
                }
                reader.depth += 1;
                let (kind, left) = reader.announced()?;
                let members = Members {
                    reader: &mut *reader,
                    kind,
                    left,
                    keyed: marker == b'{',
                    done: false,
                };
                let found = match marker {
                    b'[' => visitor.visit_seq(members),
                    _ => visitor.visit_map(members),
                };
                reader.depth -= 1;
                found
            }
            b'i' | b'U' | b'I' | b'l' | b'L' => {
                let integer = reader.integer(marker)?;
                match u64::try_from(integer) {
                    Ok(count) => visitor.visit_u64(count),
                    Err(_) => visitor.visit_i64(integer),
                }
            }
            other => Err(reader.trouble(format!("{} where a value was expected", told(other)))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.marker {
            b'Z' => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The members of a container, one after another.
struct Members<'r, 'a> {
    reader: &'r mut Reader<'a>,
    kind: Option<u8>,
    /// How many are to come, where the container tells; else an end marker follows the last.
    left: Option<usize>,
    keyed: bool,
    done: bool,
}

impl Members<'_, '_> {
    /// Whether there is one more.
    fn more(&mut self) -> Result<bool, Trouble> {
        if self.done {
            return Ok(false);
        }
        let more = match &mut self.left {
            Some(left) => {
                let more = *left > 0;
                *left = left.saturating_sub(1);
                more
            }
            None => {
                while self.reader.peek() == Some(b'N') {
                    self.reader.at += 1;
                }
                let end = if self.keyed { b'}' } else { b']' };
                let more = self.reader.peek() != Some(end);
                if !more {
                    self.reader.at += 1;
                }
                more
            }
        };
        self.done = !more;
        Ok(more)
    }

    fn marker(&mut self) -> Result<u8, Trouble> {
        self.kind.map_or_else(|| self.reader.marker(), Ok)
    }
}

impl<'de> SeqAccess<'de> for Members<'_, 'de> {
    type Error = Trouble;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Trouble> {
        if !self.more()? {
            return Ok(None);
        }
        let marker = self.marker()?;
        seed.deserialize(Value { reader: &mut *self.reader, marker }).map(Some)
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Trouble;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Trouble> {
        if !self.more()? {
            return Ok(None);
        }
        let key = self.reader.text()?;
        seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Trouble> {
        let marker = self.marker()?;
        seed.deserialize(Value { reader: &mut *self.reader, marker })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(bytes: &[u8], expect: serde_json::Value) {
        assert_eq!(from_slice::<serde_json::Value>(bytes).unwrap(), expect);
    }

    #[test]
    fn every_kind_of_value_is_read() {
        check(b"Z", json!(null));
        check(b"NNT", json!(true));
        check(b"i\xff", json!(-1));
        check(b"U\xff", json!(255));
        check(b"I\x01\x00", json!(256));
        check(b"l\x00\x01\x00\x00", json!(65536));
        check(b"L\x00\x00\x00\x01\x00\x00\x00\x00", json!(1_u64 << 32));
        check(b"d\x3f\x00\x00\x00", json!(0.5));
        check(b"D\x3f\xe0\x00\x00\x00\x00\x00\x00", json!(0.5));
        check(b"Si\x02ab", json!("ab"));
        check(b"Cx", json!("x"));
        check(b"[]", json!([]));
        check(b"[i\x01Ni\x02]", json!([1, 2]));
        check(b"[#i\x02i\x01F", json!([1, false]));
        check(b"[$U#i\x02\x07\x08", json!([7, 8]));
        check(b"{i\x01a[$d#i\x01\x3f\x80\x00\x00i\x01bZ}", json!({"a": [1.0], "b": null}));
        check(b"{#i\x01i\x01aT", json!({"a": true}));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let check = |bytes: &[u8], expect: &str| {
            let error = from_slice::<serde_json::Value>(bytes).unwrap_err().to_string();
            assert_eq!(error, expect);
        };
        check(b"", "the file ends: 1 more bytes were expected, 0 are left at byte 0");
        check(b"TT", "something follows the model's end at byte 1");
        check(b"x", "`x` where a value was expected at byte 1");
        check(b"Si\xffab", "a length of -1 at byte 3");
        check(b"Si\x09ab", "the file ends: 9 more bytes were expected, 2 are left at byte 3");
        check(
            b"Si\x02\xff\xff",
            "a text is not UTF-8: invalid utf-8 sequence of 1 bytes from index 0 at byte 5",
        );
        check(b"[$Z#L\x7f\x00\x00\x00\x00\x00\x00\x00", "members of type `Z` at byte 3");
        check(b"[$d", "members of one type without their count at byte 3");
        let deep = "containers within containers, too deep for a model at byte 65";
        check(&[b'['; 1_000], deep);
        let long = b"[$d#L\x7f\x00\x00\x00\x00\x00\x00\x00\x00";
        check(long, "the file ends: 4 more bytes were expected, 1 are left at byte 13");
    }
}
