//! What staff see of an original on their own screens: small, made from it in memory, never kept on the disk, never for a channel.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::School;
use crate::consent::ledger::Record;
use crate::consent::{People, PhotoFacts, StandingKind, Use, standing};
use crate::domain::category::{Audience, Medium};
use crate::domain::channel::Style;
use crate::domain::face::{Face, Who};
use crate::domain::geometry::{Region, Size};
use crate::domain::head::Cover;
use crate::domain::id::{FaceId, PhotoId};
use crate::domain::photo::{Photo, PhotoState};
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::vision::{InHand, Limits, Pixels, decode, encode_jpeg, measure, obscure, resize};

use super::error::PipelineError;

/// How much of a photo somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The whole, small, without anybody who is named and has agreed to no public use: naming needs them no more.
    Thumbnail,
    /// The whole as it was taken, to say who is on it.
    AsTaken,
    /// One face with the head around it.
    Face(FaceId),
}

impl View {
    /// In pixels.
    fn long_side(self) -> u32 {
        match self {
            Self::Thumbnail => 480,
            Self::AsTaken => 1600,
            Self::Face(_) => 240,
        }
    }
}

/// The JPEGs that were looked at last, in memory only. A picture is found again only for the very regions that are hidden now.
#[derive(Default)]
pub struct Glances(Mutex<VecDeque<Glance>>);

struct Glance {
    key: Key,
    jpeg: Arc<Vec<u8>>,
}

#[derive(Clone, PartialEq)]
struct Key {
    photo: PhotoId,
    view: View,
    hidden: Vec<Region>,
}

/// Some 2000 thumbnails of 30 kB.
const MOST_BYTES: usize = 64_000_000;

impl Glances {
    /// The JPEG of a view of a photo, as the facts are now.
    ///
    /// # Errors
    /// [`PipelineError::NoPhoto`] when there is no such photo or face, or nobody has looked into it yet; else when the original is
    /// damaged or the store fails.
    pub fn show(
        &self,
        store: &Store,
        school: &School,
        id: &PhotoId,
        view: View,
        now: Timestamp,
    ) -> Result<Arc<Vec<u8>>, PipelineError> {
        let none = || PipelineError::NoPhoto(id.clone());
        let (facts, people) = store.read(|read| {
            read.photo(id)?.ok_or_else(none)?;
            let history = read.photo_history(id)?;
            Ok::<_, PipelineError>((history.facts(), read.people_in(&history)?))
        })?;
        let size = looked_into(&facts.photo).ok_or_else(none)?;
        let (hidden, shown) = match view {
            View::Thumbnail => parted(&facts, &people, school, size, now),
            View::AsTaken | View::Face(_) => (Vec::new(), Vec::new()),
        };
        let key = Key { photo: id.clone(), view, hidden };
        if let Some(jpeg) = self.kept(&key) {
            return Ok(jpeg);
        }
        let bytes = store.blob(&facts.photo.digest)?;
        let _in_hand = InHand::take(measure(&bytes, None, &Limits::default())?);
        let mut pixels = decode(&bytes, None, &Limits::default())?.pixels;
        if let View::Face(face) = view {
            return self.faces(&facts, &pixels, face)?.ok_or_else(none);
        }
        obscure(&mut pixels, &key.hidden, &shown, Style::Smooth, facts.photo.digest.as_bytes());
        let jpeg = encode_jpeg(&resize(&pixels, view.long_side())?, None)?;
        Ok(self.keep(key, jpeg))
    }

    /// Forgets the pictures of photos that were destroyed: they were shown to nobody since, and are not kept either.
    pub fn forget(&self, destroyed: &BTreeSet<PhotoId>) {
        let mut glances = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        glances.retain(|glance| !destroyed.contains(&glance.key.photo));
    }

    /// Every face is cut out while the pixels are there: whoever looks at one looks at all.
    fn faces(
        &self,
        facts: &PhotoFacts,
        pixels: &Pixels,
        wanted: FaceId,
    ) -> Result<Option<Arc<Vec<u8>>>, PipelineError> {
        let mut found = None;
        for face in &facts.faces {
            let Some(cut) = cut_out(pixels, Cover::Head.region(&face.rect, pixels.size())) else { continue };
            let view = View::Face(face.id);
            let jpeg = encode_jpeg(&resize(&cut, view.long_side())?, None)?;
            let jpeg = self.keep(Key { photo: facts.photo.id.clone(), view, hidden: Vec::new() }, jpeg);
            found = found.or((face.id == wanted).then_some(jpeg));
        }
        Ok(found)
    }

