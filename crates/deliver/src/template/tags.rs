//! What the tags of a template may hold. minijinja bounds the steps of a template, but neither the memory that a few of them can fill (each
//! `x ~ x` doubles a text) nor the stack that reading a long expression takes. So nothing can be bound to a name but what the lead has: there
//! are `if` and `for` over a name, no lists of one's own, and tags are short.

use super::LONGEST;
use crate::DeliverError;

/// Characters of a tag, at most.
const LONGEST_TAG: usize = 300;
/// What a number may be multiplied by: a text or a list multiplied is a repetition.
const MOST_TIMES: f64 = 1000.0;
const STATEMENTS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// Refuses a template with a tag that could do harm; `what` names it.
pub(super) fn check(what: &'static str, text: &str) -> Result<(), DeliverError> {
    if text.chars().count() > LONGEST {
        return Err(DeliverError::TemplateLong { template: what, most: LONGEST });
    }
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open..];
        let end = match rest.as_bytes().get(1) {
            Some(b'#') => rest.find("#}").map(|end| end + 2),
            Some(b'{') => end_of(rest, "}}"),
            Some(b'%') => end_of(rest, "%}"),
            _ => Some(1),
        };
        // What has no end is for minijinja to refuse.
        let Some(end) = end else { return Ok(()) };
        let (tag, behind) = rest.split_at(end);
        if tag.len() > 1 && !tag.starts_with("{#") {
            check_tag(tag).map_err(|expected| DeliverError::TemplateTag {
                template: what,
                tag: tag.chars().take(60).collect(),
                expected,
            })?;
        }
        rest = behind;
    }
    Ok(())
}

/// Where a tag ends.
fn end_of(tag: &str, close: &str) -> Option<usize> {
    let (_, body) = tag.split_at(2);
    let (at, _) = unquoted(body).find(|(at, _)| body[*at..].starts_with(close))?;
    Some(2 + at + close.len())
}

/// The characters that stand in no quotes, and where.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quote, mut escaped) = (None, false);
    text.char_indices().filter(move |&(_, c)| match quote {
        Some(open) => {
            if c == open && !escaped {
                quote = None;
            }
            escaped = c == '\\' && !escaped;
            false
        }
        None if c == '"' || c == '\'' => {
            quote = Some(c);
            false
        }
        None => true,
    })
}

/// `Err` says what a tag may be.
fn check_tag(tag: &str) -> Result<(), &'static str> {
    let bare: String = unquoted(&tag[2..tag.len() - 2]).map(|(_, c)| c).collect();
    let bare = bare.trim_matches(|c: char| c.is_whitespace() || "-+".contains(c));
    if tag.chars().count() > LONGEST_TAG {
        return Err("a tag of at most 300 characters");
    }
    if bare.contains(['[', '{']) {
        return Err("no list or map of its own, but the lead's columns, `reasons` and `doubts`");
    }
    let small = |factor: &str| {
        let factor = factor.trim_start();
        let end = factor.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(factor.len());
        factor[..end].parse().is_ok_and(|factor: f64| factor < MOST_TIMES)
    };
    let mut factors = bare.split('*').skip(1);
    if factors.next().is_some_and(|factor| !small(factor)) || factors.next().is_some() {
        return Err("one `*`, with a number below 1000 behind it");
    }
    if tag.starts_with("{{") {
        return Ok(());
    }
    let word = bare.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if !STATEMENTS.contains(&word) {
        return Err("`if` or `for`");
    }
    let plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.=!<>".contains(c);
    if word == "for" && !bare.chars().all(plain) {
        return Err("a name to go through, such as `for reason in reasons`");
    }
    Ok(())
}
