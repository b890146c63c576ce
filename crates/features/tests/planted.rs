//! The topics that `synth` plants in its notes, against those that are learned of them. The bounds were fixed before the first
//! measurement.
#![allow(clippy::unwrap_used)]

use leadsight_features::{Recipe, TextNumber};
use leadsight_schema::{Cells, Column, Field, FieldKind, LeadTable, Schema};
use leadsight_synth::{NOTE_TOPICS, SynthOptions, generate};

/// Notes of the generated leads and the name of each one's planted topic.
fn notes(options: &SynthOptions) -> (Vec<String>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    generate(options, dir.path()).unwrap();
    let column = |file: &str, name: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_path(dir.path().join(file)).unwrap();
        let at = reader.headers().unwrap().iter().position(|h| h == name).unwrap();
        let mut cells: Vec<(String, String)> = reader
            .records()
            .map(|row| row.map(|row| (row[0].to_owned(), row[at].to_owned())).unwrap())
            .collect();
        // A few leads stand twice.
        cells.dedup_by(|a, b| a.0 == b.0);
        cells.into_iter().map(|(_, cell)| cell).collect()
    };
    (column("leads.csv", "notes"), column("truth.csv", "note_topic"))
}

/// Whether a word, however spelt, is of a planted topic.
fn of_topic(topic: usize, word: &str) -> bool {
    let topic = &NOTE_TOPICS[topic];
    topic.words.iter().chain(&topic.german).any(|w| w.eq_ignore_ascii_case(word))
}

#[test]
fn learned_topics_are_the_planted_ones() {
    for seed in [7, 11] {
        let options = SynthOptions {
            leads: 8_000,
            seed: leadsight_schema::Seed(seed),
            ..SynthOptions::default()
        };
        let (notes, planted) = notes(&options);
        assert_eq!(notes.len(), planted.len());
        let schema = Schema::new(vec![Field::feature("notes", FieldKind::Text)]).unwrap();
        let cells = notes.iter().map(|n| Some(n.as_str()).filter(|n| !n.is_empty()));
        let lines = (2..notes.len() as u64 + 2).collect();
        let table = LeadTable::new(schema, vec![Column::from_words(cells)], lines).unwrap();
        // Learned on half of the leads, looked for in the other half.
        let half: Vec<usize> = (0..table.rows() / 2).collect();
        let recipe = Recipe::default().fit(&table, &half).unwrap();
        let rest = table.rows() / 2..table.rows();
        let matrix = recipe.bind(table.schema()).unwrap().transform(&table, rest.clone()).unwrap();

        let mut recovered = 0;
        for (place, topic) in NOTE_TOPICS.iter().enumerate() {
            let learned = recipe.text_features(0).find(|i| match recipe.text_number(*i) {
                Some(TextNumber::Topic { words, .. }) => {
                    words.iter().all(|word| of_topic(place, word))
                }
                _ => false,
            });
            let Some(learned) = learned else { continue };
            let about = |row: usize| matrix.numbers(row - rest.start)[learned] >= 0.1;
            let (mut own, mut found, mut both) = (0, 0, 0);
            for row in rest.clone() {
                let planted = planted[row] == topic.name;
                own += usize::from(planted);
                found += usize::from(about(row));
                both += usize::from(planted && about(row));
            }
            let (precision, recall) = (both as f64 / found as f64, both as f64 / own as f64);
            // German notes are too few for topics of their own, so that recall cannot be 1.
            recovered += usize::from(precision >= 0.9 && recall >= 0.8);
        }
        let names: Vec<&str> = recipe.features().iter().map(|f| f.name.as_str()).collect();
        assert!(recovered >= 6, "seed {seed}: {recovered} of 7, {names:?}");
    }
}
