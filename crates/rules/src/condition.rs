//! A condition over one lead, and whether it holds.
//!
//! What compares a field is false where the field is missing: nothing known is no evidence. [`Condition::Not`] turns that
//! round, so "not in Germany" that should leave out the unknown is `IsNot("country", "DE")`, not `Not(Is("country", "DE"))`.
//! Words compare without case, like the levels of a category.

use crate::{Day, Pattern, RulesError, Value, fields::check};
use leadsight_schema::{Cell, Folded, Schema, Timestamp};
use serde::{Deserialize, Serialize};

/// Something that is true of a lead or not. `F` names a field: by name as people write it, by position once bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum Condition<F = String> {
    /// The field is this number or word.
    Is(F, Value),
    /// The field is known and another number or word.
    IsNot(F, Value),
    /// The field is one of these numbers or words.
    OneOf(F, Vec<Value>),
    /// The number is below.
    Below(F, f64),
    /// The number is below or equal.
    AtMost(F, f64),
    /// The number is above.
    Above(F, f64),
    /// The number is above or equal.
    AtLeast(F, f64),
    /// The number lies between two, both included.
    Between(F, f64, f64),
    /// The text contains this.
    Contains(F, String),
    /// The text starts with this.
    StartsWith(F, String),
    /// The text contains a match of this regular expression.
    Matches(F, Pattern),
    /// The date is before this moment.
    Before(F, Day),
    /// The date is this moment or later.
    Since(F, Day),
    /// The date lies at most this many days before the moment of scoring, and not after it.
    WithinDays(F, f64),
    /// The date lies more than this many days before the moment of scoring.
    LongerAgo(F, f64),
    /// Nothing is known.
    Missing(F),
    /// Something is known.
    Known(F),
    /// All of these hold.
    All(Vec<Condition<F>>),
    /// At least one of these holds.
    Any(Vec<Condition<F>>),
    /// This does not hold.
    Not(Box<Condition<F>>),
}

use Condition::{
    Above, All, Any, AtLeast, AtMost, Before, Below, Between, Contains, Is, IsNot, Known,
    LongerAgo, Matches, Missing, Not, OneOf, Since, StartsWith, WithinDays,
};

