//! School events and the beginnings of their released names.

use super::columns::{Day, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit;
use crate::domain::event::Event;
use crate::domain::id::EventId;
use crate::domain::time::Date;

const GET: &str = "select id, name, date, roster from events";

impl Read {
    /// One event.
    ///
    /// # Errors
    /// When the database fails.
    pub fn event(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        self.row(&format!("{GET} where id = ?1"), [id], event)
    }

    /// The event of this name and day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn event_named(&self, name: &str, date: Date) -> Result<Option<Event>, StoreError> {
        self.row(&format!("{GET} where name = ?1 and date = ?2"), (name, Day(date)), event)
    }

    /// All events, the first opened first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn events(&self) -> Result<Vec<Event>, StoreError> {
        self.rows(&format!("{GET} order by id"), [], event)
    }

    /// The neutral beginning of the released names of an event's photos; no two events have the same.
    ///
    /// # Errors
    /// When there is no such event, or the database fails.
    pub fn stem(&self, id: EventId) -> Result<String, StoreError> {
        let stem = self.row("select stem from events where id = ?1", [id], |row| row.get(0))?;
        stem.ok_or_else(|| missing(id))
    }
}

impl Write<'_> {
    /// The event of this name and day: opened when there is none, its roster widened when classes are new. `stem` is the
    /// neutral beginning wanted for released names; a taken one gets a number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_event(&self, name: &str, date: Date, roster: &[String], stem: &str) -> Result<Event, StoreError> {
        if let Some(event) = self.event_named(name, date)? {
            return self.widen(event, roster);
        }
        let stem = self.free_stem(stem)?;
        let sql = "insert into events (name, date, roster, stem) values (?1, ?2, ?3, ?4)";
        let opened = |row| audit::Event::EventOpened { school_event: EventId(row) };
        self.change(sql, (name, Day(date), Json(roster), stem), opened)?;
        self.event_named(name, date)?.ok_or(StoreError::Missing { what: "event", id: date.to_string() })
    }

    fn widen(&self, mut event: Event, roster: &[String]) -> Result<Event, StoreError> {
        let new: Vec<_> = roster.iter().filter(|class| !event.roster.contains(class)).cloned().collect();
        event.roster.extend(new);
        let sql = "update events set roster = ?2 where id = ?1 and roster <> ?2";
        let widened = |_| audit::Event::RosterChanged { school_event: event.id };
        self.change(sql, (event.id, Json(&event.roster)), widened)?;
        Ok(event)
    }

    fn free_stem(&self, wanted: &str) -> Result<String, StoreError> {
        let taken = self.rows("select stem from events", [], |row| row.get::<_, String>(0))?;
        let numbered = (2..).map(|number: u32| format!("{wanted}-{number}"));
        let mut candidates = std::iter::once(wanted.to_owned()).chain(numbered);
        Ok(candidates.find(|stem| !taken.contains(stem)).unwrap_or_default())
    }
}

pub(super) fn missing(id: EventId) -> StoreError {
    StoreError::Missing { what: "event", id: id.0.to_string() }
}

pub(super) fn event(row: &rusqlite::Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event { id: row.get(0)?, name: row.get(1)?, date: row.get::<_, Day>(2)?.0, roster: row.get::<_, Json<_>>(3)?.0 })
}
