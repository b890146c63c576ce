//! Points with a threshold.
//!
//! total = clamp(base + sum of the points of the conditions that hold, floor, cap).

use crate::cases::Work;
use crate::order::MOST_COMPARISONS;
use crate::{Condition, Indicator, RulesError, Times, fields_used, from_ron, reach};
use serde::{Deserialize, Serialize};

/// A condition and what it is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// When the points are given.
    pub when: Condition,
    /// How many; below 0 they are taken off.
    pub points: f64,
    /// What they are multiplied by; once unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// Why, in the words of the business; the condition in words unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Points with a threshold, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Scorecard {
    raw: Raw,
    range: (f64, f64),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename = "Scorecard", deny_unknown_fields)]
struct Raw {
    /// What a lead has before any points.
    #[serde(default)]
    base: f64,
    /// What counts, and how much.
    points: Vec<Points>,
    /// No total is below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
    /// No total is above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cap: Option<f64>,
    /// Worth a call from this total on.
    threshold: f64,
}

impl Scorecard {
    /// Reads and checks a scorecard's text.
    ///
    /// # Errors
    /// [`RulesError::Text`] with line and column, holding what is wrong.
    pub fn from_ron(text: &str) -> Result<Self, RulesError> {
        from_ron(text, "scorecard")
    }

    /// What a lead has before any points.
    pub fn base(&self) -> f64 {
        self.raw.base
    }

    /// The entries, in order.
    pub fn points(&self) -> &[Points] {
        &self.raw.points
    }

    /// No lead has fewer than the first or more than the second; infinite where there is no floor or cap.
    pub fn limits(&self) -> (f64, f64) {
        let Raw { floor, cap, .. } = self.raw;
        (floor.unwrap_or(f64::NEG_INFINITY), cap.unwrap_or(f64::INFINITY))
    }

    /// From how many points on a lead is worth a call.
    pub fn threshold(&self) -> f64 {
        self.raw.threshold
    }

    /// The least and the most that a lead can have. The least is below the threshold and the most is not.
    pub fn range(&self) -> (f64, f64) {
        self.range
    }

    /// What is asked of the fields: every condition, and what points are multiplied by as one that takes the field for what it must hold.
    pub fn conditions(&self) -> Vec<Condition> {
        asked(&self.raw.points)
    }

    /// One for each entry, in order.
    pub fn indicators(&self) -> Vec<Indicator> {
        let entries = self.raw.points.iter().enumerate();
        let indicator = |(i, e): (usize, &Points)| {
            Indicator::new(place(i), &e.when, e.when.clone()).times(e.times.clone())
        };
        entries.map(indicator).collect()
    }
}

fn asked(points: &[Points]) -> Vec<Condition> {
    let times = points.iter().filter_map(|entry| entry.times.as_ref()).map(Times::kind);
    points.iter().map(|entry| entry.when.clone()).chain(times).collect()
}

fn place(entry: usize) -> String {
    format!("points[{}]", entry + 1)
}

impl TryFrom<Raw> for Scorecard {
    type Error = RulesError;

    fn try_from(raw: Raw) -> Result<Self, RulesError> {
        if raw.points.is_empty() {
            return Err(RulesError::Empty { what: "scorecard" });
        }
        let named = [
            ("`base`", Some(raw.base)),
            ("`floor`", raw.floor),
            ("`cap`", raw.cap),
            ("`threshold`", Some(raw.threshold)),
        ];
        let named = named.into_iter().filter_map(|(what, value)| Some((what.to_owned(), value?)));
        let entries = raw.points.iter().enumerate();
        let entries = entries.map(|(i, e)| (format!("{} ({})", place(i), e.when), e.points));
        for (what, value) in named.chain(entries) {
            if !value.is_finite() {
                return Err(RulesError::NotFinite { what, value });
            }
        }
        if let (Some(floor), Some(cap)) = (raw.floor, raw.cap)
            && floor >= cap
        {
            return Err(RulesError::FloorAboveCap { floor, cap });
        }
        for (i, times) in
            raw.points.iter().enumerate().filter_map(|(i, e)| Some((i, e.times.as_ref()?)))
        {
            times.check(&place(i))?;
        }
        fields_used(&asked(&raw.points))?;
        if let Some(i) = raw.points.iter().position(|entry| entry.when.fields().is_empty()) {
            return Err(RulesError::NoField { place: place(i), instead: "base" });
        }
        let mut work = Work::new(MOST_COMPARISONS);
        let mut entries = raw.points.iter().enumerate();
        if let Some((i, entry)) =
            entries.find(|(_, entry)| reach::never(&entry.when, &[], &mut work))
        {
            return Err(RulesError::Never { place: place(i), condition: entry.when.to_string() });
        }
        let points: Vec<(&Condition, f64)> = raw
            .points
            .iter()
            .map(|e| (&e.when, e.points * e.times.as_ref().map_or(1.0, Times::most)))
            .collect();
        let (low, high) = reach::range(&points);
        let (floor, cap) = (raw.floor.unwrap_or(f64::MIN), raw.cap.unwrap_or(f64::MAX));
        let range = ((raw.base + low).clamp(floor, cap), (raw.base + high).clamp(floor, cap));
        if raw.threshold > range.1 {
            let (threshold, high) = (raw.threshold, range.1);
            return Err(RulesError::ThresholdTooHigh { threshold, high });
        }
        if raw.threshold <= range.0 {
            let (threshold, low) = (raw.threshold, range.0);
            return Err(RulesError::ThresholdTooLow { threshold, low });
        }
        Ok(Self { raw, range })
    }
}

