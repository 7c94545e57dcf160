//! Whom the matcher suggested for a face, and what became of it.

use std::collections::BTreeSet;

use rusqlite::Row;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::consent::replay::Suggestion;
use crate::domain::face::{Hint, Who};
use crate::domain::id::{EventId, FaceId, PersonId, PhotoId};

impl Read {
    /// What was ever suggested in a photo, in the order of recording.
    ///
    /// # Errors
    /// When the database fails.
    pub fn suggestions(&self, photo: &PhotoId) -> Result<Vec<Suggestion>, StoreError> {
        self.rows("select face, person, hint, at from suggestions where photo = ?1 order by id", [photo], suggestion)
    }

    /// The faces for which a person is suggested now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn suggested_for(&self, person: &PersonId) -> Result<Vec<(PhotoId, FaceId)>, StoreError> {
        self.rows(include_str!("suggestions/standing.sql"), [person], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The photos of an event in which somebody is suggested for a face now, in the event's order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos_suggested(&self, event: EventId) -> Result<Vec<PhotoId>, StoreError> {
        self.rows(include_str!("suggestions/of_event.sql"), [event], |row| row.get(0))
    }

    /// Everybody who is suggested for some face now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn people_suggested(&self) -> Result<BTreeSet<PersonId>, StoreError> {
        Ok(self.rows(include_str!("suggestions/people.sql"), [], |row| row.get(0))?.into_iter().collect())
    }
}

impl Write<'_> {
    /// The matcher suggests a person for a face, as its first, second or third choice; gives whether that is news. A
    /// face that somebody has named gets no suggestion, and no face one that was rejected for it.
    ///
    /// # Errors
    /// When there is no such face or person, or the database fails.
    pub fn suggest(&self, photo: &PhotoId, face: FaceId, person: &PersonId, rank: u8) -> Result<bool, StoreError> {
        if self.person(person)?.is_none() {
            return Err(StoreError::Missing { what: "person", id: person.to_string() });
        }
        let named = matches!(self.known_face(photo, face)?.who, Who::Person(_) | Who::Visitor | Who::NotAFace);
        let hint = Hint::Suggested(rank);
        let latest = self.latest_hint(photo, face, person)?;
        if named || latest == Some(hint) || latest == Some(Hint::Rejected) {
            return Ok(false);
        }
        let suggested = Event::Suggested { photo: photo.clone(), face, person: person.clone(), rank };
        self.add_hint(photo, face, person, hint, suggested)
    }

    /// The matcher no longer suggests a person for a face; gives whether that is news.
    ///
    /// # Errors
    /// When the database fails.
    pub fn retract_suggestion(&self, photo: &PhotoId, face: FaceId, person: &PersonId) -> Result<bool, StoreError> {
        if !matches!(self.latest_hint(photo, face, person)?, Some(Hint::Suggested(_))) {
            return Ok(false);
        }
        let retracted = Event::SuggestionRetracted { photo: photo.clone(), face, person: person.clone() };
        self.add_hint(photo, face, person, Hint::Retracted, retracted)
    }

    /// Somebody said that a face is not this person: it is never suggested for it again. Gives whether that is news.
    ///
    /// # Errors
    /// When there is no such face or person, or the database fails.
    pub fn reject_suggestion(&self, photo: &PhotoId, face: FaceId, person: &PersonId) -> Result<bool, StoreError> {
        if self.latest_hint(photo, face, person)? == Some(Hint::Rejected) {
            return Ok(false);
        }
        let rejected = Event::SuggestionRejected { photo: photo.clone(), face, person: person.clone() };
        self.add_hint(photo, face, person, Hint::Rejected, rejected)
    }

    /// Rejects whatever is suggested for a face but the person it was said to be.
    pub(super) fn reject_all_but(&self, photo: &PhotoId, face: FaceId, who: &Who) -> Result<(), StoreError> {
        let people: BTreeSet<PersonId> =
            self.suggestions(photo)?.into_iter().filter(|row| row.face == face).map(|row| row.person).collect();
        for person in people.into_iter().filter(|person| *who != Who::Person(person.clone())) {
            if matches!(self.latest_hint(photo, face, &person)?, Some(Hint::Suggested(_))) {
                self.reject_suggestion(photo, face, &person)?;
            }
        }
        Ok(())
    }

    fn latest_hint(&self, photo: &PhotoId, face: FaceId, person: &PersonId) -> Result<Option<Hint>, StoreError> {
        let sql =
            "select hint from suggestions where photo = ?1 and face = ?2 and person = ?3 order by id desc limit 1";
        Ok(self.row(sql, (photo, face, person), |row| row.get::<_, Json<_>>(0))?.map(|hint| hint.0))
    }

    fn add_hint(
        &self,
        photo: &PhotoId,
        face: FaceId,
        person: &PersonId,
        hint: Hint,
        event: Event,
    ) -> Result<bool, StoreError> {
        let row = (photo, face, person, Json(hint), At(self.now), self.actor);
        Ok(self.change(include_str!("suggestions/add.sql"), row, |_| event)?.is_some())
    }
}

