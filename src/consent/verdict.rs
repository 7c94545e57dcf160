//! The verdict on a photo, and the token without which no picture can be made.

use serde::Serialize;

use super::fingerprint;
use super::reason::{Code, Reader, Reason, Weight};
use super::sign_off::{Seen, SignOff};
use super::standing::StandingKind;
use crate::domain::channel::Style;
use crate::domain::geometry::Region;
use crate::domain::id::{ActorId, ChannelId, Digest, FaceId, PersonId, PhotoId};
use crate::domain::time::Timestamp;

/// Whether a photo may leave on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may, with the hidden regions hidden.
    Release,
    /// It waits for a human.
    Hold,
    /// It may not.
    Block,
}

/// What happens to a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaceAct {
    /// No face: nothing.
    None,
    /// Shown.
    Show,
    /// Hidden.
    Obscure,
    /// Hidden, and the photo is withheld.
    Block,
}

/// The verdict on a face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaceVerdict {
    /// Which face.
    pub face: FaceId,
    /// The person it is, as confirmed or suggested.
    pub person: Option<PersonId>,
    /// What happens to it.
    pub verdict: FaceAct,
    /// Where the person stands; nothing for a face without one.
    pub standing: Option<StandingKind>,
    /// Why.
    pub reason: Reason,
}

/// The verdict on a photo for a channel, made only by [`super::decide`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    pub(super) photo: PhotoId,
    pub(super) digest: Digest,
    pub(super) channel: ChannelId,
    pub(super) verdict: Verdict,
    pub(super) faces: Vec<FaceVerdict>,
    pub(super) reasons: Vec<Reason>,
    /// What would be signed off now.
    pub(super) proposed: Seen,
    /// The longest side allowed: the proposed one, or less where less was signed off.
    pub(super) long_side: u32,
    /// The credit that the picture bears; empty until [`Self::credited`] says it.
    pub(super) credit: String,
}

impl Decision {
    /// The same decision for a picture that bears this credit.
    #[must_use]
    pub fn credited(self, credit: &str) -> Self {
        Self { credit: credit.to_owned(), ..self }
    }

    /// The photo.
    #[must_use]
    pub fn photo(&self) -> &PhotoId {
        &self.photo
    }

    /// The channel.
    #[must_use]
    pub fn channel(&self) -> &ChannelId {
        &self.channel
    }

    /// Release, hold or block.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Every face's verdict, in the order of the faces. For a reader who may know of restrictions: see [`Self::told_to`].
    #[must_use]
    pub fn faces(&self) -> &[FaceVerdict] {
        &self.faces
    }

    /// Every reason, the heaviest first. For a reader who may know of restrictions: see [`Self::told_to`].
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// The regions that are hidden, one for each hidden face.
    #[must_use]
    pub fn regions(&self) -> Vec<Region> {
        self.proposed.hidden()
    }

    /// The regions of the faces shown: no feather may reach into them.
    #[must_use]
    pub fn shown(&self) -> Vec<Region> {
        self.proposed.shown()
    }

    /// The longest side of a rendition in pixels.
    #[must_use]
    pub fn long_side(&self) -> u32 {
        self.long_side
    }

    /// The digest of this verdict and its credit: the key of its rendition.
    #[must_use]
    pub fn fingerprint(&self) -> Digest {
        self.picture(&Seen { long_side: self.long_side, ..self.proposed.clone() })
    }

    fn picture(&self, seen: &Seen) -> Digest {
        fingerprint::picture(&seen.fingerprint(&self.digest), &self.credit)
    }

    /// The sign-off that `by` gives to what this decision would show.
    #[must_use]
    pub fn sign_off(&self, by: ActorId, at: Timestamp) -> SignOff {
        let fingerprint = self.proposed.fingerprint(&self.digest);
        SignOff { channel: self.channel.clone(), at, by, fingerprint, seen: self.proposed.clone() }
    }

