//! What to generate.

use crate::SynthError;
use jiff::{Timestamp as Instant, ToSpan, tz::TimeZone};
use leadsight_schema::{Seed, Timestamp};
use serde::{Deserialize, Serialize};

/// A kind of company whose CRM is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// A business-to-business software company: 20,000 leads in 18 months, 3 % of which convert.
    #[default]
    Demo,
    /// A consumer brand: 500,000 leads in 12 months, 1 % of which convert, and more than half of which cannot. `leads.csv`
    /// and `truth.csv` alone: behaviour is summed up in the leads, no events are written.
    B2c,
}

/// How large, from when, by what chance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SynthOptions {
    /// The kind of company.
    pub preset: Preset,
    /// The number of leads, each with its own id; a few rows stand twice on top of it.
    pub leads: usize,
    /// The months over which leads come in, 1 to 120. Outcomes are followed for 120 days more.
    pub months: u32,
    /// The moment from which leads come in, UTC.
    pub start: Timestamp,
    /// Events for each lead, on average, of [`Preset::Demo`]; below about 15 there is no room for what a lead does by itself.
    pub events_per_lead: u32,
    /// The mean true probability, 0.001 to 0.5.
    pub conversion_rate: f64,
    /// Where every random choice starts.
    pub seed: Seed,
}

impl Default for SynthOptions {
    fn default() -> Self {
        Self::of(Preset::Demo)
    }
}

impl SynthOptions {
    /// The options of a preset.
    pub fn of(preset: Preset) -> Self {
        match preset {
            Preset::Demo => Self {
                preset,
                leads: 20_000,
                months: 18,
                start: Timestamp(1_735_689_600), // 2025-01-01
                events_per_lead: 20,
                conversion_rate: 0.03,
                seed: Seed(7),
            },
            Preset::B2c => Self {
                preset,
                leads: 500_000,
                months: 12,
                conversion_rate: 0.01,
                ..Self::of(Preset::Demo)
            },
        }
    }

    /// # Errors
    /// [`SynthError::Option`] names the first option outside its range.
    pub fn check(&self) -> Result<(), SynthError> {
        let sure = |fits: bool, option: &'static str, found: String, expected: &'static str| {
            fits.then_some(()).ok_or(SynthError::Option { option, found, expected })
        };
        let (leads, rate, start) = (self.leads, self.conversion_rate, self.start.0);
        sure((1..=50_000_000).contains(&leads), "leads", leads.to_string(), "1 to 50,000,000")?;
        sure((1..=120).contains(&self.months), "months", self.months.to_string(), "1 to 120")?;
        let events = self.events_per_lead;
        sure((1..=1000).contains(&events), "events_per_lead", events.to_string(), "1 to 1,000")?;
        sure((0.001..=0.5).contains(&rate), "conversion_rate", rate.to_string(), "0.001 to 0.5")?;
        let years = 0..4_102_444_800;
        sure(years.contains(&start), "start", start.to_string(), "a moment in 1970 to 2099")
    }

    /// Seconds over which leads come in: calendar months.
    pub(crate) fn span(&self) -> i64 {
        let last = Instant::from_second(self.start.0).ok().and_then(|start| {
            start.to_zoned(TimeZone::UTC).checked_add(i64::from(self.months).months()).ok()
        });
        // `check` keeps both moments within the calendar; the mean month stands in beyond it.
        let mean = i64::from(self.months) * 2_629_746;
        last.map_or(mean, |last| last.timestamp().as_second() - self.start.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_makes_no_crm() {
        assert!(SynthOptions::default().check().is_ok());
        for bad in [
            SynthOptions { leads: 0, ..SynthOptions::default() },
            SynthOptions { months: 0, ..SynthOptions::default() },
            SynthOptions { conversion_rate: f64::NAN, ..SynthOptions::default() },
            SynthOptions { start: Timestamp(i64::MAX), ..SynthOptions::default() },
        ] {
            assert!(matches!(bad.check(), Err(SynthError::Option { .. })), "{bad:?}");
        }
    }
}
