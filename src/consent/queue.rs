//! In which of a channel's queues a photo is: what its verdict means for whoever looks after the channel.

use serde::{Deserialize, Serialize};

use super::facts::TextKind;
use super::reason::{Code, Reason, Weight};
use super::verdict::{Decision, Verdict};

/// A queue of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Only the channel's editor has to do something: look, correct a text, sign off.
    ToCheck,
    /// Somebody else has to do something first, such as name faces or count heads.
    NotReady,
    /// It may leave now.
    MayLeave,
    /// An editor turned it down.
    TurnedDown,
    /// It may not be used.
    Withheld,
}

impl Queue {
    /// Every queue, in the order in which an editor needs them.
    pub const ALL: [Self; 5] = [Self::ToCheck, Self::MayLeave, Self::NotReady, Self::TurnedDown, Self::Withheld];
}

impl Decision {
    /// The queue that the photo is in.
    #[must_use]
    pub fn queue(&self) -> Queue {
        let holding = || self.reasons.iter().filter(|reason| reason.weight == Weight::Hold);
        match self.verdict {
            Verdict::Block => Queue::Withheld,
            Verdict::Release => Queue::MayLeave,
            Verdict::Hold if holding().any(|reason| reason.code == Code::Rejected) => Queue::TurnedDown,
            Verdict::Hold if holding().all(is_the_editors) => Queue::ToCheck,
            Verdict::Hold => Queue::NotReady,
        }
    }
}

fn is_the_editors(reason: &Reason) -> bool {
    let own = |text: &TextKind| matches!(text, TextKind::Caption | TextKind::AltText);
    match reason.code {
        Code::SignOffMissing | Code::SignOffStale | Code::FourEyes => true,
        Code::NameInText => reason.facts.texts.iter().all(own),
        _ => false,
    }
}
