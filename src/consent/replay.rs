//! Any past moment again: the append-only rows of a photo folded to what was known then.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::decide::{People, decide};
use super::facts::{PhotoFacts, TextKind};
use super::ledger::Record;
use super::policy::Policy;
use super::sign_off::{Rejection, SignOff};
use super::verdict::Decision;
use crate::domain::category::Category;
use crate::domain::channel::Channel;
use crate::domain::face::{Face, Hint, Origin, Who};
use crate::domain::geometry::Rect;
use crate::domain::id::{ActorId, ChannelId, FaceId, PersonId};
use crate::domain::photo::{Photo, PhotoState};
use crate::domain::time::Timestamp;

/// Everything that was ever recorded of a photo; each list in the order of recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhotoHistory {
    /// The record as it is today.
    pub photo: Photo,
    /// The states it went through; today's state is the one that counts when there are none.
    pub states: Vec<StateReached>,
    /// The faces; a later row about a face replaces the earlier.
    pub faces: Vec<FaceFound>,
    /// Who people said they are.
    pub taggings: Vec<Tagging>,
    /// Whom the matcher suggested, and what became of it.
    pub suggestions: Vec<Suggestion>,
    /// The head-counts.
    pub headcounts: Vec<HeadCount>,
    /// The sign-offs of every channel.
    pub sign_offs: Vec<SignOff>,
    /// The rejections of every channel.
    #[serde(default)]
    pub rejections: Vec<Rejection>,
    /// The checks of texts for names.
    pub names_in: Vec<TextChecked>,
    /// Who brought it in.
    pub uploader: Option<ActorId>,
    /// When it, or its whole event, was pulled because of an incident.
    pub holds: Vec<Hold>,
}

/// A state and when it was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateReached {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub state: PhotoState,
}

/// A face that a detector or a human found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceFound {
    /// Its number in the photo.
    pub id: FaceId,
    /// Its box.
    pub rect: Rect,
    /// The detector's confidence.
    pub score: Option<f32>,
    /// How it came to be known.
    pub origin: Origin,
    /// When.
    pub found_at: Timestamp,
}

/// Who somebody said a face is; a suggestion among them says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagging {
    /// The face.
    pub face: FaceId,
    /// Who.
    pub who: Who,
    /// When.
    pub at: Timestamp,
}

/// That the matcher suggested a person for a face, or that this came to an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The face.
    pub face: FaceId,
    /// The person.
    pub person: PersonId,
    /// What was said.
    pub hint: Hint,
    /// When.
    pub at: Timestamp,
}

/// How many people somebody counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadCount {
    /// When.
    pub at: Timestamp,
    /// How many.
    pub people: u32,
}

/// Whether a text of the photo held a name when it was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextChecked {
    /// Which text.
    pub text: TextKind,
    /// When.
    pub at: Timestamp,
    /// Whether it held a surname or full name of the roll.
    pub named: bool,
}

/// A time during which a photo was pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// From this moment on.
    pub from: Timestamp,
    /// Until it was lifted, if it was.
    pub until: Option<Timestamp>,
}

impl PhotoHistory {
    /// What was known at a moment.
    #[must_use]
    pub fn facts_at(&self, at: Timestamp) -> PhotoFacts {
        let state = latest(&self.states, |row| row.at, at).map_or(self.photo.state, |row| row.state);
        let mut found: BTreeMap<FaceId, &FaceFound> = BTreeMap::new();
        for face in self.faces.iter().filter(|face| face.found_at <= at) {
            found.insert(face.id, face);
        }
        let channels: Vec<&ChannelId> = self.sign_offs.iter().map(|sign_off| &sign_off.channel).collect();
        let sign_off = |channel: &ChannelId| {
            let of_channel: Vec<&SignOff> = self.sign_offs.iter().filter(|row| row.channel == *channel).collect();
            latest(&of_channel, |row| row.at, at).map(|row| (channel.clone(), (*row).clone()))
        };
        let rejected = self.rejections.iter().filter(|row| row.at <= at).fold(BTreeMap::new(), |mut latest, row| {
            let known = latest.entry(row.channel.clone()).or_insert(row.at);
            *known = row.at.max(*known);
            latest
        });
        let named = |text: &TextKind| {
            let checks: Vec<&TextChecked> = self.names_in.iter().filter(|row| row.text == *text).collect();
            latest(&checks, |row| row.at, at).is_some_and(|row| row.named)
        };
        PhotoFacts {
            photo: Photo { state, ..self.photo.clone() },
            faces: found.into_values().map(|face| self.face(face, at)).collect(),
            headcount: latest(&self.headcounts, |row| row.at, at).map(|row| row.people),
            sign_offs: channels.into_iter().filter_map(sign_off).collect(),
            rejected,
            names_in: TextKind::ALL.iter().copied().filter(named).collect(),
            uploader: self.uploader.clone(),
            held: self.holds.iter().any(|hold| hold.from <= at && hold.until.is_none_or(|until| until > at)),
        }
    }

