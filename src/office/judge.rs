//! What people say of a photo: who a face is, and where the detector missed one.

use crate::domain::face::{Origin, Who};
use crate::domain::geometry::Rect;
use crate::domain::id::{ActorId, FaceId, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::store::{NewFace, Store};

use super::error::OfficeError;

/// Says who a face is; saying it again changes nothing.
///
/// # Errors
/// When there is no such photo, face or person, or the store fails.
pub fn tag(
    store: &Store,
    photo: &PhotoId,
    face: FaceId,
    who: &Who,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
        if let Who::Person(id) = who {
            w.person(id)?.ok_or_else(|| OfficeError::NoPerson(id.clone()))?;
        }
        w.tag(photo, face, who)?;
        Ok(())
    })
}

/// Adds a face that the detector missed. The box may reach over the picture's edge, but not lie outside.
///
/// # Errors
/// When there is no such photo, it has not been inspected, the box is outside, or the store fails.
pub fn add_face(
    store: &Store,
    photo: &PhotoId,
    rect: Rect,
    actor: &ActorId,
    now: Timestamp,
) -> Result<FaceId, OfficeError> {
    store.write(actor, now, |w| {
        let found = w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
        let size = found.size.ok_or_else(|| OfficeError::NotInspected(photo.clone()))?;
        if crate::domain::geometry::Region::covering(&rect, size).is_empty() {
            return Err(OfficeError::OutsidePicture { width: size.width, height: size.height });
        }
        let face = NewFace { rect, score: None, origin: Origin::Added, landmarks: None };
        Ok(w.add_face(photo, &face)?)
    })
}
