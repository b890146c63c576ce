//! Words of a label as a configuration writes them: one, or a list.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;

/// One word or several: `"won"`, `["won", "customer"]`. Numbers and `true` are words as well; an empty list is no word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(pub Vec<String>);

impl<const N: usize> From<[&str; N]> for Words {
    fn from(words: [&str; N]) -> Self {
        Self(words.map(str::to_owned).to_vec())
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [word] => to.serialize_str(word),
            words => words.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word in quotes, or a list of them")
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<Words, E> {
                Ok(Words(vec![word.to_owned()]))
            }
            fn visit_i64<E: de::Error>(self, word: i64) -> Result<Words, E> {
                self.visit_str(&word.to_string())
            }
            fn visit_u64<E: de::Error>(self, word: u64) -> Result<Words, E> {
                self.visit_str(&word.to_string())
            }
            fn visit_f64<E: de::Error>(self, word: f64) -> Result<Words, E> {
                self.visit_str(&word.to_string())
            }
            fn visit_bool<E: de::Error>(self, word: bool) -> Result<Words, E> {
                self.visit_str(&word.to_string())
            }
            fn visit_none<E: de::Error>(self) -> Result<Words, E> {
                Ok(Words::default())
            }
            fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Words, D::Error> {
                Words::deserialize(from)
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(Words(word)) = list.next_element()? {
                    words.extend(word);
                }
                Ok(Words(words))
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl schemars::JsonSchema for Words {
    fn schema_name() -> Cow<'static, str> {
        "Words".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
        })
    }
}
