//! What a decision needs to know of a photo at one moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sign_off::SignOff;
use crate::domain::face::Face;
use crate::domain::id::{ActorId, ChannelId};
use crate::domain::photo::Photo;
use crate::domain::time::Timestamp;

/// A photo with everything people and detectors have said of it, at one moment; see [`super::replay`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhotoFacts {
    /// The record; its state is that of the moment.
    pub photo: Photo,
    /// The faces with who they are.
    pub faces: Vec<Face>,
    /// How many people somebody counted.
    pub headcount: Option<u32>,
    /// The latest sign-off of each channel.
    pub sign_offs: BTreeMap<ChannelId, SignOff>,
    /// When each channel last turned the photo down.
    #[serde(default)]
    pub rejected: BTreeMap<ChannelId, Timestamp>,
    /// The texts that hold a surname or full name of the roll.
    pub names_in: Vec<TextKind>,
    /// Who brought the photo in; nothing counts as anybody.
    pub uploader: Option<ActorId>,
    /// Whether the school has pulled it, or its whole event, because of an incident.
    pub held: bool,
}

/// A text that goes with a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// The line below the picture.
    Caption,
    /// The description for those who do not see the picture.
    AltText,
    /// The event's name.
    EventName,
    /// The line that says whose picture it is.
    Credit,
    /// Text inside the picture, such as a name badge.
    InPicture,
}

impl TextKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Caption, Self::AltText, Self::EventName, Self::Credit, Self::InPicture];
}
