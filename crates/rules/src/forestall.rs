//! Which of many conditions in order can still decide.
//!
//! A condition on one field is held against the cases that those before it on that field have left: see [`Axis`]. One on several fields is held
//! against the earlier ones on no other fields, without those that compare a field with another constant, lead by lead as long as the work
//! lasts; beyond that nothing is claimed of it.

use crate::Condition::{All, Contains, Is, Matches, Missing, OneOf, StartsWith};
use crate::axis::{Axis, Free, Stretch};
use crate::cases::{MOST_PATTERNS, Work};
use crate::order::MOST_COMPARISONS;
use crate::{Condition, Fact, Value, reach};
use leadsight_schema::Folded;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is known of a condition in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may decide.
    Decides,
    /// No lead fulfils it.
    Never,
    /// Every lead that fulfils it fulfils an earlier one.
    Forestalled,
}

/// Conditions in order, looked at one after another.
pub(crate) struct Order<'a> {
    conditions: &'a [&'a Condition],
    facts: &'a [Fact],
    fields: HashMap<&'a str, OneField<'a>>,
    earlier: Earlier<'a>,
    /// Whether one before always holds.
    always: bool,
    work: Work,
    at: usize,
}

/// The conditions on one field alone.
struct OneField<'a> {
    axis: Axis<'a>,
    /// Where the facts hold.
    possible: Vec<Stretch>,
    free: Free,
    /// Positions of conditions with more patterns than can be combined, of which nothing is claimed.
    beyond: BTreeSet<usize>,
}

impl<'a> Order<'a> {
    pub(crate) fn new(conditions: &'a [&'a Condition], facts: &'a [Fact]) -> Self {
        let mut work = Work::new(MOST_COMPARISONS);
        let mut alone: BTreeMap<&'a str, Vec<usize>> = BTreeMap::new();
        for (i, condition) in conditions.iter().enumerate() {
            if let Some(field) = only_field(condition) {
                alone.entry(field).or_default().push(i);
            }
        }
        let of_field = |(field, places): (&'a str, Vec<usize>)| {
            Some((field, OneField::new(field, &places, conditions, facts, &mut work)?))
        };
        let fields = alone.into_iter().filter_map(of_field).collect();
        let earlier = Earlier::default();
        Self { conditions, facts, fields, earlier, always: false, work, at: 0 }
    }

    /// What is known of the next condition.
    pub(crate) fn next(&mut self) -> Verdict {
        let condition = self.conditions[self.at];
        let (verdict, always) = match only_field(condition) {
            Some(field) => match self.fields.get_mut(field) {
                Some(own) => own.verdict(condition, self.at, &mut self.work),
                None => (Verdict::Decides, false),
            },
            None => self.among_fields(condition),
        };
        let forestalled = self.always && verdict == Verdict::Decides;
        self.always |= always;
        self.earlier.add(condition);
        self.at += 1;
        if forestalled { Verdict::Forestalled } else { verdict }
    }

    /// Of a condition on several fields, and whether it always holds.
    fn among_fields(&mut self, condition: &'a Condition) -> (Verdict, bool) {
        let (facts, work) = (self.facts, &mut self.work);
        if reach::never(condition, facts, work) {
            return (Verdict::Never, false);
        }
        let near = self.earlier.near(condition, work);
        if near.is_some_and(|near| reach::covered(condition, &near, facts, work)) {
            return (Verdict::Forestalled, false);
        }
        (Verdict::Decides, reach::always(condition, facts, work))
    }
}

