//! Free text to features: learning topics, a table of notes, one live lead with a note and without, and ten million letters.

#![allow(missing_docs, clippy::unwrap_used)] // What criterion's macros make has no documentation.

use criterion::{Criterion, criterion_group, criterion_main};
use leadsight_features::{Bound, Recipe};
use leadsight_schema::{Column, Field, FieldKind, LeadTable, Record, Schema, TextRules};
use leadsight_synth::NOTE_TOPICS;
use std::hint::black_box;

/// About 40 words: three sentences on one of the planted topics.
fn note(i: usize) -> String {
    let words = NOTE_TOPICS[i % NOTE_TOPICS.len()].words;
    let word = |j: usize| words[(i / 7 + j * (1 + i / 56)) % words.len()];
    (0..3)
        .map(|j| {
            format!(
                "We talked at some length about the {} and then about {}; they asked for the {}. ",
                word(j),
                word(j + 3),
                word(j + 5)
            )
        })
        .collect()
}

fn table(notes: &[String]) -> LeadTable {
    let schema = Schema::new(vec![Field::feature("notes", FieldKind::Text)]).unwrap();
    let column = Column::from_words(notes.iter().map(|n| Some(n.as_str())));
    LeadTable::new(schema, vec![column], (2..notes.len() as u64 + 2).collect()).unwrap()
}

fn bench(c: &mut Criterion) {
    let notes: Vec<String> = (0..20_000).map(note).collect();
    let leads = table(&notes);
    let rows: Vec<usize> = (0..notes.len()).collect();
    let fitted = Recipe::default().fit(&leads, &rows).unwrap();
    let bound: Bound = fitted.bind(leads.schema()).unwrap();
    let mut group = c.benchmark_group("text");
    group.sample_size(10);
    group.bench_function("fit_20k_notes_of_40_words", |b| {
        b.iter(|| Recipe::default().fit(black_box(&leads), &rows).unwrap());
    });
    group.bench_function("transform_10k_notes_of_40_words", |b| {
        b.iter(|| bound.transform(black_box(&leads), 0..10_000).unwrap());
    });
    let live = fitted.bind_own();
    for (name, text) in [
        ("one_lead_without_a_note", String::new()),
        ("one_lead_with_40_words", note(1)),
        ("one_lead_with_10_mb", "We want a quote for 40 seats. ".repeat(333_333)),
    ] {
        let (lead, _) =
            Record::read(fitted.fields(), &TextRules::default(), [Some(text.as_str())]).unwrap();
        group.bench_function(name, |b| b.iter(|| live.transform(black_box(&lead), [0]).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
