//! `leadsight gate`: the answer is no where a run is worse than its baseline by more than noise.

use super::Answer;
use super::compare::{pair, rows};
use crate::args::{Common, Format, Gate};
use crate::failure::Failure;
use crate::print;

pub fn run(args: &Gate, common: &Common) -> Result<Answer, Failure> {
    let pair = pair(&args.run, &args.baseline, &args.paired)?;
    let found = &pair.comparison;
    // The whole interval on the wrong side: a fall that these leads prove.
    let fell = found.roc_auc.high < 0.0 || found.log_loss.low > 0.0;
    let pairs = [pair];
    print::data(common.format, &pairs, &rows(&pairs))?;
    if common.format == Format::Table {
        print::text(if fell {
            "failed: worse than the baseline by more than noise\n"
        } else {
            "passed: not worse than the baseline by more than noise\n"
        })?;
    }
    Ok(if fell { Answer::No } else { Answer::Yes })
}
