//! Which editions of pictures were fetched on a channel, and which of them may be out although they may no longer be shown.

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::Timestamp;

/// A picture that left on a channel and whose photo is in no queue that may leave, or may have moved since it was placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Out {
    /// The photo.
    pub photo: PhotoId,
    /// Whether it has to be decided anew: its place may be out of date.
    pub unsure: bool,
}

impl Read {
    /// Whether a picture of the photo ever left on the channel.
    ///
    /// # Errors
    /// When the database fails.
    pub fn was_out(&self, channel: &ChannelId, photo: &PhotoId) -> Result<bool, StoreError> {
        let sql = include_str!("pulls/was_out.sql");
        Ok(self.row(sql, (channel, photo), |row| row.get::<_, bool>(0))?.unwrap_or(false))
    }

    /// Whether this edition of a picture was fetched on the channel before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_pulled(&self, channel: &ChannelId, photo: &PhotoId, fingerprint: &Digest) -> Result<bool, StoreError> {
        let sql = "select 1 from pulls where channel = ?1 and photo = ?2 and fingerprint = ?3";
        Ok(self.row(sql, (channel, photo, fingerprint), |_| Ok(()))?.is_some())
    }

    /// Whether another edition than this one was fetched or sent out on the channel before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn had_another(&self, channel: &ChannelId, photo: &PhotoId, fingerprint: &Digest) -> Result<bool, StoreError> {
        let sql = include_str!("pulls/had_another.sql");
        Ok(self.row(sql, (channel, photo, fingerprint), |row| row.get::<_, bool>(0))?.unwrap_or(false))
    }

    /// The photos whose pictures left on the channel and may have to be called back, in the order of ids.
    ///
    /// # Errors
    /// When the database fails.
    pub fn maybe_withdrawn(&self, channel: &ChannelId, now: Timestamp) -> Result<Vec<Out>, StoreError> {
        self.rows(include_str!("pulls/maybe_withdrawn.sql"), (channel, At(now)), |row| {
            Ok(Out { photo: row.get(0)?, unsure: row.get(1)? })
        })
    }
}

impl Write<'_> {
    /// A picture was fetched on a channel; gives whether this edition of it leaves for the first time.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn pull(&self, channel: &ChannelId, photo: &PhotoId, fingerprint: &Digest) -> Result<bool, StoreError> {
        let sql = "insert into pulls (channel, photo, fingerprint, at, actor) values (?1, ?2, ?3, ?4, ?5)
                   on conflict do nothing";
        let pulled = |_| Event::Pulled { photo: photo.clone(), channel: channel.clone(), fingerprint: *fingerprint };
        Ok(self.change(sql, (channel, photo, fingerprint, At(self.now), self.actor), pulled)?.is_some())
    }
}
