//! What families say on their own pages: the answer to each use, and objections to one photo.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, ToSpan};

use crate::config::School;
use crate::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use crate::consent::{Decision, FaceAct, Reader, Standing, StandingKind, Use, Verdict, standing};
use crate::domain::category::{Category, Medium};
use crate::domain::id::{ActorId, CategoryId, ChannelId, EntryId, PersonId, PhotoId};
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::PipelineError;
use crate::pipeline::decide::Identified;
use crate::pipeline::release::{Answer, Released, Request};
use crate::store::{NewEntry, Read, Store, StoreError, Write};

use super::error::OfficeError;
use super::family::Own;
use super::speak::{Word, category, record};
use super::uses::MEDIA;

/// What somebody has answered to a use, or picks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Nothing, or a yes that has lapsed.
    Unsaid,
    /// Yes, until it is taken back.
    Yes,
    /// Yes, to the end of this school year or another day.
    Year,
    /// No.
    No,
}

/// A use, with somebody's own answer and what comes of everybody's.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The use.
    pub category: Category,
    /// Photo or video.
    pub medium: Medium,
    /// Their own answer.
    pub own: Pick,
    /// When their own yes ends.
    pub until: Option<Timestamp>,
    /// Whether the person may be shown, as everybody may know it.
    pub standing: Standing,
}

/// Every use with the answers so far.
#[must_use]
pub fn asked(record: &Record, giver: &Giver, school: &School, now: Timestamp) -> Vec<Asked> {
    let own = spoken(record, giver);
    let of = |category: &Category, medium: Medium| {
        let wanted = Use { category, medium, photo: None };
        let mine = standing(&own, &wanted, &school.policy, now);
        let standing = standing(&record.told_to(Reader::Other, now), &wanted, &school.policy, now);
        Asked { category: category.clone(), medium, own: pick(&own, &mine), until: mine.until, standing }
    };
    school.categories.iter().flat_map(|category| MEDIA.map(|medium| of(category, medium))).collect()
}

/// A use that somebody answers: what their page showed, and what they pick. A page that showed something else does not
/// undo what was said meanwhile.
#[derive(Debug, Clone)]
pub struct Picked {
    /// The use.
    pub category: CategoryId,
    /// Photo or video.
    pub medium: Medium,
    /// What the page showed.
    pub seen: Pick,
    /// What is picked.
    pub pick: Pick,
}

/// Records the answers that differ from what the page showed; gives the first entry, or nothing when there is none.
///
/// # Errors
/// When there is no such category, or the store fails.
pub fn answer(
    store: &Store,
    school: &School,
    own: &Own,
    picked: &[Picked],
    actor: &ActorId,
    now: Timestamp,
) -> Result<Option<EntryId>, OfficeError> {
    let news: Vec<&Picked> = picked.iter().filter(|p| p.pick != p.seen && p.pick != Pick::Unsaid).collect();
    news.iter().try_for_each(|picked| category(school, &picked.category))?;
    if news.is_empty() {
        return Ok(None);
    }
    store.write(actor, now, |w| {
        let person = &own.person.id;
        let known = Record { entries: w.ledger(person)?, person: own.person.clone() };
        let made_at = after_all(&known, &own.giver, now);
        let year = school.policy.end_of(school_year_end(school.policy.day_of(now)));
        let mut first = None;
        for Picked { category, medium, pick, .. } in news {
            let present = asked(&known, &own.giver, school, now);
            let present = present.iter().find(|asked| asked.category.id == *category && asked.medium == *medium);
            let said_yes = present.is_some_and(|asked| matches!(asked.own, Pick::Yes | Pick::Year));
            let choice = match pick {
                Pick::Yes | Pick::Year => Choice::Granted,
                Pick::No if said_yes => Choice::Withdrawn,
                Pick::No | Pick::Unsaid => Choice::Refused,
            };
            let word = Word {
                category: category.clone(),
                medium: *medium,
                photo: None,
                choice,
                giver: own.giver.clone(),
                method: Method::Portal,
                made_at,
                valid_from: None,
                valid_until: (*pick == Pick::Year).then_some(year),
                evidence: None,
            };
            let id = record(w, person, word)?;
            first = first.or(Some(id));
        }
        Ok(first)
    })
}

/// The last day of the school year of a day: 31 August.
#[must_use]
pub fn school_year_end(today: Date) -> Date {
    let end = Date::new(today.year(), 8, 31).unwrap_or(today);
    if today <= end { end } else { end.checked_add(1.year()).unwrap_or(end) }
}

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

