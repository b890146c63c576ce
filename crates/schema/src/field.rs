//! Fields and the ordered set of them.

use crate::{DateFormat, SchemaError, or_nearest};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a field's cells hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum FieldKind {
    /// A number with a decimal point, and commas between thousands if any.
    Number,
    /// A number with a decimal comma, and points between thousands if any.
    DecimalComma,
    /// One of a set of words. Yes/no fields are categories of two levels.
    Category,
    /// A date or a moment.
    Date(DateFormat),
    /// Free text, mostly different from lead to lead.
    Text,
}

impl FieldKind {
    /// Whether its cells are numbers, however they are written.
    pub fn is_number(self) -> bool {
        matches!(self, FieldKind::Number | FieldKind::DecimalComma)
    }

    /// Whether two kinds hold the same once read: numbers, moments, words or text.
    pub fn alike(self, other: FieldKind) -> bool {
        (self.is_number() && other.is_number())
            || std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Whether its cells are words, of a set or free.
    pub fn is_words(self) -> bool {
        matches!(self, FieldKind::Category | FieldKind::Text)
    }

    /// The kind in words, as errors and reports name it.
    pub fn describe(self) -> &'static str {
        match self {
            FieldKind::Number => "a number",
            FieldKind::DecimalComma => "a number with a decimal comma",
            FieldKind::Category => "a category",
            FieldKind::Date(format) => format.describe(),
            FieldKind::Text => "text",
        }
    }
}

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum Role {
    /// May be used to predict.
    Feature,
    /// Names the lead.
    Id,
    /// Tells the outcome, or is one of the columns that do.
    Label,
    /// Tells when the lead came in.
    Created,
    /// Tells the split.
    Split,
    /// Kept out of the model, by configuration, by the leakage audit or because it tells nothing.
    Excluded,
}

/// One column of a lead table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name in the source's header.
    pub name: String,
    /// What its cells hold.
    pub kind: FieldKind,
    /// What it is for.
    pub role: Role,
}

impl Field {
    /// A field that may be used to predict.
    pub fn feature(name: impl Into<String>, kind: FieldKind) -> Self {
        Self { name: name.into(), kind, role: Role::Feature }
    }
}

/// Fields in order, each name once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Field>", into = "Vec<Field>")]
pub struct Schema {
    fields: Vec<Field>,
    positions: HashMap<String, usize>,
}

impl Schema {
    /// # Errors
    /// [`SchemaError::DuplicateField`] where a name stands twice.
    pub fn new(fields: Vec<Field>) -> Result<Self, SchemaError> {
        let mut positions = HashMap::with_capacity(fields.len());
        for (second, field) in fields.iter().enumerate() {
            if let Some(first) = positions.insert(field.name.clone(), second) {
                return Err(SchemaError::DuplicateField {
                    name: field.name.clone(),
                    first,
                    second,
                });
            }
        }
        Ok(Self { fields, positions })
    }

    /// The fields in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|f| f.name.as_str())
    }

    /// The position of a field, if there is one of that name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The position of a field that must be there.
    ///
    /// # Errors
    /// [`SchemaError::UnknownField`], with the nearest name.
    pub fn position(&self, name: &str) -> Result<usize, SchemaError> {
        self.find(name).ok_or_else(|| SchemaError::UnknownField {
            name: name.to_owned(),
            hint: or_nearest(name, self.names()),
            known: self.names().map(str::to_owned).collect(),
        })
    }

    /// The positions of the fields with a role.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = usize> {
        self.fields.iter().enumerate().filter(move |(_, f)| f.role == role).map(|(i, _)| i)
    }

    /// Gives the field at `position` another role. A position outside the schema is ignored.
    pub fn set_role(&mut self, position: usize, role: Role) {
        if let Some(field) = self.fields.get_mut(position) {
            field.role = role;
        }
    }
}

impl TryFrom<Vec<Field>> for Schema {
    type Error = SchemaError;
    fn try_from(fields: Vec<Field>) -> Result<Self, SchemaError> {
        Self::new(fields)
    }
}

impl From<Schema> for Vec<Field> {
    fn from(schema: Schema) -> Self {
        schema.fields
    }
}
