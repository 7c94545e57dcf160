//! Everything that was ever recorded of a photo, as the decision engine wants it.

use rusqlite::Row;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::Read;
use super::photos;
use crate::consent::replay::{FaceFound, HeadCount, Hold, PhotoHistory, StateReached, Tagging, TextChecked};
use crate::consent::{People, Rejection, SignOff};
use crate::domain::face::Who;
use crate::domain::geometry::Rect;
use crate::domain::id::PhotoId;
use crate::domain::photo::PhotoState;
use crate::domain::time::Timestamp;

impl Read {
    /// What was ever recorded of a photo. For a verdict of the present take all of it
    /// ([`PhotoHistory::facts`]); for one of the past what was known then.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn photo_history(&self, id: &PhotoId) -> Result<PhotoHistory, StoreError> {
        let photo = self.photo(id)?.ok_or_else(|| photos::missing(id))?;
        let mut states = vec![StateReached { at: photo.received_at, state: PhotoState::Received }];
        states.extend(self.rows("select at, state from photo_steps where photo = ?1 order by id", [id], state)?);
        states.extend(self.rows("select at, 'destroyed' from destructions where photo = ?1", [id], state)?);
        Ok(PhotoHistory {
            photo,
            states,
            faces: self.rows(include_str!("faces/history.sql"), [id], face)?,
            taggings: self.rows("select face, who, at from taggings where photo = ?1 order by id", [id], tagging)?,
            suggestions: self.suggestions(id)?,
            headcounts: self.rows("select at, count from headcounts where photo = ?1 order by id", [id], headcount)?,
            sign_offs: self.rows(include_str!("signs/history.sql"), [id], sign_off)?,
            rejections: self.rows(
                "select channel, at, actor from rejections where photo = ?1 order by id",
                [id],
                rejection,
            )?,
            names_in: self.rows("select text, at, named from text_checks where photo = ?1 order by id", [id], text)?,
            uploader: Some(self.uploader(id)?),
            holds: self.rows(include_str!("holds/of_photo.sql"), [id], hold)?,
        })
    }

    /// The register's rows and the ledger of everybody who was ever said, or suggested, to be in a photo.
    ///
    /// # Errors
    /// When the database fails.
    pub fn people_in(&self, history: &PhotoHistory) -> Result<People, StoreError> {
        let said = history.taggings.iter().filter_map(|tagging| match &tagging.who {
            Who::Person(person) => Some(person),
            Who::Unknown | Who::Suggested(_) | Who::Visitor | Who::NotAFace => None,
        });
        self.records(said.chain(history.suggestions.iter().map(|suggestion| &suggestion.person)))
    }

    /// The same with the register's rows as they were at a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub fn people_in_at(&self, history: &PhotoHistory, at: Timestamp) -> Result<People, StoreError> {
        let mut people = self.people_in(history)?;
        for (id, record) in &mut people {
            if let Some(known) = self.person_at(id, at)? {
                record.person = known;
            }
        }
        Ok(people)
    }
}

fn state(row: &Row<'_>) -> rusqlite::Result<StateReached> {
    Ok(StateReached { at: row.get::<_, At>(0)?.0, state: row.get::<_, Json<_>>(1)?.0 })
}

fn hold(row: &Row<'_>) -> rusqlite::Result<Hold> {
    Ok(Hold { from: row.get::<_, At>(0)?.0, until: row.get::<_, Option<At>>(1)?.map(|at| at.0) })
}

fn face(row: &Row<'_>) -> rusqlite::Result<FaceFound> {
    Ok(FaceFound {
        id: row.get(0)?,
        rect: Rect { x1: row.get(1)?, y1: row.get(2)?, x2: row.get(3)?, y2: row.get(4)? },
        score: row.get(5)?,
        origin: row.get::<_, Json<_>>(6)?.0,
        found_at: row.get::<_, At>(7)?.0,
    })
}

fn tagging(row: &Row<'_>) -> rusqlite::Result<Tagging> {
    Ok(Tagging { face: row.get(0)?, who: row.get::<_, Json<_>>(1)?.0, at: row.get::<_, At>(2)?.0 })
}

fn headcount(row: &Row<'_>) -> rusqlite::Result<HeadCount> {
    Ok(HeadCount { at: row.get::<_, At>(0)?.0, people: row.get(1)? })
}

