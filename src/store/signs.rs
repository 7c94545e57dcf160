//! What humans confirm of a photo: how many people it shows, and that a verdict may leave.

use serde::Serialize;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::Write;
use super::photos;
use crate::audit::Event;
use crate::domain::id::{ChannelId, Digest, PhotoId};

impl Write<'_> {
    /// Somebody counted the people in a photo; the latest count holds.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn set_headcount(&self, photo: &PhotoId, count: u32) -> Result<(), StoreError> {
        self.known(photo)?;
        let sql = "insert into headcounts (photo, count, at, actor) values (?1, ?2, ?3, ?4)";
        let counted = |_| Event::HeadCounted { photo: photo.clone(), count };
        self.change(sql, (photo, count, At(self.now), self.actor), counted)?;
        Ok(())
    }

    /// Somebody signed a verdict off for a channel; `seen` is what of the verdict later ones are compared with.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn sign_off(
        &self,
        photo: &PhotoId,
        channel: &ChannelId,
        fingerprint: &Digest,
        seen: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.known(photo)?;
        let row = (photo, channel, At(self.now), self.actor, fingerprint, Json(seen));
        let sql =
            "insert into sign_offs (photo, channel, at, actor, fingerprint, seen) values (?1, ?2, ?3, ?4, ?5, ?6)";
        let signed = |_| Event::SignedOff { photo: photo.clone(), channel: channel.clone(), fingerprint: *fingerprint };
        self.change(sql, row, signed)?;
        Ok(())
    }

    fn known(&self, photo: &PhotoId) -> Result<(), StoreError> {
        self.photo(photo)?.map(drop).ok_or_else(|| photos::missing(photo))
    }
}
