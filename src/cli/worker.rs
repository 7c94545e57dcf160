//! `eyelid worker`: further workers on the same store, until interrupted.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use super::place::{House, Place};
use super::threads::at_once;
use super::{Outcome, clock};
use crate::config::{School, Watched};
use crate::domain::id::ActorId;
use crate::office::hourly::Rounds;
use crate::pipeline::worker::Bench;
use crate::pipeline::{RollCache, place_photos};
use crate::release::push::Courier;
use crate::store::{Read, Store, StoreError, Worker};
use crate::vision::Detector;

/// Inspect waiting photos on this machine and send out what channels show, until interrupted
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid worker --data school")]
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
    let House { store, actor, .. } = args.place.open()?;
    let detector = Detector::open()?;
    let settings = Watched::load(args.place.path())?;
    let roll = RollCache::default();
    // one thread at a time: a mail server that keeps it waiting keeps no photo waiting
    let rounds = Mutex::new(Rounds::default());
    let work = || -> anyhow::Result<()> {
        let worker = store.sign_on()?;
        loop {
            // each job is done by the settings of its own moment
            let school = settings.now();
            let bench = Bench { store: &store, school: &school, detector: &detector, actor: &actor, clock: clock::now };
            if let Ok(mut rounds) = rounds.try_lock() {
                rounds.go(&bench)?;
            }
            let step = bench.step(&worker).map(|job| job.is_some());
            let done = step.and_then(|worked| Ok(worked || send(&store, &school, &roll, &actor, &worker)?));
            match done {
                Ok(true) => {}
                Ok(false) if args.once && store.read(Read::next_job_at)?.is_none() => return Ok(()),
                Ok(false) => thread::sleep(IDLE),
                Err(error) if error.may_pass() => {
                    tracing::warn!(cause = %error, "a worker waits");
                    thread::sleep(IDLE);
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    at_once(work).into_iter().collect::<Result<(), _>>()?;
    Ok(Outcome::Done)
}

/// Places a few photos and tells one thing to a connection; gives whether there was anything to do.
fn send(
    store: &Store,
    school: &School,
    roll: &RollCache,
    actor: &ActorId,
    worker: &Worker,
) -> Result<bool, StoreError> {
    let placed = match place_photos(store, school, roll, actor, clock::now(), 50) {
        Ok(placed) => placed > 0,
        Err(error) => {
            tracing::warn!(cause = %error, "photos wait to be put into the queues");
            false
        }
    };
    let courier = Courier { store, school, roll, actor, clock: clock::now, patience: Courier::PATIENCE };
    Ok(courier.step(worker)?.is_some() || placed)
}

const IDLE: Duration = Duration::from_millis(250);
