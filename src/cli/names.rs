//! `eyelid names`: pupils' names in file names, captions and tags.

use serde::Serialize;

use super::place::Question;
use super::{Outcome, output};
use crate::domain::id::PersonId;
use crate::names::full_name;
use crate::pipeline::roll;

/// Find pupils' names in file names, captions or tags
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid names \"Amelia wins the cup\" IMG_0001.JPG --json --data school")]
pub(super) struct Args {
    /// The texts to look through
    #[arg(required = true)]
    texts: Vec<String>,
    #[command(flatten)]
    question: Question,
}

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    full_name: bool,
    found: Vec<(usize, usize, PersonId)>,
}

/// Runs the command.
///
/// # Errors
/// When the store cannot be read or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let house = args.question.place.open()?;
    let roll = house.store.read(roll)?;
    for text in &args.texts {
        let found = roll.find(text);
        let full_name = full_name(&found);
        if args.question.json {
            let found = found.into_iter().map(|name| (name.start, name.end, name.person)).collect();
            output::json(&Line { text, full_name, found })?;
        } else {
            let verdict = match (full_name, found.is_empty()) {
                (true, _) => "a full name",
                (false, false) => "a surname",
                (false, true) => "no name",
            };
            output::line(format_args!("{verdict}: {text}"))?;
        }
    }
    Ok(Outcome::Done)
}
