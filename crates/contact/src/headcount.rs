//! How many people a company employs.

use crate::ContactError;
use crate::revenue::{Scaled, scaled};
use crate::text::{fold, read};
use serde::{Deserialize, Serialize};

const FIELD: &str = "company size";
const EXPECTED: &str = "expected a number or a range, such as `120`, `51-200` or `10,000+`";

/// Employees, from `low` to `high`; `high` is `None` for "10,000+".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Headcount {
    /// At least.
    pub low: u64,
    /// At most, where the text says.
    pub high: Option<u64>,
}

impl Headcount {
    /// From `120`, `51-200`, `51 to 200`, `1.001–5.000 Mitarbeiter`, `10,000+`, `< 50`, `2k`.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`], [`ContactError::Shape`].
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let folded = fold(&read(FIELD, text)?).replace(['–', '—', '−'], "-");
        let wrong = || ContactError::shape(FIELD, text, EXPECTED);
        let numbers: Vec<u64> = scaled(&folded).iter().filter_map(whole).collect();
        let open = folded.contains('+')
            || ["more than", "over", "mehr als", "ueber", "ab ", ">"]
                .iter()
                .any(|w| folded.contains(w));
        let below = ["less than", "under", "up to", "bis zu", "weniger als", "unter", "<"];
        match numbers[..] {
            [n] if open => Ok(Self { low: n, high: None }),
            [n] if below.iter().any(|w| folded.contains(w)) => Ok(Self { low: 0, high: Some(n) }),
            [n] => Ok(Self { low: n, high: Some(n) }),
            [low, high] if low <= high => Ok(Self { low, high: Some(high) }),
            _ => Err(wrong()),
        }
    }

    /// One number for the range: its geometric middle, since sizes spread over powers of ten; the lower end of an open one.
    pub fn typical(self) -> f64 {
        match self.high {
            Some(high) => ((self.low.max(1) as f64) * (high.max(1) as f64)).sqrt(),
            None => self.low as f64,
        }
    }
}

fn whole(number: &Scaled) -> Option<u64> {
    let value = number.value;
    // Beyond 2^53 a float counts no longer by ones; no company is that large.
    (value.fract() == 0.0 && value < 9.0e15).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges() {
        for (text, low, high) in [
            ("120", 120, Some(120)),
            ("51-200", 51, Some(200)),
            ("51 - 200 employees", 51, Some(200)),
            ("1.001–5.000 Mitarbeiter", 1001, Some(5000)),
            ("1,001 to 5,000", 1001, Some(5000)),
            ("10,000+", 10_000, None),
            ("mehr als 500", 500, None),
            ("< 50", 0, Some(50)),
            ("2k", 2000, Some(2000)),
        ] {
            assert_eq!(Headcount::parse(text).unwrap(), Headcount { low, high }, "{text}");
        }
        for text in ["", "many", "200-51", "1-2-3", "1.5"] {
            assert!(Headcount::parse(text).is_err(), "{text}");
        }
    }
}
