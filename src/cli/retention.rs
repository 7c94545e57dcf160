//! `eyelid retention`: what the school's schedule no longer lets it keep.

use clap::Subcommand;
use serde::Serialize;

use super::output::Progress;
use super::place::Place;
use super::{Outcome, clock, output};
use crate::domain::id::PhotoId;
use crate::domain::photo::Why;
use crate::office::retention;

/// Destroy what the school's schedule no longer lets it keep
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid retention run --dry-run --data school\n\
\x20 eyelid retention run --data school")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Destroy what is due, and write the proof to the audit chain
    Run {
        /// Only say what is due
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        place: Place,
        /// One JSON object a line on standard output
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct DueLine<'a> {
    photo: &'a PhotoId,
    why: Why,
}

#[derive(Serialize)]
struct DoneLine {
    photos: u64,
    files: u64,
    reasons: u64,
}

/// Runs the command.
///
/// # Errors
/// When the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let What::Run { dry_run, place, json } = &args.what;
    let house = place.open()?;
    if *dry_run {
        let due = retention::due(&house.store, &house.school, clock::now())?;
        if *json {
            due.photos.iter().try_for_each(|(photo, why)| output::json(&DueLine { photo, why: *why }))?;
        } else {
            output::line(format_args!(
                "due: {} photos after their time, {} after their event, {} in quarantine; {} reasons of restrictions",
                due.by(Why::Window),
                due.by(Why::Event),
                due.by(Why::Unusable),
                due.reasons
            ))?;
            output::line(format_args!(
                "{} stay as evidence of incidents; {} were begun before",
                due.evidence, due.unfinished
            ))?;
        }
        return Ok(Outcome::Done);
    }
    let mut progress = None;
    let done = retention::run(&house.store, &house.school, &house.actor, clock::now(), |at, total| {
        progress.get_or_insert_with(|| Progress::new(total, "destroying")).set(at);
    })?;
    let retention::Destroyed { photos, files, reasons } = done;
    if *json {
        output::json(&DoneLine { photos, files, reasons })?;
    } else {
        output::line(format_args!(
            "destroyed {photos} photos in {files} files, and {reasons} reasons of restrictions"
        ))?;
    }
    Ok(Outcome::Done)
}
