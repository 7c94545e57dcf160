//! The yearly looks over how the school uses photos.

use super::columns::{At, Day};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::domain::id::ActorId;
use crate::domain::time::{Date, Timestamp};

/// A review that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What was looked at, in the reviewer's words.
    pub scope: String,
    /// When the next one is due.
    pub next_due: Date,
    /// When it was held.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
}

impl Read {
    /// Every review, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reviews(&self) -> Result<Vec<Review>, StoreError> {
        self.rows("select scope, next_due, at, actor from reviews order by id desc", [], |row| {
            Ok(Review {
                scope: row.get(0)?,
                next_due: row.get::<_, Day>(1)?.0,
                at: row.get::<_, At>(2)?.0,
                by: row.get(3)?,
            })
        })
    }
}

impl Write<'_> {
    /// Records a review.
    ///
    /// # Errors
    /// When the database fails.
    pub fn record_review(&self, scope: &str, next_due: Date) -> Result<(), StoreError> {
        let sql = "insert into reviews (scope, next_due, at, actor) values (?1, ?2, ?3, ?4)";
        let reviewed = |review| Event::Reviewed { review, next_due };
        self.change(sql, (scope, Day(next_due), At(self.now), self.actor), reviewed).map(drop)
    }
}
