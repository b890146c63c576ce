//! `leadsight explain`: which fields moved each lead's score.

use super::Answer;
use super::leads::{name, scorer, separator, until_interrupted};
use crate::args::{Common, Explain, Format};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_schema::or_nearest;
use leadsight_score::{CsvOptions, Explained};

pub fn run(args: &Explain, common: &Common) -> Result<Answer, Failure> {
    let scorer = scorer(&args.bundle)?;
    let file = name(&args.leads);
    let mut options = CsvOptions::new(&[]);
    options.separator = separator(args.separator)?;
    options.file = &file;
    options.watch = &until_interrupted;
    let mut leads: Vec<Explained> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    let summary = scorer.explain_csv(
        || leadsight_ingest::open(&args.leads),
        &options,
        |lead| {
            ids.push(lead.lead_id.clone());
            if args.id.is_empty() || args.id.contains(&lead.lead_id) {
                leads.push(lead);
            }
            Ok(())
        },
    )?;
    if let Some(absent) = args.id.iter().find(|id| !ids.contains(id)) {
        return Err(Failure::Argument {
            argument: "--id",
            found: format!("no lead `{absent}` in {file}"),
            expected: format!(
                "one of its {} leads{}",
                ids.len(),
                or_nearest(absent, ids.iter().map(String::as_str))
            ),
        });
    }
    let mut rows = Rows::new(["lead", "field", "value", "log-odds"]);
    for lead in &leads {
        // People read groups; a spreadsheet sorts rows, so each needs its lead.
        let again = match common.format {
            Format::Csv => lead.lead_id.clone(),
            _ => String::new(),
        };
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
                again.clone(),
                part.field.clone(),
                part.value.clone(),
                format!("{:+.4}", part.contribution),
            ]);
        }
        rows.push([again, "= margin".into(), String::new(), format!("{:+.4}", lead.margin)]);
    }
    print::data(common.format, &leads, &rows)?;
    print::issues(&summary.issues);
    Ok(Answer::Yes)
}
