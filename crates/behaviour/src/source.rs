//! Which columns of an event log say what.

use crate::{BehaviourError, zone::Clock};
use leadsight_schema::{DateFormat, Timestamp};
use serde::{Deserialize, Serialize};

/// The columns of an event log. It travels in the bundle, so that new events are read as those of training were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventColumns {
    /// The column that names the lead.
    pub lead: String,
    /// The column with the moment.
    pub at: String,
    /// The column with the kind of event.
    pub kind: String,
    /// The column that tells more about the event, such as the page or the document.
    pub detail: Option<String>,
    /// The column with a number, such as the amount of a purchase.
    pub value: Option<String>,
    /// How the moments are written; found out where not given.
    pub format: Option<DateFormat>,
    /// The time zone of moments without an offset; UTC where not given.
    pub time_zone: Option<String>,
}

impl EventColumns {
    /// A moment as this log writes it.
    ///
    /// # Errors
    /// [`BehaviourError::Zone`] for an unknown time zone, [`BehaviourError::Schema`] for what is no moment.
    pub fn moment(&self, text: &str) -> Result<Timestamp, BehaviourError> {
        let clock = Clock::new(self.format.unwrap_or(DateFormat::Iso), self.time_zone.as_deref())?;
        Ok(clock.read(text)?.at)
    }
}

impl Default for EventColumns {
    fn default() -> Self {
        Self {
            lead: "lead_id".to_owned(),
            at: "timestamp".to_owned(),
            kind: "event_type".to_owned(),
            detail: None,
            value: None,
            format: None,
            time_zone: None,
        }
    }
}
