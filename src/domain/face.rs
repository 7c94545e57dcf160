//! A face in a photo and who a human said it is.

use serde::{Deserialize, Serialize};

use super::geometry::Rect;
use super::id::{FaceId, PersonId};

/// How a face came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The detector is sure.
    Detected,
    /// A weak hit of one pass: hidden until a human has judged it, and outside the head-count until then.
    Maybe,
    /// A human drew the box.
    Added,
}

/// Who a face is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Nobody has said yet.
    Unknown,
    /// A human confirmed this person.
    Person(PersonId),
    /// A human said: somebody without a record.
    Visitor,
    /// A human said: no face at all.
    NotAFace,
    /// The matcher suggests this person before others ([`Face::also`]); no human has confirmed it.
    Suggested(PersonId),
}

/// What became of the suggestion that a face is a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// The matcher suggests it, as its first, second or third choice.
    Suggested(u8),
    /// It no longer does.
    Retracted,
    /// A human said that it is wrong: it never returns for this face.
    Rejected,
}

/// A face of a photo at some moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Face {
    /// Its number within the photo.
    pub id: FaceId,
    /// The box in pixels of the upright photo.
    pub rect: Rect,
    /// The detector's confidence from 0 to 1; nothing for a box drawn by hand.
    pub score: Option<f32>,
    /// How it came to be known.
    pub origin: Origin,
    /// Who it is.
    pub who: Who,
    /// Whom else the matcher suggests, the likelier first; nobody unless `who` is [`Who::Suggested`].
    pub also: Vec<PersonId>,
}

impl Face {
    /// Everybody whom the matcher suggests, the likeliest first.
    pub fn suggested(&self) -> impl Iterator<Item = &PersonId> {
        let (best, also) = match &self.who {
            Who::Suggested(best) => (Some(best), self.also.as_slice()),
            Who::Unknown | Who::Person(_) | Who::Visitor | Who::NotAFace => (None, [].as_slice()),
        };
        best.into_iter().chain(also)
    }

    /// Whether the face counts towards the photo's head-count: a sure or hand-drawn one, or a judged weak one.
    #[must_use]
    pub fn counts(&self) -> bool {
        match self.who {
            Who::NotAFace => false,
            Who::Unknown | Who::Suggested(_) => self.origin != Origin::Maybe,
            Who::Person(_) | Who::Visitor => true,
        }
    }
}
