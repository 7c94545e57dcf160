//! The biometric gate at the desk: the school's switch, who was told, who agreed, who objects.

use crate::config::School;
use crate::consent::Reader;
use crate::consent::gate::{Shut, Switch, papers};
use crate::consent::ledger::{Act, Choice, Giver, Method};
use crate::domain::id::{ActorId, EntryId, PersonId};
use crate::domain::person::PersonKind;
use crate::domain::time::Timestamp;
use crate::pipeline::recognition::{queue_lessons, settle, settle_all};
use crate::store::{NewEntry, Store, StoreError, Write};

use super::error::OfficeError;

/// Switches matching on with its papers. Pupils whose gate is open are looked for from the next worker's run on.
///
/// # Errors
/// When a paper is missing or the store fails.
pub fn switch_on(
    store: &Store,
    school: &School,
    switch: &Switch,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    let missing = papers(Some(switch), &school.policy, now);
    if !missing.is_empty() {
        let why = missing.into_iter().map(|shut: Shut| shut.text(Reader::Other)).collect::<Vec<_>>().join(" ");
        return Err(OfficeError::Papers(why));
    }
    store.write(actor, now, |w| {
        w.set_switch(Some(switch))?;
        queue_lessons(w, school, w.people()?.keys())?;
        Ok(())
    })
}

/// Switches matching off: every template is destroyed and every suggestion retracted before this returns.
///
/// # Errors
/// When the store fails.
pub fn switch_off(store: &Store, school: &School, actor: &ActorId, now: Timestamp) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        w.set_switch(None)?;
        settle_all(w, school)?;
        Ok(())
    })
}

/// A word on face matching as it reached the desk.
#[derive(Debug, Clone)]
pub struct MatchingWord {
    /// What was said: that somebody was told, or a yes or no.
    pub said: Said,
    /// Who was told, or said it.
    pub giver: Giver,
    /// How.
    pub method: Method,
    /// When.
    pub made_at: Timestamp,
    /// Until when a yes counts.
    pub valid_until: Option<Timestamp>,
}

/// What was said about face matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The giver was told about it.
    Told,
    /// The giver decided.
    Decided(Choice),
}

/// Records a word on face matching. One that shuts the gate destroys the template and retracts suggestions before this returns; one
/// that opens it queues the photos from which the template is made.
///
/// # Errors
/// When there is no such pupil or the store fails.
pub fn speak_of_matching(
    store: &Store,
    school: &School,
    person: &PersonId,
    word: MatchingWord,
    actor: &ActorId,
    now: Timestamp,
) -> Result<EntryId, OfficeError> {
    let MatchingWord { said, giver, method, made_at, valid_until } = word;
    let act = match said {
        Said::Told => Act::Notify,
        Said::Decided(choice) => Act::Biometric(choice),
    };
    let valid_from = None;
    let entry =
        NewEntry { person: person.clone(), act, giver, method, made_at, valid_from, valid_until, evidence: None };
    store.write(actor, now, |w| {
        pupil(w, person)?;
        let id = w.record(&entry)?.id;
        after(w, school, person)?;
        Ok(id)
    })
}

/// Notes that somebody has, or has not, parental responsibility for a pupil, by the key that the consent list uses.
///
/// # Errors
/// When there is no such pupil or the store fails.
pub fn note_guardian(
    store: &Store,
    school: &School,
    person: &PersonId,
    guardian: &str,
    known: bool,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        pupil(w, person)?;
        w.set_guardian(person, guardian, known)?;
        after(w, school, person)?;
        Ok(())
    })
}

fn pupil(w: &Write<'_>, id: &PersonId) -> Result<(), OfficeError> {
    let person = w.person(id)?.ok_or_else(|| OfficeError::NoPerson(id.clone()))?;
    if person.kind == PersonKind::Pupil { Ok(()) } else { Err(OfficeError::NoPupil(id.clone())) }
}

fn after(w: &Write<'_>, school: &School, person: &PersonId) -> Result<(), StoreError> {
    settle(w, school, [person])?;
    queue_lessons(w, school, [person])
}
