//! Answers that are kept for a day, so that a machine's repeated request does nothing twice.

use jiff::ToSpan;

use super::columns::At;
use super::error::StoreError;
use super::handle::Write;
use crate::audit::Event;
use crate::domain::id::Digest;

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The content type, if there was a body.
    pub kind: Option<String>,
    /// The body; nothing when it was to be shown once only.
    pub body: Option<Vec<u8>>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// It is new, and taken now: do the work.
    First,
    /// The same request is being worked on.
    Working,
    /// Another request came with it.
    Other,
    /// The request was answered.
    Answered(Answered),
}

impl Write<'_> {
    /// Takes a key for a request of this digest, or tells what became of the earlier one. Keys are forgotten after a day; one
    /// whose work was cut short, after a quarter of an hour.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_key(&self, key: &str, request: &Digest) -> Result<Repeat, StoreError> {
        let before = |span: jiff::Span| At(self.now.checked_sub(span).unwrap_or(self.now));
        let gone = "delete from repeats where at < ?1 or (status is null and at < ?2)";
        self.also(gone, (before(24.hours()), before(15.minutes())))?;
        let sql = "select request, status, kind, body from repeats where actor = ?1 and key = ?2";
        let known = self.row(sql, (self.actor, key), |row| {
            let status: Option<u16> = row.get(1)?;
            let answered = status.map(|status| (status, row.get(2), row.get(3)));
            Ok((row.get::<_, Digest>(0)?, answered))
        })?;
        Ok(match known {
            Some((digest, _)) if digest != *request => Repeat::Other,
            Some((_, None)) => Repeat::Working,
            Some((_, Some((status, kind, body)))) => Repeat::Answered(Answered {
                status,
                kind: kind.map_err(StoreError::database)?,
                body: body.map_err(StoreError::database)?,
            }),
            None => {
                let sql = "insert into repeats (actor, key, request, at) values (?1, ?2, ?3, ?4)";
                self.change(sql, (self.actor, key, request, At(self.now)), |_| Event::KeyTaken)?;
                Repeat::First
            }
        })
    }

    /// Keeps the answer to the request that took a key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_answer(&self, key: &str, answer: &Answered) -> Result<(), StoreError> {
        let sql = "update repeats set status = ?3, kind = ?4, body = ?5 where actor = ?1 and key = ?2";
        let row = (self.actor, key, answer.status, &answer.kind, &answer.body);
        self.change(sql, row, |_| Event::KeyAnswered).map(drop)
    }

    /// Gives a key back whose work failed: the next try does it anew.
    ///
    /// # Errors
    /// When the database fails.
    pub fn drop_key(&self, key: &str) -> Result<(), StoreError> {
        let sql = "delete from repeats where actor = ?1 and key = ?2 and status is null";
        self.change(sql, (self.actor, key), |_| Event::KeyDropped).map(drop)
    }
}
