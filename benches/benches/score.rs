//! Scoring a CSV file of the reference leads with the reference bundle, reader to writer, on all cores; and one live
//! lead. Names carry rows x columns; the file is one body of 20,000 leads, read again and again.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadsight_benches::reference;
use leadsight_schema::{Fingerprint, Timestamp};
use leadsight_score::{CsvOptions, OutputColumn, Scorer};
use std::{
    hint::black_box,
    io::{self, Cursor, Read},
};

const BODY: usize = 20_000;
const NOW: Timestamp = Timestamp(1_790_000_000);

/// The header once and the body `left` times, without holding more than one.
struct Again<'a> {
    now: Cursor<&'a [u8]>,
    body: &'a [u8],
    left: usize,
}

impl Read for Again<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.now.read(out)?;
        if length > 0 || self.left == 0 {
            return Ok(length);
        }
        self.left -= 1;
        self.now = Cursor::new(self.body);
        self.now.read(out)
    }
}

fn files(c: &mut Criterion) {
    let scorer = Scorer::new(reference::bundle().unwrap(), &Fingerprint("0".repeat(64))).unwrap();
    let mut file = Vec::new();
    reference::write_leads(BODY, &mut file).unwrap();
    let (header, body) = file.split_at(file.iter().position(|b| *b == b'\n').unwrap() + 1);
    let few = ["lead_id", "probability", "lead_score", "tier"].map(|c| c.parse().unwrap());
    let all: Vec<OutputColumn> = OutputColumn::all().collect();
    let mut group = c.benchmark_group("score_csv");
    group.sample_size(10);
    for (name, columns, rows) in [
        ("4_columns/100000x30", &few[..], 100_000),
        ("4_columns/1000000x30", &few[..], 1_000_000),
        ("all_columns/20000x30", &all, 20_000),
    ] {
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(name, |b| {
            let open = || Ok(Again { now: Cursor::new(header), body, left: rows / BODY });
            let options = CsvOptions::new(columns);
            b.iter(|| scorer.score_csv(open, io::sink(), &options, NOW).unwrap());
        });
    }
    group.finish();

    let names = reference::fields().into_iter().map(|field| field.name);
    let lead = names.zip(reference::leads().next().unwrap());
    let lead = lead.map(|(name, text)| (name, text.into())).collect();
    c.bench_function("score_json/1x30", |b| {
        b.iter(|| scorer.score_json(black_box(&lead), NOW).unwrap());
    });
}

criterion_group!(benches, files);
criterion_main!(benches);
