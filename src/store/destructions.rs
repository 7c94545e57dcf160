//! Photos whose time is over: first the fact, then every byte goes, then the proof.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::{Store, photos};
use crate::audit::Event;
use crate::domain::id::{Digest, PhotoId};
use crate::domain::photo::Why;

/// A photo whose destruction has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The photo.
    pub photo: PhotoId,
    /// Everything that has to go: the original and every picture made of it.
    pub blobs: Vec<Digest>,
}

impl Read {
    /// The destructions that have begun and are not proven: also what a killed process left.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unfinished_destructions(&self) -> Result<Vec<Unfinished>, StoreError> {
        let photos: Vec<PhotoId> =
            self.rows("select photo from destructions where gone_at is null order by photo", [], |row| row.get(0))?;
        let of = |photo: PhotoId| {
            let blobs = self.rows(include_str!("destructions/blobs.sql"), [&photo], |row| row.get(0))?;
            Ok(Unfinished { photo, blobs })
        };
        photos.into_iter().map(of).collect()
    }
}

impl Write<'_> {
    /// Settles that a photo's bytes go: from now on it may not be used. [`Store::destroy`] then takes them away. Gives whether that
    /// is news.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn condemn(&self, photo: &PhotoId, why: Why) -> Result<bool, StoreError> {
        self.photo(photo)?.ok_or_else(|| photos::missing(photo))?;
        let condemned = |_| Event::PhotoDestroyed { photo: photo.clone(), why };
        let row = (photo, Json(why), At(self.now), self.actor);
        Ok(self.change(include_str!("destructions/add.sql"), row, condemned)?.is_some())
    }

    /// Proves that a photo's bytes are gone; to be called when they are. Gives whether that is news.
    ///
    /// # Errors
    /// When the database fails.
    pub fn prove_destroyed(&self, photo: &PhotoId, digests: &[Digest]) -> Result<bool, StoreError> {
        self.also(
            "delete from renditions where photo = ?1 and exists (select 1 from destructions where photo = ?1)",
            [photo],
        )?;
        let proven = |_| Event::BytesDestroyed { photo: photo.clone(), digests: digests.to_vec() };
        let sql = "update destructions set gone_at = ?2 where photo = ?1 and gone_at is null";
        Ok(self.change(sql, (photo, At(self.now)), proven)?.is_some())
    }
}

impl Store {
    /// Takes the bytes of a condemned photo off the disk; when this returns they are gone.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn destroy(&self, condemned: &Unfinished) -> Result<(), StoreError> {
        condemned.blobs.iter().try_for_each(|digest| self.delete_blob(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, event, store, write};
    use super::super::{Receipt, Rendition};
    use super::*;
    use crate::domain::geometry::Size;
    use crate::domain::photo::PhotoState;

    #[test]
    fn a_destroyed_photo_leaves_its_record_and_no_byte() {
        let (dir, store) = store();
        let event = event(&store);
        let [original, picture] = [b"original", b"pictured"].map(|bytes| store.put_blob(bytes).unwrap());
        let Receipt::New(photo) = write(&store, 1, |w| w.receive(&original, event)) else { panic!("new") };
        let made = Rendition { blob: picture, bytes: 8, size: Size { width: 4, height: 3 }, proof: picture };
        write(&store, 2, |w| w.keep_rendition(&photo.id, &original, 400, &made));
        assert!(write(&store, 10, |w| w.condemn(&photo.id, Why::Window)));
        assert!(!write(&store, 11, |w| w.condemn(&photo.id, Why::Event)));
        // as if the process was killed here
        drop(store);
        let store = Store::open(dir.path(), at(12)).unwrap();
        let unfinished = store.read(Read::unfinished_destructions).unwrap();
        let mut blobs = vec![original, picture];
        blobs.sort();
        assert_eq!(unfinished, [Unfinished { photo: photo.id.clone(), blobs: blobs.clone() }]);
        store.destroy(&unfinished[0]).unwrap();
        assert!(write(&store, 13, |w| w.prove_destroyed(&photo.id, &blobs)));
        assert!(!write(&store, 14, |w| w.prove_destroyed(&photo.id, &blobs)));
        assert!(
            !write(&store, 15, |w| w.keep_rendition(&photo.id, &picture, 400, &made)),
            "made while it was destroyed"
        );
        for digest in blobs {
            assert!(matches!(store.blob(&digest), Err(StoreError::MissingBlob { .. })));
        }
        assert!(store.examine(&[]).unwrap().is_empty());
        let history = store.read(|r| r.photo_history(&photo.id)).unwrap();
        assert_eq!(history.facts_at(at(9)).photo.state, PhotoState::Received);
        assert_eq!(history.facts_at(at(10)).photo.state, PhotoState::Destroyed);
        assert_eq!(history.facts().photo.state, PhotoState::Destroyed);
        assert_eq!(store.read(|r| r.photos_in(PhotoState::Destroyed)).unwrap().len(), 1);
        let late = store.write(&actor(), at(15), |w| w.set_refused(&photo.id, "late"));
        assert!(matches!(late, Err(StoreError::Step { from: PhotoState::Destroyed, .. })));
    }
}
