//! The data protection officer's desk: what happened, told without whose restriction it was, and the yearly review.

use serde_json::Value;

use crate::consent::Reader;
use crate::domain::id::ActorId;
use crate::domain::time::{Date, Timestamp};
use crate::store::{AuditFilter, Found, Store};

use super::error::OfficeError;
use super::text::{MOST, written};

/// An audit row as a reader may know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Its number.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: ActorId,
    /// What: the kind under `event`, and the ids.
    pub event: Value,
    /// The row's hash in the chain.
    pub hash: crate::domain::id::Digest,
}

impl Told {
    /// The kind of event.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.event.get("event").and_then(Value::as_str).unwrap_or("unknown")
    }

    /// An id that the event holds, as text; empty when it holds none.
    #[must_use]
    pub fn id(&self, key: &str) -> String {
        match self.event.get(key) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }
}

/// Up to `limit` audit rows, the latest first. Everybody but the safeguarding lead is not told whose restriction a row is about, and
/// does not find it by the person either.
///
/// # Errors
/// When the store fails.
pub fn search(store: &Store, filter: AuditFilter, reader: Reader, limit: u32) -> Result<Vec<Told>, OfficeError> {
    let conceal = reader == Reader::Other;
    let found = store.read(|r| r.search_audit(&AuditFilter { conceal, ..filter }, limit))?;
    Ok(found.into_iter().map(|found| told(found, conceal)).collect())
}

pub(super) fn told(Found { row, sealed }: Found, conceal: bool) -> Told {
    let mut event = serde_json::from_str(&row.event).unwrap_or(Value::Null);
    if sealed
        && conceal
        && let Some(fields) = event.as_object_mut()
    {
        fields.retain(|key, _| key == "event" || key == "route");
    }
    Told { seq: row.seq, at: row.at, by: row.actor, event, hash: row.hash }
}

/// Records that somebody looked over how the school uses photos.
///
/// # Errors
/// When the text is empty or too long, the next day does not lie ahead, or the store fails.
pub fn review(
    store: &Store,
    scope: &str,
    next_due: Date,
    today: Date,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    let scope = written(scope, MOST)?;
    if next_due <= today {
        return Err(OfficeError::NotAhead);
    }
    Ok(store.write(actor, now, |w| w.record_review(&scope, next_due))?)
}
