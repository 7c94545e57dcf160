//! Incidents and what was noted of them; the note that closes one is its outcome.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use crate::audit::Event;
use crate::domain::id::{ActorId, IncidentId, PhotoId};
use crate::domain::incident::IncidentKind;
use crate::domain::time::Timestamp;

const GET: &str = include_str!("incidents/get.sql");

/// An incident as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// What happened.
    pub kind: IncidentKind,
    /// The photo that it is about, if it is about one.
    pub photo: Option<PhotoId>,
    /// When it was opened: the 72 hours run from here.
    pub at: Timestamp,
    /// Who opened it.
    pub by: ActorId,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// Something that was noted of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Whether it is the outcome.
    pub closes: bool,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: ActorId,
}

impl Read {
    /// Up to `limit` incidents, the latest first; those with a smaller number than `before` only.
    ///
    /// # Errors
    /// When the database fails.
    pub fn incidents(&self, before: Option<IncidentId>, limit: u32) -> Result<Vec<Incident>, StoreError> {
        let sql = format!("{GET} where i.id < ?1 order by i.id desc limit ?2");
        self.rows(&sql, (before.unwrap_or(IncidentId(i64::MAX)), limit), incident)
    }

    /// The incidents that are open, the first first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_incidents(&self) -> Result<Vec<Incident>, StoreError> {
        self.rows(&format!("{GET} where n.at is null order by i.id"), [], incident)
    }

    /// One incident.
    ///
    /// # Errors
    /// When the database fails.
    pub fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.row(&format!("{GET} where i.id = ?1"), [id], incident)
    }

    /// What was noted of an incident, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn incident_notes(&self, id: IncidentId) -> Result<Vec<Note>, StoreError> {
        let sql = "select note, closes, at, actor from incident_notes where incident = ?1 order by id";
        self.rows(sql, [id], |row| {
            Ok(Note { text: row.get(0)?, closes: row.get(1)?, at: row.get::<_, At>(2)?.0, by: row.get(3)? })
        })
    }
}

impl Write<'_> {
    /// Opens an incident.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn open_incident(&self, kind: IncidentKind, photo: Option<&PhotoId>) -> Result<IncidentId, StoreError> {
        if let Some(photo) = photo
            && self.photo(photo)?.is_none()
        {
            return Err(photos::missing(photo));
        }
        let sql = "insert into incidents (kind, photo, at, actor) values (?1, ?2, ?3, ?4)";
        let opened = |row| Event::IncidentOpened { incident: IncidentId(row), kind, photo: photo.cloned() };
        let row = self.change(sql, (Json(kind), photo, At(self.now), self.actor), opened)?;
        row.map(IncidentId).ok_or_else(|| missing(IncidentId(0)))
    }

    /// Notes something of an open incident; a note that `closes` it is its outcome.
    ///
    /// # Errors
    /// When there is no such incident, it is closed, or the database fails.
    pub fn note_incident(&self, id: IncidentId, text: &str, closes: bool) -> Result<(), StoreError> {
        let incident = self.incident(id)?.ok_or_else(|| missing(id))?;
        if incident.closed_at.is_some() {
            return Err(StoreError::Closed { incident: id.0 });
        }
        let sql = "insert into incident_notes (incident, note, closes, at, actor) values (?1, ?2, ?3, ?4, ?5)";
        let noted = |_| Event::IncidentNoted { incident: id, closes };
        self.change(sql, (id, text, closes, At(self.now), self.actor), noted).map(drop)
    }
}

pub(super) fn missing(id: IncidentId) -> StoreError {
    StoreError::Missing { what: "incident", id: id.0.to_string() }
}

fn incident(row: &rusqlite::Row<'_>) -> rusqlite::Result<Incident> {
    Ok(Incident {
        id: row.get(0)?,
        kind: row.get::<_, Json<_>>(1)?.0,
        photo: row.get(2)?,
        at: row.get::<_, At>(3)?.0,
        by: row.get(4)?,
        closed_at: row.get::<_, Option<At>>(5)?.map(|at| at.0),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, photo, store, write};
    use super::*;

    #[test]
    fn an_incident_is_noted_until_it_is_closed() {
        let (dir, store) = store();
        let photo = photo(&store, "a");
        let id = write(&store, 1, |w| w.open_incident(IncidentKind::WrongRelease, Some(&photo)));
        write(&store, 2, |w| w.note_incident(id, "taken off the website", false));
        assert_eq!(store.read(Read::open_incidents).unwrap().len(), 1);
        write(&store, 3, |w| w.note_incident(id, "reported", true));
        let late = store.write(&actor(), at(4), |w| w.note_incident(id, "more", false));
        assert!(matches!(late, Err(StoreError::Closed { incident: 1 })), "{late:?}");
        assert!(store.read(Read::open_incidents).unwrap().is_empty());
        let listed = store.read(|r| r.incidents(None, 10)).unwrap();
        assert_eq!((listed[0].at, listed[0].closed_at, &listed[0].photo), (at(1), Some(at(3)), &Some(photo)));
        assert!(store.read(|r| r.incidents(Some(id), 10)).unwrap().is_empty());
        let notes = store.read(|r| r.incident_notes(id)).unwrap();
        assert_eq!(notes.iter().map(|note| note.closes).collect::<Vec<_>>(), [false, true]);
        let raw = super::super::connect(&dir.path().join("eyelid.db")).unwrap();
        for sql in ["update incident_notes set note = 'x'", "delete from incident_notes", "delete from incidents"] {
            assert!(raw.execute(sql, []).is_err(), "{sql}");
        }
    }
}
