//! What a sales team declares: pipelines, queues, reps and what leads need, in RON.
//!
//! ```ron
//! Routing(
//!     version: 1,
//!     columns: (territory: "country"),
//!     value: (otherwise: 8000),
//!     territories: {"DACH": ["DE", "AT", "CH"]},
//!     pipelines: [
//!         (id: "nurture", when: Is("tier", "Cold"), to: Queue, queue: "marketing"),
//!         (id: "sales", queue: "open", outreach: [
//!             (when: Is("tier", "Hot"), sequence: "call first", respond_within_hours: 1),
//!             (sequence: "five touches", respond_within_hours: 8),
//!         ]),
//!     ],
//!     queues: [
//!         (id: "marketing", time_zone: "Europe/Berlin"),
//!         (id: "open", time_zone: "Europe/Berlin", escalate_to: "anna"),
//!     ],
//!     reps: [(id: "anna", territories: ["DACH"], time_zone: "Europe/Berlin", daily_cap: 20)],
//! )
//! ```
//! Conditions are those of rules and scorecards. A list that a rep leaves out restricts nothing, and neither does what is
//! not known of a lead.

use crate::hours::{Absence, Calendar, Shift, Zone, office};
use crate::{RouteError, check};
use leadsight_rules::{Condition, from_ron};
use leadsight_schema::Language;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::collections::BTreeMap;

/// More than this no lead is worth; so no sum of values is out of range.
pub(crate) const MOST_MONEY: f64 = 1e12;

/// The newest version of routing files that this program reads.
pub const ROUTING_VERSION: u32 = 1;

/// Who takes which lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// The version of the format, 1.
    pub version: u32,
    /// The columns of the leads' file.
    #[serde(default)]
    pub columns: Columns,
    /// What reasons are told in.
    #[serde(default)]
    pub language: Language,
    /// What a won lead is worth.
    pub value: Value,
    /// Names for groups of words of the territory column; a word in none of them is a territory of its own.
    #[serde(default)]
    pub territories: BTreeMap<String, Vec<String>>,
    /// The skills that leads ask for.
    #[serde(default)]
    pub skills: Vec<SkillNeed>,
    /// The seniority that leads ask for; the highest of those that hold.
    #[serde(default)]
    pub seniority: Vec<SeniorityNeed>,
    /// Whose lead it is already, the first that is known.
    #[serde(default)]
    pub owners: Vec<Ownership>,
    /// Where leads go: the first pipeline whose condition holds. The last one takes the rest.
    pub pipelines: Vec<Pipeline>,
    /// Where leads wait that no rep takes.
    pub queues: Vec<Queue>,
    /// The people who take leads.
    pub reps: Vec<Rep>,
    /// How evenly a batch is shared out; not looked at unless given.
    #[serde(default)]
    pub band: Option<Band>,
}

/// The columns of the leads' file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// The lead's name.
    pub id: String,
    /// The chance that it converts.
    pub chance: Chance,
    /// Where it is.
    pub territory: Option<String>,
    /// The language it speaks.
    pub language: Option<String>,
    /// What it asks for.
    pub product: Option<String>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            id: "lead_id".to_owned(),
            chance: Chance::Probability("probability".to_owned()),
            territory: None,
            language: None,
            product: None,
        }
    }
}

/// What stands for the chance that a lead converts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Chance {
    /// A column of probabilities, 0 to 1.
    Probability(String),
    /// A column of scores, 0 to 100, taken as hundredths: where there is no history. It ranks, and is no money.
    Score(String),
}

impl Chance {
    /// The column.
    pub fn column(&self) -> &str {
        match self {
            Chance::Probability(column) | Chance::Score(column) => column,
        }
    }
}

/// What a won lead is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The column that tells; none unless given.
    #[serde(default)]
    pub column: Option<String>,
    /// What a lead is worth of which the column tells nothing, or what no lead is worth: less than nothing, or more than 1e12.
    #[serde(deserialize_with = "not_negative")]
    pub otherwise: f64,
}

/// A skill that some leads ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillNeed {
    /// The skill.
    pub skill: String,
    /// Which leads.
    pub when: Condition,
    /// The share of the lead's expected value that a rep without the skill brings, 0 to 1. At 0, as unless given, such a rep
    /// does not take the lead.
    #[serde(default, deserialize_with = "share")]
    pub without: f64,
}

/// A seniority that some leads ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeniorityNeed {
    /// The least seniority.
    pub at_least: u8,
    /// Which leads.
    pub when: Condition,
}

/// A column that names the rep whose lead it is. Ownership goes before territory, language, product, skill and seniority,
/// never before absence and caps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ownership {
    /// The column, with a rep's id.
    pub column: String,
    /// Why the lead is the rep's.
    pub of: Owned,
    /// What becomes of the lead where its owner is away or full.
    pub hold: Hold,
}

/// Why a lead is a rep's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owned {
    /// Its account is the rep's.
    Account,
    /// The rep worked it before, and it came back.
    Reengaged,
}

/// What becomes of a lead whose owner cannot take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hold {
    /// It waits in the queue.
    Only,
    /// Whoever may takes it.
    First,
}

