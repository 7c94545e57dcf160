//! What families say on their own pages: the answer to each use, and objections to one photo.

mod objections;
mod published;

use std::collections::BTreeSet;

use jiff::{SignedDuration, ToSpan};

use crate::config::School;
use crate::consent::ledger::{Choice, Entry, Giver, Method, Record};
use crate::consent::{Reader, Standing, StandingKind, Use, standing};
use crate::domain::category::{Category, Medium};
use crate::domain::id::{ActorId, CategoryId, EntryId};
use crate::domain::time::{Date, Timestamp};
use crate::store::Store;

use super::error::OfficeError;
use super::family::Own;
use super::speak::{Word, category, record};
use super::uses::MEDIA;

pub use objections::{OfPhoto, allow, object, objected};
pub(super) use objections::{entry, of_photo};
pub(super) use published::day;
pub use published::{Effect, Shown, effects, picture, published};

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
/// When there is no such category, a use is answered twice, they decide for the person no longer, or the store fails.
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
    let uses: BTreeSet<_> = picked.iter().map(|picked| (&picked.category, picked.medium)).collect();
    if uses.len() < picked.len() {
        return Err(OfficeError::AnsweredTwice);
    }
    if news.is_empty() {
        return Ok(None);
    }
    store.write(actor, now, |w| {
        let own = &own.still(w)?;
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

/// A moment after everything the giver has said, so that a clock that was set back does not put a no before an older yes.
fn after_all(record: &Record, giver: &Giver, now: Timestamp) -> Timestamp {
    let last = record.own().filter(|entry| entry.giver == *giver).map(|entry| entry.made_at).max();
    let next = last.and_then(|last| last.checked_add(SignedDuration::from_micros(1)).ok());
    next.map_or(now, |next| next.max(now))
}
