//! The biometric gate at work: whose is open, what a shut one leaves no longer, and what an open one asks for.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::School;
use crate::consent::gate::{Gate, Open, Shut, gate};
use crate::domain::face::{Face, Who};
use crate::domain::id::{ActorId, PersonId, PhotoId};
use crate::domain::person::PersonKind;
use crate::domain::photo::PhotoState;
use crate::domain::time::Timestamp;
use crate::store::{JobKind, Read, Store, StoreError, Write};

use super::template::Template;

/// A person's gate right now; nothing for whoever is no pupil: only pupils are matched.
///
/// # Errors
/// When the store fails.
pub fn gate_of(read: &Read, school: &School, person: &PersonId, now: Timestamp) -> Result<Option<Gate>, StoreError> {
    let Some(record) = read.records([person])?.remove(person) else { return Ok(None) };
    let (switch, guardians) = (read.switch()?, read.guardians(person)?);
    let is_pupil = record.person.kind == PersonKind::Pupil;
    Ok(is_pupil.then(|| gate(&record, &guardians, switch.as_ref(), &school.policy, now)))
}

/// The gate of every pupil.
///
/// # Errors
/// When the store fails.
pub fn gates(read: &Read, school: &School, now: Timestamp) -> Result<BTreeMap<PersonId, Gate>, StoreError> {
    let mut gates = BTreeMap::new();
    for person in read.people()?.into_keys() {
        if let Some(gate) = gate_of(read, school, &person, now)? {
            gates.insert(person, gate);
        }
    }
    Ok(gates)
}

/// The proof that a person's gate is open right now.
///
/// # Errors
/// When the store fails.
pub fn open_gate(read: &Read, school: &School, person: &PersonId, now: Timestamp) -> Result<Option<Open>, StoreError> {
    Ok(match gate_of(read, school, person, now)? {
        Some(Gate::Open(open)) => Some(open),
        Some(Gate::Shut(_)) | None => None,
    })
}

/// Leaves nothing behind a gate that is shut, of these people: the template is destroyed and suggestions are retracted. Those of
/// a restricted person stay, for they withhold the photo. To be called in every transaction that may shut a gate.
///
/// # Errors
/// When the store fails.
pub fn settle<'a>(
    w: &Write<'_>,
    school: &School,
    people: impl IntoIterator<Item = &'a PersonId>,
) -> Result<(), StoreError> {
    for person in people {
        match gate_of(w, school, person, w.now())? {
            Some(Gate::Open(_)) => continue,
            Some(Gate::Shut(why)) if why.contains(&Shut::Restricted) => {}
            Some(Gate::Shut(_)) | None => {
                for (photo, face) in w.suggested_for(person)? {
                    w.retract_suggestion(&photo, face, person)?;
                }
            }
        }
        w.destroy_template(person)?;
    }
    Ok(())
}

/// [`settle`] for everybody of whom there is anything; where matching is off, the whole folder of templates goes.
///
/// # Errors
/// When the store fails.
pub fn settle_all(w: &Write<'_>, school: &School) -> Result<(), StoreError> {
    settle(w, school, &concerned(w)?)?;
    if w.switch()?.is_none() && w.has_templates() {
        w.destroy_templates()?;
    }
    Ok(())
}

/// Clears away what outlived its gate: a lapsed agreement, a last day at the school, a process that was killed. To be
/// called when a data folder is opened; writes only when there is something to clear.
///
/// # Errors
/// When the store fails.
pub fn sweep(store: &Store, school: &School, actor: &ActorId, now: Timestamp) -> Result<(), StoreError> {
    let left_over = store.read(|read| {
        if read.switch()?.is_none() && read.has_templates() {
            return Ok(true);
        }
        let described = read.described()?;
        for person in concerned(read)? {
            let left_over = match gate_of(read, school, &person, now)? {
                Some(Gate::Open(_)) => false,
                Some(Gate::Shut(why)) if why.contains(&Shut::Restricted) => described.contains(&person),
                Some(Gate::Shut(_)) | None => true,
            };
            if left_over {
                return Ok(true);
            }
        }
        Ok::<_, StoreError>(false)
    })?;
    if left_over { store.write(actor, now, |w| settle_all(w, school)) } else { Ok(()) }
}

/// Queues the photos from which the templates of these people can still learn.
///
/// # Errors
/// When the store fails.
pub fn queue_lessons<'a>(
    w: &Write<'_>,
    school: &School,
    people: impl IntoIterator<Item = &'a PersonId>,
) -> Result<(), StoreError> {
    if w.switch()?.is_none() {
        return Ok(());
    }
    for person in people {
        let Some(open) = open_gate(w, school, person, w.now())? else { continue };
        let template = Template::load(w, open)?;
        for photo in w.photos_of(person)? {
            let confirmed = |face: &Face| face.who == Who::Person(person.clone()) && is_tall(face, school);
            let faces = w.faces(&photo)?;
            if faces.iter().any(|face| confirmed(face) && template.lacks(&photo, face.id)) {
                queue(w, &photo)?;
            }
        }
    }
    Ok(())
}

/// Queues a photo for matching, if that is switched on and the photo has been searched for faces.
///
/// # Errors
/// When the store fails.
pub fn queue(w: &Write<'_>, photo: &PhotoId) -> Result<(), StoreError> {
    let inspected = w.photo(photo)?.is_some_and(|photo| photo.state == PhotoState::Inspected);
    if inspected && w.switch()?.is_some() { w.enqueue(JobKind::Match, photo) } else { Ok(()) }
}

/// Whether a face is large enough to be compared.
pub(super) fn is_tall(face: &Face, school: &School) -> bool {
    f64::from(face.rect.height()) >= f64::from(school.recognition.min_face_px)
}

/// Everybody of whom there is a template or a suggestion.
fn concerned(read: &Read) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut people = read.described()?;
    people.append(&mut read.people_suggested()?);
    Ok(people)
}
