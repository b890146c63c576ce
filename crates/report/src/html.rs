//! The page: one HTML file that needs nothing else and asks nobody for anything.
//!
//! The template, its style and its script are compiled in. The engine escapes every value; only our own style, script and
//! charts, which hold no text from the data, pass as they are.

use crate::folder::RunFolder;
use crate::sections::{TEMPLATES, page};
use crate::terms::say_template;
use crate::words::{NONE, count, decimals, percent, seconds, sentence, signed, spaced};
use crate::{ReportError, words};
use leadsight_schema::Terms;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, HtmlEscape, Value, context};
use std::fmt::Write as _;

pub(crate) const CSS: &str = include_str!("../templates/report.css");
const JS: &str = include_str!("../templates/slider.js");

/// The page of a run. The same folder gives the same bytes.
///
/// # Errors
/// [`ReportError::Chart`] where a chart cannot be drawn, [`ReportError::Template`] where the template cannot be filled.
pub fn render(run: &RunFolder) -> Result<String, ReportError> {
    Ok(engine(&run.manifest.terms)?.get_template("page.html")?.render(context! {
        css => CSS,
        js => JS,
        ..Value::from(Serde(page(run)?))
    })?)
}

/// The engine with its filters and every template, in these words.
pub(crate) fn engine(own: &Terms) -> Result<Environment<'static>, ReportError> {
    let mut engine = Environment::new();
    engine.set_auto_escape_callback(|_| AutoEscape::Html);
    engine.add_filter("count", |v: Value| number(&v).map_or(NONE.into(), |x| count(x as u64)));
    engine.add_filter("pct", |v: Value| number(&v).map_or(NONE.into(), percent));
    engine.add_filter("pct1", |v: Value| {
        number(&v).map_or(NONE.into(), |x| format!("{}\u{a0}%", decimals(x * 100.0, 1)))
    });
    engine.add_filter("prob", |v: Value| number(&v).map_or(NONE.into(), percent));
    engine.add_filter("num", |v: Value| places(&v, 3));
    engine.add_filter("num4", |v: Value| places(&v, 4));
    engine.add_filter("metric", |v: Value| places(&v, 4));
    engine.add_filter("ratio", |v: Value| places(&v, 1));
    engine.add_filter("plain", |v: Value| number(&v).map_or(NONE.into(), |x| x.to_string()));
    engine.add_filter("seconds", |v: Value| number(&v).map_or(NONE.into(), seconds));
    engine.add_filter("signed", |v: Value| number(&v).map_or(NONE.into(), |x| signed(x, 2)));
    engine.add_filter("signed3", |v: Value| number(&v).map_or(NONE.into(), |x| signed(x, 3)));
    engine.add_filter("signed4", |v: Value| number(&v).map_or(NONE.into(), |x| signed(x, 4)));
    engine.add_filter("p_value", |v: Value| number(&v).map_or(NONE.into(), words::p_value));
    engine.add_filter("sentence", |text: String| sentence(&text));
    engine.add_filter("words", |text: String| spaced(&text));
    engine.add_filter("calibration", |kind: String| words::calibration(&kind));
    engine.add_filter("part", |split: String| words::part(&split).to_owned());
    engine.add_filter("quoted", |text: String| quoted(&text));
    let said = own.clone();
    engine.add_filter("said", move |text: String| said.say(&text));
    engine.add_filter("threshold_name", |name: String| threshold_name(&name));
    for (name, template) in TEMPLATES {
        engine.add_template_owned(name, say_template(template, own))?;
    }
    Ok(engine)
}

fn number(value: &Value) -> Option<f64> {
    f64::try_from(value.clone()).ok()
}

fn places(value: &Value, n: usize) -> String {
    number(value).map_or(words::NONE.into(), |x| decimals(x, n))
}

/// A text with what stands between backticks as code, escaped.
fn quoted(text: &str) -> Value {
    let mut html = String::with_capacity(text.len());
    for (i, piece) in words::quoted(text).into_iter().enumerate() {
        let escaped = HtmlEscape(piece);
        // Writing to a string cannot fail.
        let _ = if i % 2 == 1 {
            write!(html, "<code>{escaped}</code>")
        } else {
            write!(html, "{escaped}")
        };
    }
    Value::from_safe_string(html)
}

fn threshold_name(name: &str) -> String {
    match name {
        "chosen" => "Chosen".into(),
        "f1" => "Greatest F1".into(),
        "youden" => "Greatest Youden\u{2019}s J".into(),
        "0.5" => "A chance of 50\u{a0}%".into(),
        other => sentence(&spaced(other)).trim_end_matches('.').into(),
    }
}
