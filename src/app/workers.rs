//! The threads beside the requests: they inspect photos, send out what channels show, make the hourly round and look into the
//! camera folder. None of them ends before the service does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::office::camera_folder::{Looked, Watcher};
use crate::office::hourly::Rounds;
use crate::pipeline::worker::Bench;
use crate::pipeline::{RollCache, place_photos};
use crate::release::push::Courier;
use crate::store::{Store, StoreError};
use crate::vision::Detector;
use crate::web::Site;

/// The threads, until they are asked to end.
pub(super) struct Workers {
    stop: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

/// What each thread has at hand.
struct Hands {
    store: Arc<Store>,
    site: Site,
    detector: Detector,
    worker: ActorId,
    cameras: ActorId,
    clock: fn() -> Timestamp,
    stop: Arc<AtomicBool>,
}

/// One kind of work, done until it fails or the service ends.
type Shift = fn(&Hands) -> Result<(), StoreError>;

impl Workers {
    /// Starts them. One core is left to answer requests.
    ///
    /// # Errors
    /// When the model cannot be loaded.
    pub(super) fn start(store: &Arc<Store>, site: &Site, clock: fn() -> Timestamp) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let hands = Arc::new(Hands {
            store: Arc::clone(store),
            site: site.clone(),
            detector: Detector::open()?,
            worker: "worker".parse()?,
            cameras: "cameras".parse()?,
            clock,
            stop: Arc::clone(&stop),
        });
        let inspecting = (1..num_cpus::get_physical().max(2)).map(|_| Hands::inspect as Shift);
        let delivering = (0..COURIERS).map(|_| Hands::deliver as Shift);
        let once: [Shift; 2] = [Hands::go_rounds, Hands::watch];
        let work = |shift: Shift| {
            let hands = Arc::clone(&hands);
            thread::spawn(move || again_and_again(|| shift(&hands), || hands.goes_on(), || hands.rest(AFTER_FAILING)))
        };
        Ok(Self { threads: inspecting.chain(delivering).chain(once).map(work).collect(), stop })
    }

    /// Waits until each has done what it has begun.
    pub(super) fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            // a panic has been told of when it happened
            _ = thread.join();
        }
    }
}

impl Hands {
    /// Does one job after the other, each by the settings of its own moment. A store that is busy or full is tried again; the
    /// photos wait meanwhile.
    fn inspect(&self) -> Result<(), StoreError> {
        let worker = self.store.sign_on()?;
        let roll = RollCache::default();
        while self.goes_on() {
            let school = self.site.settings();
            let bench = self.bench(&school);
            let worked = match bench.step(&worker) {
                Ok(job) => job.is_some(),
                Err(error) if error.may_pass() => waits(&error, "a worker waits"),
                Err(error) => return Err(error),
            };
            if !worked && !self.place(&school, &roll) {
                self.rest(IDLE);
            }
        }
        Ok(())
    }

    /// Sends out what changed; it does not wait for photos that are still inspected.
    fn deliver(&self) -> Result<(), StoreError> {
        let worker = self.store.sign_on()?;
        let roll = RollCache::default();
        while self.goes_on() {
            let school = self.site.settings();
            self.place(&school, &roll);
            let (store, actor, clock) = (&self.store, &self.worker, self.clock);
            let courier = Courier { store, school: &school, roll: &roll, actor, clock, patience: Courier::PATIENCE };
            let worked = match courier.step(&worker) {
                Ok(told) => told.is_some(),
                Err(error) if error.may_pass() => waits(&error, "what is sent out waits"),
                Err(error) => return Err(error),
            };
            if !worked {
                self.rest(IDLE);
            }
        }
        Ok(())
    }

    /// Makes the hourly round, and forgets what other processes have destroyed.
    fn go_rounds(&self) -> Result<(), StoreError> {
        let mut rounds = Rounds::default();
        while self.goes_on() {
            if rounds.go(&self.bench(&self.site.settings()))?
                && let Err(error) = self.site.forget_destroyed()
            {
                waits(&error, "small pictures of destroyed photos are still in memory");
            }
            self.rest(IDLE);
        }
        Ok(())
    }

    /// Looks into the camera folder again and again, where there is one. A folder that is away for a while is tried again.
    fn watch(&self) -> Result<(), StoreError> {
        let mut watcher = Watcher::default();
        while self.goes_on() {
            let school = self.site.settings();
            if let Some(folder) = &school.camera_folder {
                match watcher.look(&self.store, &school, folder, &self.cameras, (self.clock)()) {
                    Ok(Looked { taken: 0, refused: 0, .. }) => {}
                    Ok(Looked { taken, refused, waiting }) => {
                        tracing::info!(taken, refused, waiting, "the camera folder was looked into");
                    }
                    Err(error) => tracing::warn!(cause = %error, "the camera folder waits"),
                }
            }
            self.rest(BETWEEN_LOOKS);
        }
        Ok(())
    }

    /// Puts a few photos into the queues; gives whether there were any.
    fn place(&self, school: &School, roll: &RollCache) -> bool {
        match place_photos(&self.store, school, roll, &self.worker, (self.clock)(), AT_ONCE) {
            Ok(placed) => placed > 0,
            Err(error) => waits(&error, "photos wait to be put into the queues"),
        }
    }

    fn bench<'a>(&'a self, school: &'a School) -> Bench<'a> {
        Bench { store: &self.store, school, detector: &self.detector, actor: &self.worker, clock: self.clock }
    }

    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// Rests for so long, or until the service ends.
    fn rest(&self, long: Duration) {
        let begun = Instant::now();
        while self.goes_on() && begun.elapsed() < long {
            thread::sleep(IDLE);
        }
    }
}

/// A shift that failed or panicked is followed by another: the job that it had is free again, and whatever was in its way,
/// such as a disk that could not be read for a while, may have gone.
fn again_and_again(shift: impl Fn() -> Result<(), StoreError>, goes_on: impl Fn() -> bool, rest: impl Fn()) {
    while goes_on() {
        match catch_unwind(AssertUnwindSafe(&shift)) {
            Ok(Ok(())) => return,
            Ok(Err(error)) => tracing::error!(cause = %error, "a worker failed and begins again"),
            Err(_) => tracing::error!("a worker panicked and begins again"),
        }
        metrics::counter!("eyelid_worker_failures_total").increment(1);
        rest();
    }
}

/// Says why somebody waits; nothing was done.
fn waits(error: &dyn std::fmt::Display, who: &'static str) -> bool {
    tracing::warn!(cause = %error, "{who}");
    false
}

/// So many connections are told something at once: one that is slow does not keep the others waiting.
const COURIERS: usize = 3;

/// So many photos are put into the queues before the next job is looked for.
const AT_ONCE: usize = 200;

const IDLE: Duration = Duration::from_millis(250);

const AFTER_FAILING: Duration = Duration::from_secs(5);

const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_worker_that_fails_or_panics_begins_again() {
        let (shifts, rests) = (Cell::new(0), Cell::new(0));
        let shift = || {
            shifts.set(shifts.get() + 1);
            match shifts.get() {
                1 => Err(StoreError::Full),
                2 => panic!("a picture that nobody thought of"),
                _ => Ok(()),
            }
        };
        again_and_again(shift, || true, || rests.set(rests.get() + 1));
        assert_eq!((shifts.get(), rests.get()), (3, 2));
    }
}