fn sign_off(row: &Row<'_>) -> rusqlite::Result<SignOff> {
    Ok(SignOff {
        channel: row.get(0)?,
        at: row.get::<_, At>(1)?.0,
        by: row.get(2)?,
        fingerprint: row.get(3)?,
        seen: row.get::<_, Json<_>>(4)?.0,
    })
}

fn rejection(row: &Row<'_>) -> rusqlite::Result<Rejection> {
    Ok(Rejection { channel: row.get(0)?, at: row.get::<_, At>(1)?.0, by: row.get(2)? })
}

fn text(row: &Row<'_>) -> rusqlite::Result<TextChecked> {
    Ok(TextChecked { text: row.get::<_, Json<_>>(0)?.0, at: row.get::<_, At>(1)?.0, named: row.get(2)? })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, face, person, photo, store, write};
    use crate::consent::replay::{HeadCount, StateReached};
    use crate::consent::sign_off::SeenFace;
    use crate::consent::{Seen, TextKind};
    use crate::domain::camera::Camera;
    use crate::domain::channel::Style;
    use crate::domain::face::{Origin, Who};
    use crate::domain::geometry::Size;
    use crate::domain::head::Cover;
    use crate::domain::id::FaceId;
    use crate::domain::photo::PhotoState;

    #[test]
    fn a_history_holds_every_row_and_any_moment_can_be_seen_again() {
        let (_dir, store) = store();
        let size = Size { width: 400, height: 300 };
        let id = photo(&store, "a");
        let who = Who::Person("P001".parse().unwrap());
        let faces = vec![SeenFace { face: FaceId(1), region: size.frame(), shown: true }];
        let seen = Seen { style: Style::Fill([1, 2, 3]), cover: Cover::Body, long_side: 300, faces };
        let website = "website".parse().unwrap();
        write(&store, 1, |w| w.save_person(&person("P001")));
        write(&store, 10, |w| w.set_found(&id, size, &Camera::default()));
        write(&store, 10, |w| w.add_face(&id, &face(Origin::Detected)));
        write(&store, 20, |w| w.tag(&id, FaceId(1), &who));
        write(&store, 30, |w| w.set_headcount(&id, 2));
        write(&store, 31, |w| w.set_headcount(&id, 1));
        write(&store, 40, |w| w.set_inspected(&id));
        write(&store, 50, |w| w.check_text(&id, TextKind::EventName, true));
        write(&store, 50, |w| w.check_text(&id, TextKind::EventName, true));
        write(&store, 60, |w| w.sign_off(&id, &website, &seen));
        write(&store, 70, |w| w.check_text(&id, TextKind::EventName, false));

        let history = store.read(|r| r.photo_history(&id)).unwrap();
        let states = [(0, PhotoState::Received), (10, PhotoState::Found), (40, PhotoState::Inspected)];
        assert_eq!(history.states, states.map(|(seconds, state)| StateReached { at: at(seconds), state }));
        let counts = [(30, 2), (31, 1)];
        assert_eq!(history.headcounts, counts.map(|(seconds, people)| HeadCount { at: at(seconds), people }));
        assert_eq!(history.names_in.len(), 2, "the same finding twice is no news");
        assert_eq!(history.uploader, Some(actor()));

        let then = |seconds| history.facts_at(at(seconds));
        assert_eq!(then(9).photo.state, PhotoState::Received);
        assert_eq!(then(9).faces, []);
        assert_eq!(then(19).faces[0].who, Who::Unknown);
        assert_eq!(then(20).faces[0].who, who);
        assert_eq!((then(29).headcount, then(30).headcount, then(31).headcount), (None, Some(2), Some(1)));
        assert_eq!((then(55).names_in, then(70).names_in), (vec![TextKind::EventName], vec![]));
        let now = history.facts();
        assert_eq!(now.sign_offs[&website].seen, seen);
        assert_eq!(now.sign_offs[&website].fingerprint, seen.fingerprint(&now.photo.digest));
        assert_eq!((now.photo.state, now.photo.size), (PhotoState::Inspected, Some(size)));
        let people = store.read(|r| r.people_in(&history)).unwrap();
        assert_eq!(people.keys().map(ToString::to_string).collect::<Vec<_>>(), ["P001"]);
    }
}
