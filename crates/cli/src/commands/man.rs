//! `leadsight man`: the manual pages, made from the same words as `--help`.

use super::Answer;
use crate::args::{Cli, Man};
use crate::failure::Failure;
use crate::print;
use clap::CommandFactory;
use leadsight_schema::or_nearest;

pub fn run(args: &Man) -> Result<Answer, Failure> {
    let mut whole = Cli::command();
    whole.build();
    let command = match &args.verb {
        None => whole,
        Some(verb) => {
            let verbs = whole.get_subcommands().map(clap::Command::get_name);
            let page = whole.find_subcommand(verb).ok_or_else(|| Failure::Argument {
                argument: "VERB",
                found: format!("no command `{verb}`"),
                expected: format!("a command of leadsight{}", or_nearest(verb, verbs)),
            })?;
            page.clone()
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .source(concat!("leadsight ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)
        .map_err(|e| Failure::Print { reason: e.to_string() })?;
    print::rendered(&page)?;
    Ok(Answer::Yes)
}
