//! Renditions kept for the next request: a cache that a changed verdict cannot hit.

use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{Event, Pushing};
use crate::domain::geometry::Size;
use crate::domain::id::{Digest, PhotoId};
use crate::domain::photo::PhotoState;

/// A kept rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rendition {
    /// The digest of its bytes among the blobs.
    pub blob: Digest,
    /// How many bytes.
    pub bytes: u64,
    /// Its width and height in pixels.
    pub size: Size,
    /// What was proven of its bytes.
    pub proof: Digest,
}

impl Read {
    /// The rendition of a photo for exactly this verdict and longest side in pixels.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rendition(
        &self,
        photo: &PhotoId,
        fingerprint: &Digest,
        long_side: u32,
    ) -> Result<Option<Rendition>, StoreError> {
        let sql = "select blob, bytes, width, height, proof from renditions
                   where photo = ?1 and fingerprint = ?2 and long_side = ?3 and proof is not null";
        self.row(sql, (photo, fingerprint, long_side), |row| {
            let size = Size { width: row.get(2)?, height: row.get(3)? };
            Ok(Rendition { blob: row.get(0)?, bytes: row.get(1)?, size, proof: row.get(4)? })
        })
    }
}

impl Write<'_> {
    /// Keeps a rendition whose bytes are among the blobs, in place of an earlier one for the same verdict and side. Of a photo that
    /// was destroyed meanwhile nothing is kept; gives whether it was.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn keep_rendition(
        &self,
        photo: &PhotoId,
        fingerprint: &Digest,
        long_side: u32,
        made: &Rendition,
    ) -> Result<bool, StoreError> {
        if self.photo(photo)?.is_some_and(|photo| photo.state == PhotoState::Destroyed) {
            return Ok(false);
        }
        let sql = "insert into renditions (photo, fingerprint, long_side, blob, bytes, width, height, proof)
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                   on conflict do update set blob = ?4, bytes = ?5, width = ?6, height = ?7, proof = ?8
                   where blob <> ?4 or proof is not ?8";
        let Rendition { blob, bytes, size, proof } = made;
        let row = (photo, fingerprint, long_side, blob, bytes, size.width, size.height, proof);
        let (photo, fingerprint, blob, proof) = (photo.clone(), *fingerprint, *blob, *proof);
        let kept = |_| Event::Push(Pushing::Proven { photo, fingerprint, blob, proof });
        self.change(sql, row, kept)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{photo, store, write};
    use super::*;

    #[test]
    fn another_verdict_or_size_misses() {
        let (_dir, store) = store();
        let photo = photo(&store, "a");
        let verdict = Digest::of(b"verdict");
        let made =
            Rendition { blob: Digest::of(b"jpeg"), bytes: 4, size: Size { width: 4, height: 3 }, proof: verdict };
        write(&store, 1, |w| w.keep_rendition(&photo, &verdict, 400, &made));
        let find = |verdict: &[u8], side| store.read(|r| r.rendition(&photo, &Digest::of(verdict), side)).unwrap();
        assert_eq!(find(b"verdict", 400), Some(made));
        assert_eq!(find(b"verdict", 401), None);
        assert_eq!(find(b"other", 400), None);
    }
}
