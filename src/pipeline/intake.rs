//! Bytes become a [`Received`] photo: known by their digest, kept in the store, queued for both detectors.

use crate::config::School;
use crate::domain::event::Event;
use crate::domain::id::ActorId;
use crate::domain::photo::{Photo, PhotoState};
use crate::domain::time::Timestamp;
use crate::store::{JobKind, Receipt, Store};
use crate::vision::{Limits, probe};

use super::error::PipelineError;

/// A photo whose bytes are kept and whose jobs are queued.
#[derive(Debug)]
pub struct Received {
    pub(super) photo: Photo,
    pub(super) new: bool,
}

/// What became of some bytes.
#[derive(Debug)]
pub enum Intake {
    /// A photo that the store did not have, or whose way an interruption cut short.
    Received(Received),
    /// A photo that the store has.
    Duplicate(Photo),
}

/// Takes a file's bytes in: looks at their head only, keeps them and queues the photo in one transaction.
///
/// # Errors
/// [`PipelineError::Reject`] when the bytes are no picture that can be used, and nothing was kept; else when the store fails.
pub fn receive(
    store: &Store,
    school: &School,
    bytes: &[u8],
    extension: Option<&str>,
    event: &Event,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Intake, PipelineError> {
    probe(bytes, extension, &Limits::default())?;
    // the blob first: a row never points at bytes that are not there
    let digest = store.put_blob(bytes)?;
    let intake = store.write(actor, now, |w| {
        let receipt = w.receive(&digest, event.id)?;
        let new = matches!(receipt, Receipt::New(_));
        let photo = match receipt {
            Receipt::New(photo) => photo,
            Receipt::Known(photo) => match photo.state {
                // an interruption cut its way short
                PhotoState::Received | PhotoState::Found => photo,
                PhotoState::Quarantined if school.allows(photo.camera.as_ref()) => {
                    w.set_cleared(&photo.id)?;
                    photo
                }
                PhotoState::Inspected | PhotoState::Quarantined | PhotoState::Refused | PhotoState::Destroyed => {
                    return Ok(Intake::Duplicate(photo));
                }
            },
        };
        // the thorough look is queued when the fast one is done
        let next = if photo.state == PhotoState::Found { JobKind::InspectThorough } else { JobKind::InspectFast };
        w.enqueue(next, &photo.id)?;
        Ok::<_, PipelineError>(Intake::Received(Received { photo, new }))
    })?;
    // bytes that may not be kept have come in again
    if let Intake::Duplicate(Photo { digest, state: PhotoState::Refused | PhotoState::Destroyed, .. }) = &intake {
        store.delete_blob(digest)?;
    }
    Ok(intake)
}

impl Received {
    /// The photo's record.
    #[must_use]
    pub fn photo(&self) -> &Photo {
        &self.photo
    }

    /// Whether the store did not have its bytes.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.new
    }
}

/// The most bytes that a file may have; whoever reads one in need not read on.
#[must_use]
pub fn most_bytes() -> u64 {
    Limits::default().max_bytes
}