/// The photos in which somebody is hidden by an objection of the giver's, and by nothing else of a general kind.
///
/// # Errors
/// When the store fails.
pub fn objected(read: &Read, school: &School, own: &Own, now: Timestamp) -> Result<Vec<Shown>, StoreError> {
    let record = Record { entries: read.ledger(&own.person.id)?, person: own.person.clone() };
    let granted = |id: &CategoryId| {
        let category = school.categories.iter().find(|category| category.id == *id);
        let media = category.into_iter().flat_map(|category| MEDIA.map(|medium| (category, medium)));
        let mut standings = media.map(|(category, medium)| {
            standing(&record, &Use { category, medium, photo: None }, &school.policy, now).kind
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
    of_photo(store, own, photo, actor, now, |w, record, made_at| {
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
    of_photo(store, own, photo, actor, now, |w, record, made_at| {
        let done = objections(record, &own.giver);
        for category in &school.categories {
            if !done.contains(&(photo.clone(), category.id.clone())) {
                continue;
            }
            for medium in MEDIA {
                let general = standing(record, &Use { category, medium, photo: None }, &school.policy, now);
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
    let photos = crate::consent::impact::Photos::from([(person.clone(), read.photos_of(person)?)]);
    let touched: BTreeSet<(PhotoId, ChannelId)> = said
        .iter()
        .flat_map(|entry| {
            let impact = crate::consent::impact::impact(entry, &photos, &school.channels);
            let each = |photo: &&PhotoId| {
                impact.channels.iter().map(|id| ((*photo).clone(), (*id).clone())).collect::<Vec<_>>()
            };
            impact.photos.iter().flat_map(each).collect::<Vec<_>>()
        })
        .collect();
    each_photo(read, person, |identified| {
        for (channel, category) in school.channels() {
            let photo = &identified.history().photo;
            if !touched.contains(&(photo.id.clone(), channel.id.clone())) || photo.received_at > before {
                continue;
            }
            let then = identified.decide_at(school, channel, category, before);
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
    let shown =
        |face: &crate::consent::FaceVerdict| face.verdict == FaceAct::Show && face.person.as_ref() == Some(person);
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
    let roll = crate::pipeline::roll(read)?;
    photos.iter().try_for_each(|photo| visit(&Identified::load(read, &roll, photo)?))
}

/// The day of a photo's event. Its name stays inside: it may be another child's birthday.
pub(super) fn day(
    read: &Read,
    school: &School,
    event: crate::domain::id::EventId,
    received_at: Timestamp,
) -> Result<Date, StoreError> {
    Ok(read.event(event)?.map_or_else(|| school.policy.day_of(received_at), |event| event.date))
}

/// Only what one giver said.
fn spoken(record: &Record, giver: &Giver) -> Record {
    let entries = record.own().filter(|entry| entry.giver == *giver).cloned().collect();
    Record { person: record.person.clone(), entries }
}

fn pick(own: &Record, mine: &Standing) -> Pick {
    let ends = |entry: &&Entry| mine.determined_by.contains(&entry.id) && entry.valid_until.is_some();
    match mine.kind {
        StandingKind::Granted if own.own().any(|entry| ends(&entry)) => Pick::Year,
        StandingKind::Granted => Pick::Yes,
        StandingKind::Refused | StandingKind::Withdrawn | StandingKind::Restricted => Pick::No,
        StandingKind::Expired | StandingKind::NeverAsked => Pick::Unsaid,
    }
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

pub(super) fn of_photo(
    store: &Store,
    own: &Own,
    photo: &PhotoId,
    actor: &ActorId,
    now: Timestamp,
    work: impl FnOnce(&Write<'_>, &Record, Timestamp) -> Result<(), OfficeError>,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        if !w.photos_of(&own.person.id)?.contains(photo) {
            return Err(PipelineError::NoPhoto(photo.clone()).into());
        }
        let record = Record { entries: w.ledger(&own.person.id)?, person: own.person.clone() };
        let made_at = after_all(&record, &own.giver, now);
        work(w, &record, made_at)
    })
}

pub(super) fn entry(own: &Own, act: Act, made_at: Timestamp, valid_until: Option<Timestamp>) -> NewEntry {
    let (person, giver, valid_from, evidence) = (own.person.id.clone(), own.giver.clone(), None, None);
    NewEntry { person, act, giver, method: Method::Portal, made_at, valid_from, valid_until, evidence }
}

/// A moment after everything the giver has said, so that a clock that was set back does not put a no before an older yes.
fn after_all(record: &Record, giver: &Giver, now: Timestamp) -> Timestamp {
    let last = record.own().filter(|entry| entry.giver == *giver).map(|entry| entry.made_at).max();
    let next = last.and_then(|last| last.checked_add(SignedDuration::from_micros(1)).ok());
    next.map_or(now, |next| next.max(now))
}
