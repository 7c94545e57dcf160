//! What became of the files of the school's camera folder; of their names nothing is kept.

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{Desk, Event};
use crate::domain::id::{Digest, PhotoId};

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CameraFile {
    /// It is this photo.
    Photo(PhotoId),
    /// It was refused: the reason with the remedy.
    Refused(String),
}

impl Read {
    /// What became of the file of this digest, if it was looked into.
    ///
    /// # Errors
    /// When the database fails.
    pub fn camera_file(&self, file: &Digest) -> Result<Option<CameraFile>, StoreError> {
        let sql = "select photo, reason from camera_files where file = ?1";
        let known =
            self.row(sql, [file], |row| Ok((row.get::<_, Option<PhotoId>>(0)?, row.get::<_, Option<String>>(1)?)))?;
        Ok(known.map(|(photo, reason)| {
            photo.map_or_else(|| CameraFile::Refused(reason.unwrap_or_default()), CameraFile::Photo)
        }))
    }
}

impl Write<'_> {
    /// Notes what became of a file; what was noted before stays.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn note_camera_file(&self, file: &Digest, became: &CameraFile) -> Result<(), StoreError> {
        let (photo, reason) = match became {
            CameraFile::Photo(photo) => (Some(photo), None),
            CameraFile::Refused(reason) => (None, Some(reason)),
        };
        let sql = "insert into camera_files (file, photo, reason, at) values (?1, ?2, ?3, ?4) on conflict do nothing";
        let noted = |_| Event::Desk(Desk::CameraFile { photo: photo.cloned() });
        self.change(sql, (file, photo, reason, At(self.now)), noted).map(drop)
    }
}
