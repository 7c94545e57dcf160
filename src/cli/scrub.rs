//! `eyelid scrub`: pictures without metadata, tell-tale names or faces, with no store behind it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use serde::Serialize;

use super::threads::at_once;
use super::{Outcome, files, output};
use crate::domain::channel::Style;
use crate::domain::head::Cover;
use crate::domain::id::Digest;
use crate::release::whole_file;
use crate::vision::{Detector, InHand, Limits, Tier, decode, encode_jpeg, measure, obscure, resize};

/// Strip metadata and hide faces, without a store
#[derive(clap::Args)]
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
    /// One JSON object a line on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Faces {
    All,
    None,
}

#[derive(Clone, Copy, clap::ValueEnum)]
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
    removed: Vec<&'static str>,
}

/// A result that has been written.
struct Scrubbed {
    output: PathBuf,
    faces: usize,
    removed: Vec<&'static str>,
}

/// Runs the command.
///
/// # Errors
/// When the model cannot be loaded, the folder cannot be made or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder `{}`: name one that can be written", args.out.display()))?;
    let detector = match args.faces {
        Faces::All => Some(Detector::open()?),
        Faces::None => None,
    };
    let paths = files::walk(&args.inputs, Some(&args.out));
    let progress = output::Progress::new(paths.len(), "scrubbing");
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<bool> {
        let mut all_done = true;
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            all_done &= one(path, args, detector.as_ref(), &progress)?;
        }
        Ok(all_done)
    };
    let all_done = at_once(work).into_iter().try_fold(true, |all, done| done.map(|done| all && done))?;
    Ok(if all_done { Outcome::Done } else { Outcome::SomeRefused })
}

/// Scrubs one file and tells of it; whether it was done.
fn one(path: &Path, args: &Args, detector: Option<&Detector>, progress: &output::Progress) -> anyhow::Result<bool> {
    let result = scrub(path, args, detector);
    let file = path.to_string_lossy();
    let line = match &result {
        Ok(done) => Line {
            file: &file,
            output: Some(done.output.to_string_lossy().into_owned()),
            reason: None,
            faces: done.faces,
            removed: done.removed.clone(),
        },
        Err(reason) => {
            progress.refuse(path, &format_args!("{reason:#}"));
            Line { file: &file, output: None, reason: Some(format!("{reason:#}")), faces: 0, removed: Vec::new() }
        }
    };
    if args.json {
        output::json(&line)?;
    }
    progress.step();
    Ok(result.is_ok())
}

fn scrub(path: &Path, args: &Args, detector: Option<&Detector>) -> anyhow::Result<Scrubbed> {
    let limits = Limits::default();
    let bytes = files::read(path, limits.max_bytes)?;
    let _in_hand = InHand::take(measure(&bytes, files::extension(path).as_deref(), &limits)?);
    let decoded = decode(&bytes, files::extension(path).as_deref(), &limits)?;
    let digest = Digest::of(&bytes);
    drop(bytes);
    let mut pixels = decoded.pixels;
    // weak hits are hidden too: nobody will judge them here
    let faces = detector.map_or(Ok(Vec::new()), |detector| detector.detect(&pixels, Tier::Thorough))?;
    let hidden: Vec<_> = faces.iter().map(|face| Cover::Head.region(&face.rect, pixels.size())).collect();
    let style = match args.style {
        StyleName::Smooth => Style::Smooth,
        StyleName::Fill => Style::Fill(FILL),
        StyleName::Blur => Style::Blur,
    };
    obscure(&mut pixels, &hidden, &[], style, digest.as_bytes());
    if let Some(long_side) = args.max_px {
        pixels = resize(&pixels, long_side)?;
    }
    let jpeg = encode_jpeg(&pixels, None)?;
    let name: String = digest.to_string().chars().take(NAME_DIGITS).collect();
    let output = args.out.join(format!("photo-{name}.jpg"));
    whole_file::write(&output, &jpeg).with_context(|| {
        format!("cannot write into `{}`: check its permissions and the room on the disk", args.out.display())
    })?;
    let removed = decoded.removed.iter().map(|carried| carried.as_str()).collect();
    Ok(Scrubbed { output, faces: faces.len(), removed })
}

/// The colour of `--style fill`: a calm grey that no school has to like.
const FILL: [u8; 3] = [96, 104, 112];

/// Enough of the digest that no two photos of a school share a name; the same photo always has the same.
const NAME_DIGITS: usize = 12;
