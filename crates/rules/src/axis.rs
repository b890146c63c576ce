//! The cases of one field in a row: a condition on it alone is a few stretches of them.
//!
//! A comparison changes its truth only at its own constants, wherever those lie among thousands, so it is asked there and once between
//! each two. Stretches are joined and turned round; ten thousand conditions on one field cost little more than sorting their constants.

use crate::Condition::{
    Above, All, Any, AtLeast, AtMost, Before, Below, Between, Contains, Is, IsNot, Known,
    LongerAgo, Matches, Missing, Not, OneOf, Since, StartsWith, WithinDays,
};
use crate::cases::{Cases, Work};
use crate::{Condition, Value};
use leadsight_schema::Folded;

/// From the first case to before the second.
pub(crate) type Stretch = (usize, usize);

/// The cases of one field in a row.
#[derive(Debug)]
pub(crate) struct Axis<'a>(Cases<'a>);

impl<'a> Axis<'a> {
    /// Of the field that all `leaves` compare; `None` where there are too many cases.
    pub(crate) fn of(leaves: impl Iterator<Item = &'a Condition>) -> Option<Self> {
        Cases::of(leaves).map(Self)
    }

    /// The number of cases.
    pub(crate) fn len(&self) -> usize {
        self.0.cases.len()
    }

    /// Where a condition on this field holds: stretches that rise and do not touch; `None` where that is more than `work` allows.
    pub(crate) fn holds(&self, condition: &Condition, work: &mut Work) -> Option<Vec<Stretch>> {
        let mut found = Vec::new();
        match condition {
            Any(parts) => {
                for part in parts {
                    found.append(&mut self.holds(part, work)?);
                }
                Some(union(found))
            }
            // All hold where it is not so that one does not.
            All(parts) => {
                for part in parts {
                    found.append(&mut self.without(&self.holds(part, work)?));
                }
                Some(self.without(&union(found)))
            }
            Not(part) => Some(self.without(&self.holds(part, work)?)),
            leaf => self.compared(leaf, work),
        }
    }

    /// What both cover.
    pub(crate) fn both(&self, a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
        let mut neither = self.without(a);
        neither.append(&mut self.without(b));
        self.without(&union(neither))
    }

    /// The rest of the row.
    pub(crate) fn without(&self, stretches: &[Stretch]) -> Vec<Stretch> {
        let from = [0].into_iter().chain(stretches.iter().map(|s| s.1));
        let to = stretches.iter().map(|s| s.0).chain([self.len()]);
        from.zip(to).filter(|(from, to)| from < to).collect()
    }

    fn compared(&self, leaf: &Condition, work: &mut Work) -> Option<Vec<Stretch>> {
        let single = |place: usize| (place, place + 1);
        let mut asked: Vec<Stretch> = match self.constants(leaf) {
            None => (0..self.len()).map(single).collect(),
            Some(mut places) => {
                places.push(0); // missing
                places.sort_unstable();
                places.dedup();
                let places: Vec<Stretch> = places.into_iter().map(single).collect();
                let between = self.without(&places);
                places.into_iter().chain(between).collect()
            }
        };
        if !work.spend(asked.len()) {
            return None;
        }
        asked.retain(|stretch| self.0.cases[stretch.0].compare(leaf));
        Some(union(asked))
    }

    /// Where a comparison can change its truth; `None` where that is everywhere.
    fn constants(&self, leaf: &Condition) -> Option<Vec<usize>> {
        let values = |values: &[Value]| values.iter().filter_map(|v| self.place(v)).collect();
        let numbers = |ns: &[f64]| ns.iter().filter_map(|n| self.number(*n)).collect();
        Some(match leaf {
            Is(_, value) | IsNot(_, value) => values(std::slice::from_ref(value)),
            OneOf(_, all) => values(all),
            Below(_, n) | AtMost(_, n) | Above(_, n) | AtLeast(_, n) => numbers(&[*n]),
            Between(_, low, high) => numbers(&[*low, *high]),
            Missing(_) | Known(_) => Vec::new(),
            Before(_, day) | Since(_, day) if !self.0.numbers.is_empty() => {
                numbers(&[day.0.0 as f64])
            }
            WithinDays(_, n) if !self.0.numbers.is_empty() => numbers(&[0.0, *n]),
            LongerAgo(_, n) if !self.0.numbers.is_empty() => numbers(&[*n]),
            Before(..) | Since(..) | WithinDays(..) | LongerAgo(..) => return None,
            Contains(..) | StartsWith(..) | Matches(..) | All(_) | Any(_) | Not(_) => return None,
        })
    }

