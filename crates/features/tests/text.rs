//! Text features from outside: planted topics are found and named, texts of any kind are read, configuration is checked.
#![allow(clippy::unwrap_used)]

use leadsight_features::{FeatureError, FittedRecipe, Recipe, TextFeatures, TextNumber};
use leadsight_schema::{Column, Field, FieldKind, Language, LeadTable, Matrix, Schema};
use std::collections::BTreeMap;

/// Words of four topics, two of them English, two German.
const TOPICS: [[&str; 6]; 4] = [
    ["price", "discount", "quote", "seats", "annual", "invoice"],
    ["integration", "API", "import", "contacts", "sync", "webhook"],
    ["Schulung", "Einf\u{fc}hrung", "Lehrgang", "Workshop", "Team", "Vorschlag"],
    ["Datenschutz", "Server", "Standort", "Vertrag", "Pr\u{fc}fung", "Zertifikat"],
];

/// Four words of one topic among words that every topic has.
fn note(i: usize) -> String {
    let words = TOPICS[i % 4];
    let word = |j: usize| words[(i / 4 + j * (1 + i / 24)) % 6];
    let [a, b, c, d] = [word(0), word(1), word(3), word(5)];
    if i % 4 < 2 {
        format!("We would like to talk about {a} and {b}. Is the {c} there, and what about {d}?")
    } else {
        format!(
            "Wir m\u{f6}chten gern \u{fc}ber {a} und {b} sprechen. Gibt es {c}, und was ist mit {d}?"
        )
    }
}

fn table(notes: &[String]) -> LeadTable {
    let cells = notes.iter().map(|n| Some(n.as_str()).filter(|n| !n.is_empty()));
    let schema = Schema::new(vec![Field::feature("notes", FieldKind::Text)]).unwrap();
    LeadTable::new(schema, vec![Column::from_words(cells)], (2..notes.len() as u64 + 2).collect())
        .unwrap()
}

fn fit(notes: &[String], text: TextFeatures) -> Result<FittedRecipe, FeatureError> {
    let all: Vec<usize> = (0..notes.len()).collect();
    Recipe { text, ..Recipe::default() }.fit(&table(notes), &all)
}

fn numbers(recipe: &FittedRecipe, notes: &[String]) -> Matrix {
    let table = table(notes);
    recipe.bind(table.schema()).unwrap().transform(&table, 0..notes.len()).unwrap()
}

fn names(recipe: &FittedRecipe) -> Vec<&str> {
    recipe.features().iter().map(|f| f.name.as_str()).collect()
}

#[test]
fn planted_topics_are_found_and_named_by_their_words() {
    let notes: Vec<String> = (0..2_000).map(note).collect();
    let text = TextFeatures { topics: 4, ..TextFeatures::default() };
    let recipe = fit(&notes, text.clone()).unwrap();
    let topics: Vec<(usize, &Vec<String>)> = recipe
        .text_features(0)
        .filter_map(|i| match recipe.text_number(i)? {
            TextNumber::Topic { words, .. } => Some((i, words)),
            _ => None,
        })
        .collect();
    assert_eq!(topics.len(), 4, "{:?}", names(&recipe));
    let matrix = numbers(&recipe, &notes);
    for (i, words) in topics {
        let planted = TOPICS.iter().position(|p| p.contains(&words[0].as_str())).unwrap();
        assert!(words.iter().all(|w| TOPICS[planted].contains(&w.as_str())), "{words:?}");
        assert_eq!(words.len(), 3);
        assert_eq!(names(&recipe)[i], format!("notes: {}", words.join(", ")));
        assert_eq!(recipe.features()[i].sources, ["notes"]);
        for (row, note) in notes.iter().enumerate() {
            let weight = matrix.numbers(row)[i];
            assert_eq!(row % 4 == planted, weight > 0.1, "{note} {weight} {words:?}");
        }
    }
    // The same again, bit by bit; and through its file.
    assert_eq!(fit(&notes, text).unwrap(), recipe);
    let json = serde_json::to_string(&recipe).unwrap();
    let again: FittedRecipe = serde_json::from_str(&json).unwrap();
    assert_eq!(again, recipe);
    assert_eq!(numbers(&again, &notes[..50]), numbers(&recipe, &notes[..50]));
}

