//! Two estimates from different leads: their difference and their ratio, from the two intervals alone (MOVER).
//!
//! The ends of each interval say how far its estimate is off in either direction; those distances are squared and added
//! (Newcombe 1998, method 10; Zou and Donner 2008). With estimates a, b and intervals [la, ua], [lb, ub]:
//!
//! - difference a - b: from a - b - sqrt((a - la)^2 + (ub - b)^2) to a - b + sqrt((ua - a)^2 + (b - lb)^2);
//! - ratio a / b: the values r at which a - r b has an end at 0 (Donner and Zou 2012).
//!
//! The two groups of leads are taken as independent. Where they share leads, estimates of one sign move together and the
//! interval is a little too wide.

use super::{Interval, Method};
use crate::EvalError;

/// `a` minus `b`.
///
/// # Errors
/// [`EvalError::Levels`] where the two intervals have different levels.
pub fn unpaired_difference(a: &Interval, b: &Interval) -> Result<Interval, EvalError> {
    let value = a.value - b.value;
    Ok(Interval {
        value,
        low: value - (a.value - a.low).hypot(b.high - b.value),
        high: value + (a.high - a.value).hypot(b.value - b.low),
        level: common_level(a, b)?,
        method: Method::Mover,
    })
}

/// `a` over `b`, for quantities that are not negative.
///
/// # Errors
/// [`EvalError::Levels`] where the two intervals have different levels, [`EvalError::Undefined`] where `b` may be 0.
pub fn unpaired_ratio(a: &Interval, b: &Interval) -> Result<Interval, EvalError> {
    let level = common_level(a, b)?;
    if b.low <= 0.0 {
        return Err(EvalError::Undefined { what: "a ratio to a value that may be 0" });
    }
    let product = a.value * b.value;
    // x (2 v - x), with v the estimate and x one of its ends: at most v^2, so no root below is of a negative number.
    let term = |estimate: f64, end: f64| end * (2.0 * estimate - end);
    let root = |x: f64, y: f64| (product * product - x * y).max(0.0).sqrt();
    let (low_a, high_a) = (term(a.value, a.low), term(a.value, a.high));
    let (low_b, high_b) = (term(b.value, b.low), term(b.value, b.high));
    let low = if low_a > 0.0 { low_a / (product + root(low_a, high_b)) } else { 0.0 };
    let high = (product + root(high_a, low_b)) / low_b;
    Ok(Interval { value: a.value / b.value, low, high, level, method: Method::Mover })
}

fn common_level(a: &Interval, b: &Interval) -> Result<f64, EvalError> {
    if a.level == b.level {
        return Ok(a.level);
    }
    Err(EvalError::Levels { first: a.level, second: b.level })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clopper_pearson, wilson};

    #[test]
    fn newcombes_examples() {
        // Newcombe 1998, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10.
        for ([x, m, y, n], low, high) in
            [([56, 70, 48, 80], 0.0524, 0.3339), ([9, 10, 3, 10], 0.1705, 0.8090)]
        {
            let (a, b) = (wilson(x, m, 0.95).unwrap(), wilson(y, n, 0.95).unwrap());
            let found = unpaired_difference(&a, &b).unwrap();
            assert!((found.low - low).abs() < 5e-5, "{found:?}");
            assert!((found.high - high).abs() < 5e-5, "{found:?}");
        }
    }

    #[test]
    fn an_end_of_the_ratio_is_where_the_difference_has_an_end_at_0() {
        let (a, b) = (wilson(12, 80, 0.9).unwrap(), wilson(30, 90, 0.9).unwrap());
        let found = unpaired_ratio(&a, &b).unwrap();
        assert!(found.low < found.value && found.value < found.high, "{found:?}");
        let ends = |r: f64| unpaired_difference(&a, &b.scaled(r)).unwrap();
        assert!(ends(found.low).low.abs() < 1e-12, "{found:?}");
        assert!(ends(found.high).high.abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn nobody_selected_is_a_ratio_of_0_with_an_upper_end_and_a_ratio_to_0_is_none() {
        let (none, some) =
            (clopper_pearson(0, 60, 0.95).unwrap(), clopper_pearson(30, 60, 0.95).unwrap());
        let found = unpaired_ratio(&none, &some).unwrap();
        assert_eq!((found.value, found.low), (0.0, 0.0));
        assert!(found.high > 0.1 && found.high < 0.2, "{found:?}");
        assert!(matches!(unpaired_ratio(&some, &none), Err(EvalError::Undefined { .. })));
        let other = clopper_pearson(30, 60, 0.9).unwrap();
        assert!(matches!(unpaired_difference(&some, &other), Err(EvalError::Levels { .. })));
    }
}