impl<F> Condition<F> {
    /// Whether it holds for a lead. `cell` gives the lead's fields; `moment` is that of scoring, without which no date is
    /// a number of days ago.
    pub fn holds<'a>(&self, cell: &impl Fn(&F) -> Cell<'a>, moment: Option<Timestamp>) -> bool {
        self.eval(&mut |field, leaf| leaf.compare(cell(field), moment))
    }

    /// Its truth from that of its comparisons.
    pub(crate) fn eval(&self, leaf: &mut impl FnMut(&F, &Self) -> bool) -> bool {
        match self {
            All(parts) => parts.iter().all(|part| part.eval(leaf)),
            Any(parts) => parts.iter().any(|part| part.eval(leaf)),
            Not(part) => !part.eval(leaf),
            _ => self.field().is_some_and(|field| leaf(field, self)),
        }
    }

    /// The field of a comparison; `None` for what joins several.
    pub(crate) fn field(&self) -> Option<&F> {
        match self {
            Is(f, _) | IsNot(f, _) | OneOf(f, _) => Some(f),
            Below(f, _) | AtMost(f, _) | Above(f, _) | AtLeast(f, _) | Between(f, _, _) => Some(f),
            Contains(f, _) | StartsWith(f, _) | Matches(f, _) => Some(f),
            Before(f, _) | Since(f, _) | WithinDays(f, _) | LongerAgo(f, _) => Some(f),
            Missing(f) | Known(f) => Some(f),
            All(_) | Any(_) | Not(_) => None,
        }
    }

    /// The field of every comparison, in order, to be replaced.
    pub fn fields_mut(&mut self) -> Vec<&mut F> {
        match self {
            Is(f, _) | IsNot(f, _) | OneOf(f, _) => vec![f],
            Below(f, _) | AtMost(f, _) | Above(f, _) | AtLeast(f, _) | Between(f, _, _) => vec![f],
            Contains(f, _) | StartsWith(f, _) | Matches(f, _) => vec![f],
            Before(f, _) | Since(f, _) | WithinDays(f, _) | LongerAgo(f, _) => vec![f],
            Missing(f) | Known(f) => vec![f],
            All(parts) | Any(parts) => parts.iter_mut().flat_map(Self::fields_mut).collect(),
            Not(part) => part.fields_mut(),
        }
    }

    /// The field of every comparison, in order.
    pub fn fields(&self) -> Vec<&F> {
        self.leaves().into_iter().filter_map(Self::field).collect()
    }

    /// The comparisons in it, in order.
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            All(parts) | Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Not(part) => part.leaves(),
            leaf => vec![leaf],
        }
    }

    /// A comparison with a cell.
    pub(crate) fn compare(&self, cell: Cell<'_>, moment: Option<Timestamp>) -> bool {
        let days = |t: Timestamp| moment.map(|m| m.days_since(t));
        match (self, cell) {
            (Missing(_), cell) => cell == Cell::Missing,
            (Known(_), cell) => cell != Cell::Missing,
            (Is(_, value), cell) => same(value, cell),
            (IsNot(_, value), cell) => cell != Cell::Missing && !same(value, cell),
            (OneOf(_, values), cell) => values.iter().any(|value| same(value, cell)),
            (Below(_, n), Cell::Number(x)) => x < *n,
            (AtMost(_, n), Cell::Number(x)) => x <= *n,
            (Above(_, n), Cell::Number(x)) => x > *n,
            (AtLeast(_, n), Cell::Number(x)) => x >= *n,
            (Between(_, low, high), Cell::Number(x)) => (*low..=*high).contains(&x),
            (Contains(_, part), Cell::Text(text)) => {
                text.to_lowercase().contains(&part.to_lowercase())
            }
            (StartsWith(_, part), Cell::Text(text)) => {
                text.to_lowercase().starts_with(&part.to_lowercase())
            }
            (Matches(_, pattern), Cell::Text(text)) => pattern.matches(text),
            (Before(_, day), Cell::Date(t)) => t < day.0,
            (Since(_, day), Cell::Date(t)) => t >= day.0,
            (WithinDays(_, n), Cell::Date(t)) => days(t).is_some_and(|d| (0.0..=*n).contains(&d)),
            (LongerAgo(_, n), Cell::Date(t)) => days(t).is_some_and(|d| d > *n),
            _ => false,
        }
    }

    /// The same condition with other names for its fields.
    ///
    /// # Errors
    /// The first that `name` returns.
    pub fn map<G, E>(&self, name: &mut impl FnMut(&F) -> Result<G, E>) -> Result<Condition<G>, E> {
        Ok(match self {
            All(parts) => All(parts.iter().map(|p| p.map(name)).collect::<Result<_, E>>()?),
            Any(parts) => Any(parts.iter().map(|p| p.map(name)).collect::<Result<_, E>>()?),
            Not(part) => Not(Box::new(part.map(name)?)),
            Is(f, value) => Is(name(f)?, value.clone()),
            IsNot(f, value) => IsNot(name(f)?, value.clone()),
            OneOf(f, values) => OneOf(name(f)?, values.clone()),
            Below(f, n) => Below(name(f)?, *n),
            AtMost(f, n) => AtMost(name(f)?, *n),
            Above(f, n) => Above(name(f)?, *n),
            AtLeast(f, n) => AtLeast(name(f)?, *n),
            Between(f, low, high) => Between(name(f)?, *low, *high),
            Contains(f, part) => Contains(name(f)?, part.clone()),
            StartsWith(f, part) => StartsWith(name(f)?, part.clone()),
            Matches(f, pattern) => Matches(name(f)?, pattern.clone()),
            Before(f, day) => Before(name(f)?, *day),
            Since(f, day) => Since(name(f)?, *day),
            WithinDays(f, n) => WithinDays(name(f)?, *n),
            LongerAgo(f, n) => LongerAgo(name(f)?, *n),
            Missing(f) => Missing(name(f)?),
            Known(f) => Known(name(f)?),
        })
    }

    /// Whether it looks at a date from the moment of scoring.
    pub fn needs_moment(&self) -> bool {
        self.leaves().iter().any(|leaf| matches!(leaf, WithinDays(..) | LongerAgo(..)))
    }
}

impl Condition {
    /// Resolves field names to positions of `schema`. `place` says where the condition stands, for errors.
    ///
    /// # Errors
    /// [`RulesError::UnknownField`] with the nearest name, [`RulesError::WrongKind`] where a field is compared as what it
    /// is not.
    pub fn bind(&self, schema: &Schema, place: &str) -> Result<Condition<usize>, RulesError> {
        for leaf in self.leaves() {
            check(leaf, schema, place)?;
        }
        self.map(&mut |name: &String| {
            schema.position(name).map_err(|source| RulesError::UnknownField {
                place: place.to_owned(),
                condition: self.to_string(),
                source: Box::new(source),
            })
        })
    }
}

