//! What conditions can and cannot be together: never, always, forestalled, and the range of a sum of points.

use crate::{Condition, cases::each_lead};
use std::ops::ControlFlow;

/// Whether no lead fulfils it.
pub(crate) fn never(condition: &Condition) -> bool {
    let mut held = false;
    let looked = each_lead(&[condition], |truth| {
        held = truth(condition);
        if held { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    looked && !held
}

/// Whether every lead that fulfils it fulfils one of `earlier`.
pub(crate) fn forestalled(condition: &Condition, earlier: &[&Condition]) -> bool {
    let own = condition.fields();
    // A condition on another field leaves some lead through, unless it always holds by itself.
    let (near, far): (Vec<&Condition>, Vec<&Condition>) =
        earlier.iter().partition(|c| c.fields().iter().all(|f| own.contains(f)));
    if far.iter().any(|c| never(&Condition::Not(Box::new((*c).clone())))) {
        return true;
    }
    let mut all = near.clone();
    all.push(condition);
    let mut through = false;
    let looked = each_lead(&all, |truth| {
        through = truth(condition) && !near.iter().any(|c| truth(c));
        if through { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    looked && !through
}

/// The least and the most that a lead can gather. Conditions that share no field are independent; where those that do
/// can be too many leads to look at, the sum of all negative and of all positive points stands in.
pub(crate) fn range(points: &[(&Condition, f64)]) -> (f64, f64) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for &(condition, value) in points {
        let mut group = Group { fields: condition.fields(), points: vec![(condition, value)] };
        let touches = |other: &Group<'_>| other.fields.iter().any(|f| group.fields.contains(f));
        let (touching, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(touches);
        for mut other in touching {
            group.fields.append(&mut other.fields);
            group.points.append(&mut other.points);
        }
        groups = apart;
        groups.push(group);
    }
    let ranges = groups.iter().map(|group| range_of(&group.points));
    ranges.fold((0.0, 0.0), |sum, range| (sum.0 + range.0, sum.1 + range.1))
}

/// Points whose conditions share fields, directly or through each other.
struct Group<'a> {
    fields: Vec<&'a String>,
    points: Vec<(&'a Condition, f64)>,
}

fn range_of(points: &[(&Condition, f64)]) -> (f64, f64) {
    let conditions: Vec<&Condition> = points.iter().map(|(condition, _)| *condition).collect();
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let looked = each_lead(&conditions, |truth| {
        let held = points.iter().filter(|(condition, _)| truth(condition));
        let sum: f64 = held.map(|(_, value)| value).sum();
        (low, high) = (low.min(sum), high.max(sum));
        ControlFlow::Continue(())
    });
    if looked {
        return (low, high);
    }
    let sum = |sign: f64| points.iter().map(|(_, v)| (v * sign).max(0.0)).sum::<f64>() * sign;
    (sum(-1.0), sum(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Condition {
        ron::from_str(text).unwrap()
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
