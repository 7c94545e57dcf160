//! A word on consent as it reaches the desk: one entry of the ledger at a time.

use crate::config::School;
use crate::consent::ledger::{Act, Choice, Giver, Method};
use crate::domain::category::Medium;
use crate::domain::id::{ActorId, CategoryId, EntryId, PersonId, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::recognition::{queue, settle};
use crate::store::{NewEntry, Store, Write};

use super::error::OfficeError;

/// What somebody said about one use.
#[derive(Debug, Clone)]
pub struct Word {
    /// The use.
    pub category: CategoryId,
    /// Photo or video.
    pub medium: Medium,
    /// Only this photo, or every one.
    pub photo: Option<PhotoId>,
    /// Yes or no.
    pub choice: Choice,
    /// Who said it.
    pub giver: Giver,
    /// How it reached the school.
    pub method: Method,
    /// When it was said.
    pub made_at: Timestamp,
    /// From when a yes counts.
    pub valid_from: Option<Timestamp>,
    /// Until when a yes counts.
    pub valid_until: Option<Timestamp>,
}

/// Records what somebody said; it counts from the next request on.
///
/// # Errors
/// When there is no such person or category, the last day lies before the first, or the store fails.
pub fn speak(
    store: &Store,
    school: &School,
    person: &PersonId,
    word: Word,
    actor: &ActorId,
    now: Timestamp,
) -> Result<EntryId, OfficeError> {
    if !school.categories.iter().any(|category| category.id == word.category) {
        let known: Vec<&str> = school.categories.iter().map(|category| category.id.as_str()).collect();
        return Err(OfficeError::NoCategory(word.category, known.join(", ")));
    }
    if word.valid_from.zip(word.valid_until).is_some_and(|(from, until)| until <= from) {
        return Err(OfficeError::EndsBefore);
    }
    let Word { category, medium, photo, choice, giver, method, made_at, valid_from, valid_until } = word;
    let act = Act::Decide { category, medium, photo, decision: choice };
    let person = person.clone();
    let entry = NewEntry { person, act, giver, method, made_at, valid_from, valid_until, evidence: None };
    store.write(actor, now, |w| {
        let id = record(w, &entry)?;
        // a guardian who speaks for the first time has not been told of matching
        settle(w, school, [&entry.person])?;
        Ok(id)
    })
}

/// The safeguarding lead's never, or its end. A never destroys the person's template; what was suggested stays and withholds
/// the photos. Either queues them to be compared again.
///
/// # Errors
/// When there is no such person, or the store fails.
pub fn restrict(
    store: &Store,
    person: &PersonId,
    lift: bool,
    actor: &ActorId,
    now: Timestamp,
) -> Result<EntryId, OfficeError> {
    let entry = NewEntry {
        person: person.clone(),
        act: if lift { Act::Lift } else { Act::Restrict },
        giver: Giver::School,
        method: Method::Verbal,
        made_at: now,
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    store.write(actor, now, |w| {
        let id = record(w, &entry)?;
        for photo in w.photos_of(person)? {
            queue(w, &photo)?;
        }
        Ok(id)
    })
}

fn record(w: &Write<'_>, entry: &NewEntry) -> Result<EntryId, OfficeError> {
    w.person(&entry.person)?.ok_or_else(|| OfficeError::NoPerson(entry.person.clone()))?;
    Ok(w.record(entry)?.id)
}
