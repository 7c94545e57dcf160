//! Reading and verifying the audit chain; rows are appended by [`super::handle`] alone.

mod vouched;

use vouched::Vouched;

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{Broken, Event, Fault, Head, Row};
use crate::domain::id::{ActorId, PersonId, PhotoId};
use crate::domain::time::Timestamp;

const COLUMNS: &str = "select seq, at, actor, event, previous, hash from audit";

/// Which audit rows are looked for; whatever is left out does not matter.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Whom they are about.
    pub person: Option<PersonId>,
    /// Which photo.
    pub photo: Option<PhotoId>,
    /// Who did it.
    pub actor: Option<ActorId>,
    /// The kind of event, such as `consent_recorded`.
    pub kind: Option<String>,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The moment before which they happened.
    pub until: Option<Timestamp>,
    /// Only rows with a smaller number.
    pub before: Option<u64>,
    /// Whether rows that tell of a restriction are left out where they would tell whose it is.
    pub conceal: bool,
}

/// An audit row that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The row.
    pub row: Row,
    /// Whether it tells of a restriction: only the safeguarding lead may learn whose.
    pub sealed: bool,
}

impl Read {
    /// Up to `limit` audit rows that a filter lets through, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search_audit(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<Found>, StoreError> {
        // the index of people is used only where a person is asked for
        let person = if filter.person.is_some() { "person = ?1" } else { "?1 is null" };
        let sql = format!("{} and {person} order by seq desc limit ?8", include_str!("audit/search.sql"));
        let AuditFilter { person, photo, actor, kind, from, until, before, conceal } = filter;
        let hide = *conceal && (person.is_some() || photo.is_some());
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        let row_of = |found: &rusqlite::Row<'_>| Ok(Found { row: row(found)?, sealed: found.get(6)? });
        let params = rusqlite::params![person, photo, actor, kind, from.map(At), until.map(At), before, limit, hide,];
        self.rows(&sql, params, row_of)
    }

    /// The chain's end as kept apart from the chain.
    ///
    /// # Errors
    /// When the database fails.
    pub fn audit_head(&self) -> Result<Head, StoreError> {
        let head = |row: &rusqlite::Row<'_>| Ok(Head { count: row.get(0)?, hash: row.get(1)? });
        self.row("select audit_count, audit_hash from meta", [], head)?.ok_or(StoreError::Foreign)
    }

    /// Up to `limit` audit rows after row number `after`, oldest first; of one person only when asked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn audit_rows(&self, person: Option<&PersonId>, after: u64, limit: u32) -> Result<Vec<Row>, StoreError> {
        let Some(person) = person else {
            return self.rows(&format!("{COLUMNS} where seq > ?1 order by seq limit ?2"), (after, limit), row);
        };
        let sql = format!("{COLUMNS} where person = ?3 and seq > ?1 order by seq limit ?2");
        self.rows(&sql, (after, limit, person), row)
    }

    /// Verifies the whole chain against the head that is kept apart from it and against heads that were noted outside.
    ///
    /// # Errors
    /// [`StoreError::Audit`] with the first row that does not fit.
    pub fn verify_audit(&self, noted: &[Head]) -> Result<Head, StoreError> {
        let kept = self.audit_head()?;
        let mut head = Head::EMPTY;
        let mut vouched = Vouched::new(self);
        self.each(&format!("{COLUMNS} order by seq"), [], |found| {
            let row = row(found).map_err(StoreError::database)?;
            head = head.follow(&row)?;
            vouched.follow(&row)?;
            let passed = noted.iter().find(|noted| noted.count == head.count);
            passed.map_or(Ok(()), |noted| head.ends(*noted)).map_err(StoreError::from)
        })?;
        head.ends(kept)?;
        vouched.end(head.count)?;
        match noted.iter().find(|noted| noted.count > head.count) {
            Some(_) => Err(Broken { seq: head.count + 1, fault: Fault::Head }.into()),
            None => Ok(head),
        }
    }
}

impl Write<'_> {
    /// Appends what somebody asks for to the audit chain, before it is done.
    ///
    /// # Errors
    /// When the database fails.
    pub fn asked(&self, route: &str, photo: Option<PhotoId>, person: Option<PersonId>) -> Result<(), StoreError> {
        self.tell(&Event::Asked { route: route.to_owned(), photo, person })
    }
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        seq: row.get(0)?,
        at: row.get::<_, At>(1)?.0,
        actor: row.get(2)?,
        event: row.get(3)?,
        previous: row.get(4)?,
        hash: row.get(5)?,
    })
}
