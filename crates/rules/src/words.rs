//! A condition as people say it.

use crate::Condition::{
    Above, All, Any, AtLeast, AtMost, Before, Below, Between, Contains, Is, IsNot, Known,
    LongerAgo, Matches, Missing, Not, OneOf, Since, StartsWith, WithinDays,
};
use crate::{Condition, Value};
use std::fmt;

impl Condition {
    /// In words, the fields named by `name`: `page views at least 10 and job title one of CTO, CEO`.
    pub fn words(&self, name: &impl Fn(&str) -> String) -> String {
        let f = |field: &String| name(field);
        match self {
            Is(field, value) => format!("{} is {value}", f(field)),
            IsNot(field, value) => format!("{} is not {value}", f(field)),
            OneOf(field, values) => format!("{} one of {}", f(field), list(values)),
            Below(field, n) => format!("{} below {n}", f(field)),
            AtMost(field, n) => format!("{} at most {n}", f(field)),
            Above(field, n) => format!("{} above {n}", f(field)),
            AtLeast(field, n) => format!("{} at least {n}", f(field)),
            Between(field, low, high) => format!("{} from {low} to {high}", f(field)),
            Contains(field, part) => format!("{} contains \"{part}\"", f(field)),
            StartsWith(field, part) => format!("{} starts with \"{part}\"", f(field)),
            Matches(field, pattern) => format!("{} matches \"{pattern}\"", f(field)),
            Before(field, day) => format!("{} before {day}", f(field)),
            Since(field, day) => format!("{} since {day}", f(field)),
            WithinDays(field, n) => format!("{} within {n} days", f(field)),
            LongerAgo(field, n) => format!("{} more than {n} days ago", f(field)),
            Missing(field) => format!("{} unknown", f(field)),
            Known(field) => format!("{} known", f(field)),
            All(parts) if parts.is_empty() => "always".to_owned(),
            Any(parts) if parts.is_empty() => "never".to_owned(),
            All(parts) => joined(parts, " and ", name),
            Any(parts) => joined(parts, " or ", name),
            Not(part) => match part.as_ref() {
                All(parts) | Any(parts) if parts.len() > 1 => format!("not ({})", part.words(name)),
                _ => format!("not {}", part.words(name)),
            },
        }
    }
}

fn list(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

fn joined(parts: &[Condition], by: &str, name: &impl Fn(&str) -> String) -> String {
    let part = |part: &Condition| match part {
        All(inner) | Any(inner) if inner.len() > 1 && parts.len() > 1 => {
            format!("({})", part.words(name))
        }
        _ => part.words(name),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(by)
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(&|name| format!("`{name}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_like_a_clause() {
        let text = r#"All([AtLeast("page_views", 10), Any([OneOf("t", ["CTO", "CEO"]), Not(Missing("p"))])])"#;
        let condition: Condition = ron::from_str(text).unwrap();
        assert_eq!(
            condition.words(&|name| name.replace('_', " ")),
            "page views at least 10 and (t one of CTO, CEO or not p unknown)"
        );
    }
}
