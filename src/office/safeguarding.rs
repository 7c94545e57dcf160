//! The safeguarding lead's desk: who may never be published, why, and what that pulls.

use crate::access::NoRandomness;
use crate::config::School;
use crate::consent::impact::{Photos, impact};
use crate::consent::ledger::{Act, Entry, Giver, Method};
use crate::consent::{Verdict, is_restricted};
use crate::domain::id::{ActorId, ChannelId, EntryId, PersonId, PhotoId};
use crate::domain::person::Person;
use crate::domain::time::Timestamp;
use crate::pipeline::recognition::queue;
use crate::pipeline::{Identified, PipelineError};
use crate::store::{NewEntry, Read, Sealed, Store, StoreError, Write};

use super::error::OfficeError;
use super::text::{MOST, written};

/// A pupil who is restricted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restricted {
    /// The row of the register.
    pub person: Person,
    /// Since when.
    pub since: Timestamp,
}

/// A reason as the safeguarding lead reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The text; nothing when it was destroyed or its key is lost.
    pub text: Option<String>,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
}

/// Everybody who is restricted now, in the order of their ids.
///
/// # Errors
/// When the store fails.
pub fn restricted(store: &Store, now: Timestamp) -> Result<Vec<Restricted>, OfficeError> {
    store.read(|r| {
        let records = r.records(&r.ever_restricted()?)?;
        let active = records.into_values().filter(|record| is_restricted(record, now));
        let since = |entries: &[Entry]| {
            entries.iter().filter(|entry| entry.act == Act::Restrict).map(|entry| entry.made_at).max()
        };
        Ok(active
            .map(|record| Restricted { since: since(&record.entries).unwrap_or(now), person: record.person })
            .collect())
    })
}

/// Whether a person is restricted now.
///
/// # Errors
/// When there is no such person, or the store fails.
pub fn stands(read: &Read, person: &PersonId, now: Timestamp) -> Result<bool, OfficeError> {
    let record = read.records([person])?.remove(person).ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
    Ok(is_restricted(&record, now))
}

/// Restricts a pupil; whoever gives a reason gives one that only the safeguarding lead can read. It counts from the next
/// request on. The pupil's template is destroyed; what was suggested stays and withholds the photos.
///
/// # Errors
/// When there is no such person, the reason is empty or too long, or the store fails.
pub fn restrict(
    store: &Store,
    person: &PersonId,
    reason: Option<&str>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    let reason = reason.map(|reason| written(reason, MOST)).transpose()?;
    let key = store.seal_key()?;
    store.write(actor, now, |w| {
        w.person(person)?.ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
        let entry = say(w, person, Act::Restrict, now)?;
        let Some(reason) = reason else { return Ok(()) };
        let sealed = key.seal(&Sealed::about(person, entry), &reason).map_err(|NoRandomness| NoRandomness)?;
        Ok(w.keep_reason(person, entry, &sealed)?)
    })
}

/// Ends the restrictions of a pupil that were made before.
///
/// # Errors
/// When there is no such person, they are not restricted, or the store fails.
pub fn lift(store: &Store, person: &PersonId, actor: &ActorId, now: Timestamp) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        if !stands(w, person, now)? {
            return Err(OfficeError::NotRestricted);
        }
        say(w, person, Act::Lift, now).map(drop)
    })
}

/// Why a person was restricted, the first time first. Whoever calls this tells the audit chain before.
///
/// # Errors
/// When the key cannot be read, or the store fails.
pub fn reasons(store: &Store, person: &PersonId) -> Result<Vec<Reason>, OfficeError> {
    let key = store.seal_key()?;
    let sealed = store.read(|r| r.sealed_reasons(person))?;
    let open = |sealed: Sealed| Reason {
        text: sealed.sealed.and_then(|bytes| key.open(&Sealed::about(&sealed.person, sealed.entry), &bytes)),
        at: sealed.at,
        by: sealed.by,
    };
    Ok(sealed.into_iter().map(open).collect())
}

/// The pictures that may leave now and no longer once this person is restricted.
///
/// # Errors
/// When the store fails.
pub fn reach(
    store: &Store,
    school: &School,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<(PhotoId, ChannelId)>, OfficeError> {
    store
        .read(|r| {
            let entry = Entry {
                id: EntryId(0),
                person: person.clone(),
                act: Act::Restrict,
                giver: Giver::School,
                method: Method::Verbal,
                made_at: now,
                recorded_at: now,
                valid_from: None,
                valid_until: None,
                evidence: None,
            };
            let photos = Photos::from([(person.clone(), r.photos_of(person)?)]);
            let impact = impact(&entry, &photos, &school.channels);
            let roll = crate::pipeline::roll(r)?;
            let mut pulled = Vec::new();
            for photo in impact.photos {
                let identified = Identified::load(r, &roll, photo)?;
                for channel in &impact.channels {
                    let known = school.channel(channel);
                    let leaves = known.is_some_and(|(channel, category)| {
                        identified.decide(school, channel, category, now).verdict() == Verdict::Release
                    });
                    if leaves {
                        pulled.push((photo.clone(), (*channel).clone()));
                    }
                }
            }
            Ok::<_, PipelineError>(pulled)
        })
        .map_err(OfficeError::from)
}

/// Destroys the reasons whose pupil has passed the school's age for keeping them; gives how many.
///
/// # Errors
/// When the store fails.
pub(super) fn overdue(read: &Read, school: &School, now: Timestamp) -> Result<Vec<Sealed>, StoreError> {
    let people = read.people()?;
    let today = school.policy.day_of(now);
    let age = i16::from(school.retention.safeguarding_age);
    let over = |sealed: &Sealed| {
        let born = people.get(&sealed.person).and_then(|person| person.born);
        // an unknown birthday never comes
        born.is_some_and(|born| {
            born.year()
                .checked_add(age)
                .is_some_and(|year| (year, born.month(), born.day()) <= (today.year(), today.month(), today.day()))
        })
    };
    Ok(read.all_sealed_reasons()?.into_iter().filter(over).collect())
}

/// Either word changes whose faces may be compared: the photos are queued to be compared again.
fn say(w: &Write<'_>, person: &PersonId, act: Act, now: Timestamp) -> Result<EntryId, OfficeError> {
    let entry = NewEntry {
        person: person.clone(),
        act,
        giver: Giver::School,
        method: Method::Verbal,
        made_at: now,
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    let id = w.record(&entry)?.id;
    for photo in w.photos_of(person)? {
        queue(w, &photo)?;
    }
    Ok(id)
}
