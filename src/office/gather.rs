//! An event is opened, perhaps renamed, and photos are brought to it.

use crate::config::School;
use crate::domain::event::Event;
use crate::domain::id::{ActorId, EventId};
use crate::domain::photo::{Photo, PhotoState};
use crate::domain::time::{Date, Timestamp};
use crate::names::{Roll, neutral_stem};
use crate::pipeline::intake::{Intake, receive};
use crate::pipeline::{PipelineError, roll};
use crate::store::{Store, StoreError};

use super::error::OfficeError;

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It is a new photo.
    Received(Photo),
    /// The same bytes are here, perhaps in another event.
    Known(Photo),
    /// It is no picture that can be used: the reason with the remedy.
    Refused(String),
}

/// So many photos may wait to be looked into; a school's event has a few hundred.
const MOST_WAITING: u64 = 2000;

/// Opens the event of this name and day, or widens its roster; gives whether it is new.
///
/// # Errors
/// When the name or the day cannot be an event's, the name holds that of somebody on the register, a class is not on the register, or the store fails.
pub fn open_event(
    store: &Store,
    name: &str,
    date: Date,
    classes: &[String],
    actor: &ActorId,
    now: Timestamp,
) -> Result<(Event, bool), OfficeError> {
    if !(1950..=2150).contains(&date.year()) {
        return Err(OfficeError::EventDate);
    }
    let (name, stem) = usable(name, date, &*store.read(roll)?)?;
    store.write(actor, now, |w| {
        let known = w.classes()?;
        if let Some(other) = classes.iter().find(|class| !known.contains(class)) {
            return Err(OfficeError::NoClass(other.clone()));
        }
        let new = w.event_named(name, date)?.is_none();
        Ok((w.open_event(name, date, classes, &stem)?, new))
    })
}

/// Gives an event another name. Photos that were held for the old one are judged anew; what is out is replaced.
///
/// # Errors
/// When there is no such event, the name cannot be an event's, holds that of somebody on the register or is another event's of the same day, or the store fails.
pub fn rename_event(
    store: &Store,
    event: EventId,
    name: &str,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Event, OfficeError> {
    store.write(actor, now, |w| {
        let date = w.event(event)?.ok_or_else(|| missing(event))?.date;
        let (name, stem) = usable(name, date, &*roll(w)?)?;
        if w.event_named(name, date)?.is_some_and(|other| other.id != event) {
            return Err(OfficeError::EventKnown);
        }
        Ok(w.rename_event(event, name, &stem)?)
    })
}

/// The name as an event may have it, with the neutral beginning of its pictures' names. A first name alone may stand in it: it
/// is a word of every day as often as not, and only channels without any name mind it.
fn usable<'n>(name: &'n str, date: Date, names: &Roll) -> Result<(&'n str, String), OfficeError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(OfficeError::EventName);
    }
    // no photo of such an event could ever leave
    if !names.find(name).is_empty() {
        return Err(OfficeError::EventNamesSomebody);
    }
    Ok((name, neutral_stem(name, date, names)))
}

fn missing(event: EventId) -> StoreError {
    StoreError::Missing { what: "event", id: event.0.to_string() }
}

/// Takes a file's bytes in; `extension` is that of its name, of which nothing is kept. Nothing is taken in while too many wait.
///
/// # Errors
/// [`OfficeError::Crowded`] when too many photos wait; else when there is no such event or the store fails.
pub fn bring(
    store: &Store,
    school: &School,
    event: EventId,
    bytes: &[u8],
    extension: Option<&str>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Fate, OfficeError> {
    let (event, waiting) =
        store.read(|r| Ok::<_, StoreError>((r.event(event)?.ok_or_else(|| missing(event))?, r.photos_waiting()?)))?;
    if waiting >= MOST_WAITING {
        return Err(OfficeError::Crowded);
    }
    match receive(store, school, bytes, extension, &event, actor, now) {
        Ok(Intake::Received(received)) if received.is_new() => Ok(Fate::Received(received.photo().clone())),
        Ok(Intake::Received(received)) => Ok(Fate::Known(received.photo().clone())),
        Ok(Intake::Duplicate(photo)) if photo.state == PhotoState::Refused => {
            Ok(Fate::Refused(photo.reason.unwrap_or_default()))
        }
        Ok(Intake::Duplicate(photo)) => Ok(Fate::Known(photo)),
        Err(PipelineError::Reject(reason)) => Ok(Fate::Refused(reason.to_string())),
        Err(error) => Err(error.into()),
    }
}
