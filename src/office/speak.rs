//! A word on consent as it reaches the desk: entries of the ledger.

use crate::config::School;
use crate::consent::ledger::{Act, Choice, Giver, Method};
use crate::domain::category::Medium;
use crate::domain::id::{ActorId, CategoryId, Digest, EntryId, PersonId, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::recognition::settle;
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
    /// The digest of the form or message that proves it.
    pub evidence: Option<Digest>,
}

/// Records what somebody said, all of it or nothing; it counts from the next request on.
///
/// # Errors
/// When there is no such person, category or photo, the dates contradict each other, or the store fails.
pub fn speak(
    store: &Store,
    school: &School,
    person: &PersonId,
    words: &[Word],
    actor: &ActorId,
    now: Timestamp,
) -> Result<Vec<EntryId>, OfficeError> {
    for word in words {
        category(school, &word.category)?;
        if word.made_at > now {
            return Err(OfficeError::Dates(
                "the day it was said lies in the future: give the day on which it was said",
            ));
        }
        if word.valid_until.is_some_and(|until| until <= word.valid_from.unwrap_or(word.made_at)) {
            return Err(OfficeError::Dates("the last day lies before the first: correct one of them"));
        }
    }
    store.write(actor, now, |w| {
        w.person(person)?.ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
        for photo in words.iter().filter_map(|word| word.photo.as_ref()) {
            w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
        }
        let ids = words.iter().map(|word| record(w, person, word.clone())).collect::<Result<_, _>>()?;
        // a guardian who speaks for the first time has not been told of matching
        settle(w, school, [person])?;
        Ok(ids)
    })
}

/// That the school has the category.
///
/// # Errors
/// When it has not; the text lists those it has.
pub(super) fn category(school: &School, id: &CategoryId) -> Result<(), OfficeError> {
    if school.categories.iter().any(|category| category.id == *id) {
        return Ok(());
    }
    let known: Vec<&str> = school.categories.iter().map(|category| category.id.as_str()).collect();
    Err(OfficeError::NoCategory(id.clone(), known.join(", ")))
}

pub(super) fn record(w: &Write<'_>, person: &PersonId, word: Word) -> Result<EntryId, OfficeError> {
    let Word { category, medium, photo, choice, giver, method, made_at, valid_from, valid_until, evidence } = word;
    let act = Act::Decide { category, medium, photo, decision: choice };
    let entry = NewEntry { person: person.clone(), act, giver, method, made_at, valid_from, valid_until, evidence };
    Ok(w.record(&entry)?.id)
}
