//! When something went wrong: what happened, what was done, and everything pulled in one action.

use std::collections::BTreeSet;

use crate::domain::id::{ActorId, EventId, HoldId, IncidentId, PersonId, PhotoId};
use crate::domain::incident::IncidentKind;
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::store::{Hold, Incident, Note, Pulled, Read, Store, StoreError, Write};

use super::error::OfficeError;
use super::text::{MOST, written};

/// An incident with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The incident.
    pub incident: Incident,
    /// What was noted.
    pub notes: Vec<Note>,
    /// What was pulled.
    pub holds: Vec<Hold>,
}

/// What is to be pulled at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One photo.
    Photo(PhotoId),
    /// A whole event, with what still comes in.
    Event(EventId),
    /// Every photo that shows a person now, tagged or suggested.
    Person(PersonId),
}

/// Opens an incident with a first note; the 72 hours begin.
///
/// # Errors
/// When there is no such photo, the note is empty or too long, or the store fails.
pub fn open(
    store: &Store,
    kind: IncidentKind,
    photo: Option<&PhotoId>,
    note: &str,
    actor: &ActorId,
    now: Timestamp,
) -> Result<IncidentId, OfficeError> {
    let note = written(note, MOST)?;
    store.write(actor, now, |w| {
        if let Some(photo) = photo {
            w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
        }
        begun(w, kind, photo, &note)
    })
}

/// Notes something of an incident, or closes it with its outcome.
///
/// # Errors
/// When there is no such incident, it is closed, the text is empty or too long, or the store fails.
pub fn note(
    store: &Store,
    id: IncidentId,
    text: &str,
    closes: bool,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    let text = written(text, MOST)?;
    store.write(actor, now, |w| {
        known(w, id)?;
        Ok(w.note_incident(id, &text, closes)?)
    })
}

/// Pulls everything of a target now, in one transaction: from the next request on none of it may leave. Gives how many holds are new.
///
/// # Errors
/// When there is no such incident, photo, event or person, the incident is closed, or the store fails.
pub fn pull(
    store: &Store,
    id: IncidentId,
    target: &Target,
    actor: &ActorId,
    now: Timestamp,
) -> Result<usize, OfficeError> {
    store.write(actor, now, |w| {
        if known(w, id)?.closed_at.is_some() {
            return Err(StoreError::Closed { incident: id.0 }.into());
        }
        hold_all(w, id, &what(w, target)?)
    })
}

/// Opens an incident for a target and pulls everything of it, in one transaction.
///
/// # Errors
/// When there is no such photo, event or person, the note is empty or too long, or the store fails.
pub fn pull_now(
    store: &Store,
    target: &Target,
    note: &str,
    actor: &ActorId,
    now: Timestamp,
) -> Result<IncidentId, OfficeError> {
    let note = written(note, MOST)?;
    store.write(actor, now, |w| {
        let what = what(w, target)?;
        let id = begun(w, IncidentKind::Other, None, &note)?;
        hold_all(w, id, &what)?;
        Ok(id)
    })
}

/// How many photos a target has now.
///
/// # Errors
/// When there is no such photo, event or person, or the store fails.
pub fn photos(read: &Read, target: &Target) -> Result<usize, OfficeError> {
    let what = what(read, target)?;
    Ok(match target {
        Target::Event(event) => read.photos_of_event(*event)?.len(),
        Target::Photo(_) | Target::Person(_) => what.len(),
    })
}

fn what(read: &Read, target: &Target) -> Result<BTreeSet<Pulled>, OfficeError> {
    Ok(match target {
        Target::Photo(photo) => {
            read.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
            BTreeSet::from([Pulled::Photo(photo.clone())])
        }
        Target::Event(event) => {
            let missing = || StoreError::Missing { what: "event", id: event.0.to_string() };
            read.event(*event)?.ok_or_else(missing)?;
            BTreeSet::from([Pulled::Event(*event)])
        }
        Target::Person(person) => {
            read.person(person)?.ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
            read.photos_of(person)?.into_iter().map(Pulled::Photo).collect()
        }
    })
}

/// Lifts a hold of an incident.
///
/// # Errors
/// When the incident has no such hold or it was lifted, or the store fails.
pub fn lift(store: &Store, id: IncidentId, hold: HoldId, actor: &ActorId, now: Timestamp) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        known(w, id)?;
        let missing = || StoreError::Missing { what: "hold", id: hold.0.to_string() };
        if w.lift_hold(id, hold)? { Ok(()) } else { Err(missing().into()) }
    })
}

/// An incident with its notes and holds.
///
/// # Errors
/// When there is no such incident, or the store fails.
pub fn file(store: &Store, id: IncidentId) -> Result<File, OfficeError> {
    store.read(|r| {
        let incident = known(r, id)?;
        Ok(File { incident, notes: r.incident_notes(id)?, holds: r.holds_for(id)? })
    })
}

/// A new incident with its first note.
fn begun(w: &Write<'_>, kind: IncidentKind, photo: Option<&PhotoId>, note: &str) -> Result<IncidentId, OfficeError> {
    let id = w.open_incident(kind, photo)?;
    w.note_incident(id, note, false)?;
    Ok(id)
}

fn known(read: &Read, id: IncidentId) -> Result<Incident, OfficeError> {
    read.incident(id)?.ok_or(OfficeError::NoIncident(id.0))
}

fn hold_all(w: &Write<'_>, id: IncidentId, what: &BTreeSet<Pulled>) -> Result<usize, OfficeError> {
    let mut new = 0;
    for pulled in what {
        new += usize::from(w.hold(id, pulled)?);
    }
    Ok(new)
}