fn same(value: &Value, cell: Cell<'_>) -> bool {
    match (value, cell) {
        (Value::Number(n), Cell::Number(x)) => x == *n,
        (Value::Text(word), Cell::Text(text)) => Folded(word.trim()) == Folded(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::DateFormat;

    const NOW: &str = "2026-11-22";

    fn at(text: &str) -> Timestamp {
        DateFormat::Iso.parse(text).unwrap()
    }

    #[track_caller]
    fn check(condition: &str, cell: Cell<'_>, expect: bool) {
        let condition: Condition = ron::from_str(condition).unwrap();
        let found = condition.holds(&|_| cell, Some(at(NOW)));
        assert_eq!(found, expect, "{condition} of {cell:?}");
    }

    #[test]
    fn numbers() {
        let n = Cell::Number;
        check(r#"Is("f", 3)"#, n(3.0), true);
        check(r#"IsNot("f", 3)"#, n(3.0), false);
        check(r#"OneOf("f", [1, 3])"#, n(3.0), true);
        check(r#"Below("f", 3)"#, n(3.0), false);
        check(r#"AtMost("f", 3)"#, n(3.0), true);
        check(r#"Above("f", 3)"#, n(3.0), false);
        check(r#"AtLeast("f", 3)"#, n(3.0), true);
        check(r#"Between("f", 1, 3)"#, n(3.0), true);
        check(r#"Between("f", 1, 3)"#, n(3.1), false);
    }

    #[test]
    fn words_do_not_mind_case() {
        let t = Cell::Text;
        check(r#"Is("f", "cto")"#, t("CTO"), true);
        check(r#"OneOf("f", ["CEO", "MÜNCHEN"])"#, t("München"), true);
        check(r#"IsNot("f", "cto")"#, t("CEO"), true);
        check(r#"Contains("f", "@GMAIL.")"#, t("ann@gmail.com"), true);
        check(r#"StartsWith("f", "vp")"#, t("VP of Sales"), true);
        check(r#"Matches("f", "^(head|vp) of")"#, t("VP of Sales"), true);
        check(r#"Matches("f", "^of")"#, t("VP of Sales"), false);
    }

    #[test]
    fn dates_are_looked_at_from_the_moment_of_scoring() {
        let d = |text| Cell::Date(at(text));
        check(r#"WithinDays("f", 14)"#, d("2026-11-08"), true);
        check(r#"WithinDays("f", 14)"#, d("2026-11-07"), false);
        check(r#"WithinDays("f", 14)"#, d("2026-11-23"), false);
        check(r#"LongerAgo("f", 14)"#, d("2026-11-07"), true);
        check(r#"Before("f", "2026-11-07")"#, d("2026-11-06"), true);
        check(r#"Since("f", "2026-11-07")"#, d("2026-11-07"), true);
        let condition: Condition = ron::from_str(r#"WithinDays("f", 14)"#).unwrap();
        assert!(!condition.holds(&|_| d("2026-11-08"), None));
    }

    #[test]
    fn nothing_known_is_no_evidence() {
        for text in [
            r#"Is("f", 3)"#,
            r#"IsNot("f", 3)"#,
            r#"Below("f", 3)"#,
            r#"Contains("f", "")"#,
            r#"Known("f")"#,
            r#"Any([])"#,
        ] {
            check(text, Cell::Missing, false);
        }
        check(r#"Missing("f")"#, Cell::Missing, true);
        check(r#"Not(Is("f", 3))"#, Cell::Missing, true);
        check(r#"All([Missing("f"), Any([Known("f"), Missing("f")])])"#, Cell::Missing, true);
    }

    #[test]
    fn bound_conditions_read_back() {
        let text = r#"All([Matches("a", "x+"), Since("b", "2026-01-02"), OneOf("c", [1, 2])])"#;
        let condition: Condition = ron::from_str(text).unwrap();
        let bound = condition.map(&mut |name: &String| Ok::<_, ()>(name.len())).unwrap();
        let json = serde_json::to_string(&bound).unwrap();
        assert_eq!(serde_json::from_str::<Condition<usize>>(&json).unwrap(), bound, "{json}");
    }
}
