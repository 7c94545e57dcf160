//! The verdict for a photo on a channel, from the facts and the ledger of one read transaction.

use std::borrow::Cow;
use std::sync::Arc;

use crate::config::School;
use crate::consent::replay::{PhotoHistory, TextChecked};
use crate::consent::{Decision, People, TextKind, decide, next_turn};
use crate::domain::category::Category;
use crate::domain::channel::{Channel, Names};
use crate::domain::id::PhotoId;
use crate::domain::time::Timestamp;
use crate::names::Roll;
use crate::store::{Read, StoreError};

use super::error::PipelineError;

/// A photo with everything that its verdicts rest on.
#[derive(Debug)]
pub struct Identified {
    recorded: Recorded,
    people: People,
}

impl Identified {
    /// Collects what is recorded of a photo, and of everybody who was ever tagged in it.
    ///
    /// The event's name, captions, alt texts and credits are read against today's roll: a name that joined it since counts from
    /// the beginning.
    ///
    /// # Errors
    /// When there is no such photo or the store fails.
    pub fn load(read: &Read, roll: &Arc<Roll>, id: &PhotoId) -> Result<Self, PipelineError> {
        let recorded = Recorded::load(read, roll, id)?;
        let people = read.people_in(&recorded.history)?;
        Ok(Self { recorded, people })
    }

    /// What is recorded of the photo.
    #[must_use]
    pub fn history(&self) -> &PhotoHistory {
        &self.recorded.history
    }

    /// The verdict for a channel now: everything recorded counts, even if the machine's clock has stepped back since.
    #[must_use]
    pub fn decide(&self, school: &School, channel: &Channel, category: &Category, now: Timestamp) -> Decision {
        let facts = self.recorded.of(channel).facts();
        decide(&facts, &self.people, channel, category, &school.policy, now).credited(school.credit(channel))
    }

    /// Until when that verdict stands unless somebody says something; for ever when nothing is given.
    #[must_use]
    pub fn next_turn(&self, school: &School, category: &Category, now: Timestamp) -> Option<Timestamp> {
        next_turn(&self.history().photo, &self.people, category, &school.policy, now)
    }
}

/// A photo with everything that its verdicts rested on, or will rest on, at one moment.
#[derive(Debug)]
pub struct Past {
    recorded: Recorded,
    people: People,
    at: Timestamp,
}

impl Past {
    /// Collects what had been recorded of a photo and of the people in it; `roll` is [`super::roll_at`] that moment.
    ///
    /// A moment before the photo's receipt has nothing to replay: there today's photo is judged by what had been said of
    /// the people by then.
    ///
    /// # Errors
    /// When there is no such photo or the store fails.
    pub fn load(read: &Read, roll: &Arc<Roll>, id: &PhotoId, at: Timestamp) -> Result<Self, PipelineError> {
        let recorded = Recorded::load(read, roll, id)?;
        let received = at >= recorded.history.photo.received_at;
        let people =
            if received { read.people_in_at(&recorded.history, at)? } else { read.people_in(&recorded.history)? };
        Ok(Self { recorded, people, at })
    }

    /// The verdict for a channel at that moment.
    #[must_use]
    pub fn decide(&self, school: &School, channel: &Channel, category: &Category) -> Decision {
        let recorded = self.recorded.of(channel);
        recorded.decide_at(&self.people, channel, category, &school.policy, self.at).credited(school.credit(channel))
    }
}

#[derive(Debug)]
struct Recorded {
    history: PhotoHistory,
    /// The texts as they are read where no name may stand beside a picture.
    nameless: Vec<TextChecked>,
    roll: Arc<Roll>,
}

impl Recorded {
    fn load(read: &Read, roll: &Arc<Roll>, id: &PhotoId) -> Result<Self, PipelineError> {
        let mut history = read.photo_history(id).map_err(|error| match error {
            StoreError::Missing { .. } => PipelineError::NoPhoto(id.clone()),
            error => error.into(),
        })?;
        let names = read.event_names(history.photo.event)?;
        let mut nameless = history.names_in.clone();
        let mut read_text = |kind, at, text: Option<&str>| {
            let check = |named| TextChecked { text: kind, at, named };
            history.names_in.push(check(text.is_none_or(|text| !roll.find(text).is_empty())));
            nameless.push(check(text.is_none_or(|text| roll.mentions(text))));
        };
        let mut at = history.photo.received_at;
        read_text(TextKind::EventName, at, names.first().map(|(_, name)| name.as_str()));
        for (since, name) in names.iter().skip(1) {
            // the later name counts, even if the machine's clock has stepped back since
            at = since.map_or(at, |since| since.max(at));
            read_text(TextKind::EventName, at, Some(name));
        }
        for written in read.texts(id)? {
            read_text(written.kind, written.at, Some(&written.text));
        }
        Ok(Self { history, nameless, roll: Arc::clone(roll) })
    }

    /// What is recorded, with its texts read as the channel asks for.
    fn of(&self, channel: &Channel) -> Cow<'_, PhotoHistory> {
        let mut recorded = match channel.names {
            Names::First => Cow::Borrowed(&self.history),
            Names::None => Cow::Owned(PhotoHistory { names_in: self.nameless.clone(), ..self.history.clone() }),
        };
        if channel.credit.as_deref().is_some_and(|credit| self.names_somebody(credit, channel.names)) {
            let credit = TextChecked { text: TextKind::Credit, at: self.history.photo.received_at, named: true };
            recorded.to_mut().names_in.push(credit);
        }
        recorded
    }

    /// Photographers and schools share surnames with pupils, so a surname may stand in a credit, also with an initial.
    fn names_somebody(&self, credit: &str, names: Names) -> bool {
        match names {
            Names::First => self.roll.find(credit).iter().any(|found| found.is_written_out(credit)),
            Names::None => self.roll.mentions(credit),
        }
    }
}
