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
    /// The matcher suggests this person; no human has confirmed it.
    Suggested(PersonId),
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
}

impl Face {
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
