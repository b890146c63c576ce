//! The languages that leads are told in: every built-in phrase in each of them, and how numbers and dates are written.
//!
//! [`Phrases`] is one table: a line has the phrase in every language, so that none can be left out. `{words}` and the like are
//! placeholders, which [`fill`] replaces.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A language that leads can be told in.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

macro_rules! phrases {
    ($($name:ident: $english:literal, $german:literal;)*) => {
        /// What is said of every lead, in one language.
        #[derive(Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each phrase says what it means")]
        pub struct Phrases {
            $(pub $name: &'static str,)*
        }

        static ENGLISH: Phrases = Phrases { $($name: $english,)* };
        static GERMAN: Phrases = Phrases { $($name: $german,)* };

        #[cfg(test)]
        impl Phrases {
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

phrases! {
    // Numbers and dates.
    decimal: ".", ",";
    thousands: ",", ".";
    date: "{year}-{month}-{day}", "{day}.{month}.{year}";
    money: "{unit} {number}", "{number} {unit}";
    unknown: "unknown", "unbekannt";

    // Lengths of time, as they stand behind "within".
    an_hour: "an hour", "einer Stunde";
    hours: "{number} hours", "{number} Stunden";
    a_day: "a day", "einem Tag";
    days: "{number} days", "{number} Tagen";

    // Factors.
    factor_known: "{words} = {value}", "{words} = {value}";
    factor_missing: "{words} unknown", "{words} unbekannt";
    factor_unseen: "{words} = {value} (never seen in training)", "{words} = {value} (im Training nie gesehen)";
    factor_text: "{words} {value}", "{words} {value}";
    factor_rule: "rule: {words}", "Regel: {words}";
    high: " (high)", " (hoch)";
    low: " (low)", " (niedrig)";
    points: "{points} points", "{points} Punkte";
    in_favour: "in favour", "spricht dafür";
    against: "against", "spricht dagegen";

    // What is read of a mail address.
    mail_business: "company address", "Firmenadresse";
    mail_role: "shared mailbox", "Sammelpostfach";
    mail_free: "address at a free provider", "Adresse bei einem Freemail-Anbieter";
    mail_disposable: "disposable address", "Wegwerfadresse";
    mail_none: "no address", "keine Adresse";

    // Columns that are made of a lead's events.
    made_count: "{words} count{window}", "Anzahl {words}{window}";
    made_events: "event", "Ereignisse";
    made_in_day: " in 1 day", " in 1 Tag";
    made_in_days: " in {number} days", " in {number} Tagen";
    made_decayed: "{words} count, half-life {number} d", "Anzahl {words}, Halbwertszeit {number} T.";
    made_days_since: "days since {words}", "Tage seit {words}";
    made_days_since_last: "days since last event", "Tage seit dem letzten Ereignis";
    made_days_since_first: "days since first event", "Tage seit dem ersten Ereignis";
    made_last: "last {words}", "{words} zuletzt";
    made_last_event: "last event", "letztes Ereignis";
    made_first_event: "first event", "erstes Ereignis";
    made_none: "no {words} on record", "{words}: kein Eintrag";
    made_no_event: "no event on record", "kein Ereignis bekannt";
    made_sum: "total value of {words}", "Summe der Werte von {words}";
    made_active_days: "active days{window}", "aktive Tage{window}";
    made_different: "different events", "verschiedene Ereignisse";
    made_visits: "visit count{window}", "Anzahl Besuche{window}";
    made_return_visits: "return visits", "wiederholte Besuche";
    made_longest_visit: "events of longest visit", "Ereignisse des längsten Besuchs";
    made_visit_minutes: "minutes in visits", "Minuten in Besuchen";
    ago_now: "just now", "gerade eben";
    ago_minute: "1 minute ago", "vor 1 Minute";
    ago_minutes: "{number} minutes ago", "vor {number} Minuten";
    ago_hour: "1 hour ago", "vor 1 Stunde";
    ago_hours: "{number} hours ago", "vor {number} Stunden";
    ago_day: "1 day ago", "vor 1 Tag";
    ago_days: "{number} days ago", "vor {number} Tagen";
    recent: " (recent)", " (kürzlich)";
    long_ago: " (long ago)", " (lange her)";

    // What became of a score.
    change_new: "new", "neu";
    change_none: "unchanged{since}", "unverändert{since}";
    change_up: "up {number}{since}", "um {number} gestiegen{since}";
    change_down: "down {number}{since}", "um {number} gefallen{since}";
    change_since: " since {date}", " seit dem {date}";
    change_another_model: ", then by another model", ", damals von einem anderen Modell";
    change_parts: ": {model} by the new model, {lead} by the lead", ": {model} durch das neue Modell, {lead} durch den Lead";
    change_chiefly: ", chiefly {words}", ", vor allem {words}";
    change_moved: "{words} {before} -> {after} ({points})", "{words} {before} -> {after} ({points})";
    change_same: "{words} {after} as before ({points})", "{words} {after} wie zuvor ({points})";

    // Decisions.
    by_score: "score {number}{cut}: {reason}", "Score {number}{cut}: {reason}";
    by_probability: "probability {number} %{cut}: {reason}", "Wahrscheinlichkeit {number} %{cut}: {reason}";
    chiefly: "; chiefly {factor}", "; vor allem {factor}";
    cut_score: "from {number}", "ab {number}";
    cut_probability: "from {number} %", "ab {number} %";
    cut_percentile: "better than {number} of 100 leads{from}", "besser als {number} von 100 Leads{from}";
    cut_capacity: "the best {number} a day{from}", "die besten {number} am Tag{from}";
    cut_capture: "the best that hold {number} % of conversions{from}", "die besten mit {number} % der Abschlüsse{from}";
    cut_fixed: ", from {number} %", ", ab {number} %";
    action_never: "never \"{action}\": {reason}", "nie \"{action}\": {reason}";
    action_none: "no action is allowed", "keine Aktion ist erlaubt";
    action_tried: "tried out by lot in place of \"{action}\"", "per Los erprobt anstelle von \"{action}\"";
    flag_disposable: "disposable address at {value}", "Wegwerfadresse bei {value}";
    flag_no_address: "{field} is no address", "{field} ist keine Adresse";
    flag_repeated: "{number} leads with this {field}", "{number} Leads mit demselben Wert: {field}";
    flag_domain: "{number} leads with this domain {value}", "{number} Leads mit der Domain {value}";
    flag_repeated_within: "{number} leads with this {field} within {time}", "{number} Leads innerhalb von {time} mit demselben Wert: {field}";
    flag_domain_within: "{number} leads with this domain {value} within {time}", "{number} Leads innerhalb von {time} mit der Domain {value}";
    flag_countries: "two countries: {value} and {other}", "zwei Länder: {value} und {other}";
    flag_little: "only {number} % of its fields known", "nur {number} % der Felder bekannt";
    several: "several", "mehrere";
    about_disposable: "disposable address: {field}", "Wegwerfadresse: {field}";
    about_domain: "several leads with one domain: {field}", "mehrere Leads mit derselben Domain: {field}";
    about_domain_within: "several leads with one domain within {time}: {field}", "mehrere Leads innerhalb von {time} mit derselben Domain: {field}";
    about_little: "less than {number} % of its fields known", "weniger als {number} % der Felder bekannt";
    flag_borderline: "near the working threshold: either side is likely", "nahe am Schwellenwert: beide Seiten sind möglich";

    // The tiers that are built in.
    tier_hot: "the chance to convert is at or above the working threshold", "die Abschlusschance liegt beim Schwellenwert oder darüber";
    tier_warm: "the chance to convert is below the working threshold but too good to skip", "die Abschlusschance liegt unter dem Schwellenwert, ist aber zu gut zum Auslassen";
    tier_cold: "the chance to convert is below the safe-to-skip threshold", "die Abschlusschance ist so klein, dass der Lead warten kann";
    tier_far_above: "the chance to convert is far above the working threshold", "die Abschlusschance liegt weit über dem Schwellenwert";
    tier_four_of_five: "four of five leads like it convert", "vier von fünf solchen Leads schließen ab";
    tier_every_second: "every second lead like it converts", "jeder zweite solche Lead schließt ab";
    tier_more_lost: "more leads like it are lost than won", "von solchen Leads gehen mehr verloren, als gewonnen werden";
    tier_called_for: "rules or points call for it", "Regeln oder Punkte sprechen dafür";
    tier_not_called_for: "neither rules nor points call for it, but too good to skip", "weder Regeln noch Punkte sprechen dafür, aber zu gut zum Auslassen";
    tier_spoken_against: "rules or points speak against it", "Regeln oder Punkte sprechen dagegen";
    act_hot: "immediate sales outreach", "sofort durch den Vertrieb ansprechen";
    act_warm: "nurture with high-value content", "mit hochwertigen Inhalten pflegen";
    act_cold: "re-qualify by marketing", "durch das Marketing neu qualifizieren";
    act_by_hand: "decide by hand", "von Hand entscheiden";

    set_by: "set by {who} on {date}: {why}", "von {who} am {date} gesetzt: {why}";
    set_without_reason: "no reason given", "ohne Begründung";

    // Why a lead goes where it goes.
    route_pipeline: "pipeline {name}", "Pipeline {name}";
    route_owns: "{rep} owns the account", "{rep} betreut den Account";
    route_worked: "{rep} worked the lead before", "{rep} hat den Lead schon bearbeitet";
    route_owner: "{rep}, who owns the account, {why}", "{rep} betreut den Account, {why}";
    route_worker: "{rep}, who worked the lead before, {why}", "{rep} hat den Lead schon bearbeitet, {why}";
    route_is_full: "is full", "ist aber ausgelastet";
    route_is_away: "is {duty}", "ist aber {duty}";
    route_is_no_rep: "is no rep", "gehört aber nicht zum Team";
    route_only: "{rep} is the only rep who may take it; {worth}{lacks}", "nur {rep} kommt infrage; {worth}{lacks}";
    route_best: "{rep} is one of {number} reps who may take it, best for the whole; {worth}{lacks}", "{rep} ist unter {number}, die infrage kommen, für das Ganze am besten; {worth}{lacks}";
    route_lacks: ", times {number} without {skills}", ", mal {number} ohne {skills}";
    route_to_queue: "it goes to the queue, not to a rep", "geht in die Warteschlange, an niemanden persönlich";
    route_nobody_else: "nobody else may take it", "niemand sonst darf ihn übernehmen";
    route_one_full: "no room: the only rep who may take it is full; {worth}", "kein Platz: die einzige Person, die infrage kommt, ist ausgelastet; {worth}";
    route_all_full: "no room: all {number} reps who may take it are full; {worth}", "kein Platz: alle {number}, die infrage kommen, sind ausgelastet; {worth}";
    route_price: "places are kept for better leads: {worth}, a place is worth {number}", "Plätze bleiben besseren Leads vorbehalten: {worth}, ein Platz ist {number} wert";
    route_again: "a lead of this id was routed already", "ein Lead mit dieser Kennung wurde schon verteilt";
    route_nobody: "no rep may take it: {steps}", "niemand kommt infrage: {steps}";
    route_some: "{count} of {left} {does}", "{does}: {count} von {left}";
    route_none: "none of {left} {does}", "{does}: niemand von {left}";
    route_works: "works the pipeline", "Pipeline";
    route_work: "work the pipeline", "Pipeline";
    route_serves: "serves {word}", "Gebiet {word}";
    route_serve: "serve {word}", "Gebiet {word}";
    route_speaks: "speaks {word}", "Sprache {word}";
    route_speak: "speak {word}", "Sprache {word}";
    route_sells: "sells {word}", "Produkt {word}";
    route_sell: "sell {word}", "Produkt {word}";
    route_is_senior: "is of seniority {word}", "Seniorität {word}";
    route_are_senior: "are of seniority {word}", "Seniorität {word}";
    route_knows: "knows {word}", "Kenntnis {word}";
    route_know: "know {word}", "Kenntnis {word}";
    route_off: "none of them is at work ({away})", "niemand davon ist im Dienst ({away})";
    route_rep_off: "{rep} is {duty}", "{rep} {duty}";
    route_unknown: "its chance is unknown, so it goes last", "Chance unbekannt, kommt daher zuletzt";
    route_value: "expected value {value} ({number} % of {worth})", "erwarteter Wert {value} ({number} % von {worth})";
    route_score: "score {number}", "Score {number}";
    duty_on: "at work", "im Dienst";
    duty_away: "away until {date}", "abwesend bis {date}";
    duty_never: "without any working day", "ohne Arbeitstag";

    // What a lead's data lacked.
    warn_unreadable: "{field}: `{value}` is not {kind}, taken as missing", "{field}: `{value}` ist nicht lesbar als {kind}, gilt als unbekannt";
    warn_absent: "{field}: not given, taken as missing", "{field}: nicht angegeben, gilt als unbekannt";
    warn_unseen: "{field}: `{value}` was never seen in training", "{field}: `{value}` kam im Training nie vor";
    warn_stale: "scored by rules and points: the model is too old", "nach Regeln und Punkten bewertet: das Modell ist zu alt";
    warn_sparse: "scored by rules and points: too little is known for the model", "nach Regeln und Punkten bewertet: für das Modell ist zu wenig bekannt";
    kind_number: "a finite number", "endliche Zahl";
    kind_decimal_comma: "a finite number with a decimal comma", "endliche Zahl mit Dezimalkomma";
    kind_iso: "a date (YYYY-MM-DD, time and offset optional)", "Datum (JJJJ-MM-TT, auf Wunsch mit Zeit und Abstand zu UTC)";
    kind_day_month: "a date (DD/MM/YYYY, time optional)", "Datum (TT/MM/JJJJ, auf Wunsch mit Zeit)";
    kind_month_day: "a date (MM/DD/YYYY, time optional)", "Datum (MM/TT/JJJJ, auf Wunsch mit Zeit)";
    kind_german: "a date (DD.MM.YYYY, time optional)", "Datum (TT.MM.JJJJ, auf Wunsch mit Zeit)";
    kind_year_slash: "a date (YYYY/MM/DD, time optional)", "Datum (JJJJ/MM/TT, auf Wunsch mit Zeit)";
    kind_named_month: "a date (DD-Mon-YYYY)", "Datum (TT-Mon-JJJJ)";

    // What a text says, behind the name of its field.
    text_word: "of {number} word", "mit {number} Wort";
    text_words: "of {number} words", "mit {number} Wörtern";
    text_with: "with \"{words}\"", "mit \"{words}\"";
    text_without: "without \"{words}\"", "ohne \"{words}\"";
    text_about: "about {words}", "über {words}";
    text_not_about: "not about {words}", "nicht über {words}";
    text_term: "with the term \"{words}\"", "mit dem Begriff \"{words}\"";
    text_no_term: "without the term \"{words}\"", "ohne den Begriff \"{words}\"";
    text_hashed: "by single words", "nach einzelnen Wörtern";

    // Conditions.
    when_is: "{field} is {value}", "{field} ist {value}";
    when_is_not: "{field} is not {value}", "{field} ist nicht {value}";
    when_more: "{number} more", "{number} weitere";
    when_below: "{field} below {value}", "{field} unter {value}";
    when_at_most: "{field} at most {value}", "{field} höchstens {value}";
    when_above: "{field} above {value}", "{field} über {value}";
    when_at_least: "{field} at least {value}", "{field} mindestens {value}";
    when_between: "{field} from {value} to {high}", "{field} von {value} bis {high}";
    when_contains: "{field} contains \"{value}\"", "{field} enthält \"{value}\"";
    when_starts_with: "{field} starts with \"{value}\"", "{field} beginnt mit \"{value}\"";
    when_matches: "{field} matches \"{value}\"", "{field} entspricht \"{value}\"";
    when_before: "{field} before {value}", "{field} vor dem {value}";
    when_since: "{field} since {value}", "{field} seit dem {value}";
    when_within_days: "{field} within {value} days", "{field} in den letzten {value} Tagen";
    when_longer_ago: "{field} more than {value} days ago", "{field} vor mehr als {value} Tagen";
    when_missing: "{field} unknown", "{field} unbekannt";
    when_known: "{field} known", "{field} bekannt";
    when_always: "always", "immer";
    when_never: "never", "nie";
    when_not: "not {value}", "nicht {value}";
    and: " and ", " und ";
    or: " or ", " oder ";
}

impl Phrases {
    /// The texts that stand in policies and messages under their words in one language, and are told in another.
    fn standing(&self) -> [&'static str; 22] {
        [
            self.tier_hot,
            self.tier_warm,
            self.tier_cold,
            self.tier_far_above,
            self.tier_four_of_five,
            self.tier_every_second,
            self.tier_more_lost,
            self.tier_called_for,
            self.tier_not_called_for,
            self.tier_spoken_against,
            self.act_hot,
            self.act_warm,
            self.act_cold,
            self.act_by_hand,
            self.kind_number,
            self.kind_decimal_comma,
            self.kind_iso,
            self.kind_day_month,
            self.kind_month_day,
            self.kind_german,
            self.kind_year_slash,
            self.kind_named_month,
        ]
    }
}

impl Language {
    /// The reason or action of a built-in tier, or the kind of a field as errors name it, told in any language, in this one; `None` for a
    /// text of somebody's own.
    pub fn built_in(self, text: &str) -> Option<&'static str> {
        let place =
            |language: Language| language.phrases().standing().iter().position(|t| *t == text);
        Self::ALL.into_iter().find_map(place).map(|place| self.phrases().standing()[place])
    }

    /// Every language.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// Its phrases.
    pub fn phrases(self) -> &'static Phrases {
        match self {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    /// A number as Rust writes it (`-1234.5`), with the language's decimal mark.
    pub fn decimal(self, number: String) -> String {
        match self.phrases().decimal {
            "." => number,
            mark => number.replace('.', mark),
        }
    }

    /// A share from 0 to 1 as people say it, without the sign: `69`, `4.1`, `0.08`. Only what is whole is told as 0 or 100.
    pub fn percent(self, share: f64) -> String {
        let percent = share * 100.0;
        let decimals = match percent.abs() {
            0.0 => 0,
            10.0.. => usize::from((99.5..100.0).contains(&percent)),
            1.0.. => 1,
            small => (1 - small.log10().floor().max(-12.0) as i32) as usize,
        };
        let digits = format!("{percent:.decimals$}");
        let digits = match digits.split_once('.') {
            // All that is nearer to 100 than that is told as that.
            Some(("100", _)) if percent < 100.0 => "99.9",
            Some(_) => digits.trim_end_matches('0').trim_end_matches('.'),
            None => &digits,
        };
        self.decimal(digits.to_owned())
    }

    /// A number as Rust writes it, with the language's decimal mark, its thousands set apart.
    pub fn grouped(self, number: &str) -> String {
        let Phrases { decimal, thousands, .. } = self.phrases();
        let (whole, part) = number.split_once('.').map_or((number, None), |(w, p)| (w, Some(p)));
        let digits = whole.trim_start_matches('-');
        let mut written = String::with_capacity(number.len() + 4);
        written.push_str(&whole[..whole.len() - digits.len()]);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                written.push_str(thousands);
            }
            written.push(digit);
        }
        if let Some(part) = part {
            written.push_str(decimal);
            written.push_str(part);
        }
        written
    }

    /// How long ago something was, by its age in days, as people say it: in whole minutes, hours or days, none rounded up. `None` for
    /// what is yet to come, or no number.
    pub fn ago(self, days: f64) -> Option<String> {
        let p = self.phrases();
        if !(0.0..1e9).contains(&days) {
            return None;
        }
        // Ages are kept with few digits: a moment short of an hour is an hour.
        let minutes = (days * 1440.0 + 0.01) as u64;
        let (number, one, several) = match minutes {
            0 => return Some(p.ago_now.to_owned()),
            1..60 => (minutes, p.ago_minute, p.ago_minutes),
            60..1440 => (minutes / 60, p.ago_hour, p.ago_hours),
            _ => (minutes / 1440, p.ago_day, p.ago_days),
        };
        let digits = self.grouped(&number.to_string());
        Some(if number == 1 { one.to_owned() } else { fill(several, |_| &digits) })
    }

    /// The day of a moment, in UTC.
    pub fn date(self, moment: Timestamp) -> String {
        self.day(&moment.to_date())
    }

    /// A day that is written as `2026-11-22`.
    pub fn day(self, iso: &str) -> String {
        let mut parts = iso.split('-');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(year), Some(month), Some(day)) if year.len() == 4 => {
                fill(self.phrases().date, |name| match name {
                    "year" => year,
                    "month" => month,
                    _ => day,
                })
            }
            // Before the year 0, or beyond what a calendar holds.
            _ => iso.to_owned(),
        }
    }
}

