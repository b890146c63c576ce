//! `leadsight synth`: a generated CRM, or another list that a file declares.

use super::Answer;
use crate::args::{Common, Company, Synth};
use crate::failure::Failure;
use crate::input;
use crate::interrupt;
use crate::output::{no_input, output_folder};
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_schema::Seed;
use leadsight_synth::{Preset, SynthOptions, TRUTH, Table, Told, generate_list, generate_until};
use std::path::{Path, PathBuf};

pub fn run(args: &Synth, common: &Common) -> Result<Answer, Failure> {
    output_folder("--out", &args.out)?;
    if let Some(table) = &args.table {
        return list(table, args, common);
    }
    let preset = SynthOptions::of(match args.preset {
        Company::Demo => Preset::Demo,
        Company::B2c => Preset::B2c,
    });
    let leads = args.leads.unwrap_or(preset.leads);
    let options = SynthOptions { leads, seed: Seed(args.seed), ..preset };
    let theirs = ours(&args.out, "leads.csv")?;
    let work = Work::begin(common, format!("generating {leads} leads into {}", args.out.display()));
    let summary = generate_until(&options, &args.out, &interrupt::asked)?;
    drop(work);
    let mut rows = Rows::new(["what", "count"]);
    for (what, count) in [
        ("leads", summary.leads),
        ("conversions", summary.conversions),
        ("second entries of a person", summary.second_entries),
        ("accounts", summary.accounts),
        ("contacts", summary.contacts),
        ("events", summary.events),
        ("deals", summary.deals),
        ("stages entered", summary.history),
        ("campaigns", summary.campaigns),
        ("reps", summary.reps),
        ("products", summary.products),
        ("tickets", summary.tickets),
        ("new leads", summary.new_leads),
    ] {
        if count > 0 {
            rows.push([what.into(), Cell::from(count)]);
        }
    }
    rows.next(
        "To look at them",
        &format!("leadsight profile {} --label converted", theirs.display()),
    );
    print::data(common.format, &summary, &rows)?;
    Ok(Answer::Yes)
}

/// The list that a file declares.
fn list(file: &Path, args: &Synth, common: &Common) -> Result<Answer, Failure> {
    let text = input::text("--table", file, "the declaration of a table (a RON file)")?;
    let table = Table::from_ron(&text)?;
    let theirs = ours(&args.out, &table.file)?;
    no_input("--out", &theirs)?;
    no_input("--out", &args.out.join(TRUTH))?;
    let rows = args.rows.unwrap_or(table.rows);
    let work = Work::begin(common, format!("generating {rows} rows into {}", theirs.display()));
    let summary = generate_list(&table, args.rows, Seed(args.seed), &args.out, &interrupt::asked)?;
    drop(work);
    let mut page = Rows::new(["what", "count"]);
    page.push(["rows".into(), Cell::from(summary.rows)]);
    page.push(["outcomes".into(), Cell::from(summary.positives)]);
    if summary.told < summary.positives {
        page.push(["outcomes known at the export".into(), Cell::from(summary.told)]);
    }
    let label = match &table.outcome.told {
        Told::Flag { column, yes, .. } => format!(" --label {column} --positive {yes}"),
        Told::Event { .. } => String::new(),
    };
    page.next("To look at them", &format!("leadsight profile {}{label}", theirs.display()));
    print::data(common.format, &summary, &page)?;
    Ok(Answer::Yes)
}

/// The file to write. A generated folder has the truth beside its table; anything else of that name is somebody's.
fn ours(out: &Path, name: &str) -> Result<PathBuf, Failure> {
    let file = out.join(name);
    if file.exists() && !out.join(TRUTH).exists() {
        return Err(Failure::Argument {
            argument: "--out",
            found: format!("`{}` exists and was not generated", file.display()),
            expected: "a folder of its own".to_owned(),
        });
    }
    Ok(file)
}
