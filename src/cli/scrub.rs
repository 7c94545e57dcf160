//! `eyelid scrub`: pictures without metadata, tell-tale names or faces, with no store behind it.

mod journal;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use serde::Serialize;

use self::journal::{Entry, Journal};
use super::detect::TierName;
use super::threads::at_once;
use super::{Outcome, files, output};
use crate::domain::channel::Style;
use crate::domain::head::Cover;
use crate::domain::id::Digest;
use crate::release::whole_file;
use crate::vision::{Detector, InHand, Limits, decode, encode_jpeg, measure, obscure, resize};

/// Strip metadata and hide faces, without a store
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid scrub sports-day/ -o clean/\n\
\x20 eyelid scrub a.jpg b.heic -o clean/ --style fill --max-px 1600\n\
\x20 eyelid scrub sports-day/ -o stripped/ --faces none --json")]
pub(super) struct Args {
    /// Pictures, or folders that are walked
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// The folder for the results; made when missing
    #[arg(short, long)]
    out: PathBuf,
    /// Which faces to hide
    #[arg(long, value_enum, default_value_t = Faces::All)]
    faces: Faces,
    /// How to hide them
    #[arg(long, value_enum, default_value_t = StyleName::Smooth)]
    style: StyleName,
    /// The longest side of a result in pixels; never enlarges
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    max_px: Option<u32>,
    /// How hard to look for faces: `fast` for a first look, `thorough` before anybody else sees the result
    #[arg(long, value_enum, default_value_t = TierName::Thorough)]
    tier: TierName,
    /// One JSON object a line on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Faces {
    All,
    None,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum StyleName {
    Smooth,
    Fill,
    Blur,
}

/// What became of a file, as `--json` tells it.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    output: Option<String>,
    reason: Option<String>,
    faces: usize,
    removed: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the model cannot be loaded, the folder cannot be written or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder `{}`: name one that can be written", args.out.display()))?;
    let detector = match args.faces {
        Faces::All => Some(Detector::open()?),
        Faces::None => None,
    };
    let paths = files::walk(&args.inputs, Some(&args.out));
    let settings = format!("{:?}", (args.faces, args.style, args.max_px, args.tier));
    let journal = Journal::open(&args.out, settings).with_context(|| unwritable(&args.out))?;
    let bench = Bench { args, detector: detector.as_ref(), journal: &journal };
    let progress = output::Progress::new(paths.len(), "scrubbing");
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<bool> {
        let mut all_done = true;
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            all_done &= one(path, &bench, &progress)?;
        }
        Ok(all_done)
    };
    let all_done = at_once(work).into_iter().try_fold(true, |all, done| done.map(|done| all && done))?;
    journal.end().with_context(|| unwritable(&args.out))?;
    Ok(if all_done { Outcome::Done } else { Outcome::SomeRefused })
}

/// What every photo of a run needs.
struct Bench<'a> {
    args: &'a Args,
    detector: Option<&'a Detector>,
    journal: &'a Journal,
}

/// Scrubs one file and tells of it; whether it was done.
fn one(path: &Path, bench: &Bench<'_>, progress: &output::Progress) -> anyhow::Result<bool> {
    let result = bench.scrub(path);
    let file = path.to_string_lossy();
    let line = match &result {
        Ok((output, done)) => Line {
            file: &file,
            output: Some(output.to_string_lossy().into_owned()),
            reason: None,
            faces: done.faces,
            removed: done.removed.clone(),
        },
        Err(reason) => {
            progress.refuse(path, &format_args!("{reason:#}"));
            Line { file: &file, output: None, reason: Some(format!("{reason:#}")), faces: 0, removed: Vec::new() }
        }
    };
    if bench.args.json {
        output::json(&line)?;
    }
    progress.step();
    Ok(result.is_ok())
}

impl Bench<'_> {
    /// Writes the result, unless an interrupted run has done so; gives where it is, and what was done.
    fn scrub(&self, path: &Path) -> anyhow::Result<(PathBuf, Entry)> {
        let Self { args, detector, journal } = self;
        let limits = Limits::default();
        let bytes = files::read(path, limits.max_bytes)?;
        let photo = Digest::of(&bytes);
        let name: String = photo.to_string().chars().take(NAME_DIGITS).collect();
        let output = args.out.join(format!("photo-{name}.jpg"));
        if let Some(done) = journal.done(&photo, &output) {
            return Ok((output, done.clone()));
        }
        let _in_hand = InHand::take(measure(&bytes, files::extension(path).as_deref(), &limits)?);
        let decoded = decode(&bytes, files::extension(path).as_deref(), &limits)?;
        drop(bytes);
        let mut pixels = decoded.pixels;
        // weak hits are hidden too: nobody will judge them here
        let faces = detector.map_or(Ok(Vec::new()), |detector| detector.detect(&pixels, args.tier.tier()))?;
        let hidden: Vec<_> = faces.iter().map(|face| Cover::Head.region(&face.rect, pixels.size())).collect();
        let style = match args.style {
            StyleName::Smooth => Style::Smooth,
            StyleName::Fill => Style::Fill(FILL),
            StyleName::Blur => Style::Blur,
        };
        obscure(&mut pixels, &hidden, &[], style, photo.as_bytes());
        if let Some(long_side) = args.max_px {
            pixels = resize(&pixels, long_side)?;
        }
        let jpeg = encode_jpeg(&pixels, None)?;
        let removed = decoded.removed.iter().map(|carried| carried.as_str().to_owned()).collect();
        let done = Entry { photo, result: Digest::of(&jpeg), faces: faces.len(), removed };
        let written = whole_file::write(&output, &jpeg).and_then(|()| journal.note(&done));
        written.with_context(|| unwritable(&args.out))?;
        Ok((output, done))
    }
}

fn unwritable(out: &Path) -> String {
    format!("cannot write into `{}`: check its permissions and the room on the disk", out.display())
}

/// The colour of `--style fill`: a calm grey that no school has to like.
const FILL: [u8; 3] = [96, 104, 112];

/// Enough of the digest that no two photos of a school share a name; the same photo always has the same.
const NAME_DIGITS: usize = 12;
