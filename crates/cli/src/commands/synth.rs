//! `leadsight synth`: a generated CRM.

use super::Answer;
use crate::args::{Common, Company, Synth};
use crate::failure::Failure;
use crate::input::output_folder;
use crate::interrupt;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_schema::Seed;
use leadsight_synth::{Preset, SynthOptions, generate_until};

pub fn run(args: &Synth, common: &Common) -> Result<Answer, Failure> {
    let preset = SynthOptions::of(match args.preset {
        Company::Demo => Preset::Demo,
        Company::B2c => Preset::B2c,
    });
    let leads = args.leads.unwrap_or(preset.leads);
    let options = SynthOptions { leads, seed: Seed(args.seed), ..preset };
    output_folder("--out", &args.out)?;
    // A generated folder has the truth beside the leads; anything else called leads.csv is somebody's.
    let theirs = args.out.join("leads.csv");
    if theirs.exists() && !args.out.join("truth.csv").exists() {
        return Err(Failure::Argument {
            argument: "--out",
            found: format!("`{}` exists and was not generated", theirs.display()),
            expected: "a folder of its own".to_owned(),
        });
    }
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
