//! Words made of a lead's own facts by templates (minijinja, the syntax of Jinja), in a sandbox: a template sees one lead and
//! nothing else, has few filters and no functions, knows `if` and `for`, and stops after so many steps.
//!
//! It knows the lead's columns by their names, and `who` (name and company, or the id), `sender` (the name of its owner), `reasons` (the positive factors that the lead
//! has) and `doubts` (the negative ones). Columns of numbers are numbers. A name that no lead has is an error before any lead
//! is read; what is not known of a lead is blank.

mod tags;

use crate::fields::fields;
use crate::leads::{ID, Leads};
use crate::{DeliverError, Kind, value};
use jiff::tz::TimeZone;
use leadsight_schema::or_nearest;
use minijinja::{Environment, UndefinedBehavior, Value, filters};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};

/// Steps that a template may take for one lead.
pub const STEPS: u64 = 20_000;
/// Characters that it may make.
pub const LONGEST: usize = 20_000;

/// Names that are made of several columns.
const MADE: [&str; 4] = ["who", "sender", "reasons", "doubts"];
/// Columns that our own templates may ask for whether the leads have them or not.
const USUAL: [&str; 6] = ["first_name", "last_name", "company", "email", "phone", "owner_id"];

/// A template that is sound for some leads.
pub(crate) struct Words {
    what: &'static str,
    environment: Environment<'static>,
    kinds: BTreeMap<String, Kind>,
    blank: BTreeSet<String>,
}

/// A template of ours by its language, or one that somebody declared.
pub(crate) enum Source<'a> {
    Ours(&'static str),
    Theirs(&'a str),
}

impl<'a> Source<'a> {
    pub(crate) fn of(declared: Option<&'a String>, ours: &'static str) -> Self {
        declared.map_or(Source::Ours(ours), |text| Source::Theirs(text))
    }
}

impl Words {
    /// `what` names the template in errors.
    pub(crate) fn new(
        what: &'static str,
        source: &Source<'_>,
        leads: &Leads,
    ) -> Result<Self, DeliverError> {
        let fields = fields()?;
        let kinds = fields.iter().map(|field| (field.from.clone(), field.kind)).collect();
        let usual = fields.iter().map(|field| field.from.as_str()).chain(USUAL);
        let absent = usual.filter(|name| leads.column(name).is_none()).map(str::to_owned);
        if let Source::Theirs(text) = source {
            tags::check(what, text)?;
        }
        let (text, blank): (&str, BTreeSet<String>) = match source {
            Source::Ours(text) => (text, absent.collect()),
            Source::Theirs(text) => (text, BTreeSet::new()),
        };
        let mut environment = Environment::empty();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(STEPS));
        environment.add_filter("clock", clock);
        environment.add_filter("default", filters::default);
        environment.add_filter("first", filters::first);
        environment.add_filter("join", filters::join);
        environment.add_filter("length", filters::length);
        environment.add_filter("lower", filters::lower);
        environment.add_filter("round", filters::round);
        environment.add_filter("title", filters::title);
        environment.add_filter("trim", filters::trim);
        environment.add_filter("upper", filters::upper);
        let wrong = |source| DeliverError::Template { template: what, source: Box::new(source) };
        environment.add_template_owned("template", text.to_owned()).map_err(wrong)?;
        let words = Self { what, environment, kinds, blank };
        let asked = words.environment.get_template("template").map_err(wrong)?;
        let known: BTreeSet<&str> =
            leads.columns().iter().map(String::as_str).chain(MADE).collect();
        let asked: BTreeSet<String> = asked.undeclared_variables(false).into_iter().collect();
        let stranger = asked
            .iter()
            .find(|name| !known.contains(name.as_str()) && !words.blank.contains(*name));
        if let Some(name) = stranger {
            return Err(DeliverError::TemplateName {
                template: what,
                hint: or_nearest(name, known.iter().copied()),
                name: name.clone(),
                known: known.into_iter().map(str::to_owned).collect(),
            });
        }
        Ok(words)
    }

    /// The words for one lead.
    pub(crate) fn of(&self, leads: &Leads, row: usize) -> Result<String, DeliverError> {
        let wrong = |source: minijinja::Error| match source.kind() {
            minijinja::ErrorKind::OutOfFuel => {
                DeliverError::TemplateLoops { template: self.what, steps: STEPS }
            }
            _ => DeliverError::Template { template: self.what, source: Box::new(source) },
        };
        let template = self.environment.get_template("template").map_err(wrong)?;
        let mut made = Bounded::default();
        let written = template.render_captured_to(self.facts(leads, row), &mut made).map(|_| ());
        let text = String::from_utf8_lossy(&made.bytes);
        if made.is_full || text.chars().count() > LONGEST {
            return Err(DeliverError::TemplateLong { template: self.what, most: LONGEST });
        }
        written.map_err(wrong)?;
        Ok(text.trim().to_owned())
    }

    /// What a template sees of a lead.
    fn facts(&self, leads: &Leads, row: usize) -> BTreeMap<String, Value> {
        let blank = self.blank.iter().map(|name| (name.clone(), Value::from("")));
        let mut facts: BTreeMap<String, Value> = blank.collect();
        for (name, cell) in leads.columns().iter().zip(&leads.rows()[row].cells) {
            let fact = match value::json(self.kinds.get(name).copied(), &one_line(cell)) {
                Json::Number(number) => match number.as_i64() {
                    Some(whole) => Value::from(whole),
                    None => Value::from(number.as_f64()),
                },
                Json::String(words) => Value::from(words),
                _ => Value::from(""),
            };
            facts.insert(name.clone(), fact);
        }
        facts.insert("who".to_owned(), Value::from(who(leads, row)));
        facts.insert("sender".to_owned(), Value::from(sender(leads, row)));
        for (name, factor) in [("reasons", "positive_factor"), ("doubts", "negative_factor")] {
            let told = (1..=5).map(|i| one_line(leads.cell(row, &format!("{factor}_{i}"))));
            let told: Vec<String> = told.filter(|words| !words.is_empty()).collect();
            facts.insert(name.to_owned(), Value::from(told));
        }
        facts
    }
}