    /// What this reader may know. Everybody but the safeguarding lead learns of a restriction only that the photo may
    /// not be used: neither whose face it is nor where anybody in the photo stands.
    #[must_use]
    pub fn told_to(&self, reader: Reader) -> (Vec<FaceVerdict>, Vec<Reason>) {
        let restricted = self.reasons.iter().any(|reason| reason.code == Code::Restricted);
        if !restricted || reader == Reader::Dsl {
            return (self.faces.clone(), self.reasons.clone());
        }
        let withheld = Reason::new(Code::Withheld, Weight::Block);
        let face = |face: &FaceVerdict| FaceVerdict {
            verdict: if face.verdict == FaceAct::None { FaceAct::None } else { FaceAct::Block },
            standing: None,
            reason: withheld.clone(),
            ..face.clone()
        };
        (self.faces.iter().map(face).collect(), vec![withheld.clone()])
    }

    /// What keeps the photo in, as this reader may know it: the heaviest reasons. What only waits for a human does not
    /// matter while something forbids the photo; nothing when it may leave.
    #[must_use]
    pub fn stopping(&self, reader: Reader) -> Vec<Reason> {
        let (_, mut reasons) = self.told_to(reader);
        let heaviest = reasons.iter().map(|reason| reason.weight).max().unwrap_or(Weight::Note);
        reasons.retain(|reason| reason.weight == heaviest && heaviest > Weight::Note);
        reasons
    }

    /// Whether the picture that leaves is a stricter one than was signed off.
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        let stricter = |reason: &Reason| reason.code == Code::StricterThanSigned;
        self.verdict == Verdict::Release && self.reasons.iter().any(stricter)
    }

    /// The token for making the picture that leaves, if the verdict is release.
    #[must_use]
    pub fn release(&self) -> Option<Cleared> {
        (self.verdict == Verdict::Release).then(|| Cleared(self.plan(self.long_side)))
    }

    /// The token for showing a signer the picture as it would leave. Nothing while the thorough search for faces is not done,
    /// and nothing of a photo that is blocked: no sign-off could let it leave.
    #[must_use]
    pub fn draft(&self) -> Option<Draft> {
        let searched = self.reasons.iter().all(|reason| reason.code != Code::NotInspected);
        (self.verdict != Verdict::Block && searched).then(|| Draft(self.plan(self.proposed.long_side)))
    }

    fn plan(&self, long_side: u32) -> Plan {
        let seen = Seen { long_side, ..self.proposed.clone() };
        Plan {
            photo: self.photo.clone(),
            digest: self.digest,
            channel: self.channel.clone(),
            fingerprint: self.picture(&seen),
            hidden: seen.hidden(),
            shown: seen.shown(),
            style: seen.style,
            long_side,
            credit: self.credit.clone(),
        }
    }
}

/// How a picture of a photo has to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    photo: PhotoId,
    digest: Digest,
    channel: ChannelId,
    fingerprint: Digest,
    hidden: Vec<Region>,
    shown: Vec<Region>,
    style: Style,
    long_side: u32,
    credit: String,
}

impl Plan {
    /// The photo.
    #[must_use]
    pub fn photo(&self) -> &PhotoId {
        &self.photo
    }

    /// The digest of the photo's original bytes.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The channel it is for.
    #[must_use]
    pub fn channel(&self) -> &ChannelId {
        &self.channel
    }

    /// The digest of the verdict and its credit: the key of the rendition.
    #[must_use]
    pub fn fingerprint(&self) -> &Digest {
        &self.fingerprint
    }

    /// What has to be hidden.
    #[must_use]
    pub fn hidden(&self) -> &[Region] {
        &self.hidden
    }

    /// Where no feather may reach.
    #[must_use]
    pub fn shown(&self) -> &[Region] {
        &self.shown
    }

    /// How regions are hidden.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// The longest side of the picture in pixels.
    #[must_use]
    pub fn long_side(&self) -> u32 {
        self.long_side
    }

    /// The credit that the picture bears.
    #[must_use]
    pub fn credit(&self) -> &str {
        &self.credit
    }
}

/// Leave to make a picture. What is made with it keeps its type to the end, so that a draft is never taken for more.
pub trait Clearance {
    /// How the picture has to be made.
    fn plan(&self) -> &Plan;
}

/// Proof that a photo may leave on a channel; only [`Decision::release`] gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleared(Plan);

/// Leave to show whoever checks a photo what would leave, and to nobody else; only [`Decision::draft`] gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft(Plan);

impl Clearance for Cleared {
    fn plan(&self) -> &Plan {
        &self.0
    }
}

impl Clearance for Draft {
    fn plan(&self) -> &Plan {
        &self.0
    }
}
