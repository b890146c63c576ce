//! The standard funnel, and the spellings of its stages in the usual CRMs and in plain English and German.
//!
//! The table `tables/stages.csv` holds one spelling a line. Spellings compare by their letters alone, so that `closedwon`, `Closed Won`
//! and `6 - Closed/Won (100%)` are one; what a team declares goes before the table.

use leadsight_schema::nearest;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A stage of the standard funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Seen on the site, or on a mailing list.
    Visitor,
    /// Known by name.
    Lead,
    /// Marketing takes it for worth a look.
    MarketingQualified,
    /// Sales takes it for worth a talk, or it asked for one.
    SalesQualified,
    /// They talk.
    Opportunity,
    /// There is an offer.
    Proposal,
    /// They talk about the offer.
    Negotiation,
    /// A customer.
    Won,
    /// Out, at whatever stage it had reached.
    Lost,
}

impl Stage {
    /// The stages through which a lead goes, in order; [`Stage::Lost`] is none of them.
    pub const WAY: [Stage; 8] = [
        Stage::Visitor,
        Stage::Lead,
        Stage::MarketingQualified,
        Stage::SalesQualified,
        Stage::Opportunity,
        Stage::Proposal,
        Stage::Negotiation,
        Stage::Won,
    ];

    /// In words: `sales qualified`.
    pub fn words(self) -> &'static str {
        match self {
            Stage::Visitor => "visitor",
            Stage::Lead => "lead",
            Stage::MarketingQualified => "marketing qualified",
            Stage::SalesQualified => "sales qualified",
            Stage::Opportunity => "opportunity",
            Stage::Proposal => "proposal",
            Stage::Negotiation => "negotiation",
            Stage::Won => "won",
            Stage::Lost => "lost",
        }
    }

    /// The stage of a name as in [`Stage::MarketingQualified`].
    fn named(name: &str) -> Option<Stage> {
        Self::WAY.into_iter().chain([Stage::Lost]).find(|stage| format!("{stage:?}") == name)
    }
}

const TABLE: &str = include_str!("../tables/stages.csv");

/// Reads stages as people and systems write them.
#[derive(Debug, Clone)]
pub struct Spellings {
    by_letters: HashMap<String, Stage>,
    /// As written, for "did you mean".
    written: Vec<String>,
}

impl Spellings {
    /// The table, and before it what a team declares.
    pub fn new(declared: &BTreeMap<String, Stage>) -> Self {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let facts = lines.filter_map(|line| {
            let mut cells = line.splitn(3, ',');
            Some((cells.next()?.to_owned(), Stage::named(cells.next()?)?))
        });
        let mut spellings = Self { by_letters: HashMap::new(), written: Vec::new() };
        for (written, stage) in facts.chain(declared.iter().map(|(w, s)| (w.clone(), *s))) {
            spellings.by_letters.insert(letters(&written), stage);
            spellings.written.push(written);
        }
        spellings
    }

    /// The stage that a text means, if it is a known spelling.
    pub fn read(&self, text: &str) -> Option<Stage> {
        let found = self.by_letters.get(&letters(text));
        // What stands in brackets may be the word that tells: "Closed (won)".
        found.or_else(|| self.by_letters.get(&all_letters(text))).copied()
    }

    /// The known spelling that is most like a text, if one is like enough.
    pub fn nearest(&self, text: &str) -> Option<&str> {
        nearest(text, self.written.iter().map(String::as_str))
    }

    /// The stage whose date a column of that name holds: `mql_date`, `Date entered Opportunity`, `won_at`.
    pub fn of_date_column(&self, name: &str) -> Option<Stage> {
        let words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .filter(|word| !word.is_empty())
            .collect();
        let date = |word: &String| {
            ["date", "at", "on", "entered", "became", "a", "an", "datum", "am"]
                .contains(&word.as_str())
        };
        let rest: Vec<&str> = words.iter().filter(|w| !date(w)).map(String::as_str).collect();
        // A close date is the day it is hoped for as often as the day it came.
        let unclear = ["close", "new", "open"].contains(&rest.join(" ").as_str());
        if rest.is_empty() || rest.len() == words.len() || unclear {
            return None;
        }
        self.read(&rest.join(" "))
    }
}

/// The letters of a spelling: without a number in front and what stands in brackets.
fn letters(text: &str) -> String {
    let open = text.find(['(', '[']).unwrap_or(text.len());
    all_letters(&text[..open])
}

fn all_letters(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Spellings {
        Spellings::new(&BTreeMap::new())
    }

    #[test]
    fn every_line_of_the_table_names_a_stage_and_says_it_once() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let mut seen = HashMap::new();
        for line in lines {
            let cells: Vec<&str> = line.splitn(3, ',').collect();
            assert_eq!(cells.len(), 3, "{line}");
            assert!(Stage::named(cells[1]).is_some() && !cells[2].is_empty(), "{line}");
            assert_eq!(seen.insert(letters(cells[0]), line), None, "{line}");
        }
        for stage in Stage::WAY {
            assert!(seen.values().any(|line| line.contains(&format!("{stage:?}"))), "{stage:?}");
        }
    }

    #[test]
    fn reads_what_crms_write() {
        for (text, expect) in [
            ("MQL", Some(Stage::MarketingQualified)),
            ("marketingqualifiedlead", Some(Stage::MarketingQualified)),
            ("Closed Won", Some(Stage::Won)),
            ("6 - Closed/Won (100%)", Some(Stage::Won)),
            ("Closed (won)", Some(Stage::Won)),
            ("closedlost", Some(Stage::Lost)),
            ("3. Angebot", Some(Stage::Proposal)),
            ("ERSTGESPRAECH", Some(Stage::Opportunity)),
            ("Verhandlung", Some(Stage::Negotiation)),
            ("Proposal/Price Quote", Some(Stage::Proposal)),
            ("Proposal / Price quote", Some(Stage::Proposal)),
            ("Wonder", None),
            ("", None),
            ("(", None),
            ("42", None),
        ] {
            assert_eq!(usual().read(text), expect, "{text}");
        }
        assert_eq!(usual().nearest("Negotation"), Some("Negotiation"));
        assert_eq!(usual().nearest("zzzz"), None);
    }

    #[test]
    fn what_a_team_declares_goes_first() {
        let declared = BTreeMap::from([
            ("Open".to_owned(), Stage::Opportunity),
            ("Pilot".to_owned(), Stage::Negotiation),
        ]);
        let spellings = Spellings::new(&declared);
        assert_eq!(spellings.read("open"), Some(Stage::Opportunity));
        assert_eq!(spellings.read("PILOT"), Some(Stage::Negotiation));
        assert_eq!(spellings.read("Offen"), Some(Stage::Lead));
    }

    #[test]
    fn date_columns_tell_their_stage() {
        for (name, expect) in [
            ("mql_date", Some(Stage::MarketingQualified)),
            ("won_at", Some(Stage::Won)),
            ("Date entered Opportunity", Some(Stage::Opportunity)),
            ("Became a Customer Date", Some(Stage::Won)),
            ("Angebot am", Some(Stage::Proposal)),
            ("created_at", None),
            ("close_date", None),
            ("date", None),
            ("won", None),
        ] {
            assert_eq!(usual().of_date_column(name), expect, "{name}");
        }
    }
}
