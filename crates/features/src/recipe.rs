//! What the configuration says about features, under `features:`.

use crate::{ContactFields, FeatureError, FittedRecipe, TextFeatures, fit};
use leadsight_behaviour::BehaviourSpec;
use leadsight_rules::Criterion;
use leadsight_schema::LeadTable;
use serde::{Deserialize, Serialize};

/// How fields become features. The defaults are a good start: every number as it is, every category as a code, every
/// date as its age in days at the moment the lead came in, every free text by its topics, buying signals and length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
    /// A word seen less often than this in the training rows counts as "other".
    pub min_level_count: usize,
    /// At most this many words a category; the rarest go to "other".
    pub max_levels: usize,
    /// Adds a 0/1 feature for "this field is empty". Off, since trees read missing values as they are and the linear
    /// encoder adds its own indicators.
    pub missing_indicators: bool,
    /// What is asked of the events of `data.events`.
    pub behaviour: BehaviourSpec,
    /// Columns of contact fields (e-mail, job title, company size and more), which give features once formatted.
    pub contacts: ContactFields,
    /// Columns of people's names, phone numbers and mail addresses that are features all the same. The others are kept out: what was learned
    /// of one Anna says nothing of the next. What `contacts` makes of such a column stays.
    pub personal: Vec<String>,
    /// Free text: topics, buying signals and length of every feature column of kind `Text`.
    pub text: TextFeatures,
    /// Pairs of categories whose combination is a category of its own.
    pub crosses: Vec<(String, String)>,
    /// Pairs of numbers (a, b) that give a / b; missing where b is 0.
    pub ratios: Vec<(String, String)>,
    /// Pairs of numbers (a, b) that give a - b, or of dates that give the days from b to a.
    pub differences: Vec<(String, String)>,
    /// A declared profile of the ideal customer, as one feature: the share of its weight that the lead meets, 0 to 100. A boosting that should
    /// never hold a match against a lead takes `directions: {"icp match": Rising}`.
    pub icp: Vec<Criterion>,
    /// Adds month, weekday and hour of the moment the lead came in. Off, since with a short history these stand for
    /// "which campaign was on" and mislead forward in time.
    pub clock: bool,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            min_level_count: 20,
            max_levels: 50,
            missing_indicators: false,
            behaviour: BehaviourSpec::default(),
            contacts: ContactFields::default(),
            personal: Vec::new(),
            text: TextFeatures::default(),
            crosses: Vec::new(),
            ratios: Vec::new(),
            differences: Vec::new(),
            icp: Vec::new(),
            clock: false,
        }
    }
}

impl Recipe {
    /// Learns words and drops what tells nothing, from `rows` of the table alone. Fields of [`leadsight_schema::Role::Feature`]
    /// are used, and the created field as the moment at which dates are looked at.
    ///
    /// # Errors
    /// Names that do not exist or are of the wrong kind or role; no rows; no feature left.
    pub fn fit(&self, table: &LeadTable, rows: &[usize]) -> Result<FittedRecipe, FeatureError> {
        fit::fit(self, table, rows)
    }
}
