//! How columns that are made of a lead's events are told: their names are fixed, `days since page_view: pricing`, and their words are
//! those of the policy's language, "last page view: pricing 3 days ago". A policy that words such a field itself has its own way.

use crate::{Vocabulary, readable};
use leadsight_behaviour::Asks;
use leadsight_schema::{Language, fill};

/// A column of events, told in a language.
pub(crate) struct Made<'v> {
    vocabulary: Vocabulary<'v>,
    asks: Asks<'v>,
}

/// Whether a column asks of an action of this name, or of this kind.
pub(crate) fn asks_of(column: &str, name: &str) -> bool {
    let action = Asks::of(column).and_then(Asks::action);
    action.is_some_and(|action| {
        action == name || action.split_once(": ").is_some_and(|(kind, _)| kind == name)
    })
}

impl<'a> Vocabulary<'a> {
    /// The field as a column of events, if its name is that of one and the policy says nothing of it.
    pub(crate) fn made<'v>(&self, field: &'v str) -> Option<Made<'v>>
    where
        'a: 'v,
    {
        if self.wording.contains_key(field) || self.names.contains_key(field) {
            return None;
        }
        let asks = match Asks::of(field)? {
            // A field of the leads that is named so: `days since last contact`.
            Asks::DaysSince(Some(action)) => {
                Asks::DaysSince(Some(action.strip_prefix("last ").unwrap_or(action)))
            }
            asks => asks,
        };
        Some(Made { vocabulary: *self, asks })
    }
}

