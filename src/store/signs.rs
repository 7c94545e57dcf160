//! What is confirmed of a photo: how many people it shows, that a verdict may leave, that its texts name nobody.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use crate::audit::Event;
use crate::consent::{Seen, TextKind};
use crate::domain::id::{ActorId, ChannelId, PhotoId};
use crate::domain::time::Timestamp;

/// A no to a photo on a channel, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In the words of whoever said it; may hold a name, so it never reaches a log.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: ActorId,
}

impl Read {
    /// The rejections of a photo on a channel, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rejections(&self, photo: &PhotoId, channel: &ChannelId) -> Result<Vec<Refusal>, StoreError> {
        let sql = "select reason, at, actor from rejections where photo = ?1 and channel = ?2 order by id";
        self.rows(sql, (photo, channel), |row| {
            Ok(Refusal { reason: row.get(0)?, at: row.get::<_, At>(1)?.0, by: row.get(2)? })
        })
    }
}

impl Write<'_> {
    /// Somebody counted the people in a photo; the latest count holds.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn set_headcount(&self, photo: &PhotoId, people: u32) -> Result<(), StoreError> {
        self.known(photo)?;
        let counted = |_| Event::HeadCounted { photo: photo.clone(), count: people };
        let row = (photo, people, At(self.now), self.actor);
        self.change(include_str!("signs/headcount.sql"), row, counted)?;
        Ok(())
    }

    /// Somebody looked at a photo as it would be shown and signed it off for a channel.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn sign_off(&self, photo: &PhotoId, channel: &ChannelId, seen: &Seen) -> Result<(), StoreError> {
        let digest = self.photo(photo)?.ok_or_else(|| photos::missing(photo))?.digest;
        let fingerprint = seen.fingerprint(&digest);
        let row = (photo, channel, At(self.now), self.actor, fingerprint, Json(seen));
        let signed = |_| Event::SignedOff { photo: photo.clone(), channel: channel.clone(), fingerprint };
        self.change(include_str!("signs/sign_off.sql"), row, signed)?;
        Ok(())
    }

    /// Somebody turned a photo down for a channel: there it does not leave until it is signed off later than now.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn reject(&self, photo: &PhotoId, channel: &ChannelId, reason: &str) -> Result<(), StoreError> {
        self.known(photo)?;
        let row = (photo, channel, reason, At(self.now), self.actor);
        let rejected = |_| Event::Rejected { photo: photo.clone(), channel: channel.clone() };
        self.change(include_str!("signs/reject.sql"), row, rejected)?;
        Ok(())
    }

    /// A text that goes with a photo was looked through for names of the roll; gives whether the finding is news.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn check_text(&self, photo: &PhotoId, text: TextKind, named: bool) -> Result<bool, StoreError> {
        self.known(photo)?;
        let checked = |_| Event::TextChecked { photo: photo.clone(), named };
        let row = (photo, Json(text), named, At(self.now), self.actor);
        Ok(self.change(include_str!("signs/text_check.sql"), row, checked)?.is_some())
    }

    fn known(&self, photo: &PhotoId) -> Result<(), StoreError> {
        self.photo(photo)?.map(drop).ok_or_else(|| photos::missing(photo))
    }
}
