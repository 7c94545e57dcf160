//! What connections have to be told: written with the change itself, taken by one worker at a time, kept until it is known.

use std::time::Duration;

use rusqlite::Row;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::workers::{self, WorkerId};
use crate::audit::{Event, Pushing};
use crate::domain::connection::{ConnectionId, DeliveryId};
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::Timestamp;

/// So often what may have been left on the other side is searched for; with the pauses between, some minutes.
pub const SEARCHES: u32 = 6;

/// So often what has to be taken back is tried before anything else: what the other side refuses for ever keeps nothing else
/// waiting for ever.
const FIRST_IN_LINE: u32 = 6;

/// By then the photo is placed again whose change was told before it was.
const PLACED_BY: Duration = Duration::from_secs(5);

/// The trouble of an upload of which nothing was heard and that is searched for.
pub const UNSURE: &str = "unsure";

/// Something that a worker has taken to tell a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Its number.
    pub id: DeliveryId,
    /// Whom it is for.
    pub connection: ConnectionId,
    /// The photo; nothing when it is about the connection as a whole.
    pub photo: Option<PhotoId>,
    /// The edition that the channel showed when it was written down.
    pub wanted: Option<Digest>,
    /// How often that has changed.
    pub turn: i64,
    /// The edition that the other side has.
    pub told: Option<Digest>,
    /// Whether the other side may have another one, of which nothing is known.
    pub maybe: bool,
    /// What the other side calls the picture.
    pub remote: Option<String>,
    /// Where the other side shows it.
    pub address: Option<String>,
    /// How often it was begun, this time included.
    pub attempt: u32,
}

impl Leased {
    /// Whether the other side has, or may have, a picture that it may no longer show: one to be taken away, or one in whose place
    /// another has to come.
    #[must_use]
    pub fn takes_back(&self) -> bool {
        self.photo.is_some() && (self.wanted.is_none() || self.told.is_some() || self.maybe)
    }
}

/// Where a picture is on the other side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remote {
    /// What the other side calls it.
    pub id: Option<String>,
    /// Where the other side shows it.
    pub address: Option<String>,
}

/// What becomes of a delivery that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure<'a> {
    /// Why, in a word of the program's own.
    pub trouble: &'a str,
    /// When it is tried again.
    pub again: Timestamp,
    /// Whether it is given up until somebody asks for it.
    pub dead: bool,
    /// Whether the whole connection rests until then.
    pub rests: bool,
}

/// How a connection is getting on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Pictures that the other side has.
    pub there: u64,
    /// What waits to be told or is being told.
    pub waiting: u64,
    /// What failed and is tried again.
    pub failing: u64,
    /// What was given up.
    pub dead: u64,
    /// When the other side was told something last.
    pub told_at: Option<Timestamp>,
}

/// Something that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Troubled {
    /// Its number.
    pub id: DeliveryId,
    /// The photo; nothing when it is about the connection as a whole.
    pub photo: Option<PhotoId>,
    /// Whether a picture was to be put there, and not taken away.
    pub puts: bool,
    /// Whether it was given up.
    pub dead: bool,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it has to be told.
    pub since: Timestamp,
    /// When it is tried again, unless it was given up.
    pub again: Timestamp,
    /// Why, in a word of the program's own.
    pub trouble: String,
}

impl Read {
    /// How a connection is getting on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn progress(&self, connection: ConnectionId) -> Result<Progress, StoreError> {
        let told = self.row(include_str!("outbox/tally.sql"), [connection], |row| {
            let told_at = row.get::<_, Option<At>>(4)?.map(|at| at.0);
            let (there, waiting, failing, dead) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Progress { there, waiting, failing, dead, told_at })
        })?;
        Ok(told.unwrap_or_default())
    }

    /// At most `most` of what failed on a connection, what was given up first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn troubled(&self, connection: ConnectionId, most: u32) -> Result<Vec<Troubled>, StoreError> {
        self.rows(include_str!("outbox/troubled.sql"), (connection, most), |row| {
            Ok(Troubled {
                id: row.get(0)?,
                photo: row.get(1)?,
                puts: row.get(2)?,
                dead: row.get(3)?,
                attempts: row.get(4)?,
                since: row.get::<_, At>(5)?.0,
                again: row.get::<_, At>(6)?.0,
                trouble: row.get(7)?,
            })
        })
    }

    /// The pictures that a connection has, with the names that it gave them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn there(&self, connection: ConnectionId) -> Result<Vec<(PhotoId, Remote)>, StoreError> {
        let sql = "select photo, remote, address from deliveries
                   where connection = ?1 and photo is not null and told is not null order by id";
        self.rows(sql, [connection], |row| Ok((row.get(0)?, Remote { id: row.get(1)?, address: row.get(2)? })))
    }

    /// The connections at which a photo's picture is, or may be.
    ///
    /// # Errors
    /// When the database fails.
    pub fn connections_with(&self, photo: &PhotoId) -> Result<Vec<(ConnectionId, Remote)>, StoreError> {
        let sql = "select connection, remote, address from deliveries
                   where photo = ?1 and (told is not null or maybe = 1) order by connection";
        self.rows(sql, [photo], |row| Ok((row.get(0)?, Remote { id: row.get(1)?, address: row.get(2)? })))
    }

    /// The earliest moment at which something may be told; nothing when nothing waits.
    ///
    /// # Errors
    /// When the database fails.
    pub fn next_delivery_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql =
            "select min(max(d.not_before, c.rest_until)) from deliveries d join connections c on c.id = d.connection
                   where d.state = 'waiting'";
        Ok(self.row(sql, [], |row| row.get::<_, Option<At>>(0))?.flatten().map(|at| at.0))
    }
}