impl<'a> OneField<'a> {
    /// `None` where the facts take more work than is left.
    fn new(
        field: &str,
        places: &[usize],
        conditions: &[&'a Condition],
        facts: &'a [Fact],
        work: &mut Work,
    ) -> Option<Self> {
        let facts = facts.iter().filter(|fact| only_field(&fact.always) == Some(field));
        let facts: Vec<&'a Condition> = facts.map(|fact| &fact.always).collect();
        let mut leaves: Vec<&'a Condition> = facts.iter().flat_map(|fact| fact.leaves()).collect();
        let (mut patterns, mut beyond) = (Vec::<&'a Condition>::new(), BTreeSet::new());
        for &i in places {
            let own = conditions[i].leaves();
            let before = patterns.len();
            for leaf in own.iter().filter(|leaf| is_pattern(leaf)) {
                if patterns.len() <= MOST_PATTERNS && !patterns.contains(leaf) {
                    patterns.push(leaf);
                }
            }
            if patterns.len() > MOST_PATTERNS {
                patterns.truncate(before);
                beyond.insert(i);
            } else {
                leaves.extend(own);
            }
        }
        let axis = Axis::of(leaves.into_iter())?;
        let mut possible: Vec<Stretch> = vec![(0, axis.len())];
        for fact in facts {
            possible = axis.both(&possible, &axis.holds(fact, work)?);
        }
        Some(Self { free: Free::all(&axis), axis, possible, beyond })
    }

    fn verdict(&mut self, condition: &Condition, at: usize, work: &mut Work) -> (Verdict, bool) {
        if self.beyond.contains(&at) {
            return (Verdict::Decides, false);
        }
        let Some(holds) = self.axis.holds(condition, work) else {
            return (Verdict::Decides, false);
        };
        let own = self.axis.both(&holds, &self.possible);
        if own.is_empty() {
            return (Verdict::Never, false);
        }
        let always = own == self.possible;
        let verdict = if self.free.take(&own) { Verdict::Decides } else { Verdict::Forestalled };
        (verdict, always)
    }
}

/// The field of a condition that asks for no other.
fn only_field(condition: &Condition) -> Option<&str> {
    let fields = condition.fields();
    let (first, others) = fields.split_first()?;
    others.iter().all(|other| other == first).then_some(first.as_str())
}

fn is_pattern(leaf: &Condition) -> bool {
    matches!(leaf, Contains(..) | StartsWith(..) | Matches(..))
}

/// What a field must be for a condition to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pin<'a> {
    Missing,
    Number(u64),
    Word(Folded<'a>),
}

/// The fields that a condition pins to one of some constants.
fn pins(condition: &Condition) -> Vec<(&str, Vec<Pin<'_>>)> {
    let pin = |value| match value {
        // Adding 0 makes one zero of both.
        &Value::Number(number) => Pin::Number((number + 0.0_f64).to_bits()),
        Value::Text(word) => Pin::Word(Folded(word.trim())),
    };
    match condition {
        Is(field, value) => vec![(field, vec![pin(value)])],
        OneOf(field, values) => vec![(field, values.iter().map(pin).collect())],
        Missing(field) => vec![(field, vec![Pin::Missing])],
        All(parts) => parts.iter().flat_map(pins).collect(),
        _ => Vec::new(),
    }
}

/// Earlier conditions, found by the constants that a field is pinned to.
#[derive(Default)]
struct Earlier<'a> {
    all: Vec<(&'a Condition, BTreeSet<&'a str>)>,
    pinned: HashMap<&'a str, BTreeMap<Pin<'a>, Vec<usize>>>,
    loose: Vec<usize>,
}

impl<'a> Earlier<'a> {
    fn add(&mut self, condition: &'a Condition) {
        let i = self.all.len();
        self.all.push((condition, condition.fields().into_iter().map(String::as_str).collect()));
        match pins(condition).into_iter().next() {
            None => self.loose.push(i),
            Some((field, values)) => {
                let lists = self.pinned.entry(field).or_default();
                values.into_iter().for_each(|value| lists.entry(value).or_default().push(i));
            }
        }
    }

