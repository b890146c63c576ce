//! The book's commands and configurations are such as this program takes: each `leadsight ...` line of a shell block is parsed by
//! clap, each `Experiment(...)`, `Policy(...)`, `Funnel(...)`, `Outcome(...)`, `Export(...)` and `Table(...)` of a RON block by
//! its own reader.

use crate::args::Cli;
use clap::Parser;
use leadsight_decide::PolicyFile;
use leadsight_deliver::Export;
use leadsight_funnel::FunnelSpec;
use leadsight_outcome::OutcomeSpec;
use leadsight_pipeline::Experiment;
use leadsight_synth::Table;
use std::path::{Path, PathBuf};

/// A fenced block of a page.
struct Block {
    page: PathBuf,
    line: usize,
    language: String,
    text: String,
}

#[test]
fn every_command_of_the_book_is_one() {
    let mut seen = 0;
    for block in
        blocks().iter().filter(|b| matches!(b.language.as_str(), "sh" | "console" | "yaml"))
    {
        for command in block.text.lines().flat_map(commands) {
            seen += 1;
            if let Err(error) = Cli::try_parse_from(&command) {
                let helps = error.exit_code() == 0;
                assert!(helps, "{}:{}: {command:?}\n{error}", block.page.display(), block.line);
            }
        }
    }
    assert!(seen > 20, "only {seen} commands found");
}

#[test]
fn every_configuration_of_the_book_is_read() {
    let mut seen = 0;
    for block in blocks().iter().filter(|b| b.language == "ron") {
        let place = format!("{}:{}", block.page.display(), block.line);
        let code = block.text.lines().filter(|l| !l.trim_start().starts_with("//"));
        let error = match code.collect::<String>().trim_start() {
            code if code.starts_with("Experiment(") => {
                Experiment::parse(&block.text, &block.page).err().map(|e| e.to_string())
            }
            code if code.starts_with("Policy(") => {
                PolicyFile::from_ron(&block.text).err().map(|e| e.to_string())
            }
            code if code.starts_with("Export(") => {
                Export::from_ron(&block.text).err().map(|e| e.to_string())
            }
            code if code.starts_with("Funnel(") => {
                FunnelSpec::from_ron(&block.text).err().map(|e| e.to_string())
            }
            code if code.starts_with("Outcome(") => {
                OutcomeSpec::from_ron(&block.text).err().map(|e| e.to_string())
            }
            code if code.starts_with("Table(") => {
                Table::from_ron(&block.text).err().map(|e| e.to_string())
            }
            _ => continue,
        };
        seen += 1;
        assert_eq!(error, None, "{place}");
    }
    assert!(seen > 5, "only {seen} configurations found");
}

/// The `leadsight` calls of a line, each as its words: pipes, redirections and comments end one.
fn commands(line: &str) -> Vec<Vec<String>> {
    let line = line.trim_start().trim_start_matches("$ ").trim_start_matches("- run: ");
    let mut calls: Vec<Vec<String>> = vec![Vec::new()];
    let (mut word, mut quote, mut open) = (String::new(), None, false);
    for c in line.chars().chain([' ']) {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            (c, Some(_)) => word.push(c),
            ('"' | '\'', None) => (quote, open) = (Some(c), true),
            (c, None) if c.is_whitespace() => {
                if matches!(word.as_str(), "|" | "&&" | ">" | "2>" | "2>&1" | "#") {
                    calls.push(Vec::new());
                } else if open || !word.is_empty() {
                    calls.iter_mut().last().into_iter().for_each(|call| call.push(word.clone()));
                }
                word.clear();
                open = false;
            }
            (c, None) => word.push(c),
        }
    }
    calls.retain(|call| {
        call.first()
            .is_some_and(|w| ["leadsight", "target/release/leadsight"].contains(&w.as_str()))
    });
    calls
}

/// Every fenced block of the book, the README and the examples' README.
fn blocks() -> Vec<Block> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![root.join("README.md"), root.join("examples/README.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|e| e == "md") => pages.push(path),
                false => {}
            }
        }
    }
    let mut blocks = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let mut lines = text.lines().enumerate();
        while let Some((i, line)) = lines.next() {
            let Some(language) = line.strip_prefix("```") else { continue };
            let inner = lines.by_ref().map(|(_, l)| l).take_while(|l| *l != "```");
            let text = inner.map(|l| format!("{l}\n")).collect();
            blocks.push(Block {
                page: page.clone(),
                line: i + 1,
                language: language.to_owned(),
                text,
            });
        }
    }
    blocks
}