fn suggestion(row: &Row<'_>) -> rusqlite::Result<Suggestion> {
    let (hint, at) = (row.get::<_, Json<_>>(2)?.0, row.get::<_, At>(3)?.0);
    Ok(Suggestion { face: row.get(0)?, person: row.get(1)?, hint, at })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, face, person, photo, store, write};
    use super::super::{NewEntry, Store};
    use super::*;
    use crate::consent::ledger::{Act, Giver, Method};
    use crate::domain::face::{Face, Origin};

    fn school() -> (tempfile::TempDir, Store, PhotoId, [PersonId; 3]) {
        let (dir, store) = store();
        let people = ["P1", "P2", "P3"].map(|id| {
            write(&store, 0, |w| w.save_person(&person(id)));
            id.parse().unwrap()
        });
        let photo = photo(&store, "a");
        write(&store, 0, |w| w.add_face(&photo, &face(Origin::Detected)));
        (dir, store, photo, people)
    }

    fn seen(store: &Store, photo: &PhotoId) -> Face {
        store.read(|r| r.faces(photo)).unwrap().remove(0)
    }

    fn suggested(store: &Store, photo: &PhotoId) -> Vec<PersonId> {
        seen(store, photo).suggested().cloned().collect()
    }

    #[test]
    fn a_suggestion_and_what_is_said_of_its_person_put_the_photo_into_the_queues_anew() {
        let (_dir, store, photo, [a, ..]) = school();
        let waits = || store.read(|r| r.unplaced(at(0), 9)).unwrap();
        let settle = || write(&store, 1, |w| w.place(&[(photo.clone(), vec![])]));
        settle();
        assert_eq!(waits(), []);
        write(&store, 2, |w| w.suggest(&photo, FaceId(1), &a, 1));
        assert_eq!(waits(), std::slice::from_ref(&photo));
        settle();
        write(&store, 3, |w| w.set_leaving(&a, Some(crate::domain::time::Date::MAX)));
        assert_eq!(waits(), std::slice::from_ref(&photo));
        settle();
        let made_at = at(4);
        let (act, giver, method) = (Act::Restrict, Giver::School, Method::Verbal);
        let (valid_from, valid_until, evidence) = (None, None, None);
        let restricted = NewEntry { person: a, act, giver, method, made_at, valid_from, valid_until, evidence };
        write(&store, 4, |w| w.record(&restricted));
        assert_eq!(waits(), std::slice::from_ref(&photo));
        settle();
    }

    #[test]
    fn the_likeliest_comes_first_and_a_new_rank_replaces_the_old_one() {
        let (_dir, store, photo, [a, b, c]) = school();
        let suggest =
            |seconds, person: &PersonId, rank| write(&store, seconds, |w| w.suggest(&photo, FaceId(1), person, rank));
        assert!(suggest(1, &b, 1) && suggest(1, &a, 2) && suggest(1, &c, 3));
        assert!(!suggest(2, &a, 2), "the same again is no news");
        assert_eq!(suggested(&store, &photo), [b.clone(), a.clone(), c.clone()]);
        // the clock was set back
        assert!(suggest(-90, &a, 1) && suggest(-90, &b, 2));
        assert_eq!(suggested(&store, &photo), [a.clone(), b.clone(), c.clone()]);
        assert!(write(&store, 3, |w| w.retract_suggestion(&photo, FaceId(1), &a)));
        assert!(!write(&store, 3, |w| w.retract_suggestion(&photo, FaceId(1), &a)));
        assert_eq!(suggested(&store, &photo), [b.clone(), c.clone()]);
        assert_eq!(store.read(Read::people_suggested).unwrap(), BTreeSet::from([b.clone(), c]));
        assert_eq!(store.read(|r| r.suggested_for(&b)).unwrap(), [(photo.clone(), FaceId(1))]);
        assert_eq!(store.read(|r| r.photos_of(&b)).unwrap(), BTreeSet::from([photo.clone()]));
        assert!(store.read(|r| r.photos_of(&a)).unwrap().is_empty());
        let before = store.read(|r| r.photo_history(&photo)).unwrap().facts_at(at(0));
        assert_eq!(before.faces[0].who, Who::Unknown, "the past stays as it was");
    }

    #[test]
    fn a_rejected_suggestion_never_returns_and_naming_a_face_rejects_the_others() {
        let (_dir, store, photo, [a, b, c]) = school();
        let suggest = |person: &PersonId, rank| write(&store, 1, |w| w.suggest(&photo, FaceId(1), person, rank));
        suggest(&a, 1);
        suggest(&b, 2);
        write(&store, 2, |w| w.tag(&photo, FaceId(1), &Who::Unknown));
        assert_eq!(seen(&store, &photo).who, Who::Unknown);
        assert!(!suggest(&a, 1) && !suggest(&b, 1));
        assert!(suggest(&c, 1), "somebody else may be suggested");
        write(&store, 3, |w| w.tag(&photo, FaceId(1), &Who::Person(c.clone())));
        assert_eq!((seen(&store, &photo).who, suggested(&store, &photo)), (Who::Person(c.clone()), vec![]));
        assert!(!suggest(&c, 1), "a named face gets none");
        write(&store, 4, |w| w.tag(&photo, FaceId(1), &Who::Person(a.clone())));
        write(&store, 5, |w| w.tag(&photo, FaceId(1), &Who::Unknown));
        assert!(!suggest(&c, 1), "it was said to be somebody else");
        assert_eq!(seen(&store, &photo).who, Who::Unknown);
    }
}
