//! The published pictures of one person, and what somebody's answers changed of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use crate::config::School;
use crate::consent::impact::{Photos, impact};
use crate::consent::ledger::{Entry, Method};
use crate::consent::{Decision, FaceAct, FaceVerdict, Verdict};
use crate::domain::id::{ChannelId, EntryId, EventId, PersonId, PhotoId};
use crate::domain::time::{Date, Timestamp};
use crate::office::family::Own;
use crate::pipeline::release::{Answer, Released, Request};
use crate::pipeline::{Identified, Past, PipelineError, roll, roll_at};
use crate::store::{Read, Store, StoreError};

/// A picture that may leave right now and shows the person.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The photo.
    pub photo: PhotoId,
    /// The day of its event.
    pub date: Date,
}

/// The pictures of each channel that may leave right now and show the person, the latest first.
///
/// # Errors
/// When the store or a photo cannot be read.
pub fn published(
    read: &Read,
    school: &School,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<(ChannelId, Vec<Shown>)>, PipelineError> {
    let mut all: Vec<(ChannelId, Vec<Shown>)> =
        school.channels().map(|(channel, _)| (channel.id.clone(), Vec::new())).collect();
    each_photo(read, person, |identified| {
        let photo = &identified.history().photo;
        for ((channel, category), (_, shown)) in school.channels().zip(&mut all) {
            if shows(&identified.decide(school, channel, category, now), person) {
                shown.push(Shown { photo: photo.id.clone(), date: day(read, school, photo.event, photo.received_at)? });
            }
        }
        Ok(())
    })?;
    all.iter_mut().for_each(|(_, shown)| shown.sort_by(|a, b| (b.date, &b.photo).cmp(&(a.date, &a.photo))));
    Ok(all)
}

/// The picture of a channel as it may leave right now, if it shows the person.
///
/// # Errors
/// When there is no such photo, or the picture cannot be made.
pub fn picture(
    store: &Store,
    request: &Request<'_>,
    person: &PersonId,
    photo: &PhotoId,
    clock: impl Fn() -> Timestamp,
) -> Result<Option<Released>, PipelineError> {
    let now = clock();
    let decision = store.read(|read| {
        let known = read.photos_of(person)?.contains(photo);
        if known { request.decide(read, photo, now) } else { Err(PipelineError::NoPhoto(photo.clone())) }
    })?;
    if !shows(&decision, person) {
        return Ok(None);
    }
    match request.picture(store, photo, None, clock)? {
        // made for another verdict than the one that shows the person: somebody has just changed their mind
        Answer::Released(released) if *released.fingerprint() == decision.fingerprint() => Ok(Some(released)),
        Answer::Released(_) | Answer::Withheld(_) => Ok(None),
    }
}

/// What answers changed on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The channel.
    pub channel: ChannelId,
    /// In how many published pictures the person is not shown any more.
    pub hidden: usize,
    /// In how many of those the picture is not shown at all any more.
    pub withheld: usize,
}

/// What somebody's entries from `first` on changed: told from the ledger, so that the page can be opened again.
///
/// # Errors
/// When the store or a photo cannot be read.
pub fn effects(
    read: &Read,
    school: &School,
    own: &Own,
    first: EntryId,
    now: Timestamp,
) -> Result<(Vec<Entry>, Vec<Effect>), PipelineError> {
    let mut said = read.ledger(&own.person.id)?;
    said.retain(|entry| entry.giver == own.giver && entry.method == Method::Portal && entry.id >= first);
    let Some(begun) = said.iter().map(|entry| entry.made_at.min(entry.recorded_at)).min() else {
        return Ok((said, Vec::new()));
    };
    let before = begun.checked_sub(SignedDuration::from_micros(1)).unwrap_or(begun);
    let person = &own.person.id;
    let mut counts: BTreeMap<&ChannelId, (usize, usize)> = BTreeMap::new();
    let photos = Photos::from([(person.clone(), read.photos_of(person)?)]);
    let touched: BTreeSet<(PhotoId, ChannelId)> = said
        .iter()
        .flat_map(|entry| {
            let touched = impact(entry, &photos, &school.channels);
            let each = |photo: &&PhotoId| {
                touched.channels.iter().map(|id| ((*photo).clone(), (*id).clone())).collect::<Vec<_>>()
            };
            touched.photos.iter().flat_map(each).collect::<Vec<_>>()
        })
        .collect();
    let roll = roll_at(read, before)?;
    each_photo(read, person, |identified| {
        let photo = &identified.history().photo;
        if photo.received_at > before {
            return Ok(());
        }
        let past = Past::load(read, &roll, &photo.id, before)?;
        for (channel, category) in school.channels() {
            if !touched.contains(&(photo.id.clone(), channel.id.clone())) {
                continue;
            }
            let then = past.decide(school, channel, category);
            let today = identified.decide(school, channel, category, now);
            if shows(&then, person) && !shows(&today, person) {
                let (hidden, withheld) = counts.entry(&channel.id).or_default();
                *hidden += 1;
                *withheld += usize::from(today.verdict() != Verdict::Release);
            }
        }
        Ok(())
    })?;
    let effect = |(channel, (hidden, withheld)): (&ChannelId, _)| Effect { channel: channel.clone(), hidden, withheld };
    Ok((said, counts.into_iter().map(effect).collect()))
}

/// Whether a picture may leave and shows the person.
fn shows(decision: &Decision, person: &PersonId) -> bool {
    let shown = |face: &FaceVerdict| face.verdict == FaceAct::Show && face.person.as_ref() == Some(person);
    decision.verdict() == Verdict::Release && decision.faces().iter().any(shown)
}

fn each_photo(
    read: &Read,
    person: &PersonId,
    mut visit: impl FnMut(&Identified) -> Result<(), PipelineError>,
) -> Result<(), PipelineError> {
    let photos = read.photos_of(person)?;
    if photos.is_empty() {
        return Ok(());
    }
    let roll = roll(read)?;
    photos.iter().try_for_each(|photo| visit(&Identified::load(read, &roll, photo)?))
}

/// The day of a photo's event. Its name stays inside: it may be another child's birthday.
pub(in crate::office) fn day(
    read: &Read,
    school: &School,
    event: EventId,
    received_at: Timestamp,
) -> Result<Date, StoreError> {
    Ok(read.event(event)?.map_or_else(|| school.policy.day_of(received_at), |event| event.date))
}