    /// What is known when every row counts.
    #[must_use]
    pub fn facts(&self) -> PhotoFacts {
        self.facts_at(Timestamp::MAX)
    }

    /// The decision of a moment, present, past or to come.
    ///
    /// From the photo's receipt on it is a strict replay: only what had been recorded by then counts. Before that there
    /// was no decision to replay, so today's photo is judged by what had been said by then, whenever it was recorded.
    #[must_use]
    pub fn decide_at(
        &self,
        people: &People,
        channel: &Channel,
        category: &Category,
        policy: &Policy,
        at: Timestamp,
    ) -> Decision {
        let received = at >= self.photo.received_at;
        let then = |record: &Record| if received { record.known_at(at) } else { record.said_by(at, policy) };
        let people = people.iter().map(|(id, record)| (id.clone(), then(record))).collect();
        let facts = if received { self.facts_at(at) } else { self.facts() };
        decide(&facts, &people, channel, category, policy, at)
    }

    /// A human's name for a face outlasts every suggestion; where nobody has named it, the suggestions stand.
    fn face(&self, face: &FaceFound, at: Timestamp) -> Face {
        let said: Vec<&Tagging> = self.taggings.iter().filter(|tagging| tagging.face == face.id).collect();
        let mut suggested = self.suggested(face.id, at).into_iter();
        let (who, also) = match latest(&said, |row| row.at, at).map(|tagging| &tagging.who) {
            Some(named @ (Who::Person(_) | Who::Visitor | Who::NotAFace)) => (named.clone(), Vec::new()),
            Some(Who::Unknown | Who::Suggested(_)) | None => {
                (suggested.next().map_or(Who::Unknown, Who::Suggested), suggested.collect())
            }
        };
        Face { id: face.id, rect: face.rect, score: face.score, origin: face.origin, who, also }
    }

    /// The people whose suggestion for a face stood at a moment, the likeliest first: each person's latest row counts,
    /// and a rejection for ever.
    fn suggested(&self, face: FaceId, at: Timestamp) -> Vec<PersonId> {
        let mut rows: BTreeMap<&PersonId, Vec<&Suggestion>> = BTreeMap::new();
        for row in self.suggestions.iter().filter(|row| row.face == face && row.at <= at) {
            rows.entry(&row.person).or_default().push(row);
        }
        let standing = |(person, rows): (&PersonId, Vec<&Suggestion>)| {
            let rejected = rows.iter().any(|row| row.hint == Hint::Rejected);
            match latest(&rows, |row| row.at, at)?.hint {
                Hint::Suggested(rank) if !rejected => Some((rank, person.clone())),
                Hint::Suggested(_) | Hint::Retracted | Hint::Rejected => None,
            }
        };
        let mut standing: Vec<(u8, PersonId)> = rows.into_iter().filter_map(standing).collect();
        standing.sort_unstable();
        standing.into_iter().map(|(_, person)| person).collect()
    }
}

/// The row with the latest moment that is not after `by`; of several the one recorded last.
fn latest<T>(rows: &[T], at: impl Fn(&T) -> Timestamp, by: Timestamp) -> Option<&T> {
    rows.iter().filter(|row| at(row) <= by).max_by_key(|row| at(row))
}
