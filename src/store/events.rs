//! School events and the beginnings of their released names.

use super::columns::{At, Day, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{self, Desk};
use crate::domain::event::Event;
use crate::domain::id::{EventId, PhotoId};
use crate::domain::time::{Date, Timestamp};

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

    /// How the released names of an event's photos began before it was renamed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn former_stems(&self, id: EventId) -> Result<Vec<String>, StoreError> {
        self.rows("select distinct stem from former_event_names where event = ?1", [id], |row| row.get(0))
    }

    /// What an event was ever called, each with the moment since when, the present name last; the first counts from the
    /// beginning. Nothing when there is no such event.
    ///
    /// # Errors
    /// When the database fails.
    pub fn event_names(&self, id: EventId) -> Result<Vec<(Option<Timestamp>, String)>, StoreError> {
        let sql = "select name, until from former_event_names where event = ?1 order by id";
        let former = self.rows(sql, [id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, At>(1)?.0)))?;
        let Some(event) = self.event(id)? else { return Ok(Vec::new()) };
        let since = std::iter::once(None).chain(former.iter().map(|(_, until)| Some(*until)));
        let names = former.iter().map(|(name, _)| name.clone()).chain([event.name]);
        Ok(since.zip(names).collect())
    }

    /// The name of a photo's event, if it is not the first that the event has.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new_event_name(&self, photo: &PhotoId) -> Result<Option<String>, StoreError> {
        self.row(include_str!("events/new_name.sql"), [photo], |row| row.get(0))
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
        let stem = self.free_stem(stem, None)?;
        let sql = "insert into events (name, date, roster, stem) values (?1, ?2, ?3, ?4)";
        let opened = |row| audit::Event::EventOpened { school_event: EventId(row) };
        self.change(sql, (name, Day(date), Json(roster), stem), opened)?;
        self.event_named(name, date)?.ok_or(StoreError::Missing { what: "event", id: date.to_string() })
    }

    /// Gives an event another name; `stem` is as for [`Self::open_event`]. What it was called is kept.
    ///
    /// # Errors
    /// When there is no such event, another of its day has the name, or the database fails.
    pub fn rename_event(&self, id: EventId, name: &str, stem: &str) -> Result<Event, StoreError> {
        let event = self.event(id)?.ok_or_else(|| missing(id))?;
        if event.name == name {
            return Ok(event);
        }
        let stem = self.free_stem(stem, Some(id))?;
        self.also(include_str!("events/keep_name.sql"), (id, At(self.now), self.actor))?;
        let renamed = |_| audit::Event::Desk(Desk::EventRenamed { school_event: id });
        self.change("update events set name = ?2, stem = ?3 where id = ?1", (id, name, stem), renamed)?;
        Ok(Event { name: name.to_owned(), ..event })
    }

    fn widen(&self, mut event: Event, roster: &[String]) -> Result<Event, StoreError> {
        let new: Vec<_> = roster.iter().filter(|class| !event.roster.contains(class)).cloned().collect();
        event.roster.extend(new);
        let sql = "update events set roster = ?2 where id = ?1 and roster <> ?2";
        let widened = |_| audit::Event::RosterChanged { school_event: event.id };
        self.change(sql, (event.id, Json(&event.roster)), widened)?;
        Ok(event)
    }

    /// One that no other event has or had: under it pictures may still be somewhere.
    fn free_stem(&self, wanted: &str, own: Option<EventId>) -> Result<String, StoreError> {
        let taken = self.rows(include_str!("events/stems.sql"), [own], |row| row.get::<_, String>(0))?;
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
