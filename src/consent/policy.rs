//! What a school sets: the age of a pupil's own voice, yearly renewal, use categories and channels.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::ledger::{Act, Choice, Entry};
use crate::domain::category::{Audience, Basis, Category, MisuseLimits, OnRefusal};
use crate::domain::channel::{Channel, Names, Network, Style};
use crate::domain::head::Cover;
use crate::domain::id::{CategoryId, ChannelId, IdError};
use crate::domain::time::{Date, TimeZone, Timestamp};

/// The school's rules; every part has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The age in years from which a pupil's own yes counts.
    pub voice_age: u8,
    /// Whether such a yes suffices alone, before any guardian's word, even a later no; else it counts as one guardian's.
    pub pupil_alone: bool,
    /// The day of each year on which every grant given before it lapses, but one that was given for the new year, to begin in it.
    pub renewal: Option<MonthDay>,
    /// Where the school's days begin and end.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
    /// Whether somebody other than the uploader has to sign off.
    pub four_eyes: bool,
    /// Photos may be used so many days after their receipt.
    pub keep_days: Option<u32>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            voice_age: 12,
            pupil_alone: false,
            renewal: None,
            time_zone: TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC),
            four_eyes: false,
            keep_days: None,
        }
    }
}

impl Policy {
    /// The first moment after a day in the school's time zone: what `valid_until` holds for a last day.
    #[must_use]
    pub fn end_of(&self, day: Date) -> Timestamp {
        day.tomorrow().map_or(Timestamp::MAX, |next| self.start_of(next))
    }

    /// The first moment of a day in the school's time zone.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Timestamp {
        let far = if day.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
        day.to_zoned(self.time_zone.clone()).map_or(far, |zoned| zoned.timestamp())
    }

    /// When something was said of which only the day is known: a yes at the first moment of the day and a no at its last, or
    /// now when that is still to come, so that of two answers of one day the no holds. A day that lies ahead stays ahead.
    #[must_use]
    pub fn said_on(&self, day: Date, choice: Choice, now: Timestamp) -> Timestamp {
        let first = self.start_of(day);
        if choice == Choice::Granted || first > now {
            return first;
        }
        self.last_of(day).min(now)
    }

    /// The first moment at which an entry may have been said: the whole of its day for a no without a time of day.
    #[must_use]
    pub(super) fn said_from(&self, entry: &Entry) -> Timestamp {
        let no =
            matches!(entry.act, Act::Decide { decision: Choice::Refused | Choice::Withdrawn, .. } | Act::Object { .. });
        let day = self.day_of(entry.made_at);
        if no && entry.made_at == self.last_of(day) { self.start_of(day) } else { entry.made_at }
    }

    /// The last moment of a day: its end belongs to the next, and would outweigh a yes of that day.
    fn last_of(&self, day: Date) -> Timestamp {
        self.end_of(day).checked_sub(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MIN)
    }

    /// The day of a moment in the school's time zone.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Date {
        self.time_zone.to_datetime(at).date()
    }
}

/// A day of every year, written `09-01`; 29 February is the 28th in other years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: i8,
    day: i8,
}

/// A text that is no day of the year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day of the year: write month and day as `09-01`")]
pub struct MonthDayError(String);

impl MonthDay {
    /// The first such day later than `after`.
    #[must_use]
    pub fn next(self, after: Date) -> Option<Date> {
        [after.year(), after.year().saturating_add(1)]
            .into_iter()
            .filter_map(|year| self.of(year))
            .find(|day| *day > after)
    }

    fn of(self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).or_else(|_| Date::new(year, self.month, 28)).ok()
    }
}

impl TryFrom<String> for MonthDay {
    type Error = MonthDayError;

    fn try_from(text: String) -> Result<Self, MonthDayError> {
        let parts = text.split_once('-').and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
        let leap = parts.filter(|&(month, day)| Date::new(2024, month, day).is_ok());
        leap.map(|(month, day)| Self { month, day }).ok_or(MonthDayError(text))
    }
}

impl From<MonthDay> for String {
    fn from(MonthDay { month, day }: MonthDay) -> Self {
        format!("{month:02}-{day:02}")
    }
}

