//! Upgrades of the database, step by step, all in one transaction; a newer database is refused.

use std::fs::File;
use std::io::Read as _;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::columns::At;
use super::error::StoreError;
use crate::audit::{Event, Head};
use crate::domain::time::Timestamp;

/// The step number N brings a database from version N to N + 1; a step that was released is never edited.
const STEPS: &[&str] = &[include_str!("migrations/0001_first.sql")];

/// Marks the file as ours ("Eyld").
const APPLICATION: i64 = 0x4579_6c64;

/// Brings the database to this program's version; makes it when it is empty.
///
/// # Errors
/// When it is of a newer program or another one, or the database fails.
pub(super) fn migrate(connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))
        .map_err(StoreError::database)?;
    if found == known {
        return Ok(());
    }
    let step = |at: &Transaction<'_>| {
        STEPS.iter().skip(usize::try_from(found).unwrap_or(0)).try_for_each(|sql| at.execute_batch(sql))?;
        at.pragma_update(None, "application_id", APPLICATION)?;
        at.pragma_update(None, "user_version", known)
    };
    let upgrade = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::database)?;
    step(&upgrade).map_err(StoreError::database)?;
    if found == 0 {
        begin(&upgrade, now)?;
    }
    upgrade.commit().map_err(StoreError::database)
}

/// The version of our own database, 0 for an empty file.
fn version(connection: &Connection) -> Result<i64, StoreError> {
    let number = |sql| {
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign,
            _ => StoreError::database(error),
        })
    };
    let version = number("pragma user_version")?;
    let ours = number("pragma application_id")? == APPLICATION;
    let empty = number("select count(*) from sqlite_schema")? == 0;
    if ours || empty { Ok(version) } else { Err(StoreError::Foreign) }
}

/// The secret of this data folder and the first row of its audit chain.
fn begin(at: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    let mut secret = [0u8; 32];
    let random = "/dev/urandom";
    File::open(random)
        .and_then(|mut source| source.read_exact(&mut secret))
        .map_err(|cause| StoreError::Folder { path: random.into(), cause })?;
    let event = serde_json::to_string(&Event::StoreCreated).map_err(|error| StoreError::Database(error.into()))?;
    let actor = "eyelid".parse().map_err(|error| StoreError::Database(Box::new(error) as _))?;
    let row = Head::EMPTY.next(now, actor, event);
    at.execute(
        "insert into audit (seq, at, actor, event, previous, hash) values (?1, ?2, ?3, ?4, ?5, ?6)",
        (row.seq, At(row.at), &row.actor, &row.event, row.previous, row.hash),
    )
    .and_then(|_| {
        let head = (secret, row.seq, row.hash);
        at.execute("insert into meta (only, secret, audit_count, audit_hash) values (1, ?1, ?2, ?3)", head)
    })
    .map_err(StoreError::database)?;
    Ok(())
}
