//! `leadsight explain`: which fields moved each lead's score.

use super::Answer;
use super::leads::{name, separator, until_interrupted};
use crate::args::{Common, Explain};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_score::{CsvOptions, Explained, Scorer};
use std::fs::File;

pub fn run(args: &Explain, common: &Common) -> Result<Answer, Failure> {
    let scorer = Scorer::load(&args.bundle)?;
    let file = name(&args.leads);
    let mut options = CsvOptions::new(&[]);
    options.separator = separator(args.separator)?;
    options.file = &file;
    options.watch = &until_interrupted;
    let mut leads: Vec<Explained> = Vec::new();
    scorer.explain_csv(
        || File::open(&args.leads),
        &options,
        |lead| {
            if args.id.is_empty() || args.id.contains(&lead.lead_id) {
                leads.push(lead);
            }
            Ok(())
        },
    )?;
    if let Some(absent) = args.id.iter().find(|id| !leads.iter().any(|lead| lead.lead_id == **id)) {
        return Err(Failure::Argument {
            argument: "--id",
            found: absent.clone(),
            expected: format!("a lead of {file}"),
        });
    }
    let mut rows = Rows::new(["lead", "field", "value", "log-odds"]);
    for lead in &leads {
        rows.push([
            lead.lead_id.clone(),
            "(base value)".into(),
            String::new(),
            format!("{:+.4}", lead.base_value),
        ]);
        let mut parts: Vec<_> = lead.contributions.iter().collect();
        parts.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
        for part in parts {
            rows.push([
                String::new(),
                part.field.clone(),
                part.value.clone(),
                format!("{:+.4}", part.contribution),
            ]);
        }
        rows.push([
            String::new(),
            "= margin".into(),
            String::new(),
            format!("{:+.4}", lead.margin),
        ]);
    }
    print::data(common.format, &leads, &rows)?;
    Ok(Answer::Yes)
}