    /// Those on no other fields than the condition's that some lead could fulfil along with it; `None` where they are too many to look at.
    fn near(&self, condition: &'a Condition, work: &mut Work) -> Option<Vec<&'a Condition>> {
        let own: BTreeSet<&str> = condition.fields().into_iter().map(String::as_str).collect();
        let pinned = pins(condition);
        let mut lists: Vec<&Vec<usize>> = vec![&self.loose];
        for field in &own {
            let Some(of_field) = self.pinned.get(field) else { continue };
            match pinned.iter().find(|(name, _)| name == field) {
                Some((_, values)) => lists.extend(values.iter().filter_map(|v| of_field.get(v))),
                None => lists.extend(of_field.values()),
            }
        }
        if !work.spend(lists.iter().map(|list| list.len()).sum()) {
            return None;
        }
        let near: BTreeSet<usize> = lists.into_iter().flatten().copied().collect();
        let near = near.into_iter().map(|i| &self.all[i]);
        Some(near.filter(|(_, fields)| fields.is_subset(&own)).map(|(c, _)| *c).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By looking at every lead, for each condition and all before it.
    fn plainly(conditions: &[&Condition], at: usize, facts: &[Fact]) -> Verdict {
        let mut work = Work::new(usize::MAX);
        let (condition, earlier) = (conditions[at], &conditions[..at]);
        if reach::never(condition, facts, &mut work) {
            return Verdict::Never;
        }
        let own = condition.fields();
        let near = earlier.iter().filter(|c| c.fields().iter().all(|f| own.contains(f)));
        let near: Vec<&Condition> = near.copied().collect();
        let mut always = earlier.iter().map(|c| reach::always(c, facts, &mut work));
        if always.any(|always| always) || reach::covered(condition, &near, facts, &mut work) {
            return Verdict::Forestalled;
        }
        Verdict::Decides
    }

    fn read(text: &str) -> Condition {
        ron::from_str(text).unwrap()
    }

    fn comparison() -> impl Strategy<Value = Condition> {
        let number = (0..8_usize, 0..2_usize, 0..4_i32).prop_map(|(kind, field, n)| {
            let field = ["a", "b"][field];
            let kind =
                ["Is", "IsNot", "Below", "AtMost", "Above", "AtLeast", "OneOf", "Between"][kind];
            match kind {
                "OneOf" => format!("OneOf({field:?}, [{n}, 9])"),
                "Between" => format!("Between({field:?}, 1, {n})"),
                _ => format!("{kind}({field:?}, {n})"),
            }
        });
        let words = prop::sample::select(vec![
            r#"Is("w", "x")"#,
            r#"Is("w", "Y")"#,
            r#"IsNot("w", " X ")"#,
            r#"OneOf("w", ["y", "z"])"#,
            r#"Contains("w", "x")"#,
            r#"StartsWith("w", "y")"#,
            r#"Missing("w")"#,
            r#"Known("a")"#,
            r#"Missing("b")"#,
            r#"Before("d", "2026-01-02")"#,
            r#"Since("d", "2026-01-02")"#,
            r#"WithinDays("d", 7)"#,
            r#"LongerAgo("d", 5)"#,
        ]);
        prop_oneof![number, words.prop_map(str::to_owned)].prop_map(|text| read(&text))
    }

    fn condition() -> impl Strategy<Value = Condition> {
        comparison().prop_recursive(2, 5, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::All),
                prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::Any),
                inner.prop_map(|part| Condition::Not(Box::new(part))),
            ]
        })
    }

    proptest! {
        #[test]
        fn finds_what_a_look_at_every_lead_finds(
            list in prop::collection::vec(condition(), 1..7), known in 0..3_usize,
        ) {
            let fact = |text: &str| Fact { always: read(text), told: String::new() };
            let facts = [fact(r#"Between("a", 1, 3)"#), fact(r#"OneOf("w", ["x", "y"])"#)];
            let facts = &facts[..known];
            let list: Vec<&Condition> = list.iter().collect();
            let mut order = Order::new(&list, facts);
            for at in 0..list.len() {
                let (found, expect) = (order.next(), plainly(&list, at, facts));
                prop_assert_eq!(found, expect, "{}", list[at]);
                if found != Verdict::Decides {
                    break;
                }
            }
        }
    }

    fn verdicts(texts: impl Iterator<Item = String>) -> Vec<Verdict> {
        let conditions: Vec<Condition> = texts.map(|text| read(&text)).collect();
        let list: Vec<&Condition> = conditions.iter().collect();
        let mut order = Order::new(&list, &[]);
        list.iter().map(|_| order.next()).collect()
    }

    #[test]
    fn the_last_of_ten_thousand_is_found() {
        let n = 10_000;
        let numbers = (0..n).map(|i| format!(r#"AtLeast("n", {})"#, n - i));
        let words = (0..n).map(|i| format!(r#"Is("w", "A{i}")"#));
        let both = (0..n).map(|i| format!(r#"All([Is("w", "A{i}"), AtLeast("n", 5)])"#));
        for (list, last) in [
            (numbers.collect::<Vec<_>>(), r#"Is("n", 3)"#),
            (words.collect(), r#"OneOf("w", ["a7", "A9999"])"#),
            (both.collect(), r#"All([Is("w", "a9998"), AtLeast("n", 6)])"#),
        ] {
            let verdicts = verdicts(list.into_iter().chain([last.to_owned()]));
            assert_eq!(verdicts.iter().position(|v| *v != Verdict::Decides), Some(n), "{last}");
            assert_eq!(verdicts[n], Verdict::Forestalled);
        }
    }

    #[test]
    fn nothing_is_claimed_beyond_the_work() {
        let tangled = |i: i32| format!(r#"All([AtLeast("x", {i}), AtMost("y", {i})])"#);
        let list = (0..4000).map(tangled).chain([tangled(7)]);
        assert!(verdicts(list).iter().all(|verdict| *verdict == Verdict::Decides));
        let patterns = (0..20).map(|i| format!(r#"Contains("w", "{i}")"#));
        let verdicts = verdicts(patterns.chain([r#"Contains("w", "3")"#.to_owned()]));
        assert_eq!(verdicts.iter().position(|v| *v == Verdict::Forestalled), Some(20));
    }
}
