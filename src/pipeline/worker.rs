//! One job at a time: lease it, commit the lease, do the work, commit the result. No transaction is held across work.

use std::time::Duration;

use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::photo::PhotoState;
use crate::domain::time::Timestamp;
use crate::store::{Job, JobKind, Store, StoreError, Worker};
use crate::vision::{Detector, Tier};

use super::error::PipelineError;
use super::find::Found;
use super::intake::Received;

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
                Ok(Some(found)) if open => found.keep(w)?,
                Err(PipelineError::Reject(reason)) if open => w.set_refused(&job.photo, &reason.to_string())?,
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

    /// Nothing when somebody else has settled the photo already.
    fn work(&self, job: &Job) -> Result<Option<Found>, PipelineError> {
        let photo = self.store.read(|read| read.photo(&job.photo))?;
        let photo = photo.ok_or_else(|| PipelineError::NoPhoto(job.photo.clone()))?;
        if is_settled(Some(photo.state)) {
            return Ok(None);
        }
        let tier = match job.kind {
            JobKind::InspectFast => Tier::Fast,
            JobKind::InspectThorough => Tier::Thorough,
        };
        let inspected = Received { photo }.inspect(self.store, self.school)?;
        Ok(Some(inspected.find(self.detector, tier)?))
    }
}

fn is_settled(state: Option<PhotoState>) -> bool {
    matches!(state, Some(PhotoState::Quarantined | PhotoState::Refused | PhotoState::Destroyed))
}

fn code(error: &PipelineError) -> &'static str {
    match error {
        PipelineError::Store(_) => "store",
        PipelineError::Model(_) => "model",
        PipelineError::NoPhoto(_) => "no_photo",
        PipelineError::Reject(_) | PipelineError::Resize(_) | PipelineError::Encode(_) | PipelineError::Changed(_) => {
            "bug"
        }
    }
}
