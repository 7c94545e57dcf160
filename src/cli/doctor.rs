//! `eyelid doctor`: what is there, what is missing and how to get it.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;

use super::place::Place;
use super::{Outcome, clock, output, recognition};
use crate::domain::geometry::Size;
use crate::store::StoreError;
use crate::vision::{Detector, Pixels, Tier, heic_decoder};

/// Say what is there, what is missing and how to get it
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid doctor\n\
\x20 eyelid doctor --data school")]
pub(super) struct Args {
    /// Also look into this data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the model or the data folder is damaged, or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    output::line(format_args!("eyelid {}", env!("CARGO_PKG_VERSION")))?;
    let detector = Detector::open()?;
    output::line(format_args!("detector: {}", detector.describe()))?;
    output::line(speed(&detector)?)?;
    output::line(match heic_decoder() {
        Some(path) => format!("HEIC and AVIF photos: read by {}", path.display()),
        None => "HEIC and AVIF photos: refused; `apt-get install libheif-examples` makes them readable".to_owned(),
    })?;
    let Some(data) = &args.data else { return Ok(Outcome::Done) };
    let house = Place::at(data.clone()).open()?;
    let damage = house.store.examine(&[])?;
    for what in &damage {
        output::line(format_args!("damaged: {what}"))?;
    }
    let (head, jobs, dead) =
        house.store.read(|read| Ok::<_, StoreError>((read.audit_head()?, read.job_counts()?, read.dead_jobs()?)))?;
    let (switch, gates, described) = house.store.read(|read| {
        let gates = crate::pipeline::recognition::gates(read, &house.school, clock::now())?;
        Ok::<_, StoreError>((read.switch()?, gates, read.described()?))
    })?;
    output::line(recognition::summary(switch.as_ref(), &gates, described.len()))?;
    output::line(format_args!("audit chain: head {head}"))?;
    output::line(format_args!("jobs: {} waiting, {} under way, {} done", jobs.queued, jobs.leased, jobs.done))?;
    for (job, why) in dead {
        output::line(format_args!("given up: photo {} ({why}); take it in again to try once more", job.photo))?;
    }
    match damage.into_iter().next() {
        Some(first) => Err(first.into()),
        None => Ok(Outcome::Done),
    }
}

/// How long the first look at a photo takes here: a drawn one of 1600 x 1067 that is busy everywhere, the second time.
fn speed(detector: &Detector) -> anyhow::Result<String> {
    let size = Size { width: 1600, height: 1067 };
    let place = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let rgb = place.flat_map(|(x, y)| if (x / 5 + y / 7) % 3 == 0 { [40, 60, 90] } else { [190, 170, 120] }).collect();
    let photo =
        Pixels::new(size, rgb).context("the drawn photo has no pixels: report this as a fault of the program")?;
    detector.detect(&photo, Tier::Fast)?;
    let begun = Instant::now();
    detector.detect(&photo, Tier::Fast)?;
    let ms = begun.elapsed().as_millis();
    Ok(format!("speed: {ms} ms for the first look at a photo of 1600 x 1067, on up to {} threads", Detector::threads()))
}