/// The text with each `{name}` replaced by what `value` gives for it. A brace that no other closes stays.
pub fn fill<'v>(template: &str, value: impl Fn(&str) -> &'v str) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else { break };
        text.push_str(before);
        text.push_str(value(name));
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(phrase: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            phrase.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_language_says_the_same() {
        for language in Language::ALL {
            for ((name, english), (_, other)) in ENGLISH.all().iter().zip(language.phrases().all())
            {
                assert!(!other.is_empty(), "{language:?} has no `{name}`");
                assert_eq!(placeholders(english), placeholders(other), "{name} in {language:?}");
            }
        }
        assert_ne!(ENGLISH, GERMAN);
    }

    #[test]
    fn numbers_and_dates_are_written_as_people_do() {
        use Language::{English, German};
        for (language, number, expect) in [
            (English, "1234567.5", "1,234,567.5"),
            (German, "1234567.5", "1.234.567,5"),
            (German, "-123", "-123"),
            (German, "-1234", "-1.234"),
            (English, "0.125", "0.125"),
            (German, "0", "0"),
        ] {
            assert_eq!(language.grouped(number), expect);
        }
        for (share, expect) in [
            (0.688, "69"),
            (1.0, "100"),
            (0.9996, "99.9"),
            (0.996, "99.6"),
            (0.1, "10"),
            (0.0999, "10"),
            (0.041, "4.1"),
            (0.04, "4"),
            (0.000_42, "0.042"),
            (1e-300, "0"),
            (0.0, "0"),
        ] {
            assert_eq!(English.percent(share), expect, "{share}");
        }
        assert_eq!(German.percent(0.008), "0,8");
        for (days, expect) in [
            (0.0, "gerade eben"),
            (f64::from(1.0_f32 / 1440.0), "vor 1 Minute"),
            (0.04, "vor 57 Minuten"),
            (f64::from(1.0_f32 / 24.0), "vor 1 Stunde"),
            (0.052_08, "vor 1 Stunde"),
            (0.999, "vor 23 Stunden"),
            (1.9, "vor 1 Tag"),
            (3.0, "vor 3 Tagen"),
            (1400.5, "vor 1.400 Tagen"),
        ] {
            assert_eq!(German.ago(days).as_deref(), Some(expect));
        }
        assert_eq!(English.ago(0.052_08).as_deref(), Some("1 hour ago"));
        for none in [-0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(English.ago(none), None);
        }
        assert_eq!(German.decimal("1234.5".to_owned()), "1234,5");
        let moment = Timestamp(1_795_305_600);
        assert_eq!(
            (English.date(moment), German.date(moment)),
            ("2026-11-22".into(), "22.11.2026".into())
        );
        assert_eq!(German.date(Timestamp(i64::MAX)), i64::MAX.to_string()[..10]);
    }

    #[test]
    fn placeholders_are_filled() {
        let value = |name: &str| if name == "a" { "x{b}" } else { "" };
        assert_eq!(fill("{a}, {c}{a} und {", value), "x{b}, x{b} und {");
        assert_eq!(fill("", value), "");
    }
}
