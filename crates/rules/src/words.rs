//! A condition as people say it.

use crate::Condition::{
    Above, All, Any, AtLeast, AtMost, Before, Below, Between, Contains, Is, IsNot, Known,
    LongerAgo, Matches, Missing, Not, OneOf, Since, StartsWith, WithinDays,
};
use crate::{Condition, Day, Value};
use leadsight_schema::{Language, Phrases, fill};
use std::fmt;

/// Of a longer list of values so many are told where people read it in a sentence.
const TOLD: usize = 8;

/// What a condition is told in, and how many values of a list.
#[derive(Clone, Copy)]
struct Telling {
    language: Language,
    most: usize,
}

impl Condition {
    /// In words, the fields named by `name`: `page views at least 10 and (job title is CTO or CEO)`.
    pub fn words(&self, name: &impl Fn(&str) -> String) -> String {
        self.told(Telling { language: Language::English, most: usize::MAX }, name)
    }

    /// As [`Condition::words`], in a language, and of long lists the first values and how many more there are.
    pub fn words_in(&self, language: Language, name: &impl Fn(&str) -> String) -> String {
        self.told(Telling { language, most: TOLD }, name)
    }

    fn told(&self, telling: Telling, name: &impl Fn(&str) -> String) -> String {
        let language = telling.language;
        let p = language.phrases();
        let say = |phrase: &str, field: &str, value: &str, high: &str| {
            let field = name(field);
            fill(phrase, |placeholder| match placeholder {
                "field" => &field,
                "value" => value,
                _ => high,
            })
        };
        let one = |phrase: &str, field: &str, value: &str| say(phrase, field, value, "");
        let number = |n: &f64| language.decimal(n.to_string());
        match self {
            Is(field, v) => one(p.when_is, field, &value(v, language)),
            IsNot(field, v) => one(p.when_is_not, field, &value(v, language)),
            OneOf(field, values) => one(p.when_is, field, &list(values, telling)),
            Below(field, n) => one(p.when_below, field, &number(n)),
            AtMost(field, n) => one(p.when_at_most, field, &number(n)),
            Above(field, n) => one(p.when_above, field, &number(n)),
            AtLeast(field, n) => one(p.when_at_least, field, &number(n)),
            Between(field, low, high) => say(p.when_between, field, &number(low), &number(high)),
            Contains(field, part) => one(p.when_contains, field, part),
            StartsWith(field, part) => one(p.when_starts_with, field, part),
            Matches(field, pattern) => one(p.when_matches, field, &pattern.to_string()),
            Before(field, d) => one(p.when_before, field, &day(d, language)),
            Since(field, d) => one(p.when_since, field, &day(d, language)),
            WithinDays(field, n) => one(p.when_within_days, field, &number(n)),
            LongerAgo(field, n) => one(p.when_longer_ago, field, &number(n)),
            Missing(field) => one(p.when_missing, field, ""),
            Known(field) => one(p.when_known, field, ""),
            All(parts) if parts.is_empty() => p.when_always.to_owned(),
            Any(parts) if parts.is_empty() => p.when_never.to_owned(),
            All(parts) => joined(parts, p.and, telling, name),
            Any(parts) => joined(parts, p.or, telling, name),
            Not(part) => match part.as_ref() {
                OneOf(field, values) => one(p.when_is_not, field, &list(values, telling)),
                part => not(part, p, &part.told(telling, name)),
            },
        }
    }
}

fn not(part: &Condition, p: &Phrases, words: &str) -> String {
    let several = matches!(part, All(parts) | Any(parts) if parts.len() > 1);
    let words = if several { format!("({words})") } else { words.to_owned() };
    fill(p.when_not, |_| &words)
}

fn value(value: &Value, language: Language) -> String {
    match value {
        Value::Number(number) => language.decimal(number.to_string()),
        Value::Text(word) => word.clone(),
    }
}

fn day(day: &Day, language: Language) -> String {
    let text = day.to_string();
    // One with a time of day stays as it is written.
    if text.len() == "2026-11-22".len() { language.date(day.0) } else { text }
}

/// `CTO, CEO or CFO`.
fn list(values: &[Value], Telling { language, most }: Telling) -> String {
    let p = language.phrases();
    let told = if values.len() > most { most - 1 } else { values.len() };
    let mut words: Vec<String> = values[..told].iter().map(|v| value(v, language)).collect();
    if told < values.len() {
        let number = (values.len() - told).to_string();
        words.push(fill(p.when_more, |_| &number));
    }
    match words.pop() {
        Some(last) if !words.is_empty() => words.join(", ") + p.or + &last,
        last => last.unwrap_or_default(),
    }
}

/// Whether it is told with an "or" that another word could tear apart.
fn has_or(condition: &Condition) -> bool {
    match condition {
        OneOf(_, values) => values.len() > 1,
        Not(part) => matches!(part.as_ref(), OneOf(_, values) if values.len() > 1),
        _ => false,
    }
}

fn joined(
    parts: &[Condition],
    by: &str,
    telling: Telling,
    name: &impl Fn(&str) -> String,
) -> String {
    let part = |part: &Condition| {
        let words = part.told(telling, name);
        let several = matches!(part, All(inner) | Any(inner) if inner.len() > 1) || has_or(part);
        if several && parts.len() > 1 { format!("({words})") } else { words }
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
            "page views at least 10 and ((t is CTO or CEO) or not p unknown)"
        );
    }

    #[test]
    fn speaks_german() {
        let text = r#"All([Between("b", 0.5, 3), Not(Any([Since("d", "2026-11-22"), Before("d", "2026-01-02T03:04:05Z")])), OneOf("c", [1.5, "x"])])"#;
        let condition: Condition = ron::from_str(text).unwrap();
        assert_eq!(
            condition.words_in(Language::German, &str::to_owned),
            "b von 0,5 bis 3 und nicht (d seit dem 22.11.2026 oder d vor dem 2026-01-02T03:04:05Z) und (c ist 1,5 oder x)"
        );
    }

    #[test]
    fn lists_are_told_as_people_do() {
        let told = |text: &str| {
            let condition: Condition = ron::from_str(text).unwrap();
            let name = str::to_owned;
            (condition.words(&name), condition.words_in(Language::German, &name))
        };
        for (text, english, german) in [
            (r#"OneOf("b", ["A"])"#, "b is A", "b ist A"),
            (r#"OneOf("b", ["A", "B", "C"])"#, "b is A, B or C", "b ist A, B oder C"),
            (r#"Not(OneOf("b", ["A", "B"]))"#, "b is not A or B", "b ist nicht A oder B"),
            (r#"All([OneOf("b", ["A", "B"])])"#, "b is A or B", "b ist A oder B"),
        ] {
            assert_eq!(told(text), (english.to_owned(), german.to_owned()));
        }
        let long = told(r#"OneOf("b", [1, 2, 3, 4, 5, 6, 7, 8, 9])"#);
        assert_eq!(long.0, "b is 1, 2, 3, 4, 5, 6, 7, 8 or 9");
        assert_eq!(long.1, "b ist 1, 2, 3, 4, 5, 6, 7 oder 2 weitere");
    }
}