/// The use categories of a school that has set none.
///
/// # Errors
/// Never in practice: the ids are constants that fit.
pub fn categories() -> Result<Vec<Category>, IdError> {
    let plain = |id: &str, audience, on_refusal| -> Result<Category, IdError> {
        Ok(Category {
            id: id.parse::<CategoryId>()?,
            audience,
            basis: Basis::Consent,
            on_refusal,
            needs_specific_image: false,
            max_validity_days: None,
            limits: MisuseLimits::NONE,
        })
    };
    let limits =
        MisuseLimits { lone_face_share: Some(LONE_FACE_SHARE), min_people: None, max_face_px: Some(MAX_FACE_PX) };
    Ok(vec![
        plain("displays", Audience::Internal, OnRefusal::Obscure)?,
        plain("newsletter", Audience::Internal, OnRefusal::Obscure)?,
        plain("paper_marketing", Audience::Public, OnRefusal::Obscure)?,
        Category { limits, ..plain("website", Audience::Public, OnRefusal::Obscure)? },
        Category { needs_specific_image: true, ..plain("high_profile", Audience::Public, OnRefusal::Block)? },
        Category { limits, ..plain("social_media", Audience::Public, OnRefusal::Block)? },
    ])
}

/// The channels of a school that has set none.
///
/// # Errors
/// Never in practice: the ids are constants that fit.
pub fn channels() -> Result<Vec<Channel>, IdError> {
    let channel = |id: &str, max_px| -> Result<Channel, IdError> {
        Ok(Channel {
            id: id.parse::<ChannelId>()?,
            category: id.parse()?,
            style: Style::Smooth,
            cover: Cover::Head,
            max_px,
            max_obscured_share: 0.4,
            needs_headcount: true,
            needs_sign_off: true,
            block_unknown: false,
            names: Names::First,
            credit: None,
            families_only: false,
            networks: Vec::new(),
        })
    };
    let social_media = Channel { networks: networks(), ..channel("social_media", 1200)? };
    Ok(vec![channel("website", 1600)?, channel("newsletter", 1600)?, social_media])
}

/// What the networks took in November 2026, as the makers of tools for posting there tell it; a school sets others in its file.
fn networks() -> Vec<Network> {
    let network = |name: &str, max_px, max_alt| Network { name: name.to_owned(), max_px, max_alt };
    vec![
        network("Facebook", 2048, None),
        network("Instagram", 1080, Some(1000)),
        network("X", 2048, Some(1000)),
        network("LinkedIn", 1200, Some(1000)),
        network("Mastodon", 2048, Some(1500)),
        network("Bluesky", 2000, Some(2000)),
    ]
}

// A face that fills more than a quarter of the height is a portrait; 160 px still tell a parent who it is at a glance.
const LONE_FACE_SHARE: f32 = 0.25;
const MAX_FACE_PX: u32 = 160;

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_at_the_schools_midnight() {
        let policy = Policy::default();
        assert_eq!(policy.end_of(day("2026-06-15")).to_string(), "2026-06-15T23:00:00Z");
        assert_eq!(policy.end_of(day("2026-01-31")).to_string(), "2026-02-01T00:00:00Z");
        assert_eq!(policy.end_of(Date::MAX), Timestamp::MAX);
        let far = Policy { time_zone: TimeZone::get("Pacific/Auckland").unwrap(), ..policy.clone() };
        assert_eq!((far.start_of(Date::MIN), policy.start_of(Date::MAX)), (Timestamp::MIN, Timestamp::MAX));
        assert_eq!(policy.day_of("2026-06-15T23:30:00Z".parse().unwrap()), day("2026-06-16"));
    }

    #[test]
    fn the_yearly_day_comes_after_the_given_one() {
        let on = |text: &str| MonthDay::try_from(text.to_owned());
        let next = |text: &str, after: &str| on(text).unwrap().next(day(after)).unwrap().to_string();
        assert_eq!(next("09-01", "2026-08-31"), "2026-09-01");
        assert_eq!(next("09-01", "2026-09-01"), "2027-09-01");
        assert_eq!(next("02-29", "2026-01-01"), "2026-02-28");
        assert_eq!(next("02-29", "2028-02-28"), "2028-02-29");
        for text in ["13-01", "02-30", "1", "", "-1-1", "x-y"] {
            assert!(on(text).is_err(), "{text}");
        }
    }

    #[test]
    fn settings_may_all_be_left_out_and_none_be_misspelt() {
        assert_eq!(toml::from_str::<Policy>("").unwrap(), Policy::default());
        let set: Policy =
            toml::from_str("renewal = '09-01'\ntime_zone = 'Pacific/Auckland'\nfour_eyes = true").unwrap();
        assert_eq!(toml::from_str::<Policy>(&toml::to_string(&set).unwrap()).unwrap(), set);
        assert!(toml::from_str::<Policy>("voiceage = 13").is_err());
    }

    #[test]
    fn every_default_channel_has_its_category() {
        let categories = categories().unwrap();
        assert_eq!(categories.len(), 6);
        for channel in channels().unwrap() {
            assert!(categories.iter().any(|category| category.id == channel.category));
            assert!(channel.needs_headcount && channel.needs_sign_off);
        }
    }
}
