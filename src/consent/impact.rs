//! What a new ledger entry touches: photos and channels, in time that grows with the touched photos, not with the library.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::{Act, Entry};
use crate::domain::channel::Channel;
use crate::domain::id::{CategoryId, ChannelId, PersonId, PhotoId};

/// The photos each person is in, confirmed or suggested.
pub type Photos = BTreeMap<PersonId, BTreeSet<PhotoId>>;

/// What an entry touches: each of these photos on each of these channels has to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact<'a> {
    /// The photos, ascending.
    pub photos: Vec<&'a PhotoId>,
    /// The channels, in the order given.
    pub channels: Vec<&'a ChannelId>,
}

/// The photos and channels whose verdicts the entry may change.
#[must_use]
pub fn impact<'a>(entry: &Entry, photos: &'a Photos, channels: &'a [Channel]) -> Impact<'a> {
    let Some((category, photo)) = reach(&entry.act) else { return Impact::default() };
    let of_person = photos.get(&entry.person);
    let photos = match photo {
        Some(one) => of_person.and_then(|photos| photos.get(one)).into_iter().collect(),
        None => of_person.into_iter().flatten().collect(),
    };
    let asks = |channel: &&Channel| category.is_none_or(|category| channel.category == *category);
    Impact { photos, channels: channels.iter().filter(asks).map(|channel| &channel.id).collect() }
}

/// The category and photo an act is limited to; nothing when it touches no photo at all.
fn reach(act: &Act) -> Option<(Option<&CategoryId>, Option<&PhotoId>)> {
    match act {
        Act::Decide { category, photo, .. } | Act::Object { category, photo } => Some((Some(category), photo.as_ref())),
        Act::Restrict | Act::Lift => Some((None, None)),
        Act::Notify | Act::Biometric(_) => None,
    }
}
