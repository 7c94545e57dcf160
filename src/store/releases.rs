//! What left on which channel, and what was taken back.

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::Timestamp;

const GET: &str = include_str!("releases/get.sql");

/// A picture that left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The channel.
    pub channel: ChannelId,
    /// The photo.
    pub photo: PhotoId,
    /// The verdict it left under.
    pub fingerprint: Digest,
    /// Its neutral file name.
    pub file_name: String,
    /// The digest of its bytes.
    pub blob: Digest,
    /// When it left.
    pub released_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

impl Read<'_> {
    /// The pictures that are out on a channel now, in the order of their file names.
    ///
    /// # Errors
    /// When the database fails.
    pub fn released_on(&self, channel: &ChannelId) -> Result<Vec<Release>, StoreError> {
        let sql = format!("{GET} where channel = ?1 and withdrawn_at is null order by file_name");
        self.rows(&sql, [channel], release)
    }

    /// Everything that ever left of a photo, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn releases_of(&self, photo: &PhotoId) -> Result<Vec<Release>, StoreError> {
        self.rows(&format!("{GET} where photo = ?1 order by id"), [photo], release)
    }
}

impl Write<'_> {
    /// A picture leaves on a channel; an earlier one of the same photo is taken back. Gives whether that is news.
    ///
    /// # Errors
    /// When there is no such photo, another photo has the file name, or the database fails.
    pub fn release(
        &self,
        channel: &ChannelId,
        photo: &PhotoId,
        fingerprint: &Digest,
        file_name: &str,
        blob: &Digest,
    ) -> Result<bool, StoreError> {
        if let Some(out) = self.live(channel, photo)? {
            if (out.fingerprint, out.file_name.as_str(), out.blob) == (*fingerprint, file_name, *blob) {
                return Ok(false);
            }
            self.withdraw(channel, photo)?;
        }
        let row = (channel, photo, fingerprint, file_name, blob, At(self.now));
        let left = |_| Event::Released {
            photo: photo.clone(),
            channel: channel.clone(),
            fingerprint: *fingerprint,
            blob: *blob,
        };
        self.change(include_str!("releases/add.sql"), row, left)?;
        Ok(true)
    }

    /// Takes a photo's picture back from a channel; gives whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn withdraw(&self, channel: &ChannelId, photo: &PhotoId) -> Result<bool, StoreError> {
        let Some(out) = self.live(channel, photo)? else {
            return Ok(false);
        };
        let sql = "update releases set withdrawn_at = ?3 where channel = ?1 and photo = ?2 and withdrawn_at is null";
        let withdrawn =
            |_| Event::Withdrawn { photo: photo.clone(), channel: channel.clone(), fingerprint: out.fingerprint };
        self.change(sql, (channel, photo, At(self.now)), withdrawn)?;
        Ok(true)
    }
}

impl Read<'_> {
    fn live(&self, channel: &ChannelId, photo: &PhotoId) -> Result<Option<Release>, StoreError> {
        let sql = format!("{GET} where channel = ?1 and photo = ?2 and withdrawn_at is null");
        self.row(&sql, (channel, photo), release)
    }
}

fn release(row: &rusqlite::Row<'_>) -> rusqlite::Result<Release> {
    Ok(Release {
        channel: row.get(0)?,
        photo: row.get(1)?,
        fingerprint: row.get(2)?,
        file_name: row.get(3)?,
        blob: row.get(4)?,
        released_at: row.get::<_, At>(5)?.0,
        withdrawn_at: row.get::<_, Option<At>>(6)?.map(|at| at.0),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, photo, store, write};
    use super::*;

    #[test]
    fn one_picture_of_a_photo_is_out_on_a_channel_and_a_new_verdict_takes_the_old_back() {
        let (_dir, store) = store();
        let (website, newsletter): (ChannelId, ChannelId) = ("website".parse().unwrap(), "newsletter".parse().unwrap());
        let (first, second) = (photo(&store, "a"), photo(&store, "b"));
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        let release = |seconds, channel: &ChannelId, verdict: &Digest| {
            write(&store, seconds, |w| w.release(channel, &first, verdict, "sports-001.jpg", verdict))
        };
        assert!(release(1, &website, &old));
        assert!(!release(2, &website, &old));
        assert!(release(3, &newsletter, &old));
        assert!(release(4, &website, &new));
        let out = store.read(|r| r.released_on(&website)).unwrap();
        assert_eq!(out.iter().map(|out| (out.fingerprint, out.released_at)).collect::<Vec<_>>(), [(new, at(4))]);
        let taken = store.write(&actor(), at(5), |w| w.release(&website, &second, &new, "sports-001.jpg", &new));
        assert!(taken.is_err(), "another photo has the name");
        assert!(write(&store, 6, |w| w.withdraw(&website, &first)));
        assert!(!write(&store, 7, |w| w.withdraw(&website, &first)));
        let all = store.read(|r| r.releases_of(&first)).unwrap();
        let times: Vec<_> = all.iter().map(|out| (out.released_at, out.withdrawn_at)).collect();
        assert_eq!(times, [(at(1), Some(at(4))), (at(3), None), (at(4), Some(at(6)))]);
    }
}
