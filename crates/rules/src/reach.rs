//! What conditions can and cannot be together: never, always, forestalled, and the range of a sum of points.

use crate::axis::Axis;
use crate::cases::{Work, each_lead};
use crate::{Condition, Fact};
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

/// Comparisons that the range of a sum may take: more than other checks, since the scale of a scorecard hangs on it.
const MOST_OF_RANGE: usize = 40_000_000;

/// Whether some lead passes, of all that `conditions` tell apart; `None` where there are too many to look at.
fn some(
    conditions: &[&Condition],
    work: &mut Work,
    passes: impl Fn(&dyn Fn(&Condition) -> bool) -> bool,
) -> Option<bool> {
    let mut found = false;
    let looked = each_lead(conditions, work, |truth| {
        found = passes(truth);
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    looked.then_some(found)
}

/// The facts on the fields of a condition.
pub(crate) fn about<'a>(condition: &Condition, facts: &'a [Fact]) -> Vec<&'a Condition> {
    let own = condition.fields();
    let touches = |fact: &&Fact| fact.always.fields().iter().any(|field| own.contains(field));
    facts.iter().filter(touches).map(|fact| &fact.always).collect()
}

/// Whether no lead fulfils it, of those of whom the facts are true.
pub(crate) fn never(condition: &Condition, facts: &[Fact], work: &mut Work) -> bool {
    let facts = about(condition, facts);
    let all: Vec<&Condition> = facts.iter().copied().chain([condition]).collect();
    some(&all, work, |truth| all.iter().all(|c| truth(c))) == Some(false)
}

/// Whether every lead fulfils it, of those of whom the facts are true.
pub(crate) fn always(condition: &Condition, facts: &[Fact], work: &mut Work) -> bool {
    never(&Condition::Not(Box::new(condition.clone())), facts, work)
}

/// Whether every lead that fulfils it, and of whom the facts are true, fulfils one of `near`: conditions on its own fields. A condition on
/// another field leaves some lead through, unless it always holds by itself.
pub(crate) fn covered(
    condition: &Condition,
    near: &[&Condition],
    facts: &[Fact],
    work: &mut Work,
) -> bool {
    let facts = about(condition, facts);
    let all: Vec<&Condition> = near.iter().chain(&facts).copied().chain([condition]).collect();
    let through = |truth: &dyn Fn(&Condition) -> bool| {
        truth(condition) && facts.iter().all(|c| truth(c)) && !near.iter().any(|c| truth(c))
    };
    !near.is_empty() && some(&all, work, through) == Some(false)
}

/// Whether another condition always decides before it.
pub(crate) fn forestalls(
    earlier: &Condition,
    condition: &Condition,
    facts: &[Fact],
    work: &mut Work,
) -> bool {
    let own = condition.fields();
    let near = earlier.fields().iter().all(|field| own.contains(field));
    (near && covered(condition, &[earlier], facts, work)) || always(earlier, facts, work)
}