impl From<Scorecard> for Raw {
    fn from(card: Scorecard) -> Raw {
        card.raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rest: &str) -> Result<Scorecard, RulesError> {
        Scorecard::from_ron(&format!("Scorecard(\n{rest}\n)"))
    }

    #[track_caller]
    fn refused(rest: &str, expect: &str) {
        let error = read(rest).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn reads_back() {
        let text = r#"base: 5, points: [(when: AtLeast("n", 3), points: 10, reason: "many"), (when: Is("c", "DE"), points: -5)], cap: 12, threshold: 10"#;
        let card = read(text).unwrap();
        assert_eq!(card.range(), (0.0, 12.0));
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let again = options.to_string(&card).unwrap();
        assert_eq!(Scorecard::from_ron(&again).unwrap(), card, "{again}");
    }

    #[test]
    fn says_what_is_wrong() {
        refused("points: [], threshold: 1", "the scorecard is empty");
        refused(
            r#"points: [(when: Known("n"), points: 2, times: Each(of: "n", at_most: 0))], threshold: 1"#,
            "points[1] counts `at_most: 0`",
        );
        refused(
            r#"points: [(when: Is("n", "x"), points: 2, times: Each(of: "n", at_most: 3))], threshold: 1"#,
            "taken for",
        );
        refused("points: [(when: All([]), points: 1)], threshold: 1", "goes into `base`");
        refused(
            r#"points: [(when: Is("n", 1), points: NaN)], threshold: 1"#,
            "points[1] (`n` is 1) is NaN",
        );
        refused(r#"points: [(when: Is("n", 1), points: 1)], threshold: inf"#, "`threshold` is inf");
        refused(
            r#"points: [(when: Is("n", 1), points: 1)], threshold: 2"#,
            "the most that a lead can have is 1 points",
        );
        refused(
            r#"points: [(when: Is("c", "a"), points: 5), (when: Is("c", "b"), points: 5)], threshold: 6"#,
            "no lead can reach the threshold 6",
        );
        refused(
            r#"base: 3, points: [(when: Is("n", 1), points: 1)], threshold: 2"#,
            "every lead reaches",
        );
        refused(
            r#"points: [(when: Is("n", 1), points: 9)], threshold: 2, floor: 3, cap: 3"#,
            "the floor 3 is not below the cap 3",
        );
        refused(
            r#"points: [(when: Is("n", 1), points: 9), (when: Between("n", 2, 1), points: 9)], threshold: 2"#,
            "points[2] can never hold",
        );
        refused(
            r#"points: [(when: Is("n", 1), points: 9), (when: Is("n", "x"), points: 9)], threshold: 2"#,
            "taken for a number by (`n` is 1) and for words by (`n` is x)",
        );
        refused(r#"points: [(when: OneOf("n", []), points: 9)], threshold: 2"#, "lists nothing");
        refused(
            r#"points: [(when: OneOf("n", [1, "x"]), points: 9)], threshold: 2"#,
            "mixes 1 and x",
        );
        refused(r#"points: [(when: AtLeast("n", "x"), points: 9)], threshold: 2"#, "line 2");
        refused(
            r#"points: [(when: Matches("n", "(x"), points: 9)], threshold: 2"#,
            "no regular expression",
        );
        refused(
            r#"points: [(when: AtLest("n", 1), points: 9)], threshold: 2"#,
            "did you mean `AtLeast`?",
        );
        refused(
            r#"points: [(when: Is("n", 1), point: 9)], threshold: 2"#,
            "did you mean `points`?",
        );
        refused(
            r#"points: [(when: Before("n", "yesterday"), points: 9)], threshold: 2"#,
            "is not a date",
        );
    }
}
