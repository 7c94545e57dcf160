//! For people: where somebody stands for every use, and who must be asked or reminded.

use std::borrow::Cow;

use serde::Serialize;

use super::ledger::{Act, Entry, Record};
use super::policy::Policy;
use super::reason::Reader;
use super::standing::{Standing, StandingKind, Use, begins_later, is_restricted, standing};
use crate::domain::category::{Basis, Category, Medium};
use crate::domain::id::{CategoryId, PersonId};
use crate::domain::time::Timestamp;

/// Where a person stands for one use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The purpose.
    pub category: CategoryId,
    /// Photo or video.
    pub medium: Medium,
    /// Where, by which entries, and when it will lapse.
    pub standing: Standing,
    /// When a yes that has been given already begins to count, where the person may not be shown now.
    pub begins: Option<Timestamp>,
}

/// Why somebody is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueWhy {
    /// Has never answered.
    NeverAsked,
    /// The answer has lapsed.
    Expired,
    /// The answer lapses at this moment.
    Lapses(Timestamp),
    /// A pupil too young to decide said no: it is obeyed, and somebody should talk to the family.
    YoungRefusal,
}

/// Somebody who must be asked or reminded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Due {
    /// Who.
    pub person: PersonId,
    /// For which purpose.
    pub category: CategoryId,
    /// Photo or video.
    pub medium: Medium,
    /// Why.
    pub why: DueWhy,
}

/// Where a person stands for every use, as the reader may know it.
#[must_use]
pub fn explain(record: &Record, categories: &[Category], policy: &Policy, now: Timestamp, reader: Reader) -> Vec<Line> {
    let record = &*record.told_to(reader, now);
    let line = |wanted: Use<'_>| Line {
        category: wanted.category.id.clone(),
        medium: wanted.medium,
        standing: standing(record, &wanted, policy, now),
        begins: begins_later(record, &wanted, policy, now),
    };
    uses(categories).map(line).collect()
}

/// Who must be asked or reminded, in the order of the records: answers missing, lapsed, or lapsing before `before`; an
/// answer that begins later is not missing. Nobody is asked for a use that needs no consent or a photo of its own, nor
/// who has left.
pub fn due<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    categories: &[Category],
    policy: &Policy,
    now: Timestamp,
    before: Timestamp,
) -> Vec<Due> {
    let here = |record: &&Record| record.person.leaving.is_none_or(|day| now < policy.end_of(day));
    let asked = |wanted: &Use<'_>| wanted.category.basis == Basis::Consent && !wanted.category.needs_specific_image;
    let of = |record: &'a Record| {
        let left = record.person.leaving.map(|day| policy.end_of(day));
        let due = move |wanted: Use<'_>| {
            let standing = answered(record, &wanted, policy, now);
            let (category, medium) = (wanted.category.id.clone(), wanted.medium);
            why(&standing, left, before).map(|why| Due { person: record.person.id.clone(), category, medium, why })
        };
        uses(categories).filter(asked).filter_map(due)
    };
    records.into_iter().filter(here).flat_map(of).collect()
}

impl Record {
    /// The record as this reader may know it. Whoever is restricted looks to everybody but the safeguarding lead like somebody
    /// who was never asked: any other answer would tell of the restriction or let the person be shown.
    #[must_use]
    pub fn told_to(&self, reader: Reader, now: Timestamp) -> Cow<'_, Self> {
        if reader == Reader::Dsl {
            return Cow::Borrowed(self);
        }
        let restricted = is_restricted(self, now);
        let told = |entry: &&Entry| !restricted && !matches!(entry.act, Act::Restrict | Act::Lift);
        let entries = self.entries.iter().filter(told).cloned().collect();
        Cow::Owned(Self { person: self.person.clone(), entries })
    }
}

fn uses(categories: &[Category]) -> impl Iterator<Item = Use<'_>> {
    let media = [Medium::Photo, Medium::Video];
    categories.iter().flat_map(move |category| media.map(|medium| Use { category, medium, photo: None }))
}

/// The standing now, or, where there is no answer now and one begins later, then.
fn answered(record: &Record, wanted: &Use<'_>, policy: &Policy, now: Timestamp) -> Standing {
    let today = standing(record, wanted, policy, now);
    let unanswered = matches!(today.kind, StandingKind::NeverAsked | StandingKind::Expired);
    let later = begins_later(record, wanted, policy, now).filter(|_| unanswered);
    later.map_or(today, |begins| standing(record, wanted, policy, begins))
}

fn why(standing: &Standing, left: Option<Timestamp>, before: Timestamp) -> Option<DueWhy> {
    match standing.kind {
        StandingKind::NeverAsked => Some(DueWhy::NeverAsked),
        StandingKind::Expired => Some(DueWhy::Expired),
        StandingKind::Granted => {
            standing.until.filter(|until| *until < before && left.is_none_or(|left| *until < left)).map(DueWhy::Lapses)
        }
        StandingKind::Refused | StandingKind::Withdrawn => standing.young_refusal.then_some(DueWhy::YoungRefusal),
        StandingKind::Restricted => None,
    }
}
