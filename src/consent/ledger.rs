//! The ledger: what somebody said about a person's pictures, and when; only ever added to.

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, Digest, EntryId, PersonId, PhotoId};
use crate::domain::person::Person;
use crate::domain::time::Timestamp;

/// One line of the ledger; nothing is edited, the present is a fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the order of recording.
    pub id: EntryId,
    /// Whose pictures it is about.
    pub person: PersonId,
    /// What was said.
    pub act: Act,
    /// Who said it.
    pub giver: Giver,
    /// How it reached the school.
    pub method: Method,
    /// When it was said.
    pub made_at: Timestamp,
    /// When the school wrote it down.
    pub recorded_at: Timestamp,
    /// A grant counts from here; from `made_at` when absent.
    pub valid_from: Option<Timestamp>,
    /// A grant counts up to, and no longer at, this moment: [`super::Policy::end_of`] makes it from a last day.
    pub valid_until: Option<Timestamp>,
    /// The digest of the form or message that proves it.
    pub evidence: Option<Digest>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A yes or no to one use.
    Decide {
        /// The use.
        category: CategoryId,
        /// Photos and videos are asked apart.
        medium: Medium,
        /// Only this photo, or every one.
        photo: Option<PhotoId>,
        /// The answer.
        decision: Choice,
    },
    /// A no to a use that needs no consent, or to one photo; counts for photos and videos.
    Object {
        /// The use.
        category: CategoryId,
        /// Only this photo, or every one.
        photo: Option<PhotoId>,
    },
    /// The safeguarding lead: never publish.
    Restrict,
    /// The safeguarding lead: restrictions that were made and recorded before this one end.
    Lift,
    /// The giver was told about automated face matching.
    Notify,
    /// A yes or no to automated face matching.
    Biometric(Choice),
}

/// A yes or one of two kinds of no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Yes.
    Granted,
    /// No.
    Refused,
    /// No longer.
    Withdrawn,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Giver {
    /// Somebody with parental responsibility, by a key that tells guardians apart.
    Guardian(String),
    /// The pupil.
    Pupil,
    /// A member of staff or a visitor about themselves.
    Own,
    /// The school: may restrict, lift and refuse, never grant.
    School,
}

/// How it reached the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A signed form.
    Paper,
    /// The parents' pages.
    Portal,
    /// A file of the school's register.
    Import,
    /// Said to somebody.
    Verbal,
}

impl Method {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Portal => "portal",
            Self::Import => "import",
            Self::Verbal => "verbal",
        }
    }
}

/// A person with their part of the ledger, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The row of the register.
    pub person: Person,
    /// What was said; entries about anybody else are passed over.
    pub entries: Vec<Entry>,
}

impl Record {
    /// The entries that are about this person.
    pub fn own(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.person == self.person.id)
    }

    /// The record with what the school had written down by a moment, whatever moment the words themselves bear: what was
    /// known then.
    #[must_use]
    pub fn known_at(&self, at: Timestamp) -> Self {
        self.with(|entry| entry.recorded_at <= at)
    }

    /// The record with what had been said by a moment, whenever it was written down. A no of which only the day is known
    /// ([`Policy::said_on`]) counts from the first moment of that day.
    #[must_use]
    pub fn said_by(&self, at: Timestamp, policy: &Policy) -> Self {
        self.with(|entry| policy.said_from(entry) <= at)
    }

    fn with(&self, counts: impl Fn(&Entry) -> bool) -> Self {
        let entries = self.own().filter(|entry| counts(entry)).cloned().collect();
        Self { person: self.person.clone(), entries }
    }
}