/// A way that leads go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Its name.
    pub id: String,
    /// Which leads; all that are left unless given.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Who works it.
    #[serde(default)]
    pub to: Takers,
    /// The queue of the leads that no rep takes.
    pub queue: String,
    /// How and how soon a lead is answered: the first whose condition holds.
    #[serde(default)]
    pub outreach: Vec<Outreach>,
}

/// Who works a pipeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Takers {
    /// Reps.
    #[default]
    Reps,
    /// Nobody in person: every lead goes to the queue.
    Queue,
}

/// How and how soon a lead is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outreach {
    /// Which leads; all that are left unless given.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The outreach sequence.
    #[serde(default)]
    pub sequence: Option<String>,
    /// By when it is answered, in working hours of the rep (or of the queue); no promise unless given.
    #[serde(default, deserialize_with = "hours")]
    pub respond_within_hours: Option<f64>,
}

/// A place where leads wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Its name; reps and queues share their names.
    pub id: String,
    /// Where its clock stands.
    pub time_zone: Zone,
    /// When somebody looks into it; Monday to Friday from 9:00 to 17:00 unless given.
    #[serde(default = "office")]
    pub hours: Vec<Shift>,
    /// The queue or rep that takes over once the promise is broken.
    #[serde(default)]
    pub escalate_to: Option<String>,
}

/// Somebody who takes leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rep {
    /// The name in the CRM; reps and queues share their names.
    pub id: String,
    /// The pipelines worked; all that go to reps unless given.
    #[serde(default)]
    pub pipelines: Vec<String>,
    /// The territories served; all unless given.
    #[serde(default)]
    pub territories: Vec<String>,
    /// The languages spoken; all unless given.
    #[serde(default)]
    pub languages: Vec<String>,
    /// The products sold; all unless given.
    #[serde(default)]
    pub products: Vec<String>,
    /// The skills.
    #[serde(default)]
    pub skills: Vec<String>,
    /// The seniority, 0 the lowest.
    #[serde(default)]
    pub seniority: u8,
    /// Where the rep's clock stands, as the IANA database names it.
    pub time_zone: Zone,
    /// When the rep works, local time; Monday to Friday from 9:00 to 17:00 unless given.
    #[serde(default = "office")]
    pub hours: Vec<Shift>,
    /// The days away.
    #[serde(default)]
    pub absent: Vec<Absence>,
    /// The most leads that the rep takes in a day.
    pub daily_cap: u32,
    /// How many of them are taken already.
    #[serde(default)]
    pub taken: u32,
    /// The rep's share of the leads, as a multiple of the usual one for the cap.
    #[serde(default = "one", deserialize_with = "positive")]
    pub weight: f64,
    /// The rep or queue that takes over once the promise is broken. Unless given the pipeline's queue; nobody where that queue's own
    /// escalation comes to this rep, who is the last then.
    #[serde(default)]
    pub escalate_to: Option<String>,
}

/// How evenly a batch is shared out: each rep's expected value, as a multiple of the rep's fair share.
///
/// The fair share is what the rep's own leads bring, and parts of the others that the best assignment takes: each counts for those
/// who may take it, by weight times places left times the share of its value that they bring, scaled until nobody's parts are more
/// leads than places. The band moves leads between reps; it leaves no lead in a queue that a rep could take. Where it cannot
/// be kept, the batch says for whom and why.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The least, 0 to 1.
    pub at_least: f64,
    /// The most, 1 or above.
    pub at_most: f64,
    /// The share of the batch's expected value that may be given up for it; 0.005 unless given.
    #[serde(default = "half_a_percent", deserialize_with = "share")]
    pub may_cost: f64,
}

fn half_a_percent() -> f64 {
    0.005
}

impl Routing {
    /// Reads and checks a routing file's text.
    ///
    /// # Errors
    /// [`RouteError::Rules`] with line and column of what cannot be read; the other variants name what does not fit together.
    pub fn from_ron(text: &str) -> Result<Self, RouteError> {
        let routing: Self = from_ron(text, "routing")?;
        check::check(&routing)?;
        Ok(routing)
    }
}

impl Rep {
    pub(crate) fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.time_zone, shifts: &self.hours, absent: &self.absent }
    }
}

impl Queue {
    pub(crate) fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.time_zone, shifts: &self.hours, absent: &[] }
    }
}

fn one() -> f64 {
    1.0
}

// Checked where they are read, so that the error names their line.
fn number<'de, D: Deserializer<'de>>(
    from: D,
    expected: &'static str,
    sound: impl Fn(f64) -> bool,
) -> Result<f64, D::Error> {
    let found = f64::deserialize(from)?;
    let wrong = || D::Error::custom(RouteError::Number { found, expected });
    sound(found).then_some(found).ok_or_else(wrong)
}

fn not_negative<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    number(from, "an amount of money, 0 to 1e12", |x| (0.0..=MOST_MONEY).contains(&x))
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    number(from, "a share from 0 to 1", |x| (0.0..=1.0).contains(&x))
}

fn positive<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    number(from, "a weight above 0 and at most 1000", |x| x > 0.0 && x <= 1000.0)
}

fn hours<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    struct Hours(f64);
    impl<'de> Deserialize<'de> for Hours {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            number(from, "hours above 0 and at most 1000", |x| x > 0.0 && x <= 1000.0).map(Hours)
        }
    }
    Ok(Option::<Hours>::deserialize(from)?.map(|hours| hours.0))
}
