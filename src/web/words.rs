//! How pages say where somebody stands, what was said, and on which day.

use jiff::SignedDuration;

use super::Site;
use crate::consent::ledger::{Act, Choice, Entry, Giver, Method};
use crate::consent::{DueWhy, Standing, StandingKind};
use crate::domain::name::PersonName;
use crate::domain::time::{Date, Timestamp};
use crate::office::uses::medium_name;

/// A coloured word with what has to be added to it.
pub(super) struct Tag {
    pub(super) text: &'static str,
    pub(super) colour: &'static str,
    pub(super) until: Option<String>,
}

impl Site {
    /// A day of the school's calendar.
    pub(super) fn day(&self, at: Timestamp) -> String {
        told(self.school().policy.day_of(at))
    }

    /// The last day before a moment at which something ends.
    pub(super) fn last_day(&self, end: Timestamp) -> String {
        self.day(end.checked_sub(SignedDuration::from_micros(1)).unwrap_or(end))
    }

    /// Where somebody stands.
    pub(super) fn tag(&self, standing: &Standing) -> Tag {
        let (text, colour) = match standing.kind {
            StandingKind::Granted => ("Yes", "green"),
            StandingKind::Refused => ("No", "red"),
            StandingKind::Withdrawn => ("No longer", "red"),
            StandingKind::Expired => ("Lapsed", "orange"),
            StandingKind::NeverAsked => ("Never asked", "grey"),
            StandingKind::Restricted => ("Restricted", "purple"),
        };
        Tag { text, colour, until: standing.until.map(|end| self.last_day(end)) }
    }
}

/// A day.
pub(super) fn told(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// A whole name, for pages whose permission allows it.
pub(super) fn full(name: &PersonName) -> String {
    format!("{} {}", name.first(), name.legal_surname)
}

/// What an entry says.
pub(super) fn said(entry: &Entry) -> String {
    let photo = |photo: &Option<_>| if photo.is_some() { ", one photo" } else { "" };
    match &entry.act {
        Act::Decide { category, medium, photo: one, decision } => {
            let answer = match decision {
                Choice::Granted => "Yes",
                Choice::Refused => "No",
                Choice::Withdrawn => "No longer",
            };
            format!("{answer}: {}, {}{}", category.title(), medium_name(*medium).to_lowercase(), photo(one))
        }
        Act::Object { category, photo: one } => format!("Objection: {}{}", category.title(), photo(one)),
        Act::Restrict => "Restricted".to_owned(),
        Act::Lift => "Restriction lifted".to_owned(),
        Act::Notify => "Told about face matching".to_owned(),
        Act::Biometric(Choice::Granted) => "Yes: face matching".to_owned(),
        Act::Biometric(_) => "No: face matching".to_owned(),
    }
}

/// Who said something.
pub(super) fn giver(giver: &Giver) -> String {
    match giver {
        Giver::Guardian(key) if key == "family" => "The family".to_owned(),
        Giver::Guardian(key) => format!("Guardian {key}"),
        Giver::Pupil => "The pupil".to_owned(),
        Giver::Own => "Themselves".to_owned(),
        Giver::School => "The school".to_owned(),
    }
}

/// How something reached the school.
pub(super) const fn method(method: Method) -> &'static str {
    match method {
        Method::Paper => "on paper",
        Method::Portal => "on these pages",
        Method::Import => "in an imported list",
        Method::Verbal => "in person or by telephone",
    }
}

/// Why somebody is due.
pub(super) fn due(site: &Site, why: DueWhy) -> String {
    match why {
        DueWhy::NeverAsked => "never asked".to_owned(),
        DueWhy::Expired => "lapsed".to_owned(),
        DueWhy::Lapses(end) => format!("lapses after {}", site.last_day(end)),
        DueWhy::YoungRefusal => "a young pupil said no: talk to the family".to_owned(),
    }
}
