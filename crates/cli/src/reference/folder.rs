//! The files of the run folder with their fields.

use super::keys::{self, Key};
use leadsight_report::folder::{self, *};
use leadsight_schema::{Cohort, ColumnProfile, Issue, LeakageFinding};
use schemars::JsonSchema;
use serde::Serialize;

/// A file of the run folder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct File {
    /// Its name.
    pub file: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// Its fields, or its columns where it is a CSV file; none where it is for people or described elsewhere.
    pub fields: Vec<Key>,
}

/// Every file, in the order of reading.
pub fn all() -> Vec<File> {
    vec![
        file(REPORT_HTML, "The report: one self-contained page."),
        file(REPORT_MARKDOWN, "A summary of the report in Markdown."),
        shape::<LeaderboardRow>(
            LEADERBOARD,
            "Every model on the validation and the test rows. An undefined metric is an empty cell.",
        ),
        shape::<MetricsFile>(
            METRICS,
            "The chosen model: every metric with its interval, thresholds, confusion matrices and bands, by split.",
        ),
        shape::<ModelsFile>(
            MODELS,
            "Every model: all metrics with their intervals by split, and paired tests against the chosen one on the test rows.",
        ),
        shape::<PredictionRow>(
            PREDICTIONS,
            "Every model's probability for each validation and test lead.",
        ),
        file(
            SCORED,
            "The chosen model's full output for the test leads, or for those of `data.score`; its columns are those of every scored file.",
        ),
        shape::<Issue>(ISSUES, "A list: what is wrong with the data."),
        shape::<ColumnProfile>(PROFILE, "A list: what is known of each column."),
        shape::<Cohort>(
            COHORTS,
            "Leads by the month they came in, where a column holds that date: how many, of how many the outcome is known, how many of these converted.",
        ),
        shape::<LeakageFinding>(LEAKAGE, "A list: the leakage audit's word on each column."),
        shape::<SegmentAudit>(
            folder::SEGMENTS,
            "A list: the chosen model judged by group, for each column of `report.segments`.",
        ),
        shape::<CurvesFile>(CURVES, "The curves of every model."),
        shape::<ImportanceFile>(IMPORTANCE, "How much the chosen model looks at each field."),
        shape::<TextField>(
            folder::TEXTS,
            "A list: what the free texts of the training leads say, and how many of the leads that each thing is said of converted; where a text is used.",
        ),
        shape::<ExplainedLead>(EXPLAINED, "A list: some test leads with their reasons."),
        shape::<ErrorsFile>(
            folder::ERRORS,
            "The test leads where the chosen model was most sure and wrong, with their reasons.",
        ),
        shape::<SweepFile>(
            folder::SWEEP,
            "What the chosen model's call list holds at many thresholds, on the rows where a threshold is chosen and on those where it is judged; exact at each of them.",
        ),
        shape::<Timeline>(folder::TIMELINE, "How leads and conversions come in."),
        shape::<BesideFile>(
            BESIDE,
            "The same models under a second split, where `report.beside` asks for one; no other file knows of it.",
        ),
        file(CONFIG, "Every key of the configuration with the value used."),
        shape::<Manifest>(
            MANIFEST,
            "How the run was made, and from what; the only file that tells the time.",
        ),
        file(BUNDLE, "A folder: all that scoring needs, with checksums."),
    ]
}

fn file(file: &'static str, description: &'static str) -> File {
    File { file, description, fields: Vec::new() }
}

fn shape<T: JsonSchema>(file: &'static str, description: &'static str) -> File {
    // The names of a closed set stand with the field that holds one.
    let fields = keys::of::<T>().into_iter().filter(|key| key.kind != "choice").collect();
    File { file, description, fields }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, all};
    use std::collections::BTreeSet;

    #[test]
    fn a_run_owns_the_files_of_the_reference() {
        let told: BTreeSet<&str> = all().into_iter().map(|file| file.file).collect();
        assert_eq!(told, BTreeSet::from(NAMES));
    }

    #[test]
    fn every_field_is_described() {
        for file in all() {
            for key in file.fields {
                assert!(
                    !key.description.is_empty(),
                    "{}: {} has no description",
                    file.file,
                    key.key
                );
            }
        }
    }
}
