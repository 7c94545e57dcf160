//! An event's suggestions together: for each person the faces that the matcher takes for theirs, to be confirmed or rejected.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::School;
use crate::domain::event::Event;
use crate::domain::face::Who;
use crate::domain::id::{ActorId, EventId, FaceId, PersonId, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::recognition::open_gate;
use crate::store::{Read, Store, StoreError};

use super::album::Choices;
use super::error::OfficeError;
use super::judge::name_face;

/// The faces of an event that the matcher takes for one person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// The person, whose biometric gate is open.
    pub person: PersonId,
    /// As naming calls them.
    pub label: String,
    /// The faces, in the event's order.
    pub faces: Vec<Suggested>,
}

/// A face with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggested {
    /// The photo's place in the event.
    pub place: u32,
    /// The photo.
    pub photo: PhotoId,
    /// The face.
    pub face: FaceId,
}

/// The strips of an event, the longest first: whom the matcher likes best for a face, as long as their gate is open.
///
/// # Errors
/// When the store fails.
pub fn strips(read: &Read, school: &School, event: &Event, now: Timestamp) -> Result<Vec<Strip>, StoreError> {
    let mut faces: BTreeMap<PersonId, Vec<Suggested>> = BTreeMap::new();
    for photo in read.photos_suggested(event.id)? {
        let Some(place) = read.photo(&photo)?.map(|photo| photo.ordinal) else { continue };
        for face in read.faces(&photo)? {
            if let Who::Suggested(person) = face.who {
                faces.entry(person).or_default().push(Suggested { place, photo: photo.clone(), face: face.id });
            }
        }
    }
    let choices = if faces.is_empty() { Choices::default() } else { Choices::load(read, event)? };
    let mut strips = Vec::new();
    for (person, mut faces) in faces {
        let Some(label) = choices.label(&person).map(str::to_owned) else { continue };
        if open_gate(read, school, &person, now)?.is_some() {
            faces.sort_unstable();
            strips.push(Strip { person, label, faces });
        }
    }
    strips.sort_by(|a, b| b.faces.len().cmp(&a.faces.len()).then_with(|| a.label.cmp(&b.label)));
    Ok(strips)
}

/// What was done with a strip's faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Judged {
    /// Confirmed, or rejected.
    pub done: usize,
    /// Passed over: somebody has said something of them since, or nothing is suggested any more.
    pub passed: usize,
}

/// Confirms or rejects these faces of an event as the person they are suggested to be. A face of which that is not suggested
/// any more is passed over, so that nobody is overwritten unawares.
///
/// # Errors
/// When the store fails.
pub fn judge(
    store: &Store,
    event: EventId,
    person: &PersonId,
    faces: &BTreeSet<(PhotoId, FaceId)>,
    confirmed: bool,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Judged, OfficeError> {
    let mut judged = Judged::default();
    for (photo, face) in faces {
        let (suggested, seen) = store.read(|read| {
            let here = read.photo(photo)?.is_some_and(|photo| photo.event == event);
            let known = if here { read.faces(photo)? } else { Vec::new() };
            let suggested = known.iter().any(|known| known.id == *face && known.who == Who::Suggested(person.clone()));
            let seen = read.sayings(photo)?.iter().rev().find(|saying| saying.face == *face).map_or(0, |last| last.id);
            Ok::<_, StoreError>((suggested, seen))
        })?;
        let done = match (suggested, confirmed) {
            (false, _) => false,
            (true, true) => {
                match name_face(store, photo, *face, &Who::Person(person.clone()), Some(seen), actor, now) {
                    Err(OfficeError::Meanwhile { .. }) => false,
                    done => done.map(|()| true)?,
                }
            }
            (true, false) => store.write(actor, now, |w| w.reject_suggestion(photo, *face, person))?,
        };
        judged.done += usize::from(done);
        judged.passed += usize::from(!done);
    }
    Ok(judged)
}
