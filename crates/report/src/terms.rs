//! The page's own sentences in the words of a field: templates speak of leads that convert, [`Terms`] of tickets that breach.
//!
//! A template is changed once, before it is filled, and only where it is text: neither in its expressions nor in tags, so no
//! value from the data passes here. Sentences made in Rust pass the filters `said` and `quoted`.

use leadsight_schema::Terms;

/// Attributes whose value is read by people.
const READ: [&str; 2] = ["aria-label=\"", "data-say-"];

/// A template's text in these words.
pub(crate) fn say_template(source: &str, terms: &Terms) -> String {
    let mut said = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find(['{', '<']) {
        said.push_str(&terms.say(&rest[..start]));
        rest = &rest[start..];
        let (code, behind) = rest.split_at(end_of_code(rest));
        if code.starts_with('<') {
            said.push_str(&say_tag(code, terms))
        } else {
            said.push_str(code)
        }
        rest = behind;
    }
    said + &terms.say(rest)
}

/// Where the expression or tag at the beginning ends; a brace or an angle by itself is one byte of text.
fn end_of_code(text: &str) -> usize {
    let close = match text.get(..2) {
        Some("{{") => "}}",
        Some("{%") => "%}",
        Some("{#") => "#}",
        _ if text.starts_with('<') => ">",
        _ => return 1,
    };
    text.find(close).map_or(text.len(), |at| at + close.len())
}

/// A tag with the attributes that people read in these words.
fn say_tag(tag: &str, terms: &Terms) -> String {
    let mut said = String::with_capacity(tag.len());
    let mut rest = tag;
    while let Some(at) = READ.iter().filter_map(|name| rest.find(name)).min() {
        let Some(open) = rest[at..].find('"').map(|quote| at + quote + 1) else { break };
        let close = rest[open..].find('"').map_or(rest.len(), |quote| open + quote);
        said.push_str(&rest[..open]);
        said.push_str(&say_value(&rest[open..close], terms));
        rest = &rest[close..];
        if let Some(behind) = rest.strip_prefix('"') {
            said.push('"');
            rest = behind;
        }
    }
    said + rest
}

/// An attribute's value, its expressions left alone.
fn say_value(value: &str, terms: &Terms) -> String {
    match value.split_once("{{") {
        Some((text, rest)) => {
            let (code, behind) = rest.split_once("}}").unwrap_or((rest, ""));
            format!("{}{{{{{code}}}}}{}", terms.say(text), say_value(behind, terms))
        }
        None => terms.say(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_changes() {
        let own = [("lead", "alert"), ("leads", "alerts")];
        let own = own.map(|(word, own)| (word.to_owned(), own.to_owned()));
        let terms = Terms::new(own.into_iter().collect()).unwrap();
        for (ours, expect) in [
            ("<p class=\"leads\">A lead</p>", "<p class=\"leads\">An alert</p>"),
            ("{{ leads|count }} leads", "{{ leads|count }} alerts"),
            (
                "{%- for l in leads %}{{ lead(l) }}{#- leads -#}",
                "{%- for l in leads %}{{ lead(l) }}{#- leads -#}",
            ),
            (
                "<div id=\"leads\" aria-label=\"Leads over {{ lead }} time\" class=\"lead\">",
                "<div id=\"leads\" aria-label=\"Alerts over {{ lead }} time\" class=\"lead\">",
            ),
            (
                "<i data-say-axis=\"Share of leads\" data-at=\"lead\">",
                "<i data-say-axis=\"Share of alerts\" data-at=\"lead\">",
            ),
            ("a { lead < leads", "a { alert < leads"),
        ] {
            assert_eq!(say_template(ours, &terms), expect);
            assert_eq!(say_template(ours, &Terms::default()), ours);
        }
    }
}
