//! Where people placed pictures by hand, and the tasks to take them down.

use rusqlite::Row;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{Event, Pushing};
use crate::domain::geometry::Region;
use crate::domain::id::{ActorId, ChannelId, PhotoId};
use crate::domain::placement::{Placed, PlacementId};
use crate::domain::time::Timestamp;

const GET: &str =
    "select p.id, p.channel, p.photo, p.how, p.place, p.at, p.actor, t.at, t.due_at, t.done_at, t.done_by, t.note
    from placements p left join take_downs t on t.placement = p.id";

/// A picture that somebody placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Its number.
    pub id: PlacementId,
    /// The channel that it is from.
    pub channel: ChannelId,
    /// The photo.
    pub photo: PhotoId,
    /// How it was placed.
    pub how: Placed,
    /// The post's address, or the print run.
    pub place: String,
    /// When that was told.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
    /// The task to take it down, if there is one.
    pub take_down: Option<TakeDown>,
}

/// A task to take a placed picture down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeDown {
    /// Since when.
    pub at: Timestamp,
    /// Until when it has to be done.
    pub due_at: Timestamp,
    /// When it was done, and by whom.
    pub done: Option<(Timestamp, ActorId)>,
    /// What was noted of it.
    pub note: Option<String>,
}

impl Read {
    /// The placements of a channel, those first that have to be taken down, then the latest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn placements(&self, channel: &ChannelId, most: u32) -> Result<Vec<Placement>, StoreError> {
        let order = "order by t.placement is null or t.done_at is not null, t.due_at, p.id desc limit ?2";
        self.rows(&format!("{GET} where p.channel = ?1 {order}"), (channel, most), placement)
    }

    /// The placements of a photo, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn placements_of(&self, photo: &PhotoId) -> Result<Vec<Placement>, StoreError> {
        self.rows(&format!("{GET} where p.photo = ?1 order by p.id"), [photo], placement)
    }

    /// One placement.
    ///
    /// # Errors
    /// When the database fails.
    pub fn placement(&self, id: PlacementId) -> Result<Option<Placement>, StoreError> {
        self.row(&format!("{GET} where p.id = ?1"), [id], placement)
    }

    /// What had to be taken down by now and was not, the longest overdue first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn overdue(&self, now: Timestamp) -> Result<Vec<Placement>, StoreError> {
        let sql = format!("{GET} where t.done_at is null and t.due_at <= ?1 order by t.due_at, p.id");
        self.rows(&sql, [At(now)], placement)
    }
}

impl Write<'_> {
    /// Somebody placed a picture that hides these regions.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn add_placement(
        &self,
        channel: &ChannelId,
        photo: &PhotoId,
        how: Placed,
        place: &str,
        hidden: &[Region],
    ) -> Result<PlacementId, StoreError> {
        let sql = "insert into placements (channel, photo, how, place, hidden, at, actor)
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let row = (channel, photo, Json(how), place, Json(hidden), At(self.now), self.actor);
        let added = |id| {
            let (channel, photo) = (channel.clone(), photo.clone());
            Event::Push(Pushing::PlacedByHand { placement: PlacementId(id), channel, photo })
        };
        Ok(PlacementId(self.change(sql, row, added)?.unwrap_or_default()))
    }

    /// Somebody took a placed picture down; gives whether that is news.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finish_take_down(&self, id: PlacementId, note: &str) -> Result<bool, StoreError> {
        let sql =
            "update take_downs set done_at = ?2, done_by = ?3, note = ?4 where placement = ?1 and done_at is null";
        let done = |_| Event::Push(Pushing::TakenDown { placement: id });
        Ok(self.change(sql, (id, At(self.now), self.actor, note), done)?.is_some())
    }

    /// Opens the tasks to take down what a channel may no longer show: a placed picture may stay if it hides all of `bears`;
    /// none may when there is nothing. Gives the tasks; a part of [`Write::place`], which tells them.
    pub(super) fn call_back(
        &self,
        channel: &ChannelId,
        photo: &PhotoId,
        bears: Option<&[Region]>,
        due_at: Timestamp,
    ) -> Result<Vec<PlacementId>, StoreError> {
        let sql = "select id, hidden from placements p where photo = ?1 and channel = ?2
                       and not exists (select 1 from take_downs t where t.placement = p.id)";
        let placed = self.rows(sql, (photo, channel), |row| {
            Ok((row.get::<_, PlacementId>(0)?, row.get::<_, Json<Vec<Region>>>(1)?.0))
        })?;
        let mut opened = Vec::new();
        for (id, hidden) in placed {
            let covers = |region: &Region| hidden.iter().any(|hidden| hidden.covers(*region));
            if bears.is_some_and(|bears| bears.iter().all(covers)) {
                continue;
            }
            let sql = "insert into take_downs (placement, at, due_at) values (?1, ?2, ?3)";
            self.also(sql, (id, At(self.now), At(due_at)))?;
            opened.push(id);
        }
        Ok(opened)
    }
}

fn placement(row: &Row<'_>) -> rusqlite::Result<Placement> {
    let moment = |column| row.get::<_, Option<At>>(column).map(|at| at.map(|at| at.0));
    let done = moment(9)?.zip(row.get::<_, Option<ActorId>>(10)?);
    let note: Option<String> = row.get(11)?;
    let take_down = moment(7)?.zip(moment(8)?).map(|(at, due_at)| TakeDown { at, due_at, done, note });
    Ok(Placement {
        id: row.get(0)?,
        channel: row.get(1)?,
        photo: row.get(2)?,
        how: row.get::<_, Json<_>>(3)?.0,
        place: row.get(4)?,
        at: row.get::<_, At>(5)?.0,
        by: row.get(6)?,
        take_down,
    })
}