    fn kept(&self, key: &Key) -> Option<Arc<Vec<u8>>> {
        let glances = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        glances.iter().rev().find(|glance| glance.key == *key).map(|glance| Arc::clone(&glance.jpeg))
    }

    fn keep(&self, key: Key, jpeg: Vec<u8>) -> Arc<Vec<u8>> {
        let jpeg = Arc::new(jpeg);
        let mut glances = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        glances.retain(|glance| glance.key != key);
        glances.push_back(Glance { key, jpeg: Arc::clone(&jpeg) });
        let mut bytes: usize = glances.iter().map(|glance| glance.jpeg.len()).sum();
        while bytes > MOST_BYTES
            && let Some(oldest) = glances.pop_front()
        {
            bytes -= oldest.jpeg.len();
        }
        jpeg
    }
}

/// The upright size of a photo that can be looked at: one that a worker has decoded, and whose original is kept.
fn looked_into(photo: &Photo) -> Option<Size> {
    let decoded = matches!(photo.state, PhotoState::Found | PhotoState::Inspected | PhotoState::Quarantined);
    photo.size.filter(|_| decoded)
}

/// The heads that a thumbnail hides and those that it shows.
fn parted(
    facts: &PhotoFacts,
    people: &People,
    school: &School,
    size: Size,
    now: Timestamp,
) -> (Vec<Region>, Vec<Region>) {
    let agreed = |record: &Record| {
        let public = school.categories.iter().filter(|category| category.audience == Audience::Public);
        let wanted = public.map(|category| Use { category, medium: Medium::Photo, photo: Some(&facts.photo.id) });
        let mut standings = wanted.map(|wanted| standing(record, &wanted, &school.policy, now).kind);
        standings.any(|kind| kind == StandingKind::Granted)
    };
    let hides = |face: &&Face| match &face.who {
        Who::Person(id) | Who::Suggested(id) => !people.get(id).is_some_and(agreed),
        Who::Visitor => true,
        Who::Unknown | Who::NotAFace => false,
    };
    let (hidden, shown): (Vec<&Face>, Vec<&Face>) =
        facts.faces.iter().filter(|face| face.who != Who::NotAFace).partition(hides);
    let heads = |faces: Vec<&Face>| faces.into_iter().map(|face| Cover::Head.region(&face.rect, size)).collect();
    (heads(hidden), heads(shown))
}

/// The part of a picture; nothing when no pixel lies in it.
fn cut_out(pixels: &Pixels, region: Region) -> Option<Pixels> {
    let rgb = pixels.rows(region).flatten().flatten().copied().collect();
    Pixels::new(region.size(), rgb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::camera::Camera;
    use crate::domain::id::ActorId;
    use crate::domain::photo::Why;
    use crate::store::{Read, StoreError};

    #[test]
    fn of_a_destroyed_photo_nothing_is_shown_from_memory_or_left_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |minute: i64| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minute);
        let actor: ActorId = "test".parse().unwrap();
        let store = Store::open(folder.path(), at(0)).unwrap();
        let size = Size { width: 60, height: 40 };
        let take = |grey: u8| {
            let jpeg = encode_jpeg(&Pixels::new(size, vec![[grey; 3]; 2400].concat()).unwrap(), None).unwrap();
            let digest = store.put_blob(&jpeg).unwrap();
            let taken = store.write(&actor, at(1), |w| {
                let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports")?;
                let id = w.receive(&digest, event.id)?.photo().id.clone();
                w.set_found(&id, size, &Camera::default())?;
                w.set_inspected(&id)?;
                Ok::<_, StoreError>(id)
            });
            taken.unwrap()
        };
        let (gone, stays) = (take(90), take(150));
        let (glances, school) = (Glances::default(), School::default());
        let look = |id: &PhotoId, view| glances.show(&store, &school, id, view, at(2));
        for view in [View::Thumbnail, View::AsTaken] {
            assert!(look(&gone, view).is_ok() && look(&stays, view).is_ok());
        }
        store.write(&actor, at(3), |w| w.condemn(&gone, Why::Window)).unwrap();
        assert!(matches!(look(&gone, View::Thumbnail), Err(PipelineError::NoPhoto(_))), "settled, and at once");
        for photo in store.read(Read::unfinished_destructions).unwrap() {
            store.destroy(&photo).unwrap();
        }
        assert!(matches!(look(&gone, View::AsTaken), Err(PipelineError::NoPhoto(_))));
        glances.forget(&BTreeSet::from([gone]));
        let kept = glances.0.lock().unwrap();
        assert_eq!(kept.iter().map(|glance| glance.key.photo.clone()).collect::<Vec<_>>(), [stays.clone(), stays]);
    }
}
