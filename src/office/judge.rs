//! What people say of a photo: who a face is, where the detector missed one, and that a verdict may leave.

use crate::consent::{Code, Reader, Verdict, Weight};
use crate::domain::face::{Origin, Who};
use crate::domain::geometry::Rect;
use crate::domain::id::{ActorId, FaceId, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::recognition::queue;
use crate::pipeline::release::Request;
use crate::store::{NewFace, Store};

use super::error::OfficeError;

/// Says who a face is; saying it again changes nothing. Whoever else was suggested for it never is again, and the
/// template of whoever it was said to be before is made anew without it.
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
        let before = w.faces(photo)?.into_iter().find(|known| known.id == face).map(|known| known.who);
        if w.tag(photo, face, who)? {
            queue(w, photo)?;
            if let Some(Who::Person(other)) = before
                && w.destroy_template(&other)?
            {
                for photo in w.photos_of(&other)? {
                    queue(w, &photo)?;
                }
            }
        }
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

/// Signs a photo off for the request's channel as its verdict stands now; signing the same again changes nothing.
///
/// # Errors
/// When there is no such photo, it has not been inspected, it is blocked, or the store fails.
pub fn sign_off(store: &Store, request: &Request<'_>, photo: &PhotoId, now: Timestamp) -> Result<(), OfficeError> {
    store.write(request.actor, now, |w| {
        let decision = request.decide(w, photo, now)?;
        let reasons = decision.reasons();
        if decision.verdict() == Verdict::Block {
            let blocking = reasons.iter().filter(|reason| reason.weight == Weight::Block);
            let why = blocking.map(|reason| reason.text(Reader::Other)).collect::<Vec<_>>().join(" ");
            return Err(OfficeError::Blocked { photo: photo.clone(), why });
        }
        if reasons.iter().any(|reason| reason.code == Code::NotInspected) {
            return Err(OfficeError::NotInspected(photo.clone()));
        }
        let unsigned = |code| {
            matches!(code, Code::SignOffMissing | Code::SignOffStale | Code::StricterThanSigned | Code::FourEyes)
        };
        if reasons.iter().any(|reason| unsigned(reason.code)) {
            let signed = decision.sign_off(request.actor.clone(), now);
            w.sign_off(photo, &request.channel.id, &signed.seen)?;
        }
        Ok(())
    })
}
