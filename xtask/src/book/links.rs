//! Links from page to page: every relative one has to lead to a file, and to a heading of it where it names one.

use super::read;
use crate::error::XtaskError;
use std::path::{Path, PathBuf};

/// A line for each link that leads nowhere.
pub(super) fn dead(root: &Path, documents: &[PathBuf]) -> Result<Vec<String>, XtaskError> {
    let mut dead = Vec::new();
    for document in documents {
        let text = read(&root.join(document))?;
        for (line, target) in links(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = match file {
                "" => root.join(document),
                file => root.join(document).parent().unwrap_or(root).join(file),
            };
            let reason = if !path.exists() {
                "no such file"
            } else if !heading.is_empty() && !headings(&read(&path)?).iter().any(|h| h == heading) {
                "no such heading there"
            } else {
                continue;
            };
            dead.push(format!("{}:{line}: dead link `{target}`: {reason}", document.display()));
        }
    }
    Ok(dead)
}

/// The lines outside fenced blocks, counted from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(i, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((i + 1, line))
    })
}

/// Each inline link's line and target.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        let mut rest = line;
        while let Some(start) = rest.find("](") {
            rest = &rest[start + 2..];
            if let Some(end) = rest.find(')') {
                found.push((number, rest[..end].split_whitespace().next().unwrap_or_default()));
            }
        }
    }
    found
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn headings(text: &str) -> Vec<String> {
    let titles = prose(text).filter(|(_, line)| line.starts_with('#'));
    let slug = |title: &str| {
        let kept = title.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>()
    };
    titles.map(|(_, line)| slug(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::{dead, headings, links};

    #[test]
    fn links_outside_code_are_found() {
        let text = "see [a](b.md) and [c](d.md#e \"t\")\n```sh\n[x](y)\n```\n";
        assert_eq!(links(text), [(1, "b.md"), (1, "d.md#e")]);
        assert_eq!(headings("# `data.leads`: where?\n## A b"), ["dataleads-where", "a-b"]);
    }

    #[test]
    fn a_dead_link_is_named() {
        let folder = std::env::temp_dir().join(format!("leadsight-links-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.md"), "# One\n[b](b.md) [c](#one) [d](#two) [e](a.md#one)")
            .unwrap();
        let found = dead(&folder, &["a.md".into()]).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("b.md") && found[1].contains("#two"), "{found:?}");
    }
}
