//! Photos and whole events that are pulled because of an incident.

use std::collections::BTreeSet;

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use super::{events, incidents, photos};
use crate::audit::Event;
use crate::domain::id::{ActorId, EventId, HoldId, IncidentId, PhotoId};
use crate::domain::time::Timestamp;

/// What is pulled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pulled {
    /// One photo.
    Photo(PhotoId),
    /// Every photo of an event, those that come in later too.
    Event(EventId),
}

/// A hold for an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its number.
    pub id: HoldId,
    /// What is pulled.
    pub what: Pulled,
    /// Since when.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
    /// When it was lifted.
    pub lifted_at: Option<Timestamp>,
}

impl Read {
    /// What was ever pulled for an incident, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn holds_for(&self, incident: IncidentId) -> Result<Vec<Hold>, StoreError> {
        self.rows(include_str!("holds/for_incident.sql"), [incident], |row| {
            let what: Option<PhotoId> = row.get(1)?;
            Ok(Hold {
                id: row.get(0)?,
                what: what.map_or_else(|| row.get(2).map(Pulled::Event), |photo| Ok(Pulled::Photo(photo)))?,
                at: row.get::<_, At>(3)?.0,
                by: row.get(4)?,
                lifted_at: row.get::<_, Option<At>>(5)?.map(|at| at.0),
            })
        })
    }

    /// The photos that an incident needs as evidence: those that open ones name, and those that are pulled.
    ///
    /// # Errors
    /// When the database fails.
    pub fn evidence(&self) -> Result<BTreeSet<PhotoId>, StoreError> {
        Ok(self.rows(include_str!("holds/evidence.sql"), [], |row| row.get(0))?.into_iter().collect())
    }
}

impl Write<'_> {
    /// Pulls a photo or a whole event for an incident; pulling the same again changes nothing. Gives whether it is news.
    ///
    /// # Errors
    /// When there is no such incident, photo or event, or the database fails.
    pub fn hold(&self, incident: IncidentId, what: &Pulled) -> Result<bool, StoreError> {
        self.incident(incident)?.ok_or_else(|| incidents::missing(incident))?;
        let (photo, event) = match what {
            Pulled::Photo(id) => (Some(self.photo(id)?.ok_or_else(|| photos::missing(id))?.id), None),
            Pulled::Event(id) => (None, Some(self.event(*id)?.ok_or_else(|| events::missing(*id))?.id)),
        };
        let begun = |row| Event::HoldBegun { hold: HoldId(row), incident, photo: photo.clone(), school_event: event };
        let row = (incident, &photo, event, At(self.now), self.actor);
        Ok(self.change(include_str!("holds/begin.sql"), row, begun)?.is_some())
    }

    /// Lifts a hold of an incident; gives whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lift_hold(&self, incident: IncidentId, hold: HoldId) -> Result<bool, StoreError> {
        let sql = "insert into hold_ends (hold, at, actor)
                   select id, ?3, ?4 from holds where id = ?2 and incident = ?1 on conflict do nothing";
        let lifted = |_| Event::HoldLifted { hold };
        Ok(self.change(sql, (incident, hold, At(self.now), self.actor), lifted)?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, event, photo, store, write};
    use super::*;
    use crate::domain::incident::IncidentKind;

    #[test]
    fn a_photo_is_held_by_itself_or_with_its_event_and_any_moment_can_be_seen_again() {
        let (_dir, store) = store();
        let (one, other, event) = (photo(&store, "a"), photo(&store, "b"), event(&store));
        let first = write(&store, 1, |w| w.open_incident(IncidentKind::Misuse, None));
        let second = write(&store, 1, |w| w.open_incident(IncidentKind::Other, None));
        assert!(write(&store, 10, |w| w.hold(first, &Pulled::Photo(one.clone()))));
        assert!(!write(&store, 11, |w| w.hold(first, &Pulled::Photo(one.clone()))));
        assert!(write(&store, 20, |w| w.hold(second, &Pulled::Event(event))));
        let holds = store.read(|r| r.holds_for(second)).unwrap();
        assert_eq!(holds[0].what, Pulled::Event(event));
        assert!(!write(&store, 30, |w| w.lift_hold(first, holds[0].id)), "another incident's");
        assert!(write(&store, 30, |w| w.lift_hold(second, holds[0].id)));
        assert!(!write(&store, 31, |w| w.lift_hold(second, holds[0].id)));
        let held =
            |photo: &PhotoId, seconds| store.read(|r| r.photo_history(photo)).unwrap().facts_at(at(seconds)).held;
        let at_moments = |photo| [9, 10, 25, 30, 99].map(|seconds| held(photo, seconds));
        assert_eq!(at_moments(&one), [false, true, true, true, true]);
        assert_eq!(at_moments(&other), [false, false, true, false, false]);
        assert_eq!(store.read(Read::evidence).unwrap(), BTreeSet::from([one]));
        assert!(write(&store, 40, |w| w.hold(second, &Pulled::Event(event))), "a lifted hold can be begun again");
    }
}
