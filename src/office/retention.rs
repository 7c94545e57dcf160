//! What the school's schedule no longer lets it keep: told before, destroyed on somebody's word, and proven.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::config::School;
use crate::domain::id::{ActorId, EventId, PhotoId};
use crate::domain::photo::{Photo, PhotoState, Why};
use crate::domain::time::{Date, Timestamp};
use crate::store::{Read, Sealed, Store, StoreError};

use super::error::OfficeError;
use super::safeguarding;

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// Photos with the rule, in the order of events and receipt.
    pub photos: Vec<(PhotoId, Why)>,
    /// Photos that are due and stay, because an incident needs them.
    pub evidence: u64,
    /// Destructions that were begun and not finished.
    pub unfinished: u64,
    /// Reasons of restrictions.
    pub reasons: u64,
}

/// What was destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Destroyed {
    /// Photos.
    pub photos: u64,
    /// Files of theirs: originals and pictures made of them.
    pub files: u64,
    /// Reasons of restrictions.
    pub reasons: u64,
}

impl Due {
    /// How many photos are due by a rule.
    #[must_use]
    pub fn by(&self, why: Why) -> usize {
        self.photos.iter().filter(|(_, by)| *by == why).count()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.photos.is_empty() && self.unfinished == 0 && self.reasons == 0
    }
}

/// What is due now; nothing is changed.
///
/// # Errors
/// When the store fails.
pub fn due(store: &Store, school: &School, now: Timestamp) -> Result<Due, OfficeError> {
    Ok(store.read(|r| look(r, school, now).map(|(due, _)| due))?)
}

/// Destroys what is due: settles it, takes every byte away, and proves it to the audit chain. A run that was interrupted is
/// finished by the next one. `told` is called with how many photos of how many are done.
///
/// # Errors
/// When the store fails or the data folder cannot be written.
pub fn run(
    store: &Store,
    school: &School,
    actor: &ActorId,
    now: Timestamp,
    mut told: impl FnMut(usize, usize),
) -> Result<Destroyed, OfficeError> {
    let reasons = store.write(actor, now, |w| {
        let (due, reasons) = look(w, school, now)?;
        for (photo, why) in &due.photos {
            for release in w.releases_of(photo)?.iter().filter(|release| release.withdrawn_at.is_none()) {
                w.withdraw(&release.channel, photo)?;
            }
            w.condemn(photo, *why)?;
        }
        for reason in &reasons {
            w.destroy_reason(&reason.person, reason.entry)?;
        }
        Ok::<_, StoreError>(reasons.len())
    })?;
    let condemned = store.read(Read::unfinished_destructions)?;
    let mut done = Destroyed { reasons: count(reasons), ..Destroyed::default() };
    for (at, photo) in condemned.iter().enumerate() {
        store.destroy(photo)?;
        store.write(actor, now, |w| w.prove_destroyed(&photo.photo, &photo.blobs))?;
        done.photos += 1;
        done.files += count(photo.blobs.len());
        told(at + 1, condemned.len());
    }
    Ok(done)
}

fn look(read: &Read, school: &School, now: Timestamp) -> Result<(Due, Vec<Sealed>), StoreError> {
    let days: BTreeMap<EventId, Date> = read.events()?.into_iter().map(|event| (event.id, event.date)).collect();
    let evidence = read.evidence()?;
    let mut due = Due { unfinished: count(read.unfinished_destructions()?.len()), ..Due::default() };
    for photo in read.photos()? {
        let Some(why) = why(&photo, days.get(&photo.event).copied(), school, now) else { continue };
        if evidence.contains(&photo.id) {
            due.evidence += 1;
        } else {
            due.photos.push((photo.id, why));
        }
    }
    let reasons = safeguarding::overdue(read, school, now)?;
    due.reasons = count(reasons.len());
    Ok((due, reasons))
}

fn why(photo: &Photo, event: Option<Date>, school: &School, now: Timestamp) -> Option<Why> {
    let schedule = &school.retention;
    let over = |since: Timestamp, days: u64| {
        let days = i64::try_from(days).unwrap_or(i64::MAX);
        let end = since.checked_add(SignedDuration::from_hours(days.saturating_mul(24)));
        end.is_ok_and(|end| now >= end)
    };
    let held_at = event.map(|day| school.policy.end_of(day));
    let unusable = photo.state == PhotoState::Quarantined;
    let window = school.policy.keep_days.map(|days| u64::from(days) + u64::from(schedule.originals_days));
    match photo.state {
        // their bytes are gone
        PhotoState::Refused | PhotoState::Destroyed => None,
        _ if unusable && over(photo.received_at, schedule.refused_days.into()) => Some(Why::Unusable),
        _ if window.is_some_and(|days| over(photo.received_at, days)) => Some(Why::Window),
        _ => {
            let far = schedule.events_days.zip(held_at).is_some_and(|(days, held_at)| over(held_at, days.into()));
            far.then_some(Why::Event)
        }
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Retention;
    use crate::domain::id::Digest;

    #[test]
    fn each_rule_has_its_day() {
        let mut school = School::default();
        let digest = Digest::of(b"a");
        let received_at: Timestamp = "2026-06-01T09:00:00Z".parse().unwrap();
        let photo = |state| Photo {
            id: PhotoId::of(&digest),
            digest,
            event: EventId(1),
            ordinal: 1,
            received_at,
            state,
            size: None,
            camera: None,
            reason: None,
        };
        let after = |days: i64| received_at.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
        let held = Some(Date::constant(2026, 5, 1));
        let ask = |school: &School, state, days| why(&photo(state), held, school, after(days));
        assert_eq!(ask(&school, PhotoState::Inspected, 90_000), None, "without a schedule nothing is due");
        assert_eq!(ask(&school, PhotoState::Quarantined, 29), None);
        assert_eq!(ask(&school, PhotoState::Quarantined, 30), Some(Why::Unusable));
        school.policy.keep_days = Some(100);
        assert_eq!(ask(&school, PhotoState::Inspected, 129), None);
        assert_eq!(ask(&school, PhotoState::Inspected, 130), Some(Why::Window));
        assert_eq!(ask(&school, PhotoState::Received, 130), Some(Why::Window));
        assert_eq!(ask(&school, PhotoState::Destroyed, 130), None);
        school.retention = Retention { events_days: Some(60), originals_days: u32::MAX, ..school.retention };
        assert_eq!(ask(&school, PhotoState::Inspected, 30), Some(Why::Event));
        assert_eq!(ask(&school, PhotoState::Inspected, 29), None);
    }
}
