//! Finds pupils' names in file names, folder names, captions and tags, and gives file names that hold none.
//!
//! ```
//! use eyelid::domain::{id::PersonId, name::PersonName};
//! use eyelid::names::{Roll, RollEntry, full_name};
//!
//! let name = PersonName { legal_forename: "Amelia".into(), legal_surname: "O'Brien-Smith".into(), ..Default::default() };
//! let roll = Roll::new([RollEntry { id: "P001".parse::<PersonId>()?, name }]);
//! assert!(full_name(&roll.find("obrien_smith.amelia.jpg")));
//! assert!(roll.find("Amelia at the smithy.jpg").is_empty());
//! # Ok::<(), eyelid::domain::id::IdError>(())
//! ```
//!
//! # Where the line is drawn
//!
//! - A forename or initial beside a surname of the same person is a full name, in either order, with only name parts
//!   between: other forenames, initials, particles, a nickname in brackets, or an unknown capitalised word that is not an
//!   ordinary one. Every given name counts as a forename, each barrel of a surname as a surname.
//! - A surname alone is reported, unless it is *common*: an ordinary English or school word (day, king, field), a forename
//!   that is known or on the roll, or at most two letters. A common surname alone needs a name-like form: `Mrs Day`,
//!   `Day, G`, `the Day family`.
//! - A common surname beside its forename must touch it: no comma, digit or sentence between (`Grace. Day two`), not
//!   lower-case after a capital (`Grace may win`), and in reversed order not after an ordinary word (`Sports Day, Grace`).
//!   With an initial it needs more: `A. Day`, `G Day`, `g_day`, `Day, G`; never `A Day out`, `a king`, `I Field`, `hall_b`.
//! - A forename alone, and a forename with the initial of a surname (`Amelia S`), may stand: that is the school's rule.
//! - Where forenames share a surname (`Amelia and Oliver Smith`), only the nearer makes a full name.
//! - Run together (`ameliasmith`), the two must be a word of their own, or nine letters with a surname that is not common.
//! - Not looked for: misspellings, digits for letters, spaced-out letters, text laid out backwards, transliterations that are
//!   not on the roll, nicknames that are not on the roll.

use crate::domain::id::PersonId;

mod beside;
mod escape;
mod find;
mod fold;
mod line;
mod neutral;
mod roll;
mod trie;
mod words;

pub use fold::folded;
pub use neutral::neutral_stem;
pub use roll::{Roll, RollEntry};

/// A place in a text that names somebody on the roll.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Found {
    /// The first character, counted in Unicode scalar values from 0.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Whose name it can be; several people with the same name are reported one by one.
    pub person: PersonId,
    /// How much of the name stands there.
    pub kind: FoundKind,
}

/// How much of a name a text gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundKind {
    /// A forename or initial with a surname, in either order.
    FullName,
    /// A surname without a forename of the same person.
    Surname,
}

impl Found {
    /// Whether this place of `text` holds a full name with the first name written out: an initial leaves open whose it is.
    #[must_use]
    pub fn is_written_out(&self, text: &str) -> bool {
        let letters: String = text.chars().skip(self.start).take(self.end.saturating_sub(self.start)).collect();
        let words = letters.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().nth(1).is_some());
        self.kind == FoundKind::FullName && words.count() > 1
    }
}

/// Whether any of the places holds a full name.
#[must_use]
pub fn full_name(found: &[Found]) -> bool {
    found.iter().any(|found| found.kind == FoundKind::FullName)
}
