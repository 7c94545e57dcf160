//! Until when a verdict stands by itself: the next moment at which time alone could change it.

use jiff::SignedDuration;

use super::decide::People;
use super::policy::Policy;
use crate::domain::category::Category;
use crate::domain::photo::Photo;
use crate::domain::time::Timestamp;

/// The first moment after `now` at which the verdict on a photo may be another although nobody has said anything; nothing when
/// there is none. Every moment that a rule could look at counts, whether or not it matters today: too early is harmless.
#[must_use]
pub fn next_turn(
    photo: &Photo,
    people: &People,
    category: &Category,
    policy: &Policy,
    now: Timestamp,
) -> Option<Timestamp> {
    let after = |from: Timestamp, days: u32| {
        from.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX)
    };
    let mut turns: Vec<Timestamp> = Vec::new();
    turns.extend(policy.keep_days.map(|days| after(photo.received_at, days)));
    turns.extend(policy.renewal.and_then(|day| day.next(policy.day_of(now))).map(|day| policy.start_of(day)));
    for record in people.values() {
        turns.extend(record.person.leaving.map(|day| policy.end_of(day)));
        for entry in record.own() {
            turns.push(entry.made_at);
            turns.extend(entry.valid_from);
            turns.extend(entry.valid_until);
            turns.extend(category.max_validity_days.map(|days| after(entry.made_at, days)));
        }
    }
    turns.into_iter().filter(|turn| *turn > now).min()
}