/// The least and the most that a lead can gather. Conditions that share no field are independent; where those that do
/// can be too many leads to look at, the sum of all negative and of all positive points stands in.
pub(crate) fn range(points: &[(&Condition, f64)]) -> (f64, f64) {
    let mut groups: Vec<Vec<(&Condition, f64)>> = Vec::new();
    let mut group_of: HashMap<&String, usize> = HashMap::new();
    let mut fields_of: Vec<Vec<&String>> = Vec::new();
    for &(condition, value) in points {
        let fields = condition.fields();
        let mut touched: Vec<usize> =
            fields.iter().filter_map(|field| group_of.get(field).copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        // The largest takes in the others.
        let into = touched.iter().copied().max_by_key(|group| groups[*group].len());
        let into = into.unwrap_or_else(|| {
            groups.push(Vec::new());
            fields_of.push(Vec::new());
            groups.len() - 1
        });
        for other in touched.into_iter().filter(|group| *group != into) {
            let moved = std::mem::take(&mut groups[other]);
            groups[into].extend(moved);
            let moved = std::mem::take(&mut fields_of[other]);
            group_of.extend(moved.iter().map(|field| (*field, into)));
            fields_of[into].extend(moved);
        }
        for field in fields {
            if group_of.insert(field, into).is_none() {
                fields_of[into].push(field);
            }
        }
        groups[into].push((condition, value));
    }
    let mut work = Work::new(MOST_OF_RANGE);
    let ranges = groups.iter().zip(&fields_of).map(|(group, fields)| match fields.as_slice() {
        [_] => range_of_one(group, &mut work).unwrap_or_else(|| outside(group)),
        _ => range_of(group, &mut work).unwrap_or_else(|| outside(group)),
    });
    ranges.fold((0.0, 0.0), |sum, range| (sum.0 + range.0, sum.1 + range.1))
}

/// Over every lead; `None` where there are too many.
fn range_of(points: &[(&Condition, f64)], work: &mut Work) -> Option<(f64, f64)> {
    let conditions: Vec<&Condition> = points.iter().map(|(condition, _)| *condition).collect();
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let looked = each_lead(&conditions, work, |truth| {
        let held = points.iter().filter(|(condition, _)| truth(condition));
        let sum: f64 = held.map(|(_, value)| value).sum();
        (low, high) = (low.min(sum), high.max(sum));
        ControlFlow::Continue(())
    });
    looked.then_some((low, high))
}

/// Of conditions on one field, whose cases are gone through in a row; each sum runs in the order of the entries, as that of a lead does.
fn range_of_one(points: &[(&Condition, f64)], work: &mut Work) -> Option<(f64, f64)> {
    let axis = Axis::of(points.iter().flat_map(|(condition, _)| condition.leaves()))?;
    let mut turns: Vec<Vec<usize>> = vec![Vec::new(); axis.len() + 1];
    for (i, (condition, _)) in points.iter().enumerate() {
        for (from, to) in axis.holds(condition, work)? {
            turns[from].push(i);
            turns[to].push(i);
        }
    }
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut held: BTreeSet<usize> = BTreeSet::new();
    for (case, turned) in turns[..axis.len()].iter().enumerate() {
        if case > 0 && turned.is_empty() {
            continue;
        }
        for i in turned {
            if !held.remove(i) {
                held.insert(*i);
            }
        }
        // Adding up is quick beside comparing.
        if !work.spend(1 + held.len() / 32) {
            return None;
        }
        let sum: f64 = held.iter().map(|i| points[*i].1).sum();
        (low, high) = (low.min(sum), high.max(sum));
    }
    Some((low, high))
}

/// The sums of all negative and of all positive points.
fn outside(points: &[(&Condition, f64)]) -> (f64, f64) {
    let sum = |sign: f64| points.iter().map(|(_, v)| (v * sign).max(0.0)).sum::<f64>() * sign;
    (sum(-1.0), sum(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Condition {
        ron::from_str(text).unwrap()
    }

    fn never(condition: &Condition) -> bool {
        super::never(condition, &[], &mut Work::new(1_000_000))
    }

    fn forestalled(condition: &Condition, earlier: &[&Condition]) -> bool {
        let mut work = Work::new(1_000_000);
        covered(condition, earlier, &[], &mut work)
            || earlier.iter().any(|e| forestalls(e, condition, &[], &mut work))
    }

    #[test]
    fn contradictions() {
        for (text, expect) in [
            (r#"Between("n", 3, 1)"#, true),
            (r#"All([AtLeast("n", 3), Below("n", 3)])"#, true),
            (r#"All([AtLeast("n", 3), AtMost("n", 3)])"#, false),
            (r#"All([Is("w", "DE"), Is("w", "US")])"#, true),
            (r#"All([Is("w", "DE"), IsNot("w", "de")])"#, true),
            (r#"All([Missing("w"), Known("w")])"#, true),
            (r#"All([Missing("w"), Is("w", "DE")])"#, true),
            (r#"All([Is("w", "DE"), StartsWith("w", "X")])"#, true),
            (r#"All([StartsWith("w", "A"), Contains("w", "b")])"#, false),
            (r#"All([WithinDays("d", 7), LongerAgo("d", 14)])"#, true),
            (r#"All([WithinDays("d", 14), LongerAgo("d", 7)])"#, false),
            (r#"All([Before("d", "2026-01-01"), Since("d", "2026-01-02")])"#, true),
            (r#"AtLeast("n", NaN)"#, true),
            (r#"Any([])"#, true),
            (r#"All([])"#, false),
        ] {
            assert_eq!(never(&read(text)), expect, "{text}");
        }
    }

    #[test]
    fn rules_behind_rules() {
        let (a, b) = (read(r#"AtLeast("n", 10)"#), read(r#"AtLeast("n", 20)"#));
        assert!(forestalled(&b, &[&a]));
        assert!(!forestalled(&a, &[&b]));
        let halves = [read(r#"Below("n", 5)"#), read(r#"AtLeast("n", 5)"#)];
        assert!(forestalled(&read(r#"Known("n")"#), &[&halves[0], &halves[1]]));
        assert!(!forestalled(&read(r#"Missing("n")"#), &[&halves[0], &halves[1]]));
        let either = read(r#"Any([Missing("x"), Known("x")])"#);
        assert!(forestalled(&a, &[&either]));
        assert!(!forestalled(&a, &[&read(r#"Known("x")"#)]));
    }

    #[test]
    fn exclusive_points_do_not_add_up() {
        let (de, us, size) =
            (read(r#"Is("c", "DE")"#), read(r#"Is("c", "US")"#), read(r#"Above("n", 9)"#));
        assert_eq!(range(&[(&de, 10.0), (&us, 5.0), (&size, -3.0)]), (-3.0, 10.0));
        let both = read(r#"All([Is("c", "US"), Above("n", 9)])"#);
        assert_eq!(range(&[(&de, 10.0), (&us, 5.0), (&size, -3.0), (&both, 20.0)]), (-3.0, 22.0));
    }

    #[test]
    fn too_many_leads_are_bounded_from_outside() {
        let many: Vec<Condition> = (0..12)
            .map(|i| read(&format!(r#"All([Above("a{i}", 1), Above("a{}", 2)])"#, i + 1)))
            .collect();
        let points: Vec<(&Condition, f64)> = many.iter().map(|c| (c, 1.0)).collect();
        assert_eq!(range(&points), (0.0, 12.0));
    }
}
