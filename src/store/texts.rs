//! Captions and alt texts; the latest of each kind counts.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use crate::audit::Event;
use crate::consent::TextKind;
use crate::domain::id::{ActorId, PhotoId};
use crate::domain::time::Timestamp;

/// A text that somebody wrote for a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Caption or alt text.
    pub kind: TextKind,
    /// The text; an empty one takes the earlier away.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
}

impl Read {
    /// Every text of a photo in the order of writing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn texts(&self, photo: &PhotoId) -> Result<Vec<Written>, StoreError> {
        self.rows("select kind, text, at, actor from texts where photo = ?1 order by id", [photo], |row| {
            Ok(Written {
                kind: row.get::<_, Json<_>>(0)?.0,
                text: row.get(1)?,
                at: row.get::<_, At>(2)?.0,
                by: row.get(3)?,
            })
        })
    }

    /// The text of this kind that counts now; nothing when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn text(&self, photo: &PhotoId, kind: TextKind) -> Result<Option<String>, StoreError> {
        let sql = "select text from texts where photo = ?1 and kind = ?2 order by id desc limit 1";
        let text = self.row(sql, (photo, Json(kind)), |row| row.get::<_, String>(0))?;
        Ok(text.filter(|text| !text.is_empty()))
    }
}

impl Write<'_> {
    /// Writes a caption or an alt text for a photo; gives whether it is news.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn set_text(&self, photo: &PhotoId, kind: TextKind, text: &str) -> Result<bool, StoreError> {
        self.photo(photo)?.ok_or_else(|| photos::missing(photo))?;
        let row = (photo, Json(kind), text, At(self.now), self.actor);
        let written = |_| Event::TextWritten { photo: photo.clone() };
        Ok(self.change(include_str!("texts/set.sql"), row, written)?.is_some())
    }
}
