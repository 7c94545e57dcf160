//! What photos look like, so that frames of one moment are found.

use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use crate::audit::Event;
use crate::domain::id::{EventId, PhotoId};
use crate::domain::likeness::Likeness;

impl Read {
    /// The likenesses of an event's photos, as far as they were looked into, in the order of receipt.
    ///
    /// # Errors
    /// When the database fails.
    pub fn likenesses(&self, event: EventId) -> Result<Vec<(PhotoId, Likeness)>, StoreError> {
        let sql = "select p.id, l.hash from photos p join likenesses l on l.photo = p.id
                   where p.event = ?1 order by p.ordinal";
        self.rows(sql, [event], |row| Ok((row.get(0)?, Likeness(row.get::<_, i64>(1)?.cast_unsigned()))))
    }
}

impl Write<'_> {
    /// Keeps what a photo looks like; the same again changes nothing.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn set_likeness(&self, photo: &PhotoId, likeness: Likeness) -> Result<(), StoreError> {
        self.photo(photo)?.ok_or_else(|| photos::missing(photo))?;
        let sql = "insert into likenesses (photo, hash) values (?1, ?2)
                   on conflict do update set hash = ?2 where hash <> ?2";
        let kept = |_| Event::LikenessKept { photo: photo.clone() };
        self.change(sql, (photo, likeness.0.cast_signed()), kept).map(drop)
    }
}
