//! Use categories: the purposes for which families are asked.

use serde::{Deserialize, Serialize};

use super::id::CategoryId;

/// Who will see what is released for a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Inside the school's own community.
    Internal,
    /// Anybody.
    Public,
}

/// The lawful basis of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Only with consent.
    Consent,
    /// Without asking, unless somebody objected.
    PublicTask,
}

/// What happens to a photo with somebody who did not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRefusal {
    /// The person is hidden.
    Obscure,
    /// The photo is withheld.
    Block,
}

/// Photo or video: asked apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Still pictures.
    Photo,
    /// Moving pictures.
    Video,
}

impl Medium {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Video => "video",
        }
    }
}

/// Limits against the misuse of public pictures for fake imagery.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MisuseLimits {
    /// A face shown alone may be at most this share of the picture's height.
    pub lone_face_share: Option<f32>,
    /// At least so many people have to be shown.
    pub min_people: Option<u32>,
    /// The height in pixels of the tallest face shown, in the rendition that is served.
    pub max_face_px: Option<u32>,
}

impl MisuseLimits {
    /// No limits.
    pub const NONE: Self = Self { lone_face_share: None, min_people: None, max_face_px: None };
}

impl Default for MisuseLimits {
    fn default() -> Self {
        Self::NONE
    }
}

/// A purpose for which families are asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its id, such as `social_media`.
    pub id: CategoryId,
    /// Who will see it.
    pub audience: Audience,
    /// Why it is lawful.
    pub basis: Basis,
    /// What a refusal does to a photo.
    pub on_refusal: OnRefusal,
    /// Whether consent counts only for the very photo it was given for.
    #[serde(default)]
    pub needs_specific_image: bool,
    /// A grant lapses so many days after it was made, however long it was given for.
    #[serde(default)]
    pub max_validity_days: Option<u32>,
    /// Limits against misuse.
    #[serde(default)]
    pub limits: MisuseLimits,
}
