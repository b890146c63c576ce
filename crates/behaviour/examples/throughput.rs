//! How long it takes to read an event log and to fit and compute behaviour for every lead, and how much memory.
//!
//! `cargo run --release -p leadsight-behaviour --example throughput -- EVENTS LEADS` writes a CSV log of generated events,
//! in the order of time, to the temporary folder, then reads it and computes every column for every lead.
#![allow(clippy::print_stdout, reason = "it is a program")]

use leadsight_behaviour::{BehaviourSpec, EventColumns, LogOptions, read_log};
use leadsight_schema::{TextRules, Timestamp};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

const KINDS: [&str; 8] = [
    "page_view",
    "email_sent",
    "email_open",
    "email_click",
    "content_download",
    "webinar_attended",
    "social",
    "purchase",
];
const DETAILS: [&str; 6] = ["pricing", "docs", "home", "blog", "whitepaper", "welcome"];
const START: i64 = 1_760_000_000;
const DAY: i64 = 86_400;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<u64> =
        std::env::args().skip(1).map(|arg| arg.parse()).collect::<Result<_, _>>()?;
    let [events, leads] = args[..] else { return Err("usage: throughput EVENTS LEADS".into()) };
    let path = std::env::temp_dir().join(format!("leadsight-events-{}.csv", std::process::id()));
    write(&path, events, leads)?;
    println!(
        "{events} events of {leads} leads, {} MB",
        std::fs::metadata(&path)?.len() / 1_000_000
    );

    let started = Instant::now();
    let columns = EventColumns {
        detail: Some("detail".into()),
        value: Some("amount".into()),
        ..EventColumns::default()
    };
    let rules = TextRules::default();
    let options = LogOptions {
        file: "events.csv",
        columns: &columns,
        separator: None,
        rules: &rules,
        now: None,
        attributes: &[],
    };
    let read = read_log(File::open(&path)?, &options)?;
    std::fs::remove_file(&path)?;
    told("read", started);
    let ids = read.log.ids();
    let moment = Some(Timestamp(START + 150 * DAY));
    let all: Vec<_> = ids.iter().map(|id| (*id, moment)).collect();
    // Seven leads of ten train, as in the usual split.
    let (fitted, _) = BehaviourSpec::default().fit(&read.log, &all[..all.len() * 7 / 10])?;
    told("fit", started);
    let all: Vec<_> = all.iter().map(|(id, moment)| (read.log.events(id), *moment)).collect();
    let table = fitted.bind(&read.log)?.columns(&all);
    told(&format!("{} columns of {} leads", table.len(), all.len()), started);
    Ok(())
}

fn told(what: &str, started: Instant) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(str::trim);
    println!(
        "{:6.2} s, peak {}: {what}",
        started.elapsed().as_secs_f64(),
        peak.unwrap_or("unknown")
    );
}

fn write(path: &std::path::Path, events: u64, leads: u64) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "event_id,lead_id,timestamp,event_type,detail,amount")?;
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for event in 0..events {
        let at = Timestamp(START + (event as f64 / events as f64 * 200.0 * DAY as f64) as i64);
        let (lead, kind) = (draw(leads), KINDS[draw(8) as usize]);
        let detail = DETAILS[draw(6) as usize];
        let amount = if kind == "purchase" { draw(90_000) } else { 0 };
        let amount = if amount > 0 {
            format!("{}.{:02}", amount / 100, amount % 100)
        } else {
            String::new()
        };
        writeln!(out, "E{event},L-{lead:07},{},{kind},{detail},{amount}", at.to_rfc3339())?;
    }
    Ok(out.flush()?)
}
