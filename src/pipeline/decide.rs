//! The verdict for a photo on a channel, from the facts and the ledger of one read transaction.

use crate::config::School;
use crate::consent::{self, Cleared, Decision, PhotoFacts, TextKind};
use crate::domain::category::Category;
use crate::domain::channel::Channel;
use crate::domain::event::Event;
use crate::domain::id::PhotoId;
use crate::domain::photo::Photo;
use crate::domain::time::Timestamp;
use crate::names::Roll;
use crate::store::{Read, StoreError};

use super::error::PipelineError;

/// A photo with everything that its verdicts rest on, as it was known at one moment.
#[derive(Debug)]
pub struct Identified {
    photo: Photo,
    event: Event,
    facts: PhotoFacts,
    people: consent::People,
    at: Timestamp,
}

/// A verdict, and the photo that it is about.
#[derive(Debug)]
pub struct Decided {
    photo: Photo,
    event: Event,
    decision: Decision,
}

/// The names of everybody on the register, against which an event's name is read.
///
/// # Errors
/// When the store fails.
pub fn roll(read: &Read<'_>) -> Result<Roll, StoreError> {
    Ok(Roll::new(read.people()?.into_iter().map(|person| crate::names::RollEntry { id: person.id, name: person.name })))
}
