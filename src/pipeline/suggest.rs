//! An inspected photo's faces are compared: confirmed ones teach templates, unknown ones get suggestions.
//!
//! Only the pupils of the event's classes whose gate is open at that moment are compared with, and the gate is asked again
//! in the transaction that keeps the result. Nothing is described as long as nobody's gate is open.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::School;
use crate::consent::gate::{Gate, Shut};
use crate::domain::face::{Face, Hint, Origin, Who};
use crate::domain::geometry::Point;
use crate::domain::id::{FaceId, PersonId, PhotoId};
use crate::domain::photo::{Photo, PhotoState};
use crate::domain::time::Timestamp;
use crate::store::{Read, Store, StoreError, Write};
use crate::vision::{Descriptor, Embedder};

use super::error::PipelineError;
use super::intake::Received;
use super::recognition::{gate_of, is_tall, open_gate, queue};
use super::template::{Probe, Template};

/// What the comparison of a photo's faces gave.
#[derive(Debug)]
pub struct Suggested {
    photo: PhotoId,
    learnt: Vec<(FaceId, PersonId, Descriptor)>,
    suggested: Vec<(FaceId, Vec<PersonId>)>,
}

/// What is to be compared in a photo.
struct Plan {
    photo: Photo,
    /// Faces that a template can learn from.
    confirmed: Vec<(FaceId, PersonId, [Point; 5])>,
    /// Faces that nobody has named.
    unknown: Vec<(FaceId, Option<[Point; 5]>)>,
    /// The pupils who may be on them.
    roster: Vec<Template>,
    rejected: BTreeSet<(FaceId, PersonId)>,
}

/// Compares the faces of a photo; nothing when matching is off or the photo is not ready.
///
/// # Errors
/// When the photo can no longer be decoded, or the engine or the store fails.
pub fn suggest(
    store: &Store,
    school: &School,
    photo: &PhotoId,
    now: Timestamp,
) -> Result<Option<Suggested>, PipelineError> {
    let Some(plan) = store.read(|read| plan(read, school, photo, now))? else { return Ok(None) };
    let Plan { photo, confirmed, unknown, roster, rejected } = plan;
    let id = photo.id.clone();
    let probed = unknown.iter().filter_map(|(_, landmarks)| *landmarks).filter(|_| !roster.is_empty());
    let faces: Vec<[Point; 5]> = confirmed.iter().map(|(_, _, landmarks)| *landmarks).chain(probed).collect();
    let mut described = if faces.is_empty() {
        Vec::new().into_iter()
    } else {
        let inspected = Received { photo, new: false }.inspect(store, school)?;
        Embedder::shared()?.describe(&inspected.pixels, &faces)?.into_iter()
    };
    let learn = |((face, person, _), described): ((_, _, _), Option<_>)| Some((face, person, described?));
    let learnt = confirmed.into_iter().zip(described.by_ref()).filter_map(learn).collect();
    let suggested = unknown.into_iter().map(|(face, landmarks)| {
        let described = landmarks.filter(|_| !roster.is_empty()).and_then(|_| described.next()).flatten();
        let people = described.map(|descriptor| {
            let gallery = roster.iter().filter(|known| !rejected.contains(&(face, known.person().clone())));
            Probe::new(descriptor).closest(gallery, school.recognition.max_distance)
        });
        (face, people.unwrap_or_default())
    });
    Ok(Some(Suggested { photo: id, learnt, suggested: suggested.collect() }))
}

