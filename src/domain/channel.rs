//! Channels: queues that release pictures for one category.

use serde::{Deserialize, Serialize};

use super::head::Cover;
use super::id::{CategoryId, ChannelId};

/// How a hidden region is painted; none of them keeps anything of what was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// One colour, the mean of what lies round the region, feathered outward.
    Smooth,
    /// The school's colour.
    Fill([u8; 3]),
    /// A coarse mosaic of noise in that colour, softened.
    Blur,
}

/// Which names of pupils may stand beside a channel's pictures; a surname never may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    /// First names.
    #[default]
    First,
    /// None at all.
    None,
}

/// A queue with one category and the way its pictures are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Its id, such as `website`.
    pub id: ChannelId,
    /// The category whose consent it needs.
    pub category: CategoryId,
    /// How regions are hidden.
    #[serde(default = "Channel::default_style")]
    pub style: Style,
    /// How much of a person is hidden.
    #[serde(default = "Channel::default_cover")]
    pub cover: Cover,
    /// The longest side of a rendition in pixels.
    pub max_px: u32,
    /// The share of the frame that may be hidden, from 0 to 1, before a human has to look.
    #[serde(default = "Channel::default_share")]
    pub max_obscured_share: f32,
    /// Whether somebody has to confirm the head-count first.
    #[serde(default = "Channel::yes")]
    pub needs_headcount: bool,
    /// Whether somebody has to sign off first.
    #[serde(default = "Channel::yes")]
    pub needs_sign_off: bool,
    /// Whether a photo with an unknown face is withheld instead of hiding the face.
    #[serde(default)]
    pub block_unknown: bool,
    /// Which names may stand beside its pictures.
    #[serde(default)]
    pub names: Names,
    /// The credit on its pictures; the school's name when there is none.
    #[serde(default)]
    pub credit: Option<String>,
    /// Whether its pictures go to the families of those in them and to nobody else.
    #[serde(default)]
    pub families_only: bool,
    /// Where people post its pictures by hand.
    #[serde(default)]
    pub networks: Vec<Network>,
}

/// A social network, and what it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// As people call it.
    pub name: String,
    /// The longest side that it shows, in pixels.
    pub max_px: u32,
    /// The longest alternative text that it takes, in characters; nothing when it tells none.
    #[serde(default)]
    pub max_alt: Option<u32>,
}

impl Channel {
    const fn default_style() -> Style {
        Style::Smooth
    }

    const fn default_cover() -> Cover {
        Cover::Head
    }

    const fn default_share() -> f32 {
        0.4
    }

    const fn yes() -> bool {
        true
    }
}
