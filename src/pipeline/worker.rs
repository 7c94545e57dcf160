//! One job at a time: lease it, commit the lease, do the work, commit the result. No transaction is held across work.

use std::time::Duration;

use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::photo::PhotoState;
use crate::domain::time::Timestamp;
use crate::store::{Job, JobKind, Read, Store, StoreError, Worker};
use crate::vision::{Detector, Tier};

use super::error::PipelineError;
use super::find::Found;
use super::intake::Received;
use super::recognition::{queue_lessons, sweep};
use super::suggest::{Suggested, suggest};

/// What a worker needs.
pub struct Bench<'a> {
    /// The data folder.
    pub store: &'a Store,
    /// The school's settings.
    pub school: &'a School,
    /// The face detector.
    pub detector: &'a Detector,
    /// In whose name it works.
    pub actor: &'a ActorId,
    /// Tells the moment.
    pub clock: fn() -> Timestamp,
}

/// A photo of any size is done well within this; after it another worker may take the job.
const LEASE: Duration = Duration::from_secs(15 * 60);

impl Bench<'_> {
    /// Looks after the biometric gates that time has shut or opened: what outlived one is destroyed, and the photos from which
    /// templates can learn are queued. To be called when a worker starts, and every hour.
    ///
    /// # Errors
    /// When the store fails.
    pub fn look_after_gates(&self) -> Result<(), StoreError> {
        let Self { store, school, actor, clock, .. } = self;
        sweep(store, school, actor, clock())?;
        if store.read(Read::switch)?.is_none() {
            return Ok(());
        }
        store.write(actor, clock(), |w| queue_lessons(w, school, w.people()?.keys()))
    }

    /// Takes the next job and does it; gives what it was, or nothing when none waits.
    ///
    /// # Errors
    /// When the store fails. A photo that fails is no error: it is refused, or its job waits to be tried again.
    pub fn step(&self, worker: &Worker) -> Result<Option<Job>, StoreError> {
        let Some(job) = self.store.write(self.actor, (self.clock)(), |w| w.lease(worker.id(), LEASE))? else {
            return Ok(None);
        };
        let done = self.work(&job);
        let refused = matches!(done, Err(PipelineError::Reject(_)));
        let settled = self.store.write(self.actor, (self.clock)(), |w| {
            // the photo's other job may have been done at the same time, and have quarantined or refused it
            let open = !is_settled(w.photo(&job.photo)?.map(|photo| photo.state));
            match done {
                Ok(Done::Found(found)) if open => found.keep(w)?,
                Ok(Done::Suggested(suggested)) if open => suggested.keep(w, self.school)?,
                // what was inspected is never refused: it is only not compared
                Err(PipelineError::Reject(reason)) if open && job.kind != JobKind::Match => {
                    w.set_refused(&job.photo, &reason.to_string())?;
                }
                Ok(_) | Err(PipelineError::Reject(_)) => {}
                Err(failed) => {
                    tracing::warn!(job = job.id, photo = %job.photo, cause = %failed, "a job failed");
                    return w.fail(job.id, worker.id(), code(&failed)).map(drop);
                }
            }
            w.finish(job.id, worker.id())
        });
        match settled {
            // whoever took it over will do it again, and with the same result
            Err(StoreError::LeaseLost { .. }) => {}
            settled => settled?,
        }
        if refused {
            self.store.discard_refused()?;
        }
        Ok(Some(job))
    }

    fn work(&self, job: &Job) -> Result<Done, PipelineError> {
        let photo = self.store.read(|read| read.photo(&job.photo))?;
        let photo = photo.ok_or_else(|| PipelineError::NoPhoto(job.photo.clone()))?;
        if is_settled(Some(photo.state)) {
            return Ok(Done::Nothing);
        }
        let tier = match job.kind {
            JobKind::InspectFast => Tier::Fast,
            JobKind::InspectThorough => Tier::Thorough,
            JobKind::Match => {
                let suggested = suggest(self.store, self.school, &photo.id, (self.clock)())?;
                return Ok(suggested.map_or(Done::Nothing, Done::Suggested));
            }
        };
        let inspected = Received { photo, new: false }.inspect(self.store, self.school)?;
        Ok(Done::Found(Box::new(inspected.find(self.detector, tier)?)))
    }
}

/// The result of a job.
enum Done {
    Found(Box<Found>),
    Suggested(Suggested),
    /// There was nothing to do, or somebody else has settled the photo already.
    Nothing,
}

fn is_settled(state: Option<PhotoState>) -> bool {
    matches!(state, Some(PhotoState::Quarantined | PhotoState::Refused | PhotoState::Destroyed))
}

fn code(error: &PipelineError) -> &'static str {
    match error {
        PipelineError::Store(_) => "store",
        PipelineError::Model(_) => "model",
        PipelineError::NoPhoto(_) => "no_photo",
        PipelineError::Reject(_)
        | PipelineError::Resize(_)
        | PipelineError::Encode(_)
        | PipelineError::Flawed(..)
        | PipelineError::Changed(_) => "bug",
    }
}