fn plan(read: &Read, school: &School, photo: &PhotoId, now: Timestamp) -> Result<Option<Plan>, PipelineError> {
    let history = read.photo_history(photo)?;
    let photo = history.photo.clone();
    if read.switch()?.is_none() || photo.state != PhotoState::Inspected {
        return Ok(None);
    }
    let faces = history.facts().faces;
    let mut plan =
        Plan { photo, confirmed: Vec::new(), unknown: Vec::new(), roster: Vec::new(), rejected: BTreeSet::new() };
    let rejected = history.suggestions.into_iter().filter(|row| row.hint == Hint::Rejected);
    plan.rejected = rejected.map(|row| (row.face, row.person)).collect();
    let mut here = BTreeSet::new();
    for face in faces {
        let landmarks = read.landmarks(&plan.photo.id, face.id)?.filter(|_| is_tall(&face, school));
        match face.who {
            Who::Person(person) => {
                let lesson = match (landmarks, open_gate(read, school, &person, now)?) {
                    (Some(at), Some(open)) => Template::load(read, open)?.lacks(&plan.photo.id, face.id).then_some(at),
                    _ => None,
                };
                plan.confirmed.extend(lesson.map(|at| (face.id, person.clone(), at)));
                here.insert(person);
            }
            // a weak hit is judged first
            Who::Unknown | Who::Suggested(_) => {
                plan.unknown.push((face.id, landmarks.filter(|_| face.origin != Origin::Maybe)));
            }
            Who::Visitor | Who::NotAFace => {}
        }
    }
    if !plan.unknown.is_empty() {
        plan.roster = roster(read, school, &plan.photo, &here, now)?;
    }
    Ok(Some(plan))
}

/// The templates of the event's pupils whose gate is open, but of those who were found in the photo already.
fn roster(
    read: &Read,
    school: &School,
    photo: &Photo,
    here: &BTreeSet<PersonId>,
    now: Timestamp,
) -> Result<Vec<Template>, StoreError> {
    let mut roster = BTreeMap::new();
    for class in read.event(photo.event)?.map(|event| event.roster).unwrap_or_default() {
        for person in read.class(&class)?.into_iter().filter(|person| !here.contains(&person.id)) {
            if let Some(open) = open_gate(read, school, &person.id, now)? {
                roster.insert(person.id, Template::load(read, open)?);
            }
        }
    }
    Ok(roster.into_values().filter(|template| !template.descriptors().is_empty()).collect())
}

impl Suggested {
    /// Keeps what was learnt and suggested, as far as gates are still open and nobody has said anything else meanwhile.
    /// Whoever's template has learnt is looked for in the other photos of their class.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep(self, w: &Write<'_>, school: &School) -> Result<(), StoreError> {
        let Self { photo, learnt, suggested } = self;
        let faces = w.faces(&photo)?;
        let face = |id: FaceId| faces.iter().find(|face| face.id == id);
        let mut others = BTreeSet::new();
        for (id, person, descriptor) in learnt {
            let still = face(id).is_some_and(|face| face.who == Who::Person(person.clone()));
            let Some(open) = open_gate(w, school, &person, w.now())?.filter(|_| still) else { continue };
            let mut template = Template::load(w, open)?;
            template.learn(&photo, id, descriptor);
            template.keep(w)?;
            others.extend(seek(w, &person)?);
        }
        others.remove(&photo);
        others.iter().try_for_each(|other| queue(w, other))?;
        for (id, people) in suggested {
            if let Some(face) = face(id) {
                rank(w, school, &photo, face, people)?;
            }
        }
        Ok(())
    }
}

/// The photos on which somebody may be.
fn seek(w: &Write<'_>, person: &PersonId) -> Result<Vec<PhotoId>, StoreError> {
    let class = w.person(person)?.and_then(|person| person.class);
    class.map(|class| w.unnamed_photos(&class)).transpose().map(Option::unwrap_or_default)
}

/// Suggests these people for a face and no others, but for a restricted one who was suggested before.
fn rank(w: &Write<'_>, school: &School, photo: &PhotoId, face: &Face, people: Vec<PersonId>) -> Result<(), StoreError> {
    let mut open = Vec::new();
    for person in people {
        if open_gate(w, school, &person, w.now())?.is_some() {
            open.push(person);
        }
    }
    for person in face.suggested().filter(|person| !open.contains(person)) {
        let gate = gate_of(w, school, person, w.now())?;
        if !matches!(gate, Some(Gate::Shut(why)) if why.contains(&Shut::Restricted)) {
            w.retract_suggestion(photo, face.id, person)?;
        }
    }
    for (rank, person) in (1..).zip(&open) {
        w.suggest(photo, face.id, person, rank)?;
    }
    Ok(())
}
