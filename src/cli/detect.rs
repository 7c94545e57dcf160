//! `eyelid detect`: the faces of pictures, as the detector sees them.

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use super::{Outcome, files, output};
use crate::domain::geometry::{Point, Rect};
use crate::vision::{Detection, Detector, Limits, Tier, decode};

/// Find the faces in pictures
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid detect class-photo.jpg --json\n\
\x20 eyelid detect sports-day/ --json --tier fast")]
pub(super) struct Args {
    /// Pictures, or folders that are walked
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// One JSON object a line on standard output
    #[arg(long)]
    json: bool,
    /// How hard to look: `fast` as at intake, `thorough` as before any release
    #[arg(long, value_enum, default_value_t = TierName::Thorough)]
    tier: TierName,
}

/// A tier as the command line names it.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum TierName {
    Fast,
    Thorough,
}

impl TierName {
    /// The tier of that name.
    pub(super) fn tier(self) -> Tier {
        match self {
            Self::Fast => Tier::Fast,
            Self::Thorough => Tier::Thorough,
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    width: u32,
    height: u32,
    faces: Vec<FaceLine>,
    ms: u128,
}

#[derive(Serialize)]
struct FaceLine {
    #[serde(rename = "box")]
    rect: [f32; 4],
    score: f32,
    landmarks: Vec<[f32; 2]>,
}

/// Runs the command.
///
/// # Errors
/// When the model cannot be loaded or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let detector = Detector::open()?;
    let limits = Limits::default();
    let tier = args.tier.tier();
    let mut outcome = Outcome::Done;
    for path in files::walk(&args.inputs, None) {
        let begun = Instant::now();
        let read = files::read(&path, limits.max_bytes).map_err(anyhow::Error::from);
        let decoded = read.and_then(|bytes| Ok(decode(&bytes, files::extension(&path).as_deref(), &limits)?));
        let pixels = match decoded {
            Ok(decoded) => decoded.pixels,
            Err(reason) => {
                output::refuse(&path, &reason);
                outcome = Outcome::SomeRefused;
                continue;
            }
        };
        let found = detector.detect(&pixels, tier)?;
        let sure: Vec<&Detection> = found.iter().filter(|face| !face.maybe).collect();
        if args.json {
            output::json(&Line {
                file: &path.to_string_lossy(),
                width: pixels.size().width,
                height: pixels.size().height,
                faces: sure.into_iter().map(face_line).collect(),
                ms: begun.elapsed().as_millis(),
            })?;
        } else {
            output::line(format_args!("{}: {} faces", path.display(), sure.len()))?;
        }
    }
    Ok(outcome)
}

fn face_line(face: &Detection) -> FaceLine {
    let Rect { x1, y1, x2, y2 } = face.rect;
    FaceLine {
        rect: [x1, y1, x2, y2].map(tenths),
        score: (face.score * 1000.0).round() / 1000.0,
        landmarks: face.landmarks.iter().map(|&Point { x, y }| [tenths(x), tenths(y)]).collect(),
    }
}

fn tenths(pixels: f32) -> f32 {
    (pixels * 10.0).round() / 10.0
}
