//! What families say of one photo: hide my child here.

use std::collections::{BTreeMap, BTreeSet};

use super::after_all;
use super::published::{Shown, day};
use crate::config::School;
use crate::consent::ledger::{Act, Choice, Giver, Method, Record};
use crate::consent::{Reader, StandingKind, Use, standing};
use crate::domain::id::{ActorId, CategoryId, PhotoId};
use crate::domain::time::Timestamp;
use crate::office::error::OfficeError;
use crate::office::family::Own;
use crate::office::uses::MEDIA;
use crate::pipeline::PipelineError;
use crate::store::{NewEntry, Read, Store, StoreError, Write};

/// The photos in which somebody is hidden by an objection of the giver's, and by nothing else of a general kind.
///
/// # Errors
/// When the store fails.
pub fn objected(read: &Read, school: &School, own: &Own, now: Timestamp) -> Result<Vec<Shown>, StoreError> {
    let record = Record { entries: read.ledger(&own.person.id)?, person: own.person.clone() };
    let told = record.told_to(Reader::Other, now);
    let granted = |id: &CategoryId| {
        let category = school.categories.iter().find(|category| category.id == *id);
        let media = category.into_iter().flat_map(|category| MEDIA.map(|medium| (category, medium)));
        let mut standings = media.map(|(category, medium)| {
            standing(&told, &Use { category, medium, photo: None }, &school.policy, now).kind
        });
        standings.any(|kind| kind == StandingKind::Granted)
    };
    let hidden = objections(&record, &own.giver).into_iter().filter(|(_, category)| granted(category));
    let photos: BTreeSet<PhotoId> = hidden.map(|(photo, _)| photo).collect();
    let mut all = Vec::new();
    for id in photos {
        if let Some(photo) = read.photo(&id)? {
            all.push(Shown { photo: id, date: day(read, school, photo.event, photo.received_at)? });
        }
    }
    Ok(all)
}

/// Something that is said of one photo: [`object`] or [`allow`].
pub type OfPhoto = fn(&Store, &School, &Own, &PhotoId, &ActorId, Timestamp) -> Result<(), OfficeError>;

/// Hides a person in one photo, wherever it might be shown.
///
/// # Errors
/// When the person is not in the photo, or the store fails.
pub fn object(
    store: &Store,
    school: &School,
    own: &Own,
    photo: &PhotoId,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    of_photo(store, own, photo, actor, now, |w, own, record, made_at| {
        let done = objections(record, &own.giver);
        for category in school.categories.iter().map(|category| &category.id) {
            if !done.contains(&(photo.clone(), category.clone())) {
                let act = Act::Object { category: category.clone(), photo: Some(photo.clone()) };
                w.record(&entry(own, act, made_at, None))?;
            }
        }
        Ok(())
    })
}

/// Takes an objection back, for the uses that the person is shown in anyway and for no longer than there.
///
/// # Errors
/// When the person is not in the photo, or the store fails.
pub fn allow(
    store: &Store,
    school: &School,
    own: &Own,
    photo: &PhotoId,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    of_photo(store, own, photo, actor, now, |w, own, record, made_at| {
        let done = objections(record, &own.giver);
        let told = record.told_to(Reader::Other, now);
        for category in &school.categories {
            if !done.contains(&(photo.clone(), category.id.clone())) {
                continue;
            }
            for medium in MEDIA {
                let general = standing(&told, &Use { category, medium, photo: None }, &school.policy, now);
                if general.kind == StandingKind::Granted {
                    let (category, photo, decision) = (category.id.clone(), Some(photo.clone()), Choice::Granted);
                    let act = Act::Decide { category, medium, photo, decision };
                    w.record(&entry(own, act, made_at, general.until))?;
                }
            }
        }
        Ok(())
    })
}

/// The photos and uses of which somebody's latest word is no.
fn objections(record: &Record, giver: &Giver) -> BTreeSet<(PhotoId, CategoryId)> {
    let mut latest: BTreeMap<(PhotoId, CategoryId), (Timestamp, bool)> = BTreeMap::new();
    for entry in record.own().filter(|entry| entry.giver == *giver) {
        let (photo, category, no) = match &entry.act {
            Act::Object { category, photo: Some(photo) } => (photo, category, true),
            Act::Decide { category, photo: Some(photo), decision, .. } => {
                (photo, category, *decision != Choice::Granted)
            }
            _ => continue,
        };
        let said = (entry.made_at, no);
        latest.entry((photo.clone(), category.clone())).and_modify(|last| *last = said.max(*last)).or_insert(said);
    }
    latest.into_iter().filter_map(|(key, (_, no))| no.then_some(key)).collect()
}

pub(in crate::office) fn of_photo(
    store: &Store,
    own: &Own,
    photo: &PhotoId,
    actor: &ActorId,
    now: Timestamp,
    work: impl FnOnce(&Write<'_>, &Own, &Record, Timestamp) -> Result<(), OfficeError>,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        let own = &own.still(w)?;
        if !w.photos_of(&own.person.id)?.contains(photo) {
            return Err(PipelineError::NoPhoto(photo.clone()).into());
        }
        let record = Record { entries: w.ledger(&own.person.id)?, person: own.person.clone() };
        let made_at = after_all(&record, &own.giver, now);
        work(w, own, &record, made_at)
    })
}

pub(in crate::office) fn entry(own: &Own, act: Act, made_at: Timestamp, valid_until: Option<Timestamp>) -> NewEntry {
    let (person, giver, valid_from, evidence) = (own.person.id.clone(), own.giver.clone(), None, None);
    NewEntry { person, act, giver, method: Method::Portal, made_at, valid_from, valid_until, evidence }
}
