//! `eyelid worker`: further workers on the same store, until interrupted.

use std::thread;
use std::time::{Duration, Instant};

use super::place::{House, Place};
use super::threads::at_once;
use super::{Outcome, clock};
use crate::pipeline::worker::Bench;
use crate::store::{Read, StoreError};
use crate::vision::Detector;

/// Inspect waiting photos on this machine until interrupted
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
    /// Return when nothing waits any more
    #[arg(long)]
    once: bool,
}

/// Runs the command. An interrupted worker loses nothing: its jobs are free again at once.
///
/// # Errors
/// When the model cannot be loaded or the store fails.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let House { store, school, actor } = args.place.open()?;
    let detector = Detector::open()?;
    let bench = Bench { store: &store, school: &school, detector: &detector, actor: &actor, clock: clock::now };
    bench.look_after_gates()?;
    let work = || -> Result<(), StoreError> {
        let worker = store.sign_on()?;
        let mut looked = Instant::now();
        loop {
            if bench.step(&worker)?.is_none() {
                if args.once && store.read(Read::next_job_at)?.is_none() {
                    return Ok(());
                }
                thread::sleep(IDLE);
            }
            // time opens and shuts gates too
            if looked.elapsed() > HOUR {
                bench.look_after_gates()?;
                looked = Instant::now();
            }
        }
    };
    at_once(work).into_iter().collect::<Result<(), _>>()?;
    Ok(Outcome::Done)
}

const IDLE: Duration = Duration::from_millis(250);
const HOUR: Duration = Duration::from_secs(3600);
