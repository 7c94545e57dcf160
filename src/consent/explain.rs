//! For people: where somebody stands for every use, and who must be asked or reminded.

use serde::Serialize;

use super::ledger::Record;
use super::policy::Policy;
use super::reason::Reader;
use super::standing::{Standing, StandingKind, Use, standing};
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
    let line = |(category, medium): (&Category, Medium)| Line {
        category: category.id.clone(),
        medium,
        standing: standing(record, &Use { category, medium, photo: None }, policy, now).told_to(reader),
    };
    uses(categories).map(line).collect()
}

/// Who must be asked or reminded, in the order of the records: answers missing, lapsed, or lapsing before `before`.
/// Nobody is asked for a use that needs no consent or a photo of its own, nor who has left.
pub fn due<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    categories: &[Category],
    policy: &Policy,
    now: Timestamp,
    before: Timestamp,
) -> Vec<Due> {
    let asked: Vec<Category> =
        categories.iter().filter(|c| c.basis == Basis::Consent && !c.needs_specific_image).cloned().collect();
    let here = |record: &&Record| record.person.leaving.is_none_or(|day| now < policy.end_of(day));
    let of = |record: &'a Record| {
        let left = record.person.leaving.map(|day| policy.end_of(day));
        let lines = explain(record, &asked, policy, now, Reader::Dsl);
        lines.into_iter().filter_map(move |Line { category, medium, standing }| {
            let why = why(&standing, left, before)?;
            Some(Due { person: record.person.id.clone(), category, medium, why })
        })
    };
    records.into_iter().filter(here).flat_map(of).collect()
}

impl Standing {
    /// The standing as this reader may know it: a restriction looks like a refusal without entries.
    #[must_use]
    pub fn told_to(self, reader: Reader) -> Self {
        if self.kind == StandingKind::Restricted && reader != Reader::Dsl {
            Self { kind: StandingKind::Refused, until: None, determined_by: vec![], young_refusal: false }
        } else {
            self
        }
    }
}

fn uses(categories: &[Category]) -> impl Iterator<Item = (&Category, Medium)> {
    categories.iter().flat_map(|category| [(category, Medium::Photo), (category, Medium::Video)])
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
