//! Keys of a type that is written down somewhere (the configuration, a file of the run folder), with type, default and
//! description, from the JSON Schema that its doc comments and serde attributes make.
//!
//! A key's path is that of `--set`: `label.Column.positive`. `[]` stands for each item of a list, `*` for any name of a map.

use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value};

/// A key with what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Key {
    /// Its path.
    pub key: String,
    /// What its value is, in words; `choice` for a name that may stand as its parent's value.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value where it is left out, as RON; `required` where it may not be; empty where that goes without saying.
    pub default: String,
    /// The names that may stand here, where they are a closed set.
    pub values: Vec<String>,
    /// What it means.
    pub description: String,
}

/// A default is shown in full up to this many characters, and without the parameters of its names beyond.
const LONGEST_DEFAULT: usize = 60;

/// Every key of `T`, parents before children, neighbours by the alphabet.
pub fn of<T: JsonSchema>() -> Vec<Key> {
    let mut generator = SchemaGenerator::default();
    let root = generator.root_schema_for::<T>().to_value();
    let mut walk = Walk { root: &root, keys: Vec::new(), inside: Vec::new() };
    walk.children("", &root);
    walk.keys
}

struct Walk<'a> {
    root: &'a Value,
    keys: Vec<Key>,
    /// The shapes that the walk is in; one that holds itself, as a condition does, is shown once.
    inside: Vec<*const Value>,
}

impl<'a> Walk<'a> {
    /// The schema behind a reference, or itself. `T | null` and a lone `allOf` count as `T`.
    fn behind(&self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
            return self.behind(&self.root["$defs"][name]);
        }
        let alternatives = schema["anyOf"].as_array().or_else(|| schema["allOf"].as_array());
        let mut known = alternatives.into_iter().flatten().filter(|s| s["type"] != "null");
        match (known.next(), known.next()) {
            (Some(only), None) => self.behind(only),
            _ => schema,
        }
    }

    /// The keys below a schema: fields of an object, parameters of a choice, items of a list, values of a map.
    fn children(&mut self, path: &str, schema: &'a Value) {
        let schema = self.behind(schema);
        if self.inside.contains(&std::ptr::from_ref(schema)) {
            return;
        }
        self.inside.push(schema);
        self.below(path, schema);
        self.inside.pop();
    }

    fn below(&mut self, path: &str, schema: &'a Value) {
        if let Some(fields) = schema["properties"].as_object() {
            self.fields(path, fields, &schema["required"]);
        }
        for choice in variants(schema) {
            let at = join(path, choice.name);
            let (kind, values) = match choice.content.map(|content| self.behind(content)) {
                Some(content) if !content["properties"].is_object() => {
                    (self.kind(content), names(content))
                }
                _ => ("choice".to_owned(), Vec::new()),
            };
            self.keys.push(Key {
                key: at.clone(),
                kind,
                default: String::new(),
                values,
                description: text(choice.description),
            });
            if let Some(content) = choice.content {
                self.children(&at, content);
            }
        }
        if schema["items"].is_object() {
            self.children(&format!("{path}[]"), &schema["items"]);
        }
        if schema["additionalProperties"].is_object() {
            self.children(&join(path, "*"), &schema["additionalProperties"]);
        }
    }

    fn fields(&mut self, path: &str, fields: &'a Map<String, Value>, required: &Value) {
        for (name, schema) in fields {
            let at = join(path, name);
            let behind = self.behind(schema);
            let needed = required.as_array().is_some_and(|r| r.iter().any(|r| r == name));
            // A group's defaults stand with its own keys.
            let group = behind["properties"].is_object();
            let default = match schema.get("default") {
                Some(value) if !group => shown(value),
                None if needed => "required".to_owned(),
                _ => String::new(),
            };
            let described = schema.get("description").or_else(|| behind.get("description"));
            self.keys.push(Key {
                key: at.clone(),
                kind: self.kind(schema),
                default,
                values: names(self.innermost(behind)),
                description: text(described),
            });
            self.children(&at, schema);
        }
    }

    /// What a list or map holds, however deep, or the schema itself.
    fn innermost(&self, schema: &'a Value) -> &'a Value {
        let held = [&schema["items"], &schema["additionalProperties"]];
        match held.into_iter().find(|held| held.is_object()) {
            Some(held) => self.innermost(self.behind(held)),
            None => schema,
        }
    }

    /// A schema's type in words.
    fn kind(&self, schema: &'a Value) -> String {
        let schema = self.behind(schema);
        if schema["properties"].is_object() {
            return "group".to_owned();
        }
        if !variants(schema).is_empty() {
            return "name".to_owned();
        }
        if let Some(items) = schema["prefixItems"].as_array() {
            let items: Vec<String> = items.iter().map(|item| self.kind(item)).collect();
            return format!("({})", items.join(", "));
        }
        let kind = match &schema["type"] {
            Value::Array(names) => names.iter().find(|n| *n != "null").unwrap_or(&Value::Null),
            one => one,
        };
        match kind.as_str().unwrap_or_default() {
            "string" if schema["maxLength"] == 1 => "character".to_owned(),
            "string" => "text".to_owned(),
            "integer" => "whole number".to_owned(),
            "number" => "number".to_owned(),
            "boolean" => "true or false".to_owned(),
            "array" => format!("list of {}", self.kind(&schema["items"])),
            "object" => format!("map to {}", self.kind(&schema["additionalProperties"])),
            other => self.either(schema).unwrap_or_else(|| other.to_owned()),
        }
    }

    /// One of several types, in words.
    fn either(&self, schema: &'a Value) -> Option<String> {
        let kinds: Vec<String> =
            schema["anyOf"].as_array()?.iter().map(|one| self.kind(one)).collect();
        Some(kinds.join(" or "))
    }
}