#[test]
fn signals_terms_and_length_by_configuration() {
    let mut notes: Vec<String> = (0..300).map(note).collect();
    for (i, note) in notes.iter_mut().enumerate() {
        match i % 10 {
            0 => note.push_str(" Could we book a demo?"),
            1 => note.push_str(" We do not want a demo."),
            2 => note.clear(),
            _ => {}
        }
    }
    let demo = vec!["book a demo".to_owned(), "want a demo".to_owned()];
    let text = TextFeatures {
        topics: 0,
        phrases: Some(BTreeMap::from([("asks for a demo".to_owned(), demo)])),
        vocabulary: 3,
        hashed: 2,
        ngrams: 2,
        length: true,
    };
    let recipe = fit(&notes, text).unwrap();
    assert_eq!(names(&recipe)[..2], ["words(notes)", "says(notes, asks for a demo)"]);
    assert_eq!(names(&recipe)[5..], ["hash(notes, 0)", "hash(notes, 1)"]);
    assert!(names(&recipe)[2].starts_with("tfidf(notes, "), "{:?}", names(&recipe));
    let matrix = numbers(&recipe, &notes);
    for (row, note) in notes.iter().enumerate() {
        let found = matrix.numbers(row);
        assert_eq!(found[1] == 1.0, row % 10 == 0, "{note}");
        assert_eq!(found[0] == 0.0, row % 10 == 2);
        let buckets = found[5] + found[6];
        assert!((buckets - f32::from(u8::from(row % 10 != 2))).abs() < 1e-5, "{found:?}");
    }
    let said = |i: usize, value| recipe.text_number(i).unwrap().said(value, Language::English);
    assert_eq!(said(1, 1.0), "with \"asks for a demo\"");
    assert_eq!(said(1, 0.0), "without \"asks for a demo\"");
    assert_eq!(said(0, 12.0), "of 12 words");
}

#[test]
fn what_tells_nothing_is_named() {
    let notes: Vec<String> = (0..200).map(note).collect();
    let recipe = fit(&notes, TextFeatures::default()).unwrap();
    let unused = recipe.unused().iter().find(|u| u.name == "signals of notes").unwrap();
    assert!(unused.reason.starts_with("fewer than 3 training texts"), "{}", unused.reason);
    assert!(unused.reason.contains("looks for work or study"), "{}", unused.reason);
    let few = fit(&notes[..20], TextFeatures::default()).unwrap();
    let unused = few.unused().iter().find(|u| u.name == "topics of notes").unwrap();
    assert!(unused.reason.starts_with("20 training texts"), "{}", unused.reason);
    let none = fit(&vec![String::new(); 60], TextFeatures::default()).unwrap_err();
    let FeatureError::NoFeatures { reasons } = none else { panic!("another error") };
    assert_eq!(reasons, ["`notes` has no text in the training leads"]);
}

#[test]
fn any_text_is_read_in_bounded_time() {
    let mut notes: Vec<String> = (0..400).map(note).collect();
    const LONG: usize = 10_000_000;
    let repeat = |text: &str| text.repeat(LONG / text.len());
    let odd = [
        repeat("We want a quote for 40 seats. "),
        repeat("x"),
        repeat("xy "),
        repeat("\u{301}"),
        repeat("a\u{301}\u{323}"),
        repeat("'"),
        repeat("\u{200d}\u{1f469}"),
        repeat("\u{6211}\u{4eec}"),
        repeat("\u{0e01}\u{0e31}"),
        repeat("\u{5de}\u{5d7}\u{5d9}\u{5e8} \u{202e}"),
        repeat("no not "),
        "\u{0}\u{feff}\u{fffd}".to_owned(),
    ];
    let recipe = {
        notes.push(odd[0].clone());
        fit(&notes, TextFeatures { hashed: 4, ..TextFeatures::default() }).unwrap()
    };
    let matrix = numbers(&recipe, &odd);
    let words = names(&recipe).iter().position(|n| *n == "words(notes)").unwrap();
    for row in 0..odd.len() {
        assert!(matrix.numbers(row).iter().all(|v| v.is_finite()));
    }
    assert_eq!(matrix.numbers(0)[words], 2_333_331.0);
    assert_eq!(matrix.numbers(1)[words], 1.0);
    assert_eq!(matrix.numbers(11)[words], 0.0);
}

#[test]
fn refuses_what_cannot_be() {
    let notes: Vec<String> = (0..60).map(note).collect();
    let check = |text: TextFeatures, expect: &str| {
        assert_eq!(fit(&notes, text).unwrap_err().to_string(), expect);
    };
    let base = TextFeatures::default();
    check(
        TextFeatures { topics: 51, ..base.clone() },
        "`features.text.topics` must be from 0 to 50 topics, but it is 51",
    );
    check(
        TextFeatures { ngrams: 0, ..base.clone() },
        "`features.text.ngrams` must be from 1 to 3 words, but it is 0",
    );
    let phrases = |name: &str, phrases: &[&str]| {
        let phrases = phrases.iter().map(|p| (*p).to_owned()).collect();
        TextFeatures { phrases: Some(BTreeMap::from([(name.to_owned(), phrases)])), ..base.clone() }
    };
    check(
        phrases("demo", &["book a demo", "of the"]),
        "`features.text.phrases[\"demo\"]` must be a phrase with a word that is not in every text, but it is `of the`",
    );
    check(
        phrases("demo", &[]),
        "`features.text.phrases[\"demo\"]` must be from 1 to 200 phrases, but it is 0",
    );
    check(
        phrases(" ", &["demo"]),
        "`features.text.phrases[\" \"]` must be a name, but it is blanks",
    );
}
