//! Events and photos at a glance: pages of lists, and how far the naming of faces has come.

use serde::Serialize;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::Read;
use super::{events, photos};
use crate::domain::event::Event;
use crate::domain::face::Who;
use crate::domain::id::{ActorId, EventId, FaceId, PhotoId};
use crate::domain::photo::{Photo, PhotoState};
use crate::domain::time::Timestamp;

/// How far the naming of some faces has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Faces that somebody has named, visitors included.
    pub named: u32,
    /// Sure faces that nobody has named.
    pub to_name: u32,
    /// Weak hits that nobody has judged.
    pub maybe: u32,
}

/// How many of an event's photos are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Arrivals {
    /// Not looked into yet.
    pub received: u32,
    /// Looked into quickly: faces can be named.
    pub found: u32,
    /// Looked into thoroughly.
    pub inspected: u32,
    /// From a camera that is not the school's.
    pub quarantined: u32,
    /// No picture that can be used.
    pub refused: u32,
}

/// What a human said of a face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// Its number: of two about a face, the higher one holds.
    pub id: i64,
    /// The face.
    pub face: FaceId,
    /// Who it is.
    pub who: Who,
    /// When it was said.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
}

impl Read {
    /// Up to `limit` events after this one, the newest day first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn events_after(&self, after: Option<EventId>, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.rows(include_str!("album/events.sql"), (after, limit), events::event)
    }

    /// Up to `limit` photos of an event after this place in it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos_after(&self, event: EventId, after: u32, limit: u32) -> Result<Vec<Photo>, StoreError> {
        let sql = format!("{} where p.event = ?1 and p.ordinal > ?2 order by p.ordinal limit ?3", photos::GET);
        self.rows(&sql, (event, after, limit), photos::photo)
    }

    /// The photo before a place in an event: the last one in which faces can be named.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photo_before(&self, event: EventId, place: u32) -> Result<Option<Photo>, StoreError> {
        let known = "coalesce(s.state, 'received') in ('found', 'inspected')";
        let sql = format!(
            "{} where p.event = ?1 and p.ordinal < ?2 and {known} order by p.ordinal desc limit 1",
            photos::GET
        );
        self.row(&sql, (event, place), photos::photo)
    }

    /// The first photo after a place in an event that shows a face to name, or whose people nobody has counted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photo_to_name(&self, event: EventId, after: u32) -> Result<Option<PhotoId>, StoreError> {
        self.row(include_str!("album/to_name.sql"), (event, after), |row| row.get(0))
    }

    /// How many photos an event has.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photo_count(&self, event: EventId) -> Result<u32, StoreError> {
        let count = self.row("select count(*) from photos where event = ?1", [event], |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }

    /// How many of an event's photos are in each state.
    ///
    /// # Errors
    /// When the database fails.
    pub fn arrivals(&self, event: EventId) -> Result<Arrivals, StoreError> {
        let mut arrivals = Arrivals::default();
        let states = self.rows(include_str!("album/arrivals.sql"), [event], |row| {
            Ok((row.get::<_, Json<PhotoState>>(0)?.0, row.get(1)?))
        })?;
        for (state, count) in states {
            match state {
                PhotoState::Received => arrivals.received = count,
                PhotoState::Found => arrivals.found = count,
                PhotoState::Inspected => arrivals.inspected = count,
                PhotoState::Quarantined => arrivals.quarantined = count,
                PhotoState::Refused => arrivals.refused = count,
            }
        }
        Ok(arrivals)
    }

    /// How far the naming of an event's faces has come.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tally_of_event(&self, event: EventId) -> Result<Tally, StoreError> {
        self.tally("f.photo in (select id from photos where event = ?1)", event)
    }

    /// How far the naming of a photo's faces has come.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tally_of_photo(&self, photo: &PhotoId) -> Result<Tally, StoreError> {
        self.tally("f.photo = ?1", photo)
    }

    /// How many people somebody last counted in a photo.
    ///
    /// # Errors
    /// When the database fails.
    pub fn headcount(&self, photo: &PhotoId) -> Result<Option<u32>, StoreError> {
        self.row("select count from headcounts where photo = ?1 order by id desc limit 1", [photo], |row| row.get(0))
    }

    /// Everything that humans said of a photo's faces, the earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sayings(&self, photo: &PhotoId) -> Result<Vec<Saying>, StoreError> {
        let sql = r#"select id, face, who, at, actor from taggings
                     where photo = ?1 and who not like '{"suggested":%' order by id"#;
        self.rows(sql, [photo], |row| {
            Ok(Saying {
                id: row.get(0)?,
                face: row.get(1)?,
                who: row.get::<_, Json<_>>(2)?.0,
                at: row.get::<_, At>(3)?.0,
                by: row.get(4)?,
            })
        })
    }

    /// The registration classes of the register.
    ///
    /// # Errors
    /// When the database fails.
    pub fn classes(&self) -> Result<Vec<String>, StoreError> {
        self.rows("select distinct class from people where class is not null order by class", [], |row| row.get(0))
    }

    fn tally(&self, of: &str, id: impl rusqlite::ToSql) -> Result<Tally, StoreError> {
        let sql = format!("{} where {of})", include_str!("album/tally.sql").trim_end());
        let tally =
            |row: &rusqlite::Row<'_>| Ok(Tally { named: row.get(0)?, to_name: row.get(1)?, maybe: row.get(2)? });
        Ok(self.row(&sql, [id], tally)?.unwrap_or_default())
    }
}