/// A name of a closed set, with its parameters.
struct Variant<'a> {
    name: &'a str,
    description: Option<&'a Value>,
    content: Option<&'a Value>,
}

fn variants(schema: &Value) -> Vec<Variant<'_>> {
    let mut found = Vec::new();
    let plain = std::slice::from_ref(schema);
    let alternatives = schema["oneOf"].as_array().map_or(plain, Vec::as_slice);
    for one in alternatives {
        let description = one.get("description");
        if let Some(name) = one["const"].as_str() {
            found.push(Variant { name, description, content: None });
        }
        for name in one["enum"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            found.push(Variant { name, description: None, content: None });
        }
        let fields = one["properties"].as_object().filter(|_| schema["oneOf"].is_array());
        for (name, content) in fields.into_iter().flatten() {
            found.push(Variant { name, description, content: Some(content) });
        }
    }
    found
}

fn names(schema: &Value) -> Vec<String> {
    variants(schema).iter().map(|variant| variant.name.to_owned()).collect()
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A description on one line, links of the API documentation as plain code.
fn text(description: Option<&Value>) -> String {
    let words = description.and_then(Value::as_str).unwrap_or_default();
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ").replace("[`", "`");
    let mut parts = line.split("`]");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let target = part.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        plain += "`";
        plain += target.map_or(part, |(_, rest)| rest);
    }
    plain
}

/// A default as RON, short enough for a table.
fn shown(value: &Value) -> String {
    let full = ron(value, true);
    if full.chars().count() <= LONGEST_DEFAULT { full } else { ron(value, false) }
}

/// A value as the configuration would have it; `whole` shows the parameters of names.
fn ron(value: &Value, whole: bool) -> String {
    let list =
        |items: &[Value]| items.iter().map(|item| ron(item, whole)).collect::<Vec<_>>().join(", ");
    match value {
        Value::Null => "none".to_owned(),
        Value::String(name) if name.starts_with(char::is_uppercase) => name.clone(),
        Value::Array(items) => format!("[{}]", list(items)),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let named = fields.iter().next().filter(|(n, _)| n.starts_with(char::is_uppercase));
            match named {
                Some((name, _)) if !whole => name.clone(),
                Some((name, content @ Value::Object(_))) => {
                    format!("{name}{}", ron(content, whole))
                }
                Some((name, content)) => format!("{name}({})", ron(content, whole)),
                None => {
                    let pairs: Vec<String> =
                        fields.iter().map(|(k, v)| format!("{k}: {}", ron(v, whole))).collect();
                    format!("({})", pairs.join(", "))
                }
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_pipeline::Experiment;

    fn find<'a>(keys: &'a [Key], key: &str) -> &'a Key {
        keys.iter().find(|k| k.key == key).unwrap_or_else(|| panic!("{key} is not among the keys"))
    }

    #[test]
    fn keys_are_found_wherever_they_stand() {
        let keys = of::<Experiment>();
        assert_eq!(find(&keys, "data.leads").default, "required");
        assert_eq!(find(&keys, "data.join[].on").kind, "text");
        assert_eq!(find(&keys, "data.exclude").kind, "map to text");
        assert_eq!(find(&keys, "label.Column.blank").default, "LeaveOut");
        assert_eq!(find(&keys, "threshold").default, "F1");
        assert!(find(&keys, "threshold").values.contains(&"Capacity".to_owned()));
        assert_eq!(find(&keys, "models[].Xgboost.eta").default, "0.05");
        assert_eq!(find(&keys, "seed").default, "42");
    }

    #[test]
    fn links_of_the_api_documentation_become_code() {
        let written = Value::from("as in [`top`] and\n[`KEYS`](crate::KEYS), at most (5)");
        assert_eq!(text(Some(&written)), "as in `top` and `KEYS`, at most (5)");
    }

    #[test]
    fn every_key_is_described() {
        for key in of::<Experiment>() {
            assert!(!key.description.is_empty(), "{} has no description", key.key);
            assert!(!key.kind.is_empty(), "{} has no type", key.key);
        }
    }
}
