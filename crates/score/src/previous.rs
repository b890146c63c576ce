//! The scores of the last time, by lead.

use crate::{Previous, ScoreError, ScorerUsed};
use csv::{ByteRecord, Reader, ReaderBuilder};
use leadsight_schema::{DateFormat, Issue, Severity};
use std::collections::{BTreeMap, HashMap, HashSet, hash_map::Entry};
use std::io::{Cursor, Read};
use std::sync::Arc;

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// The columns that are read; only the first two must be there.
const COLUMNS: [&str; 6] =
    ["lead_id", "lead_score", "tier", "scored_at", "model_version", "scorer_used"];
const ID: usize = 0;
const SCORE: usize = 1;
const TIER: usize = 2;
const AT: usize = 3;
const VERSION: usize = 4;
const USED: usize = 5;

/// What each lead got the last time: about 200 bytes a lead.
#[derive(Debug, Clone, Default)]
pub struct PreviousScores(HashMap<String, Previous>);

impl FromIterator<(String, Previous)> for PreviousScores {
    fn from_iter<T: IntoIterator<Item = (String, Previous)>>(leads: T) -> Self {
        Self(leads.into_iter().collect())
    }
}

impl PreviousScores {
    /// Reads a scored CSV file, as [`crate::Scorer::score_csv`] writes it; of its columns only `lead_id`, `lead_score`, `tier`,
    /// `scored_at`, `model_version` and `scorer_used` count. Of a lead that stands twice the entry scored last counts. `name` names the file in the issues:
    /// `duplicate_id`, `missing_id`, `unreadable_cell`, `missing_column`, `ragged_row`.
    ///
    /// # Errors
    /// [`ScoreError::NotScored`] without the first two columns; a file that cannot be read.
    pub fn read(file: impl Read, name: &str) -> Result<(Self, Vec<Issue>), ScoreError> {
        let mut file = file;
        let head = crate::csv::peek(&mut file, name)?;
        let (separator, places) = header(&head, name)?;
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(Cursor::new(head).chain(file));
        let mut found = Found { places, name, issues: BTreeMap::new() };
        for place in [TIER, AT, VERSION].into_iter().filter(|place| places[*place].is_none()) {
            let what = "a column of scored leads; left out of what is told";
            found.tell("missing_column", Some(place), None, "no such column".to_owned(), what);
        }
        let scores = found.read(&mut reader)?;
        Ok((Self(scores), found.issues.into_values().collect()))
    }

    /// What a lead got.
    pub fn of(&self, lead_id: &str) -> Option<&Previous> {
        self.0.get(lead_id)
    }

    /// The number of leads.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The separator, and where the columns stand.
fn header(head: &[u8], file: &str) -> Result<(u8, [Option<usize>; COLUMNS.len()]), ScoreError> {
    if head.trim_ascii().is_empty() {
        return Err(ScoreError::EmptyFile { file: file.to_owned() });
    }
    let mut nearest: Vec<String> = Vec::new();
    for separator in SEPARATORS {
        let names = crate::csv::names(head, separator, file)?;
        let places = COLUMNS.map(|column| names.iter().position(|name| name == column));
        if places[ID].is_some() && places[SCORE].is_some() {
            COLUMNS.iter().try_for_each(|column| crate::csv::find(&names, column).map(drop))?;
            return Ok((separator, places));
        }
        if names.len() > nearest.len() {
            nearest = names;
        }
    }
    let missing = |column: &&&str| !nearest.iter().any(|name| name == **column);
    let missing = COLUMNS.iter().find(missing).copied().unwrap_or(COLUMNS[ID]);
    Err(ScoreError::NotScored { file: file.to_owned(), missing, found: nearest })
}

/// What is found while a file is read.
struct Found<'a> {
    places: [Option<usize>; COLUMNS.len()],
    name: &'a str,
    issues: BTreeMap<(&'static str, Option<usize>), Issue>,
}

impl Found<'_> {
    fn tell(
        &mut self,
        kind: &'static str,
        column: Option<usize>,
        record: Option<(u64, &ByteRecord)>,
        found: String,
        expected: &str,
    ) {
        let line = record.and_then(|(_, record)| record.position()).map(csv::Position::line);
        let issue = || Issue {
            severity: Severity::Warning,
            kind: kind.to_owned(),
            file: self.name.to_owned(),
            row: record.map(|(row, _)| row),
            line,
            column: column.map(|place| COLUMNS[place].to_owned()),
            found,
            expected: expected.to_owned(),
            count: 1,
        };
        self.issues.entry((kind, column)).and_modify(|i| i.count += 1).or_insert_with(issue);
    }

