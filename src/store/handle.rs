//! The two handles: a snapshot to read, a transaction to write; and the few ways in which tables use them.

use std::cell::Cell;
use std::ops::Deref;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::columns::At;
use super::error::StoreError;
use crate::audit::{Event, Head};
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;

/// One snapshot of the store: every answer is of the same moment.
pub struct Read<'a> {
    connection: &'a Connection,
}

/// One transaction of the only writer; reads as a [`Read`] does and sees its own changes.
pub struct Write<'a> {
    read: Read<'a>,
    pub(super) actor: &'a ActorId,
    pub(super) now: Timestamp,
    pub(super) dir: &'a Path,
    head: Cell<Head>,
}

impl<'a> Read<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    pub(super) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let all = || self.connection.prepare_cached(sql)?.query_map(params, map)?.collect::<rusqlite::Result<_>>();
        all().map_err(StoreError::database)
    }

    pub(super) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let one = || self.connection.prepare_cached(sql)?.query_row(params, map).optional();
        one().map_err(StoreError::database)
    }

    pub(super) fn each(
        &self,
        sql: &str,
        params: impl Params,
        mut visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::database)?;
        let mut rows = statement.query(params).map_err(StoreError::database)?;
        while let Some(row) = rows.next().map_err(StoreError::database)? {
            visit(row)?;
        }
        Ok(())
    }
}

impl<'a> Write<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        actor: &'a ActorId,
        now: Timestamp,
        dir: &'a Path,
    ) -> Result<Self, StoreError> {
        let read = Read::new(connection);
        let head = Cell::new(read.audit_head()?);
        Ok(Self { read, actor, now, dir, head })
    }

    /// Who writes.
    #[must_use]
    pub fn actor(&self) -> &ActorId {
        self.actor
    }

    /// When this transaction happens.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The only way to change a row: when the statement changed one, what happened is told to the audit chain. Gives the
    /// last inserted row's number, or nothing when nothing changed.
    pub(super) fn change(
        &self,
        sql: &str,
        params: impl Params,
        event: impl FnOnce(i64) -> Event,
    ) -> Result<Option<i64>, StoreError> {
        let changed = self.execute(sql, params)?;
        if changed == 0 {
            return Ok(None);
        }
        let row = self.read.connection.last_insert_rowid();
        let json = serde_json::to_string(&event(row)).map_err(|error| StoreError::Database(error.into()))?;
        let told = self.head.get().next(self.now, self.actor.clone(), json);
        self.execute(
            "insert into audit (seq, at, actor, event, previous, hash) values (?1, ?2, ?3, ?4, ?5, ?6)",
            (told.seq, At(told.at), &told.actor, &told.event, told.previous, told.hash),
        )?;
        self.head.set(told.head());
        Ok(Some(row))
    }

    /// Writes the chain's head where it is kept apart from the chain; the last act of the transaction.
    pub(super) fn keep_head(&self) -> Result<(), StoreError> {
        let head = self.head.get();
        self.execute(
            "update meta set audit_count = ?1, audit_hash = ?2 where audit_count <> ?1",
            (head.count, head.hash),
        )?;
        Ok(())
    }

    fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        let run = || self.read.connection.prepare_cached(sql)?.execute(params);
        run().map_err(StoreError::database)
    }
}

impl<'a> Deref for Write<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}
