//! Where channels send their pictures, with the sealed secrets under which they do.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{Event, Pushing};
use crate::domain::connection::{ConnectionId, Kind};
use crate::domain::id::{ActorId, ChannelId};
use crate::domain::time::Timestamp;

const GET: &str = "select id, channel, kind, label, address, login, at, actor, rest_until, ended_at from connections";

/// A connection of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Its number.
    pub id: ConnectionId,
    /// Its channel.
    pub channel: ChannelId,
    /// What is at the other end.
    pub kind: Kind,
    /// What it is for.
    pub label: String,
    /// An address on the web, or a folder of this machine.
    pub address: String,
    /// The name under which it signs in.
    pub login: Option<String>,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
    /// Until when the other side is left alone.
    pub rest_until: Timestamp,
    /// When it was ended; what it was given is taken back since.
    pub ended_at: Option<Timestamp>,
}

/// A connection that is wanted.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// Its channel.
    pub channel: ChannelId,
    /// What is at the other end.
    pub kind: Kind,
    /// What it is for.
    pub label: String,
    /// An address on the web, or a folder of this machine.
    pub address: String,
    /// The name under which it signs in.
    pub login: Option<String>,
}

/// A sealed secret that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// The secret, sealed for [`SealedSecret::about`].
    pub sealed: Vec<u8>,
    /// Since when.
    pub at: Timestamp,
    /// Until when, once there is a newer one.
    pub ends_at: Option<Timestamp>,
}

impl SealedSecret {
    /// What a connection's secret is bound to.
    #[must_use]
    pub fn about(connection: ConnectionId) -> String {
        format!("connection {connection}")
    }
}

impl Read {
    /// Every connection, in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub fn connections(&self) -> Result<Vec<Connected>, StoreError> {
        self.rows(&format!("{GET} order by id"), [], connection)
    }

    /// One connection.
    ///
    /// # Errors
    /// When the database fails.
    pub fn connection(&self, id: ConnectionId) -> Result<Option<Connected>, StoreError> {
        self.row(&format!("{GET} where id = ?1"), [id], connection)
    }

    /// The secrets of a connection that are valid now, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn connection_secrets(&self, id: ConnectionId, now: Timestamp) -> Result<Vec<SealedSecret>, StoreError> {
        let sql = "select sealed, at, ends_at from connection_secrets
                   where connection = ?1 and sealed is not null and (ends_at is null or ends_at > ?2) order by id desc";
        self.rows(sql, (id, At(now)), |row| {
            let ends_at = row.get::<_, Option<At>>(2)?.map(|at| at.0);
            Ok(SealedSecret { sealed: row.get(0)?, at: row.get::<_, At>(1)?.0, ends_at })
        })
    }
}

impl Write<'_> {
    /// Makes a connection; every picture that its channel shows is placed anew, and so told to it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_connection(&self, new: &NewConnection) -> Result<ConnectionId, StoreError> {
        let sql = "insert into connections (channel, kind, label, address, login, at, actor)
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let NewConnection { channel, kind, label, address, login } = new;
        let row = (channel, Json(kind), label, address, login, At(self.now), self.actor);
        let made = |id| {
            let connection = ConnectionId(id);
            Event::Push(Pushing::ConnectionMade { connection, channel: channel.clone(), kind: *kind })
        };
        let id = self.change(sql, row, made)?.map(ConnectionId).unwrap_or(ConnectionId(0));
        let whole = "insert into deliveries (connection, state, not_before, since) values (?1, 'settled', ?2, ?2)";
        self.also(whole, (id, At(self.now)))?;
        let shown = "insert into unplaced select photo from places where channel = ?1 and queue = 'may_leave'
                     on conflict do nothing";
        self.also(shown, [channel])?;
        Ok(id)
    }

    /// Keeps a sealed secret; those before it end at `others_end`, and what has ended is destroyed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_secret(&self, id: ConnectionId, sealed: &[u8], others_end: Timestamp) -> Result<(), StoreError> {
        let end =
            "update connection_secrets set ends_at = ?2 where connection = ?1 and (ends_at is null or ends_at > ?2)";
        self.also(end, (id, At(others_end)))?;
        self.also(
            "update connection_secrets set sealed = null where connection = ?1 and ends_at <= ?2",
            (id, At(self.now)),
        )?;
        let sql = "insert into connection_secrets (connection, sealed, at) values (?1, ?2, ?3)";
        self.change(sql, (id, sealed, At(self.now)), |_| Event::Push(Pushing::SecretKept { connection: id }))?;
        Ok(())
    }

    /// Ends a connection: nothing more is sent, and whatever the other side has is to be taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_connection(&self, id: ConnectionId) -> Result<bool, StoreError> {
        let sql = "update connections set ended_at = ?2, rest_until = 0 where id = ?1 and ended_at is null";
        let ended =
            self.change(sql, (id, At(self.now)), |_| Event::Push(Pushing::ConnectionEnded { connection: id }))?;
        if ended.is_none() {
            return Ok(false);
        }
        let back = "update deliveries set
                wanted = null, turn = turn + 1, attempts = 0, not_before = ?2, since = ?2, trouble = null,
                state = case state when 'working' then 'working' else 'waiting' end
            where connection = ?1";
        self.also(back, (id, At(self.now)))?;
        Ok(true)
    }

    /// Destroys the secrets of an ended connection once the other side has nothing left; gives whether there were any.
    ///
    /// # Errors
    /// When the database fails.
    pub fn destroy_secrets(&self, id: ConnectionId) -> Result<bool, StoreError> {
        let sql = "update connection_secrets set sealed = null
                   where connection = ?1 and sealed is not null
                       and exists (select 1 from connections where id = ?1 and ended_at is not null)
                       and not exists (select 1 from deliveries where connection = ?1 and state <> 'settled')";
        let gone = |_| Event::Push(Pushing::SecretsDestroyed { connection: id });
        Ok(self.change(sql, [id], gone)?.is_some())
    }
}

fn connection(row: &rusqlite::Row<'_>) -> rusqlite::Result<Connected> {
    Ok(Connected {
        id: row.get(0)?,
        channel: row.get(1)?,
        kind: row.get::<_, Json<_>>(2)?.0,
        label: row.get(3)?,
        address: row.get(4)?,
        login: row.get(5)?,
        at: row.get::<_, At>(6)?.0,
        by: row.get(7)?,
        rest_until: row.get::<_, At>(8)?.0,
        ended_at: row.get::<_, Option<At>>(9)?.map(|at| at.0),
    })
}
