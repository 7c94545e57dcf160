//! In which queue of a channel each photo is: kept beside the facts so that long queues are listed and counted at once.

use std::collections::BTreeMap;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{Event, Pushing};
use crate::consent::Queue;
use crate::domain::geometry::Region;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::Timestamp;

/// Where a photo is on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The channel.
    pub channel: ChannelId,
    /// Which of its queues.
    pub queue: Queue,
    /// Until when, if nobody says anything.
    pub until: Option<Timestamp>,
    /// The edition of its picture that the channel shows; nothing when it shows none.
    pub edition: Option<Digest>,
    /// What a picture that was placed by hand has to hide to be left alone; nothing when none may be.
    pub bears: Option<Vec<Region>>,
    /// Until when others have to be taken down.
    pub due_at: Timestamp,
}

impl Read {
    /// The settings and roll under which photos were placed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn places_rules(&self) -> Result<Option<Digest>, StoreError> {
        self.row("select digest from places_rules", [], |row| row.get(0))
    }

    /// How often names on the register have changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn names_version(&self) -> Result<i64, StoreError> {
        Ok(self.row("select version from names_version", [], |row| row.get(0))?.unwrap_or_default())
    }

    /// At most `most` photos whose places have to be worked out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unplaced(&self, now: Timestamp, most: usize) -> Result<Vec<PhotoId>, StoreError> {
        let sql = "select photo from unplaced union all select photo from places where until <= ?1 limit ?2";
        self.rows(sql, (At(now), i64::try_from(most).unwrap_or(i64::MAX)), |row| row.get(0))
    }

    /// How many photos wait to be placed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unplaced_count(&self) -> Result<u64, StoreError> {
        Ok(self.row("select count(*) from unplaced", [], |row| row.get(0))?.unwrap_or_default())
    }

    /// How many photos each queue of a channel has.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queue_counts(&self, channel: &ChannelId) -> Result<BTreeMap<Queue, u64>, StoreError> {
        let sql = "select queue, count(*) from places where channel = ?1 group by queue";
        let counts = self.rows(sql, [channel], |row| Ok((row.get::<_, Json<_>>(0)?.0, row.get(1)?)))?;
        Ok(counts.into_iter().collect())
    }

    /// At most `most` photos of a queue after this one: the newest event first, within it in the order of receipt.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queue(
        &self,
        channel: &ChannelId,
        queue: Queue,
        after: Option<&PhotoId>,
        most: usize,
    ) -> Result<Vec<PhotoId>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        match after {
            None => self.rows(include_str!("places/first.sql"), (channel, Json(queue), most), |row| row.get(0)),
            Some(after) => {
                self.rows(include_str!("places/after.sql"), (channel, Json(queue), most, after), |row| row.get(0))
            }
        }
    }

    /// The photo of a queue just before this one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queue_before(
        &self,
        channel: &ChannelId,
        queue: Queue,
        photo: &PhotoId,
    ) -> Result<Option<PhotoId>, StoreError> {
        self.row(include_str!("places/before.sql"), (channel, Json(queue), photo), |row| row.get(0))
    }
}

impl Write<'_> {
    /// Places photos, and writes down what connections have to be told of it; what was worked out has to come from this very
    /// transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn place(&self, placed: &[(PhotoId, Vec<Place>)]) -> Result<(), StoreError> {
        let mut take_downs = Vec::new();
        for (photo, places) in placed {
            for Place { channel, queue, until, edition, bears, due_at } in places {
                let row = (channel, photo, Json(queue), until.map(At));
                self.also(include_str!("places/place.sql"), row)?;
                self.want(channel, photo, edition.as_ref())?;
                take_downs.extend(self.call_back(channel, photo, bears.as_deref(), *due_at)?);
            }
            self.unwant(photo, places.iter().map(|place| &place.channel))?;
            self.also("delete from unplaced where photo = ?1", [photo])?;
        }
        for placement in take_downs {
            self.tell(&Event::Push(Pushing::TakeDownAsked { placement }))?;
        }
        self.tell(&Event::PhotosPlaced { photos: placed.len() })
    }

    /// Settings or names have changed: every photo has to be placed anew.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_places_rules(&self, digest: &Digest) -> Result<(), StoreError> {
        self.also("insert into unplaced select id from photos where true on conflict do nothing", [])?;
        let sql = "insert into places_rules values (1, ?1) on conflict do update set digest = ?1 where digest <> ?1";
        self.change(sql, [digest], |_| Event::PlacesCleared).map(drop)
    }
}
