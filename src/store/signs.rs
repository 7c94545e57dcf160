//! What is confirmed of a photo: how many people it shows, that a verdict may leave, that its texts name nobody.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::Write;
use super::photos;
use crate::audit::Event;
use crate::consent::{Seen, TextKind};
use crate::domain::id::{ChannelId, PhotoId};

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