    fn place(&self, value: &Value) -> Option<usize> {
        match value {
            Value::Number(n) => self.number(*n),
            Value::Text(word) => {
                self.0.words.binary_search(&Folded(word.trim())).ok().map(|place| place + 1)
            }
        }
    }

    fn number(&self, n: f64) -> Option<usize> {
        let place = self.0.numbers.partition_point(|known| *known < n);
        (self.0.numbers.get(place) == Some(&n)).then_some(place + 1)
    }
}

/// What any of the stretches covers.
fn union(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_unstable();
    let mut joined: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for (from, to) in stretches {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// The cases of a row that nothing has taken yet.
#[derive(Debug)]
pub(crate) struct Free(Vec<usize>);

impl Free {
    /// All of them.
    pub(crate) fn all(axis: &Axis<'_>) -> Self {
        Self((0..=axis.len()).collect())
    }

    /// The first from here on, or the length of the row. Ways that were gone are kept short.
    fn first(&mut self, from: usize) -> usize {
        let mut at = from;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// Takes what is free there, and tells whether anything was.
    pub(crate) fn take(&mut self, stretches: &[Stretch]) -> bool {
        let mut any = false;
        for &(from, to) in stretches {
            let mut at = self.first(from);
            while at < to {
                any = true;
                self.0[at] = at + 1;
                at = self.first(at);
            }
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_where_a_look_at_every_case_finds_it() {
        for text in [
            r#"All([AtLeast("n", 3), Not(Any([Is("n", 4), Between("n", 6, 9)]))])"#,
            r#"Any([Missing("n"), Below("n", -0.0), IsNot("n", 0)])"#,
            r#"Any([AtMost("n", inf), OneOf("n", [1, NaN, 3])])"#,
            r#"All([IsNot("w", "b"), OneOf("w", ["a", "B ", "c"]), Not(Contains("w", "x"))])"#,
            r#"Any([Not(Known("w")), All([StartsWith("w", "a"), Contains("w", "b")])])"#,
            r#"Any([Before("d", "2026-01-02"), WithinDays("d", 7), LongerAgo("d", 30)])"#,
            r#"All([WithinDays("d", 14), Not(LongerAgo("d", 3))])"#,
            r#"Not(Since("d", "2026-01-02"))"#,
            "Not(Any([]))",
            "All([])",
        ] {
            let condition: Condition = ron::from_str(text).unwrap();
            let axis = Axis::of(condition.leaves().into_iter()).unwrap();
            let stretches = axis.holds(&condition, &mut Work::new(10_000)).unwrap();
            for (place, case) in axis.0.cases.iter().enumerate() {
                let within = stretches.iter().any(|s| (s.0..s.1).contains(&place));
                let expect = condition.eval(&mut |_, leaf| case.compare(leaf));
                assert_eq!(within, expect, "{text} of {case:?}");
            }
        }
    }

    #[test]
    fn what_is_taken_is_taken_once() {
        let condition: Condition = ron::from_str(r#"OneOf("n", [1, 2, 3, 4])"#).unwrap();
        let axis = Axis::of([&condition].into_iter()).unwrap();
        let mut free = Free::all(&axis);
        assert!(free.take(&[(2, 4), (6, 7)]));
        assert!(!free.take(&[(2, 4)]));
        assert!(free.take(&[(1, 5)]));
        assert!(free.take(&[(0, axis.len())]));
        assert!(!free.take(&[(0, axis.len())]));
    }
}
