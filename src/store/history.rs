//! Everything that was ever recorded of a photo, as the decision engine wants it.

use rusqlite::Row;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::Read;
use super::photos;
use crate::consent::replay::{FaceFound, HeadCount, PhotoHistory, StateReached, Tagging, TextChecked};
use crate::consent::{People, SignOff};
use crate::domain::face::Who;
use crate::domain::geometry::Rect;
use crate::domain::id::PhotoId;
use crate::domain::photo::PhotoState;

impl Read<'_> {
    /// What was ever recorded of a photo. For a verdict of the present take all of it
    /// ([`PhotoHistory::facts`]); for one of the past what was known then.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn photo_history(&self, id: &PhotoId) -> Result<PhotoHistory, StoreError> {
        let photo = self.photo(id)?.ok_or_else(|| photos::missing(id))?;
        let mut states = vec![StateReached { at: photo.received_at, state: PhotoState::Received }];
        states.extend(self.rows("select at, state from photo_steps where photo = ?1 order by id", [id], state)?);
        Ok(PhotoHistory {
            photo,
            states,
            faces: self.rows(include_str!("faces/history.sql"), [id], face)?,
            taggings: self.rows("select face, who, at from taggings where photo = ?1 order by id", [id], tagging)?,
            headcounts: self.rows("select at, count from headcounts where photo = ?1 order by id", [id], headcount)?,
            sign_offs: self.rows(include_str!("signs/history.sql"), [id], sign_off)?,
            names_in: self.rows("select text, at, named from text_checks where photo = ?1 order by id", [id], text)?,
            uploader: Some(self.uploader(id)?),
        })
    }

    /// The register's rows and the ledger of everybody who was ever said to be in a photo.
    ///
    /// # Errors
    /// When the database fails.
    pub fn people_in(&self, history: &PhotoHistory) -> Result<People, StoreError> {
        self.records(history.taggings.iter().filter_map(|tagging| match &tagging.who {
            Who::Person(person) | Who::Suggested(person) => Some(person),
            Who::Unknown | Who::Visitor | Who::NotAFace => None,
        }))
    }
}

fn state(row: &Row<'_>) -> rusqlite::Result<StateReached> {
    Ok(StateReached { at: row.get::<_, At>(0)?.0, state: row.get::<_, Json<_>>(1)?.0 })
}

fn face(row: &Row<'_>) -> rusqlite::Result<FaceFound> {
    Ok(FaceFound {
        id: row.get(0)?,
        rect: Rect { x1: row.get(1)?, y1: row.get(2)?, x2: row.get(3)?, y2: row.get(4)? },
        score: row.get(5)?,
        origin: row.get::<_, Json<_>>(6)?.0,
        found_at: row.get::<_, At>(7)?.0,
    })
}

fn tagging(row: &Row<'_>) -> rusqlite::Result<Tagging> {
    Ok(Tagging { face: row.get(0)?, who: row.get::<_, Json<_>>(1)?.0, at: row.get::<_, At>(2)?.0 })
}

fn headcount(row: &Row<'_>) -> rusqlite::Result<HeadCount> {
    Ok(HeadCount { at: row.get::<_, At>(0)?.0, people: row.get(1)? })
}

fn sign_off(row: &Row<'_>) -> rusqlite::Result<SignOff> {
    Ok(SignOff {
        channel: row.get(0)?,
        at: row.get::<_, At>(1)?.0,
        by: row.get(2)?,
        fingerprint: row.get(3)?,
        seen: row.get::<_, Json<_>>(4)?.0,
    })
}

fn text(row: &Row<'_>) -> rusqlite::Result<TextChecked> {
    Ok(TextChecked { text: row.get::<_, Json<_>>(0)?.0, at: row.get::<_, At>(1)?.0, named: row.get(2)? })
}