impl Write<'_> {
    /// What a channel shows of a photo now has to be told to its connections; a part of [`Write::place`].
    pub(super) fn want(
        &self,
        channel: &ChannelId,
        photo: &PhotoId,
        edition: Option<&Digest>,
    ) -> Result<(), StoreError> {
        self.also(include_str!("outbox/want.sql"), (channel, photo, edition, At(self.now)))?;
        self.hasten(photo)
    }

    /// A connection that rests after a trouble does not rest where it shows too much.
    fn hasten(&self, photo: &PhotoId) -> Result<(), StoreError> {
        let sql = "update connections set rest_until = 0
            where rest_until > ?2 and id in (select connection from deliveries
                where photo = ?1 and since = ?2 and wanted is not told and (told is not null or maybe = 1))";
        self.also(sql, (photo, At(self.now)))
    }

    /// The school has only these channels: what others showed of a photo is taken back; a part of [`Write::place`].
    pub(super) fn unwant<'a>(
        &self,
        photo: &PhotoId,
        channels: impl Iterator<Item = &'a ChannelId>,
    ) -> Result<(), StoreError> {
        let sql = "update deliveries set
                wanted = null, turn = turn + 1, attempts = 0, not_before = ?3, since = ?3, trouble = null,
                state = case state when 'working' then 'working' else 'waiting' end
            where photo = ?1 and wanted is not null
                and connection in (select id from connections where channel not in (select value from json_each(?2)))";
        self.also(sql, (photo, Json(channels.collect::<Vec<_>>()), At(self.now)))?;
        self.hasten(photo)
    }

    /// Takes what is to be told next, for at most so long: what has to be taken back, or given way to another picture, comes
    /// first, then what waits longest, and each connection is told one thing at a time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lease_delivery(&self, worker: &WorkerId, at_most: Duration) -> Result<Option<Leased>, StoreError> {
        self.free_deliveries(worker)?;
        let Some(mut next) = self.row(include_str!("outbox/next.sql"), (At(self.now), FIRST_IN_LINE), leased)? else {
            return Ok(None);
        };
        next.attempt += 1;
        let until = self.now.checked_add(at_most).unwrap_or(Timestamp::MAX);
        let sql =
            "update deliveries set state = 'working', attempts = ?2, worker = ?3, leased_until = ?4 where id = ?1";
        let begun = Pushing::Attempted { delivery: next.id, attempt: next.attempt };
        self.change(sql, (next.id, next.attempt, worker.as_str(), At(until)), |_| Event::Push(begun))?;
        Ok(Some(next))
    }

    /// A picture is about to be sent: from here on the other side may have it, whatever is heard of it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it, or the database fails.
    pub fn begin_sending(
        &self,
        leased: &Leased,
        worker: &WorkerId,
        photo: &PhotoId,
        edition: &Digest,
    ) -> Result<(), StoreError> {
        let sql = "update deliveries set maybe = 1 where id = ?1 and worker = ?2";
        let sending = Pushing::Sending { delivery: leased.id, photo: photo.clone(), edition: *edition };
        self.held(leased, self.change(sql, (leased.id, worker.as_str()), |_| Event::Push(sending))?)
    }

    /// The other side has no picture of the photo now, since it took it away or refused it, and is still being told the rest.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it, or the database fails.
    pub fn taken_back(&self, leased: &Leased, worker: &WorkerId) -> Result<(), StoreError> {
        let sql =
            "update deliveries set told = null, maybe = 0, remote = null, address = null where id = ?1 and worker = ?2";
        let back = Pushing::TakenBack { delivery: leased.id };
        self.held(leased, self.change(sql, (leased.id, worker.as_str()), |_| Event::Push(back))?)
    }

    /// The other side has this edition of the picture now, or none; what changed meanwhile is told next. That is so too if it has
    /// changed back since, to what was wanted before: it rests only with what is wanted.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it, or the database fails.
    pub fn delivered(
        &self,
        leased: &Leased,
        worker: &WorkerId,
        edition: Option<&Digest>,
        remote: &Remote,
    ) -> Result<(), StoreError> {
        let Leased { id, connection, photo, turn, .. } = leased;
        let (delivery, connection) = (*id, *connection);
        let done = Pushing::Delivered { delivery, connection, photo: photo.clone(), edition: edition.copied() };
        let soon = self.now.checked_add(PLACED_BY).unwrap_or(Timestamp::MAX);
        let row = (id, worker.as_str(), edition, &remote.id, &remote.address, At(self.now), turn, At(soon));
        self.held(leased, self.change(include_str!("outbox/delivered.sql"), row, |_| Event::Push(done))?)?;
        // a folder's manifest follows its pictures
        let manifest = "update deliveries set turn = turn + 1, attempts = 0, not_before = ?2, since = ?2,
                state = case state when 'working' then 'working' else 'waiting' end
            where connection = ?1 and photo is null and ?3
                and exists (select 1 from connections where id = ?1 and kind in ('webdav', 'folder'))";
        self.also(manifest, (connection, At(self.now), photo.is_some()))
    }

    /// The other side could not be told.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it, or the database fails.
    pub fn delivery_failed(&self, leased: &Leased, worker: &WorkerId, why: &Failure<'_>) -> Result<(), StoreError> {
        let Failure { trouble, again, dead, rests } = *why;
        let (delivery, trouble) = (leased.id, trouble.to_owned());
        let row = (leased.id, worker.as_str(), &trouble, At(again), dead, leased.turn);
        let told = match dead {
            true => Pushing::DeliveryDied { delivery, trouble: trouble.clone() },
            false => Pushing::DeliveryFailed { delivery, trouble: trouble.clone() },
        };
        self.held(leased, self.change(include_str!("outbox/failed.sql"), row, |_| Event::Push(told))?)?;
        let rest = "update connections set rest_until = ?2 where id = ?1 and ?3";
        self.also(rest, (leased.connection, At(again), rests))
    }

    /// Everything of a connection that failed is tried again at once; gives whether there was anything. The search for an upload
    /// of which nothing was heard goes on as it was: asking for it neither begins it anew nor shortens its pauses.
    ///
    /// # Errors
    /// When the database fails.
    pub fn try_again(&self, connection: ConnectionId) -> Result<bool, StoreError> {
        let retried = |_| Event::Push(Pushing::Retried { connection });
        let row = (connection, At(self.now), SEARCHES, UNSURE);
        let found = self.change(include_str!("outbox/again.sql"), row, retried)?.is_some();
        self.also("update connections set rest_until = 0 where id = ?1", [connection])?;
        Ok(found)
    }

    /// What workers hold that are gone or late waits again.
    fn free_deliveries(&self, own: &WorkerId) -> Result<(), StoreError> {
        let sql = "select id, worker, leased_until from deliveries where state = 'working'";
        let held = self.rows(sql, [], |row| {
            Ok((row.get::<_, DeliveryId>(0)?, row.get::<_, String>(1)?, row.get::<_, At>(2)?.0))
        })?;
        let holders = held.iter().map(|(_, holder, _)| holder.as_str());
        let dead = workers::dead(&self.dir.join("workers"), own, holders);
        for (id, _, _) in held.iter().filter(|(_, holder, until)| *until <= self.now || dead.contains(holder.as_str()))
        {
            self.also(include_str!("outbox/free.sql"), [id])?;
        }
        Ok(())
    }

    fn held(&self, leased: &Leased, changed: Option<i64>) -> Result<(), StoreError> {
        changed.map(drop).ok_or(StoreError::LeaseLost { job: leased.id.0 })
    }
}

fn leased(row: &Row<'_>) -> rusqlite::Result<Leased> {
    Ok(Leased {
        id: row.get(0)?,
        connection: row.get(1)?,
        photo: row.get(2)?,
        wanted: row.get(3)?,
        turn: row.get(4)?,
        told: row.get(5)?,
        maybe: row.get(6)?,
        remote: row.get(7)?,
        address: row.get(8)?,
        attempt: row.get(9)?,
    })
}
