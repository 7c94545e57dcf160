//! An online-safety incident: what happened, and how long the law gives to report it.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// A picture left that should not have.
    WrongRelease,
    /// Somebody misuses a picture.
    Misuse,
    /// Anything else.
    Other,
}

impl IncidentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::WrongRelease, Self::Misuse, Self::Other];

    /// As people read it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::WrongRelease => "Wrong release",
            Self::Misuse => "Misuse of a picture",
            Self::Other => "Something else",
        }
    }
}

/// When a breach that was noticed then has to be reported at the latest: 72 hours (UK GDPR, article 33).
#[must_use]
pub fn report_by(noticed: Timestamp) -> Timestamp {
    noticed.checked_add(SignedDuration::from_hours(72)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_for_72_hours_across_a_change_of_clocks() {
        let by = |noticed: &str| report_by(noticed.parse().unwrap()).to_string();
        assert_eq!(by("2026-10-24T12:00:00Z"), "2026-10-27T12:00:00Z");
        assert_eq!(report_by(Timestamp::MAX), Timestamp::MAX);
    }
}
