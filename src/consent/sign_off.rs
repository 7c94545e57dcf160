//! A sign-off: somebody looked at one verdict and said it may leave.
//!
//! # What a change of consent does to it
//!
//! A sign-off is worth what its signer saw, and nothing that happened in between: the verdict of the moment is compared
//! with [`SignOff::seen`] alone.
//!
//! - *Less* is shown than was seen (somebody withdrew, an answer lapsed, a face was found or a tag taken back): the photo
//!   leaves in its stricter form at once, with a note.
//! - *More* is shown than was seen (a hidden face is shown, judged to be none, or hidden elsewhere; a shown face is drawn
//!   anew), or the picture is made in another way: it waits for a new sign-off.
//! - *The same* is shown again, as after a withdrawal and a new yes: it leaves, for a human has approved just these
//!   pixels, and whoever is shown agrees now. Were the way back to wait, the verdict would hang on how many entries came
//!   in between and in which order. Who signs the stricter form replaces the sign-off, and then the way back does wait.
//! - Who the faces are does not matter, only what is seen: a shown face that is said to be somebody else's, who agreed
//!   too, is the same picture; if they did not, it is a stricter one.

use serde::{Deserialize, Serialize};

use super::fingerprint;
use crate::domain::channel::Style;
use crate::domain::geometry::Region;
use crate::domain::head::Cover;
use crate::domain::id::{ActorId, ChannelId, Digest, FaceId};
use crate::domain::time::Timestamp;

/// What the signer agreed to: which faces were hidden and shown, and how the picture is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How regions are hidden.
    pub style: Style,
    /// How much of a person is hidden.
    pub cover: Cover,
    /// The rendition's longest side in pixels.
    pub long_side: u32,
    /// Every face that is one.
    pub faces: Vec<SeenFace>,
}

/// A face as the signer saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenFace {
    /// Which.
    pub face: FaceId,
    /// What is hidden for it, or may not be painted over.
    pub region: Region,
    /// Shown or hidden.
    pub shown: bool,
}

/// A channel's sign-off of one photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// The channel it is for.
    pub channel: ChannelId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
    /// The fingerprint of what was seen: the verdict's at that moment.
    pub fingerprint: Digest,
    /// What was seen.
    pub seen: Seen,
}

/// A channel's no to one photo: there it does not leave until it is signed off later than this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The channel it is for.
    pub channel: ChannelId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
}

impl Seen {
    /// The fingerprint of this picture made so.
    #[must_use]
    pub fn fingerprint(&self, photo: &Digest) -> Digest {
        fingerprint::fingerprint(photo, self)
    }

    /// The regions that are hidden.
    #[must_use]
    pub fn hidden(&self) -> Vec<Region> {
        self.faces.iter().filter(|face| !face.shown).map(|face| face.region).collect()
    }

    /// The regions of the faces that are shown.
    #[must_use]
    pub fn shown(&self) -> Vec<Region> {
        self.faces.iter().filter(|face| face.shown).map(|face| face.region).collect()
    }
}

/// What a sign-off says about the picture as it would be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// Exactly this was seen, or more: the rendition may have at most this longest side.
    Holds { long_side: u32, stricter: bool },
    /// More would be shown than was seen, or it would be made differently.
    Stale,
}

/// Compares by what is seen, never by the fingerprint alone: a row whose two halves disagree is stale.
pub(super) fn agreement(sign_off: &SignOff, photo: &Digest, now: &Seen) -> Agreement {
    let seen = &sign_off.seen;
    let genuine = seen.fingerprint(photo) == sign_off.fingerprint;
    let alike = seen.style == now.style && seen.cover == now.cover;
    let (was_hidden, hidden) = (seen.hidden(), now.hidden());
    let still_hidden = was_hidden.iter().all(|was| hidden.iter().any(|is| is.covers(*was)));
    let was_shown = now.faces.iter().filter(|face| face.shown).all(|face| seen.faces.contains(face));
    if genuine && alike && still_hidden && was_shown {
        let long_side = now.long_side.min(seen.long_side);
        let signed = Seen { long_side: seen.long_side, ..now.clone() };
        let same = signed.fingerprint(photo) == sign_off.fingerprint;
        Agreement::Holds { long_side, stricter: !same || long_side < seen.long_side }
    } else {
        Agreement::Stale
    }
}