    fn read(
        &mut self,
        reader: &mut Reader<impl Read>,
    ) -> Result<HashMap<String, Previous>, ScoreError> {
        let failed = |source| ScoreError::Csv { file: self.name.to_owned(), source };
        let width = reader.byte_headers().map_err(failed)?.len();
        let mut scores = HashMap::new();
        // Tiers and versions are few.
        let mut words: HashSet<Arc<str>> = HashSet::new();
        let mut record = ByteRecord::new();
        let mut row = 0;
        while reader
            .read_byte_record(&mut record)
            .map_err(|source| ScoreError::Csv { file: self.name.to_owned(), source })?
        {
            row += 1;
            let place = Some((row, &record));
            if record.len() != width {
                let found = format!("{} fields", record.len());
                let expected = format!("{width} fields; the row is left out");
                self.tell("ragged_row", None, place, found, &expected);
                continue;
            }
            let places = self.places;
            let cell = |column: usize| {
                let text = String::from_utf8_lossy(record.get(places[column]?)?.trim_ascii());
                Some(text.into_owned()).filter(|text| !text.is_empty())
            };
            let Some(id) = cell(ID) else {
                let expected = "the name of a lead; the row is left out";
                self.tell("missing_id", Some(ID), place, "a blank cell".to_owned(), expected);
                continue;
            };
            let mut shared = |text: String| match words.get(text.as_str()) {
                Some(word) => Arc::clone(word),
                None => {
                    let word: Arc<str> = text.into();
                    words.insert(Arc::clone(&word));
                    word
                }
            };
            let score = cell(SCORE).unwrap_or_default();
            let at = cell(AT);
            let previous = Previous {
                lead_score: score.parse().ok().filter(|score| *score <= 100),
                tier: cell(TIER).map(&mut shared),
                scored_at: at.as_deref().and_then(|text| DateFormat::Iso.parse(text).ok()),
                model_version: cell(VERSION).map(&mut shared),
                scorer_used: cell(USED).and_then(|used| match used.as_str() {
                    "model" => Some(ScorerUsed::Model),
                    "scorecard" => Some(ScorerUsed::Scorecard),
                    "rules" => Some(ScorerUsed::Rules),
                    _ => None,
                }),
            };
            if previous.lead_score.is_none() {
                let expected = "a whole number from 0 to 100; taken as not known";
                self.tell("unreadable_cell", Some(SCORE), place, score, expected);
            }
            if self.places[AT].is_some() && previous.scored_at.is_none() {
                let expected = "a moment such as 2026-11-22T14:03:00Z; taken as not known";
                self.tell("unreadable_cell", Some(AT), place, at.unwrap_or_default(), expected);
            }
            match scores.entry(id) {
                Entry::Vacant(vacant) => {
                    vacant.insert(previous);
                }
                Entry::Occupied(mut earlier) => {
                    let found = format!("`{}` a second time", earlier.key());
                    let expected =
                        "each lead once; the entry scored last counts, of equals the first";
                    self.tell("duplicate_id", Some(ID), place, found, expected);
                    if previous.scored_at > earlier.get().scored_at {
                        earlier.insert(previous);
                    }
                }
            }
        }
        Ok(scores)
    }
}
