//! What a team declares of its funnel, in RON; whatever is left out is found by itself.
//!
//! ```ron
//! Funnel(
//!     columns: (id: "lead_id", source: "utm_source"),
//!     stages: {"Pilot": Negotiation, "Bemusterung": Proposal},
//!     by: ["source", "country"],
//! )
//! ```

use crate::{FunnelError, Stage};
use leadsight_rules::from_ron;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A funnel's declaration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Funnel", default, deny_unknown_fields)]
pub struct FunnelSpec {
    /// The columns of the leads' file.
    pub columns: LeadColumns,
    /// The columns of the history, a row for each stage that a lead entered.
    pub history: HistoryColumns,
    /// The columns of the campaigns' file.
    pub campaigns: CampaignColumns,
    /// Stages by the team's own words; they go before the known spellings.
    pub stages: BTreeMap<String, Stage>,
    /// Columns of the leads' file that hold the day on which a lead entered a stage.
    pub dates: BTreeMap<String, Stage>,
    /// The columns by which the steps are compared; the source unless given. Drop-outs are weighed by the first.
    pub by: Vec<String>,
    /// Columns that are no traits, such as who owns the lead.
    pub exclude: Vec<String>,
    /// Groups, channels and traits with fewer leads are not judged.
    pub least: u64,
}

impl Default for FunnelSpec {
    fn default() -> Self {
        Self {
            columns: LeadColumns::default(),
            history: HistoryColumns::default(),
            campaigns: CampaignColumns::default(),
            stages: BTreeMap::new(),
            dates: BTreeMap::new(),
            by: Vec::new(),
            exclude: Vec::new(),
            least: 30,
        }
    }
}

/// The columns of the leads' file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeadColumns {
    /// The lead's name.
    pub id: Option<String>,
    /// When it came in.
    pub created: Option<String>,
    /// The stage that it is at now.
    pub stage: Option<String>,
    /// Where it came from.
    pub source: Option<String>,
    /// The campaign that brought it.
    pub campaign: Option<String>,
    /// What it brought.
    pub value: Option<String>,
}

/// The columns of the history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HistoryColumns {
    /// The lead.
    pub id: Option<String>,
    /// The stage.
    pub stage: Option<String>,
    /// When it was entered.
    pub at: Option<String>,
}

/// The columns of the campaigns' file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CampaignColumns {
    /// The campaign, as the leads name it.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What it cost.
    pub cost: Option<String>,
}

impl FunnelSpec {
    /// Reads a declaration.
    ///
    /// # Errors
    /// [`FunnelError::Text`] with line, column and the nearest key; [`FunnelError::Number`] for a `least` of 0.
    pub fn from_ron(text: &str) -> Result<Self, FunnelError> {
        let spec: Self = from_ron(text, "the funnel")?;
        if spec.least == 0 {
            return Err(FunnelError::Number {
                key: "least",
                found: 0,
                expected: "1 or more leads",
            });
        }
        Ok(spec)
    }
}

/// What a column is for, with the names that say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The lead.
    LeadId,
    /// When it came in.
    Created,
    /// Its stage.
    Stage,
    /// When it entered the stage.
    EnteredAt,
    /// Where it came from.
    Source,
    /// The campaign.
    Campaign,
    /// A campaign's name.
    CampaignName,
    /// A campaign's cost.
    Cost,
}

impl Part {
    fn names(self) -> &'static [&'static str] {
        match self {
            Part::LeadId => &["lead id", "leadid", "id", "record id", "contact id"],
            Part::Created => &[
                "created at",
                "created",
                "create date",
                "created date",
                "created on",
                "created time",
                "erstellt am",
            ],
            Part::Stage => &[
                "stage",
                "lifecycle stage",
                "funnel stage",
                "lead stage",
                "stage name",
                "deal stage",
                "lead status",
                "status",
                "phase",
            ],
            Part::EnteredAt => &[
                "entered at",
                "entered",
                "at",
                "date",
                "changed at",
                "occurred at",
                "timestamp",
                "datum",
            ],
            Part::Source => &["source", "lead source", "original source", "utm source", "quelle"],
            Part::Campaign => &["campaign id", "campaign", "utm campaign", "kampagne"],
            Part::CampaignName => &["name", "campaign name", "title"],
            Part::Cost => {
                &["cost", "costs", "spend", "spent", "actual cost", "amount spent", "kosten"]
            }
        }
    }

    /// The declared column, or the first of `columns` that has one of its usual names.
    pub fn column(self, declared: &Option<String>, columns: &[String]) -> Option<String> {
        declared.clone().or_else(|| self.find(columns).map(str::to_owned))
    }

    /// The first of its usual names that is among `columns`.
    pub fn find(self, columns: &[String]) -> Option<&str> {
        let plain = |name: &str| {
            let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
            words.collect::<Vec<_>>().join(" ").to_lowercase()
        };
        let found = |name: &&str| columns.iter().find(|column| plain(column) == *name);
        self.names().iter().find_map(found).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_page_shows_and_refuses_slips() {
        let text =
            r#"Funnel(columns: (id: "lead_id"), stages: {"Pilot": Negotiation}, by: ["source"])"#;
        let spec = FunnelSpec::from_ron(text).unwrap();
        assert_eq!(spec.columns.id.as_deref(), Some("lead_id"));
        assert_eq!((spec.stages["Pilot"], spec.least), (Stage::Negotiation, 30));
        for (text, expect) in [
            ("Funnel(stagse: {})", "did you mean `stages`"),
            (r#"Funnel(stages: {"Pilot": Negotation})"#, "did you mean `Negotiation`"),
            ("Funnel(least: 0)", "1 or more"),
            ("Funnel(", "line 1"),
        ] {
            let error = FunnelSpec::from_ron(text).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        }
    }

    #[test]
    fn columns_are_found_by_their_usual_names() {
        let columns =
            ["Lead ID", "Create Date", "Lifecycle Stage", "UTM_Source"].map(str::to_owned);
        assert_eq!(Part::LeadId.find(&columns), Some("Lead ID"));
        assert_eq!(Part::Created.find(&columns), Some("Create Date"));
        assert_eq!(Part::Stage.find(&columns), Some("Lifecycle Stage"));
        assert_eq!(Part::Source.find(&columns), Some("UTM_Source"));
        assert_eq!(Part::Cost.find(&columns), None);
    }
}
