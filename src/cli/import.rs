//! `eyelid import`: the roll and the consents from the school's files.

use std::fmt::Display;
use std::path::PathBuf;

use anyhow::Context;

use super::place::Place;
use super::{Outcome, clock, files, output};
use crate::import::{Extent, Limits, Mapping, SheetKind};
use crate::office::{Enrolled, OfficeError, Source, enrol_consents, enrol_pupils};

/// Import the roll or the consents from CSV or XLSX
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid import pupils roll.csv --data school --dry-run\n\
\x20 eyelid import consents forms.xlsx --data school --map columns.toml")]
pub(super) struct Args {
    /// What the file lists
    #[arg(value_enum)]
    what: What,
    /// The file
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// The school's own names for columns, as TOML
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Also take what could show more of somebody
    #[arg(long)]
    confirm_loosening: bool,
    /// The file is not the whole roll: whoever is missing has not left
    #[arg(long)]
    part: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    Pupils,
    Consents,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or the store fails.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let limits = Limits::default();
    let kind = SheetKind::of(&args.file)
        .with_context(|| format!("`{}` is neither .csv nor .xlsx: save it as one of them", args.file.display()))?;
    let bytes = files::read(&args.file, limits.bytes).with_context(|| format!("`{}`", args.file.display()))?;
    let mapping = match &args.map {
        Some(path) => {
            let text = files::read(path, MAP_BYTES).with_context(|| format!("`{}`", path.display()))?;
            let text = String::from_utf8(text)
                .with_context(|| format!("`{}` is not UTF-8 text: save it as such", path.display()))?;
            Mapping::parse(&text).with_context(|| format!("`{}`", path.display()))?
        }
        None => Mapping::default(),
    };
    let house = args.place.found()?;
    let source = Source {
        bytes: &bytes,
        kind,
        mapping: &mapping,
        confirm_loosening: args.confirm_loosening,
        dry_run: args.dry_run,
    };
    match args.what {
        What::Pupils => {
            let extent = if args.part { Extent::Part } else { Extent::Full };
            tell(args, enrol_pupils(&house.store, &house.school, &source, extent, &house.actor, clock::now()))
        }
        What::Consents => tell(args, enrol_consents(&house.store, &house.school, &source, &house.actor, clock::now())),
    }
}

/// A mapping is a page of text.
const MAP_BYTES: u64 = 1_000_000;

fn tell<D: Display>(args: &Args, enrolled: Result<Enrolled<D>, OfficeError>) -> anyhow::Result<Outcome> {
    let Enrolled { diff, waiting } = match enrolled {
        Ok(enrolled) => enrolled,
        Err(OfficeError::Import(problems)) => {
            for line in problems.to_string().lines() {
                output::refuse(&args.file, &line);
            }
            output::note("nothing of this file was imported");
            return Ok(Outcome::SomeRefused);
        }
        Err(error) => return Err(error.into()),
    };
    output::line(diff)?;
    if args.dry_run {
        output::note("nothing was changed: this was a dry run");
    } else if waiting {
        output::note(
            "what could show more of somebody was left out: check the list, then run again with --confirm-loosening",
        );
        return Ok(Outcome::SomeRefused);
    }
    Ok(Outcome::Done)
}
