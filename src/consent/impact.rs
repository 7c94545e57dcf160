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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::ledger::{Choice, Giver, Method};
    use crate::consent::policy;
    use crate::domain::category::Medium;
    use crate::domain::id::{Digest, EntryId};
    use crate::domain::time::Timestamp;

    #[test]
    fn an_entry_touches_the_photos_of_its_person_on_the_channels_of_its_category() {
        let photo = |n: u8| PhotoId::of(&Digest::of(&[n]));
        let photos: Photos = [("P1", vec![1, 2]), ("P2", vec![2, 3])]
            .into_iter()
            .map(|(person, of)| (person.parse().unwrap(), of.into_iter().map(photo).collect()))
            .collect();
        let channels = policy::channels().unwrap();
        let touched = |person: &str, act: Act| {
            let (made_at, person) = (Timestamp::UNIX_EPOCH, person.parse().unwrap());
            let (id, giver, method) = (EntryId(1), Giver::School, Method::Portal);
            let (valid_from, valid_until, evidence, recorded_at) = (None, None, None, made_at);
            let entry =
                Entry { id, person, act, giver, method, made_at, recorded_at, valid_from, valid_until, evidence };
            let impact = impact(&entry, &photos, &channels);
            (impact.photos.len(), impact.channels.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>())
        };
        let decided = |category: &str, photo| Act::Decide {
            category: category.parse().unwrap(),
            medium: Medium::Photo,
            photo,
            decision: Choice::Withdrawn,
        };
        let website = vec!["website".to_owned()];
        assert_eq!(touched("P1", decided("website", None)), (2, website.clone()));
        assert_eq!(touched("P1", decided("website", Some(photo(1)))), (1, website.clone()));
        assert_eq!(touched("P1", decided("website", Some(photo(3)))), (0, website));
        assert_eq!(touched("P1", decided("displays", None)), (2, vec![]));
        let everywhere = ["website", "newsletter", "social_media"].map(str::to_owned).to_vec();
        assert_eq!(touched("P2", Act::Restrict), (2, everywhere.clone()));
        assert_eq!(touched("P2", Act::Lift), (2, everywhere.clone()));
        assert_eq!(touched("P9", Act::Restrict), (0, everywhere));
        assert_eq!(touched("P1", Act::Notify), (0, vec![]));
    }
}
