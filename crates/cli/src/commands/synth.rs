//! `leadsight synth`: a generated CRM.

use super::Answer;
use crate::args::{Common, Synth};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_schema::Seed;
use leadsight_synth::{SynthOptions, generate};

pub fn run(args: &Synth, common: &Common) -> Result<Answer, Failure> {
    let options =
        SynthOptions { leads: args.leads, seed: Seed(args.seed), ..SynthOptions::default() };
    let summary = generate(&options, &args.out)?;
    let mut rows = Rows::new(["what", "count"]);
    for (what, count) in [
        ("leads", summary.leads),
        ("conversions", summary.conversions),
        ("second entries of a person", summary.second_entries),
        ("accounts", summary.accounts),
        ("contacts", summary.contacts),
        ("events", summary.events),
        ("deals", summary.deals),
        ("campaigns", summary.campaigns),
        ("reps", summary.reps),
        ("products", summary.products),
    ] {
        rows.push([what.to_owned(), count.to_string()]);
    }
    print::data(common.format, &summary, &rows)?;
    Ok(Answer::Yes)
}