impl Made<'_> {
    fn language(&self) -> Language {
        self.vocabulary.language
    }

    /// Whether its value is told as how long ago something was.
    pub(crate) fn is_since(&self) -> bool {
        matches!(self.asks, Asks::DaysSince(_) | Asks::DaysSinceFirst)
    }

    /// How long ago, if it is told so.
    pub(crate) fn ago(&self, days: f64) -> Option<String> {
        self.is_since().then(|| self.language().ago(days))?
    }

    /// The action that it asks of, as the policy names it or its kind, or as it reads.
    fn action(&self) -> String {
        let p = self.language().phrases();
        let Some(action) = self.asks.action() else { return p.made_events.to_owned() };
        let own = |name: &str| self.vocabulary.own_name(name).map(str::to_owned);
        let parts = action.split_once(": ");
        own(action)
            .or_else(|| {
                let (kind, detail) = parts?;
                Some(format!("{}: {}", own(kind)?, readable(detail, self.language())))
            })
            .unwrap_or_else(|| readable(action, self.language()))
    }

    fn window(&self, days: Option<u32>) -> String {
        let p = self.language().phrases();
        match days {
            None => String::new(),
            Some(1) => p.made_in_day.to_owned(),
            Some(days) => {
                let number = days.to_string();
                fill(p.made_in_days, |_| &number)
            }
        }
    }

    /// Its name, to stand before its value.
    pub(crate) fn name(&self) -> String {
        let p = self.language().phrases();
        match self.asks {
            Asks::DaysSince(None) | Asks::LastEvent => p.made_last_event.to_owned(),
            Asks::DaysSince(Some(_)) => {
                let action = self.action();
                fill(p.made_last, |_| &action)
            }
            Asks::DaysSinceFirst | Asks::FirstEvent => p.made_first_event.to_owned(),
            _ => self.asked(),
        }
    }

    /// Its name, to stand in a condition over its bare value.
    pub(crate) fn asked(&self) -> String {
        let p = self.language().phrases();
        let about = |phrase: &str, number: &str, window: Option<u32>| {
            let (words, window) = (self.action(), self.window(window));
            fill(phrase, |name| match name {
                "words" => &words,
                "number" => number,
                _ => &window,
            })
        };
        match self.asks {
            Asks::Count { days, .. } => about(p.made_count, "", days),
            Asks::Decayed { half_life, .. } => about(p.made_decayed, &half_life.to_string(), None),
            Asks::DaysSince(None) => p.made_days_since_last.to_owned(),
            Asks::DaysSince(Some(_)) => about(p.made_days_since, "", None),
            Asks::DaysSinceFirst => p.made_days_since_first.to_owned(),
            Asks::ValueSum(_) => about(p.made_sum, "", None),
            Asks::ActiveDays(days) => about(p.made_active_days, "", days),
            Asks::Visits(days) => about(p.made_visits, "", days),
            Asks::Different => p.made_different.to_owned(),
            Asks::ReturnVisits => p.made_return_visits.to_owned(),
            Asks::LongestVisit => p.made_longest_visit.to_owned(),
            Asks::VisitMinutes => p.made_visit_minutes.to_owned(),
            Asks::FirstEvent => p.made_first_event.to_owned(),
            Asks::LastEvent => p.made_last_event.to_owned(),
        }
    }

    /// That nothing of it is known.
    pub(crate) fn none(&self) -> String {
        let p = self.language().phrases();
        match self.asks.action() {
            Some(_) => {
                let action = self.action();
                fill(p.made_none, |_| &action)
            }
            None => p.made_no_event.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Contribution, Policy, Range, Standing, factors};
    use leadsight_schema::Cell;

    fn policy(rest: &str) -> Policy {
        let scale = "score: (p0: 0.002, p40: 0.02, p70: 0.08, p100: 0.5)";
        Policy::from_ron(&format!("Policy(version: 1, {scale}, {rest})")).unwrap()
    }

    fn told(policy: &Policy, field: &str, number: Option<f64>) -> String {
        let cell = number.map_or(Cell::Missing, Cell::Number);
        let lead = [Contribution {
            field: field.to_owned(),
            value: policy.vocabulary().value(field, cell),
            number,
            standing: if number.is_some() { Standing::Known } else { Standing::Missing },
            contribution: -0.3,
        }];
        let found = factors(policy, &lead, 0.0, -0.3, |s| 50.0 + 10.0 * s).unwrap();
        found.negative[0].text.rsplit_once(", ").unwrap().0.to_owned()
    }

    #[test]
    fn in_the_language_of_the_policy() {
        let mut german = policy("language: German");
        german.ranges.insert("days since Anruf".into(), Range { q25: 1.0, q75: 6.0 });
        for (field, number, expect) in [
            ("days since Anruf", Some(0.052_08), "Anruf zuletzt vor 1 Stunde (k\u{fc}rzlich)"),
            ("days since Anruf", Some(3.2), "Anruf zuletzt vor 3 Tagen"),
            ("days since Anruf", Some(90.0), "Anruf zuletzt vor 90 Tagen (lange her)"),
            ("days since Anruf", None, "Anruf: kein Eintrag"),
            ("days since Anruf", Some(-2.0), "Anruf zuletzt -2 (k\u{fc}rzlich)"),
            ("days since last event", Some(3.0), "letztes Ereignis vor 3 Tagen"),
            ("days since last event", None, "kein Ereignis bekannt"),
            ("days since first event", Some(30.0), "erstes Ereignis vor 30 Tagen"),
            ("Anruf count", Some(2.0), "Anzahl Anruf = 2"),
            ("Anruf count in 7 d", Some(2.0), "Anzahl Anruf in 7 Tagen = 2"),
            ("event count in 1 d", Some(2.0), "Anzahl Ereignisse in 1 Tag = 2"),
            ("Seitenaufruf: Preise count", Some(1.0), "Anzahl Seitenaufruf: Preise = 1"),
            ("Anruf count, half-life 14 d", Some(0.5), "Anzahl Anruf, Halbwertszeit 14 T. = 0,5"),
            ("active days in 30 d", Some(2.0), "aktive Tage in 30 Tagen = 2"),
            ("Kauf value sum", Some(120.0), "Summe der Werte von Kauf = 120"),
        ] {
            assert_eq!(told(&german, field, number), expect);
        }
        let english = policy("language: English");
        for (field, number, expect) in [
            ("days since page_view: pricing", Some(0.052_08), "last page view: pricing 1 hour ago"),
            ("days since page_view", None, "no page view on record"),
            ("days since last contact", Some(1.0), "last contact 1 day ago"),
            ("page_view count in 7 d", Some(2.0), "page view count in 7 days = 2"),
        ] {
            assert_eq!(told(&english, field, number), expect);
        }
    }

    #[test]
    fn the_policys_own_words_come_first() {
        let own = policy(
            r#"names: {"days since call": "silence", "page_view": "pages"}, wording: {"days since demo": (unit: Count("day", "days"))}"#,
        );
        for (field, expect) in [
            ("days since call", "silence = 3"),
            ("days since demo", "days since demo = 3 days"),
            ("page_view: pricing count in 7 d", "pages: pricing count in 7 days = 3"),
        ] {
            assert_eq!(told(&own, field, Some(3.0)), expect);
        }
        let vocabulary = own.vocabulary();
        let read = ["days since call", "days since demo", "page_view: pricing count in 7 d"];
        assert!(vocabulary.unread(&read).is_empty());
        assert_eq!(vocabulary.unread(&read[..2]).len(), 1);
        assert_eq!(vocabulary.asked("days since page_view"), "days since pages");
        assert_eq!(vocabulary.name("days since page_view"), "last pages");
    }
}
