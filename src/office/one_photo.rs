//! The uses for which a general yes is not enough: a family says yes or no to each photo.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::School;
use crate::consent::ledger::{Act, Choice, Record};
use crate::domain::category::{Category, Medium};
use crate::domain::id::{ActorId, CategoryId, ChannelId, PhotoId};
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::PipelineError;
use crate::store::{Read, Store};

use super::error::OfficeError;
use super::family::Own;
use super::portal::{day, entry, of_photo, published};

/// A photo that somebody may say yes or no to for a use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The photo.
    pub photo: PhotoId,
    /// The day of its event.
    pub date: Date,
    /// A channel whose picture they may look at, if one shows the person right now.
    pub seen_on: Option<ChannelId>,
    /// Their own latest word on this very photo: yes or no.
    pub own: Option<bool>,
}

/// The school's uses that need a yes to the very photo.
pub fn uses(school: &School) -> impl Iterator<Item = &Category> {
    school.categories.iter().filter(|category| category.needs_specific_image)
}

/// For each such use the photos that somebody can judge: those that may leave right now and show the person, and those of
/// which they have said something already; the latest first.
///
/// # Errors
/// When the store or a photo cannot be read.
pub fn asked(
    read: &Read,
    school: &School,
    own: &Own,
    now: Timestamp,
) -> Result<Vec<(CategoryId, Vec<Asked>)>, PipelineError> {
    let mut shown: BTreeMap<PhotoId, ChannelId> = BTreeMap::new();
    for (channel, photos) in published(read, school, &own.person.id, now)? {
        for photo in photos {
            shown.entry(photo.photo).or_insert_with(|| channel.clone());
        }
    }
    let record = record(read, own)?;
    let mut all = Vec::new();
    for category in uses(school).map(|category| &category.id) {
        let spoken = said(&record, own, category);
        let photos: BTreeSet<&PhotoId> = shown.keys().chain(spoken.keys()).collect();
        let mut asked = Vec::new();
        for id in photos {
            let Some(photo) = read.photo(id)? else { continue };
            asked.push(Asked {
                photo: id.clone(),
                date: day(read, school, photo.event, photo.received_at)?,
                seen_on: shown.get(id).cloned(),
                own: spoken.get(id).copied(),
            });
        }
        asked.sort_by(|a, b| (b.date, &b.photo).cmp(&(a.date, &a.photo)));
        all.push((category.clone(), asked));
    }
    Ok(all)
}

/// A word on one photo for a use.
#[derive(Debug, Clone)]
pub struct Word {
    /// The photo.
    pub photo: PhotoId,
    /// The use.
    pub category: CategoryId,
    /// Yes; a no takes a yes back.
    pub yes: bool,
}

/// Records a yes to this very photo for a use, or takes it back; what they have said already is left as it is.
///
/// # Errors
/// When the use asks for no photo of its own, the person is not in the photo, or the store fails.
pub fn answer(
    store: &Store,
    school: &School,
    own: &Own,
    Word { photo, category, yes }: &Word,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    if !uses(school).any(|known| known.id == *category) {
        let known: Vec<&str> = uses(school).map(|category| category.id.as_str()).collect();
        return Err(OfficeError::NoCategory(category.clone(), known.join(", ")));
    }
    of_photo(store, own, photo, actor, now, |w, own, record, made_at| {
        let before = said(record, own, category).get(photo).copied();
        let decision = match (before, *yes) {
            (Some(before), yes) if before == yes => return Ok(()),
            (_, true) => Choice::Granted,
            (Some(true), false) => Choice::Withdrawn,
            (_, false) => Choice::Refused,
        };
        let (category, photo) = (category.clone(), Some(photo.clone()));
        w.record(&entry(own, Act::Decide { category, medium: Medium::Photo, photo, decision }, made_at, None))?;
        Ok(())
    })
}

fn record(read: &Read, own: &Own) -> Result<Record, PipelineError> {
    Ok(Record { entries: read.ledger(&own.person.id)?, person: own.person.clone() })
}

/// The giver's latest word on each photo for a use; of two at one moment the no.
fn said(record: &Record, own: &Own, wanted: &CategoryId) -> BTreeMap<PhotoId, bool> {
    let mut latest: BTreeMap<PhotoId, (Timestamp, bool)> = BTreeMap::new();
    for entry in record.own().filter(|entry| entry.giver == own.giver) {
        let (photo, no) = match &entry.act {
            Act::Object { category, photo: Some(photo) } if category == wanted => (photo, true),
            Act::Decide { category, medium: Medium::Photo, photo: Some(photo), decision } if category == wanted => {
                (photo, *decision != Choice::Granted)
            }
            _ => continue,
        };
        let word = (entry.made_at, no);
        latest.entry(photo.clone()).and_modify(|last| *last = word.max(*last)).or_insert(word);
    }
    latest.into_iter().map(|(photo, (_, no))| (photo, !no)).collect()
}