/// A text that takes no more than it may hold.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        // A character takes up to four bytes.
        if self.bytes.len() + part.len() > 4 * LONGEST {
            self.is_full = true;
            return Err(ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Who a lead is, as short as it is known: `Anna Berg, ACME`, or its id.
fn who(leads: &Leads, row: usize) -> String {
    let cell = |name| one_line(leads.cell(row, name));
    let name = format!("{} {}", cell("first_name"), cell("last_name"));
    let name = if name.trim().is_empty() { cell("full_name") } else { name.trim().to_owned() };
    let parts = [name, cell("company")].into_iter().filter(|part| !part.is_empty());
    let known = parts.collect::<Vec<_>>().join(", ");
    if known.is_empty() { cell(ID) } else { known }
}

/// A moment as the clock that it is written on shows it, `2026-11-23 09:00 (UTC+01:00)`; what is no moment stays as it is.
fn clock(text: &str) -> String {
    let shown = |moment: jiff::Timestamp| {
        let zone = value::own_clock(text).unwrap_or(TimeZone::UTC);
        moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M (UTC%:z)").to_string()
    };
    text.parse().map_or_else(|_| text.to_owned(), shown)
}

/// The name of a lead's owner: `owner_name`, or `owner_id` where that is one, of two words or more; an id signs no letter.
fn sender(leads: &Leads, row: usize) -> String {
    let named = one_line(leads.cell(row, "owner_name"));
    if !named.is_empty() {
        return named;
    }
    let id = one_line(leads.cell(row, "owner_id"));
    let is_name =
        id.contains(' ') && id.chars().all(|c| c.is_alphabetic() || " .'\u{2019}-".contains(c));
    if is_name { id } else { String::new() }
}

/// A fact on one line, so that no lead can add lines to a text.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::Row;

    fn leads() -> Leads {
        let columns = ["lead_id", "first_name", "lead_score", "positive_factor_1"];
        let cells = ["L1", "Anna\n\nBcc: all", "92", "asked for a demo"];
        let row = Row { row: 1, line: 2, cells: cells.map(str::to_owned).to_vec() };
        Leads::new("leads.csv", columns.map(str::to_owned).to_vec(), vec![row]).unwrap()
    }

    fn made(text: &str) -> Result<String, DeliverError> {
        let leads = leads();
        Words::new("the draft", &Source::Theirs(text), &leads)?.of(&leads, 0)
    }

    #[track_caller]
    fn refused(text: &str, expect: &str) {
        let error = made(text).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn a_template_sees_the_lead() {
        assert_eq!(made("Hi {{ first_name }}!").unwrap(), "Hi Anna Bcc: all!");
        assert_eq!(made("{% if lead_score >= 70 %}hot{% endif %}").unwrap(), "hot");
        assert_eq!(
            made("{{ reasons | join(\", \") }} {{ doubts | length }}").unwrap(),
            "asked for a demo 0"
        );
        let moment = "{{ '2026-11-23T09:00:00+01:00' | clock }}, {{ '2026-11-23T09:00:00Z' | clock }}, {{ 'soon' | clock }}";
        assert_eq!(
            made(moment).unwrap(),
            "2026-11-23 09:00 (UTC+01:00), 2026-11-23 09:00 (UTC+00:00), soon"
        );
        assert_eq!(made("{{ lead_score + 1 }}").unwrap(), "93");
    }

    #[test]
    fn a_person_signs_and_no_id() {
        let signed = |columns: [&str; 2], cells: [&str; 2]| {
            let row = Row { row: 1, line: 2, cells: cells.map(str::to_owned).to_vec() };
            let columns = columns.map(str::to_owned).to_vec();
            let leads = Leads::new("leads.csv", columns, vec![row]).unwrap();
            sender(&leads, 0)
        };
        for (id, expect) in [
            ("meier", ""),
            ("Anna Meier-Berg", "Anna Meier-Berg"),
            ("anna@seller.example", ""),
            ("rep 7", ""),
            ("", ""),
        ] {
            assert_eq!(signed(["lead_id", "owner_id"], ["L1", id]), expect);
        }
        assert_eq!(signed(["owner_id", "owner_name"], ["meier", "Anna Meier"]), "Anna Meier");
    }

    #[test]
    fn nothing_else_is_there() {
        refused("{{ firstname }}", "did you mean `first_name`?");
        refused("{% include \"/etc/passwd\" %}", "expected `if` or `for`");
        refused("{{ range(3) }}", "asks for `range`");
        refused("{{ lead_id | safe }}", "safe");
        refused("{% for x in reasons %}", "the draft: ");
        refused("{{ lead_id.x.y }}", "the draft: ");
    }

    #[test]
    fn a_loop_comes_to_an_end() {
        let nested = |deep: usize| {
            let (begin, end) = ("{% for a in first_name %}", "{% endfor %}");
            format!("{}x{}", begin.repeat(deep), end.repeat(deep))
        };
        assert_eq!(made(&nested(1)).unwrap(), "x".repeat(13));
        refused(&nested(6), "is not done after 20000 steps");
        refused("{% for a in who recursive %}{{ loop(who) }}{% endfor %}", "the draft: ");
        refused(&nested(500), "the draft: ");
        refused(&"{% if who %}x{% elif who %}".repeat(700), "the draft: ");
        refused(&"x".repeat(LONGEST + 1), "at most 20000");
        refused("{{ who * 999 }}{{ who * 999 }}{{ who * 999 }}", "at most 20000");
    }

    #[test]
    fn neither_memory_nor_stack_is_filled() {
        refused("{% set x = who %}{{ x }}", "holds `{% set x = who %}`; expected `if` or `for`");
        refused("{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m(who) }}", "`if` or `for`");
        refused("{%- with x = who %}{% endwith %}", "`if` or `for`");
        refused("{% raw %}{{ '{% endraw %}", "`if` or `for`");
        refused("{% for x in [who ~ who] %}{{ x }}{% endfor %}", "no list or map");
        refused("{% for x in (who, who) %}{% endfor %}", "a name to go through");
        refused("{% for x in who ~ '%}' %}{% endfor %}", "a name to go through");
        refused("{{ who * lead_score }}", "one `*`, with a number below 1000");
        refused("{{ who * 100 * 100 }}", "one `*`");
        refused("{{ 9 ** 9 }}", "one `*`");
        refused("{{ who * 100000 }}", "one `*`");
        for part in ["-", "not ", "(", "1 ~ ", "a."] {
            refused(&format!("{{{{ {}who }}}}", part.repeat(1000)), "a tag of at most 300");
        }
        refused("{# {{ #}{{ \"\\\"}}\" ~ [1] }}", "no list or map");
        assert_eq!(
            made("{{ lead_score * 100 }} {[{ {# {{ #} '{ %' }").unwrap(),
            "9200 {[{  '{ %' }"
        );
        let made =
            made("{% for r in reasons if r != \"%}[*\" %}{{ r }}{%- else -%} none {% endfor %}");
        assert_eq!(made.unwrap(), "asked for a demo");
    }
}
