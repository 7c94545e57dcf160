//! What people say of a photo: who a face is, and where the detector missed one.

use crate::domain::face::{Face, Origin, Who};
use crate::domain::geometry::{Rect, Region};
use crate::domain::id::{ActorId, FaceId, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::recognition::queue;
use crate::store::{NewFace, Store, StoreError, Write};

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
    name_face(store, photo, face, who, None, actor, now)
}

/// Says who a face is to somebody who looked at it when [`Saying`](crate::store::Saying) number `seen` was the last (0: none).
///
/// # Errors
/// [`OfficeError::Meanwhile`] when somebody else has said something since; else when there is no such photo, face or person, or
/// the store fails.
pub fn name_face(
    store: &Store,
    photo: &PhotoId,
    face: FaceId,
    who: &Who,
    seen: Option<i64>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        let known = known_face(w, photo, face)?;
        if let Who::Person(id) = who {
            w.person(id)?.ok_or_else(|| OfficeError::NoPerson(id.clone()))?;
        }
        // whoever says what holds already contradicts nobody
        if known.who != *who {
            unchanged(w, photo, face, seen)?;
        }
        say(w, photo, face, &known.who, who)
    })
}

/// Takes back what this person said last of a photo: the face is again whoever it was before. Gives the face.
///
/// # Errors
/// [`OfficeError::Meanwhile`] when `seen` is not the last word on its face, or not theirs; else when there is no such photo or
/// saying, or the store fails.
pub fn undo(store: &Store, photo: &PhotoId, seen: i64, actor: &ActorId, now: Timestamp) -> Result<FaceId, OfficeError> {
    store.write(actor, now, |w| {
        w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
        let sayings = w.sayings(photo)?;
        let missing = || StoreError::Missing { what: "saying", id: seen.to_string() };
        let face = sayings.iter().find(|saying| saying.id == seen).ok_or_else(missing)?.face;
        let mut of_face = sayings.iter().rev().filter(|saying| saying.face == face);
        let last = of_face.next().filter(|last| last.id == seen && last.by == *actor);
        let last = last.ok_or(OfficeError::Meanwhile { face })?;
        say(w, photo, face, &last.who, of_face.next().map_or(&Who::Unknown, |before| &before.who))?;
        Ok(face)
    })
}

/// Gives a face another box: a new face with what was said of the old one, which becomes no face. Gives the new one.
///
/// # Errors
/// As [`name_face`] and [`add_face`]; [`OfficeError::Meanwhile`] too when somebody else is named in the very box already.
pub fn move_box(
    store: &Store,
    photo: &PhotoId,
    face: FaceId,
    rect: Rect,
    seen: Option<i64>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<FaceId, OfficeError> {
    store.write(actor, now, |w| {
        let old = known_face(w, photo, face)?;
        unchanged(w, photo, face, seen)?;
        if old.rect == rect {
            return Ok(face);
        }
        let new = draw(w, photo, rect)?;
        if new != face {
            // somebody may have drawn and judged this very box before: their word is not overwritten unseen
            let there = known_face(w, photo, new)?.who;
            if matches!(there, Who::Person(_) | Who::Visitor) && there != old.who {
                return Err(OfficeError::Meanwhile { face: new });
            }
            say(w, photo, new, &there, &old.who)?;
            say(w, photo, face, &old.who, &Who::NotAFace)?;
        }
        Ok(new)
    })
}

/// Confirms how many people a photo shows.
///
/// # Errors
/// When there is no such photo, the number is above 10 000 or the store fails.
pub fn count_heads(
    store: &Store,
    photo: &PhotoId,
    people: u32,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    if people > 10_000 {
        return Err(OfficeError::TooManyPeople);
    }
    store.write(actor, now, |w| {
        w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
        if w.headcount(photo)? != Some(people) {
            w.set_headcount(photo, people)?;
        }
        Ok(())
    })
}

/// Adds a face that the detector missed. The box may reach over the picture's edge, but not lie outside. The very box of a face that
/// was drawn before gives that face: sending it twice adds one.
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
        let face = draw(w, photo, rect)?;
        // drawn again after it was judged away
        if known_face(w, photo, face)?.who == Who::NotAFace {
            w.tag(photo, face, &Who::Unknown)?;
        }
        Ok(face)
    })
}

fn draw(w: &Write<'_>, photo: &PhotoId, rect: Rect) -> Result<FaceId, OfficeError> {
    let found = w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
    let size = found.size.ok_or_else(|| OfficeError::NotInspected(photo.clone()))?;
    let frame = size.frame_rect();
    // a box may reach over the edge, by no more than the picture itself
    let near = rect.x1 >= -frame.x2 && rect.y1 >= -frame.y2 && rect.x2 <= 2.0 * frame.x2 && rect.y2 <= 2.0 * frame.y2;
    if !near || Region::covering(&rect, size).is_empty() {
        return Err(OfficeError::OutsidePicture { width: size.width, height: size.height });
    }
    let faces = w.faces(photo)?;
    if let Some(known) = faces.iter().find(|face| face.origin == Origin::Added && face.rect == rect) {
        return Ok(known.id);
    }
    if faces.len() >= MOST_FACES {
        return Err(OfficeError::TooManyPeople);
    }
    let face = NewFace { rect, score: None, origin: Origin::Added, landmarks: None };
    Ok(w.add_face(photo, &face)?)
}

/// More than anybody draws by hand.
const MOST_FACES: usize = 10_000;

/// Says who a face is. The photo is compared anew, and the template of whoever it was said to be before is made anew without it.
fn say(w: &Write<'_>, photo: &PhotoId, face: FaceId, before: &Who, who: &Who) -> Result<(), OfficeError> {
    if !w.tag(photo, face, who)? {
        return Ok(());
    }
    queue(w, photo)?;
    if let Who::Person(other) = before
        && before != who
        && w.destroy_template(other)?
    {
        for photo in w.photos_of(other)? {
            queue(w, &photo)?;
        }
    }
    Ok(())
}

fn known_face(w: &Write<'_>, photo: &PhotoId, face: FaceId) -> Result<Face, OfficeError> {
    w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
    w.faces(photo)?.into_iter().find(|known| known.id == face).ok_or(OfficeError::NoFace(face))
}

/// Nobody has said anything of the face since it was seen.
fn unchanged(w: &Write<'_>, photo: &PhotoId, face: FaceId, seen: Option<i64>) -> Result<(), OfficeError> {
    let last = w.sayings(photo)?.into_iter().rev().find(|saying| saying.face == face).map_or(0, |saying| saying.id);
    if seen.is_none_or(|seen| seen == last) { Ok(()) } else { Err(OfficeError::Meanwhile { face }) }
}
